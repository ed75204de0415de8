"""What came of the guests, as cells of a report and as a table: one for each guest and machine, over all its cores."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from ci.containment.run import Came, Job
from reports.report_data import PASS, Cell, Figure, Key

KIND = "containment"


@dataclasses.dataclass
class Row:
    """A guest in a machine; its worst core."""
    guest: str
    machine: str
    cores: list[str]
    ends: list[str]
    seconds: float
    memory_bytes: int
    output_bytes: int
    breaches: list[str]


def rows(found: Iterable[tuple[Job, Came]]) -> list[Row]:
    by_name: dict[tuple[str, str], Row] = {}
    for job, came in found:
        row = by_name.setdefault((job.guest.name, job.machine), Row(job.guest.name, job.machine, [], [], 0.0, 0, 0, []))
        row.cores.append(job.core)
        if came.end not in row.ends:
            row.ends.append(came.end)
        row.seconds = max(row.seconds, came.seconds)
        row.memory_bytes = max(row.memory_bytes, came.memory_bytes)
        row.output_bytes = max(row.output_bytes, came.output_bytes)
        if came.breach:
            row.breaches.append(f"{job.core}: {came.breach}")
    return [by_name[name] for name in sorted(by_name)]


def cells(found: Iterable[Row], command: str) -> list[Cell]:
    made = []
    for row in found:
        cell = Cell(Key(kind=KIND, runner=row.machine, detail=row.guest), "mismatch" if row.breaches else PASS, "\n".join(row.breaches),
                    command=f"{command} --only {row.guest}")
        cell.figures = [Figure("guest_cores", len(row.cores)), Figure("guest_ends", ", ".join(sorted(row.ends))),
                        Figure("guest_seconds", row.seconds), Figure("guest_memory_bytes", row.memory_bytes),
                        Figure("guest_output_bytes", row.output_bytes)]
        made.append(cell)
    return made


def table(found: Iterable[Row]) -> str:
    """A line a guest and machine; 80 columns where names are short."""
    lines = [f"{'guest':<24} {'machine':<8} {'cores':>5} {'ends':<18} {'s':>5} {'MiB':>4} {'out KiB':>7}"]
    for row in found:
        ends = ", ".join(sorted(row.ends))
        lines.append(f"{row.guest:<24} {row.machine:<8} {len(row.cores):>5} {ends:<18} {row.seconds:>5.2f} {row.memory_bytes >> 20:>4} "
                     f"{row.output_bytes >> 10:>7}" + ("  BREACH" if row.breaches else ""))
    return "\n".join(lines) + "\n"
