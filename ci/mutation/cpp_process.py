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
import threading
import time
from collections.abc import Mapping, Sequence

MEMORY_BYTES = 12 << 30  # of addresses: Unicorn reserves gigabytes that it never touches
FILE_BYTES = 512 << 20
WALL_FACTOR = 12  # a busy machine takes so many times as long as an idle one, at most
WATCH_S = 0.3
END_BYTES = 6000


@dataclasses.dataclass(frozen=True)
class Ended:
    code: int        # as subprocess says it, -9 for a signal
    timed_out: bool
    seconds: float   # of processors, its children's too
    output: str      # the end of what it said


class _Watch:
    """Kills the groups of processes that are there too long, whatever they wait for."""

    def __init__(self) -> None:
        self._until: dict[int, float] = {}
        self._late: set[int] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, pid: int, limit_s: float) -> None:
        with self._lock:
            self._until[pid] = time.monotonic() + limit_s
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def remove(self, pid: int) -> bool:
        """Whether it was killed."""
        with self._lock:
            self._until.pop(pid, None)
            late = pid in self._late
            self._late.discard(pid)
            return late

    def kill_all(self) -> None:
        with self._lock:
            for pid in self._until:
                _kill_group(pid)

    def _run(self) -> None:
        while True:
            time.sleep(WATCH_S)
            with self._lock:
                now = time.monotonic()
                for pid in [pid for pid, until in self._until.items() if now > until]:
                    del self._until[pid]
                    self._late.add(pid)
                    _kill_group(pid)


_WATCH = _Watch()


def kill_all() -> None:
    """All that `run` waits for, when what asked for them ends early."""
    _WATCH.kill_all()


def run(command: Sequence[str], environment: Mapping[str, str], cwd: pathlib.Path, scratch: pathlib.Path, limit_s: float) -> Ended:
    """In a folder of its own for temporary files. `limit_s`: of processor time."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
    cpu = math.ceil(limit_s) + 1
    try:
        with open(folder / "output", "wb") as out:
            process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, process_group=0,
                                       env={**os.environ, **environment, "TMPDIR": str(folder), "TEST_TMPDIR": str(folder)})
        _limit(process.pid, cpu)
        _WATCH.add(process.pid, cpu * WALL_FACTOR)
        _, status, usage = os.wait4(process.pid, 0)
        late = _WATCH.remove(process.pid)
        code = process.returncode = os.waitstatus_to_exitcode(status)
        _kill_group(process.pid)
        text = (folder / "output").read_bytes()[-END_BYTES:].decode(errors="replace")
        return Ended(code, late or -code in (signal.SIGXCPU, signal.SIGKILL), usage.ru_utime + usage.ru_stime, text)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _limit(pid: int, cpu: int) -> None:
    """From outside, as a process that is forked with Python code to run takes many times as long to start."""
    for what, limits in ((resource.RLIMIT_CPU, (cpu, cpu + 1)), (resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES)),
                         (resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES)), (resource.RLIMIT_CORE, (0, 0))):
        try:
            resource.prlimit(pid, what, limits)
        except (ProcessLookupError, PermissionError):
            return  # it has ended, or may not be limited: the wall limit holds


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
