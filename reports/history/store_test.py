"""A history gives back exactly what was added, once."""

from __future__ import annotations

import dataclasses
import pathlib

import pytest

from reports import report_file as rf
from reports.history import order, query, schema, store
from reports.testing.random_reports import random_report

Rows = list[tuple[object, ...]]


def _added(reports: list[rf.Report]) -> Rows:
    return [(report.environment.date, report.environment.commit, cell.key, f.name, f.part_kind, f.part,
             type(f.value), f.value, f.low, f.high) for report in reports for cell in report.cells for f in cell.figures]


def _kept(path: pathlib.Path) -> Rows:
    rows: Rows = []
    with schema.opened(path) as connection:
        runs = store.runs(connection)
        for metric in query.metrics(connection):
            for series, key in query.find(connection, metric, {}).items():
                rows += [(p.run.date, p.run.commit, key.cell, key.name, key.part_kind, key.part,
                          type(p.value), p.value, p.low, p.high) for p in query.points(connection, series, runs, order.of(runs))]
    return rows


def _sources(runs: list[tuple[object, ...]]) -> list[str]:
    return sorted(map(repr, runs))


@pytest.mark.parametrize("seed", range(0, 120, 6))
def test_what_was_added_comes_back_once(tmp_path: pathlib.Path, seed: int) -> None:
    reports = [random_report(seed + i) for i in range(6)]
    path = tmp_path / "history.sqlite"
    for each, new in ((reports[:2], 2), (reports, 4), (reports[3:], 0)):  # in any order, some of them again
        with schema.opened(path, create=True) as connection:
            assert sum(store.add(connection, each)) == new
    assert sorted(map(repr, _kept(path))) == sorted(map(repr, _added(reports)))
    with schema.opened(path) as connection:
        runs = list(store.runs(connection).values())
    assert _sources([(run.date, run.commit, run.host, sorted(run.tools.items()), run.harness_version, run.command, run.cells)
                     for run in runs]) == _sources(
        [(env.date, env.commit, env.host, sorted(env.tools.items()), env.harness_version, report.command, len(report.cells))
         for report in reports for env in [report.environment]])


def _report(value: rf.Value, date: str = "2026-01-01T00:00:00Z") -> rf.Report:
    return rf.Report("x", rf.Environment(date=date), [rf.Cell(rf.Key(), figures=[rf.Figure("max_seq", value)])])


def test_the_same_report_in_the_other_format_is_the_same(tmp_path: pathlib.Path) -> None:
    report = dataclasses.replace(_report(2.5), environment=rf.Environment(date="2026-01-01", tools={"b": "1", "a": "2"}))
    rf.write(report, tmp_path / "a.json")
    rf.write(report, tmp_path / "a.binpb")
    with schema.opened(tmp_path / "h.sqlite", create=True) as connection:
        assert store.add(connection, [rf.read(tmp_path / "a.json"), rf.read(tmp_path / "a.binpb")]) == [True, False]


@pytest.mark.parametrize("report, why", [
    (_report(1, ""), "file: its date is ''"), (_report(1, "yesterday"), "file: its date is 'yesterday'"),
])
def test_what_has_no_place_in_a_history_is_refused(report: rf.Report, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        store.check(report, "file")


def test_reports_are_added_all_or_none(tmp_path: pathlib.Path) -> None:
    twice = _report(2)
    twice.cells[0].figures *= 2  # what no report that was read has
    with pytest.raises(ValueError, match="UNIQUE"), schema.opened(tmp_path / "h.sqlite", create=True) as connection:
        store.add(connection, [_report(1), twice])
    with schema.opened(tmp_path / "h.sqlite") as connection:
        assert not store.runs(connection) and not query.metrics(connection)


@pytest.mark.parametrize("value, kept", [
    (2**63 - 1, 2**63 - 1), (-(2**63) + 1, -(2**63) + 1), (2**63, b"9223372036854775808"), (-(2**63), b"-9223372036854775808"), (0, 0), (1.5, 1.5), ("a", "a")])
def test_integers_that_sqlite_cannot_hold_are_kept_as_digits(value: int | float | str, kept: object) -> None:
    assert store.encoded(value) == kept and type(store.encoded(value)) is type(kept)
    assert store.decoded(store.encoded(value)) == value


@pytest.mark.parametrize("value", [None, [1]])
def test_what_was_not_encoded_is_no_figure(value: object) -> None:
    with pytest.raises(ValueError, match="a figure is"):
        store.decoded(value)


@pytest.mark.parametrize("count, wrong, as_given", [(2, 1, True), (9, 1, True), (9, 2, False), (19, 2, False), (20, 2, True), (20, 3, False), (30, 3, True)])
def test_up_to_one_clock_in_ten_may_be_wrong(count: int, wrong: int, as_given: bool) -> None:
    """The last ones say that they were long ago."""
    dates = [100 + i for i in range(count - wrong)] + [50 - i for i in range(wrong)]
    assert store._in_turn(dates) == (list(range(count)) if as_given else sorted(range(count), key=dates.__getitem__))


def test_equal_dates_are_in_order() -> None:
    assert store._in_turn([5, 5, 5]) == [0, 1, 2] and store._in_turn([]) == []


@pytest.mark.parametrize("date, at", [
    ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:01", 1), ("1970-01-01T01:00:00+01:00", 0), ("2000-03-01", 951868800), ("1969-12-31T23:59:59Z", -1)])
def test_dates_are_seconds_of_utc(date: str, at: int) -> None:
    assert store.seconds(date) == at
