"""Of text that keeps to the terminal's width."""

from __future__ import annotations

import pytest

from reports.history import output

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
