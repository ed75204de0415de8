"""What came of a job, as cells of a report."""

from __future__ import annotations

import pathlib
import signal
from collections.abc import Iterable

from ci.night.job import Job, Outcome
from reports import report_file
from reports.report_file import Cell, Environment

LINES = 5  # of stderr, in a message
CRASHED, REGRESSION, FAILED, USAGE = 4, 3, 1, 2  # worst first
EXIT_CODES = {"crashed": CRASHED, "mismatch": FAILED, "too_large": FAILED, "error": USAGE, "missing": USAGE}


def _last_lines(outcome: Outcome) -> str:
    lines = (outcome.stderr.strip() or outcome.stdout.strip()).decode(errors="replace").splitlines()
    return "\n".join(line.rstrip() for line in lines[-LINES:])


def _why(job: Job, outcome: Outcome) -> tuple[str, str]:
    """Status and reason of a job that left no report."""
    code = outcome.exit_code
    if outcome.lost:
        return ("missing" if code == 2 else "crashed"), outcome.lost
    if code is None:
        return "crashed", f"killed after {job.limit_s:g} s, its limit in the matrix"
    if code < 0:
        name = signal.Signals(-code).name if -code in signal.valid_signals() else f"signal {-code}"
        return "crashed", f"killed by {name}"
    if code in (2, 127):
        return "missing", f"exit code {code}: a missing tool or a bad argument"
    if job.check and code == 1:
        return "mismatch", "exit code 1: the check failed"
    return "crashed", f"exit code {code}" + ("" if job.check else " and no report")


def row(job: Job, status: str, message: str) -> Cell:
    return Cell(job.key, status, message, command=job.command)


def cells_of(job: Job, outcome: Outcome, report: pathlib.Path) -> tuple[list[Cell], Environment]:
    """The cells of its report, which lies in `report`; where it left none, one row that says why."""
    code, environment = outcome.exit_code, Environment()
    if job.check and code == 0:
        return [row(job, "pass", "")], environment
    status, why = _why(job, outcome)
    if outcome.report and not outcome.lost and code is not None and code >= 0:
        try:
            read = report_file.read(report)
            if read.cells:
                return read.cells, read.environment
            why = f"exit code {code} and a report without cells"
        except ValueError as error:
            status, why = "crashed", f"exit code {code}, and its report cannot be read: {error}"
    return [row(job, status, "\n".join(filter(None, (why, _last_lines(outcome)))))], environment


def worst(codes: Iterable[int]) -> int:
    """The worst exit code; 0 when there is none."""
    return min(codes, key=(CRASHED, REGRESSION, FAILED, USAGE, 0).index, default=0)


def exit_code(statuses: Iterable[str], compared: int) -> int:
    """Of a night: of its cells, and of their comparison with the baseline."""
    return worst([compared, *(EXIT_CODES.get(status, 0) for status in statuses)])
