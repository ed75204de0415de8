"""Faults that were planted in the sources: scores by room, then what survived, then the rest."""

from __future__ import annotations

from collections.abc import Sequence

from reports.catalogue import FIGURES, Kind
from reports.diff_file import Diff
from reports.page import cells as of
from reports.page import words
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip
from reports.report_data import Cell

ROOM = "room"
COUNTS = ("mutants", "mutants_killed", "mutants_survived", "mutants_equivalent", "mutation_score", "mutation_goal")
SURVIVED, EQUIVALENT = "survived", "equivalent"


def _text(cell: Cell, name: str) -> str:
    figure = cell.figure(name)
    return str(figure.value) if figure else ""


def _scores(cells: Sequence[Cell], diff: Diff | None) -> list[Block]:
    rows = []
    for cell in cells:
        parts = {name: cell.parts(ROOM, name) for name in COUNTS}
        for room, score in parts["mutation_score"].items():
            goal = parts["mutation_goal"].get(room)
            missed = goal is not None and (score.number or 0) < (goal.number or 0)
            row = [Datum(clip(room, 80))]
            for name in COUNTS:
                figure = parts[name].get(room)
                if figure is None:
                    row.append(of.absent(""))
                    continue
                change = diff.change(cell.key, figure) if diff else None
                row.append(Datum(words.show(figure.value, FIGURES[name].show), figure.value, delta=clip(change.change, 40) if change else "",
                                 tone="bad" if missed and name == "mutation_score" else ""))
            rows.append(row)
    columns = [Column("room"), *(Column(FIGURES[name].short, True, about=FIGURES[name].title) for name in COUNTS)]
    return [Table("Scores by room", columns, rows, row_noun="rooms")] if rows else []


def _table(title: str, cells: Sequence[Cell], last: str, told: Sequence[str], folded: bool) -> list[Block]:
    if not cells:
        return []
    columns = [Column("place"), Column("change", code=True), Column("outcome"), Column(last, prose=True)]
    rows = [[Datum(clip(cell.key.detail, 200)), Datum(clip(_text(cell, "mutant_change"))), of.outcome(cell.outcome), Datum(clip(text))]
            for cell, text in zip(cells, told)]
    return [Table(title, columns, rows, folded=folded, row_noun="mutants")]


def section(kind: Kind, cells: Sequence[Cell], diff: Diff | None) -> Section:
    cells = of.of_kind(cells, kind.name)
    if not cells:
        return Section(kind.name, kind.title, empty=f"not measured: the report has no cells of {kind.command}")
    rooms = [cell for cell in cells if cell.parts(ROOM, "mutants")]
    single = [cell for cell in cells if not cell.parts(ROOM, "mutants")]
    fates = {fate: [cell for cell in single if _text(cell, "mutant_fate") == fate] for fate in (SURVIVED, EQUIVALENT)}
    rest = [cell for cell in single if _text(cell, "mutant_fate") not in fates]
    blocks: list[Block] = [Paragraph(kind.about), *_scores(rooms, diff)]
    blocks += _table("Survived", fates[SURVIVED], "why", [". ".join(filter(None, (cell.message, cell.note))) for cell in fates[SURVIVED]], False)
    blocks += _table("Equivalent", fates[EQUIVALENT], "why", [cell.note for cell in fates[EQUIVALENT]], True)
    blocks += _table("Noticed", rest, "by", [_text(cell, "killed_by") or cell.message for cell in rest], True)
    return Section(kind.name, kind.title, blocks)
