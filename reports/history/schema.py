"""The history's file: SQLite, its schema in steps, opened so that several processes may write.

`PRAGMA user_version` is the number of steps that a file has had; a new file takes them all, an older one those it
lacks, in one transaction. A step that was released is never changed: a new one follows it.

    run     a report that was added          cell    what cells were of: the fields of report_data.Key
    series  a figure of a cell, over runs    point   its value in a run
"""

from __future__ import annotations

import contextlib
import pathlib
import sqlite3
import time
from collections.abc import Iterator

from reports import catalogue

APPLICATION_ID = 0x41544D48  # tells this file from SQLite files of others
BUSY_SECONDS = 60.0          # that a writer waits for another one

_STEPS: tuple[tuple[str, ...], ...] = (
    (f"PRAGMA application_id = {APPLICATION_ID}",
     """CREATE TABLE run (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, date TEXT NOT NULL,
        commit_id TEXT NOT NULL, command TEXT NOT NULL, harness_version TEXT NOT NULL, host TEXT NOT NULL,
        tools TEXT NOT NULL)""",
     """CREATE TABLE cell (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, runner TEXT NOT NULL, core TEXT NOT NULL,
        board TEXT NOT NULL, model TEXT NOT NULL, variant TEXT NOT NULL, build_kind TEXT NOT NULL,
        text TEXT NOT NULL, detail TEXT NOT NULL,
        UNIQUE (kind, runner, core, board, model, variant, build_kind, text, detail))""",
     """CREATE TABLE series (id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, name TEXT NOT NULL,
        part_kind TEXT NOT NULL, part TEXT NOT NULL, class TEXT NOT NULL, unit TEXT NOT NULL,
        UNIQUE (cell, name, part_kind, part, class, unit))""",
     "CREATE INDEX series_by_name ON series (name, part_kind, part)",
     # No affinity: a count stays an integer, a real a real. A count beyond SQLite's integers is a blob of its digits.
     """CREATE TABLE point (series INTEGER NOT NULL REFERENCES series, run INTEGER NOT NULL REFERENCES run,
        value BLOB NOT NULL, low BLOB, high BLOB, PRIMARY KEY (series, run)) WITHOUT ROWID"""),
    # Points lie in the order of time, whenever they were added; a run knows how many of its cells passed.
    ("ALTER TABLE run ADD COLUMN at INTEGER NOT NULL DEFAULT 0",  # seconds since 1970
     "ALTER TABLE run ADD COLUMN cells INTEGER",                  # NULL: added before this was kept
     "ALTER TABLE run ADD COLUMN passed INTEGER",
     "UPDATE run SET at = CAST(strftime('%s', date) AS INTEGER)",
     "ALTER TABLE point RENAME TO point_1",
     """CREATE TABLE point (series INTEGER NOT NULL REFERENCES series, at INTEGER NOT NULL,
        run INTEGER NOT NULL REFERENCES run, value BLOB NOT NULL, low BLOB, high BLOB,
        PRIMARY KEY (series, at, run)) WITHOUT ROWID""",
     """INSERT INTO point SELECT series, run.at, run, value, low, high FROM point_1 JOIN run ON run.id = point_1.run
        ORDER BY series, run.at, run""",
     "DROP TABLE point_1"),
    # A series is a figure by today's name; its class and unit are the catalogue's. What had two names is one series.
    ("""CREATE TABLE series_3 (id INTEGER PRIMARY KEY, cell INTEGER NOT NULL REFERENCES cell, name TEXT NOT NULL,
        part_kind TEXT NOT NULL, part TEXT NOT NULL, UNIQUE (cell, name, part_kind, part))""",
     """INSERT INTO series_3 (cell, name, part_kind, part) SELECT DISTINCT cell, current_name(name, kind, part_kind), part_kind,
        part FROM series JOIN cell ON cell.id = series.cell ORDER BY series.id""",
     """CREATE TABLE point_3 (series INTEGER NOT NULL REFERENCES series, at INTEGER NOT NULL,
        run INTEGER NOT NULL REFERENCES run, value BLOB NOT NULL, low BLOB, high BLOB,
        PRIMARY KEY (series, at, run)) WITHOUT ROWID""",
     """INSERT OR IGNORE INTO point_3 SELECT series_3.id, at, run, value, low, high FROM point
        JOIN series ON series.id = point.series JOIN cell ON cell.id = series.cell JOIN series_3 ON
        (series_3.cell, series_3.name, series_3.part_kind, series_3.part)
        = (series.cell, current_name(series.name, kind, series.part_kind), series.part_kind, series.part)""",
     "DROP TABLE point", "DROP TABLE series", "ALTER TABLE series_3 RENAME TO series", "ALTER TABLE point_3 RENAME TO point",
     "CREATE INDEX series_by_name ON series (name, part_kind, part)"),
    # Runs lie in the order in which they were added, as far as no checkout says better: a date may be wrong.
    ("ALTER TABLE run ADD COLUMN turn INTEGER NOT NULL DEFAULT 0",
     """UPDATE run SET turn = dated.turn FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY at, id) AS turn FROM run) AS dated
        WHERE dated.id = run.id"""),
)
VERSION = len(_STEPS)


def damaged(what: str) -> sqlite3.DatabaseError:
    """For what SQLite reads and a history never holds; `opened` adds the file's name."""
    return sqlite3.DatabaseError(what)


def check(connection: sqlite3.Connection) -> None:
    """Reads the whole file, which takes a second for ten million figures; raises what `damaged` makes."""
    said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if said != "ok":
        raise damaged(" ".join(said.split()))


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; other writers wait."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _one(connection: sqlite3.Connection, query: str) -> int:
    return int(connection.execute(query).fetchone()[0])


def _take_steps(connection: sqlite3.Connection, path: pathlib.Path) -> None:
    version = _one(connection, "PRAGMA user_version")
    if version > VERSION:
        raise ValueError(f"{path}: has schema {version}, this version knows up to {VERSION}; use the newer version "
                         "that wrote it, or name another file with --db")
    ours = _one(connection, "PRAGMA application_id") == APPLICATION_ID
    if not ours and (version or _one(connection, "SELECT COUNT(*) FROM sqlite_master")):
        raise ValueError(f"{path}: is a database of another program; name another file with --db")
    connection.create_function("current_name", 3, catalogue.current_name, deterministic=True)
    for step in _STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Readers and a writer side by side. SQLite does not wait for the lock that this change takes, so this does."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


@contextlib.contextmanager
def opened(path: pathlib.Path, create: bool = False) -> Iterator[sqlite3.Connection]:
    """The history at this version's schema. ValueError names the file and a remedy, also for errors inside."""
    if not create and not path.is_file():
        raise ValueError(f"{path}: there is no history; add a report first (atome history add REPORT), or name "
                         "another file with --db")
    connection = None
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        if _one(connection, "PRAGMA user_version") != VERSION:
            with transaction(connection):
                _take_steps(connection, path)
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            _write_ahead(connection)
        yield connection
    except (sqlite3.OperationalError, OSError) as error:
        raise ValueError(f"{path}: {error}; name a history that this user may write with --db") from None
    except sqlite3.Error as error:
        raise ValueError(f"{path}: {error}; this is no history, or a damaged one: put a copy of it there, or name another "
                         "file with --db") from None
    finally:
        if connection is not None:
            connection.close()
