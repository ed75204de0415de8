"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import pathlib
import re
import secrets
import stat
import sys
from collections.abc import Iterator

# As emulation/base/whole_file.h has it: a writer holds the lock of such a file while it lives.
_MARK = ".atome-new-"
_OURS = re.compile(re.escape(_MARK) + "[0-9a-f]{16}")
_ATTEMPTS = 4
_cleared: set[tuple[str, int]] = set()


def _own_output(status: os.stat_result) -> int | None:
    """The descriptor of this program's output that the file is, as /dev/stdout is."""
    for descriptor in (1, 2):
        with contextlib.suppress(OSError):
            own = os.fstat(descriptor)
            if (own.st_dev, own.st_ino) == (status.st_dev, status.st_ino):
                return descriptor
    return None


def clear_left_overs(folder: pathlib.Path) -> None:
    """Removes what killed writers left there. Where locks are not supported nothing is."""
    for name in os.listdir(folder):
        if not _OURS.fullmatch(name):
            continue
        with contextlib.suppress(OSError):
            descriptor = os.open(folder / name, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY)
            try:
                if stat.S_ISREG(os.fstat(descriptor).st_mode):
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.unlink(folder / name)
            finally:
                os.close(descriptor)


def _clear_once(folder: pathlib.Path) -> None:
    """At this process's first write there."""
    facts = os.stat(folder)
    if (key := (str(folder), facts.st_ino)) not in _cleared:
        _cleared.add(key)
        clear_left_overs(folder)


@contextlib.contextmanager
def _beside(target: pathlib.Path) -> Iterator[tuple[int, pathlib.Path]]:
    """A new file in the target's folder, open and locked; gone after an error."""
    for _ in range(_ATTEMPTS):
        path = target.with_name(f"{_MARK}{secrets.token_hex(8)}")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:  # else somebody took it for left over before it was locked
            break
        os.close(descriptor)
    try:
        yield descriptor, path
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    finally:
        os.close(descriptor)


def _replace(path: pathlib.Path, data: bytes) -> None:
    target = pathlib.Path(os.path.realpath(path))
    _clear_once(target.parent)
    with _beside(target) as (descriptor, beside):
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, stat.S_IMODE(target.stat().st_mode) & 0o777)
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left):]
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno != errno.EINVAL:  # a file system that has nothing to wait for
                raise
        beside.replace(target)


def _replace_over_a_network(path: pathlib.Path, data: bytes) -> None:
    """Where another machine, which does not see the lock, may clear a new file away."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return _replace(path, data)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ESTALE) or not path.parent.is_dir():
                raise
    _replace(path, data)


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
            _replace_over_a_network(path, data)
        else:
            path.write_bytes(data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def write_text(path: pathlib.Path, text: str) -> None:
    """The same, as UTF-8."""
    write(path, text.encode())
