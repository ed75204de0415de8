"""Whether every runner computed the golden trace's bits: models by runners and cores."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence

from reports import catalogue
from reports.diff_file import Diff
from reports.page import cells as of
from reports.page import view, words
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip
from reports.report_data import Cell, Key

_CORES = ("host", "host-simd", "m0", "m0plus", "m3", "m4", "m4f", "m7")
_RUNNERS = ("native", "unicorn", "qemu")


def _place(names: Sequence[str], name: str) -> tuple[int, str]:
    return (names.index(name) if name in names else len(names), name)


def _column(key: Key) -> tuple[tuple[int, str], tuple[int, str], str, str]:
    build = key.build_kind if key.build_kind not in ("", "speed") else ""
    return _place(_RUNNERS, key.runner), _place(_CORES, key.core), build, key.detail


def _datum(cells: Sequence[Cell], details: Mapping[Key, str]) -> Datum:
    if not cells:
        return Datum("", tone="muted")
    worst = max(cells, key=lambda cell: (cell.failed, catalogue.OUTCOMES[cell.outcome].severity))
    if worst.left_out:
        return Datum("left out", tone="muted")
    return dataclasses.replace(of.outcome(worst.outcome), link=details.get(worst.key, ""))


def _matrix(cells: Sequence[Cell], details: Mapping[Key, str]) -> Table:
    columns = sorted({_column(cell.key) for cell in cells})
    at: defaultdict[tuple[str, str], defaultdict[object, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        at[cell.key.model, cell.key.variant][_column(cell.key)].append(cell)
    heads = [Column(clip(" ".join(part for part in (runner[1], core[1], build, detail) if part), 40), marks=True)
             for runner, core, build, detail in columns]
    failing = {row for row, found in at.items() if any(c.failed for each in found.values() for c in each)}
    rows = [[Datum(clip(model, 60)), Datum(clip(variant, 20)),
             *(_datum(at[model, variant][column], details) for column in columns)]
            for model, variant in sorted(at, key=lambda row: (row not in failing, row))]
    return Table("Models and variants by runner and core", [Column("model"), Column("variant"), *heads], rows, 200,
                 row_noun="models and variants")


def section(kind: catalogue.Kind, cells: Sequence[Cell], diff: Diff | None, details: Mapping[Key, str]) -> Section:
    """`details` has the id of the detail of each cell that failed."""
    cells = of.of_kind(cells, kind.name)
    if not cells:
        return Section(kind.name, kind.title, empty=f"not measured: the report has no cells of atome {kind.command}")
    near = sum(cell.near for cell in cells)
    exact = sum(cell.passed for cell in cells) - near
    ran = sum(not cell.left_out for cell in cells)
    blocks: list[Block] = [Paragraph(
        f"{exact} of {words.count(ran, 'run')} gave the bits of the golden trace in every logit of every step. "
        + (f"Within the tolerance that was asked, but not to the bit (≈): {near}. " if near else "")
        + "An empty place is not a part of the matrix; a failure leads to its divergence.")]
    blocks.append(_matrix(cells, details))
    tables = [view.table(each, cells, "What each run gave", diff, folded=True) for each in kind.tables]
    return Section(kind.name, kind.title, [*blocks, *(each for each in tables if each)])
