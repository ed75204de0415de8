"""Older files are migrated, foreign and newer ones refused, and two writers at once lose nothing."""

from __future__ import annotations

import multiprocessing
import pathlib
import sqlite3

import pytest

from reports import report_file as rf
from reports.history import order, query, schema, store, trend

VERSION_1 = (pathlib.Path(__file__).parent / "testdata" / "version_1.sql").read_text()


def _database(path: pathlib.Path, script: str) -> pathlib.Path:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


def _read(connection: sqlite3.Connection, metric: str, **only: list[str]) -> list[trend.Trend]:
    runs = store.runs(connection)
    return trend.read(connection, metric, only, runs, order.of(runs))


def _schema_of(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return [(name, " ".join((sql or "").split()))
            for name, sql in connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name")]


def test_a_file_of_version_1_keeps_its_figures_and_gets_todays_schema(tmp_path: pathlib.Path) -> None:
    with schema.opened(_database(tmp_path / "old.sqlite", VERSION_1)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        cycles, = _read(connection, "cycles_per_token")
        assert [(point.run.commit, point.value) for point in cycles.points] == [("aaaa", 100), ("bbbb", 110)]
        assert cycles.moved == [1]
        norm, = _read(connection, "cycles_per_token[op=norm]")
        assert [point.value for point in norm.points] == [7.5]
        perplexity, = _read(connection, "perplexity", core=["host"])
        assert [point[1:4] for point in perplexity.points] == [(4.625, 4.5, 4.75), (4.5, 4.25, 4.75)]
        assert store.runs(connection)[2] == store.Run("2026-03-01T06:00:00+02:00", "aaaa", "Debian", "0.1.0", {"gcc": "12"},
                                                      "atome merge", None, None)
        migrated = _schema_of(connection)
    with schema.opened(tmp_path / "new.sqlite", create=True) as connection:
        assert _schema_of(connection) == migrated


FORMER_NAMES = VERSION_1 + """
INSERT INTO cell VALUES (3, 'size', 'elf', 'm3', '', 'tiny.atome02', 'f32', 'speed', '', '');
INSERT INTO series VALUES (4, 3, 'bytes', 'symbol', 'main', 'exact', 'bytes');
INSERT INTO series VALUES (5, 2, 'ratio', 'against', 'other', 'interval', '');
INSERT INTO series VALUES (6, 2, 'tokens_per_second', '', '', 'wall', 'tokens/s');
INSERT INTO series VALUES (7, 1, 'tokens_per_second', '', '', 'exact', 'tokens/s');
INSERT INTO series VALUES (8, 3, 'no_longer_known', '', '', 'exact', '');
INSERT INTO series VALUES (9, 3, 'ram_bytes', '', '', 'exact', '');
INSERT INTO series VALUES (10, 3, 'ram_bytes', '', '', 'exact', 'bytes');
INSERT INTO point SELECT id, 1, 10 * id, NULL, NULL FROM series WHERE id BETWEEN 4 AND 9;
INSERT INTO point VALUES (10, 2, 100, NULL, NULL);
"""


def test_figures_of_older_files_get_todays_names(tmp_path: pathlib.Path) -> None:
    with schema.opened(_database(tmp_path / "old.sqlite", FORMER_NAMES)) as connection:
        assert {name for name in query.metrics(connection) if "cycles" not in name} == {
            "symbol_bytes[symbol]", "perplexity", "perplexity_ratio[against]", "host_tokens_per_second", "tokens_per_second",
            "no_longer_known", "ram_bytes"}
        for name, values in (("symbol_bytes[symbol]", [40]), ("host_tokens_per_second", [60]), ("tokens_per_second", [70]),
                             ("no_longer_known", [80]), ("ram_bytes", [100, 90])):
            found, = _read(connection, name)
            assert [point.value for point in found.points] == values
        unknown, = query.find(connection, "no_longer_known", {}).values()
        assert (unknown.quantity.figure_class, unknown.quantity.unit) == ("exact", "")


def test_the_kept_file_is_what_version_1_was(tmp_path: pathlib.Path) -> None:
    connection = sqlite3.connect(tmp_path / "first.sqlite")
    for statement in schema._STEPS[0]:
        connection.execute(statement)
    kept = sqlite3.connect(_database(tmp_path / "old.sqlite", VERSION_1))
    assert _schema_of(kept) == _schema_of(connection)
    assert kept.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)


def test_a_migration_that_fails_changes_nothing(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _database(tmp_path / "old.sqlite", VERSION_1)
    monkeypatch.setattr(schema, "_STEPS", (*schema._STEPS[:-1], (*schema._STEPS[-1], "SELECT 1 FROM nowhere")))
    with pytest.raises(ValueError, match="old.sqlite: no such table"), schema.opened(path):
        pass
    assert _schema_of(sqlite3.connect(path)) == _schema_of(sqlite3.connect(_database(tmp_path / "b.sqlite", VERSION_1)))


@pytest.mark.parametrize("script, why", [
    (VERSION_1 + f"PRAGMA user_version = {schema.VERSION + 1};", f"schema {schema.VERSION + 1}.*use the newer version"),
    ("CREATE TABLE theirs (a);", "another program.*--db"),
    ("PRAGMA user_version = 1;", "another program.*--db"),
], ids=["newer", "tables", "version"])
def test_what_is_not_ours_is_refused_and_left_alone(tmp_path: pathlib.Path, script: str, why: str) -> None:
    path = _database(tmp_path / "theirs.sqlite", script)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=f"theirs.sqlite: .*{why}"), schema.opened(path, create=True):
        pass
    assert path.read_bytes() == before


def test_no_database_and_no_file_are_refused_by_name(tmp_path: pathlib.Path) -> None:
    (tmp_path / "text.sqlite").write_text("no database, but a text that is long enough to be looked at" * 9)
    with pytest.raises(ValueError, match="text.sqlite: file is not a database; .*damaged.*--db"), \
            schema.opened(tmp_path / "text.sqlite"):
        pass
    with pytest.raises(ValueError, match="none.sqlite: there is no history; add a report first"), \
            schema.opened(tmp_path / "none.sqlite"):
        pass


class _Locked:
    """A connection that finds the file locked, as SQLite says at once while another process changes the journal."""

    def __init__(self, times: int) -> None:
        self.left = times

    def execute(self, _: str) -> None:
        self.left -= 1
        if self.left >= 0:
            raise sqlite3.OperationalError("database is locked")


def test_the_change_to_a_write_ahead_log_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    schema._write_ahead(_Locked(3))  # type: ignore[arg-type]
    monkeypatch.setattr(schema, "BUSY_SECONDS", -1)
    with pytest.raises(sqlite3.OperationalError):
        schema._write_ahead(_Locked(1))  # type: ignore[arg-type]


WRITERS, EACH = 4, 12


def _write(path: pathlib.Path, writer: int, start: object) -> None:
    start.wait()  # type: ignore[attr-defined]
    for i in range(EACH):
        cell = rf.Cell(rf.Key("cycles", core="m3"), figures=[rf.Figure("cycles_per_token", writer * EACH + i)])
        report = rf.Report("x", rf.Environment(date=f"2026-01-{i + 1:02}T00:00:00Z", commit=str(writer)), [cell])
        with schema.opened(path, create=True) as connection:
            store.add(connection, [report])


def test_writers_at_once_lose_nothing(tmp_path: pathlib.Path) -> None:
    path, context = tmp_path / "history.sqlite", multiprocessing.get_context("fork")
    start = context.Barrier(WRITERS)  # all of them make the file
    writers = [context.Process(target=_write, args=(path, writer, start)) for writer in range(WRITERS)]
    for process in writers:
        process.start()
    for process in writers:
        process.join()
        assert process.exitcode == 0
    with schema.opened(path) as connection:
        runs = store.runs(connection)
        assert len(runs) == WRITERS * EACH
        series, = query.find(connection, "cycles_per_token", {})
        assert sorted(point.value for point in query.points(connection, series, runs, order.of(runs))) == list(range(WRITERS * EACH))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# What no history holds, as a damaged disk or another hand leaves it, and what is said of it.
DAMAGES = [("UPDATE run SET date = 'x'", "run [12]: Invalid isoformat string"), ("UPDATE run SET tools = '['", "run [12]: Expecting value"),
           ("UPDATE run SET tools = '[1]'", "run [12]: tools are"), ("UPDATE run SET tools = '{\"gcc\": 1}'", "run [12]: tools are"),
           ("UPDATE run SET host = x'ff'", "run [12]: texts are"), ("UPDATE run SET cells = 'a'", "run [12]: counts are"),
           ("UPDATE point SET value = x'00ff'", "series 1: invalid literal"), ("UPDATE point SET low = 'x'", "series 1: a bound"),
           ("UPDATE point SET run = 99 WHERE run = 1", "series 1: there is no run 99"), ("DELETE FROM run WHERE id = 2", "series 1: there is no run 2"),
           ("UPDATE run SET commit_id = CAST(x'ff00' AS TEXT)", "Could not decode"), ("DROP TABLE point", "no such table")]


@pytest.mark.parametrize("damage, why", DAMAGES, ids=[damage for damage, _ in DAMAGES])
def test_what_a_history_never_holds_is_refused_by_name(tmp_path: pathlib.Path, damage: str, why: str) -> None:
    path = _database(tmp_path / "old.sqlite", VERSION_1)
    with schema.opened(path):
        pass  # of today's schema now
    _database(path, damage)
    with pytest.raises(ValueError, match=f"old.sqlite: {why}.*; .*--db"), schema.opened(path) as connection:
        _read(connection, "cycles_per_token")


@pytest.mark.parametrize("place", [0, 1, 2, 3, 5, 8])
def test_nothing_is_added_to_a_damaged_file(tmp_path: pathlib.Path, place: int) -> None:
    path = _database(tmp_path / "old.sqlite", VERSION_1)
    with schema.opened(path):
        pass
    data = bytearray(path.read_bytes())
    data[place * 4096:place * 4096 + 4096] = bytes(range(255, -1, -1)) * 16
    path.write_bytes(data)
    report = rf.Report("ci/nightly", rf.Environment("1", "c", "h", "2026-05-01T00:00:00Z"), [])
    with pytest.raises(ValueError, match="old.sqlite: .*--db"), schema.opened(path) as connection:
        store.add(connection, [report])
    assert path.read_bytes() == bytes(data)
