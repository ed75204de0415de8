"""A matplotlib figure as SVG that stands in a page: its colours follow the page's theme, its ids clash with no other's.

Text stays text, drawn in the page's font and colour. The same figure gives the same bytes.
"""

from __future__ import annotations

import html
import io
import re
import warnings

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402  (the backend must be chosen first)
from matplotlib.figure import Figure  # noqa: E402

INK, PAPER = "#010203", "#fdfcfb"  # stand for the theme's: no palette has them
# Okabe and Ito's colour-blind-safe palette, without black, which a dark page hides.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
HATCHES = ("", "////", "....")  # once all colours are taken
STYLE = {
    "svg.hashsalt": "atome", "svg.fonttype": "none", "text.parse_math": False, "axes.unicode_minus": True,
    "font.size": 10.0, "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK, "xtick.color": INK,
    "ytick.color": INK, "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
    "ytick.left": False, "axes.linewidth": 0.6, "legend.frameon": False, "figure.facecolor": "none",
    "axes.facecolor": "none", "savefig.facecolor": "none", "axes.axisbelow": True, "hatch.linewidth": 0.6,
}


def new_axes(height: float) -> tuple[Figure, plt.Axes]:
    """Inches; the width is such that letters can be read on a phone too. Call within a context of STYLE."""
    figure, axes = plt.subplots(figsize=(5.2, height), layout="constrained")
    return figure, axes


def colour(index: int) -> dict[str, str]:
    """Fill and hatch of the index-th of several things."""
    return {"color": PALETTE[index % len(PALETTE)], "hatch": HATCHES[index // len(PALETTE) % len(HATCHES)],
            "edgecolor": PAPER}


def _once(name: str, slug: str, used: set[str]) -> str:
    """The attribute of an id that is used, where it first comes: matplotlib defines some shapes again and again."""
    if name not in used:
        return ""
    used.discard(name)
    return f' id="{slug}-{name}"'


def to_svg(figure: Figure, slug: str, title: str, description: str) -> str:
    """Ends the figure. `slug` is its own in the page."""
    out = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of letters that the measuring font lacks: the page's font draws them
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    plt.close(figure)
    svg = out.getvalue()
    svg = svg[svg.index("<svg"):]
    svg = re.sub(r"<metadata>.*?</metadata>|<style type=\"text/css\">.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    used = set(re.findall(r'(?:url\(|href=")#([\w.-]+)', svg))
    svg = re.sub(r' id="([\w.-]+)"', lambda found: _once(found[1], slug, used), svg)
    svg = re.sub(r'(url\(|href=")#([\w.-]+)', rf"\1#{slug}-\2", svg)
    svg = svg.replace(INK, "currentColor").replace(PAPER, "var(--paper)")
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", svg)
    size = re.search(r'viewBox="([\d. ]+)"', svg)
    head = (f'<svg class="chart" viewBox="{size[1] if size else "0 0 1 1"}" role="img" '
            f'aria-labelledby="{slug}-title {slug}-description">'
            f'<title id="{slug}-title">{html.escape(title)}</title>'
            f'<desc id="{slug}-description">{html.escape(description)}</desc>')
    return re.sub(r"\n\s*\n+", "\n", head + svg[svg.index(">") + 1:])
