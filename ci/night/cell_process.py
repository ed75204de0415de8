"""Runs one job as a process group of its own, which does not outlive its time or its parent."""

from __future__ import annotations

import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence

from ci.night.job import REPORT, WORK, Ended

KEPT_BYTES = 200_000  # of stdout and stderr each, the last ones


def _end_of(path: pathlib.Path) -> bytes:
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - KEPT_BYTES))
        return file.read()


def _environment(root: pathlib.Path, commit: str) -> dict[str, str]:
    """As the tests have it: Python's modules from this repository and its build."""
    ours = {"PYTHONPATH": str(root), "ATOME_BUILD": str(root / "build"), "PYTHONDONTWRITEBYTECODE": "1",
            "ATOME_PROTO_PYTHON": os.environ.get("ATOME_PROTO_PYTHON", str(root / "build" / "python")),
            "ATOME_COMMIT": commit, "OPENBLAS_NUM_THREADS": "1"}
    return {**os.environ, **ours}


def run(argv: Sequence[str], limit_s: float, root: pathlib.Path, scratch: pathlib.Path, commit: str) -> Ended:
    """Never raises for what the process does. After `limit_s` seconds the whole group is killed. `commit` is that of its
    reports, so that git is asked once and not by each process."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
    report = folder / "report.binpb"
    # setpriv: the kernel kills the process when the thread that started it is gone.
    command = ["setpriv", "--pdeathsig", "KILL", "--",
               *(word.replace(REPORT, str(report)).replace(WORK, str(folder)) for word in argv)]
    began = time.monotonic()
    try:
        with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
            process = subprocess.Popen(command, cwd=root, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                       env=_environment(root, commit), start_new_session=True)
            ended = os.pidfd_open(process.pid)
            try:
                in_time = bool(select.select([ended], [], [], limit_s)[0])
            finally:
                os.close(ended)
                # Not yet waited for, so the group's number is still its own. Children that it left die too.
                os.killpg(process.pid, signal.SIGKILL)
            code = process.wait()
        return Ended(code if in_time else None, time.monotonic() - began,
                       report.read_bytes() if report.is_file() else b"",
                       _end_of(folder / "stdout"), _end_of(folder / "stderr"))
    except OSError as error:
        return Ended(2, time.monotonic() - began, lost=f"did not start: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
