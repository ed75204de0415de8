"""How figures went over the nights."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reports.history import Series
from reports.history.output import change
from reports.page import chart, words
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip

MAX_PICTURES = 8
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


def section(series: Sequence[Series] | None) -> Section:
    """`series` is None where no history was given."""
    if series is None:
        return Section("trends", "Trends", [Paragraph("not measured: no history was given (--history)")])
    found = [each for each in series if _finite(each)]
    if not found:
        return Section("trends", "Trends", [Paragraph("not measured: the history holds no night yet")])
    if all(len(each.points) < 2 for each in found):
        return Section("trends", "Trends", [Paragraph("The history holds one night: nothing to compare yet.")])
    moving = sorted(found, key=lambda each: each.moved_at is None)  # what moved comes first
    drawn = [each for each in moving if len(_finite(each)) > 1][:MAX_PICTURES]
    blocks: list[Block] = [chart.line(f"trend-{number}", clip(each.label, 120), clip(each.unit, 20), _finite(each))
                           for number, each in enumerate(drawn, 1)]
    columns = [Column("figure"), Column("first", True), Column("last", True), Column("difference", True),
               Column("nights", True), Column("last moved at commit")]
    table = Table("Figures over the nights", columns, [_row(each) for each in moving], MAX_SERIES, row_noun="series")
    return Section("trends", "Trends", [*blocks, table])
