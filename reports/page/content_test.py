"""What the page says: its verdict, numbers as people read them, differences, and Markdown that nothing breaks."""

from __future__ import annotations

import dataclasses
import json
import math
import pathlib
import re

import pytest

from reports import report as command
from reports import report_file as rf
from reports.history import Series
from reports.page import build, chart, compare, diff_file, document, markdown, testing, words
from reports.page.sections import benchmark, trend, verdict


@pytest.mark.parametrize(("value", "text"), [
    (0, "0"), (15216, "15 216"), (661054.208, "661 054"), (7.38168, "7.382"), (350.00000000000705, "350"), (485346.5, "485 347"),
    (1.5e-6, "1.50e-06"), (0.0123456, "0.01235"), (math.inf, "inf"), (math.nan, "nan"), (2**64 - 1, "1.845e+19"), ("x", "x")])
def test_numbers(value: rf.Value, text: str) -> None:
    assert words.number(value).replace(words.GROUP, " ") == text


@pytest.mark.parametrize(("old", "new", "text"), [
    (100, 100, ""), (100, 116, "+16 (+16.00 %)"), (100, 99, "−1 (−1.00 %)"), (0, 3, "+3"), ("a", "b", "differs"),
    (1000000, 1000001, "+1 (+<0.01 %)")])
def test_differences(old: rf.Value, new: rf.Value, text: str) -> None:
    assert words.delta(old, new) == text


def test_bits_are_shown_with_their_value() -> None:
    assert words.as_float(0x3F800001) == "0x3f800001 = 1.00000012"
    assert words.as_float(None) == "not recorded"


@pytest.mark.parametrize(("report", "tone", "headline"), [
    (testing.report(False, False), "good", "All 16 cells pass"),
    (testing.report(False), "bad", "3 of 20 cells fail"), (rf.Report("x"), "warn", "Nothing was measured"),
    (rf.Report("x", cells=[rf.Cell(rf.Key(), "unknown")]), "bad", "1 of 1 cell fails")])
def test_the_verdict(report: rf.Report, tone: str, headline: str) -> None:
    found = verdict.verdict(report, None, None)
    assert (found.tone, found.headline) == (tone, headline)


def test_data_that_is_not_here_is_no_failure() -> None:
    absent = rf.Cell(rf.Key(core="host"), "missing", f"{rf.NOT_HERE}../stories.txt")
    found = verdict.verdict(rf.Report("x", cells=[rf.Cell(rf.Key(core="m0")), rf.Cell(rf.Key(core="m3")), absent]), None, None)
    assert (found.tone, found.headline) == ("good", "All 2 cells pass")
    assert ("1", "left out, without their data", "") in found.tiles
    nothing = verdict.verdict(rf.Report("x", cells=[absent]), None, None)
    assert (nothing.tone, nothing.headline) == ("warn", "Nothing was measured")
    other = rf.Cell(rf.Key(core="host"), "missing", "no QEMU")
    assert verdict.verdict(rf.Report("x", cells=[other]), None, None).tone == "bad"


def test_a_commit_is_short_above_and_whole_below() -> None:
    report = testing.report(False, False)
    report.environment.commit = f"{'0123456789ab' * 4}"[:40] + "-dirty"
    found = build.document(build.Inputs(report))
    assert "commit 0123456789ab-dirty" in found.subtitle
    assert report.environment.commit in markdown.render(found).replace("\\", "")


def test_bars_have_no_parts_that_are_nowhere_and_keep_their_colours() -> None:
    whole = chart.stacked("a", "t", "bytes", ["m0"], {"one": [1], "two": [2], "three": [3]})
    part = chart.stacked("a", "t", "bytes", ["m0"], {"one": [0], "two": [2], "three": [3]})
    assert [column.name for column in part.data.columns] == ["", "two", "three", "total"]
    for number, picture in ((3, whole), (2, part)):
        assert sum(colour in picture.svg for colour in ("#0072b2", "#e69f00", "#009e73")) == number
    assert "#0072b2" not in part.svg


def test_what_fits_no_board_is_no_pass() -> None:
    report = rf.Report("x", cells=[rf.Cell(rf.Key(), "too_large")])
    assert verdict.verdict(report, None, None).headline == "Nothing fits its board"


def test_a_comparison_that_fails_says_no_other() -> None:
    said = verdict.verdict(testing.report(False, False), None, diff_file.Diff(False, 12, []))
    assert said.tone == "bad" and not any("No regressions" in line for line in said.lines)


def test_regressions_are_read_however_many_notes_there_are(tmp_path: pathlib.Path) -> None:
    rows = [{"severity": "note"}] * diff_file.MAX_JUDGED + [{"severity": "regression"}]
    (tmp_path / "d.json").write_text(json.dumps({"verdict": "regression", "totals": {"figures_compared": 1}, "changes": rows}))
    assert len(diff_file.read(tmp_path / "d.json").regressions) == 1


def test_what_is_left_out_is_counted() -> None:
    def with_figures(value: int) -> rf.Report:
        return rf.Report("x", cells=[rf.Cell(rf.Key(), figures=[rf.Figure(f"f{n}", value) for n in range(3000)])])

    summary = markdown.render(build.document(build.Inputs(with_figures(1), with_figures(2))))
    assert "Not shown: 2960 more differences" in summary


def test_the_accuracy_of_cycles_is_told_whole() -> None:
    note = "cycles within 4% mean, 9% worst: " + "of this and that, " * 30 + "to the end"
    report = rf.Report("x", cells=[dataclasses.replace(testing.cycles("m3"), note=note)])
    assert note in markdown.render(build.document(build.Inputs(report)))


def test_benchmarks_are_ratios_within_the_run() -> None:
    table = benchmark.section([testing.benchmark("dot", 1e-3)]).blocks[1]
    assert isinstance(table, document.Table)
    assert [datum.text for datum in table.rows[0]] == ["dot", "1 ms", "2", "10.0 %", "plain", "0.5000 ×", "20.0 %"]


def test_a_regression_is_no_pass() -> None:
    found = diff_file.Diff(False, 12, [diff_file.Judged("regression", "size m0", "firmware_bytes", "grew by 16")])
    said = verdict.verdict(testing.report(False, False), None, found)
    assert (said.tone, said.headline) == ("bad", "1 regression")
    assert any("grew by 16" in line for line in said.lines)


def test_changes_are_exact_and_leave_wall_time_out() -> None:
    old, new = testing.report(False, False), testing.report(False, False, grown=16, scale=1.01)
    for cell in new.cells:
        cell.figures = [dataclasses.replace(f, value=9.0) if f.figure_class == "wall" else f for f in cell.figures]
    changes = compare.Baseline(old).changes(new)
    assert {change.name for change in changes} == {"cycles_per_token", "instructions_per_token", "engine_text_bytes",
                                                   "firmware_bytes", "bytes"}
    assert not compare.Baseline(old).changes(old)
    summary = markdown.render(build.document(build.Inputs(new, old)))
    assert "+16 (+0.13 %)" in summary and "+1.00 %" in summary


def test_the_first_step_that_differs_is_named() -> None:
    def with_digests(digests: str) -> rf.Report:
        return rf.Report("x", cells=[rf.Cell(rf.Key(), figures=[rf.Figure("step_digests", digests, "case", "0")])])

    summary = markdown.render(build.document(build.Inputs(with_digests("aaaaaaaabbbbbbbb"), with_digests("aaaaaaaabbbcbbbb"))))
    assert "from step 1 on" in summary


def test_markdown_of_names_that_attack() -> None:
    summary = markdown.render(build.document(build.Inputs(testing.report())))
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
    assert len(markdown.render(build.document(build.Inputs(rf.Report("x", cells=cells)))).encode()) <= markdown.MAX_BYTES


def test_trends() -> None:
    nights: list[tuple[str, str, int | float]] = [("2026-11-24", "abc", 100), ("2026-11-25", "def", 116)]
    found = trend.section([Series("flash m0", "bytes", nights, "def"), Series("empty", "", [], None)])
    assert [type(block) for block in found.blocks] == [document.Picture, document.Table]
    table = found.blocks[1]
    assert isinstance(table, document.Table) and [datum.text for datum in table.rows[0]] == [
        "flash m0", "100", "116", "+16 (+16.00 %)", "2", "def"]


def test_one_night_is_no_trend() -> None:
    found = trend.section([Series("flash m0", "bytes", [("2026-11-24", "abc", 100)], None)])
    assert [type(block) for block in found.blocks] == [document.Paragraph]


def test_the_command_writes_what_is_asked_for(tmp_path: pathlib.Path) -> None:
    rf.write(testing.report(False), tmp_path / "r.binpb")
    diff = {"verdict": "regression", "totals": {"figures_compared": 5}, "changes": [
        {"severity": "regression", "what": "worse", "kind": "size", "core": "m0", "figure": "code_bytes", "change": "+16"}]}
    (tmp_path / "d.json").write_text(json.dumps(diff))
    options = [str(tmp_path / "r.binpb"), "--baseline", str(tmp_path / "r.binpb"), "--diff", str(tmp_path / "d.json")]
    assert command.main([*options, "--html", str(tmp_path / "p.html"), "--markdown", str(tmp_path / "p.md")]) == 0
    for name in ("p.html", "p.md"):
        text = (tmp_path / name).read_text()
        assert "1 regression" in text and "size m0" in text.replace("\\", "")


def test_a_history_gives_trends(tmp_path: pathlib.Path) -> None:
    history = pytest.importorskip("reports.history.__main__", reason="no reports/history")
    for night, grown in (("2026-11-24T05:00:00Z", 0), ("2026-11-25T05:00:00Z", 16)):
        report = testing.report(False, False, grown)
        report.environment.date = report.environment.commit = night
        rf.write(report, tmp_path / f"{grown}.binpb")
        assert history.main(["add", str(tmp_path / f"{grown}.binpb"), "--db", str(tmp_path / "h.sqlite")]) == 0
    options = ["--history", str(tmp_path / "h.sqlite"), "--markdown", str(tmp_path / "s.md")]
    assert command.main([str(tmp_path / "16.binpb"), *options]) == 0
    assert "+16 (+0.13 %) | 2 | 2026-11-25" in (tmp_path / "s.md").read_text().replace("\\", "")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"verdict": "pass", "totals": {"figures_compared": 1}, "changes": 1}',
                                  '{"verdict": "pass", "changes": []}'])
def test_a_bad_diff_is_named(tmp_path: pathlib.Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    rf.write(testing.report(False), tmp_path / "r.binpb")
    (tmp_path / "d.json").write_text(text)
    assert command.main([str(tmp_path / "r.binpb"), "--diff", str(tmp_path / "d.json"), "--html", str(tmp_path / "p.html")]) == 2
    assert "d.json: no output of atome diff" in capsys.readouterr().err
    assert not (tmp_path / "p.html").exists()


def test_nothing_to_write_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main([str(tmp_path / "r.binpb")])
    assert stopped.value.code == 2
