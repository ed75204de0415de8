"""What each model of a sweep costs: flash, RAM and cycles, on cores and on every board.

Measured is the first seed of budget base on the text of the rates; costs do not depend on what was learned. Families without
a pathway have the shape, and so the costs, of the whole ternary model, and are not measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ci.night.job import Job
from ci.sweep import collect, machines
from ci.sweep.config import Sweep
from ci.sweep.cycles import FIRMWARE_S, LIMIT_S, POSITIONS, Question
from ci.sweep.machines import Machine
from ci.sweep.measured import MACHINE, Measured, job
from ci.sweep.models import Model, Models
from ci.sweep.trainings import Kept
from reports.report_data import Cell, Report

SHORT, LONG = sorted(POSITIONS)


class Costs:
    """The costs of the points of `sweep` that are trained."""

    def __init__(self, sweep: Sweep, kept: Kept, models: Models, measured: Measured, cores: dict[str, Machine],
                 boards: list[Machine]) -> None:
        self._measured, self._cores, self._boards = measured, cores, boards
        runs = [run for run in collect.reported(sweep, kept) if (run.budget, run.text, run.seed)
                == ("base", sweep.rates_text, sweep.seeds[0]) and not run.point.family.drop]
        self._models = [(model, models.longer(model, LONG)) for model in models.of(runs)]

    def _size_job(self, model: Model, memory: int, cores: Iterable[str]) -> Job:
        """Every variant on `cores`, and on each board that has one of them."""
        names = list(cores)
        arguments = ["size", model.path, "--core", ",".join(names), "--variant", ",".join(model.family.variants)]
        if not model.plain:
            arguments += ["--max-seq", str(memory)]
        return job(f"size/{model.point}/{memory}", arguments, LIMIT_S,
                   len(names) * len(model.family.variants) * FIRMWARE_S, (model.path, *MACHINE))

    def _sizes(self, model: Model, memory: int) -> Job:
        wanted = {board.core for board in self._boards} if memory == SHORT else set()
        return self._size_job(model, memory, [core for core in self._cores if core in wanted | set(machines.MEASURED)])

    def _core_questions(self, model: Model, longer: Model) -> list[Question]:
        return [Question(model, longer, memory, self._cores[core], model.family.variants)
                for core in machines.MEASURED for memory in POSITIONS]

    def _fitting(self, model: Model, variant: str) -> list[Machine]:
        """Boards that the model fits and that have cycles; none while sizes are not known."""
        report = self._measured.get(self._sizes(model, SHORT))
        return [] if report is None else [board for board in self._boards
                                          if board.has_cycles and _fit(_cell(report, board.core, variant), board)[0]]

    def _question(self, model: Model, variant: str, board: Machine) -> Question | None:
        """Of cycles on `board`, with all variants for which the same machine stands for it."""
        machine = {each: machines.stand_in(board, self._fitting(model, each), self._cores)
                   for each in model.family.variants}
        ours = machine[variant]
        together = tuple(each for each in model.family.variants if machine[each] == ours)
        return None if ours is None else Question(model, model, SHORT, ours, together)

    def _in_ram(self, model: Model, variant: str, board: Machine) -> Question | None:
        """The model in RAM, where flash is slow and RAM has room for it."""
        report = self._measured.get(self._sizes(model, SHORT))
        if report is None or not board.slow_flash:
            return None
        cell = _cell(report, board.core, variant)
        has = _number(cell, "board_ram_bytes", "board", board.board)
        need = ram_with_model(cell)
        if has is None or need is None or need > has:
            return None
        return Question(model, model, SHORT, board, (variant,), "ram-model")

    def jobs(self) -> list[Job]:
        """All that is known to be wanted: cycles on boards once sizes say which of them fit."""
        asked: list[Job] = []
        for model, longer in self._models:
            asked += [self._sizes(model, SHORT), self._sizes(longer, LONG)]
            questions: list[Question | None] = [*self._core_questions(model, longer)]
            for variant in model.family.variants:
                for board in self._fitting(model, variant):
                    questions += [self._question(model, variant, board), self._in_ram(model, variant, board)]
            asked += [each for question in questions if question for each in question.jobs()]
        return list(dict.fromkeys(asked))

    def rows(self) -> list[dict[str, Any]]:
        """Rows of cores and boards: sizes ascending, variants and boards as they are named; what was not measured is
        absent."""
        return [row for model, longer in self._models for variant in model.family.variants
                for row in (*self._core_rows(model, longer, variant), *self._board_rows(model, variant))]

    def _core_rows(self, model: Model, longer: Model, variant: str) -> list[dict[str, Any]]:
        rows = []
        for question in self._core_questions(model, longer):
            cycles, _ = question.answer(self._measured, variant)
            report = self._measured.get(self._sizes(model if question.memory == SHORT else longer, question.memory))
            cell = None if report is None else _cell(report, question.machine.core, variant)
            costs = _present({"cycles_per_token": cycles, **_needs(cell)})
            if costs:
                rows.append(_key(model, variant, question.machine, question.memory) | costs)
        return rows

    def _board_rows(self, model: Model, variant: str) -> list[dict[str, Any]]:
        report = self._measured.get(self._sizes(model, SHORT))
        return [] if report is None else [row for board in self._boards
                                          for row in self._rows_of(model, variant, board, report)]

    def _rows_of(self, model: Model, variant: str, board: Machine, report: Report) -> list[dict[str, Any]]:
        """One row, a second where the model is faster in RAM, none where it is not known."""
        key, cell = _key(model, variant, board, SHORT), _cell(report, board.core, variant)
        fits, why = _fit(cell, board)
        if not fits:
            return [] if fits is None else [key | {"fits": False, "why": why} | _needs(cell)]
        if not board.has_cycles:
            return [key | {"fits": True} | _needs(cell) | {"place": "flash"}]
        question = self._question(model, variant, board)
        cycles, why = (None, "") if question is None else question.answer(self._measured, variant)
        if cycles is None:  # not measured yet, or the run found what sizes do not know
            return [key | {"fits": False, "why": why} | _needs(cell)] if why else []
        in_ram = self._in_ram(model, variant, board)
        faster = None if in_ram is None else in_ram.answer(self._measured, variant)[0]
        rows = [key | {"fits": True} | _speed(cycles, board) | _needs(cell) | {"place": "flash"}]
        if faster is not None and faster < cycles:
            rows.append(key | {"fits": True} | _speed(faster, board)
                        | _needs(cell) | {"ram_bytes": ram_with_model(cell), "place": "ram-model"})
        return rows


def _cell(report: Report, core: str, variant: str) -> Cell | None:
    return next((cell for cell in report.cells if (cell.key.core, cell.key.variant) == (core, variant)), None)


def _number(cell: Cell | None, name: str, part_kind: str = "", part: str = "") -> int | None:
    found = None if cell is None else cell.figure(name, part_kind, part)
    return None if found is None or found.number is None else int(found.number)


def _needs(cell: Cell | None) -> dict[str, Any]:
    """What a chip must have."""
    return _present({"flash_bytes": _number(cell, "flash_bytes_needed"), "ram_bytes": _number(cell, "ram_bytes_needed")})


def ram_with_model(cell: Cell | None) -> int | None:
    """RAM that is needed when start-up copies the model there, to a multiple of 8."""
    ram, model = _number(cell, "ram_bytes_needed"), _number(cell, "model_bytes")
    return None if ram is None or model is None else ram + (model + 7) // 8 * 8


def _fit(cell: Cell | None, board: Machine) -> tuple[bool | None, str]:
    """Whether it fits, and why not. None: not known, as of a model that is too large for the core itself."""
    fits = _number(cell, "fits", "board", board.board)
    if fits is None or fits:
        return None if fits is None else True, ""
    why = []
    for name, memory in (("flash", "flash"), ("ram", "RAM")):
        need = _number(cell, f"{name}_bytes_needed", "board", board.board)
        has = _number(cell, f"board_{name}_bytes", "board", board.board)
        if need is not None and has is not None and need > has:
            why.append(f"{memory}: needs {need:,} of {has:,} bytes".replace(",", " "))
    return False, "; ".join(why) or "its parts fit no memory of the board"


def _speed(cycles: float, board: Machine) -> dict[str, float]:
    return {"cycles_per_token": round(cycles, 3), "tokens_per_second": round(board.clock_hz / cycles, 3)}


def _key(model: Model, variant: str, machine: Machine, positions: int) -> dict[str, Any]:
    return {"family": model.family.name, "size": model.run.point.size, "variant": variant, "core": machine.core,
            "board": machine.board, "positions": positions}


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in values.items()
            if value is not None}
