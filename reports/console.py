"""A command's ends: what it prints, and what the one who started it closed or filled.

A reader that has seen enough, as `head`, changes nothing: the rest is dropped, and the exit code is the command's own.
Output that is closed or full is told on standard error, with exit code 2, never by a traceback.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Callable

USAGE = 2


class _Output(io.RawIOBase):
    """Descriptor 1, without the end of who reads it."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor  # None: it was closed
        self.gone = False  # what is written is dropped
        self.failed = False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        if self._descriptor is None:
            raise io.UnsupportedOperation("closed")
        return self._descriptor

    def isatty(self) -> bool:
        return self._descriptor is not None and os.isatty(self._descriptor)

    def write(self, data: object) -> int:
        view = memoryview(data).cast("B")  # type: ignore[arg-type]
        if not self.gone:
            try:
                if self._descriptor is None:
                    raise OSError(errno.EBADF, "it is closed")
                return os.write(self._descriptor, view)
            except BrokenPipeError:
                self.gone = True
            except OSError as error:
                self.gone = self.failed = True
                raise OSError(f"cannot write to standard output: {error.strerror}") from None
        return len(view)


def _hold() -> list[bool]:
    """Whether 0, 1 and 2 are open. One that is not is held, so that no file that is opened later gets what is printed."""
    found = []
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
            found.append(True)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # the lowest free number is this one
            found.append(False)
    return found


def _guard() -> _Output:
    _, out, error = _hold()
    before = sys.stdout
    if before is not None:
        with contextlib.suppress(OSError, ValueError):
            before.flush()
    raw = _Output(1 if out else None)
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(raw), encoding=getattr(before, "encoding", None) or "utf-8",
                                  errors=getattr(before, "errors", None) or "strict", line_buffering=raw.isatty())
    if not error:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")
    return raw


def write(text: str) -> None:
    """UTF-8 whatever the locale."""
    sys.stdout.buffer.write(text.encode(errors="replace"))


def run(program: str, main: Callable[[], int]) -> int:
    """The exit code of `main`, whose messages begin with `program`; for `sys.exit(run(...))` of a module that is a command."""
    raw, code = _guard(), USAGE
    try:
        code = main()
    except SystemExit as end:  # argparse's own
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else USAGE
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except OSError as error:
        print(f"{program}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"\n{program}: interrupted", file=sys.stderr)
        code = 130
    try:
        sys.stdout.flush()
    except OSError as error:
        print(f"{program}: {error}", file=sys.stderr)
    return USAGE if raw.failed else code
