"""One process of a night, and what came of it."""

from __future__ import annotations

import dataclasses

from reports.report_data import Key

REPORT, WORK = "{report}", "{work}"  # in a job's arguments: the report's file; an empty folder that is removed later


@dataclasses.dataclass(frozen=True)
class Job:
    name: str               # "parity/unicorn/m0/tiny_odd.atome03/f32/speed"; no two of a matrix are the same
    key: Key                # of the row that stands for the job when it leaves no report
    argv: tuple[str, ...]   # run from the repository's root
    limit_s: float
    cost_s: float           # processor seconds it takes, about
    reads: tuple[str, ...]  # files, or patterns of files, from the root: with argv, what the result follows from
    wall: bool = False      # measures time: its result is of one night only
    check: bool = False     # leaves no report: exit code 0 is a pass
    absent: str = ""        # why it cannot run here; not a failure

    @property
    def command(self) -> str:
        """What a person types to run it again."""
        words = [word for word in self.argv if WORK not in word and REPORT not in word]
        return " ".join(word for word in words if word not in ("--report", "--out"))


@dataclasses.dataclass(frozen=True)
class Ended:
    """How a process ended, and what it left."""
    exit_code: int | None  # as subprocess says it, -9 for a signal; None: killed at its time limit
    seconds: float         # wall
    report: bytes = b""    # empty: it left none
    stdout: bytes = b""    # their ends
    stderr: bytes = b""
    lost: str = ""         # why there is no process to speak of, as "its worker died"
