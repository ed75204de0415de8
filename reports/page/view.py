"""Tables of a page as the catalogue's views say them: figures with their differences, or why they are absent."""

from __future__ import annotations

import dataclasses
import itertools
import operator
import statistics
from collections.abc import Callable, Iterator, Sequence

from reports import catalogue
from reports.catalogue import FIGURES, View, ViewColumn
from reports.diff_file import Diff
from reports.page import cells as of
from reports.page import words
from reports.page.document import Column, Datum, Table, clip
from reports.report_data import Cell, Figure, Key

MAX_SYMBOLS = 30
_HINTS = {catalogue.EXACT: "exact", catalogue.INTERVAL: "estimate", catalogue.WALL: "wall"}
_KEY = tuple(field.name for field in dataclasses.fields(Key) if field.name != "kind")
_REST = "other"  # an op: comes behind those that have a name


@dataclasses.dataclass(frozen=True)
class _Row:
    """A cell, or a part of one, with the cell's figures by name, kind of part and part."""
    cell: Cell
    figures: dict[tuple[str, str, str], Figure]
    part_kind: str = ""
    part: str = ""

    def of_part(self, name: str, part_kind: str, part: str) -> Figure | None:
        return self.figures.get((name, part_kind, part))

    def find(self, name: str, of_part: str = "") -> Figure | None:
        """Of the row's part, or of the cell's first part of kind `of_part`."""
        if not of_part:
            return self.figures.get((name, self.part_kind, self.part))
        return next((f for f in self.figures.values() if (f.name, f.part_kind) == (name, of_part)), None)

    def part_name(self, part_kind: str) -> str:
        if not part_kind or part_kind == self.part_kind:
            return self.part
        return next((f.part for f in self.figures.values() if f.part_kind == part_kind), "")


def _rows(view: View, cells: Sequence[Cell]) -> Iterator[_Row]:
    for cell in cells:
        row = _Row(cell, {figure.id: figure for figure in cell.figures})
        if not view.rows:
            yield row
            continue
        for part in dict.fromkeys(figure.part for figure in cell.figures if figure.part_kind == view.rows):
            if not view.parts_with or (view.parts_with, view.rows, part) in row.figures:
                yield dataclasses.replace(row, part_kind=view.rows, part=part)


def _finite(value: float | None) -> float | None:
    """As a spread or ratio can be made of it."""
    return value if value is not None and abs(value) < 1e150 else None


def _spread(figure: Figure) -> Datum:
    samples = [each for each in figure.samples if _finite(each) is not None]
    middle = statistics.median(samples) if len(samples) > 1 else 0
    if not middle or abs(middle) < 1e-150:
        return of.absent("fewer than two repetitions that took time")
    spread = (max(samples) - min(samples)) / middle
    return Datum(f"{100 * spread:.1f} %", spread)


def _interval(figure: Figure, how: str) -> Datum:
    if figure.low is None or figure.high is None:
        return of.absent("no interval was computed")
    return Datum(words.interval(figure.low, figure.high, how), figure.low)


class _Maker:
    """Makes the columns of a table one by one; those with nothing in them are left out."""

    def __init__(self, view: View, cells: Sequence[Cell], diff: Diff | None, apart: str) -> None:
        self.view, self.diff, self.apart = view, diff, apart
        self.rows = list(_rows(view, cells))
        fields = [column.field for column in view.columns if column.field in _KEY]
        told = [*fields, *(field for field in _KEY if field not in fields)]
        always = [field for field in fields if field in ("core", apart)] or fields[:1]
        self.names = of.Names.of([row.cell for row in self.rows], told, always)
        self.columns: list[Column] = []
        self.data: list[list[Datum]] = [[] for _ in self.rows]

    def _is_key(self, column: ViewColumn) -> bool:
        return column.field in _KEY

    def _untold(self) -> list[str]:
        """Fields that tell cells apart and that the view does not have."""
        return [field for field in self.names.fields if all(field != column.field for column in self.view.columns)]

    def _add(self, column: Column, datum: Callable[[_Row], Datum]) -> None:
        data = [datum(row) for row in self.rows]
        if all((each.text in ("", "—")) and not each.note for each in data):
            return
        self.columns.append(column)
        for row, each in zip(self.data, data):
            row.append(each)

    def _key(self, field: str, title: str) -> None:
        def datum(row: _Row) -> Datum:
            text = str(getattr(row.cell.key, field))
            return Datum(clip(text.partition(": ")[2] or text if field == self.apart else text, 80))

        self._add(Column(title or of.HEADS.get(field, field)), datum)

    def _field(self, column: ViewColumn) -> None:
        if column.field in _KEY:
            if column.field in self.names.fields:
                self._key(column.field, column.title)
        elif column.field == "outcome":
            self._add(Column(column.title or "outcome"), lambda row: of.outcome(row.cell.outcome))
        elif column.field == "part":
            kind = column.of_part or self.view.rows
            self._add(Column(column.title or kind, code=kind == "symbol"),
                      lambda row: Datum(clip(row.part_name(column.of_part), 110)))
        else:
            self._add(Column(column.title or column.field, prose=True),
                      lambda row: Datum(clip(str(getattr(row.cell, column.field)), 1000), tone="muted"))

    def _figure(self, column: ViewColumn, name: str, find: Callable[[_Row], Figure | None], title: str) -> None:
        quantity = FIGURES[name]
        how = column.show or quantity.show

        def datum(row: _Row) -> Datum:
            figure = find(row)
            if figure is None:
                cell = row.cell
                return of.absent("" if column.by else cell.unavailable.get(name, "" if cell.passed else cell.message))
            return self._shown(column, row, figure, how)

        def beside(made: Callable[[Figure], Datum]) -> Callable[[_Row], Datum]:
            return lambda row: of.absent("") if (figure := find(row)) is None else made(figure)

        hint = "modelled" if quantity.modelled else _HINTS[quantity.figure_class]
        self._add(Column(clip(title or quantity.short, 40), how != "text", hint, about=quantity.title), datum)
        if column.interval == "column":
            self._add(Column("95 % interval", True), beside(lambda figure: _interval(figure, how)))
        if column.spread == "column":
            self._add(Column("spread", True), beside(_spread))

    def _shown(self, column: ViewColumn, row: _Row, figure: Figure, how: str) -> Datum:
        value = figure.number
        if column.per or column.over:
            other = row.figures.get((column.per or column.over, figure.part_kind, figure.part))
            under = _finite(other.number) if other else None
            if not under or abs(under) < 1e-150 or _finite(value) is None or value is None:
                return of.absent("")
            return Datum(f"1/{value / under:.1f}" if column.per else words.show(value / under, how), value / under)
        text = words.show(figure.value, how)
        if column.of:
            whole = row.figures.get((column.of, figure.part_kind, figure.part))
            text += "/" + (words.show(whole.value, how) if whole else "—")
        if column.spread == "inline" and len(set(figure.samples)) > 1:
            text += f" ({words.show(min(figure.samples), how)}..{words.show(max(figure.samples), how)})"
        if column.interval == "inline" and figure.low is not None and figure.high is not None:
            text += f" [{words.show(figure.low, how)}, {words.show(figure.high, how)}]"
        tone = ("good" if value else "bad") if how == "yes" else ""
        return Datum(clip(text, 60), value, tone, self.diff.delta(row.cell.key, figure) if self.diff else "")

    def _by_part(self, column: ViewColumn) -> None:
        first = column.figures[0]
        parts = dict.fromkeys(f.part for row in self.rows for f in row.cell.figures
                              if (f.name, f.part_kind) == (first, column.by))
        for part in sorted(parts, key=lambda name: name == _REST):
            for name in column.figures:
                title = part if len(column.figures) == 1 else f"{part} {FIGURES[name].short}"
                self._figure(column, name, operator.methodcaller("of_part", name, column.by, part), title)

    def table(self, title: str, folded: bool) -> Table | None:
        for column in (*filter(self._is_key, self.view.columns), *map(ViewColumn, self._untold())):
            self._field(column)
        names = len(self.columns)
        for column in itertools.filterfalse(self._is_key, self.view.columns):
            if not column.figures:
                self._field(column)
            elif column.by:
                self._by_part(column)
            else:
                for name in column.figures:
                    self._figure(column, name, operator.methodcaller("find", name, column.of_part), column.title)
        if not self.rows or len(self.columns) == names:
            return None
        return Table(clip(self.names.caption(title)), self.columns, self.data, folded=folded)


def table(view: View, cells: Sequence[Cell], title: str, diff: Diff | None = None, folded: bool = False,
          apart: str = "") -> Table | None:
    """The view's table of the cells; None where it has no figure. `apart`: a field of the key that says what the caller
    said already before ": "."""
    return _Maker(view, cells, diff, apart).table(title, folded or view.folded or bool(view.rows))


def pivot(view: View, cells: Sequence[Cell], title: str, diff: Diff | None) -> Table | None:
    """A row a part, a column a cell, the figure that orders the view: for views with many parts."""
    found = [cell.parts(view.rows, view.order) for cell in cells]
    largest: dict[str, float] = {}
    for figures in found:
        for part, figure in figures.items():
            largest[part] = max(largest.get(part, 0.0), figure.number or 0.0)
    if not largest:
        return None
    quantity, names = FIGURES[view.order], of.Names.of(cells, ("model", "variant", "build_kind", "core", "detail"), ("core",))
    order = sorted(largest, key=lambda part: (-largest[part], part))

    def datum(cell: Cell, figure: Figure | None) -> Datum:
        if figure is None:
            return Datum("", tone="muted")
        return Datum(words.show(figure.value, quantity.show), figure.number, "", diff.delta(cell.key, figure) if diff else "")

    rows = [[Datum(clip(part, 110), clip(part, 500)), *(datum(cell, each.get(part)) for cell, each in zip(cells, found))]
            for part in order[:MAX_SYMBOLS]]
    columns = [Column(view.rows, code=True), *(Column(names.label(cell.key), True, about=quantity.title) for cell in cells)]
    return Table(names.caption(title), columns, rows, folded=True, row_noun=f"{view.rows}s",
                 unlisted=len(order) - len(rows))
