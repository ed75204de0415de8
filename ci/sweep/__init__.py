"""Trains the sweep of the frontier, measures what each model costs, and collects the results."""
