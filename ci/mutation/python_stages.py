"""Which tests a mutant meets, and in which order: those that run its line, the nearest file first, the fastest first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ci.mutation.python_record import Recording

BUDGET_S = 25.0  # of recorded time that a mutant's tests may take together
STAGE_S = 4.0    # of tests that run in one process


def _reaching(recording: Recording, path: str, line: int) -> list[int]:
    """Indices of the tests that run the line. A line that runs as its module is imported counts for all tests that run
    anything else of the module, or for all where none does."""
    lines = recording.reach.get(path)
    if lines is None or line not in lines:
        return []
    if found := lines[line]:
        return found
    return sorted({test for tests in lines.values() for test in tests}) or list(range(len(recording.tests)))


def _nearest(lines: Mapping[int, Sequence[int]], line: int, first: int) -> int:
    """The line of the statement: coverage knows only the first line of each."""
    while line not in lines and line > first:
        line -= 1
    return line


def stages(path: str, first: int, line: int, tests: Sequence[str], known: Mapping[str, Recording]) -> tuple[list[dict[str, Any]], int]:
    """Stages, each with its files, its tests and its limits of time; and how many tests reach the line. The statement of the mutant
    begins at `first`, which is `line` or before it. `tests` are the files, the nearest first."""
    found: list[dict[str, Any]] = []
    count, spent = 0, 0.0
    for file in tests:
        if file not in known:
            continue
        recording = known[file]
        start = _nearest(recording.reach.get(path, {}), line, first)
        chosen = sorted(_reaching(recording, path, start), key=lambda test: recording.times[test])
        count += len(chosen)
        took, names = 0.0, []
        for test in chosen:
            if spent + recording.times[test] <= BUDGET_S or not spent:
                spent += recording.times[test]
                took += recording.times[test]
                names.append(recording.tests[test])
        if not names:
            continue
        last = found[-1] if len(found) > 1 else None  # the nearest file runs alone
        if last and last["limit_s"] + took <= STAGE_S:
            last["files"].append(file)
            last["tests"] += names
            last["limit_s"] += took
        else:
            found.append({"files": [file], "tests": names, "limit_s": took})
    for stage in found:
        stage["cpu_s"] = math.ceil(4 + 5 * stage["limit_s"])
        stage["limit_s"] = 60 + 10 * stage["limit_s"]  # of a clock that others share
    return found, count
