"""How figures went over the nights."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Sequence

from reports.history import Series
from reports.history.output import change
from reports.page import words
from reports.page.charts import lines
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip

MAX_PICTURES = 6  # figures
MAX_NAMED = 6
MAX_SERIES = 100
_TONES = {"better": "good", "worse": "bad"}


def _finite(series: Series) -> list[tuple[str, str, float]]:
    return [(clip(date, 20), clip(commit, 20), float(value)) for date, commit, value in series.points
            if math.isfinite(value)]


def _row(series: Series) -> list[Datum]:
    points = _finite(series)
    first, last = points[0][2], points[-1][2]
    moved = Datum("did not move", tone="muted")
    if series.moved_at is not None:
        moved = Datum(clip(series.moved_at, 16) or "unnamed commit", tone=_TONES.get(series.judged, ""))
    return [Datum(clip(series.label, 140)), Datum(words.number(first), first), Datum(words.number(last), last),
            Datum(change(first, last), last - first), Datum(str(len(points)), len(points)), moved]


def _names(labels: Sequence[str]) -> list[str]:
    """Without the words that all of them begin or end with."""
    found = [label.split() for label in labels]
    for _ in range(2):
        common = len(os.path.commonprefix(found)) if len(found) > 1 else 0
        found = [each[common:][::-1] for each in found]
    return [clip(" ".join(each) or label, 42) for each, label in zip(found, labels)]


def _pictures(moved: Sequence[Series]) -> list[Block]:
    """One a figure, of the series that moved; those that have no place are named."""
    metrics: dict[str, list[Series]] = {}
    for each in moved:
        metrics.setdefault(each.label.partition(" ")[0], []).append(each)
    blocks: list[Block] = []
    rest = [each.label for some in list(metrics.values())[MAX_PICTURES:] for each in some]
    for number, (metric, some) in enumerate(list(metrics.items())[:MAX_PICTURES], 1):
        names = _names([each.label for each in some])
        paths = lines.alike([lines.Line(name, _finite(each), each.moved_at) for name, each in zip(names, some)])
        drawn = [dataclasses.replace(line, label=f"{line.label}, {count - 1} more alike") if count > 1 else line
                 for line, count in paths]
        blocks.append(lines.changes(f"trend-{number}", clip(f"{metric}: what moved", 120), drawn))
        rest += [f"{metric} {line.label}" for line in drawn[lines.MAX_LINES:]]
    if rest:
        more = f" and {len(rest) - MAX_NAMED} more" if len(rest) > MAX_NAMED else ""
        blocks.append(Paragraph(f"Moved too, and not drawn: {'; '.join(clip(each, 100) for each in rest[:MAX_NAMED])}{more}."))
    return blocks


def section(series: Sequence[Series] | None) -> Section:
    """`series` is None where no history was given."""
    def empty(why: str) -> Section:
        return Section("trends", "Trends", empty=why)

    if series is None:
        return empty("not measured: no history was given (--history)")
    found = [each for each in series if _finite(each)]
    if not found:
        return empty("not measured: the history holds no night yet")
    if all(len(_finite(each)) < 2 for each in found):
        return empty("the history holds one night: nothing to compare yet")
    moved = [each for each in found if each.moved_at is not None and len(_finite(each)) > 1]
    still = [each for each in found if each.moved_at is None]
    said = f"{len(moved)} of {words.count(len(found), 'figure')} moved." if moved else f"None of {words.count(len(found), 'figure')} moved."
    columns = [Column("figure"), Column("first", True), Column("last", True), Column("difference", True),
               Column("nights", True), Column("last moved at commit")]
    table = Table("Figures over the nights", columns, [_row(each) for each in [*moved, *still]], MAX_SERIES, folded=not moved,
                  row_noun="series")
    return Section("trends", "Trends", [Paragraph(said), *_pictures(moved), table])
