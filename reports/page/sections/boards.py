"""The boards that a model fits on: builds by boards."""

from __future__ import annotations

from collections.abc import Sequence

from reports.page import cells as of
from reports.page import words
from reports.page.document import Column, Datum, Table, clip
from reports.report_data import Cell

_NAMES = ("model", "variant", "build_kind", "detail")


def known(cells: Sequence[Cell]) -> list[str]:
    return sorted({figure.part for cell in cells for figure in cell.figures if figure.part_kind == "board"})


def _fit(cell: Cell, board: str) -> Datum:
    fits = cell.figure("fits", "board", board)
    if fits is None:
        return Datum("", tone="muted")
    longest = cell.figure("longest_max_seq", "board", board)
    room = longest.number if longest else None
    if fits.value:
        return Datum("yes" if room is None else f"yes, to {words.number(room)}", room or 0, "good")
    return Datum(f"no, only to {words.number(room)}" if room else "no", (room or 0) - 1e9, "bad")


def matrix(cells: Sequence[Cell]) -> Table:
    boards, names = known(cells), of.Names.of(cells, _NAMES, ("variant",))
    rows = []
    for group in of.groups(cells):
        data = [next((found for cell in group if (found := _fit(cell, board)).text), Datum()) for board in boards]
        rows.append([*names.row(group[0].key), *data])
    columns = [*names.columns, *(Column(clip(board, 30)) for board in boards)]
    return Table(names.caption("Does it fit, and to how many positions would it"), columns, rows, row_noun="builds")
