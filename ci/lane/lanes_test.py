"""The table of lanes, what runs them, and what tidy and coverage make of what their tools say."""

from __future__ import annotations

import json
import os
import pathlib
import re
from typing import Any

import pytest

from ci.lane import coverage, main, table, tidy
from ci.rooms import ROOT

LANES = table.load()


def test_each_lane_is_a_script_of_ci() -> None:
    for lane in LANES:
        for words in filter(None, (lane.command, lane.quick)):
            assert os.access(ROOT / words[0], os.X_OK), words[0]


def test_the_readme_has_the_table() -> None:
    text = (ROOT / "ci" / "README.md").read_text()
    assert table.between_marks(text, table.markdown(LANES)) == text


def test_the_workflows_run_them() -> None:
    night = (ROOT / ".github/workflows/nightly.yml").read_text()
    found = re.search(r"lane: \[([^]]*)\]", night)
    assert found and found[1].split(", ") == [lane.name for lane in LANES]
    assert "ci/lanes --quick" in (ROOT / ".github/workflows/pull_request.yml").read_text()


@pytest.fixture(name="file")
def fixture_file(tmp_path: pathlib.Path) -> pathlib.Path:
    lanes = [{"name": "good", "command": ["sh", "-c", "echo said"], "quick": ["true"], "proves": "that it runs"},
             {"name": "bad", "command": ["sh", "-c", "seq 40; exit 3"], "proves": "that others go on"},
             {"name": "none", "command": ["ci/no_such"], "proves": "nothing"},
             {"name": "last", "command": ["true"], "proves": "that it is reached", "took": {"all": 7200.0}}]
    path = tmp_path / "lanes.json"
    path.write_text(json.dumps({"about": "test", "lanes": lanes}))
    return path


def test_a_lane_that_fails_stops_no_other(file: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main([], file, tmp_path / "out") == 1
    said = capsys.readouterr().out
    states = {name: said.split(f"\n{name} ")[1].split()[0] for name in ("bad", "none", "last")}
    assert states == {"bad": "FAILED", "none": "FAILED", "last": "ok"}
    assert "    40\n" in said and "    25\n" not in said and "cannot be started: No such file or directory" in said
    assert said.endswith("2 of 4 lanes pass; not so: bad, none\n")
    assert (tmp_path / "out" / "good.log").read_text() == "said\n"


def test_some_and_quick_ones(file: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--quick"], file, tmp_path) == 0
    assert capsys.readouterr().out.endswith("1 of 1 lanes pass\n")
    assert main.main(["--only", "last"], file, tmp_path) == 0
    assert main.main(["--only", "lost"], file, tmp_path) == 2
    assert "no lane lost; there are good, bad" in capsys.readouterr().err
    assert main.main(["--list"], file, tmp_path) == 0
    assert capsys.readouterr().out.splitlines()[0] == "good      sh -c echo said"


def test_times_are_kept_and_shown(file: pathlib.Path) -> None:
    table.keep({"good": ("all", 61.04, "a machine")}, file)
    table.keep({"good": ("quick", 0.4, "a machine")}, file)
    lanes = table.load(file)
    assert lanes[0].took == {"all": 61.0, "quick": 0.4} and lanes[0].on == "a machine"
    rows = table.markdown(lanes).splitlines()
    assert rows[2].endswith("| 61 s, 0 s |") and rows[3].endswith("| no | that others go on | not measured |")
    assert rows[5].endswith("| 120 min |")
    with pytest.raises(ValueError, match="no place for the table"):
        table.between_marks("nothing", "")


def _line(number: int, count: int, *branches: int, **more: Any) -> dict[str, Any]:
    return {"line_number": number, "count": count, "gcovr/noncode": False, "branches": [{"count": taken} for taken in branches], **more}


def test_lines_and_gaps_of_coverage() -> None:
    assert coverage.ranges([]) == "" and coverage.ranges([3, 7, 8, 9, 11]) == "3, 7-9, 11"
    source = ["int F();", "int F();", "}", "if (a) b();", "c = {};", "a && b", "switch (a) {", "x = y ? 1 : 2;"]
    lines = [_line(1, 0), _line(1, 2),  # two instances of a template
             _line(2, 0), _line(3, 0, **{"gcovr/noncode": True}), _line(4, 1, 1, 0), _line(5, 1, 0, 1),
             _line(6, 1, 0, 1), _line(6, 1, 1, 0), _line(7, 1, 1, 0, 2), _line(7, 1, 1, 1), {**_line(8, 1), "branches": [{"count": 0, "throw": True}]}]
    of_a = coverage.lines_of({"lines": lines}, source)
    assert {number: line.branches for number, line in of_a.items() if line.branches} == {4: (1, 0), 6: (1, 1), 7: (1, 0, 2, 1, 1)}
    files = {"whole": coverage.lines_of({"lines": [_line(1, 1)]}, source), "a": of_a}
    assert coverage.gaps(files) == [("a", [2], [4, 7])]
    lines_reached, branches_reached = coverage.percents(files, "a")
    assert lines_reached == pytest.approx(600 / 7) and branches_reached == pytest.approx(700 / 9)
    assert coverage.percents(files, "whole") == (100.0, 100.0)


@pytest.mark.parametrize("reached, code", [(92, 0), (91, 1)])
def test_goals_of_coverage(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], reached: int, code: int) -> None:
    lines = [_line(number, int(number <= reached)) for number in range(1, 101)]
    lines[0]["branches"] = [{"count": int(number < 19)} for number in range(20)]
    files = [{"file": f"{room}no_such_file.cc", "lines": lines} for room in coverage.GOALS]
    (tmp_path / "coverage.json").write_text(json.dumps({"files": files}))
    assert coverage.main([str(tmp_path)]) == code
    said = capsys.readouterr().out
    assert f"{reached}.0 %" in said and "95.0 %" in said and ("<92" in said) == (code == 1)
    (tmp_path / "coverage.json").write_text(json.dumps({"files": []}))
    assert coverage.main([str(tmp_path)]) == 2


def test_what_a_result_of_tidy_follows_from() -> None:
    read = {path.relative_to(ROOT).as_posix() for path in tidy._reads("harness/base/replace_file.cc", ROOT / "build")}
    assert {"harness/base/replace_file.cc", "harness/base/replace_file.h", "emulation/base/whole_file.h", "harness/base/text.h"} <= read
    assert "emulation/base/whole_file.cc" not in read
