"""A folder is free once its owner is dead, whoever that left behind."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys

import pytest

from ci.night import lock

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_one_at_a_time(tmp_path: pathlib.Path) -> None:
    with lock.holding(tmp_path / "new" / "folder", "go elsewhere"):
        with pytest.raises(ValueError, match="folder: another run has it; wait for it, or go elsewhere"):
            lock.take(tmp_path / "new" / "folder", "go elsewhere")
    os.close(lock.take(tmp_path / "new" / "folder", "go elsewhere"))


def test_a_killed_owner_whose_child_lives_has_it_no_longer(tmp_path: pathlib.Path) -> None:
    program = ("import pathlib, subprocess, sys, time; from ci.night import lock; lock.take(pathlib.Path(sys.argv[1]), 'x');"
               "print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)")
    with subprocess.Popen([sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}) as owner:
        assert owner.stdout is not None
        child = int(owner.stdout.readline())
        try:
            with pytest.raises(ValueError, match="another run"):
                lock.take(tmp_path, "x")
            owner.kill()
            owner.wait()
            os.close(lock.take(tmp_path, "x"))
        finally:
            os.kill(child, signal.SIGKILL)


def test_where_locks_are_not_supported_it_is_told(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, how: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(ValueError, match="cannot be locked: No locks available; give another --out on a disk of this machine"):
        lock.take(tmp_path, "give another --out")
