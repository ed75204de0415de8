"""Markdown that nothing breaks, and that is short whatever the report."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from reports import report_file as rf
from reports import report_file_test as strategies
from reports.diff_file import Cause, Change, Diff
from reports.page import build
from reports.page.rendering import markdown
from reports.page.rendering.html_page_test import DIFFS
from reports.testing import page_report as testing


def rendered(report: rf.Report, diff: Diff | None = None) -> str:
    return markdown.render(build.summary(build.Inputs(report, diff)))


def lines_of(text: str) -> int:
    return text.count("\n")


def test_markdown_of_names_that_attack() -> None:
    summary = rendered(testing.report(), testing.diff())
    assert "<script" not in summary and not re.search(r"(?<!\\)\]\(", summary) and "@all" not in summary
    rows = [line for line in summary.splitlines() if line.startswith("|")]
    for head, rule in zip(rows, rows[1:]):
        if rule.startswith("| ---"):
            assert len(head.replace("\\|", "").split("|")) == len(rule.split("|"))


@pytest.mark.parametrize(("text", "escaped"), [
    ("a_b|c", r"a_b\|c"), ("_a_ b__c", r"\_a\_ b\_\_c"), ("1.36", "1.36"), ("2)", r"2\)"), ("+16 -", "+16 -"), ("-0.5", "-0.5"),
    ("<b>&", "&lt;b&gt;&amp;"), ("#12 @me", "&#35;12 &#64;me"), ("1. x", r"1\. x"), ("- x", r"\- x"),
    ("https://a www.b", "https&#58;//a www&#46;b"), ("--core m0", r"\--core m0"), ("a-b", "a-b")])
def test_escaping_of_markdown(text: str, escaped: str) -> None:
    assert markdown.escape(text) == escaped


def test_a_summary_is_short_whatever_the_report() -> None:
    cells = [rf.Cell(rf.Key(model="&" * 300, core="|" * 300, runner=f"{n}"), "error", message="<" * 5000, command="*" * 5000)
             for n in range(3000)]
    text = rendered(rf.Report("x", cells=cells))
    assert len(text.encode()) <= markdown.MAX_BYTES and lines_of(text) <= 100


def test_a_workflow_finds_its_comment_by_the_first_line() -> None:
    assert rendered(testing.report()).splitlines()[0] == "<!-- atome-report -->"


def test_causes_are_lines_that_open() -> None:
    text = rendered(testing.report(False, False), testing.diff())
    said = [line for line in text.splitlines() if line.startswith("<details>")]
    assert said == ["<details><summary>❌ <b>flash</b> Cortex-M0 a: +16 B, Exp 700 -&gt; 716</summary>",
                    "<details><summary>✅ <b>cycles</b> Cortex-M3 a: -1.00 %</summary>"]
    assert "<code>build/atome size --core m0 --symbols 20</code>" in text and text.count("</details>") == 2
    assert "| size elf m0 a.atome03 f32 speed | firmware_bytes | ❌ worse | 12300 | 12316 |" in text


def test_boards_that_did_not_change_are_left_out() -> None:
    cells = [testing.cycles("m3", board) for board in ("bluepill", "netduino2")]
    change = Change("regression", "worse", cells[0].key, "cycles_per_token", before="9000", change="+1000")
    diff = Diff(False, changes=[change], causes=[Cause("regression", "^", "cycles", "w", "t", "x", (0,))])
    text = rendered(rf.Report("x", cells=cells), diff)
    assert "| m3 bluepill | 10\N{NARROW NO-BREAK SPACE}000, +1000 |" in text and "netduino2" not in text
    assert "netduino2" in rendered(rf.Report("x", cells=cells)) and "bluepill" not in rendered(rf.Report("x", cells=cells), Diff(True))


def test_what_a_partial_run_leaves_out_is_counted_only() -> None:
    here = rf.Cell(rf.Key(core="m3", model="here"))
    absent = [rf.Cell(rf.Key(core="m3", model=f"absent{i}"), "missing", f"{rf.NOT_HERE}x") for i in range(100)]
    text = rendered(rf.Report("x", cells=[here, *absent]))
    assert "absent" not in text and "| Parity | 101 | 1 | 100 |" in text


@pytest.mark.parametrize("count, changes", [(0, 0), (1, 500), (3, 40), (8, 30), (9, 1), (500, 3)])
@pytest.mark.parametrize("severity, most", [("regression", 100), ("improvement", 60)])
def test_a_red_one_has_at_most_100_lines_and_a_green_one_60(count: int, changes: int, severity: str, most: int) -> None:
    """Also with the most that stands beside causes: every kind of cell, 16 boards that changed, 100 cells that fail."""
    red = severity == "regression" and count > 0
    cells = [testing.cycles("m3", f"board{i}") for i in range(16)]
    cells += testing.report().cells + [testing.parity(f"x{i}", "m3", "crashed") for i in range(100)]
    all_changes = [Change(severity, "changed", cells[i % 16].key, "cycles_per_token", change="+1") for i in range(count * changes)]
    causes = [Cause(severity, "^", "cycles", "w", "t", "text " * 60, tuple(range(i * changes, (i + 1) * changes)), next="command")
              for i in range(count)]
    found = build.summary(build.Inputs(rf.Report("x", cells=[c for c in cells if red or not c.failed]), Diff(not red, changes=all_changes, causes=causes)))
    text = markdown.render(found)
    assert found.verdict.tone == ("bad" if red else "good") and lines_of(text) <= (most if red else 60)
    assert text.count("<summary>") == min(count, 8) and (count <= 8 or f"*And {count - 8} more causes" in text)
    assert not count or not changes or "| --- |" in text.partition("</details>")[0]  # the worst opens to its changes


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=20)
@given(report=strategies.REPORTS, diff=DIFFS)
def test_any_report_and_diff_have_a_short_one(report: rf.Report, diff: Diff | None) -> None:
    found = build.summary(build.Inputs(report, diff))
    text = markdown.render(found)
    assert lines_of(text) <= (100 if found.verdict.tone == "bad" else 60) and len(text.encode()) <= 60_000
    assert text.count("<details>") == text.count("</details>")
