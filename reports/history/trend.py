"""A series over the nights, with the places where it moved; and those that a page shows."""

from __future__ import annotations

import dataclasses
import pathlib
import sqlite3
from collections.abc import Mapping, Sequence

from reports import catalogue
from reports.history import moves, query, schema, store


@dataclasses.dataclass(frozen=True)
class Trend:
    key: query.SeriesKey
    points: list[query.Point]  # in the order of time
    moved: list[int]           # indices into points


@dataclasses.dataclass(frozen=True)
class Series:
    """A trend as a page shows it."""
    label: str  # "ram_bytes size elf m3 atome_60k.atome03 f32"
    unit: str
    points: list[tuple[str, str, int | float]]  # date, commit, value; in the order of time
    moved_at: str | None  # the commit of the last move among the points; "" where that commit has no name
    judged: str = ""  # "better" or "worse": that move


def read(connection: sqlite3.Connection, metric: str, only: Mapping[str, Sequence[str]]) -> list[Trend]:
    """Every series that is meant, whole: a move is one in the whole history, not in what is shown of it."""
    runs = store.runs(connection)
    found = [(key, query.points(connection, series, runs))
             for series, key in query.find(connection, metric, only).items()]
    return [Trend(key, points, moves.moves(points, key.quantity)) for key, points in found]


def trends(db_path: pathlib.Path, limit: int = 30) -> list[Series]:
    """The headline metrics' series that have a point in the last `limit` runs, their last `limit` points each.

    Empty where there is no history; ValueError names a file that is not one.
    """
    if not db_path.is_file():
        return []
    found: list[Series] = []
    with schema.opened(db_path) as connection:
        runs = store.runs(connection)
        lately = {id(run) for run in list(runs.values())[-limit:]}
        headlines = [(kind.name, metric) for kind in catalogue.KINDS.values() for metric in kind.trends]
        for kind, metric in headlines:
            for series, key in query.matching(connection, metric, {"kind": [kind]}).items():
                points = query.points(connection, series, runs, limit)
                numbers = [(point.run.date, point.run.commit, point.value) for point in points
                           if not isinstance(point.value, str)]
                if len(numbers) < len(points) or id(points[-1].run) not in lately:
                    continue
                moved = moves.moves(points, key.quantity)
                at = moved[-1] if moved else None
                found.append(Series(key.label, key.quantity.unit, numbers, None if at is None else points[at].run.commit,
                                    "" if at is None else moves.judged(points[at - 1], points[at], key.quantity)))
    return found
