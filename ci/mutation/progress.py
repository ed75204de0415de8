"""How far a run is: one line, drawn again; in a log, a line now and then."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from typing import TextIO

from ci.mutation.mutant import SURVIVED, Result
from ci.night.progress import EVERY_S, REDRAW_S, duration


class Progress:
    def __init__(self, stream: TextIO, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock, self._tty = stream, clock, stream.isatty()
        self._total, self._done, self._survived = total, 0, 0
        self._began, self._first, self._said = clock(), 0.0, clock()
        self._lock = threading.Lock()

    def say(self, line: str) -> None:
        with self._lock:
            self._clear()
            self._stream.write(line + "\n")
            self._stream.flush()

    def ended(self, result: Result) -> None:
        with self._lock:
            if not self._done:
                self._first = self._clock()
            self._done += 1
            self._survived += result.outcome == SURVIVED
            now = self._clock()
            if now - self._said < (REDRAW_S if self._tty else EVERY_S) and self._done < self._total:
                return
            self._said = now
            to_go = (now - self._first) * (self._total - self._done) / max(1, self._done - 1)
            text = (f"{self._done}/{self._total} mutants, {self._survived} survive, {duration(now - self._began)} gone, "
                    f"{duration(to_go)} to go")
            if self._tty:
                self._stream.write(f"\r\033[K{text}"[:shutil.get_terminal_size().columns + 3])
            else:
                self._stream.write(text + "\n")
            self._stream.flush()

    def close(self) -> None:
        with self._lock:
            self._clear()
            self._stream.flush()

    def _clear(self) -> None:
        if self._tty:
            self._stream.write("\r\033[K")
