"""The few tables of the Markdown: how many cells of each kind there are, and what the model costs on boards."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from reports import catalogue
from reports.diff_file import Diff
from reports.page import cells as of
from reports.page import words
from reports.page.document import Column, Datum, Table
from reports.page.sections import front
from reports.report_data import Cell


def _kinds(cells: Sequence[Cell]) -> Table:
    rows = []
    for kind in catalogue.KINDS.values():
        if not (some := of.of_kind(cells, kind.name)):
            continue
        near, failed, left_out = (sum(map(test, some)) for test in (_near, _failed, _left_out))
        counts = (len(some), len(some) - near - failed - left_out, near, failed, left_out)
        rows.append([Datum(kind.title), *(Datum(words.number(count) if count else "", tone=tone)
                                          for count, tone in zip(counts, ("", "", "near", "bad", "")))])
    heads = ("measured", "cells", "pass", "within a tolerance", "fail", "left out")
    kept = [place for place in range(len(heads)) if any(row[place].text for row in rows)]
    return Table("", [Column(heads[place], place > 0) for place in kept], [[row[place] for place in kept] for row in rows])


def _near(cell: Cell) -> bool:
    return cell.near


def _failed(cell: Cell) -> bool:
    return cell.failed


def _left_out(cell: Cell) -> bool:
    return cell.left_out


def tables(cells: Sequence[Cell], costs: front.Front | None, diff: Diff | None) -> list[Table]:
    """With a baseline, only boards on which something changed."""
    found = [_kinds(cells)]
    if costs:
        board = front.table(costs)
        rows = [row for row in board.rows if not diff or any(datum.delta for datum in row)]
        found.append(dataclasses.replace(board, rows=rows))
    return [each for each in found if each.rows]
