"""Lines over the nights: how figures of one kind changed, all against their first."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import matplotlib

from reports.page import words
from reports.page.charts import svg
from reports.page.document import Column, Datum, Picture, Table, clip

MAX_LINES = 8
MAX_TICKS = 4  # nights that are named below
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_DASHES = ("-", "--", "-.", ":")
Night = tuple[str, str]  # date, commit


@dataclasses.dataclass(frozen=True)
class Line:
    label: str
    points: Sequence[tuple[str, str, float]]  # date, commit, value; in order
    moved_at: str | None = None  # the commit of the last move


def nights(lines: Sequence[Line]) -> list[Night]:
    """All, each once, in an order that is every line's where they agree."""
    found: list[Night] = []
    for line in lines:
        place = 0
        for date, commit, _ in line.points:
            if (date, commit) not in found:
                found.insert(place, (date, commit))
            place = found.index((date, commit)) + 1
    return found


def _ticks(count: int) -> list[int]:
    """The first, the last, and some between, evenly."""
    shown = min(count, MAX_TICKS)
    return sorted({round(i * (count - 1) / max(1, shown - 1)) for i in range(shown)})


def changes(slug: str, title: str, lines: Sequence[Line]) -> Picture:
    """Up to MAX_LINES lines, told apart by colour, marker and dash; each point's change since the line's first, in percent."""
    lines = lines[:MAX_LINES]
    known = nights(lines)
    at = {night: place for place, night in enumerate(known)}
    with matplotlib.rc_context(svg.STYLE):
        figure, axes = svg.new_axes(2.1 + 0.21 * len(lines))
        for place, line in enumerate(lines):
            first = line.points[0][2]
            x = [at[date, commit] for date, commit, _ in line.points]
            y = [_percent(first, value) for *_, value in line.points]
            look = {"color": svg.PALETTE[place], "marker": _MARKERS[place]}
            axes.plot(x, y, drawstyle="steps-post", linewidth=1.4, markersize=4, linestyle=_DASHES[place % len(_DASHES)],
                      label=clip(line.label, 60), **look)
            moved = [i for i, (_, commit, _) in enumerate(line.points) if commit == line.moved_at][:1]
            axes.plot([x[i] for i in moved], [y[i] for i in moved], linestyle="none", markersize=9, markerfacecolor="none", **look)
        ticks = _ticks(len(known))
        axes.set_xticks(ticks, [f"{clip(known[i][0])[:10]}\n{clip(known[i][1])[:7]}" for i in ticks], fontsize=9)
        for label, side in zip(axes.get_xticklabels(), ("left", *["center"] * (len(ticks) - 2), "right")):
            label.set_horizontalalignment(side)
        axes.set_ylabel("change, %")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:+.4g}" if value else "0")
        axes.margins(x=0.03, y=0.12)
        axes.grid(axis="y", alpha=0.25, linewidth=0.6, color=svg.INK)
        axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=1, fontsize=9, handlelength=2.6, labelspacing=0.35)
        description = f"{title}, over {words.count(len(known), 'night')}, each against its first: " + "; ".join(
            f"{line.label} from {words.number(line.points[0][2])} to {words.number(line.points[-1][2])}" for line in lines) + "."
        drawn = svg.to_svg(figure, slug, title, clip(description, 1500))
    values = [{(date, commit): value for date, commit, value in line.points} for line in lines]
    rows = [[Datum(clip(date, 20)), Datum(clip(commit, 20)),
             *(Datum(words.number(each[date, commit]), each[date, commit]) if (date, commit) in each else Datum() for each in values)]
            for date, commit in known]
    columns = [Column("date"), Column("commit"), *(Column(clip(line.label, 60), numeric=True) for line in lines)]
    return Picture(title, clip(description, 1500), drawn, Table(title, columns, rows))


def alike(lines: Sequence[Line]) -> list[tuple[Line, int]]:
    """Lines that would lie on each other are one; beside each, how many it stands for."""
    found: dict[object, list[Line]] = {}
    for line in lines:
        path = tuple((date, commit, round(_percent(line.points[0][2], value), 2)) for date, commit, value in line.points)
        found.setdefault((path, line.moved_at), []).append(line)
    return [(some[0], len(some)) for some in found.values()]


def _percent(first: float, value: float) -> float:
    """Within what a picture shows; 0 to anything else is told as 100."""
    if first == 0:
        return 0.0 if value == 0 else 100.0
    return min(max(100 * (value / first - 1), -1000.0), 1000.0)
