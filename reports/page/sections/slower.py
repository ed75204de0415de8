"""Which variants take more cycles than another one of the same model, as harness/report/slower_variants.h says it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from reports.page.document import Block, Column, Datum, Table, clip
from reports.report_data import Cell, Key

MAX_PLACES = 30


def _without_variant(key: Key) -> Key:
    return dataclasses.replace(key, variant="")


def table(cells: Sequence[Cell]) -> list[Block]:
    """A row a model and variant that another one beats somewhere; nothing where none does."""
    cycles = [(cell, figure.number) for cell in cells
              if cell.passed and cell.key.kind == "cycles" and (figure := cell.figure("cycles_per_token")) and figure.number is not None]
    fastest: dict[Key, tuple[Cell, float]] = {}
    for cell, count in cycles:
        key = _without_variant(cell.key)
        if key not in fastest or count < fastest[key][1]:
            fastest[key] = (cell, count)
    places: dict[tuple[str, str], list[str]] = {}
    for cell, count in cycles:
        best, least = fastest[_without_variant(cell.key)]
        if count <= least or least <= 0:
            continue
        build = f" for {cell.key.build_kind}" if cell.key.build_kind not in ("", "speed") else ""
        places.setdefault((cell.key.model, cell.key.variant), []).append(
            f"{cell.key.board or cell.key.core}{build} ({100 * (count / least - 1):.0f} % over {best.key.variant})")
    rows = [[Datum(clip(model, 60)), Datum(clip(variant, 20)),
             Datum(clip(", ".join(found[:MAX_PLACES]) + (f", and {len(found) - MAX_PLACES} more" if len(found) > MAX_PLACES else ""), 1500))]
            for (model, variant), found in places.items()]
    return [Table("Slower than another variant", [Column("model"), Column("variant"), Column("on", prose=True)], rows, folded=len(rows) > 6)] if rows else []
