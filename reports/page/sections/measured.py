"""A section of any kind of cell: what the catalogue says of the kind, its pictures and its tables."""

from __future__ import annotations

from collections.abc import Sequence

from reports.catalogue import FIGURES, Kind, Picture, View
from reports.diff_file import Diff
from reports.page import cells as of
from reports.page import view
from reports.page.charts import bars
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip, drawn
from reports.page.sections import boards, slower
from reports.report_data import Cell, Figure

MAX_PICTURES = 4
MAX_APART = 6
MAX_PIVOTS = 8
_NAMES = ("model", "variant", "build_kind", "core", "board", "text", "detail")


def _bars(slug: str, picture: Picture, cells: Sequence[Cell]) -> list[Block]:
    """A picture of each of the first groups of cells, a bar a cell."""
    if picture.of:
        cells = [cell for cell in cells if bool(cell.key.board) == (picture.of == "board")]
    first = picture.figures[0]
    whole = [[cell for cell in group if cell.parts(picture.by, first)] for group in of.groups(cells)]
    whole = [group for group in whole if group]
    values = [[{figure.part if picture.by else FIGURES[name].short: max(0.0, figure.number or 0.0)
                for name in picture.figures for figure in cell.parts(picture.by, name).values()} for cell in group]
              for group in whole[:MAX_PICTURES]]
    largest = max((bars.total(bar) for group in values for bar in group), default=0.0)
    segments = list(dict.fromkeys(segment for group in values for bar in group for segment in bar))
    found: list[Block] = []
    for number, (group, some) in enumerate(zip(whole, values), 1):
        names = of.Names.of(group, _NAMES, ("board" if picture.of == "board" else "core",))
        found.append(bars.stacked(f"{slug}-{number}", clip(names.caption(picture.title)), FIGURES[first].unit,
                                  dict(zip((names.label(cell.key) for cell in group), some)), segments, largest))
    return [*found, *_undrawn(picture.title, whole)]


def _bars_of_parts(slug: str, picture: Picture, cells: Sequence[Cell]) -> list[Block]:
    """A picture of each of the first cells, a bar a part; shares in percent."""
    found: list[Block] = []
    quantities = [FIGURES[name] for name in picture.figures]
    share = quantities[0].show == "share"
    segments = [quantity.short for quantity in quantities]
    drawable = [cell for cell in cells if any(figure.part_kind == picture.rows for figure in cell.figures)]
    for number, cell in enumerate(drawable[:MAX_PICTURES], 1):
        parts = dict.fromkeys(figure.part for figure in cell.figures if figure.part_kind == picture.rows)
        values = {figure.id: figure.number or 0.0 for figure in cell.figures}
        shown = {part: {quantity.short: values.get((quantity.name, picture.rows, part), 0.0) * (100 if share else 1)
                        for quantity in quantities} for part in parts}
        names = of.Names.of([cell], _NAMES)
        found.append(bars.stacked(f"{slug}-{number}", clip(names.caption(picture.title)), "%" if share else quantities[0].unit, shown, segments,
                                  100.0 if share else max(map(bars.total, shown.values()), default=0.0)))
    return [*found, *drawn(picture.title, MAX_PICTURES, len(drawable))]


def _intervals(slug: str, picture: Picture, cells: Sequence[Cell], kind: Kind) -> list[Block]:
    """A picture a text: estimates on different texts say nothing of each other."""
    name = picture.figures[0]
    texts: dict[str, list[tuple[Cell, Figure]]] = {}
    for cell in cells:
        figure = cell.figure(name)
        if figure and figure.number is not None and figure.low is not None and figure.high is not None:
            texts.setdefault("" if kind.apart else cell.key.text, []).append((cell, figure))
    ends = [end for some in texts.values() for _, figure in some for end in (figure.low, figure.high, figure.number) if end is not None]
    found: list[Block] = []
    for number, (text, some) in enumerate(list(texts.items())[:MAX_PICTURES], 1):
        names = of.Names.of([cell for cell, _ in some], ("model", "variant", "detail"), ("model",))
        points = [(clip(_name(kind, cell)[1] if kind.apart else names.label(cell.key), 40), float(figure.number or 0), float(figure.low or 0),
                   float(figure.high or 0)) for cell, figure in some]
        title = clip(f"{picture.title}: {text}" if text else picture.title)
        found.append(bars.intervals(f"{slug}-{number}", title, FIGURES[name].short, points, (min(ends), max(ends))))
    return [*found, *_undrawn(picture.title, list(texts.values()))]


def _undrawn(title: str, groups: Sequence[Sequence[object]]) -> list[Block]:
    """What has no picture, or no bar in one."""
    longest = max(map(len, groups[:MAX_PICTURES]), default=0)
    return [*drawn(title, MAX_PICTURES, len(groups)), *drawn(f"{title}, each picture", bars.MAX_BARS, longest)]


def _name(kind: Kind, cell: Cell) -> tuple[str, str]:
    """What a cell belongs to, and its own name in it: "variants: q15" of a kind that stands apart by detail."""
    whole = str(getattr(cell.key, kind.apart)) if kind.apart else ""
    head, found, tail = whole.partition(": ")
    return (head, tail) if found else ("", whole)


def _notes(title: str, cells: Sequence[Cell]) -> list[Block]:
    """Long, and the same for every model and variant."""
    notes = dict.fromkeys((cell.key.board or cell.key.core, cell.note) for cell in cells if cell.note)
    rows = [[Datum(clip(name, 40)), Datum(clip(note, 1000), tone="muted")] for name, note in notes]
    return [Table(title, [Column("of"), Column("accuracy, and notes", prose=True)], rows)] if rows else []


def _tables(kind: Kind, found: View, cells: Sequence[Cell], title: str, diff: Diff | None) -> list[Block]:
    """Cores and boards apart, and parts that are many as columns."""
    if found.order:
        groups = of.groups(cells)
        tables = [view.pivot(found, group, title, diff) for group in groups[:MAX_PIVOTS]]
        more = [Paragraph(f"Not shown: {title.lower()} of {len(groups) - MAX_PIVOTS} more builds; the report file has them.")]
        return [*(each for each in tables if each), *(more if len(groups) > MAX_PIVOTS else [])]
    some = {title: [cell for cell in cells if not cell.key.board],
            f"{title}, boards": [cell for cell in cells if cell.key.board]}
    if not all(some.values()):
        some = {title: list(cells)}
    blocks: list[Block] = [boards.matrix(cells)] if found.rows == "board" and boards.known(cells) else []
    return blocks + [each for name, part in some.items()
                     if (each := view.table(found, part, name, diff, apart=kind.apart))]


def _content(number: int, kind: Kind, head: str, cells: Sequence[Cell], diff: Diff | None) -> list[Block]:
    blocks: list[Block] = []
    for place, picture in enumerate(kind.pictures, 1):
        slug = f"{kind.name}-{number}-{place}"
        if picture.rows:
            blocks += _bars_of_parts(slug, picture, cells)
        else:
            blocks += _intervals(slug, picture, cells, kind) if picture.interval else _bars(slug, picture, cells)
    for found in (*kind.tables, *kind.page_tables):
        title = found.title or kind.title
        blocks += _tables(kind, found, cells, f"{title}, {head}" if head else title, diff)
    return blocks + slower.table(cells) + (_notes(kind.notes, cells) if kind.notes else [])


def section(kind: Kind, cells: Sequence[Cell], diff: Diff | None) -> Section:
    cells = of.sorted_by_group(of.of_kind(cells, kind.name))
    if not cells:
        return Section(kind.name, kind.title, empty=f"not measured: the report has no cells of atome {kind.command}")
    apart: dict[str, list[Cell]] = {}
    for cell in cells:
        apart.setdefault(_name(kind, cell)[0], []).append(cell)
    blocks: list[Block] = [Paragraph(kind.about)] if kind.about else []
    for number, (head, some) in enumerate(list(apart.items())[:MAX_APART], 1):
        blocks += _content(number, kind, clip(head, 80), some, diff)
    if len(apart) > MAX_APART:
        blocks.append(Paragraph(f"Not shown: {len(apart) - MAX_APART} more; the report file has them."))
    return Section(kind.name, kind.title, blocks)
