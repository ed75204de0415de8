"""Wall time on the host: never compared between runs, never gating."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from reports.page import cells as of
from reports.page import words
from reports.page.document import Column, Datum, Paragraph, Section, Table, clip
from reports.report_file import Cell, Figure

_FIELDS = ("detail", "core", "model", "variant", "text")


def _seconds(value: float) -> Datum:
    for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= size:
            return Datum(f"{words.number(value / size)} {unit}", value)
    return Datum(f"{words.number(value * 1e9)} ns", value)


def _spread(figure: Figure) -> Datum:
    samples = figure.samples
    if len(samples) < 2:
        return of.absent("fewer than two repetitions")
    if not all(1e-15 < each < 1e15 for each in samples):
        return of.absent("repetitions that took no time, or for ever")
    spread = statistics.pstdev(samples) / statistics.fmean(samples)
    return Datum(f"{100 * spread:.1f} %", spread)


def _ratio(cell: Cell) -> list[Datum]:
    """What it was timed with in turn, and how its time is to that one's."""
    for other, ratio in cell.parts("against", "ratio").items():
        if ratio.number is not None:
            return [Datum(clip(other, 80)), Datum(f"{words.number(ratio.number)} ×", ratio.number), _spread(ratio)]
    return [Datum(), Datum(), Datum()]


def _row(cell: Cell, names: of.Names) -> list[Datum]:
    figure = cell.figure("seconds")
    if figure is None or figure.number is None:
        reason = cell.unavailable.get("seconds") or cell.message or "no time"
        return [*names.row(cell.key), *[of.absent(reason)] * 3, *_ratio(cell)]
    repetitions = len(figure.samples)
    return [*names.row(cell.key), _seconds(figure.number), Datum(str(repetitions), repetitions), _spread(figure),
            *_ratio(cell)]


def section(cells: Sequence[Cell]) -> Section:
    cells = of.of_kind(cells, "benchmark")
    if not cells:
        return Section("benchmarks", "Benchmarks", [Paragraph("not measured: the report has no cells of atome bench")])
    names = of.Names.of(cells, _FIELDS, ("detail",))
    heads = [Column("benchmark") if field == "detail" else column for field, column in zip(names.fields, names.columns)]
    columns = [*heads, Column("time", True, "wall"), Column("repetitions", True), Column("spread", True),
               Column("beside"), Column("ratio of times", True, "wall"), Column("spread", True)]
    return Section("benchmarks", "Benchmarks", [
        Paragraph("Wall time on a shared host. Only ratios within this run mean anything; nothing here gates."),
        Table(names.caption("Wall time"), columns, [_row(cell, names) for cell in cells], row_noun="benchmarks")])
