"""The parts of an SVG picture, as text with the same bytes for the same input."""

from __future__ import annotations

import html

from ci.drawing.layout import Point

FONT = "font-family=\"'DejaVu Sans', Verdana, Arial, sans-serif\""
LETTER_WIDTH = 0.62  # of the font's size, on average
# Okabe and Ito's colours, which colour-blind readers tell apart.
BLUE, VERMILION = "#0072B2", "#D55E00"
INK, SHADE = "#222222", "#EEF3F7"


def number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") if abs(value) >= 0.05 else "0"


def text_width(text: str, size: float) -> float:
    return len(text) * size * LETTER_WIDTH


def text(place: Point, words: str, size: float, anchor: str = "start", weight: str = "normal", colour: str = INK) -> str:
    return (f'<text x="{number(place[0])}" y="{number(place[1])}" font-size="{number(size)}" text-anchor="{anchor}" '
            f'font-weight="{weight}" fill="{colour}">{html.escape(words)}</text>')


def box(centre: Point, size: Point, fill: str, stroke: str, radius: float) -> str:
    return (f'<rect x="{number(centre[0] - size[0] / 2)}" y="{number(centre[1] - size[1] / 2)}" width="{number(size[0])}" '
            f'height="{number(size[1])}" rx="{number(radius)}" fill="{fill}" stroke="{stroke}"/>')


def arrow(points: list[Point], colour: str = INK, width: float = 1.2, dashed: bool = False) -> str:
    """Through pairs of points: a curve between the two of a pair, a straight piece to the next."""
    path = f"M{number(points[0][0])} {number(points[0][1])}"
    for index in range(0, len(points), 2):
        (x, y), (to_x, to_y) = points[index], points[index + 1]
        middle = (y + to_y) / 2
        path += f"L{number(x)} {number(y)}" if index else ""
        path += f"C{number(x)} {number(middle)} {number(to_x)} {number(middle)} {number(to_x)} {number(to_y)}"
    dashes = ' stroke-dasharray="5 3"' if dashed else ""
    head = "back" if colour == VERMILION else "down"
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{number(width)}"{dashes} marker-end="url(#{head})"/>'


def picture(width: float, height: float, title: str, description: str, parts: list[str]) -> str:
    heads = "".join(f'<marker id="{name}" markerWidth="7" markerHeight="7" refX="6" refY="3.5" orient="auto" '
                    f'markerUnits="userSpaceOnUse"><path d="M0 0L7 3.5L0 7z" fill="{colour}"/></marker>'
                    for name, colour in (("down", INK), ("back", VERMILION)))
    size = f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}"'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} {FONT}>',
        f"<title>{html.escape(title)}</title>", f"<desc>{html.escape(description)}</desc>", f"<defs>{heads}</defs>",
        f'<rect width="{number(width)}" height="{number(height)}" fill="#FFFFFF"/>', *parts, "</svg>", ""])
