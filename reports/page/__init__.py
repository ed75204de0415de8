"""A report as a page and as Markdown: what it says is made once (sections), and rendered twice."""
