"""Pages, pictures and histories of what was measured."""
