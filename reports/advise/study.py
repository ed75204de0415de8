"""The part of a frontier's results that answers one question: one text, one budget, so many positions."""

from __future__ import annotations

import dataclasses
import functools
import math
import pathlib
from collections.abc import Sequence

from reports.advise.answer import Difference
from reports.advise.chips import Chip, unknown
from reports.advise.choice import Candidate, Model
from reports.frontier import candidates, results, statistics
from reports.frontier.candidates import Measured
from reports.frontier.results import Cost, Results


def _percent(nats: float) -> float:
    return 100 * math.expm1(nats)


@dataclasses.dataclass(frozen=True, eq=False)
class Study:
    """`points`: the models in question, by name; `left_out`: families that have not learned so many positions."""
    found: Results
    text: str
    budget: str
    positions: int
    families: tuple[str, ...]  # those asked for; empty: all
    points: dict[Model, Measured]
    left_out: tuple[str, ...]

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
        study = cls._of(found, text, budget, positions, tuple(families))
        if not study.points:
            raise ValueError(f"{path}: no model of {' or '.join(families or ['any family'])} was trained on {text} by the budget "
                             f"{budget}{f' for {positions} positions' if study.left_out else ''}")
        return study

    @classmethod
    def _of(cls, found: Results, text: str, budget: str, positions: int, families: tuple[str, ...]) -> Study:
        points = [point for point in found.points if (point.text, point.budget) == (text, budget)
                  and point.family.name in (families or found.families)]
        able = [point for point in points if (point.most_positions or positions) >= positions]
        left_out = dict.fromkeys(point.family.name for point in points if point not in able)
        return cls(found, text, budget, positions, families,
                   {Model(point.family.name, point.size): candidates.measured(point) for point in able}, tuple(left_out))

    def by_other_budgets(self) -> list[Study]:
        """The same question of models with another budget; without those of which there is none."""
        studies = [self._of(self.found, self.text, budget, self.positions, self.families)
                   for budget in self.found.budgets if budget != self.budget]
        return [study for study in studies if study.points]

    def _costs(self, model: Model, variant: str, chip: Chip) -> list[tuple[Cost, bool]]:
        """Of each place, and whether the cycles are estimated. Where a board says only that the model does not fit, the bytes
        are those of its core, which are the same on each of its boards."""
        ours = (model.family, model.size, variant)
        bare = self.found.cost(*ours, chip.core, self.positions)
        if not chip.name:
            return [] if bare is None else [(bare, False)]
        costs = self.found.board_costs(*ours, chip.name, self.positions)
        if costs:
            flash, ram = (None, None) if bare is None else (bare.flash_bytes, bare.ram_bytes)
            return [(dataclasses.replace(cost, flash_bytes=cost.flash_bytes or flash, ram_bytes=cost.ram_bytes or ram), False)
                    for cost in costs]
        return [] if bare is None else [(self._longer(ours, chip, bare), True)]

    def _longer(self, ours: tuple[str, str, str], chip: Chip, bare: Cost) -> Cost:
        """On a board at positions that were measured on its core only: as many times the cycles as there."""
        for positions in sorted({cost.positions for cost in self.found.costs}):
            known, core = self.found.board_cost(*ours, chip.name, positions), self.found.cost(*ours, chip.core, positions)
            if known and core and known.cycles_per_token and core.cycles_per_token and bare.cycles_per_token:
                cycles = known.cycles_per_token * bare.cycles_per_token / core.cycles_per_token
                return dataclasses.replace(bare, cycles_per_token=cycles)
        return dataclasses.replace(bare, cycles_per_token=None)

    def candidates(self, chip: Chip) -> list[Candidate]:
        """What was measured on this chip, whether it fits or not."""
        found = []
        for model, point in self.points.items():
            for variant in point.point.family.variants:
                more = candidates.shift(point.point, variant)
                for cost, estimated in [] if more is None else self._costs(model, variant, chip):
                    cycles = cost.cycles_per_token
                    found.append(Candidate(
                        model, variant, cost.place or "flash", math.exp(point.estimate.nats + (more or 0.0)), cost.flash_bytes,
                        cost.ram_bytes, None if cycles is None else 1000 * cycles / chip.clock_hz, estimated and cycles is not None,
                        "" if cost.fits is not False else cost.why or "does not fit"))
        return found

    @functools.cache
    def _difference(self, one: Model, other: Model) -> statistics.Estimate:
        ours, theirs = self.points[one], self.points[other]
        return statistics.difference(theirs.sample, ours.sample, candidates.same_trainings(ours.point, theirs.point))

    def compare(self, one: Candidate, other: Candidate) -> Difference:
        """How much higher the perplexity of `other` is. Between variants of one model there is no interval, as losses by chunk
        are kept of the reference alone; between models that interval is moved by what the variants add."""
        nats = math.log(other.perplexity / one.perplexity)
        if one.model == other.model:
            return Difference(_percent(nats))
        found = self._difference(one.model, other.model)
        found = found.moved(nats - found.nats)
        low, high = (None, None) if found.low is None or found.high is None else (_percent(found.low), _percent(found.high))
        return Difference(_percent(nats), low, high, found.sure in ("better", "worse"))

    def interval(self, best: Candidate) -> tuple[float, float] | None:
        """Of its perplexity, 95 %."""
        point = self.points[best.model]
        found = point.estimate.moved(math.log(best.perplexity) - point.estimate.nats)
        return None if found.low is None or found.high is None else (math.exp(found.low), math.exp(found.high))

    def check_core(self, chip: Chip) -> None:
        """A chip that is no board has costs if its core has. ValueError names those that do."""
        cores = sorted({cost.core for cost in self.found.costs if not cost.board})
        if not chip.name and chip.core not in cores:
            raise unknown("core", chip.core, cores)

    def seeds_of(self, model: Model) -> str:
        count = len(self.points[model].point.seeds)
        return f"{count} seed{'s' * (count != 1)}"

    def budget_in_words(self) -> str:
        budget = self.found.budgets[self.budget]
        return f"{budget.steps} steps of {budget.batch} x {budget.sequence} bytes"

    def model_file(self, model: Model) -> pathlib.Path | None:
        """The committed model of the first seed that has one."""
        folder = self.found.path.parent / "models"
        point = self.points[model].point
        paths = (folder / f"{training.key}{results.MODEL_ENDING[point.family.kind]}" for training in point.trainings)
        return next((path for path in paths if path.is_file()), None)

    def trained_again(self, model: Model) -> tuple[str, pathlib.Path]:
        """The command that trains the point again, in a checkout, and the model that it makes there. One in int8 is the one in
        FP32, rounded."""
        point = self.points[model].point
        trained = "plain_fp32" if point.family.kind == "plain_int8" else model.family
        return (f"ci/frontier golden/frontier/sweep.json --only {trained}-{model.size}",
                pathlib.Path("build/frontier/models") / f"{point.trainings[0].key}{results.MODEL_ENDING[point.family.kind]}")
