"""Which candidates are undominated: nothing that costs at most as much writes better.

Of one cost at a time. By estimates: a candidate is dominated when another costs at most as much, has at most its perplexity,
and is better in one of both. By intervals of the paired differences:

- surely undominated: each that costs at most as much writes surely worse. All of these have to hold, so each may be judged
  at 95 %.
- surely dominated: one that costs at most as much writes surely better. It is one of several, so these hold jointly.
- else nothing is sure.

Variants of one model are told apart by their estimates alone: they are the same weights on the same text, and differ by what
rounding does.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from reports.frontier.candidates import Candidate, Choice

UNDOMINATED, DOMINATED, UNDECIDED = "undominated", "dominated", "undecided"


@dataclasses.dataclass(frozen=True)
class Standing:
    candidate: Candidate
    undominated: bool  # by estimates
    sure: str          # UNDOMINATED, DOMINATED or UNDECIDED


def undominated(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Of (cost, loss), less of both is better. What is equal in both is dominated together or not at all."""
    best: dict[float, float] = {}  # the least loss by cost
    for cost, loss in points:
        best[cost] = min(loss, best.get(cost, loss))
    steps: dict[float, bool] = {}  # whether the best of a cost beats all that is cheaper
    least = float("inf")
    for cost in sorted(best):
        steps[cost] = best[cost] < least
        least = min(least, best[cost])
    return [steps[cost] and loss == best[cost] for cost, loss in points]


def _sure(choice: Choice, candidate: Candidate, mark: bool, rivals: Sequence[Candidate]) -> str:
    """`mark`: by estimates. `rivals`: all of other models that cost at most as much."""
    if mark and all(choice.difference(rival, candidate).sure == "worse" for rival in rivals):
        return UNDOMINATED
    if any(choice.difference(rival, candidate, len(rivals)).sure == "better" for rival in rivals):
        return DOMINATED
    return UNDECIDED


def standings(choice: Choice, cost: str) -> list[Standing]:
    """Of all candidates that have the cost, the cheapest first."""
    there = choice.with_cost(cost)
    marks = undominated([(each.costs[cost], each.estimate.nats) for each in there])
    found = []
    for candidate, mark in zip(there, marks):
        rivals = [each for each in there if each.point is not candidate.point and each.costs[cost] <= candidate.costs[cost]]
        found.append(Standing(candidate, mark, _sure(choice, candidate, mark, rivals)))
    return found
