"""What the exports share: names of figures for tools that know no parts, and the numbers that JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Iterator

from reports.report_data import Cell, Figure, Report

# A firmware has hundreds of symbols; they are in the CSV, and no tool of trends has room for them.
UNTRACKED = ("symbol",)


def benchmark_name(cell: Cell, figure: Figure) -> str:
    """ "cycles unicorn m3 atome_60k.atome03 f32 speed", and for a part of it " op=sparse" behind."""
    part = f" {figure.part_kind}={figure.part}" if figure.part_kind else ""
    return f"{cell.key}{part}"


def numbers(report: Report) -> Iterator[tuple[Cell, Figure, int | float]]:
    """Every finite number of the report but those of UNTRACKED parts."""
    for cell in report.cells:
        for figure in cell.figures:
            number = figure.number
            if number is not None and math.isfinite(number) and figure.part_kind not in UNTRACKED:
                yield cell, figure, number
