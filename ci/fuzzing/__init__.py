"""Fuzzing: what reads files, packets, code and calls of others gets inputs made to break it."""
