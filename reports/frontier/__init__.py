"""Which model for which chip: what was trained and measured, compared, as a table, pictures and a page."""
