"""Every night's figures in SQLite, their trends, and the commits at which they moved."""

from reports.history.trend import Series, trends

__all__ = ["Series", "trends"]
