"""One process and where it ran: exit codes, limits, what is kept of its output, and the commit that it is of."""

from __future__ import annotations

import pathlib
import subprocess
import time

import pytest

from ci.night import cell_process, environment, shard
from ci.night.cell_process import KEPT_BYTES
from ci.night.job import REPORT, WORK, Ended, Job
from reports.report_data import Environment, Key


def _run(tmp_path: pathlib.Path, script: str, limit_s: float = 60) -> Ended:
    return cell_process.run(["sh", "-c", script], limit_s, tmp_path, tmp_path, "abc")


@pytest.mark.parametrize("script, code", [("exit 0", 0), ("exit 1", 1), ("exit 127", 127), ("kill -9 $$", -9), ("kill -6 $$", -6), ("no_such_command", 127)])
def test_exit_codes_and_signals(script: str, code: int, tmp_path: pathlib.Path) -> None:
    ended = _run(tmp_path, script)
    assert (ended.exit_code, ended.lost, ended.report) == (code, "", b"") and list(tmp_path.iterdir()) == []


def test_what_it_leaves_is_kept_and_its_folder_removed(tmp_path: pathlib.Path) -> None:
    ended = _run(tmp_path, f"echo out; echo err >&2; printf report > {REPORT}; touch {WORK}/more; echo $ATOME_COMMIT $OPENBLAS_NUM_THREADS $PYTHONPATH; pwd; exit 3")
    assert (ended.exit_code, ended.report, ended.stderr) == (3, b"report", b"err\n")
    assert ended.stdout.decode() == f"out\nabc 1 {tmp_path}\n{tmp_path.resolve()}\n" and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size, kept", [(KEPT_BYTES - 1, KEPT_BYTES - 1), (KEPT_BYTES, KEPT_BYTES), (KEPT_BYTES + 7, KEPT_BYTES)])
def test_the_end_of_long_output_is_kept(size: int, kept: int, tmp_path: pathlib.Path) -> None:
    ended = _run(tmp_path, f"head -c {size - 1} /dev/zero; printf x")
    assert len(ended.stdout) == kept and ended.stdout.endswith(b"\0x") and ended.stderr == b""


def test_after_its_limit_it_and_its_children_are_killed(tmp_path: pathlib.Path) -> None:
    began = time.monotonic()
    ended = _run(tmp_path, "(sleep 600; echo late) & echo early; wait", 0.5)
    assert ended.exit_code is None and ended.stdout == b"early\n" and 0.5 <= ended.seconds <= time.monotonic() - began < 60
    left = _run(tmp_path, "sleep 600 & echo $!")
    assert left.exit_code == 0
    for _ in range(200):  # what outlives its parent is killed, too
        if not pathlib.Path(f"/proc/{int(left.stdout)}").exists() or b"sleep" not in pathlib.Path(f"/proc/{int(left.stdout)}/cmdline").read_bytes():
            break
        time.sleep(0.05)
    else:
        raise AssertionError("it is still there")


def test_what_cannot_start_is_lost(tmp_path: pathlib.Path) -> None:
    ended = cell_process.run(["true"], 60, tmp_path / "none", tmp_path, "")
    assert ended.exit_code == 2 and ended.lost.startswith("did not start: ") and list(tmp_path.iterdir()) == []


def test_the_commit_is_that_of_the_checkout(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ATOME_COMMIT", "GIT_DIR", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert environment.commit(tmp_path) == ""
    (tmp_path / "file").write_text("1")
    for arguments in (["init", "-q"], ["add", "file"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "m"]):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()
    assert environment.commit(tmp_path) == head and len(head) == 40
    (tmp_path / "untracked").write_text("")
    assert environment.commit(tmp_path) == head
    (tmp_path / "file").write_text("2")
    assert environment.commit(tmp_path) == f"{head}-dirty"
    found = environment.of(tmp_path, "2026-01-02", Environment("1", "c", "h", "d", {"qemu": "7"}))
    assert (found.harness_version, found.commit, found.host, found.date) == ("1", f"{head}-dirty", "h", "2026-01-02")
    assert found.tools["qemu"] == "7" and found.tools["python"].startswith("3.")
    monkeypatch.setenv("ATOME_COMMIT", "named")
    assert environment.commit(tmp_path) == "named"


def test_shards_by_hand() -> None:
    """5, 4, 3 and 2, 2: the costliest first, each to the shard with the least so far, the first of equal ones."""
    jobs = [Job(name, Key(detail=name), ("true",), 1, cost, ()) for name, cost in (("e", 2), ("a", 5), ("d", 2), ("b", 4), ("c", 3))]
    parts = [[job.name for job in shard.take(jobs, number, 2)] for number in (1, 2)]
    assert parts == [["e", "a", "d"], ["b", "c"]]
    assert [shard.parse(text) for text in ("1/1", "4/4", "1/9")] == [(1, 1), (4, 4), (1, 9)]
    for text in ("5/4", "0/4", "1/0", "1", "1/4/4"):
        with pytest.raises(ValueError, match="1 <= i <= n"):
            shard.parse(text)
