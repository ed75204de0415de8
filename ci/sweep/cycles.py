"""Cycles of a token as jobs: run to the positions that are asked, or, where that takes long, along a line.

A token of a plain transformer does the same work but for attention, which reads one key and value more at each position: its
cycles are a line over positions, exact where a core has an FPU. Where floats are emulated their cycles depend a little on their
values: on M3 and M0 the line met long runs within 0.1 % at 64 positions, within 1.2 % at 256 (end_to_end_test.py holds it for
random models). So two short runs tell what a long one would.
"""

from __future__ import annotations

import dataclasses

from ci.night.job import Job
from ci.sweep.machines import Machine
from ci.sweep.measured import MACHINE, Measured, job
from ci.sweep.models import Model
from reports.report_data import Cell

POSITIONS = {64: (16, 64), 256: (208, 256)}  # by memory: the positions whose mean is told
LINE = ((4, 8), (20, 24))
LONG_S = 6.0    # processor seconds of one run; beyond them, the line
LIMIT_S = 3600.0
# Processor seconds a token and parameter: of a kind of model; of FP32 where floats are emulated, by core.
TOKEN_S = {"atome_ternary": 2.5e-8, "plain_fp32": 1.1e-7, "plain_int8": 1.2e-7}
SOFT_S, SLOWEST_S = {"m3": 1e-6}, 3.4e-6
FIRMWARE_S, START_S = 1.3, 0.2  # firmware compiled for a ternary model; what is there, started


def seconds_of_a_token(model: Model, machine: Machine) -> float:
    """Processor seconds that one takes to emulate, about."""
    soft = model.family.kind == "plain_fp32" and not machine.fpu
    each = SOFT_S.get(machine.core, SLOWEST_S) if soft else TOKEN_S[model.family.kind]
    return each * model.run.point.parameters


@dataclasses.dataclass(frozen=True)
class Question:
    """The mean cycles of a token of `model` with a memory of `memory` positions, by variant."""
    model: Model
    longer: Model  # the same, with learned positions for every memory
    memory: int
    machine: Machine
    variants: tuple[str, ...]
    place: str = "flash"

    def _seconds(self, tokens: int) -> float:
        begin = START_S if self.model.plain else FIRMWARE_S
        return len(self.variants) * (begin + tokens * seconds_of_a_token(self.model, self.machine))

    @property
    def along_a_line(self) -> bool:
        return self.model.plain and self._seconds(POSITIONS[self.memory][1]) > LONG_S

    def _job(self, window: tuple[int, int]) -> Job:
        begin, end = window
        machine = self.machine.board or self.machine.core
        place = "" if self.place == "flash" else f"-{self.place}"
        # Along a line one run serves every memory: it is never full.
        memory = min(POSITIONS) if self.along_a_line else self.memory
        path = self.model.path if memory == min(POSITIONS) else self.longer.path
        arguments = ["cycles", path, *self.machine.option, "--variant", ",".join(self.variants),
                     "--positions", f"{begin}:{end}"]
        if not self.model.plain:
            arguments += ["--max-seq", str(memory)]
        if self.place != "flash":
            arguments += ["--place", self.place]
        return job(f"cycles/{self.model.point}/{machine}{place}/{memory}/{begin}", arguments, LIMIT_S,
                   self._seconds(end), (path, *MACHINE))

    def jobs(self) -> list[Job]:
        return [self._job(window) for window in (LINE if self.along_a_line else (POSITIONS[self.memory],))]

    def answer(self, measured: Measured, variant: str) -> tuple[float | None, str]:
        """Cycles, or None and why not: empty when it was not measured."""
        values = []
        for each in self.jobs():
            report = measured.get(each)
            cell = None if report is None else next((c for c in report.cells if c.key.variant == variant), None)
            found = None if cell is None else cell.figure("cycles_per_token")
            if cell is None or found is None or found.number is None:
                return None, "" if cell is None else _why(cell)
            values.append(float(found.number))
        if len(values) == 1:
            return values[0], ""
        (at, _), (first, second), wanted = values, map(_middle, LINE), _middle(POSITIONS[self.memory])
        return at + (values[1] - at) * (wanted - first) / (second - first), ""


def _middle(window: tuple[int, int]) -> float:
    """Of positions from the first of `window` up to, and without, its second."""
    return (window[0] + window[1] - 1) / 2


def _why(cell: Cell) -> str:
    return cell.message or cell.unavailable.get("cycles_per_token", "") or f"outcome {cell.outcome}"
