"""How far a run is: one line, drawn again; in a log, a line now and then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TextIO

from ci.mutation.mutant import SURVIVED, Result
from ci.night.progress import Line, duration


class Progress:
    def __init__(self, stream: TextIO, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._line, self._clock = Line(stream, clock), clock
        self._total, self._done, self._survived = total, 0, 0
        self._began, self._first = clock(), 0.0
        self._lock = threading.Lock()

    def say(self, line: str) -> None:
        with self._lock:
            self._line.say(line)

    def ended(self, result: Result) -> None:
        with self._lock:
            if not self._done:
                self._first = self._clock()
            self._done += 1
            self._survived += result.outcome == SURVIVED
            if not self._line.due(last=self._done >= self._total):
                return
            now = self._clock()
            to_go = (now - self._first) * (self._total - self._done) / max(1, self._done - 1)
            self._line.draw(f"{self._done}/{self._total} mutants, {self._survived} survive, {duration(now - self._began)} gone, "
                            f"{duration(to_go)} to go")

    def close(self) -> None:
        with self._lock:
            self._line.clear()
