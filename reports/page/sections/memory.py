"""RAM, and the boards that a model fits on."""

from __future__ import annotations

from collections.abc import Sequence

from reports.page import cells as of
from reports.page import words
from reports.page.compare import Baseline
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip
from reports.page.sections import failures, flash
from reports.report_file import Cell

_PARTS = {"state": "state_bytes", "stack": "stack_bytes", "data": "data_bytes", "zeroed": "bss_bytes",
          "logits": "logits_bytes"}


def _fit(cell: Cell, board: str) -> Datum:
    fits = cell.figure("fits", "board", board)
    if fits is None:
        return Datum("", tone="muted")
    longest = cell.figure("longest_max_seq", "board", board)
    room = longest.number if longest else None
    if fits.value:
        return Datum("yes" if room is None else f"yes, to {words.number(room)}", room or 0, "good")
    return Datum(f"no, only to {words.number(room)}" if room else "no", (room or 0) - 1e9, "bad")


def _fits(cells: Sequence[Cell]) -> list[Block]:
    boards = sorted({figure.part for cell in cells for figure in cell.figures if figure.part_kind == "board"})
    if not boards:
        return [Paragraph("Boards: not measured: the report's sizes name none.")]
    by_row: dict[tuple[str, str, str], list[Cell]] = {
        (group[0].key.model, group[0].key.variant, group[0].key.build_kind): group for group in flash.groups(cells)}
    names = of.Names.of(cells, ("model", "variant", "build_kind"), ("variant",))
    rows = []
    for group in by_row.values():
        data = [next((found for cell in group if (found := _fit(cell, board)).text), Datum()) for board in boards]
        rows.append([*names.row(group[0].key), *data])
    columns = [*names.columns, *(Column(clip(board, 30)) for board in boards)]
    return [Table(names.caption("Does it fit, and to how many positions would it"), columns, rows, row_noun="builds")]


def section(cells: Sequence[Cell], baseline: Baseline | None) -> Section:
    unfit = failures.unfit(cells)
    cells = of.grouped(of.of_kind(cells, "size"))
    if not cells:
        return Section("memory", "RAM and boards", [Paragraph("not measured: the report has no cells of atome size"), *unfit])
    names = of.Names.of(cells, flash.FIELDS, ("core",))
    shown = [*_PARTS.values(), "ram_bytes", "max_seq"]
    rows = [[*names.row(cell.key), *(of.shown(cell, name, baseline=baseline) for name in shown)] for cell in cells]
    columns = [*names.columns, *(Column(part, True) for part in (*_PARTS, "RAM in all", "positions"))]
    return Section("memory", "RAM and boards", [
        Paragraph("Bytes of RAM at run time; the stack is what the emulator saw in use. Exact."),
        *flash.bars("memory", "RAM by use", cells, _PARTS),
        Table(names.caption("RAM, bytes"), columns, rows), *_fits(cells), *unfit])
