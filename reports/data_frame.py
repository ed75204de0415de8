"""A report as a table of pandas, for notebooks and analyses of others."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from .report_data import Key, Report

if TYPE_CHECKING:
    import pandas

_KEY = tuple(field.name for field in dataclasses.fields(Key))
COLUMNS = (*_KEY, "outcome", "name", "part_kind", "part", "value", "value_text", "unit", "class", "low", "high")


def frame(report: Report) -> pandas.DataFrame:
    """A figure a row, with its cell's key. `value` is a float, NaN where the figure is text, which `value_text` has; `low` and
    `high` are NaN without an interval. Cells without figures have no row; `report.cells` has them.

    ModuleNotFoundError: pandas is not installed.
    """
    try:
        import pandas
    except ModuleNotFoundError:
        raise ModuleNotFoundError("frame needs pandas: apt install python3-pandas (pip install pandas)") from None
    rows = [(*dataclasses.astuple(cell.key), cell.outcome, *figure.id, figure.number,
             figure.value if isinstance(figure.value, str) else "", figure.info.unit, figure.info.figure_class, figure.low, figure.high)
            for cell in report.cells for figure in cell.figures]
    table = pandas.DataFrame(rows, columns=COLUMNS)
    return table.astype({name: "float64" for name in ("value", "low", "high")})
