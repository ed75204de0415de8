"""Flash and RAM of models, and the boards that they fit.

`atome size` runs a few tokens, which takes long where floats are emulated. Firmware of plain transformers is the same for every
size, and what they take of RAM the same on every core (end_to_end_test.py holds both), so that of a large FP32 one nothing is run
there: its flash is that of a small one with another model in it, its RAM that on a core with an FPU.
"""

from __future__ import annotations

from typing import Any

from ci.night.job import Job
from ci.sweep import machines
from ci.sweep.cycles import FIRMWARE_S, LIMIT_S, LONG_S, POSITIONS, START_S, seconds_of_a_token
from ci.sweep.machines import Machine
from ci.sweep.measured import MACHINE, Measured, job
from ci.sweep.models import Model
from reports.report_data import Cell, Figure, Key

TOKENS = 17  # that `atome size` runs
SHORT = min(POSITIONS)
MEMORIES = ("flash", "ram")


class Sizes:
    def __init__(self, models: list[tuple[Model, Model]], measured: Measured, cores: dict[str, Machine],
                 boards: list[Machine]) -> None:
        """`models`: each with its memory of SHORT positions, and of more."""
        self._models, self._measured, self._cores, self._boards = models, measured, cores, boards

    def _slow(self, model: Model, core: str) -> bool:
        return model.family.kind == "plain_fp32" and TOKENS * seconds_of_a_token(model, self._cores[core]) > LONG_S

    def job(self, model: Model, memory: int) -> Job:
        """Every variant on the cores that are compared, and with the short memory on those of every board."""
        wanted = {*machines.MEASURED, *(board.core for board in self._boards if memory == SHORT)}
        names = [core for core in self._cores if core in wanted and not self._slow(model, core)]
        arguments = ["size", model.path, "--core", ",".join(names), "--variant", ",".join(model.family.variants)]
        if not model.plain:
            arguments += ["--max-seq", str(memory)]
        each = START_S if model.plain else FIRMWARE_S
        cost_s = sum(each + TOKENS * seconds_of_a_token(model, self._cores[core]) for core in names)
        return job(f"size/{model.point}/{memory}", arguments, LIMIT_S, len(model.family.variants) * cost_s,
                   (model.path, *MACHINE))

    def cell(self, model: Model, memory: int, core: str, variant: str) -> Cell | None:
        """None: not known yet."""
        def measured(of: Model, core: str) -> Cell | None:
            report = self._measured.get(self.job(of, memory))
            return None if report is None else next(
                (cell for cell in report.cells if (cell.key.core, cell.key.variant) == (core, variant)), None)

        if not self._slow(model, core):
            return measured(model, core)
        small = next((pair[memory != SHORT] for pair in self._models if pair[0].family.name == model.family.name
                      and not self._slow(pair[0], core)), None)
        easy = next(name for name in machines.MEASURED if self._cores[name].fpu)
        return None if small is None else transferred(measured(small, core), measured(model, easy), self._boards)


def transferred(there: Cell | None, own: Cell | None, boards: list[Machine]) -> Cell | None:
    """The cell of a model on the core of `there`, which is of a smaller model; `own` is of the model on another core."""
    flash, small, model = number(there, "flash_bytes_needed"), number(there, "model_bytes"), number(own, "model_bytes")
    ram = number(own, "ram_bytes_needed")
    if there is None or flash is None or small is None or model is None or ram is None:
        return None
    needs = {"flash": flash - small + model, "ram": ram}
    figures = [Figure("model_bytes", model), *(Figure(f"{name}_bytes_needed", needs[name]) for name in MEMORIES)]
    for board in boards:
        has = {name: number(there, f"board_{name}_bytes", "board", board.board) for name in MEMORIES}
        if board.core == there.key.core and None not in has.values():
            fits = all(needs[name] <= (has[name] or 0) for name in MEMORIES)
            figures += [Figure("fits", int(fits), "board", board.board)]
            for name in MEMORIES:
                figures += [Figure(f"{name}_bytes_needed", needs[name], "board", board.board),
                            Figure(f"board_{name}_bytes", has[name] or 0, "board", board.board)]
    return Cell(Key("size", "elf", there.key.core, variant=there.key.variant), figures=figures)


def number(cell: Cell | None, name: str, part_kind: str = "", part: str = "") -> int | None:
    found = None if cell is None else cell.figure(name, part_kind, part)
    return None if found is None or found.number is None else int(found.number)


def needs(cell: Cell | None) -> dict[str, Any]:
    """What a chip must have; what is not known is absent."""
    found = {f"{name}_bytes": number(cell, f"{name}_bytes_needed") for name in MEMORIES}
    return {name: value for name, value in found.items() if value is not None}


def ram_with_model(cell: Cell | None) -> int | None:
    """RAM that is needed when start-up copies the model there, to a multiple of 8."""
    ram, model = number(cell, "ram_bytes_needed"), number(cell, "model_bytes")
    return None if ram is None or model is None else ram + (model + 7) // 8 * 8


def fit(cell: Cell | None, board: Machine) -> tuple[bool | None, str]:
    """Whether it fits, and why not. None: not known, as of a model that is too large for the core itself."""
    fits = number(cell, "fits", "board", board.board)
    if fits is None or fits:
        return None if fits is None else True, ""
    why = []
    for name, memory in zip(MEMORIES, ("flash", "RAM")):
        need = number(cell, f"{name}_bytes_needed", "board", board.board)
        has = number(cell, f"board_{name}_bytes", "board", board.board)
        if need is not None and has is not None and need > has:
            why.append(f"{memory}: needs {need:,} of {has:,} bytes".replace(",", " "))
    return False, "; ".join(why) or "its parts fit no memory of the board"
