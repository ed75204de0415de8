"""CSV: a figure a row, of every cell; a cell or figure that has no value is a row with the reason."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator

from reports.report_data import PASS, Cell, Key, Report

KEY = tuple(field.name for field in dataclasses.fields(Key))
COLUMNS = (*KEY, "outcome", "name", "part_kind", "part", "value", "unit", "class", "low", "high", "reason", "commit",
           "date")


def _rows(cell: Cell) -> Iterator[tuple[object, ...]]:
    for f in cell.figures:
        yield f.name, f.part_kind, f.part, f.value, f.info.unit, f.info.figure_class, f.low, f.high, ""
    for name, reason in sorted(cell.unavailable.items()):
        yield name, "", "", None, "", "", None, None, reason
    if cell.outcome != PASS or not (cell.figures or cell.unavailable):
        yield "", "", "", None, "", "", None, None, cell.message


def render(report: Report) -> str:
    """Numbers as Python writes them: reals read back to the same bits. No value: an empty field."""
    out = io.StringIO()
    writer = csv.writer(out)  # RFC 4180, lines end in CRLF
    writer.writerow(COLUMNS)
    for cell in report.cells:
        key = dataclasses.astuple(cell.key)
        for row in _rows(cell):
            writer.writerow((*key, cell.outcome, *row, report.environment.commit, report.environment.date))
    return out.getvalue()
