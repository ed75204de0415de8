"""What each model of a sweep costs: flash, RAM and cycles, on cores and on every board.

Measured is the first seed of budget base on the text of the rates; costs do not depend on what was learned. Families without
a pathway have the shape, and so the costs, of the whole ternary model, and are not measured.
"""

from __future__ import annotations

from typing import Any

from ci.night.job import Job
from ci.sweep import collect, machines
from ci.sweep.config import Sweep
from ci.sweep.cycles import POSITIONS, Question
from ci.sweep.machines import Machine
from ci.sweep.measured import Measured
from ci.sweep.models import Model, Models
from ci.sweep.sizes import SHORT, Sizes, fit, needs, number, ram_with_model
from ci.sweep.trainings import Kept

LONG = max(POSITIONS)


class Costs:
    """The costs of the points of `sweep` that are trained."""

    def __init__(self, sweep: Sweep, kept: Kept, models: Models, measured: Measured, cores: dict[str, Machine],
                 boards: list[Machine]) -> None:
        self._measured, self._cores, self._boards = measured, cores, boards
        runs = [run for run in collect.reported(sweep, kept) if (run.budget, run.text, run.seed)
                == ("base", sweep.rates_text, sweep.seeds[0]) and not run.point.family.drop]
        self._models = [(model, models.longer(model, LONG)) for model in models.of(runs)]
        self._sizes = Sizes(self._models, measured, cores, boards)

    def _core_questions(self, model: Model, longer: Model) -> list[Question]:
        return [Question(model, longer, memory, self._cores[core], model.family.variants)
                for core in machines.MEASURED for memory in POSITIONS]

    def _fitting(self, model: Model, variant: str) -> list[Machine]:
        """Boards that the model fits and that have cycles; none while sizes are not known."""
        return [board for board in self._boards if board.has_cycles
                and fit(self._sizes.cell(model, SHORT, board.core, variant), board)[0]]

    def _question(self, model: Model, variant: str, board: Machine) -> Question | None:
        """Of cycles on `board`, with all variants for which the same machine stands for it."""
        machine = {each: machines.stand_in(board, self._fitting(model, each), self._cores)
                   for each in model.family.variants}
        ours = machine[variant]
        together = tuple(each for each in model.family.variants if machine[each] == ours)
        return None if ours is None else Question(model, model, SHORT, ours, together)

    def _in_ram(self, model: Model, variant: str, board: Machine) -> Question | None:
        """The model in RAM, where flash is slow and RAM has room for it."""
        if not board.slow_flash:
            return None
        cell = self._sizes.cell(model, SHORT, board.core, variant)
        has, need = number(cell, "board_ram_bytes", "board", board.board), ram_with_model(cell)
        if has is None or need is None or need > has:
            return None
        return Question(model, model, SHORT, board, (variant,), "ram-model")

    def size_jobs(self) -> list[Job]:
        return [self._sizes.job(model, memory) for pair in self._models for model, memory in zip(pair, (SHORT, LONG))]

    def cycle_jobs(self) -> list[Job]:
        """All that is known to be wanted: on boards once sizes say which of them fit."""
        questions: list[Question | None] = []
        for model, longer in self._models:
            questions += self._core_questions(model, longer)
            for variant in model.family.variants:
                for board in self._fitting(model, variant):
                    questions += [self._question(model, variant, board), self._in_ram(model, variant, board)]
        return list(dict.fromkeys(each for question in questions if question for each in question.jobs()))

    def rows(self) -> list[dict[str, Any]]:
        """Rows of cores and boards: sizes ascending, variants and boards as they are named; what was not measured is
        absent."""
        return [row for model, longer in self._models for variant in model.family.variants
                for row in (*self._core_rows(model, longer, variant), *self._board_rows(model, variant))]

    def _core_rows(self, model: Model, longer: Model, variant: str) -> list[dict[str, Any]]:
        rows = []
        for question in self._core_questions(model, longer):
            memory, core = question.memory, question.machine
            cycles, _ = question.answer(self._measured, variant)
            costs = needs(self._sizes.cell(model if memory == SHORT else longer, memory, core.core, variant))
            if cycles is not None:
                costs = {"cycles_per_token": round(cycles, 3)} | costs
            if costs:
                rows.append(_key(model, variant, core, memory) | costs)
        return rows

    def _board_rows(self, model: Model, variant: str) -> list[dict[str, Any]]:
        return [row for board in self._boards for row in self._rows_of(model, variant, board)]

    def _rows_of(self, model: Model, variant: str, board: Machine) -> list[dict[str, Any]]:
        """One row, a second where the model is faster in RAM, none where it is not known."""
        cell = self._sizes.cell(model, SHORT, board.core, variant)
        key, there = _key(model, variant, board, SHORT), needs(cell)
        fits, why = fit(cell, board)
        if not fits:
            return [] if fits is None else [key | {"fits": False, "why": why} | there]
        if not board.has_cycles:
            return [key | {"fits": True} | there | {"place": "flash"}]
        question = self._question(model, variant, board)
        cycles, why = (None, "") if question is None else question.answer(self._measured, variant)
        if cycles is None:  # not measured yet, or the run found what sizes do not know
            return [key | {"fits": False, "why": why} | there] if why else []
        in_ram = self._in_ram(model, variant, board)
        faster = None if in_ram is None else in_ram.answer(self._measured, variant)[0]
        rows = [key | {"fits": True} | _speed(cycles, board) | there | {"place": "flash"}]
        if faster is not None and faster < cycles:
            rows.append(key | {"fits": True} | _speed(faster, board)
                        | there | {"ram_bytes": ram_with_model(cell), "place": "ram-model"})
        return rows


def _speed(cycles: float, board: Machine) -> dict[str, float]:
    return {"cycles_per_token": round(cycles, 3), "tokens_per_second": round(board.clock_hz / cycles, 3)}


def _key(model: Model, variant: str, machine: Machine, positions: int) -> dict[str, Any]:
    return {"family": model.family.name, "size": model.run.point.size, "variant": variant, "core": machine.core,
            "board": machine.board, "positions": positions}
