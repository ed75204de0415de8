"""Bars and intervals, across the page: their labels may be long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib

from matplotlib.axes import Axes

from reports.page import words
from reports.page.charts import svg
from reports.page.document import Column, Datum, Picture, Table, clip

MAX_BARS = 16
MAX_SEGMENTS = 16
LARGEST = 1e15  # that is drawn


def _short(value: float, _: object = None) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.4g}{letter}"
    return f"{value:.4g}"


def _drawn(value: float, least: float = -LARGEST) -> float:
    """As a picture can show it; tables have it as it is."""
    return min(max(float(value), least), LARGEST)


def _value_axis(axes: Axes, label: str) -> None:
    axes.xaxis.set_major_formatter(_short)
    axes.grid(axis="x", alpha=0.25, linewidth=0.6, color=svg.INK)
    axes.set_xlabel(label)
    axes.invert_yaxis()


def total(bar: Mapping[str, float]) -> float:
    """Of a bar's segments, as it is drawn."""
    return sum(_drawn(each, 0.0) for each in bar.values())


def stacked(slug: str, title: str, unit: str, bars: Mapping[str, Mapping[str, float]], segments: Sequence[str], largest: float) -> Picture:
    """Horizontal bars, by label, made of segments, each 0 or more. `largest`: the longest bar of all pictures that are compared by eye.

    A segment that is 0 in all bars is left out; the others keep their colours, so that pictures can be compared.
    """
    labels = list(bars)[:MAX_BARS]
    colours = {name: svg.colour(index) for index, name in enumerate(segments)}
    values = {name: [_drawn(bars[label].get(name, 0.0), 0.0) for label in labels] for name in segments}
    shown = dict([(name, each) for name, each in values.items() if any(each)][:MAX_SEGMENTS] or list(values.items())[:1])
    totals = [sum(each[i] for each in shown.values()) for i in range(len(labels))]
    with matplotlib.rc_context(svg.STYLE):
        figure, axes = svg.new_axes(0.34 * len(labels) + (1.4 if len(shown) > 1 else 0.8))
        left = [0.0] * len(labels)
        for name, each in shown.items():
            axes.barh(range(len(labels)), each, 0.62, left=left, label=clip(name, 24), linewidth=0, **colours[name])
            left = [a + b for a, b in zip(left, each)]
        for place, whole in enumerate(totals):
            axes.annotate(words.number(whole), (whole, place), (4, 0), textcoords="offset points", va="center", size=9)
        axes.set_yticks(range(len(labels)), [clip(label, 28) for label in labels])
        axes.set_xlim(0, max(largest, *totals, 0) * 1.16 or 1)
        _value_axis(axes, unit)
        if len(shown) > 1:
            axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1), ncols=4, fontsize=9, handlelength=1, columnspacing=1.2)
        description = (f"{title}. Bars, in {unit}: "
                       + "; ".join(f"{label} {words.number(whole)}" for label, whole in zip(labels, totals)) + ".")
        drawn = svg.to_svg(figure, slug, title, clip(description, 1500))
    several = len(shown) > 1
    columns = [Column(""), *(Column(clip(name, 40), numeric=True) for name in shown)]
    rows = [[Datum(label), *(Datum(words.number(each[i]), each[i]) for each in shown.values()),
             *([Datum(words.number(totals[i]), totals[i])] if several else [])] for i, label in enumerate(labels)]
    data = Table(f"{title}, {unit}", [*columns, *([Column("total", numeric=True)] if several else [])], rows)
    return Picture(title, clip(description, 1500), drawn, data)


def against(slug: str, title: str, unit: str, bars: Sequence[tuple[str, float, float | None]]) -> Picture:
    """Horizontal bars: label, value, and what the baseline has, which gets a mark beside; None where that is not known."""
    shown = [(clip(label, 28), _drawn(value, 0.0), None if before is None else _drawn(before, 0.0))
             for label, value, before in bars[:MAX_BARS]]
    compared = any(before is not None for *_, before in shown)
    with matplotlib.rc_context(svg.STYLE):
        figure, axes = svg.new_axes(0.3 * len(shown) + (1.0 if compared else 0.7))
        worse, better, same = svg.PALETTE[5], svg.PALETTE[2], svg.PALETTE[0]
        for place, (_, value, before) in enumerate(shown):
            colour = same if before is None or value == before else worse if value > before else better
            axes.barh(place, value, 0.62, color=colour, linewidth=0)
            change = f" ({100 * (value / before - 1):+.2g} %)" if before and value != before else ""
            axes.annotate(words.number(value) + change, (max(value, before or 0), place), (5, 0), textcoords="offset points",
                          va="center", size=9)
        marks = [(before, place) for place, (*_, before) in enumerate(shown) if before is not None]
        if marks:
            axes.plot(*zip(*marks), "|", color=svg.INK, markersize=13, markeredgewidth=2, label="baseline", linestyle="none")
            axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1), fontsize=9, handlelength=1)
        axes.set_yticks(range(len(shown)), [label for label, *_ in shown])
        axes.set_xlim(0, max((max(value, before or 0) for _, value, before in shown), default=0) * 1.32 or 1)
        _value_axis(axes, unit)
        description = f"{title}, in {unit}: " + "; ".join(
            f"{label} {words.number(value)}" + (f", baseline {words.number(before)}" if before is not None else "")
            for label, value, before in shown) + "."
        drawn = svg.to_svg(figure, slug, title, clip(description, 1500))
    columns = [Column("board"), Column(f"now, {unit}", True), *([Column(f"baseline, {unit}", True)] if compared else [])]
    rows = [[Datum(label), *(Datum() if each is None else Datum(words.number(each), each) for each in numbers[:1 + compared])]
            for label, *numbers in shown]
    return Picture(title, clip(description, 1500), drawn, Table(title, columns, rows))


def intervals(slug: str, title: str, unit: str, points: Sequence[tuple[str, float, float, float]], ends: tuple[float, float]) -> Picture:
    """Estimates with their intervals: label, value, low, high. `ends`: least and largest of all pictures that are compared by eye."""
    points = [(label, _drawn(value), _drawn(low), _drawn(high)) for label, value, low, high in points[:MAX_BARS]]
    with matplotlib.rc_context(svg.STYLE):
        figure, axes = svg.new_axes(0.34 * len(points) + 0.9)
        for place, (_, value, low, high) in enumerate(points):
            axes.plot([low, high], [place, place], color=svg.PALETTE[0], linewidth=2, solid_capstyle="round")
            axes.plot(value, place, "o", color=svg.PALETTE[5], markersize=6)
        axes.set_yticks(range(len(points)), [clip(label, 28) for label, *_ in points])
        axes.margins(y=0.5 / max(1, len(points)) + 0.05)
        least, largest = map(_drawn, ends)
        margin = 0.04 * (largest - least) or 0.5
        axes.set_xlim(least - margin, largest + margin)
        _value_axis(axes, f"{unit} (line: 95 % interval)")
        axes.spines["bottom"].set_visible(True)
        description = f"{title}. " + "; ".join(f"{label} {words.number(value)}, {words.number(low)} – {words.number(high)}"
                                               for label, value, low, high in points) + "."
        drawn = svg.to_svg(figure, slug, title, clip(description, 1500))
    rows = [[Datum(label), *(Datum(words.number(each), each) for each in numbers)] for label, *numbers in points]
    columns = [Column(""), *(Column(name, numeric=True) for name in (unit, "low", "high"))]
    return Picture(title, clip(description, 1500), drawn, Table(title, columns, rows))
