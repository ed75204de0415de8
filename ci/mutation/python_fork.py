"""Runs a function in a forked child that is held to limits, and ends all that it started."""

from __future__ import annotations

import ctypes
import json
import os
import pathlib
import resource
import select
import signal
import time
from collections.abc import Callable
from typing import Any

MEMORY = 6 << 30  # bytes of address space a process may have
OUTPUT = 2000     # characters of what a child said that are kept
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def adopt() -> None:
    """Makes this process the parent of all orphans below it, and lets it end with its own parent."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _children() -> list[int]:
    return [int(word) for word in pathlib.Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def _end(child: int) -> int:
    """Kills a process group, and what it left: orphans become children of this process. Returns how the first one ended."""
    ended, ahead = 0, [child]
    while True:
        for each in (*ahead, *_children()):
            for kill in (os.killpg, os.kill):
                try:
                    kill(each, signal.SIGKILL)
                except OSError:
                    pass
        ahead = []
        try:
            while (one := os.waitpid(-1, os.WNOHANG))[0]:
                ended = one[1] if one[0] == child else ended
        except ChildProcessError:
            return ended
        time.sleep(0.002)


def forked(work: Callable[[], dict[str, Any]], scratch: pathlib.Path, limit_s: float, cpu_s: int) -> dict[str, Any]:
    """What `work` returns in a forked child; {"timeout": True} after `limit_s`, or `cpu_s` of the processor's time in it or any
    process of its; {"died": what it said} where it ended else."""
    read, write = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            os.setsid()
            _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            nothing, out = os.open(os.devnull, os.O_RDONLY), os.open(scratch / "output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(nothing, 0)
            os.dup2(out, 1)
            os.dup2(out, 2)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            with os.fdopen(write, "w", encoding="utf-8") as pipe:
                json.dump(work(), pipe)
        except BaseException as error:  # noqa: BLE001 - said to the parent by the missing answer
            os.write(2, repr(error).encode())
        finally:
            os._exit(3)
    os.close(write)
    said = b""
    while (left := began + limit_s - time.monotonic()) > 0 and select.select([read], [], [], left)[0]:
        if not (part := os.read(read, 1 << 16)):
            break
        said += part
    else:
        said = b'{"timeout": true}'
    os.close(read)
    status = _end(child)
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        killed_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        answer = {"timeout": True} if killed_by in (signal.SIGXCPU, signal.SIGKILL) and not said else {"died": (scratch / "output").read_text(errors="replace")[-OUTPUT:]}
    return {**answer, "seconds": time.monotonic() - began}
