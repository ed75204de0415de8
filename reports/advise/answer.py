"""The answer for one chip: the best that fits, what it is compared with, what is left, and the next board up."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from reports.advise import choice
from reports.advise.chips import Chip
from reports.advise.choice import Candidate, Limits


@dataclasses.dataclass(frozen=True)
class Difference:
    """How much higher another model's perplexity is, in percent, with its 95 % interval where there is one. `decided`: it
    leaves no doubt which is better, for models that are trained anew too."""
    percent: float
    low: float | None = None
    high: float | None = None
    decided: bool = False


@dataclasses.dataclass(frozen=True)
class Compared:
    """Another candidate beside the best."""
    candidate: Candidate
    difference: Difference


@dataclasses.dataclass(frozen=True)
class Sources:
    """Where candidates and differences come from: `compare(a, b)` says how much worse b is than a."""
    candidates: Callable[[Chip], list[Candidate]]
    compare: Callable[[Candidate, Candidate], Difference]


@dataclasses.dataclass(frozen=True)
class Step:
    """A larger board and the best there: better than what fits here, by `difference`, or where nothing does, None."""
    chip: Chip
    candidate: Candidate
    difference: Difference | None


@dataclasses.dataclass(frozen=True)
class Answer:
    """`best` None: nothing fits; `nearest` then lacks least, where anything is known."""
    chip: Chip
    limits: Limits
    best: Candidate | None = None
    next_best: Compared | None = None
    other_families: list[Compared] = dataclasses.field(default_factory=list)
    lighter: list[Compared] = dataclasses.field(default_factory=list)
    nearest: Candidate | None = None
    untimed: Candidate | None = None  # the best of those that fit but for their time, which is not known
    step: Step | None = None


def limits_on(chip: Chip, asked: Limits, asker: Chip) -> Limits:
    """What is left on another chip when as many bytes are kept for other things as on the one that was asked for."""
    return Limits(chip.flash_bytes - (asker.flash_bytes - asked.flash_bytes), chip.ram_bytes - (asker.ram_bytes - asked.ram_bytes),
                  asked.ms_per_token)


def _step(answer: Answer, boards: Iterable[Chip], sources: Sources) -> Step | None:
    """The smallest of the larger boards on which the best model is surely better than this chip's."""
    larger = [chip for chip in boards if chip.by_size() > answer.chip.by_size()]
    for chip in sorted(larger, key=Chip.by_size):
        fitting = choice.ranked(sources.candidates(chip), limits_on(chip, answer.limits, answer.chip))
        if not fitting:
            continue
        if answer.best is None:
            return Step(chip, fitting[0], None)
        if fitting[0].model != answer.best.model and fitting[0].perplexity < answer.best.perplexity:
            # Seen from the better one: how much worse is what this chip has?
            difference = sources.compare(fitting[0], answer.best)
            if difference.decided or difference.low is None:
                return Step(chip, fitting[0], difference)
    return None


def answer(chip: Chip, limits: Limits, boards: Iterable[Chip], sources: Sources) -> Answer:
    """What there is to say of this chip. `boards`: those that may be the next one up."""
    candidates = sources.candidates(chip)
    fitting = choice.ranked(candidates, limits)
    found = Answer(chip, limits)
    if not fitting:
        untimed = [each for each in choice.ranked(candidates, dataclasses.replace(limits, ms_per_token=None)) if each.ms_per_token is None]
        found = dataclasses.replace(found, nearest=choice.nearest(candidates, limits), untimed=next(iter(untimed), None))
        return dataclasses.replace(found, step=_step(found, boards, sources))
    best = fitting[0]

    def compared(others: Iterable[Candidate]) -> list[Compared]:
        return [Compared(each, sources.compare(best, each)) for each in others]

    models = choice.first_of_each_model(fitting)
    found = dataclasses.replace(found, best=best, next_best=next(iter(compared(models[1:2])), None),
                                other_families=compared(choice.first_of_other_families(fitting, best.model.family)),
                                lighter=compared(choice.lighter(fitting, best)))
    return dataclasses.replace(found, step=_step(found, boards, sources))
