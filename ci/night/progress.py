"""How far a night is, for the person who waits: one line, drawn again; in a log, a line now and then."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from typing import TextIO

from ci.night.job import Job

EVERY_S = 15.0  # of lines in a log
REDRAW_S = 0.5


def duration(seconds: float) -> str:
    """1:02:03, 2:03, 0:03."""
    whole = int(seconds + 0.5)
    hours, minutes = divmod(whole // 60, 60)
    return (f"{hours}:{minutes:02}" if hours else f"{minutes}") + f":{whole % 60:02}"


class Line:
    """A line of a terminal that is drawn again and again; in a log, a line now and then. Of one thread at a time."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream, self._clock, self._tty, self._said = stream, clock, stream.isatty(), clock()

    def due(self, last: bool) -> bool:
        """Whether it is time to draw; the last one always is."""
        now = self._clock()
        if not last and now - self._said < (REDRAW_S if self._tty else EVERY_S):
            return False
        self._said = now
        return True

    def draw(self, text: str, only_drawn: str = "") -> None:
        """`only_drawn`: what follows on a terminal, whose width cuts it."""
        if self._tty:
            self._stream.write(f"\r\033[K{text}{only_drawn}"[:shutil.get_terminal_size().columns + 3])
        else:
            self._stream.write(text + "\n")
        self._stream.flush()

    def say(self, line: str) -> None:
        """A line that stays, in the place of the drawn one."""
        self._wipe()
        self._stream.write(line + "\n")
        self._stream.flush()

    def clear(self) -> None:
        self._wipe()
        self._stream.flush()

    def _wipe(self) -> None:
        if self._tty:
            self._stream.write("\r\033[K")


class Progress:
    def __init__(self, stream: TextIO, jobs: Sequence[Job], known: dict[str, float], at_a_time: int,
                 clock: Callable[[], float] = time.monotonic) -> None:
        """`known`: seconds that jobs took before, by name; for others the matrix's cost stands."""
        self._line, self._clock = Line(stream, clock), clock
        self._expected = {job.name: known.get(job.name, job.cost_s) for job in jobs}
        self._at_a_time = max(1, at_a_time)
        self._left, self._total, self._done, self._bad = sum(self._expected.values()), len(jobs), 0, 0
        self._work, self._began, self._name = self._left, clock(), ""
        self._lock, self._closed = threading.Lock(), threading.Event()

    def tick(self) -> None:
        """Draws now and then until it is closed, however long no job ends."""
        def draw() -> None:
            while not self._closed.wait(REDRAW_S):
                with self._lock:
                    self._draw_when_due()

        threading.Thread(target=draw, daemon=True).start()

    def eta_s(self) -> float:
        """Seconds left, by the pace so far; before anything is done, by the expectation alone."""
        finished, elapsed = self._work - self._left, self._clock() - self._began
        if finished <= 0 or elapsed <= 0:
            return self._left / self._at_a_time
        return self._left * elapsed / finished

    def ended(self, job: Job, problem: str) -> None:
        """`problem`: empty, or what to say at once."""
        with self._lock:
            self._done += 1
            self._left = max(0.0, self._left - self._expected[job.name])
            self._bad += bool(problem)
            self._name = job.name
            if problem:
                self._line.say(f"{job.name}: {problem}")
            self._draw_when_due()

    def close(self) -> None:
        self._closed.set()
        with self._lock:
            self._line.clear()

    def _draw_when_due(self) -> None:
        if self._closed.is_set() or not self._line.due(last=self._done >= self._total):
            return
        text = f"{self._done}/{self._total}, {duration(self._clock() - self._began)} gone, {duration(self.eta_s())} to go"
        text += f", {self._bad} bad" if self._bad else ""
        self._line.draw(text, f"  {self._name}")
