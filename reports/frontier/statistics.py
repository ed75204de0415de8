"""Means of losses with intervals of 95 %, over chunks of text and over seeds, as the harness has them.

`contrast` takes a weighted sum of samples: one model (weight 1), a difference (1 and -1), a difference to what lies
between two sizes (1, -0.4, -0.6). It agrees with harness/statistics/interval.h and differences.h, which have the
reasons and the sources:

- chunks: neighbours are alike, so the variance of the mean comes from slow waves of the text, 4 to 24 of them, with t at
  96.5 %. All samples read the same chunks: what is hard for all cancels in a difference.
- seeds: of one sample S - 1 degrees of freedom; samples trained apart are independent, so their variances add, with
  Welch and Satterthwaite's degrees. Samples of the same trainings (int8 rounded from FP32) are subtracted seed by seed
  first, with `paired`.
- both: the variances over chunks and seeds add, less the noise of a seed on a chunk, which both hold; t is the mean of
  both quantiles by variance (Cochran).

With one seed somewhere the second is unknown, and the interval is over chunks alone: of these very models.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.frontier.results import CHUNK_BYTES
from reports.frontier.student_t import quantile

FEWEST_CHUNKS = 5
OUTSIDE, OUTSIDE_OF_TEXT = 0.05, 0.035
CHUNKS, BOTH = "chunks", "chunks and seeds"


@dataclasses.dataclass(frozen=True)
class Sample:
    """Losses of the models of one point, as intervals need them."""
    means: NDArray[Any]  # [seeds], nats a byte
    waves: NDArray[Any]  # [seeds][waves]: projections, whose squares estimate the variance of the mean
    chunks: int


@dataclasses.dataclass(frozen=True)
class Estimate:
    """Nats a byte. Without an interval `low` and `high` are None, and `over` is empty."""
    nats: float
    low: float | None = None
    high: float | None = None
    over: str = ""  # CHUNKS or BOTH

    @property
    def verdict(self) -> str:
        """Of a difference: "same", "better" (less than 0), "worse" or "undecided"."""
        if self.low is None or self.high is None:
            return "undecided"
        if self.low == self.high == 0:
            return "same"
        return "better" if self.high < 0 else "worse" if self.low > 0 else "undecided"

    @property
    def sure(self) -> str:
        """The verdict that holds for models trained anew too; "undecided" where seeds are too few to know."""
        return self.verdict if self.over == BOTH or self.verdict == "same" else "undecided"

    def moved(self, nats: float) -> Estimate:
        return Estimate(self.nats + nats, None if self.low is None else self.low + nats,
                        None if self.high is None else self.high + nats, self.over)


def waves_of(chunks: int) -> int:
    """The whole part of 0.4 chunks^(2/3), from 4 to 24, and below `chunks`."""
    bound, waves = 0.064 * chunks * chunks, 4
    while waves < 24 and (waves + 1) ** 3 <= bound:
        waves += 1
    return min(waves, chunks - 1)


@functools.lru_cache(maxsize=16)
def _cosines(chunks: int) -> NDArray[Any]:
    """[chunks][waves]."""
    turns = np.outer(2 * np.arange(chunks) + 1, 1 + np.arange(waves_of(chunks)))
    cosines: NDArray[Any] = np.cos(np.pi / (2 * chunks) * turns)
    return cosines


def sample(losses: NDArray[Any]) -> Sample:
    """[seeds][chunks], nats of each chunk of CHUNK_BYTES, in the order of the text; seeds in one order for `paired`."""
    chunks = losses.shape[1]
    a_byte = losses / CHUNK_BYTES
    means = a_byte.mean(axis=1)
    waves = math.sqrt(2.0) / chunks * ((a_byte - means[:, None]) @ _cosines(chunks))
    return Sample(means, waves, chunks)


def paired(one: Sample, other: Sample) -> Sample:
    """Their differences, seed by seed; as many seeds in both."""
    return Sample(one.means - other.means, one.waves - other.waves, one.chunks)


def _t_of_text(degrees: int, comparisons: int) -> float:
    return quantile(OUTSIDE_OF_TEXT / 2 / comparisons, degrees)


def _over_both(terms: Sequence[tuple[float, Sample]], waves: NDArray[Any], comparisons: int) -> float:
    """Half the interval over chunks and seeds; each sample has at least two."""
    over_seeds = noise = squares = 0.0
    for weight, each in terms:
        seeds = len(each.means)
        variance = weight * weight * float(np.var(each.means, ddof=1)) / seeds
        over_seeds += variance
        squares += variance * variance / (seeds - 1)
        beyond = weight * (each.waves - each.waves.mean(axis=0))
        noise += float(np.sum(beyond * beyond)) / (seeds - 1) / len(waves) / seeds
    over_chunks = max(float(np.sum(waves * waves)) / len(waves) - noise, 0.0)
    whole = over_seeds + over_chunks
    if whole == 0:
        return 0.0
    t_of_seeds = quantile(OUTSIDE / 2 / comparisons, max(over_seeds * over_seeds / squares, 1.0)) if squares else 0.0
    t = (over_seeds * t_of_seeds + over_chunks * _t_of_text(len(waves), comparisons)) / whole
    return t * math.sqrt(whole)


def contrast(terms: Sequence[tuple[float, Sample]], comparisons: int = 1) -> Estimate:
    """The sum of weight times mean, with its interval; samples of the same text. Of `comparisons` intervals that are judged
    together all hold at 95 % (Bonferroni)."""
    nats = math.fsum(weight * float(each.means.mean()) for weight, each in terms)
    if terms[0][1].chunks < FEWEST_CHUNKS:
        return Estimate(nats)
    waves = np.sum([weight * each.waves.mean(axis=0) for weight, each in terms], axis=0)
    if all(len(each.means) > 1 for _, each in terms):
        half, over = _over_both(terms, waves, comparisons), BOTH
    else:
        half = _t_of_text(len(waves), comparisons) * math.sqrt(float(np.sum(waves * waves)) / len(waves))
        over = CHUNKS
    return Estimate(nats, nats - half, nats + half, over)


def difference(one: Sample, other: Sample, same_trainings: bool = False, comparisons: int = 1) -> Estimate:
    """`one` less `other`: below 0 when `one` predicts better. `same_trainings`: seed by seed the same weights, stored in
    other forms."""
    if same_trainings and len(one.means) == len(other.means):
        return contrast([(1.0, paired(one, other))], comparisons)
    return contrast([(1.0, one), (-1.0, other)], comparisons)
