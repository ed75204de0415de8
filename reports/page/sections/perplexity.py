"""How well models predict a text: estimates with intervals."""

from __future__ import annotations

from collections.abc import Sequence

from reports.page import cells as of
from reports.page import chart
from reports.page.compare import Baseline
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip
from reports.report_file import Cell

_FIELDS = ("model", "variant", "core", "text", "detail")


def _against(cells: Sequence[Cell]) -> list[Block]:
    rows = []
    for cell in cells:
        for other, ratio in cell.parts("against", "ratio").items():
            rows.append([Datum(clip(f"{cell.key.model} {cell.key.variant}", 80)), Datum(clip(other, 80)),
                         of.shown(cell, "ratio", "against", other, digits=7), of.with_interval(ratio, 7),
                         of.shown(cell, "kl_mean", "against", other), of.shown(cell, "same_top", "against", other)])
    columns = [Column("model"), Column("beside"), Column("ratio of perplexities", True, "estimate"),
               Column("95 % interval", True), Column("mean KL, nats", True, "estimate"),
               Column("same first choice", True, "estimate")]
    return [Table("Beside another model, byte by byte", columns, rows)] if rows else []


def _picture(cells: Sequence[Cell]) -> list[Block]:
    names = of.Names.of(cells, ("model", "variant", "text", "detail"))
    points = [(names.label(cell.key), float(f.number), f.low, f.high) for cell in cells
              if (f := cell.figure("perplexity")) and f.number is not None and f.low is not None and f.high is not None]
    return [chart.intervals("perplexity-1", names.caption("Perplexity a byte"), "perplexity", points)] if points else []


def section(cells: Sequence[Cell], baseline: Baseline | None) -> Section:
    cells = of.grouped(of.of_kind(cells, "perplexity"))
    if not cells:
        return Section("perplexity", "Perplexity", [Paragraph("not measured: the report has no cells of atome ppl")])
    names = of.Names.of(cells, _FIELDS, ("model", "variant"))
    rows = [[*names.row(cell.key), of.shown(cell, "perplexity", baseline=baseline),
             of.with_interval(cell.figure("perplexity")),
             of.shown(cell, "bits_per_byte", baseline=baseline), of.with_interval(cell.figure("bits_per_byte")),
             of.shown(cell, "tokens", baseline=baseline)] for cell in cells]
    columns = [*names.columns, Column("perplexity", True, "estimate"), Column("95 % interval", True),
               Column("bits a byte", True, "estimate"), Column("95 % interval", True),
               Column("bytes predicted", True, "exact")]
    return Section("perplexity", "Perplexity", [
        Paragraph("Perplexity a byte is an estimate from a sample of text. The intervals say what other text of the kind "
                  "may give. Two models on the same text are compared by the ratio, whose interval is far narrower."),
        *_picture(cells), Table(names.caption("Models on a text"), columns, rows), *_against(cells)])
