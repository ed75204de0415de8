"""A series over the nights, with the places where it moved; and those that a page shows."""

from __future__ import annotations

import dataclasses
import pathlib
import sqlite3
from collections.abc import Mapping, Sequence

from reports import catalogue
from reports.history import moves, order, query, schema, store, tools

# Where checkouts are looked for: what the user works in, then the sources of this program.
FOLDERS = (pathlib.Path(), pathlib.Path(__file__).resolve().parents[2])


@dataclasses.dataclass(frozen=True)
class Trend:
    key: query.SeriesKey
    points: list[query.Point]  # in the order of their places
    verdicts: list[moves.Verdict]

    @property
    def moved(self) -> list[int]:
        """Indices of the points at which the figure moved."""
        return [i for i, verdict in enumerate(self.verdicts) if verdict.kind == moves.Kind.MOVED]

    def tools(self, at: int) -> tools.Tools:
        """With what a point was measured."""
        return tools.of(self.points[at].run, self.key.cell.runner)


@dataclasses.dataclass(frozen=True)
class Series:
    """A trend as a page shows it."""
    label: str  # "ram_bytes size elf m3 atome_60k.atome03 f32"
    unit: str
    points: list[tuple[str, str, int | float]]  # date, commit, value; in the order of their places
    moved_at: str | None  # the commit of the last move among the points; "" where that commit has no name
    judged: str = ""  # "better" or "worse": that move


class _Reader:
    """Of one history: what is the same for all its series is found once."""

    def __init__(self, connection: sqlite3.Connection, runs: Mapping[int, store.Run], places: order.Order) -> None:
        self._connection, self._runs, self._places = connection, runs, places
        self._tools: dict[str, dict[int, tools.Tools]] = {}  # by runner, then by identity of a run

    def trend(self, series: int, key: query.SeriesKey) -> Trend:
        runner = key.cell.runner
        if runner not in self._tools:
            self._tools[runner] = {id(run): tools.of(run, runner) for run in self._runs.values()}
        tools_of = self._tools[runner]
        points = query.points(self._connection, series, self._runs, self._places)
        return Trend(key, points, moves.verdicts(points, self._places.parents, key.quantity,
                                                 [tools_of[id(point.run)] for point in points]))


def read(connection: sqlite3.Connection, metric: str, only: Mapping[str, Sequence[str]], runs: Mapping[int, store.Run],
         places: order.Order) -> list[Trend]:
    """Every series that is meant, whole: a move is one in the whole history, not in what is shown of it."""
    reader = _Reader(connection, runs, places)
    return [reader.trend(series, key) for series, key in query.find(connection, metric, only).items()]


def _shown(trend: Trend, limit: int) -> Series:
    first = max(0, len(trend.points) - limit)
    at = max((i for i in trend.moved if i > first), default=None)
    numbers = [(point.run.date, point.run.commit, point.value) for point in trend.points[first:]
               if not isinstance(point.value, str)]
    if at is None:
        return Series(trend.key.label, trend.key.quantity.unit, numbers, None)
    before = trend.verdicts[at].before
    judged = moves.judged(trend.points[at - 1 if before is None else before], trend.points[at], trend.key.quantity)
    return Series(trend.key.label, trend.key.quantity.unit, numbers, trend.points[at].run.commit, judged)


def trends(db_path: pathlib.Path, limit: int = 30) -> list[Series]:
    """The headline metrics' series that have a point in the last `limit` runs, their last `limit` points each.

    Empty where there is no history; ValueError names a file that is not one.
    """
    if not db_path.is_file():
        return []
    found: list[Series] = []
    with schema.opened(db_path) as connection:
        runs = store.runs(connection)
        reader = _Reader(connection, runs, order.of(runs, FOLDERS))
        lately = {id(run) for run in list(runs.values())[-limit:]}
        headlines = [(kind.name, metric) for kind in catalogue.KINDS.values() for metric in kind.trends]
        for kind, metric in headlines:
            for series, key in query.matching(connection, metric, {"kind": [kind]}).items():
                trend = reader.trend(series, key)
                if any(isinstance(point.value, str) for point in trend.points):
                    continue
                if any(id(point.run) in lately for point in trend.points):
                    found.append(_shown(trend, limit))
    return found
