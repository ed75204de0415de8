"""Nights of a fake `atome`: what fails is a row, and nothing is measured twice."""

from __future__ import annotations

import copy
import os
import pathlib
import signal
import time

import pytest

from ci.night.testing.repository import CELLS, MATRIX, Repository
from reports.report_data import Cell


def bad(cells: list[Cell]) -> dict[str, Cell]:
    return {f"{cell.key.runner} {cell.key.core} {cell.key.model}": cell for cell in cells if cell.outcome != "pass"}


def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.05)
    return False


def test_all_cells_sorted_and_with_where(tmp_path: pathlib.Path) -> None:
    repository = Repository.make(tmp_path)
    assert repository.run() == 0
    report = repository.report()
    assert len(report.cells) == CELLS and report.cells == sorted(report.cells, key=lambda cell: cell.key)
    assert report.environment.date and report.environment.tools["python"]
    assert repository.run("--quick", "--out", str(tmp_path / "quick")) == 0
    quick = repository.cells("quick")
    assert {cell.key.core for cell in quick} == {"m3"} and all(cell in report.cells for cell in quick)


@pytest.mark.parametrize(("action", "outcome", "says", "code"), [
    ("crash", "crashed", "killed by SIGSEGV\nabout to fall", 4),
    ("silent", "crashed", "exit code 0 and no report", 4),
    ("garbage", "crashed", "its report cannot be read", 4),
    ("missing", "missing", "install qemu-system-arm", 2),
    ("refuse", "error", "", 2),
    ("mismatch", "mismatch", "", 1),
])
def test_one_that_fails_is_a_row(tmp_path: pathlib.Path, action: str, outcome: str, says: str, code: int) -> None:
    repository = Repository.make(tmp_path, {"b.atome03 --runner qemu --core m3 --variant q15": action})
    assert repository.run("--only", "parity/*/m3/*") == code
    cells = repository.cells()
    assert len(cells) == 8
    (cell,) = bad(cells).values()
    assert (cell.key.runner, cell.key.core, cell.key.model, cell.key.variant) == ("qemu", "m3", "b.atome03", "q15")
    assert cell.outcome == outcome and says in cell.message
    if action not in ("mismatch", "refuse"):
        assert "build/atome verify golden/models/b.atome03 --runner qemu --core m3" in cell.command
    repository.started()
    assert repository.run("--only", "parity/*/m3/*") == code
    assert len(repository.started()) == (action != "mismatch")


def test_what_hangs_is_killed_with_its_children(tmp_path: pathlib.Path) -> None:
    matrix = copy.deepcopy(MATRIX)
    for entry in matrix["entries"]:
        entry["limit_s"] = 2
    repository = Repository.make(tmp_path, {"a.atome03 --runner qemu --core m0 --variant f32": "hang"}, matrix)
    assert repository.run("--only", "*/a.atome03/f32/speed") == 4
    (cell,) = bad(repository.cells()).values()
    assert cell.outcome == "crashed" and "killed after 2 s" in cell.message
    (child,) = (tmp_path / "children").read_text().split()
    assert gone(int(child))


def test_only_what_failed_or_changed_is_measured_again(tmp_path: pathlib.Path) -> None:
    repository = Repository.make(tmp_path, {"core m3 --variant f32 --build size": "once", "runner qemu --core m0": "mismatch"})
    assert repository.run() == 4
    assert len(repository.started()) == CELLS
    assert repository.run() == 1
    assert len(repository.started()) == 2  # the crashes; a mismatch is a result
    first = repository.cells()
    assert repository.run() == 1
    assert repository.started() == [] and repository.cells() == first
    (tmp_path / "golden/models/a.atome03").write_text("other")
    repository.run()
    lines = repository.started()
    assert len(lines) == CELLS // 2 and all("a.atome03" in line for line in lines)
    repository.run("--fresh")
    assert len(repository.started()) == CELLS
    with open(tmp_path / "build/atome", "a", encoding="utf-8") as file:
        file.write("# another build\n")
    repository.run()
    assert len(repository.started()) == CELLS


def test_times_are_of_one_night(tmp_path: pathlib.Path) -> None:
    matrix = copy.deepcopy(MATRIX)
    matrix["entries"].append({"name": "times", "command": "bench", "suites": ["host", "kernels"], "wall": True,
                              "limit_s": 30, "cost_s": 1})
    repository = Repository.make(tmp_path, matrix=matrix)
    assert repository.run() == 0
    first = repository.cells()
    repository.started()
    assert repository.run() == 0
    assert sorted(repository.started()) == ["bench --suite host", "bench --suite kernels"]
    second = repository.cells()
    assert [cell for cell in first if cell.key.kind != "benchmark"] == [cell for cell in second if cell.key.kind != "benchmark"]
    assert first != second


def test_what_has_no_data_here_is_told_and_no_failure(tmp_path: pathlib.Path) -> None:
    matrix = copy.deepcopy(MATRIX)
    matrix["entries"].append({"name": "data", "command": "size", "cores": ["m0"], "models": ["../no/c.atome02"],
                              "variants": ["f32"], "builds": ["speed"], "needs": ["../no/c.atome02"],
                              "limit_s": 30, "cost_s": 1})
    repository = Repository.make(tmp_path, matrix=matrix)
    assert repository.run() == 0
    (cell,) = bad(repository.cells()).values()
    assert cell.outcome == "missing" and cell.message == "not measured here: needs ../no/c.atome02"


def test_two_runs_do_not_share_a_folder(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = Repository.make(tmp_path, {"core": 0.3})
    other = repository.start("--jobs", "1")
    while not (tmp_path / "started").exists():
        assert other.poll() is None
        time.sleep(0.02)
    assert repository.run() == 2
    assert "another run has it" in capsys.readouterr().err
    other.kill()
    other.wait()


def test_an_interrupt_does_not_wait_for_what_is_left(tmp_path: pathlib.Path) -> None:
    repository = Repository.make(tmp_path, {"core": 60})
    process = repository.start("--jobs", "1")
    while not (tmp_path / "started").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    try:
        assert process.wait(30) == 130
    finally:
        process.kill()
    assert len(repository.started()) == 1


def test_without_a_build(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = Repository.make(tmp_path)
    os.unlink(tmp_path / "build/atome")
    assert repository.run() == 2
    assert "run ci/build first" in capsys.readouterr().err


def test_shards_joined_are_the_whole(tmp_path: pathlib.Path) -> None:
    repository = Repository.make(tmp_path)
    assert repository.run("--out", str(tmp_path / "whole")) == 0
    parts = []
    for number in (1, 2):
        out = tmp_path / f"part{number}"
        assert repository.run("--shard", f"{number}/2", "--out", str(out)) == 0
        parts.append(str(out / "report.binpb"))
    assert repository.run("--out", str(tmp_path / "joined"), "--merge", *parts) == 0
    joined = repository.report("joined")
    assert joined.cells == repository.cells("whole")
    assert joined.sources == [f"ci/nightly --shard {number}/2" for number in (1, 2)]
