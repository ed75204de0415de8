"""Two families at the same cost: each size of one against the other family at that very cost, between its two nearest sizes.

Between two sizes a family's loss is taken as a line over the logarithm of the cost, through those of its sizes that no other of
them dominates. The comparison is then a weighted difference of measured losses, so its interval counts chunks and seeds as
any other. Beyond the first and last of these a family has no line, and there is no comparison.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from reports.frontier import statistics
from reports.frontier.candidates import Candidate, Choice, same_trainings
from reports.frontier.dominance import undominated
from reports.frontier.statistics import Estimate

PARAMETERS = "parameters"
ALONE, DEARER = "alone", "dearer"  # cheaper than any, dearer than any size of the other family


@dataclasses.dataclass(frozen=True)
class Comparison:
    """At one size of the family; nats a byte less those of the other."""
    size: str
    cost: float
    estimate: Estimate
    verdict: str  # of Estimate.sure, or ALONE or DEARER


def curve(choice: Choice, family: str, cost: str) -> list[Candidate]:
    """The family's variant that costs least, at each size that has the cost; the cheapest size first."""
    found: dict[str, Candidate] = {}
    for each in choice.candidates if cost == PARAMETERS else choice.with_cost(cost):
        if each.family == family:
            found.setdefault(each.size, each)
    return sorted(found.values(), key=lambda each: (value(each, cost), each.name))


def efficient(line: Sequence[Candidate], cost: str) -> list[Candidate]:
    """Of a curve, what nothing of the same family dominates: nobody takes a dearer one that writes worse."""
    marks = undominated([(value(each, cost), each.estimate.nats) for each in line])
    return [each for each, mark in zip(line, marks) if mark]


def value(candidate: Candidate, cost: str) -> float:
    return float(candidate.point.parameters) if cost == PARAMETERS else candidate.costs[cost]


def between(line: Sequence[Candidate], cost: str, at: float) -> list[tuple[float, Candidate]] | str:
    """Weights, whose sum is 1, of the nearest sizes; or ALONE or DEARER."""
    if not line or at < value(line[0], cost):
        return ALONE
    if at > value(line[-1], cost):
        return DEARER
    for lower, upper in zip(line, line[1:]):
        ends = value(lower, cost), value(upper, cost)
        if ends[0] <= at < ends[1]:
            share = math.log(at / ends[0]) / math.log(ends[1] / ends[0])
            return [(1 - share, lower), (share, upper)] if share else [(1.0, lower)]
    return [(1.0, line[-1])]


def _difference(one: Candidate, others: Sequence[tuple[float, Candidate]], comparisons: int) -> Estimate:
    moved = one.shift - math.fsum(weight * other.shift for weight, other in others)
    if len(others) == 1 and same_trainings(one.point, others[0][1].point):
        found = statistics.difference(one.measured.sample, others[0][1].measured.sample, True, comparisons)
    else:
        terms = [(1.0, one.measured.sample), *((-weight, other.measured.sample) for weight, other in others)]
        found = statistics.contrast(terms, comparisons)
    return found.moved(moved)


def compare(choice: Choice, family: str, other: str, cost: str) -> list[Comparison]:
    """Each size of `family`, parameters ascending, with `other` at the same cost: of parameters, with its size of the same
    name. All verdicts hold jointly. Where a size of `other` lacks the cost, nothing is called ALONE or DEARER."""
    line, others = sorted(curve(choice, family, cost), key=lambda each: each.point.parameters), curve(choice, other, cost)
    pairs: list[tuple[Candidate, list[tuple[float, Candidate]] | str]] = []
    for one in line:
        if cost == PARAMETERS:
            same = [each for each in others if each.size == one.size]
            if same:
                pairs.append((one, [(1.0, same[0])]))
        else:
            weights = between(efficient(others, cost), cost, value(one, cost))
            if not (isinstance(weights, str) and choice.unmeasured(cost, [other])):
                pairs.append((one, weights))
    judged = sum(not isinstance(weights, str) for _, weights in pairs)
    found = []
    for one, weights in pairs:
        if isinstance(weights, str):
            found.append(Comparison(one.size, value(one, cost), Estimate(math.nan), weights))
        else:
            estimate = _difference(one, weights, judged)
            found.append(Comparison(one.size, value(one, cost), estimate, estimate.sure))
    return found
