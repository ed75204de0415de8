"""What came of a job, as cells of a report."""

from __future__ import annotations

import pathlib
import signal
from collections.abc import Iterable

from ci.night.job import Ended, Job
from reports import catalogue, report_file
from reports.report_data import PASS, Cell

LINES = 5  # of stderr, in a message
REGRESSION, USAGE = 3, 2
_ORDER = (0, USAGE, 1, REGRESSION, 4)  # exit codes, the worst last: those of the catalogue's outcomes, and a regression


def _last_lines(ended: Ended) -> str:
    lines = (ended.stderr.strip() or ended.stdout.strip()).decode(errors="replace").splitlines()
    return "\n".join(line.rstrip() for line in lines[-LINES:])


def _why(job: Job, ended: Ended) -> tuple[str, str]:
    """Outcome and reason of a job that left no report."""
    code = ended.exit_code
    if ended.lost:
        return ("missing" if code == 2 else "crashed"), ended.lost
    if code is None:
        return "crashed", f"killed after {job.limit_s:g} s, its limit in the matrix"
    if code < 0:
        names = {each.value: each.name for each in signal.Signals}  # not all real-time signals have one
        return "crashed", f"killed by {names.get(-code, f'signal {-code}')}"
    if code in (2, 127):
        return "missing", f"exit code {code}: a missing tool or a bad argument"
    if job.check and code == 1:
        return "mismatch", "exit code 1: the check failed"
    return "crashed", f"exit code {code}" + ("" if job.check else " and no report")


def row(job: Job, outcome: str, message: str) -> Cell:
    return Cell(job.key, outcome, message, command=job.command)


def cells_of(job: Job, ended: Ended, report: pathlib.Path) -> tuple[list[Cell], bool]:
    """The cells of its report, which lies in `report`, and True; where it left none, a row that says why, and False."""
    code = ended.exit_code
    if job.check and code == 0 and not ended.report:
        return [row(job, PASS, "")], False
    outcome, why = _why(job, ended)
    if ended.report and not ended.lost and code is not None and code >= 0:
        try:
            if cells := report_file.read(report).cells:
                return cells, True
            why = f"exit code {code} and a report without cells"
        except ValueError as error:
            outcome, why = "crashed", f"exit code {code}, and its report cannot be read: {error}"
    return [row(job, outcome, "\n".join(filter(None, (why, _last_lines(ended)))))], False


def worst(codes: Iterable[int]) -> int:
    """The worst exit code; 0 when there is none."""
    return max(codes, key=_ORDER.index, default=0)


def exit_code(outcomes: Iterable[str], compared: int) -> int:
    """Of a night: of its worst cell, and of the comparison with the baseline."""
    return worst((compared, catalogue.worst(outcomes).exit_code))
