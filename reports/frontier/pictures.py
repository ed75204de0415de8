"""Perplexity against a cost, a panel a core, as PNG. The same results give the same bytes."""

from __future__ import annotations

import dataclasses
import io
import math
from collections.abc import Sequence

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402  (the backend must be chosen first)
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.colors import to_rgb  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator  # noqa: E402

from reports.frontier import at_cost, dominance, winners, words  # noqa: E402
from reports.frontier.candidates import Candidate, Library, Setting  # noqa: E402
from reports.page.charts.svg import PALETTE  # noqa: E402

WIDTH, PANEL_HEIGHT, DOTS = 12.0, 3.9, 100  # inches, inches, dots an inch: 1200 wide
ABOVE, BELOW = 0.85, 1.45  # inches, for the title and for the legend
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")
INK, PALE = "#222222", "#bbbbbb"
STYLE = {"font.size": 11.0, "font.family": "DejaVu Sans", "text.parse_math": False, "axes.spines.top": False,
         "axes.spines.right": False, "axes.edgecolor": INK, "axes.linewidth": 0.7, "axes.axisbelow": True,
         "legend.frameon": False, "figure.facecolor": "white", "savefig.facecolor": "white"}
TITLES = {"flash": "flash that a chip must have, bytes", "ram": "RAM that a chip must have, bytes", "cycles": "cycles a token, modelled"}
# Of a logarithmic axis, those that fall into its range.
PERPLEXITIES = (1.0, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 50, 100, 200, 300)


@dataclasses.dataclass(frozen=True)
class Picture:
    name: str         # of the file: "tinystories-base-flash.png"
    title: str
    description: str  # for who does not see it
    png: bytes


@dataclasses.dataclass(frozen=True)
class _Look:
    colour: str
    marker: str


def looks(library: Library) -> dict[str, _Look]:
    """By family; those that lack no pathway first, so that their looks are the same with or without the others."""
    families = library.results.families.values()
    names = winners.contenders(list(families)) + [family.name for family in families if family.drop]
    return {name: _Look(PALETTE[i % len(PALETTE)], MARKERS[i % len(MARKERS)]) for i, name in enumerate(names)}


def core_title(core: str) -> str:
    return f"Cortex-{core.upper().replace('PLUS', '+')}" if core.startswith("m") and core[1:2].isdigit() else core


def _drawn(library: Library, setting: Setting, cost: str) -> list[dominance.Standing]:
    """Of each model the variant that costs least, and whatever is undominated: the others lie on these or behind them."""
    choice = library.choice(setting)
    cheapest = {id(each) for name in library.results.families for each in at_cost.curve(choice, name, cost)}
    return [each for each in dominance.standings(choice, cost) if each.undominated or id(each.candidate) in cheapest]


def _pale(colour: str) -> tuple[float, ...]:
    """Halfway to white: of what is dominated."""
    return tuple((part + 1) / 2 for part in to_rgb(colour))


def _point(axes: Axes, each: dominance.Standing, cost: str, look: _Look) -> None:
    estimate = each.candidate.estimate
    at, value = each.candidate.costs[cost], each.candidate.perplexity
    colour = look.colour if each.undominated else _pale(look.colour)
    height = 5 if each.undominated else 3
    if estimate.low is not None and estimate.high is not None:
        axes.plot([at, at], [math.exp(estimate.low), math.exp(estimate.high)], "-_", color=colour, linewidth=1.5, markersize=7,
                  markeredgewidth=1.5, zorder=height)
    sure = each.sure == dominance.UNDOMINATED
    axes.plot(at, value, look.marker, markersize=6.5 if each.undominated else 5.5, color=colour,
              markerfacecolor=colour if each.undominated else "white", markeredgecolor=INK if sure else colour,
              markeredgewidth=1.2 if sure else 1.0, zorder=height + 1)


def _steps(axes: Axes, best: Sequence[Candidate], cost: str, right: float) -> None:
    """From each undominated candidate level to the next one's cost."""
    places = [(each.costs[cost], each.perplexity) for each in best]
    axes.plot([*(place[0] for place in places), right], [*(place[1] for place in places), places[-1][1]], "-",
              drawstyle="steps-post", color=INK, linewidth=0.9, alpha=0.7, zorder=2)


def _sizes(axes: Axes, best: Sequence[Candidate], cost: str) -> None:
    """Names the sizes of what is undominated: once where variants of one model lie together, and above the mark where the name
    would lie on another."""
    named: set[str] = set()
    taken: list[tuple[float, float, str]] = []  # in dots
    for each in best:
        x, y = axes.transData.transform((each.costs[cost], each.perplexity))
        near = [size for left, below, size in taken if abs(x - left) < 36 and abs(y - below) < 14]
        if each.point.name in named or each.size in near:
            continue
        named.add(each.point.name)
        taken.append((x, y, each.size))
        place, side = ((6, 6), "left") if near else ((-5, -12), "right")
        axes.annotate(each.size, (each.costs[cost], each.perplexity), place, textcoords="offset points", ha=side, fontsize=8.5,
                      color=INK, zorder=7)


def _axes(axes: Axes, ends: tuple[float, float], heights: tuple[float, float]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(ends)
    axes.set_ylim(heights)
    narrow = ends[1] / ends[0] < 60
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if narrow else (1, 3) if ends[1] / ends[0] < 3000 else (1,)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.amount(value)))
    axes.yaxis.set_major_locator(FixedLocator([each for each in PERPLEXITIES if heights[0] <= each <= heights[1]]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.grid(color=PALE, linewidth=0.5, alpha=0.6)


def _legend(library: Library, seen: Sequence[str]) -> list[Line2D]:
    handles = [Line2D([], [], linestyle="none", marker=look.marker, color=look.colour, markersize=8,
                      label=words.title(name, library.results.families[name].drop))
               for name, look in looks(library).items() if name in seen]
    ring = {"linestyle": "none", "marker": "o", "markersize": 8, "color": PALE}
    handles.append(Line2D([], [], markeredgecolor=INK, markeredgewidth=1.3, label="undominated, surely", **ring))
    handles.append(Line2D([], [], label="undominated by estimate", **ring))
    handles.append(Line2D([], [], linestyle="none", marker="o", markersize=6, markerfacecolor="white", color=PALE, label="dominated"))
    handles.append(Line2D([], [], color=INK, linewidth=0.9, alpha=0.7, label="best for so much"))
    return handles


def _png(figure: plt.Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DOTS, metadata={"Software": None})
    plt.close(figure)
    return out.getvalue()


def draw(library: Library, settings: Sequence[Setting], cost: str) -> Picture | None:
    """`settings` differ in the core alone. None: no candidate has the cost."""
    panels = [(setting, found) for setting in settings if (found := _drawn(library, setting, cost))]
    if not panels:
        return None
    every = [each.candidate for _, found in panels for each in found]
    costs = [each.costs[cost] for each in every]
    tops = [end for each in every for end in (each.perplexity, math.exp(each.estimate.high or each.estimate.nats),
                                              math.exp(each.estimate.low or each.estimate.nats))]
    ends, heights = (min(costs) / 1.7, max(costs) * 1.35), (min(tops) / 1.06, max(tops) * 1.06)
    first = panels[0][0]
    title = f"Perplexity against {words.COSTS[cost]}: {words.heading(library.results, first)}, {first.positions} positions"
    lacking = {name for setting, _ in panels for name in library.choice(setting).unmeasured(cost, list(library.results.families))}
    some = words.listed(sorted(lacking)) if len(lacking) < 4 else f"{len(lacking)} models"
    label = TITLES[cost] + (f" (not measured: {some})" if lacking else "")
    look = looks(library)
    columns = min(2, len(panels))
    rows = -(-len(panels) // columns)
    with matplotlib.rc_context(STYLE):
        height = PANEL_HEIGHT * rows + ABOVE + BELOW
        figure, grid = plt.subplots(rows, columns, figsize=(WIDTH, height), sharex=True, sharey=True, squeeze=False)
        figure.subplots_adjust(left=0.075, right=0.975, top=1 - ABOVE / height, bottom=BELOW / height, wspace=0.07, hspace=0.22)
        for axes, (setting, found) in zip(grid.flat, panels):
            _axes(axes, ends, heights)
            best = [each.candidate for each in found if each.undominated]
            _steps(axes, best, cost, ends[1])
            for each in found:
                _point(axes, each, cost, look[each.candidate.family])
            _sizes(axes, best, cost)
            axes.set_title(core_title(setting.core), fontsize=12, loc="left", fontweight="bold")
            axes.tick_params(labelbottom=True)
        for axes in grid.flat[len(panels):]:
            axes.set_visible(False)
        figure.supxlabel(label, fontsize=11, y=(BELOW - 0.45) / height, va="top")
        figure.supylabel("perplexity a byte of the test part (bars: 95 %)", fontsize=11, x=0.012)
        figure.suptitle(title, fontsize=14, y=1 - 0.2 / height)
        figure.legend(handles=_legend(library, [each.family for each in every]), loc="lower center", ncols=5, fontsize=10)
        png = _png(figure)
    said = "; ".join(f"{core_title(setting.core)}: " + ", ".join(f"{each.candidate.name} {each.candidate.perplexity:.2f}"
                     for each in found if each.undominated) for setting, found in panels)
    return Picture(f"{first.text}-{first.budget}-{cost}.png", title, f"{title}. Undominated, cheapest first: {said}.", png)
