"""Annotations are commands that GitHub reads back as they were meant, and never more of a level than it shows."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from reports import report_file as rf
from reports import report_file_test as strategies
from reports.diff_file import Cause, Diff
from reports.export import github
from reports.page.rendering.html_page_test import DIFFS
from reports.testing import page_report as testing


def read(text: str) -> list[tuple[str, str, str]]:
    """Level, title and message, as GitHub unescapes them."""
    found = []
    for line in text.splitlines():
        said = re.fullmatch(r"::(error|warning|notice) title=([^,:]*)::(.*)", line)
        assert said
        title = said[2].replace("%2C", ",").replace("%3A", ":")
        title, text = (each.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") for each in (title, said[3]))
        found.append((said[1], title, text))
    return found


def causes(count: int, severity: str = "regression") -> Diff:
    return Diff(False, causes=[Cause(severity, "^", "a: b, %", f"c{i}", "", f"100 %0A: {i}", ()) for i in range(count)])


def test_one_a_cause() -> None:
    assert read(github.render(testing.report(False, False), testing.diff()))[0] == (
        "error", "flash", "Cortex-M0 a: +16 B, Exp 700 -> 716\nbuild/atome size --core m0 --symbols 20")
    assert [level for level, *_ in read(github.render(rf.Report("x"), testing.diff()))] == ["error", "notice"]


def test_what_would_end_or_forge_a_command_is_text() -> None:
    assert read(github.render(rf.Report("x"), causes(1))) == [("error", "a: b, %", "100 %0A: 0")]
    assert read(github.render(rf.Report("x"), Diff(False, causes=[Cause("note", "-", "k", "", "", "a\n::error::b\r", ())]))) == [
        ("warning", "k", "a ::error::b ")]


def test_cells_that_fail_without_a_cause() -> None:
    report = rf.Report("x", cells=[testing.parity("a", "m3", "crashed")])
    assert read(github.render(report, None)) == [("error", "crashed", "parity unicorn m3 a f32: usage fault at 0x00001f3c")]
    assert github.render(rf.Report("x", cells=[testing.parity("a", "m3")]), Diff(True)) == ""


@pytest.mark.parametrize("severity, level", [("regression", "error"), ("note", "warning"), ("improvement", "notice")])
@pytest.mark.parametrize("count, last", [(10, "100 %0A: 9"), (11, "2 more; the page has them"), (500, "491 more; the page has them")])
def test_ten_of_a_level(severity: str, level: str, count: int, last: str) -> None:
    found = read(github.render(rf.Report("x"), causes(count, severity)))
    assert len(found) == 10 and {each[0] for each in found} == {level} and found[-1][2] == last


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=15)
@given(report=strategies.REPORTS, diff=DIFFS)
def test_any_report_and_diff(report: rf.Report, diff: Diff | None) -> None:
    text = github.render(report, diff)
    assert len(read(text)) == text.count("\n") <= 30
