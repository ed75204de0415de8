"""Of text that keeps to the terminal's width."""

from __future__ import annotations

import json

import pytest

from reports.history import output
from reports.history.moves import Kind, Verdict
from reports.history.query import Point, SeriesKey
from reports.history.store import Run
from reports.history.trend import Trend
from reports.report_data import Key

ROWS = [["series", "nights", "change"], ["cycles unicorn m3 atome_60k.atome03 f32", "12", "+2.4 %"], ["size m0", "3", ""]]


def test_a_pipe_gets_whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert output.line_width() is None
    assert output.table(ROWS, right=(1,)).splitlines()[2] == "cycles unicorn m3 atome_60k.atome03 f32      12  +2.4 %"


def test_what_is_too_wide_for_a_table_is_paragraphs(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = output.table(ROWS)
    monkeypatch.setenv("COLUMNS", str(max(map(len, whole.splitlines()))))
    assert output.table(ROWS) == whole
    monkeypatch.setenv("COLUMNS", "40")
    assert output.table(ROWS) == ("cycles unicorn m3 atome_60k.atome03 f32\n    nights 12, change +2.4 %\n"
                                  "size m0\n    nights 3\n")
    for columns in ("0", "19", "wide"):  # no width that a table could keep to
        monkeypatch.setenv("COLUMNS", columns)
        assert output.table(ROWS) == whole


@pytest.mark.parametrize("value, text", [
    ("a" * 16, "a" * 16), ("a" * 17, "a" * 13 + "..."), (1234567, "1 234 567"), (-1234, "-1 234"), (999, "999"), (0.1, "0.1"),
    (1234.56789012, "1234.56789"), (2.0, "2")])
def test_values_as_people_read_them(value: int | float | str, text: str) -> None:
    assert output.shown(value) == text


@pytest.mark.parametrize("before, after, text", [
    (2, 2, ""), (200, 201, "+0.5 %"), (200, 199, "-0.5 %"), (-200, -199, "+0.5 %"), (3, 4, "+33.3 %"), (0, 5, "from 0"), ("a", "b", "changed"), (1, "b", "changed"),
    ("a", "a", ""), (0.5, 1.5, "+200 %")])
def test_changes_are_shares_of_what_was(before: int | float | str, after: int | float | str, text: str) -> None:
    assert output.change(before, after) == text


def _run(commit: str) -> Run:
    return Run(f"2026-01-{commit[:2]}", commit, "host", "1", {}, "atome", None, None)


def _trend(values: list[int]) -> Trend:
    """A night a value; a figure of RAM, whose every change is a move."""
    points = [Point(_run(f"{i + 1:02}"), value, None, None, place=i) for i, value in enumerate(values)]
    verdicts = [Verdict(Kind.FIRST) if not i else Verdict(Kind.SAME if value == values[i - 1] else Kind.MOVED, i - 1) for i, value in enumerate(values)]
    return Trend(SeriesKey(Key("size", core="m0"), "ram_bytes", "", ""), points, verdicts)


def test_commits_are_twelve_digits() -> None:
    assert [output.commit(_run(name)) for name in ("0123456789abcdef", "0123456789abcdef-dirty", "ab", "")] == [
        "0123456789ab", "0123456789ab-dirty", "ab", "unknown"]


@pytest.mark.parametrize("last, shown", [(0, 5), (1, 1), (4, 4), (5, 5), (9, 5)])
def test_so_many_nights_are_shown_in_every_format(last: int, shown: int) -> None:
    trend = _trend([1, 1, 2, 2, 2])
    wanted = [f"2026-01-{i:02}" for i in range(6 - shown, 6)]
    table = output._nights(trend, last)
    assert [line.split()[0] for line in table.splitlines() if line.startswith("2026-")] == wanted
    assert [point["date"] for point in json.loads(output.as_json([trend], last, "x"))[0]["points"]] == wanted
    assert [line.split(",")[-8] for line in output.as_csv([trend], last, "x").splitlines()[1:]] == wanted
    assert table.startswith("ram_bytes") and "nights: 5)" in table and "moved at 03 (2026-01-03): 1 -> 2, +100 %, worse; the one before is 02" in table


@pytest.mark.parametrize("moves, said", [(0, "never moved"), (1, ""), (3, ""), (4, "moved 4 times; the last 3:\n")])
def test_the_last_three_moves_are_told(moves: int, said: str) -> None:
    text = output._nights(_trend([100 + i for i in range(moves + 1)]), 0)
    assert said in text and text.count("moved at ") == min(3, moves) and ("times" in text) == (moves > 3)
    if moves:
        assert f"moved at {moves + 1:02} " in text and ("moved at 02 " in text) == (moves <= 3)


@pytest.mark.parametrize("count, each", [(6, True), (7, False)])
def test_many_series_have_a_line_each(count: int, each: bool) -> None:
    text = output.as_table([_trend([1, 2])] * count, 0, "as added")
    assert text.count("nights: 2)") == (count if each else 0) and ("name a core" in text) != each and text.endswith("\norder: as added\n")
    if not each:
        assert [line.split()[-7:] for line in text.splitlines()[2:9]] == [["2", "1", "2", "+100", "%", "02", "2026-01-02"]] * 7
