"""Adds reports to a history, and lists what it holds."""

from __future__ import annotations

import bisect
import dataclasses
import datetime
import hashlib
import json
import sqlite3
from collections.abc import Sequence

from reports.history import schema
from reports.report_data import Figure, Key, Report, Value

_KEY = [field.name for field in dataclasses.fields(Key)]
_INTEGER_LIMIT = 2**63  # of SQLite

Stored = int | float | str | bytes


def seconds(date: str) -> int:
    """An ISO 8601 date as seconds since 1970; without an offset it is UTC."""
    when = datetime.datetime.fromisoformat(date.replace("Z", "+00:00"))
    return int(when.replace(tzinfo=when.tzinfo or datetime.timezone.utc).timestamp())


def encoded(value: Value) -> Stored:
    return str(value).encode() if isinstance(value, int) and abs(value) >= _INTEGER_LIMIT else value


def decoded(value: object) -> Value:
    """ValueError when `encoded` did not make it."""
    if isinstance(value, bytes):
        return int(value)
    if not isinstance(value, (int, float, str)):
        raise ValueError(f"a figure is {value!r}")
    return value


def _digest(report: Report) -> str:
    """Of all that a report says, so that a report is known again in either format, which differ in the figures' order."""
    found = dataclasses.asdict(report)
    for cell in found["cells"]:
        cell["figures"].sort(key=lambda figure: (figure["part_kind"], figure["part"], figure["name"]))
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def check(report: Report, name: str) -> None:
    """ValueError when a report that was read cannot be part of a history; it says why, with its file's name."""
    try:
        seconds(report.environment.date)
    except ValueError:
        raise ValueError(f"{name}: its date is {report.environment.date!r}, which has no place in a history; give a "
                         "report whose environment has a date (ISO 8601)") from None


def _cell_id(connection: sqlite3.Connection, key: Key) -> int:
    values = dataclasses.astuple(key)
    connection.execute(f"INSERT OR IGNORE INTO cell ({', '.join(_KEY)}) VALUES ({', '.join('?' * len(_KEY))})", values)
    found = connection.execute("SELECT id FROM cell WHERE " + " AND ".join(f"{name} = ?" for name in _KEY), values)
    return int(found.fetchone()[0])


def _series_ids(connection: sqlite3.Connection, cell: int, figures: Sequence[Figure]) -> list[int]:
    connection.executemany(f"INSERT OR IGNORE INTO series (cell, name, part_kind, part) VALUES ({cell}, ?, ?, ?)",
                           [figure.id for figure in figures])
    known = connection.execute("SELECT name, part_kind, part, id FROM series WHERE cell = ?", (cell,))
    ids = {tuple(row[:3]): row[3] for row in known}
    return [ids[figure.id] for figure in figures]


def _in_turn(dates: Sequence[int]) -> list[int]:
    """Indices of reports that are added together, in the order in which they count as added.

    As they were given, unless that is not the order of time: one of them, and up to one in ten, may have a clock that is
    wrong. If more have, as where a shell sorted the names, they lie by date.
    """
    ascending: list[int] = []  # the least date at which a rising subsequence of each length ends
    for date in dates:
        place = bisect.bisect_right(ascending, date)
        ascending[place:place + 1] = [date]
    given = list(range(len(dates)))
    wrong = len(dates) - len(ascending)
    return given if wrong <= max(1, len(dates) // 10) else sorted(given, key=dates.__getitem__)


def _add(connection: sqlite3.Connection, report: Report) -> bool:
    environment, at = report.environment, seconds(report.environment.date)
    passed = sum(cell.passed for cell in report.cells)
    done = connection.execute(
        "INSERT OR IGNORE INTO run (digest, date, at, commit_id, command, harness_version, host, tools, cells, passed, turn)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(turn), 0) + 1 FROM run))",
        (_digest(report), environment.date, at, environment.commit, report.command, environment.harness_version,
         environment.host, json.dumps(environment.tools, sort_keys=True), len(report.cells), passed))
    if not done.rowcount:
        return False
    run = done.lastrowid
    for cell in report.cells:
        ids = _series_ids(connection, _cell_id(connection, cell.key), cell.figures)
        connection.executemany("INSERT INTO point VALUES (?, ?, ?, ?, ?, ?)",
                               [(series, at, run, encoded(figure.value), figure.low, figure.high)
                                for series, figure in zip(ids, cell.figures)])
    return True


def add(connection: sqlite3.Connection, reports: Sequence[Report]) -> list[bool]:
    """Adds checked reports, all or none; says which were new."""
    added = [False] * len(reports)
    schema.check(connection)
    with schema.transaction(connection):
        for i in _in_turn([seconds(report.environment.date) for report in reports]):
            added[i] = _add(connection, reports[i])
    return added


@dataclasses.dataclass(frozen=True)
class Run:
    date: str
    commit: str
    host: str
    harness_version: str
    tools: dict[str, str]
    command: str
    cells: int | None   # None: not known
    passed: int | None


def runs(connection: sqlite3.Connection) -> dict[int, Run]:
    """By id, in the order of being added."""
    rows = connection.execute("SELECT id, date, commit_id, host, harness_version, tools, command, cells, passed "
                              "FROM run ORDER BY turn, id")
    return {row[0]: _run(row) for row in rows}


def _run(row: Sequence[object]) -> Run:
    number, date, commit, host, version, tools, command, cells, passed = row
    try:
        texts = [date, commit, host, version, tools, command]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError(f"texts are {texts}")
        if not all(count is None or isinstance(count, int) for count in (cells, passed)):
            raise ValueError(f"counts are {cells!r} and {passed!r}")
        seconds(str(date))
        versions = json.loads(str(tools))
        if not isinstance(versions, dict) or not all(isinstance(version, str) for version in versions.values()):
            raise ValueError(f"tools are {tools!r}")
    except ValueError as error:
        raise schema.damaged(f"run {number}: {error}") from None
    return Run(str(date), str(commit), str(host), str(version), versions, str(command),
               cells if isinstance(cells, int) else None, passed if isinstance(passed, int) else None)
