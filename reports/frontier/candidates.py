"""What can be chosen for a chip: models in the variants of their engine, with what each costs and how well it writes."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Mapping
from typing import Any

from reports.frontier import statistics
from reports.frontier.results import Cost, Point, Results
from reports.frontier.statistics import Estimate, Sample

COSTS = ("flash", "ram", "cycles")  # what a frontier is drawn against
UNITS = {"flash": "bytes of flash", "ram": "bytes of RAM", "cycles": "cycles a token"}


@dataclasses.dataclass(frozen=True)
class Setting:
    """What candidates are compared in."""
    text: str
    budget: str
    core: str
    positions: int


@dataclasses.dataclass(frozen=True, eq=False)
class Measured:
    """A point with its losses as intervals need them."""
    point: Point
    sample: Sample
    estimate: Estimate


@dataclasses.dataclass(frozen=True, eq=False)
class Candidate:
    measured: Measured
    variant: str
    shift: float                 # nats a byte that this variant has more than the one whose losses are kept
    costs: Mapping[str, float]   # by COSTS, those that are measured

    @property
    def point(self) -> Point:
        return self.measured.point

    @property
    def family(self) -> str:
        return self.point.family.name

    @property
    def size(self) -> str:
        return self.point.size

    @property
    def name(self) -> str:
        return self.point.name if self.variant == "plain" else f"{self.point.name} {self.variant}"

    @property
    def estimate(self) -> Estimate:
        """Of the loss in nats a byte. That of another variant than the reference is moved by the two variants' difference
        on the same text, which is small beside the interval."""
        return self.measured.estimate.moved(self.shift)

    @property
    def perplexity(self) -> float:
        return math.exp(self.estimate.nats)


def measured(point: Point) -> Measured:
    sample = statistics.sample(point.losses)
    return Measured(point, sample, statistics.contrast([(1.0, sample)]))


def shift(point: Point, variant: str) -> float | None:
    """Nats a byte that the variant's perplexity is above the reference's: the mean over the seeds for which the engine has
    both. None: it has not."""
    reference = point.family.reference
    if variant == reference:
        return 0.0
    found = [math.log(each.engine_perplexity[variant] / each.engine_perplexity[reference]) for each in point.trainings
             if variant in each.engine_perplexity and reference in each.engine_perplexity]
    return math.fsum(found) / len(found) if found else None


def _costs(cost: Cost | None) -> dict[str, float]:
    """Those that are there."""
    if cost is None:
        return {}
    values = {"flash": cost.flash_bytes, "ram": cost.ram_bytes, "cycles": cost.cycles_per_token}
    return {name: float(value) for name, value in values.items() if value is not None}


def same_trainings(one: Point, other: Point) -> bool:
    """Whether both are one training of each seed, stored as FP32 and rounded to int8."""
    return (one is not other and {one.family.kind, other.family.kind} == {"plain_fp32", "plain_int8"}
            and [(each.seed, each.config, each.rate) for each in one.trainings]
            == [(each.seed, each.config, each.rate) for each in other.trainings])


class Choice:
    """The candidates of one setting, parameters ascending, and their paired differences."""

    def __init__(self, setting: Setting, candidates: tuple[Candidate, ...],
                 differences: dict[tuple[int, int, int], Estimate]) -> None:
        """`differences` of points is shared: they are the same on every core."""
        self.setting, self.candidates = setting, candidates
        self._differences = differences

    def difference(self, one: Candidate, other: Candidate, comparisons: int = 1) -> Estimate:
        """Of `one` less `other`, nats a byte: below 0 when `one` writes better. Of two variants of the same models there is no
        interval, as their losses by chunk are not kept."""
        if one.point is other.point:
            return Estimate(one.shift - other.shift)
        key = (id(one.measured), id(other.measured), comparisons)
        if key not in self._differences:
            self._differences[key] = statistics.difference(one.measured.sample, other.measured.sample,
                                                           same_trainings(one.point, other.point), comparisons)
        return self._differences[key].moved(one.shift - other.shift)

    def unmeasured(self, cost: str, families: Collection[str]) -> list[str]:
        """Names of the families' models that have the cost in no variant."""
        there = {each.point.name for each in self.candidates if cost in each.costs}
        return list(dict.fromkeys(each.point.name for each in self.candidates
                                  if each.family in families and each.point.name not in there))

    def with_cost(self, cost: str) -> list[Candidate]:
        """Those whose cost of that kind is measured, the cheapest first, then the better, then by name."""
        found = [each for each in self.candidates if cost in each.costs]
        return sorted(found, key=lambda each: (each.costs[cost], each.estimate.nats, each.name))


class Library:
    """Results with their points measured once."""

    def __init__(self, found: Results) -> None:
        self.results = found
        self._measured = {id(point): measured(point) for point in found.points}
        self._choices: dict[Setting, Choice] = {}
        self._differences: dict[tuple[int, int, int], Estimate] = {}

    def choice(self, setting: Setting) -> Choice:
        """All variants of all points that were trained so and can see so many positions; costs that are missing are missing."""
        if setting not in self._choices:
            self._choices[setting] = Choice(setting, self._candidates(setting), self._differences)
        return self._choices[setting]

    def _candidates(self, setting: Setting) -> tuple[Candidate, ...]:
        found: list[Candidate] = []
        for point in self.results.points:
            able = (point.most_positions or setting.positions) >= setting.positions
            if (point.text, point.budget) != (setting.text, setting.budget) or not able:
                continue
            for variant in point.family.variants:
                more = shift(point, variant)
                if more is not None:
                    cost = self.results.cost(point.family.name, point.size, variant, setting.core, setting.positions)
                    found.append(Candidate(self._measured[id(point)], variant, more, _costs(cost)))
        return tuple(found)

    def trained(self) -> list[tuple[str, str]]:
        """Texts and budgets that have points, in the order of the file."""
        there = {(point.text, point.budget) for point in self.results.points}
        return [(text, budget) for text in self.results.texts for budget in self.results.budgets if (text, budget) in there]

    def positions(self) -> list[int]:
        return sorted({cost.positions for cost in self.results.costs})


def row(candidate: Candidate) -> dict[str, Any]:
    """For programs. Perplexities to 6 digits: an interval's ends are no surer than that."""
    estimate = candidate.estimate
    values: dict[str, Any] = {
        "family": candidate.family, "size": candidate.size, "variant": candidate.variant,
        "parameters": candidate.point.parameters, "seeds": list(candidate.point.seeds), "perplexity": digits(math.exp(estimate.nats))}
    if estimate.low is not None and estimate.high is not None:
        values |= {"low": digits(math.exp(estimate.low)), "high": digits(math.exp(estimate.high)), "interval_over": estimate.over}
    return values | {name: digits(value, 9) for name, value in candidate.costs.items()}


def digits(value: float, count: int = 6) -> float | int:
    """So many digits, the same on every host; whole numbers without a point."""
    rounded = float(f"{value:.{count}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
