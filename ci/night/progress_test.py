"""What a person who waits for a night is told, and when."""

from __future__ import annotations

import io

import pytest

from ci.night import progress
from ci.night.job import Job
from reports.report_data import Key


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _job(name: str, cost: float = 1.0) -> Job:
    return Job(name, Key(detail=name), ("true",), 1, cost, ())


@pytest.mark.parametrize("seconds, text", [
    (0, "0:00"), (0.49, "0:00"), (0.5, "0:01"), (9, "0:09"), (59.4, "0:59"), (59.5, "1:00"), (61, "1:01"), (599, "9:59"), (600, "10:00"),
    (3599.4, "59:59"), (3599.5, "1:00:00"), (3661, "1:01:01"), (36000, "10:00:00"), (90061, "25:01:01")])
def test_durations(seconds: float, text: str) -> None:
    assert progress.duration(seconds) == text


def test_the_time_left_follows_the_pace() -> None:
    """50 s and 150 s of work, in the end by two at a time or by what was seen."""
    now, jobs = [100.0], [_job("a", 50), _job("b", 1)]
    lines = progress.Progress(io.StringIO(), jobs, {"b": 150.0, "another": 7.0}, 2, lambda: now[0])
    assert lines.eta_s() == 100
    now[0] = 110.0
    assert lines.eta_s() == 100  # nothing is done yet
    lines.ended(jobs[0], "")
    assert lines.eta_s() == 30   # 50 took 10
    lines.ended(jobs[1], "")
    assert lines.eta_s() == 0
    lines.ended(jobs[1], "")     # more than was expected
    assert lines.eta_s() == 0
    lines.close()


def test_without_workers_the_expectation_is_that_of_one() -> None:
    assert progress.Progress(io.StringIO(), [_job("a", 50)], {}, 0, lambda: 0.0).eta_s() == 50


def test_a_log_has_a_line_every_fifteen_seconds_and_one_at_the_end() -> None:
    now, jobs = [0.0], [_job(name) for name in "abcd"]
    lines = progress.Progress(out := io.StringIO(), jobs, {}, 1, lambda: now[0])
    told = []
    for job, at, problem in zip(jobs, (14.9, 15.0, 29.9, 30.4), ("", "bad: a", "bad: b", "")):
        now[0] = at
        lines.ended(job, problem)
        told.append(out.getvalue())
        out.seek(0)
        out.truncate()
    assert told == ["", "b: bad: a\n2/4, 0:15 gone, 0:15 to go, 1 bad\n", "c: bad: b\n", "4/4, 0:30 gone, 0:00 to go, 2 bad\n"]
    lines.close()
    lines.ended(jobs[0], "")
    assert out.getvalue() == ""


def test_a_terminal_has_one_line_within_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    now, jobs = [0.0], [_job(name * 30) for name in "abc"]
    lines = progress.Progress(out := Terminal(), jobs, {}, 1, lambda: now[0])
    now[0] = 0.4
    lines.ended(jobs[0], "")
    assert out.getvalue() == ""
    now[0] = 0.5
    lines.ended(jobs[1], "")
    clear, line = "\r\033[K", f"2/3, 0:01 gone, 0:00 to go  {'b' * 30}"
    assert out.getvalue() == clear + line[:39]  # the last column stays free, or some terminals begin a new line
    lines.ended(jobs[2], "why")
    lines.close()
    assert out.getvalue() == f"{clear}{line[:39]}{clear}{'c' * 30}: why\n{clear}" + f"3/3, 0:01 gone, 0:00 to go, 1 bad  {'c' * 30}"[:39] + clear
