"""Which model fits a chip and writes best there; pure, of candidates that somebody read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

LITTLE_WORSE = 1.01
FLASH, RAM, TIME = "flash", "RAM", "time"


@dataclasses.dataclass(frozen=True)
class Model:
    """A family at a size, as "plain_int8" and "16k"."""
    family: str
    size: str

    def __str__(self) -> str:
        return f"{self.family}-{self.size}"


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A model as a variant of the engine runs it on one chip. What was not measured is None."""
    model: Model
    variant: str
    place: str  # "flash", "ram-code" or "ram-model"
    perplexity: float  # of the test part
    flash_bytes: int | None
    ram_bytes: int | None
    ms_per_token: float | None
    estimated: bool = False  # the time
    why_not: str = ""  # why it does not fit, where that was found and no bytes were

    def rank(self) -> tuple[Any, ...]:
        """The lowest perplexity first; of the same, what needs least time, RAM and flash, then by name."""
        least = tuple((value is None, value or 0) for value in (self.ms_per_token, self.ram_bytes, self.flash_bytes))
        return self.perplexity, *least, self.model.family, self.model.size, self.variant, self.place


@dataclasses.dataclass(frozen=True)
class Limits:
    """At most so much, equality included. `ms_per_token` None: any time, known or not."""
    flash_bytes: int
    ram_bytes: int
    ms_per_token: float | None = None


@dataclasses.dataclass(frozen=True)
class Lack:
    """What of a candidate is more than the limit: by what, how much it needs and how much there is."""
    what: str
    needs: float
    has: float

    @property
    def times(self) -> float:
        return self.needs / self.has if self.has else float("inf")


def lacks(candidate: Candidate, limits: Limits) -> list[Lack]:
    """Empty where all that is known is within the limits."""
    pairs = ((FLASH, candidate.flash_bytes, limits.flash_bytes), (RAM, candidate.ram_bytes, limits.ram_bytes),
             (TIME, candidate.ms_per_token, limits.ms_per_token))
    return [Lack(what, needs, has) for what, needs, has in pairs if needs is not None and has is not None and needs > has]


def fits(candidate: Candidate, limits: Limits) -> bool:
    """Whether it was measured that it fits: what is not known does not, but time that nobody asked for."""
    known = candidate.flash_bytes is not None and candidate.ram_bytes is not None and not candidate.why_not
    timed = limits.ms_per_token is None or candidate.ms_per_token is not None
    return known and timed and not lacks(candidate, limits)


def ranked(candidates: Iterable[Candidate], limits: Limits) -> list[Candidate]:
    """Those that fit, the best first."""
    return sorted((each for each in candidates if fits(each, limits)), key=Candidate.rank)


def first_of_each_model(fitting: Iterable[Candidate]) -> list[Candidate]:
    """Of each model its best variant and place, in the order given."""
    found: dict[Model, Candidate] = {}
    for each in fitting:
        found.setdefault(each.model, each)
    return list(found.values())


def first_of_other_families(fitting: Iterable[Candidate], family: str) -> list[Candidate]:
    """Of each family but this one its best, in the order given."""
    found: dict[str, Candidate] = {}
    for each in fitting:
        if each.model.family != family:
            found.setdefault(each.model.family, each)
    return list(found.values())


def _saves(one: Candidate, other: Candidate) -> bool:
    """Whether `one` takes at least a tenth less of something."""
    pairs = ((one.flash_bytes, other.flash_bytes), (one.ram_bytes, other.ram_bytes), (one.ms_per_token, other.ms_per_token))
    return any(a is not None and b is not None and a <= 0.9 * b for a, b in pairs)


def lighter(fitting: Iterable[Candidate], best: Candidate) -> list[Candidate]:
    """Those that are little worse, and each takes less of something than the best and all before it."""
    found = [best]
    for each in fitting:
        if each.perplexity <= LITTLE_WORSE * best.perplexity and all(_saves(each, kept) for kept in found):
            found.append(each)
    return found[1:]


def nearest(candidates: Iterable[Candidate], limits: Limits) -> Candidate | None:
    """Of those that do not fit the one that lacks least: whose largest need is the fewest times what there is. None
    where nothing is known of any."""
    def share(each: Candidate) -> tuple[Any, ...]:
        return max(lack.times for lack in lacks(each, limits)), *each.rank()

    known = sorted((each for each in candidates if lacks(each, limits)), key=share)
    return known[0] if known else None
