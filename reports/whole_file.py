"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import pathlib
import stat
import sys


def _own_output(status: os.stat_result) -> int | None:
    """The descriptor of this program's output that the file is, as /dev/stdout is."""
    for descriptor in (1, 2):
        with contextlib.suppress(OSError):
            own = os.fstat(descriptor)
            if (own.st_dev, own.st_ino) == (status.st_dev, status.st_ino):
                return descriptor
    return None


def _replace(path: pathlib.Path, data: bytes) -> None:
    target = pathlib.Path(os.path.realpath(path))
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def write(path: pathlib.Path, data: bytes) -> None:
    """Writes a new file beside `path`, then moves it there: `path` holds all of `data`, or what it held before.

    Of a symbolic link the file it points to is replaced. What is no plain file (a device, a FIFO), and this program's
    own standard output, is written into, never replaced. OSError names `path`.
    """
    try:
        status = path.stat() if path.exists() else None
        if status is not None and (own := _own_output(status)) is not None:
            sys.stdout.flush()
            with open(own, "wb", closefd=False) as out:
                out.write(data)
        elif status is None or stat.S_ISREG(status.st_mode):
            _replace(path, data)
        else:
            path.write_bytes(data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
