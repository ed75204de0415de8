"""One run holds a folder at a time. The kernel frees the lock when its owner is gone, however that ended."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
from collections.abc import Iterator

_FILE = ".lock"  # of a folder's own a lock needs no writing, but over NFS one cannot be had without


def take(folder: pathlib.Path, other: str) -> int:
    """Makes the folder and holds it until the descriptor is closed; children do not inherit it. ValueError when a run that
    lives has it; it says so, and that `other` is a way out."""
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder / _FILE, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise ValueError(f"{folder}: another run has it; wait for it, or {other}") from None
    except OSError as error:
        os.close(held)
        raise ValueError(f"{folder}: cannot be locked: {error.strerror}; {other} on a disk of this machine") from None
    return held


@contextlib.contextmanager
def holding(folder: pathlib.Path, other: str) -> Iterator[None]:
    """As take, while the block lasts."""
    held = take(folder, other)
    try:
        yield
    finally:
        os.close(held)
