"""What each way to end becomes: exit codes at their limits, signals, reports that are there or not."""

from __future__ import annotations

import pathlib
import signal

import pytest

from ci.night import rows
from ci.night.job import Ended, Job
from ci.night.store import reusable
from reports import report_file
from reports.report_data import Cell, Key, Report

JOB = Job("size/m0", Key(detail="size"), ("atome", "size", "--report", "{report}"), 30, 1, ())
CHECK = Job("check/m0", Key(detail="check"), ("true",), 2.5, 1, (), check=True)
MISSING = "a missing tool or a bad argument"


def _told(job: Job, ended: Ended, tmp_path: pathlib.Path) -> tuple[str, str]:
    cells, reported = rows.cells_of(job, ended, tmp_path / "report.binpb")
    assert not reported and len(cells) == 1 and cells[0].key == job.key and cells[0].command == job.command
    return cells[0].outcome, cells[0].message


@pytest.mark.parametrize("job, code, outcome, message", [
    # 127 is how a shell says that there is no such command; 2 is the usage and missing tools of our commands.
    (JOB, 127, "missing", f"exit code 127: {MISSING}"), (JOB, 2, "missing", f"exit code 2: {MISSING}"),
    (CHECK, 127, "missing", f"exit code 127: {MISSING}"), (CHECK, 2, "missing", f"exit code 2: {MISSING}"),
    (JOB, 126, "crashed", "exit code 126 and no report"), (JOB, 128, "crashed", "exit code 128 and no report"),
    (JOB, 0, "crashed", "exit code 0 and no report"), (JOB, 1, "crashed", "exit code 1 and no report"),
    (JOB, 3, "crashed", "exit code 3 and no report"), (JOB, 4, "crashed", "exit code 4 and no report"),
    (CHECK, 0, "pass", ""), (CHECK, 1, "mismatch", "exit code 1: the check failed"),
    (CHECK, 3, "crashed", "exit code 3"), (CHECK, 126, "crashed", "exit code 126"),
    # Python's subprocess says a signal's negative number.
    (JOB, -1, "crashed", "killed by SIGHUP"), (JOB, -9, "crashed", "killed by SIGKILL"), (CHECK, -6, "crashed", "killed by SIGABRT"),
    (CHECK, -11, "crashed", "killed by SIGSEGV"), (JOB, -signal.SIGRTMAX, "crashed", "killed by SIGRTMAX"),
    (JOB, -(signal.SIGRTMIN + 1), "crashed", f"killed by signal {signal.SIGRTMIN + 1}"),  # one without a name
    (JOB, -200, "crashed", "killed by signal 200"),
    (JOB, None, "crashed", "killed after 30 s, its limit in the matrix"),
    (CHECK, None, "crashed", "killed after 2.5 s, its limit in the matrix"),
])
def test_each_exit_code_without_a_report(job: Job, code: int | None, outcome: str, message: str, tmp_path: pathlib.Path) -> None:
    assert _told(job, Ended(code, 1.0), tmp_path) == (outcome, message)


@pytest.mark.parametrize("code, outcome", [(2, "missing"), (4, "crashed"), (0, "crashed"), (1, "crashed"), (None, "crashed")])
def test_a_process_that_was_lost_says_why(code: int | None, outcome: str, tmp_path: pathlib.Path) -> None:
    report_file.write(Report("atome", cells=[Cell(Key(core="m0"))]), tmp_path / "report.binpb")
    assert _told(JOB, Ended(code, 1.0, b"a report", lost="its worker died"), tmp_path) == (outcome, "its worker died")


def test_a_report_counts_unless_its_process_was_killed(tmp_path: pathlib.Path) -> None:
    cells, path = [Cell(Key(core="m0"), "mismatch", "why")], tmp_path / "report.binpb"
    report_file.write(Report("atome", cells=cells), path)
    for code in (0, 1, 2, 3, 4, 127):
        assert rows.cells_of(JOB, Ended(code, 1.0, path.read_bytes()), path) == (cells, True)
    assert _told(JOB, Ended(-9, 1.0, path.read_bytes()), tmp_path) == ("crashed", "killed by SIGKILL")
    assert _told(JOB, Ended(None, 1.0, path.read_bytes()), tmp_path)[0] == "crashed"
    assert _told(CHECK, Ended(0, 1.0), tmp_path) == ("pass", "")
    report_file.write(Report("atome"), path)
    assert _told(JOB, Ended(0, 1.0, b"some"), tmp_path) == ("crashed", "exit code 0 and a report without cells")
    path.write_bytes(b"\xff")
    outcome, message = _told(JOB, Ended(1, 1.0, b"some"), tmp_path)
    assert outcome == "crashed" and message.startswith("exit code 1, and its report cannot be read: ")


def test_the_last_five_lines_of_stderr_are_told_else_those_of_stdout(tmp_path: pathlib.Path) -> None:
    said = b"1\n2\n 3  \n4\n5\n6\n\n"
    assert _told(JOB, Ended(4, 1.0, stdout=b"other", stderr=said), tmp_path)[1] == "exit code 4 and no report\n2\n 3\n4\n5\n6"
    assert _told(JOB, Ended(4, 1.0, stdout=b"1\xff\n", stderr=b" \n"), tmp_path)[1] == "exit code 4 and no report\n1\ufffd"


def test_the_worst_exit_code() -> None:
    several: list[tuple[list[int], int]] = [([], 0), ([0], 0), ([0, 2], 2), ([2, 1], 1), ([1, 3], 3), ([3, 4], 4), ([4, 0, 1, 2, 3], 4)]
    for codes, worst in several:
        assert rows.worst(codes) == worst


@pytest.mark.parametrize("job, ended, stands", [
    (JOB, Ended(0, 1.0, b"r"), True), (JOB, Ended(1, 1.0, b"r"), True), (JOB, Ended(0, 1.0), False), (CHECK, Ended(0, 1.0), True),
    (CHECK, Ended(1, 1.0), True), (JOB, Ended(2, 1.0, b"r"), False), (JOB, Ended(-1, 1.0, b"r"), False), (JOB, Ended(3, 1.0, b"r"), False),
    (CHECK, Ended(2, 1.0), False), (JOB, Ended(None, 1.0, b"r"), False), (JOB, Ended(0, 1.0, b"r", lost="died"), False)])
def test_which_results_stand(job: Job, ended: Ended, stands: bool) -> None:
    assert reusable(ended, job) == stands


def test_a_check_that_leaves_a_report_is_its_cells(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.binpb"
    cells = [Cell(Key("mutant", detail=f"a.cc:{line}:1"), outcome) for line, outcome in ((1, "pass"), (2, "mismatch"))]
    report_file.write(Report("ci/mutate", cells=cells), path)
    for code in (0, 1):
        assert rows.cells_of(CHECK, Ended(code, 1.0, path.read_bytes()), path) == (cells, True)
