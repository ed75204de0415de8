"""Flash by component and by symbol."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from reports.page import cells as of
from reports.page import chart, words
from reports.page.compare import Baseline
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip, drawn
from reports.report_file import Cell, Figure

MAX_PICTURES = 4
MAX_SYMBOLS = 30
MAX_SYMBOL_TABLES = 8
FIELDS = ("model", "variant", "build_kind", "core")
_PARTS = {"engine": "engine_text_bytes", "library": "library_text_bytes", "startup": "startup_text_bytes",
          "constants": "rodata_bytes", "data": "data_bytes", "model": "model_bytes"}


def groups(cells: Sequence[Cell]) -> list[list[Cell]]:
    """All cores of a model, variant and build together."""
    found: defaultdict[tuple[str, str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        found[cell.key.model, cell.key.variant, cell.key.build_kind].append(cell)
    return list(found.values())


def _total(cell: Cell) -> Datum:
    figures = [cell.figure(name) for name in ("firmware_bytes", "model_bytes")]
    numbers = [figure.number for figure in figures if figure and figure.number is not None]
    if len(numbers) < 2:
        return of.absent(cell.message or "firmware or model is missing")
    return Datum(words.number(int(sum(numbers))), sum(numbers))


def bars(slug: str, title: str, cells: Sequence[Cell], named: dict[str, str]) -> list[Block]:
    """A picture of each of the first groups: bytes of every part, by core."""
    pictures: list[Block] = []
    for number, group in enumerate(groups(cells)[:MAX_PICTURES], 1):
        whole = [cell for cell in group if cell.figure(next(iter(named.values())))]
        if not whole:
            continue
        segments = {part: [(figure.number or 0.0) if (figure := cell.figure(name)) else 0.0 for cell in whole]
                    for part, name in named.items()}
        names = of.Names.of(whole, FIELDS, ("core",))
        pictures.append(chart.stacked(f"{slug}-{number}", names.caption(title), "bytes",
                                      [names.label(cell.key) for cell in whole], segments))
    return [*pictures, *drawn(MAX_PICTURES, len(groups(cells)))]


def _symbols(cells: Sequence[Cell], baseline: Baseline | None) -> Table | None:
    sizes = [cell.parts("symbol", "bytes") for cell in cells]
    largest: defaultdict[str, float] = defaultdict(float)
    for each in sizes:
        for symbol, figure in each.items():
            largest[symbol] = max(largest[symbol], figure.number or 0)
    if not largest:
        return None
    names = of.Names.of(cells, FIELDS, ("core",))
    order = sorted(largest, key=lambda symbol: (-largest[symbol], symbol))
    rows = [[Datum(clip(symbol, 110), clip(symbol, 500)),
             *(_size(cell, each, symbol, baseline) for cell, each in zip(cells, sizes))]
            for symbol in order[:MAX_SYMBOLS]]
    columns = [Column("symbol", code=True), *(Column(names.label(cell.key), True) for cell in cells)]
    return Table(names.caption("Largest symbols, bytes"), columns, rows, folded=True, row_noun="symbols", brief=False,
                 unlisted=len(order) - len(rows))


def _size(cell: Cell, sizes: dict[str, Figure], symbol: str, baseline: Baseline | None) -> Datum:
    figure = sizes.get(symbol)
    if figure is None:
        return Datum("", tone="muted")
    old = baseline.figure(cell.key, figure) if baseline else None
    return Datum(words.number(figure.value), figure.number, delta=words.delta(old.value, figure.value) if old else "")


def section(cells: Sequence[Cell], baseline: Baseline | None) -> Section:
    cells = of.grouped(of.of_kind(cells, "size"))
    if not cells:
        return Section("flash", "Flash", [Paragraph("not measured: the report has no cells of atome size")])
    names = of.Names.of(cells, FIELDS, ("core",))
    rows = [[*names.row(cell.key), *(of.shown(cell, name, baseline=baseline) for name in _PARTS.values()),
             of.shown(cell, "firmware_bytes", baseline=baseline), _total(cell)] for cell in cells]
    columns = [*names.columns, *(Column(part, True) for part in _PARTS), Column("firmware", True), Column("with model", True)]
    said = "Bytes of the linked firmware; exact. " + (
        "Differences to the baseline stand behind a figure." if baseline else "No baseline was given to compare with.")
    symbols = [table for group in groups(cells)[:MAX_SYMBOL_TABLES] if (table := _symbols(group, baseline))]
    more = len(groups(cells)) - MAX_SYMBOL_TABLES
    rest = [Paragraph(f"Not shown: symbols of {more} more builds; the report file has them.")] if more > 0 else []
    return Section("flash", "Flash", [Paragraph(said), *bars("flash", "Flash by component", cells, _PARTS),
                                      Table(names.caption("Flash by component, bytes"), columns, rows), *symbols, *rest])
