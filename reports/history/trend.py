"""A series over the nights, with the places where it moved; and those that a page shows."""

from __future__ import annotations

import dataclasses
import pathlib
import sqlite3
from collections.abc import Mapping, Sequence

from reports.history import moves, query, schema, store

# What a page shows the trend of: kind of cell and metric, of every cell of that kind.
HEADLINES = (("cycles", "cycles_per_token"), ("size", "firmware_bytes"), ("size", "ram_bytes"),
             ("perplexity", "perplexity"), ("ab", "perplexity"), ("benchmark", "seconds"))


@dataclasses.dataclass(frozen=True)
class Trend:
    key: query.SeriesKey
    points: list[query.Point]  # in the order of time
    moved: list[int]           # indices into points


@dataclasses.dataclass(frozen=True)
class Series:
    """A trend as a page shows it."""
    label: str  # "cycles_per_token cycles unicorn m3 atome_60k.atome03 f32"
    unit: str
    points: list[tuple[str, str, int | float]]  # date, commit, value; in the order of time
    moved_at: str | None  # the commit of the last move among the points; "" where that commit has no name


def read(connection: sqlite3.Connection, metric: str, only: Mapping[str, Sequence[str]]) -> list[Trend]:
    """Every series that is meant, whole: a move is one in the whole history, not in what is shown of it."""
    runs = store.runs(connection)
    found = [(key, query.points(connection, series, runs))
             for series, key in query.find(connection, metric, only).items()]
    return [Trend(key, points, moves.moves(points, key.figure_class)) for key, points in found]


def trends(db_path: pathlib.Path, limit: int = 30) -> list[Series]:
    """The headline metrics' series that have a point in the last `limit` runs, their last `limit` points each.

    Empty where there is no history; ValueError names a file that is none.
    """
    if not db_path.is_file():
        return []
    found: list[Series] = []
    with schema.opened(db_path) as connection:
        runs = store.runs(connection)
        lately = {id(run) for run in list(runs.values())[-limit:]}
        for kind, metric in HEADLINES:
            for series, key in query.matching(connection, metric, {"kind": [kind]}).items():
                points = query.points(connection, series, runs, limit)
                numbers = [(point.run.date, point.run.commit, point.value) for point in points
                           if not isinstance(point.value, str)]
                if len(numbers) < len(points) or id(points[-1].run) not in lately:
                    continue
                moved = moves.moves(points, key.figure_class)
                found.append(Series(key.label, key.unit, numbers, points[moved[-1]].run.commit if moved else None))
    return found
