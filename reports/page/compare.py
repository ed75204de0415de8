"""Figures next to those of an earlier report: values and differences, no judgement, which is `atome diff`'s."""

from __future__ import annotations

import dataclasses
import math
import sys

from reports.report_file import PASS, Cell, Figure, Key, Report

Id = tuple[str, str, str]


def _id(figure: Figure) -> Id:
    return figure.name, figure.part_kind, figure.part


@dataclasses.dataclass(frozen=True)
class Change:
    key: Key
    name: str
    part_kind: str
    part: str
    old: Figure | None
    new: Figure | None

    @property
    def share(self) -> float:
        """How large the change is beside the old value. Texts that changed are the largest, then what was 0; the
        smallest are figures that appeared or vanished."""
        if self.old is None or self.new is None:
            return -1.0
        old, new = self.old.number, self.new.number
        if old is None or new is None:
            return math.inf
        return abs(new - old) / abs(old) if old else sys.float_info.max


class Baseline:
    """An earlier report, by key and figure."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._figures = {cell.key: {_id(figure): figure for figure in cell.figures} for cell in report.cells}
        self._status = {cell.key: cell.status for cell in report.cells}

    def figure(self, key: Key, figure: Figure) -> Figure | None:
        """Its value then; None where there was none. Wall time has none: it means nothing beside another run's."""
        return None if figure.figure_class == "wall" else self._figures.get(key, {}).get(_id(figure))

    def status(self, key: Key) -> str | None:
        return self._status.get(key)

    def compared(self, report: Report) -> int:
        """How many figures both have and may be compared."""
        return sum(self.figure(cell.key, figure) is not None for cell in report.cells for figure in cell.figures)

    def changes(self, report: Report) -> list[Change]:
        """Every figure of cells in both that is not as it was, the largest first. Wall time is left out, and what
        vanished because its cell did not pass."""
        found = [change for cell in report.cells if cell.key in self._figures for change in self._of_cell(cell)]
        return sorted(found, key=lambda change: -change.share)

    def _of_cell(self, cell: Cell) -> list[Change]:
        old = {each: figure for each, figure in self._figures[cell.key].items() if figure.figure_class != "wall"}
        new = {_id(figure): figure for figure in cell.figures if figure.figure_class != "wall"}
        found = []
        for each in [*new, *(each for each in old if each not in new)]:
            before, after = old.get(each), new.get(each)
            if after is None and cell.status != PASS:
                continue
            if before is None or after is None or before.value != after.value:
                found.append(Change(cell.key, *each, before, after))
        return found

    def appeared(self, report: Report) -> list[Key]:
        return [cell.key for cell in report.cells if cell.key not in self._figures]

    def vanished(self, report: Report) -> list[Key]:
        keys = {cell.key for cell in report.cells}
        return [key for key in self._figures if key not in keys]
