"""Parts of the page: each module makes one section of what a report holds."""
