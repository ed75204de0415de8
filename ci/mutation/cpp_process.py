"""One process with a mutant on, or recording: its limits, its folder, how it ended."""

from __future__ import annotations

import dataclasses
import math
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence

MEMORY_BYTES = 12 << 30  # of addresses: Unicorn reserves gigabytes that it never touches
FILE_BYTES = 256 << 20
WALL_FACTOR = 12  # a busy machine takes so many times as long as an idle one, at most
END_BYTES = 6000


@dataclasses.dataclass(frozen=True)
class Ended:
    code: int        # as subprocess says it, -9 for a signal
    timed_out: bool
    seconds: float   # of processors, its children's too
    output: str      # the end of what it said


def run(command: Sequence[str], environment: Mapping[str, str], cwd: pathlib.Path, scratch: pathlib.Path, limit_s: float) -> Ended:
    """In a folder of its own for temporary files. `limit_s`: of processor time."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
    cpu = math.ceil(limit_s) + 1

    def limits() -> None:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    try:
        with open(folder / "output", "wb") as out:
            began = time.monotonic()
            process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, preexec_fn=limits,
                                       env={**os.environ, **environment, "TMPDIR": str(folder), "TEST_TMPDIR": str(folder)})
            code, usage = _wait(process, began + cpu * WALL_FACTOR)
        text = (folder / "output").read_bytes()[-END_BYTES:].decode(errors="replace")
        seconds = usage.ru_utime + usage.ru_stime if usage else time.monotonic() - began
        return Ended(code if code is not None else -signal.SIGKILL, code is None or -code in (signal.SIGXCPU, signal.SIGKILL), seconds, text)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: subprocess.Popen[bytes], until: float) -> tuple[int | None, resource.struct_rusage | None]:
    """How it ended, None when it was killed at the limit, and what it used."""
    pause = 0.002
    killed = False
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            _kill_group(process.pid)
            return None if killed else process.returncode, usage
        if not killed and time.monotonic() > until:
            killed = True
            _kill_group(process.pid)
        time.sleep(pause)
        pause = min(0.02, pause * 1.3)


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
