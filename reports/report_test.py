"""The command: what it writes, what it compares with, what it refuses."""

from __future__ import annotations

import json
import pathlib

import pytest

from reports import diff_file
from reports import report as command
from reports import report_file as rf
from reports.page.content_test import fitting
from reports.testing import page_report as testing

DIFF = testing.diff_json()


def test_the_command_writes_what_is_asked_for(tmp_path: pathlib.Path) -> None:
    rf.write(testing.report(False), tmp_path / "r.binpb")
    (tmp_path / "d.json").write_text(json.dumps(DIFF))
    options = [str(tmp_path / "r.binpb"), "--diff", str(tmp_path / "d.json")]
    assert command.main([*options, "--html", str(tmp_path / "p.html"), "--markdown", str(tmp_path / "p.md")]) == 0
    for name in ("p.html", "p.md"):
        text = (tmp_path / name).read_text()
        assert "2 causes, 3 figures" in text and "size elf m0" in text.replace("\\", "")


def test_a_baseline_is_compared_by_atome(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("old", "new"):
        rf.write(testing.report(False), tmp_path / f"{name}.binpb")
    asked = [str(tmp_path / "new.binpb"), "--baseline", str(tmp_path / "old.binpb"), "--markdown", str(tmp_path / "p.md")]
    atome = tmp_path / "atome"
    monkeypatch.setenv("ATOME_COMMAND", str(atome))
    assert command.main(asked) == 2 and f"{atome} is missing" in capsys.readouterr().err
    (tmp_path / "diff").write_text(json.dumps(DIFF))
    for code, done, says in ((3, 0, "2 causes"), (0, 0, "2 causes"), (2, 2, "cannot compare")):
        atome.write_text(f"""#!/bin/sh
echo "$@" > {tmp_path}/words
cat {tmp_path}/diff
echo cannot compare >&2
exit {code}
""")
        atome.chmod(0o755)
        assert command.main(asked) == done
        assert says in (capsys.readouterr().err if done else (tmp_path / "p.md").read_text())
    assert (tmp_path / "words").read_text().split() == ["diff", asked[2], asked[0], "--format", "json"]
    command.main([*asked, "--partial", "--budgets", "limits.json"])
    assert (tmp_path / "words").read_text().endswith(" --partial --budgets limits.json\n")


def test_what_fails_without_a_baseline_is_judged_alone(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    atome, page = tmp_path / "atome", tmp_path / "p.md"
    atome.write_text(f"#!/bin/sh\necho \"$@\" > {tmp_path}/words\ncat {tmp_path}/diff\nexit 3\n")
    atome.chmod(0o755)
    (tmp_path / "diff").write_text(json.dumps(DIFF))
    monkeypatch.setenv("ATOME_COMMAND", str(atome))
    failing, passing = str(tmp_path / "failing.binpb"), str(tmp_path / "passing.binpb")
    rf.write(testing.report(False), pathlib.Path(failing))
    rf.write(fitting(), pathlib.Path(passing))
    assert command.main([passing, "--markdown", str(page)]) == 0 == command.main([failing, "--csv", str(tmp_path / "c")])
    assert not (tmp_path / "words").exists()
    assert command.main([failing, "--markdown", str(page)]) == 0
    assert (tmp_path / "words").read_text().split() == ["diff", failing, "--format", "json"]
    assert "<b>flash</b>" in page.read_text() and "not compared, none was given" in page.read_text()


@pytest.mark.skipif(not diff_file.command().is_file(), reason="no atome beside the generated modules")
def test_one_cause_of_many_cells_is_a_line(tmp_path: pathlib.Path) -> None:
    report = rf.Report("x", cells=[testing.parity(f"m{i}", "m3", "crashed") for i in range(40)])
    rf.write(report, tmp_path / "r.json")
    assert command.main([str(tmp_path / "r.json"), "--markdown", str(tmp_path / "p.md")]) == 0
    text = (tmp_path / "p.md").read_text()
    assert text.count("<summary>") == 1 and "<b>crash</b>" in text and "1 cause, 40 " in text


@pytest.mark.skipif(not diff_file.command().is_file(), reason="no atome beside the generated modules")
def test_atome_finds_what_grew(tmp_path: pathlib.Path) -> None:
    for name, grown in (("old", 0), ("new", 16)):
        rf.write(fitting(grown), tmp_path / f"{name}.json")
    assert diff_file.run(tmp_path / "old.json", tmp_path / "old.json").changes == []
    found = diff_file.run(tmp_path / "new.json", tmp_path / "old.json")
    assert not found.passed
    assert {each.name for each in found.changes if each.severity == "regression"} == {"firmware_bytes", "engine_text_bytes"}
    figure = testing.size("m0", 16).figure("firmware_bytes")
    assert figure and "16" in found.delta(testing.size("m0").key, figure)


def test_a_history_gives_trends(tmp_path: pathlib.Path) -> None:
    history = pytest.importorskip("reports.history.__main__", reason="no reports/history")
    for night, grown in (("2026-11-24T05:00:00Z", 0), ("2026-11-25T05:00:00Z", 16)):
        report = fitting(grown)
        report.environment.date = report.environment.commit = night
        rf.write(report, tmp_path / f"{grown}.binpb")
        assert history.main(["add", str(tmp_path / f"{grown}.binpb"), "--db", str(tmp_path / "h.sqlite")]) == 0
    options = ["--history", str(tmp_path / "h.sqlite"), "--html", str(tmp_path / "s.html")]
    assert command.main([str(tmp_path / "16.binpb"), *options]) == 0
    assert "+0.13 %" in (tmp_path / "s.html").read_text()


def test_a_bad_diff_is_named(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    rf.write(testing.report(False), tmp_path / "r.binpb")
    (tmp_path / "d.json").write_text("{}")
    assert command.main([str(tmp_path / "r.binpb"), "--diff", str(tmp_path / "d.json"), "--html", str(tmp_path / "p.html")]) == 2
    assert "d.json: no output of atome diff" in capsys.readouterr().err
    assert not (tmp_path / "p.html").exists()


@pytest.mark.parametrize("words", [["--partial"], ["--budgets", "b.json"]])
def test_what_needs_a_baseline_is_refused_without(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["r.binpb", *words, "--html", "p.html"])
    assert f"{words[0]} goes with --baseline" in capsys.readouterr().err


def test_nothing_to_write_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main([str(tmp_path / "r.binpb")])
    assert stopped.value.code == 2
