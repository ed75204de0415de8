"""A small repository with a trainer and a command that take no time, for tests of a sweep."""
