"""Mutants write where they should not: a file writer with a wrong line once replaced /dev/stdout. What runs them as root gets a view
of the files in which only the folders of the run can be changed."""

from __future__ import annotations

import ctypes
import os
import pathlib
import re
from collections.abc import Iterable

# Of <sched.h> and <sys/mount.h>.
NEW_MOUNTS = 0x20000
READ_ONLY, NO_SUID, NO_DEVICES, NO_PROGRAMS, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
KEPT = {"nosuid": NO_SUID, "nodev": NO_DEVICES, "noexec": NO_PROGRAMS}
LEFT = ("/proc", "/sys", "/dev/pts", "/dev/shm", "/dev/mqueue")  # what is there is no file that stays


def _mount(source: str, target: str, flags: int) -> None:
    """OSError where the kernel refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(source.encode(), target.encode(), None, ctypes.c_ulong(flags), None) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), target)


def _mounted() -> list[tuple[str, int]]:
    """Where something is mounted, and which flags of it a new mount has to keep."""
    found = []
    for line in pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        words = line.split(" ")
        place = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal.group(1), 8)), words[4])
        found.append((place, sum(KEPT.get(option, 0) for option in words[5].split(","))))
    return found


def confine(writable: Iterable[pathlib.Path]) -> bool:
    """Of this process and all that it starts from now on: outside these folders, which are made, files can only be read. False,
    and nothing is changed, for a user who is not root, to whom most of them cannot be changed anyway, and where no process may have
    mounts of its own, as in most containers, which are such a view themselves. The process has one thread. OSError: the kernel
    refuses half way."""
    if os.geteuid() != 0 or ctypes.CDLL(None).unshare(NEW_MOUNTS) != 0:
        return False
    folders = [str(folder.resolve()) for folder in writable]
    _mount("none", "/", RECURSIVE | PRIVATE)
    for folder in folders:
        os.makedirs(folder, exist_ok=True)
        _mount(folder, folder, BIND)
    for place, flags in _mounted():
        if place not in folders and not any(place == left or place.startswith(left + "/") for left in LEFT):
            _mount("none", place, REMOUNT | BIND | READ_ONLY | flags)
    return True
