"""What one model costs on each board: cycles, flash and RAM, beside what the baseline has."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence

from reports.catalogue import FIGURES
from reports.diff_file import Diff
from reports.page import words
from reports.page.charts import bars
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip
from reports.report_data import Cell, Figure

MAX_PLACES = 16
DEFAULT = "atome_60k.atome03"  # the model of commands that are given none
# Figure -> title, on boards; on bare cores where no board was measured.
_COMPARED = " Bars are what it is now, the upright line is the baseline. Orange is more than it, green less."
_BOARDS = {"cycles_per_token": "Cycles a token", "flash_bytes_needed": "Flash", "ram_bytes_needed": "RAM"}
_CORES = {"cycles_per_token": "Cycles a token", "firmware_bytes": "Code", "ram_bytes": "RAM"}


@dataclasses.dataclass(frozen=True)
class Point:
    value: float
    before: float | None  # None: not known
    delta: str


@dataclasses.dataclass(frozen=True)
class Front:
    model: str
    places: list[str]  # "m4f nrf52840"
    titles: dict[str, str]  # of figures
    points: dict[tuple[str, str], Point]  # of figure and place


def _before(change: str) -> float | None:
    with contextlib.suppress(ValueError):
        return float(change)
    return None


def _point(cell: Cell, figure: Figure, diff: Diff | None) -> Point:
    value = float(figure.number or 0)
    change = diff.change(cell.key, figure) if diff else None
    before = _before(change.before) if change else value
    return Point(value, before if diff else None, change.change if change else "")


def _rank(key: tuple[str, str, str]) -> tuple[bool, bool, bool, tuple[str, str, str]]:
    """The usual model, variant and build first."""
    model, variant, build = key
    return model != DEFAULT, variant != "f32", build == "size", key


def find(cells: Sequence[Cell], diff: Diff | None) -> Front | None:
    """Of the first model that has cycles; None where none has."""
    models: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        if cell.key.kind in ("cycles", "size") and cell.passed:
            models.setdefault((cell.key.model, cell.key.variant, cell.key.build_kind), []).append(cell)
    timed = [key for key, some in models.items() if any(cell.figure("cycles_per_token") for cell in some)]
    if not timed:
        return None
    key = min(timed, key=_rank)
    ran = [cell.key for cell in models[key] if cell.key.kind == "cycles"]
    boards = any(each.board for each in ran)
    titles = _BOARDS if boards else _CORES
    points: dict[tuple[str, str], Point] = {}
    for cell in models[key]:
        for figure in cell.figures:
            board = figure.part if figure.part_kind == "board" else cell.key.board
            if figure.name in titles and figure.part_kind in ("", "board") and bool(board) == boards and figure.number is not None:
                points.setdefault((figure.name, f"{cell.key.core} {board}".strip()), _point(cell, figure, diff))
    places = dict.fromkeys(f"{each.core} {each.board}".strip() for each in ran if bool(each.board) == boards)
    named = ", ".join(part for part in (*key[:2], f"built for {key[2]}" if key[2] else "") if part)
    return Front(named, list(places)[:MAX_PLACES], {name: title for name, title in titles.items() if any(n == name for n, _ in points)},
                 points)


def table(front: Front) -> Table:
    """Figures by board, with their changes."""
    def datum(name: str, place: str) -> Datum:
        point = front.points.get((name, place))
        return Datum(words.show(point.value, FIGURES[name].show), point.value, delta=clip(point.delta, 40)) if point else Datum()

    columns = [Column("board"), *(Column(f"{title}, {FIGURES[name].unit}", True) for name, title in front.titles.items())]
    rows = [[Datum(clip(place, 40)), *(datum(name, place) for name in front.titles)] for place in front.places]
    return Table(clip(front.model), columns, rows, MAX_PLACES, row_noun="boards")


def section(front: Front | None) -> Section | None:
    """A picture a figure, a bar a board, a mark where the baseline is."""
    if front is None:
        return None
    pictures: list[Block] = []
    compared = any(point.before is not None for point in front.points.values())
    for name, title in front.titles.items():
        some = {place: point for place in front.places if (point := front.points.get((name, place)))}
        if some:
            pictures.append(bars.against(f"front-{name}", title, FIGURES[name].unit, [
                (clip(place, 40), point.value, point.before) for place, point in some.items()]))
    return Section("front", "What it costs", [Paragraph(f"{clip(front.model)}.{_COMPARED if compared else ''}"), *pictures])
