"""Which figures of a history are meant, and their points in the order of their places."""

from __future__ import annotations

import dataclasses
import difflib
import re
import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reports import catalogue
from reports.history import schema, store
from reports.history.order import Order
from reports.report_data import Key, Value

METRIC = re.compile(r"(?P<name>[^\[]+)(?:\[(?P<part_kind>[^=\]]+)(?:=(?P<part>.*))?\])?", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class SeriesKey:
    cell: Key
    name: str
    part_kind: str
    part: str

    @property
    def quantity(self) -> catalogue.Quantity:
        """What the catalogue says of it; of a name that it no longer has, nothing but that any change is one."""
        return catalogue.FIGURES.get(self.name) or catalogue.Quantity(
            self.name, self.name, self.name, "whole", catalogue.EXACT, "told")

    @property
    def metric(self) -> str:
        return f"{self.name}[{self.part_kind}={self.part}]" if self.part_kind else self.name

    @property
    def label(self) -> str:
        return f"{self.metric} {self.cell}"


class Point(NamedTuple):  # there are many: a tuple is made several times faster than a dataclass
    run: store.Run
    value: Value
    low: float | None = None
    high: float | None = None
    place: int = 0
    clock: str = ""  # what is wrong with its date


def metrics(connection: sqlite3.Connection) -> dict[str, int]:
    """How many series each metric has; parts are counted together, as instructions_per_token[op]."""
    rows = connection.execute("SELECT name, part_kind, COUNT(*) FROM series GROUP BY name, part_kind ORDER BY 1, 2")
    return {f"{name}[{part_kind}]" if part_kind else name: count for name, part_kind, count in rows}


def _nearest(wanted: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(wanted, known, n=5, cutoff=0.4) or list(known[:5])
    return ", ".join(near) or "nothing yet"


def _unknown(connection: sqlite3.Connection, metric: str, name: str, part_kind: str) -> ValueError:
    if part_kind and (name, part_kind) in {tuple(row) for row in connection.execute(
            "SELECT name, part_kind FROM series WHERE name = ?", (name,))}:
        parts = [f"{name}[{part_kind}={row[0]}]" for row in connection.execute(
            "SELECT DISTINCT part FROM series WHERE (name, part_kind) = (?, ?) ORDER BY 1", (name, part_kind))]
        return ValueError(f"no figure {metric}; near it: {_nearest(metric, parts)}")
    return ValueError(f"no figure {metric}; near it: {_nearest(metric, list(metrics(connection)))} "
                      "(atome history metrics lists all)")


def _parsed(metric: str) -> tuple[str, str, str | None]:
    match = METRIC.fullmatch(metric)
    if not match:
        raise ValueError(f"{metric!r} is not a metric; write NAME, NAME[KIND] or NAME[KIND=PART], "
                         "as instructions_per_token[op=sparse]")
    return match["name"], match["part_kind"] or "", match["part"]


def matching(connection: sqlite3.Connection, metric: str, only: Mapping[str, Sequence[str]]) -> dict[int, SeriesKey]:
    """As find, but what is not there is not an error."""
    name, part_kind, part = _parsed(metric)
    rows = connection.execute(
        "SELECT series.id, kind, runner, core, board, model, variant, build_kind, text, detail, name, part_kind, part "
        "FROM series JOIN cell ON cell.id = series.cell WHERE name = ? AND part_kind = ? "
        "AND (? IS NULL OR part = ?)", (name, part_kind, part, part))
    found = {row[0]: SeriesKey(Key(*row[1:10]), *row[10:]) for row in rows}
    kept = {series: key for series, key in found.items()
            if all(getattr(key.cell, field) in values for field, values in only.items())}
    return dict(sorted(kept.items(), key=lambda item: (item[1].cell, item[1].part)))


def find(connection: sqlite3.Connection, metric: str, only: Mapping[str, Sequence[str]]) -> dict[int, SeriesKey]:
    """Series of a metric, `name`, `name[part_kind]` for all its parts, `name[part_kind=part]`, by id.

    `only` keeps cells whose field of the key has one of the values. ValueError says what there is when nothing is left.
    """
    kept: dict[str, Sequence[str]] = {}
    found = matching(connection, metric, kept)
    if not found:
        raise _unknown(connection, metric, *_parsed(metric)[:2])
    for field, values in only.items():
        known = sorted({getattr(key.cell, field) or "none" for key in found.values()})
        kept[field] = values
        found = matching(connection, metric, kept)
        if not found:
            raise ValueError(f"no {metric} of {field} {','.join(values)}; there is: {', '.join(known)}")
    return found


def points(connection: sqlite3.Connection, series: int, runs: Mapping[int, store.Run], order: Order) -> list[Point]:
    """In the order of places, those of one place in the order of being added; `runs` as store.runs gives them."""
    rows = connection.execute("SELECT run, value, low, high FROM point WHERE series = ?", (series,)).fetchall()
    try:
        rows.sort(key=lambda row: order.rank[row[0]])
        return [Point(runs[run], store.decoded(value), _bound(low), _bound(high), order.place_of[run], order.clocks.get(run, ""))
                for run, value, low, high in rows]
    except KeyError as error:
        raise schema.damaged(f"series {series}: there is no run {error}") from None
    except ValueError as error:
        raise schema.damaged(f"series {series}: {error}") from None


def _bound(value: object) -> float | None:
    if value is not None and not isinstance(value, (int, float)):
        raise ValueError(f"a bound of a figure is {value!r}")
    return value
