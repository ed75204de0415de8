"""Pictures of the page. Each has a description and its data as a table."""
