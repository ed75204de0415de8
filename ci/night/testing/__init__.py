"""A small repository and a fake command, for tests of a night."""
