"""What each test runs: recorded once by coverage, and kept as long as the test and all that it may run are the same."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

from ci.mutation import python_threads
from ci.mutation.python_process import Processes
from ci.mutation.python_reach import Reach
from reports import whole_file

LIMIT_S = 600.0
FORM = 2  # of a recording's file


@dataclasses.dataclass(frozen=True)
class Recording:
    """Of a test file."""
    tests: list[str]      # that passed
    times: list[float]    # seconds of the processor of each
    reach: dict[str, dict[int, list[int]]]  # path -> line -> indices of the tests that run it; none: as it is imported


def _read(path: pathlib.Path) -> Recording | None:
    try:
        data = json.loads(path.read_text())
        reach = {file: {int(line): list(tests) for line, tests in lines.items()} for file, lines in data["reach"].items()}
        return Recording(data["tests"], data["times"], reach)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def recordings(reach: Reach, processes: Processes, tests: Sequence[str], jobs: int, say: Callable[[str], None]) -> dict[str, Recording]:
    """By test file. One that cannot be recorded is said and left out."""
    folder = processes.work / "recordings"
    folder.mkdir(parents=True, exist_ok=True)
    places = {test: folder / f"{reach.key(test)}-{FORM}.json" for test in tests}
    known = {test: recording for test, place in places.items() if (recording := _read(place))}

    def record(number: int, test: str) -> None:
        say(f"recording {test}")
        answers = list(processes.ask(f"recorder{number}", {"record": test, "limit_s": LIMIT_S, "outside": sorted(reach.outside(test))}))
        if recording := _kept(answers[0], places[test], test, say):
            known[test] = recording

    python_threads.each(jobs, [test for test in tests if test not in known], record)
    return known


def _kept(answer: dict[str, Any], place: pathlib.Path, test: str, say: Callable[[str], None]) -> Recording | None:
    if "reach" not in answer:
        say(f"{test}: left out, as it {'takes too long' if answer.get('timeout') else 'cannot be recorded: ' + str(answer.get('died'))}")
        return None
    if answer["failed"]:
        say(f"{test}: {answer['failed']} fails without a mutant; it is left out")
    whole_file.write(place, json.dumps({name: answer[name] for name in ("tests", "times", "reach")}).encode())
    return _read(place)
