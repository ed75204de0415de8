"""Over which range of a cost which family writes best, when each may take its best model that costs at most so much.

A family wins where its best model has a perplexity that is surely lower, by MATERIAL at least, than that of the best of each
other family. Each of these has to hold, so each is judged at 95 %. Where one does not, nothing is said but which families
are left.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from reports.frontier.candidates import Candidate, Choice
from reports.frontier.results import Family

MATERIAL = 0.005  # of perplexity, relative: int8 weights round less away than that, surely and of no matter


@dataclasses.dataclass(frozen=True)
class Range:
    """From a cost until the next range begins."""
    begin: float
    families: tuple[str, ...]  # one: it wins; several: nothing tells these apart
    alone: bool                # no other family is that cheap
    margin: float              # of perplexity, relative, by which the winner is better at least; 0: none


def contenders(families: Sequence[Family]) -> list[str]:
    """Families that lack no pathway: those are asked about, the others are ablations."""
    return [family.name for family in families if not family.drop]


def _range(choice: Choice, begin: float, best: dict[str, Candidate]) -> Range:
    """`best`: the best model of each family that has one for so little."""
    winner = min(best.values(), key=lambda each: (each.estimate.nats, each.name))
    rivals = [each for each in best.values() if each is not winner]
    found = {rival.family: choice.difference(winner, rival) for rival in rivals}
    margins = {name: 1 - math.exp(each.high) if each.sure == "better" and each.high is not None else 0.0
               for name, each in found.items()}
    left = [name for name, margin in margins.items() if margin < MATERIAL]
    return Range(begin, tuple(sorted([winner.family, *left])), not rivals, 0.0 if left else min(margins.values(), default=0.0))


def ranges(choice: Choice, families: Sequence[str], cost: str) -> list[Range]:
    """In the order of cost; empty where nothing has the cost."""
    best: dict[str, Candidate] = {}
    found: list[Range] = []
    there = [each for each in choice.with_cost(cost) if each.family in families]
    for number, candidate in enumerate(there):
        known = best.get(candidate.family)
        if known is None or candidate.estimate.nats < known.estimate.nats:
            best[candidate.family] = candidate
        if number + 1 < len(there) and there[number + 1].costs[cost] == candidate.costs[cost]:
            continue
        each = _range(choice, candidate.costs[cost], best)
        if found and (found[-1].families, found[-1].alone) == (each.families, each.alone):
            found[-1] = dataclasses.replace(found[-1], margin=min(found[-1].margin, each.margin))
        else:
            found.append(each)
    return found
