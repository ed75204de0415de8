"""From cells of a report to cells of a table: outcomes, reasons, and names without repetition."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from reports import catalogue
from reports.page.document import Column, Datum, clip
from reports.report_data import Cell, Key

HEADS = {"build_kind": "build", "detail": "measured"}


def absent(reason: str) -> Datum:
    return Datum("—", tone="muted", note=f"not measured: {clip(reason)}" if reason else "")


def outcome(name: str) -> Datum:
    found = catalogue.OUTCOMES[name]
    return Datum(found.text, None, found.tone)


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
        return [Column(HEADS.get(field, field)) for field in self.fields]

    def row(self, key: Key) -> list[Datum]:
        return [Datum(clip(getattr(key, field), 80)) for field in self.fields]

    def label(self, key: Key) -> str:
        return clip(" ".join(value for field in self.fields if (value := getattr(key, field))), 40) or "all"

    def caption(self, title: str) -> str:
        return f"{title}: {self.common}" if self.common else title


def of_kind(cells: Sequence[Cell], kind: str) -> list[Cell]:
    return [cell for cell in cells if cell.key.kind == kind]


def sorted_by_group(cells: Sequence[Cell]) -> list[Cell]:
    """All cores of a model, variant and build together, the build for speed, which is the usual one, first."""
    return sorted(cells, key=lambda cell: (cell.key.model, cell.key.variant, cell.key.build_kind == "size"))


def groups(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells that one picture compares: all cores of a model, variant, build and measurement."""
    found: dict[tuple[str, ...], list[Cell]] = {}
    for cell in cells:
        key = cell.key
        found.setdefault((key.model, key.variant, key.build_kind, key.text, key.detail), []).append(cell)
    return list(found.values())
