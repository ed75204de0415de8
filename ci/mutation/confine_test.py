"""Where mutants may write."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

from ci.mutation import confine

SCRIPT = """
import pathlib, sys
from ci.mutation import confine
if not confine.confine([pathlib.Path(sys.argv[1])]):
    sys.exit(77)
for path in sys.argv[1:]:
    try:
        pathlib.Path(path, "file").write_text("x")
        print("written")
    except OSError as error:
        print(error.strerror)
open("/dev/null", "w").write("x")
"""


def _run(*folders: pathlib.Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", SCRIPT, *map(str, folders)], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).resolve().parents[2])})


def test_only_the_folders_that_are_named_can_be_written(tmp_path: pathlib.Path) -> None:
    inside, beside = tmp_path / "with a space", tmp_path / "beside"
    beside.mkdir()
    done = _run(inside, beside, inside / "..", pathlib.Path("/dev"))
    if done.returncode == 77:
        pytest.skip("needs root, and the right to mount")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n") == ["written", *["Read-only file system"] * 3, ""]
    assert (inside / "file").read_text() == "x" and not (beside / "file").exists()
    (beside / "file").write_text("this process is as before")


def test_who_is_not_root_goes_on_without(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not confine.confine([tmp_path / "new"])
    assert not (tmp_path / "new").exists()
