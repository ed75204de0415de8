"""Wall time on the host: never compared between runs, never gating."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from reports.page import cells as of
from reports.page import words
from reports.page.document import Column, Datum, Paragraph, Section, Table
from reports.report_file import Cell

_FIELDS = ("detail", "core", "model", "variant", "text")


def _seconds(value: float) -> Datum:
    for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if value >= size:
            return Datum(f"{words.number(value / size)} {unit}", value)
    return Datum(f"{words.number(value * 1e9)} ns", value)


def _row(cell: Cell, names: of.Names, slowest: float) -> list[Datum]:
    figure = cell.figure("seconds")
    if figure is None or figure.number is None:
        return [*names.row(cell.key), *[of.absent(cell.unavailable.get("seconds", "") or cell.message or "no time")] * 4]
    samples = figure.samples
    spread = statistics.pstdev(samples) / statistics.fmean(samples) if len(samples) > 1 and any(samples) else None
    speed = slowest / figure.number if figure.number > 0 else None
    return [*names.row(cell.key), _seconds(figure.number), Datum(str(len(samples)), len(samples)),
            of.absent("one repetition") if spread is None else Datum(f"{100 * spread:.1f} %", spread),
            of.absent("the time is 0") if speed is None else Datum(f"{speed:.2f} ×", speed)]


def section(cells: Sequence[Cell]) -> Section:
    cells = of.of_kind(cells, "benchmark")
    if not cells:
        return Section("benchmarks", "Benchmarks", [Paragraph("not measured: the report has no cells of atome bench")])
    names = of.Names.of(cells, _FIELDS, ("detail",))
    slowest = max((f.number for cell in cells if (f := cell.figure("seconds")) and f.number is not None), default=0.0)
    columns = [*names.columns, Column("time", True, "wall"), Column("repetitions", True), Column("spread", True),
               Column("faster than the slowest", True, "wall")]
    return Section("benchmarks", "Benchmarks", [
        Paragraph("Wall time on a shared host. Only ratios within this run mean anything; nothing here gates."),
        Table(names.caption("Wall time"), columns, [_row(cell, names, slowest) for cell in cells], row_noun="benchmarks")])
