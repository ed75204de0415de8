"""Shards, joining, progress, exit codes and what comes after: each by itself."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import pathlib
import random
import sys
import time

import pytest

from ci.night import after, join, progress, rows, shard
from ci.night.job import Job
from ci.night.testing.repository import Repository
from reports import catalogue, report_file
from reports.report_data import Cell, Environment, Figure, Key, Report


def job(name: str, cost: float = 1.0) -> Job:
    return Job(name, Key(detail=name), ("true",), 1, cost, ())


def test_shards_are_the_whole_and_alike_in_size() -> None:
    chance = random.Random(1)
    for count in range(1, 9):
        jobs = [job(f"{number}", chance.choice([0.1, 1, 5])) for number in range(chance.randrange(1, 200))]
        parts = [shard.take(jobs, number, count) for number in range(1, count + 1)]
        assert sorted(one.name for part in parts for one in part) == sorted(one.name for one in jobs)
        costs = [sum(one.cost_s for one in part) for part in parts]
        assert max(costs) - min(costs) <= 5
        shuffled = chance.sample(jobs, len(jobs))
        assert {one.name for one in shard.take(shuffled, 1, count)} == {one.name for one in parts[0]}


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "a/b", "-1/2", "1/2/3", "²/3"])
def test_no_shard(text: str) -> None:
    with pytest.raises(ValueError, match="write i/n"):
        shard.parse(text)


def test_what_is_joined_is_atomes(tmp_path: pathlib.Path) -> None:
    one, first = Cell(Key(core="m0"), figures=[Figure("max_ulp", 1)]), Cell(Key(core="a"))
    environments = [Environment("1", "c", "h1", "2026-02", {"qemu": "7"}),
                    Environment("1", "c", "h2", "2026-01", {"gcc": "12"})]
    parts = {"x": Report("atome x", environments[0], [one]), "y": Report("atome y", environments[1], [one, first]),
             "z": Report("atome z", cells=[dataclasses.replace(one, figures=[Figure("max_ulp", 2)])])}
    for name, report in parts.items():
        report_file.write(report, tmp_path / name)
    root = Repository.make(tmp_path / "root").root
    joined = join.merge(root, tmp_path / "out.binpb", [tmp_path / "x", tmp_path / "y"])
    assert joined.cells == [first, one] and joined.sources == ["atome x", "atome y"]
    assert joined.environment == Environment("1", "c", "h1; h2", "2026-01", {"gcc": "12", "qemu": "7"})
    with pytest.raises(ValueError, match=r"max_ulp differs between .*/x and .*/z; measure the cell again"):
        join.merge(root, tmp_path / "out.binpb", [tmp_path / "x", tmp_path / "z"])
    assert join.without(joined, {one.key}).cells == [first]


@pytest.mark.parametrize(("outcomes", "compared", "code"), [
    ({"pass"}, 0, 0), ({"pass"}, 3, 3), ({"pass"}, 2, 2), ({"pass", "mismatch"}, 0, 1), ({"pass", "mismatch"}, 3, 3),
    ({"mismatch"}, 2, 1), ({"mismatch", "crashed"}, 3, 4), ({"missing", "mismatch"}, 0, 1), ({"missing"}, 0, 2), (set(), 0, 0),
    ({"too_large"}, 0, 1), ({"too_large", "error"}, 0, 1), ({"error"}, 3, 3), ({"crashed"}, 0, 4),
])
def test_exit_codes(outcomes: set[str], compared: int, code: int) -> None:
    assert rows.exit_code(outcomes, compared) == code


def test_a_more_severe_outcome_never_has_a_lesser_exit_code() -> None:
    worse: list[str] = []
    for name, outcome in catalogue.OUTCOMES.items():
        worse.append(name)
        assert rows.exit_code(worse, 0) == outcome.exit_code


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_goes_by_what_was_measured() -> None:
    now = [0.0]
    jobs = [job("short", 1), job("long", 1), job("new", 10)]
    lines = progress.Progress(out := io.StringIO(), jobs, {"short": 10, "long": 80}, 2, lambda: now[0])
    assert lines.eta_s() == 50
    now[0] = 20.0  # 10 of 100 s of work
    lines.ended(jobs[0], "")
    assert lines.eta_s() == 180
    now[0] = 21.0
    lines.ended(jobs[1], "crashed: why")
    now[0] = 22.0
    lines.ended(jobs[2], "")
    lines.close()
    assert out.getvalue() == "1/3, 0:20 gone, 3:00 to go\nlong: crashed: why\n3/3, 0:22 gone, 0:00 to go, 1 bad\n"


def test_on_a_terminal_it_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    now = [0.0]
    lines = progress.Progress(out := Terminal(), [job("a" * 80), job("b")], {}, 1, lambda: now[0])
    now[0] = 3661.0
    lines.ended(job("a" * 80), "")
    assert "\n" not in out.getvalue() and "1/2, 1:01:01 gone" in out.getvalue()
    assert len(out.getvalue().replace("\r\033[K", "")) <= 40


def test_it_goes_on_while_no_job_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "REDRAW_S", 0.01)
    lines = progress.Progress(out := Terminal(), [job("a")], {}, 1)
    lines.tick()
    until = time.monotonic() + 10
    while out.getvalue().count("0/1, ") < 3:
        assert time.monotonic() < until
        time.sleep(0.01)
    lines.close()


def test_steps_after(tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]) -> None:
    write = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(' '.join(sys.argv[2:]))"
    (tmp_path / "there").write_text("")
    done = str(tmp_path / "done")
    steps = [
        after.Step("absent module", ("false",), module="reports.no_such_module"),
        after.Step("absent folder", ("false",), module="no_such_package.x"),
        after.Step("absent file", ("false",), needs=("nothing",)),
        after.Step("of a whole", ("false",), whole=True),
        after.Step("fails", ("{python}", "-c", "import sys; sys.exit(2)")),
        after.Step("writes", ("{python}", "-c", write, done, "{report}"), module="reports.report_file",
                   optional=(("there", "--with", "there"), ("nothing", "--without", "nothing"))),
        after.Step("prints", ("{python}", "-c", "print(1)"), stdout="{out}/printed"),
        after.Step("no gate", ("{python}", "-c", "import sys; sys.exit(3)")),
        after.Step("tells", ("{python}", "-c", "import sys; print(*sys.argv[1:]); sys.exit(3)", "--format", "json"),
                   optional=(("there", "--with", "there"),), stdout="{out}/diff.json",
                   told=("{python}", "-c", "import sys; print('told', *sys.argv[1:])", "diff")),
        after.Step("fails and does not tell", ("false",), told=("{python}", "-c", "print('never')")),
        after.Step("last", ("{python}", "-c", "print('last')")),
    ]
    (tmp_path / "page.html").write_text("of another night")
    names = {"python": sys.executable, "report": "R", "out": str(tmp_path)}
    assert after.run(names, tmp_path, whole=False, partial=True, steps=steps) == 0
    out, err = capfd.readouterr()
    told, said = out.splitlines(), err.splitlines()
    assert told == ["last", "told diff --with there --partial"], "the verdict comes when all else is done"
    assert (tmp_path / "diff.json").read_text() == "--format json --with there\n" and not (tmp_path / "page.html").exists()
    assert [line.split(":")[1].strip() for line in said] == ["absent module", "absent folder", "absent file", "fails", "fails and does not tell"]
    assert pathlib.Path(done).read_text() == "R --with there" and (tmp_path / "printed").read_text() == "1\n"
    gate, broken = dataclasses.replace(steps[7], gates=True), dataclasses.replace(steps[4], gates=True)
    for several, code in (([gate], 3), ([broken], 2), ([broken, gate], 3), ([gate, broken], 3)):
        assert after.run(names, tmp_path, whole=True, partial=False, steps=several) == code


def test_workflow_runs_what_is_there() -> None:
    yaml = pytest.importorskip("yaml", reason="python3-yaml is not installed")
    root = pathlib.Path(__file__).resolve().parents[2]
    workflow, pulls = (yaml.safe_load((root / ".github/workflows" / name).read_text()) for name in ("nightly.yml", "pull_request.yml"))
    assert set(workflow[True]) == {"schedule", "workflow_dispatch"} and "pull_request" in pulls[True]  # YAML reads `on` as true
    for each, needed in ((workflow, {"ci/build", "ci/nightly"}), (pulls, {"ci/test"})):
        steps = [step for work in each["jobs"].values() for step in work["steps"]]
        scripts = {word for step in steps for word in step.get("run", "").split() if word.startswith("ci/") and word.isascii()}
        assert needed <= scripts
        assert all(os.access(root / script, os.X_OK) for script in scripts)
    shards = workflow["jobs"]["shard"]["strategy"]["matrix"]["shard"]
    assert shards == list(range(1, len(shards) + 1)) and f"/{len(shards)}" in json.dumps(workflow["jobs"]["shard"])
    assert all(work["needs"] for name, work in workflow["jobs"].items() if name in ("shard", "merge"))
