"""Guests that try to get out of an emulated machine, or to use the host up, and what came of each."""
