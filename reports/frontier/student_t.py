"""Quantiles of Student's t, for any number of degrees of freedom."""

from __future__ import annotations

import functools
import math

_TINY = 1e-300


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of the incomplete beta function (Abramowitz and Stegun, 26.5.8, by Lentz's method)."""
    c, d, value = 1.0, 0.0, 1.0
    for step in range(1, 1000):
        half = step // 2
        if step % 2:
            factor = -(a + half) * (a + b + half) * x / ((a + step - 1) * (a + step))
        else:
            factor = half * (b - half) * x / ((a + step - 1) * (a + step))
        d = 1.0 / (1.0 + factor * d or _TINY)
        c = 1.0 + factor / c or _TINY
        value *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return 1.0 / value


def _beta_share(x: float, a: float, b: float) -> float:
    """I_x(a, b), for x from 0 to 1."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _beta_share(1 - x, b, a)
    scale = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    return scale / a * _fraction(x, a, b)


def tail(t: float, degrees: float) -> float:
    """The probability that t exceeds `t`, which is at least 0; degrees of freedom above 0."""
    return 0.5 * _beta_share(degrees / (degrees + t * t), degrees / 2, 0.5)


@functools.lru_cache(maxsize=4096)
def quantile(beyond: float, degrees: float) -> float:
    """The value that t exceeds with the probability `beyond`, above 0 and below 0.5; degrees of freedom of at least 1.
    Relative error below 1e-9 for `beyond` from 1e-7."""
    if not 0 < beyond < 0.5 or not degrees >= 1:
        raise ValueError("quantile: beyond must be above 0 and below 0.5, degrees at least 1")
    least, most = 0.0, 1.0
    while tail(most, degrees) > beyond:
        most *= 2
    for _ in range(200):
        middle = 0.5 * (least + most)
        if middle in (least, most):
            break
        least, most = (middle, most) if tail(middle, degrees) > beyond else (least, middle)
    return 0.5 * (least + most)
