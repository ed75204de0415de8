"""Boxes in layers and arrows between them, as SVG. Knows nothing of what the boxes are."""
