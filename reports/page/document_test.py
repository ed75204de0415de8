"""Tables and names that are too long: what is shown, and what is said of the rest."""

from __future__ import annotations

import pytest

from reports.page import document, words
from reports.page.document import MAX_COLUMNS, Column, Datum, Table


def _table(rows: int, columns: int = 2, limit: int = 5, unlisted: int = 0) -> Table:
    return Table("t", [Column(f"c{i}") for i in range(columns)], [[Datum(f"{row}-{i}") for i in range(columns)] for row in range(rows)], limit,
                 unlisted=unlisted)


@pytest.mark.parametrize("rows, unlisted, asked, shown, left", [
    (5, 0, None, 5, ""), (6, 0, None, 5, "Not shown: 1 more rows; the report file has them."), (5, 3, None, 5, "Not shown: 3 more rows; the report file has them."),
    (6, 0, 2, 2, "Not shown: 4 more rows; the report file has them."), (6, 0, 9, 5, "Not shown: 1 more rows; the report file has them."), (0, 0, None, 0, "")])
def test_rows_beyond_the_limit_are_counted(rows: int, unlisted: int, asked: int | None, shown: int, left: str) -> None:
    table = _table(rows, unlisted=unlisted)
    found = table.shown_rows(asked)
    assert len(found) == shown and table.left_out(len(found)) == left and table.total == rows + unlisted
    assert [row[0].text for row in found] == [f"{row}-0" for row in range(shown)]


@pytest.mark.parametrize("columns, left", [(MAX_COLUMNS, ""), (MAX_COLUMNS + 1, "Not shown: 1 more columns; the report file has them.")])
def test_columns_beyond_the_limit_are_counted(columns: int, left: str) -> None:
    table = _table(1, columns)
    assert len(table.shown_columns) == len(table.shown_rows()[0]) == MAX_COLUMNS and table.left_out(1) == left


def test_rows_and_columns_are_said_together() -> None:
    assert _table(7, MAX_COLUMNS + 2).left_out(5) == "Not shown: 2 more rows and 2 more columns; the report file has them."
    assert document.drawn("T", 3, 3) == [] and document.drawn("T", 3, 4)[0].text == "T: the first 3 of 4 are drawn; the table has all."


@pytest.mark.parametrize("value, text", [
    (999, "999"), (1000, "1 000"), (999.5, "999.5"), (1000.5, "1 001"), (0.001, "0.001000"), (0.00099, "9.90e-04"), (1.0, "1"),
    (-1234.5, "-1 235"), (10**18 - 1, "999 999 999 999 999 999"), (10**18, "1e+18"), (-(10**18), "-1e+18"), (12.345, "12.35"), (99.5, "99.50"),
    (999.9999, "1 000"), (-999.9999, "-1 000"), (999.94, "999.9"), (9.99994, "10.00"), (99.999, "100.0"), (0.0009999999, "0.001000"), (0.00099994, "1.00e-03")])
def test_numbers_at_the_ends_of_their_forms(value: float, text: str) -> None:
    assert words.number(value).replace(words.GROUP, " ") == text


@pytest.mark.parametrize("seconds, text", [(1.0, "1.000 s"), (0.9999, "999.900 ms"), (0.9999996, "1.000 s"), (0.9999994, "999.999 ms"), (1e-3, "1.000 ms"),
                                           (1e-6, "1.000 µs"), (9.9996e-7, "1.000 µs"), (9.9994e-7, "999.9 ns"), (9.9e-7, "990.0 ns"), (0.0, "0.0 ns")])
def test_durations_at_the_ends_of_their_units(seconds: float, text: str) -> None:
    assert words.show(seconds, "duration") == text


def test_counts_and_commits() -> None:
    assert [words.count(n, "cell") for n in (0, 1, 2)] == ["0 cells", "1 cell", "2 cells"] and words.count(2, "entry", "entries") == "2 entries"
    digits = "0123456789abcdef" * 2 + "01234567"
    assert [words.commit(name) for name in (digits, f"{digits}-dirty", digits[:39], f"{digits}0", "main")] == [
        "0123456789ab", "0123456789ab-dirty", digits[:39], f"{digits}0", "main"]


@pytest.mark.parametrize("length, limit, clipped", [(300, None, False), (301, None, True), (5, 5, False), (6, 5, True), (1, 1, False), (2, 1, True)])
def test_texts_are_cut_just_above_their_limit(length: int, limit: int | None, clipped: bool) -> None:
    text = "abcdefghij" * 31
    found = document.clip(text[:length]) if limit is None else document.clip(text[:length], limit)
    assert found == (text[:(limit or 300) - 1] + "…" if clipped else text[:length])


def test_texts_have_no_control_characters() -> None:
    """C0 and C1 controls are marked, tabs and ends of lines are spaces, overrides of direction are gone."""
    assert document.clip("a\tb\nc\rd") == "a b c d"
    assert document.clip("".join(map(chr, (0, 8, 11, 31, 32, 126, 127, 159, 160, 0xFFFD)))) == "\ufffd" * 4 + " ~" + "\ufffd" * 2 + "\xa0\ufffd"
    assert document.clip("x\u202a\u202e\u2066\u2069y\u2029\u202f\u2065\u206a") == "xy\u2029\u202f\u2065\u206a"
    assert document.clip("\ufffe\uffff") == "\ufffd\ufffd"
