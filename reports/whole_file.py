"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import pathlib


def write(path: pathlib.Path, data: bytes) -> None:
    """Writes a new file beside `path`, then moves it there: `path` holds all of `data`, or what it held before.

    OSError names `path`.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise OSError(error.errno, error.strerror, str(path)) from None
