"""What is measured, as proto/catalogue.json says it: figures, outcomes, kinds of cells, and what shows them."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Iterable
from typing import Any

FILE = pathlib.Path(__file__).resolve().parents[1] / "proto" / "catalogue.json"
EXACT, INTERVAL, WALL = "exact", "interval", "wall"


@dataclasses.dataclass(frozen=True)
class Former:
    """A name that older reports have for a quantity, in cells and parts of these kinds; empty: of any."""
    name: str
    kind: str = ""
    part: str = ""


@dataclasses.dataclass(frozen=True)
class Quantity:
    name: str
    title: str
    short: str  # heads a column
    show: str   # how words.show writes a value
    figure_class: str  # EXACT, INTERVAL or WALL
    better: str        # less, more, equal (any change is wrong) or told (none is)
    unit: str = ""
    material: float = 0.0  # of INTERVAL: a change by this share is one, whatever the intervals say
    parts: frozenset[str] = frozenset()  # kinds of parts that may have it, beside the whole cell
    absent_is_zero: bool = False
    modelled: bool = False  # the same each time, and an estimate of silicon
    formerly: tuple[Former, ...] = ()

    def may_be_of(self, part_kind: str) -> bool:
        return not part_kind or part_kind in self.parts


@dataclasses.dataclass(frozen=True)
class Outcome:
    name: str
    text: str
    tone: str  # good, near, warn or bad
    exit_code: int
    about: str
    severity: int  # 0: the best

    @property
    def passes(self) -> bool:
        """Whether it is no failure."""
        return self.exit_code == 0


@dataclasses.dataclass(frozen=True)
class ViewColumn:
    """A column, or with `by` or several figures more of them. Without figures it is a field: of the key, outcome, note,
    or "part", the name of the row's part."""
    field: str = ""
    figures: tuple[str, ...] = ()
    of: str = ""       # a figure that is shown behind: "48/48"
    per: str = ""      # shown as "1/15.9" of this figure
    over: str = ""     # shown divided by this figure
    show: str = ""     # otherwise than the figure's own
    of_part: str = ""  # of the cell's first part of this kind, whatever the row's is
    by: str = ""       # one column for each part of this kind
    title: str = ""
    interval: str = ""  # inline or column
    spread: str = ""    # of samples, likewise


@dataclasses.dataclass(frozen=True)
class View:
    """A table of cells of a kind: a row a cell, or a row a part of kind `rows`."""
    columns: tuple[ViewColumn, ...]
    title: str = ""
    rows: str = ""
    parts_with: str = ""  # only parts that have this figure
    order: str = ""       # parts with most of this figure first
    folded: bool = False


@dataclasses.dataclass(frozen=True)
class Picture:
    """Bars of the figures, stacked, or their intervals."""
    title: str
    figures: tuple[str, ...]
    by: str = ""  # a segment for each part of this kind
    rows: str = ""  # a bar for each part of this kind, instead of one a cell
    of: str = ""  # "core": of cells without a board; "board": of those with one
    interval: bool = False


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str
    title: str
    command: str
    tables: tuple[View, ...]
    trends: tuple[str, ...]  # figures whose history a page shows
    time: str                # the figure that is a time, or counts one; empty: none is
    about: str               # the rest is what a page shows beside the tables
    apart: str               # a field of the key: cells with another word before ": " in it stand apart
    notes: str               # title of a table of notes
    pictures: tuple[Picture, ...]
    page_tables: tuple[View, ...]


_CATALOGUE: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def _quantity(row: dict[str, Any]) -> Quantity:
    fields = {name: value for name, value in row.items() if name not in ("class", "parts", "formerly")}
    return Quantity(figure_class=row["class"].lower(), parts=frozenset(row.get("parts", ())),
                    formerly=tuple(Former(**former) for former in row.get("formerly", ())), **fields)


PART_KINDS: tuple[str, ...] = ("", *_CATALOGUE["parts"])  # "": the whole cell
FIGURES: dict[str, Quantity] = {row["name"]: _quantity(row) for row in _CATALOGUE["figures"]}
OUTCOMES: dict[str, Outcome] = {row["name"]: Outcome(severity=severity, **row)
                                for severity, row in enumerate(_CATALOGUE["outcomes"])}


def _column(column: str | dict[str, Any]) -> ViewColumn:
    if isinstance(column, str):
        return ViewColumn(figures=(column,)) if column in FIGURES else ViewColumn(field=column)
    fields = {name: value for name, value in column.items() if name not in ("figure", "figures")}
    figures = (*([column["figure"]] if "figure" in column else []), *column.get("figures", ()))
    return ViewColumn(**{**({} if figures else {"field": "part"}), **fields}, figures=figures)


def _view(row: dict[str, Any]) -> View:
    others = ("columns", "least")  # "least": what a narrow terminal leaves out
    fields = {{"with": "parts_with"}.get(name, name): value for name, value in row.items() if name not in others}
    return View(tuple(map(_column, row["columns"])), **fields)


def _picture(row: dict[str, Any]) -> Picture:
    fields = {name: value for name, value in row.items() if name != "figures"}
    return Picture(figures=tuple(row["figures"]), **fields)


def _kind(row: dict[str, Any]) -> Kind:
    page: dict[str, Any] = row.get("page", {})
    return Kind(row["name"], row["title"], row["command"], tuple(map(_view, row["tables"])), tuple(row.get("trends", ())),
                row.get("time", ""), page.get("about", ""), page.get("apart", ""), page.get("notes", ""), tuple(map(_picture, page.get("pictures", ()))),
                tuple(map(_view, page.get("tables", ()))))


KINDS: dict[str, Kind] = {row["name"]: _kind(row) for row in _CATALOGUE["kinds"]}
_FORMER = [(former, figure.name) for figure in FIGURES.values() for former in figure.formerly]


def current_name(name: str, kind: str, part_kind: str) -> str:
    """Today's name of a quantity that an older report names, in a cell and part of these kinds."""
    return next((now for former, now in _FORMER if former.name == name and former.kind in ("", kind)
                 and former.part in ("", part_kind)), name)


def worst(outcomes: Iterable[str]) -> Outcome:
    """The most severe; a pass when there is none."""
    return max((OUTCOMES[name] for name in outcomes), key=lambda outcome: outcome.severity, default=OUTCOMES["pass"])
