"""The part of a frontier's results that answers one question: one text, one budget, so many positions."""

from __future__ import annotations

import dataclasses
import math
import pathlib
from collections.abc import Sequence

from reports.advise.answer import Difference
from reports.advise.chips import Chip, unknown
from reports.advise.choice import Candidate, Model
from reports.frontier import results
from reports.frontier.results import Cost, Point, Results

ENDINGS = (".atome03", ".plain01")


def _perplexity(point: Point, variant: str) -> float | None:
    """Of all seeds together, by their losses; of another variant than the reference as much more as the engine measured
    on the seeds that it ran. None: not measured."""
    reference = point.family.reference
    found = [math.log(each.engine_perplexity[variant] / each.engine_perplexity[reference]) for each in point.trainings
             if {variant, reference} <= set(each.engine_perplexity)]
    if variant != reference and not found:
        return None
    more = sum(found) / len(found) if variant != reference else 0.0
    return math.exp(float(point.losses.mean()) / results.CHUNK_BYTES + more)


@dataclasses.dataclass(frozen=True)
class Study:
    """`points`: the models in question, by name."""
    found: Results
    text: str
    budget: str
    positions: int
    points: dict[Model, Point]

    @classmethod
    def read(cls, path: pathlib.Path, text: str, budget: str, positions: int, families: Sequence[str]) -> Study:
        """`text`, `budget` and `families` empty: the first one, and all. ValueError: damaged, or it lacks what was asked for."""
        found = results.read(path)
        text, budget = text or next(iter(found.texts), ""), budget or next(iter(found.budgets), "")
        asked = [("text", text, list(found.texts)), ("budget", budget, list(found.budgets)),
                 *(("family", family, list(found.families)) for family in families)]
        for what, word, known in asked:
            if word not in known:
                raise unknown(what, word, known)
        points = {Model(point.family.name, point.size): point for point in found.points
                  if (point.text, point.budget) == (text, budget) and point.family.name in (families or found.families)}
        if not points:
            raise ValueError(f"{path}: no model of {' or '.join(families or ['any family'])} was trained on {text} by the budget {budget}")
        return cls(found, text, budget, positions, points)

    def _cost(self, model: Model, variant: str, chip: Chip) -> Cost | None:
        """On a board, with the bytes that it needs on the bare core where the board says only that they do not fit."""
        bare = self.found.cost(model.family, model.size, variant, chip.core, self.positions)
        cost = self.found.board_cost(model.family, model.size, variant, chip.name, self.positions) if chip.name else bare
        if cost is None or bare is None:
            return cost
        return dataclasses.replace(cost, flash_bytes=cost.flash_bytes or bare.flash_bytes, ram_bytes=cost.ram_bytes or bare.ram_bytes)

    def candidates(self, chip: Chip) -> list[Candidate]:
        """What was measured on this chip, whether it fits or not."""
        found = []
        for model, point in self.points.items():
            for variant in point.family.variants:
                perplexity, cost = _perplexity(point, variant), self._cost(model, variant, chip)
                if perplexity is None or cost is None:
                    continue
                cycles = cost.cycles_per_token
                found.append(Candidate(model, variant, cost.place or "flash", perplexity, cost.flash_bytes, cost.ram_bytes,
                                       None if cycles is None else 1000 * cycles / chip.clock_hz,
                                       "" if cost.fits is not False else cost.why or "does not fit"))
        return found

    def compare(self, one: Candidate, other: Candidate) -> Difference:
        """How much higher the perplexity of `other` is."""
        return Difference(100 * (other.perplexity / one.perplexity - 1))

    def check_core(self, chip: Chip) -> None:
        """A chip that is no board has costs if its core has. ValueError names those that do."""
        cores = sorted({cost.core for cost in self.found.costs if not cost.board})
        if not chip.name and chip.core not in cores:
            raise unknown("core", chip.core, cores)

    def seeds_of(self, model: Model) -> str:
        count = len(self.points[model].seeds)
        return f"{count} seed{'s' * (count != 1)}"

    def budget_in_words(self) -> str:
        budget = self.found.budgets[self.budget]
        return f"{budget.steps} steps of {budget.batch} x {budget.sequence} bytes"

    def model_file(self, model: Model) -> pathlib.Path | None:
        """The committed model of the first seed that has one."""
        folder = self.found.path.parent / "models"
        paths = (folder / f"{training.key}{ending}" for training in self.points[model].trainings for ending in ENDINGS)
        return next((path for path in paths if path.is_file()), None)

    def training_command(self, model: Model) -> str:
        """Trains the model of the first seed again. A model in int8 is the one in FP32, rounded."""
        trained = "plain_fp32" if self.points[model].family.kind == "plain_int8" else model.family
        key = dataclasses.replace(self.points[model].trainings[0], family=trained).key
        return f"ci/frontier golden/frontier/sweep.json --only {key}"
