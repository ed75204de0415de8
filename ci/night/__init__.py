"""The nightly run: a matrix of cells, each measured in a process of its own, and the report of them all."""
