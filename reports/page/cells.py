"""From cells of a report to cells of a table: figures with their deltas or reasons, and names without repetition."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from reports.page import words
from reports.page.compare import Baseline
from reports.page.document import Column, Datum, clip
from reports.report_file import Cell, Figure, Key

_HEADS = {"build_kind": "build", "detail": "measured"}


def absent(reason: str) -> Datum:
    return Datum("—", tone="muted", note=f"not measured: {clip(reason)}")


def status(name: str) -> Datum:
    text, tone = words.status(name)
    return Datum(clip(text, 30), None, tone)


def shown(cell: Cell, name: str, part_kind: str = "", part: str = "", *, baseline: Baseline | None = None,
          digits: int = 4, tone: str = "") -> Datum:
    """The figure of a cell; where it is absent, why."""
    figure = cell.figure(name, part_kind, part)
    if figure is None:
        return absent(cell.unavailable.get(name) or cell.message or "the report does not have it")
    old = baseline.figure(cell.key, figure) if baseline else None
    delta = words.delta(old.value, figure.value) if old else ""
    return Datum(clip(words.number(figure.value, digits), 60), figure.value if not isinstance(figure.value, str) else None,
                 tone, delta)


def with_interval(figure: Figure | None, digits: int = 4) -> Datum:
    """The interval of an estimate; a sentence where it has none."""
    if figure is None or figure.low is None or figure.high is None:
        return absent("no interval was computed")
    return Datum(words.interval(figure.low, figure.high, digits), figure.low)


@dataclasses.dataclass(frozen=True)
class Names:
    """How cells of a table are told apart: fields of their keys that differ get a column, the rest is said once."""
    fields: list[str]
    common: str

    @classmethod
    def of(cls, cells: Sequence[Cell], fields: Sequence[str], always: Sequence[str] = ()) -> Names:
        values = {field: {getattr(cell.key, field) for cell in cells} for field in fields}
        columns = [field for field in fields if len(values[field]) > 1 or field in always]
        common = {field: next(iter(values[field])) for field in fields if field not in columns and values[field]}
        return cls(columns, ", ".join(clip(f"built for {value}" if field == "build_kind" else value, 80)
                                      for field, value in common.items() if value))

    @property
    def columns(self) -> list[Column]:
        return [Column(_HEADS.get(field, field)) for field in self.fields]

    def row(self, key: Key) -> list[Datum]:
        return [Datum(clip(getattr(key, field), 80)) for field in self.fields]

    def label(self, key: Key) -> str:
        return clip(" ".join(value for field in self.fields if (value := getattr(key, field))), 40) or "all"

    def caption(self, title: str) -> str:
        return f"{title}: {self.common}" if self.common else title


def of_kind(cells: Sequence[Cell], kind: str) -> list[Cell]:
    return [cell for cell in cells if cell.key.kind == kind]


def grouped(cells: Sequence[Cell]) -> list[Cell]:
    """All cores of a model, variant and build together, the build for speed, which is the usual one, first."""
    return sorted(cells, key=lambda cell: (cell.key.model, cell.key.variant, cell.key.build_kind == "size"))


def parts(cells: Sequence[Cell], part_kind: str, name: str) -> list[str]:
    """Parts of a kind over all cells, in the order in which they first come."""
    return list(dict.fromkeys(f.part for cell in cells for f in cell.figures
                              if f.part_kind == part_kind and f.name == name))
