"""Of a command's output that is closed, full, or no longer read."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = """
import pathlib, sys
from reports import console
def main():
    {body}
sys.exit(console.run("it", main))
"""
MUCH = "[print('a line of text', i) for i in range(100_000)]; pathlib.Path('done').write_text('x'); return 1"


def _run(folder: pathlib.Path, body: str, redirect: str) -> subprocess.CompletedProcess[str]:
    """In a shell that redirects; the exit code is the program's."""
    (folder / "it.py").write_text(PROGRAM.format(body=body))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return subprocess.run(["bash", "-c", f'"$0" it.py {redirect}', sys.executable], cwd=folder, env=environment,
                          capture_output=True, text=True, check=False)


def test_a_reader_that_has_seen_enough_changes_nothing(tmp_path: pathlib.Path) -> None:
    done = _run(tmp_path, MUCH, "| head -2; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stdout, done.stderr) == (1, "a line of text 0\na line of text 1\n", "")
    assert (tmp_path / "done").exists()  # it was not stopped half way


@pytest.mark.parametrize("body", [MUCH, "print('a line'); return 0", "print('a line'); return 1", "print('a line'); sys.exit(0)"])
@pytest.mark.parametrize("redirect, why", [("> /dev/full", "No space left on device"), (">&-", "it is closed")])
def test_output_that_does_not_arrive_is_told_once(tmp_path: pathlib.Path, body: str, redirect: str, why: str) -> None:
    done = _run(tmp_path, body, redirect)
    assert (done.returncode, done.stderr) == (2, f"it: cannot write to standard output: {why}\n")


def test_who_prints_nothing_needs_no_output(tmp_path: pathlib.Path) -> None:
    for redirect in ("> /dev/full", ">&-", ">&- 2>&-", "<&-"):
        assert _run(tmp_path, "return 3", redirect).returncode == 3


@pytest.mark.parametrize("descriptors", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_what_is_printed_goes_into_no_file(tmp_path: pathlib.Path, descriptors: str) -> None:
    """A file that is opened gets the lowest free descriptor, which would be that of output."""
    body = "file = open('file', 'w'); print('out'); print('error', file=sys.stderr); file.write('file'); file.close(); return 0"
    assert _run(tmp_path, body, descriptors).returncode == 2
    assert (tmp_path / "file").read_text() == "file"


@pytest.mark.parametrize("body, code, said", [
    ("sys.exit('a reason')", 2, "a reason\n"), ("sys.exit(4)", 4, ""), ("sys.exit()", 0, ""),
    ("open('none/none')", 2, "it: [Errno 2] No such file or directory: 'none/none'\n"),
    ("raise KeyboardInterrupt", 130, "\nit: interrupted\n")])
def test_other_ends(tmp_path: pathlib.Path, body: str, code: int, said: str) -> None:
    done = _run(tmp_path, body, "")
    assert (done.returncode, done.stderr) == (code, said)
