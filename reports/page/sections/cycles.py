"""What a token costs: modelled cycles and instructions by core, op and board."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from reports.page import cells as of
from reports.page import chart
from reports.page.compare import Baseline
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip, drawn
from reports.report_file import Cell

MAX_PICTURES = 4
_FIELDS = ("model", "variant", "build_kind", "core", "board", "detail")


def _groups(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells that one picture compares: all cores of a model, variant and build."""
    found: defaultdict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.figure("cycles_per_token"):
            found[cell.key.model, cell.key.variant, cell.key.build_kind, cell.key.detail].append(cell)
    return list(found.values())


def _ratio(cell: Cell) -> Datum:
    cycles, instructions = cell.figure("cycles_per_token"), cell.figure("instructions_per_token")
    if not cycles or not instructions or not cycles.number or not instructions.number:
        return of.absent(cell.unavailable.get("instructions_per_token", "") or cell.message or "a part is missing")
    ratio = cycles.number / instructions.number
    return Datum(f"{ratio:.2f}", ratio)


def _costs(title: str, cells: Sequence[Cell], baseline: Baseline | None, board: bool) -> Table:
    names = of.Names.of(cells, _FIELDS, ("board", "core") if board else ("core",))
    columns = [*names.columns, Column("cycles per token", True, "modelled"), Column("instructions per token", True, "exact"),
               Column("cycles per instruction", True), *([Column("tokens/s", True, "modelled")] if board else [])]
    rows = [[*names.row(cell.key), of.shown(cell, "cycles_per_token", baseline=baseline),
             of.shown(cell, "instructions_per_token", baseline=baseline), _ratio(cell),
             *([of.shown(cell, "tokens_per_second", baseline=baseline)] if board else [])] for cell in cells]
    return Table(names.caption(title), columns, rows, row_noun="boards" if board else "cores")


def _notes(title: str, cells: Sequence[Cell]) -> Table:
    """How accurate the cycles of a core or board are: long, and the same for every model and variant."""
    notes = dict.fromkeys((cell.key.board or cell.key.core, cell.note) for cell in cells if cell.note)
    return Table(title, [Column("of"), Column("accuracy, and notes", prose=True)],
                 [[Datum(clip(name, 40)), Datum(clip(note, 1000), tone="muted")] for name, note in notes])


def _ops(cells: Sequence[Cell], baseline: Baseline | None, name: str, title: str, folded: bool) -> Table:
    ops, names = of.parts(cells, "op", name), of.Names.of(cells, _FIELDS, ("core",))
    rows = [[*names.row(cell.key), *(of.shown(cell, name, "op", op, baseline=baseline) for op in ops)]
            for cell in cells if cell.parts("op", name)]
    return Table(names.caption(title), [*names.columns, *(Column(clip(op, 30), True) for op in ops)], rows,
                 folded=folded, row_noun="cells", brief=not folded)


def _pictures(cells: Sequence[Cell]) -> list[Block]:
    ops, found = of.parts(cells, "op", "cycles_per_token"), []
    for number, group in enumerate(_groups(cells)[:MAX_PICTURES], 1):
        names = of.Names.of(group, _FIELDS, ("core",))
        costs = [cell.parts("op", "cycles_per_token") for cell in group]
        segments = {op: [max(0.0, (each[op].number or 0.0) if op in each else 0.0) for each in costs] for op in ops}
        if any(costs):
            found.append(chart.stacked(f"cycles-{number}", names.caption("Cycles per token by op"), "modelled cycles",
                                       [names.label(cell.key) for cell in group], segments))
    return [*found, *drawn(MAX_PICTURES, len(_groups(cells)))]


def _speeds(cells: Sequence[Cell]) -> list[Block]:
    found = []
    for number, group in enumerate(_groups(cells)[:MAX_PICTURES], 1):
        names = of.Names.of(group, ("model", "variant", "build_kind", "detail"))
        speeds = [(cell.key.board, figure.number) for cell in group if (figure := cell.figure("tokens_per_second"))]
        known = [(board, max(0.0, speed)) for board, speed in speeds if speed is not None]
        if known:
            found.append(chart.stacked(f"boards-{number}", names.caption("Tokens a second by board"), "tokens/s, modelled",
                                       [board for board, _ in known], {"tokens/s": [speed for _, speed in known]}))
    return [*found, *drawn(MAX_PICTURES, len(_groups(cells)))]


def section(cells: Sequence[Cell], baseline: Baseline | None) -> Section:
    cells = of.grouped(of.of_kind(cells, "cycles"))
    bare, boards = [c for c in cells if not c.key.board], [c for c in cells if c.key.board]
    if not cells:
        return Section("cycles", "Cycles", [Paragraph("not measured: the report has no cells of atome cycles")])
    blocks: list[Block] = [Paragraph(
        "Cycles are modelled from the instructions that ran: the same every time, and an estimate of silicon. How "
        "accurate they are stands below, for each core and board. Instructions are counted. Bare cores have no "
        "wait states; boards have those of their memories.")]
    blocks += _pictures(bare)
    if bare:
        blocks += [_costs("Bare cores", bare, baseline, board=False), _notes("How accurate the cycles of cores are", bare)]
        blocks.append(_ops(bare, baseline, "cycles_per_token", "Cycles per token by op", folded=False))
        blocks.append(_ops(bare, baseline, "instructions_per_token", "Instructions per token by op", folded=True))
    if boards:
        blocks += [*_speeds(boards), _costs("Boards", boards, baseline, board=True),
                   _notes("How accurate the cycles of boards are", boards),
                   _ops(boards, baseline, "cycles_per_token", "Cycles per token by op on boards", folded=True)]
    return Section("cycles", "Cycles per token", [block for block in blocks if not isinstance(block, Table) or block.rows])
