"""Contenders of A/B comparisons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from reports.page import cells as of
from reports.page import chart
from reports.page.compare import Baseline
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip
from reports.report_file import Cell

MAX_EXPERIMENTS = 6


def _name(cell: Cell) -> tuple[str, str]:
    """Experiment and contender: a cell's detail is "variants: q15"."""
    experiment, found, contender = cell.key.detail.partition(": ")
    return (experiment, contender) if found else ("", cell.key.detail)


def _ratio(cell: Cell) -> list[Datum]:
    against = cell.parts("against", "ratio")
    if not against:
        return [Datum("baseline", tone="muted"), Datum("")] if cell.status == "pass" else [of.absent(cell.message)] * 2
    other, ratio = next(iter(against.items()))
    return [of.shown(cell, "ratio", "against", other, digits=6), of.with_interval(ratio, 6)]


def _table(title: str, cells: Sequence[Cell], baseline: Baseline | None) -> Table:
    cores = of.parts(cells, "core", "cycles_per_token")
    columns = [Column("contender"), Column("params", True, "exact"), Column("bits a weight", True, "exact"),
               Column("disk bytes", True, "exact"), Column("perplexity", True, "estimate"), Column("95 % interval", True),
               Column("ratio", True, "estimate"), Column("95 % interval", True),
               *(Column(clip(f"cycles {core}", 30), True, "modelled") for core in cores)]
    first = ("params", "bits_per_weight", "disk_bytes", "perplexity")
    rows = [[Datum(clip(_name(cell)[1], 60)), *(of.shown(cell, name, baseline=baseline) for name in first),
             of.with_interval(cell.figure("perplexity")), *_ratio(cell),
             *(of.shown(cell, "cycles_per_token", "core", core, baseline=baseline) for core in cores)] for cell in cells]
    return Table(title, columns, rows, row_noun="contenders")


def _memory(title: str, cells: Sequence[Cell], baseline: Baseline | None) -> Table:
    cores = of.parts(cells, "core", "flash_bytes")
    kinds = [(name, what, core) for name, what in (("flash_bytes", "flash"), ("ram_bytes", "RAM")) for core in cores]
    rows = [[Datum(clip(_name(cell)[1], 60)), *(of.shown(cell, name, "core", core, baseline=baseline)
                                                for name, _, core in kinds)] for cell in cells]
    return Table(title, [Column("contender"), *(Column(clip(f"{what} {core}", 30), True, "exact") for _, what, core in kinds)],
                 rows if cores else [], row_noun="contenders")


def _experiment(number: int, experiment: str, cells: Sequence[Cell], baseline: Baseline | None) -> list[Block]:
    points = [(clip(_name(cell)[1], 40), float(f.number), f.low, f.high) for cell in cells
              if (f := cell.figure("perplexity")) and f.number is not None and f.low is not None and f.high is not None]
    title = clip(experiment, 80) or "A/B"
    picture = [chart.intervals(f"ab-{number}", f"{title}: perplexity", "perplexity", points)] if points else []
    memory = _memory(f"{title}: flash with model and RAM, bytes", cells, baseline)
    return [*picture, _table(f"{title}: contenders", cells, baseline), *([memory] if memory.rows else [])]


def section(cells: Sequence[Cell], baseline: Baseline | None) -> Section:
    found: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in of.of_kind(cells, "ab"):
        found[_name(cell)[0]].append(cell)
    if not found:
        return Section("ab", "A/B", [Paragraph("not measured: the report has no cells of atome ab")])
    blocks: list[Block] = [Paragraph(
        "Parameters, bytes and instructions are exact: any difference is one. Cycles are modelled. Perplexity is an "
        "estimate; a contender differs from the baseline on this text where the interval of the ratio leaves 1 out.")]
    for number, (experiment, group) in enumerate(list(found.items())[:MAX_EXPERIMENTS], 1):
        blocks += _experiment(number, experiment, group, baseline)
    if len(found) > MAX_EXPERIMENTS:
        blocks.append(Paragraph(f"Not shown: {len(found) - MAX_EXPERIMENTS} more experiments; the report file has them."))
    return Section("ab", "A/B", blocks)
