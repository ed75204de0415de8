"""Scalars of variant f32 without floating point (engine/f32/numerics.md, "Scalars"): Python integers."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

NEVER = 1 << 20  # an exponent that never limits the common exponent
LOG2_E = 0x5C551D95  # times 2^30
EPSILON, EPSILON_EXPONENT = 0x29F16B12, 46  # 1e-5
_POWER = (7897239, -44380305, 164875809, -476734752, 1031763206, -1488522224, 1 << 30)
_FRACTION = 25  # bits of a power's exponent behind the point
_FAR = 23  # a distance of a lesser exponent is 46 or more: its power counts as 0


@dataclasses.dataclass(frozen=True)
class Factor:
    """multiplier * 2^-exponent; the multiplier has 31 bits and a sign, or is 0 with exponent NEVER."""

    multiplier: int
    exponent: int


def high(a: int, b: int) -> int:
    """Upper half of the 64-bit product of two int32s."""
    return a * b >> 32


def high_rounded(a: int, b: int) -> int:
    """The same, rounded to nearest, halves up."""
    return (a * b + 2**31) >> 32


def length(v: int) -> int:
    """Bits of v without its sign; v < 0 counts as -v - 1."""
    return (v if v >= 0 else -v - 1).bit_length()


def shifted(v: int, n: int) -> int:
    """v * 2^n rounded down, n at least -31."""
    return v << n if n >= 0 else v >> min(-n, 31)


def reciprocal(z: int) -> int:
    """2^61 / z for 2^30 <= z < 2^31, under 2^31."""
    return (2**61 - 1) // z


def inverse_root(total: int, exponent: int) -> Factor:
    """1 / sqrt(total * 2^-exponent), 0 < total < 2^31: Newton from a line."""
    up = 31 - total.bit_length()
    if (exponent + up) % 2:
        up -= 1
    n = shifted(total, up)  # 2^29 to 2^31, in units of 2^-28: 2 to 8
    y = 0x608509C0 - high(n, 0x6E4EAD0C)
    for _ in range(4):
        square = 2 * high_rounded(y, y)
        y += high_rounded(y, (2**27 - high_rounded(square, n)) << 4)
    return Factor(y, 45 - (exponent + up) // 2)


def distance(d: int, scale: Factor) -> int | None:
    """d * scale for d >= 0, in 2^-25; None where it is so far that its power counts as 0."""
    if d == 0 or scale.multiplier == 0:
        return 0
    up = 31 - d.bit_length()
    product = high(d << up if up >= 0 else d >> -up, scale.multiplier)
    exponent = scale.exponent + up - 32
    return None if exponent < _FAR else shifted(product, max(_FRACTION - exponent, -31))


def power(t: int) -> int:
    """2^-(the fraction of t), t in 2^-25, times 2^30."""
    x = (t << (31 - _FRACTION)) & 0x7FFFFFFF
    y = 0
    for coefficient in _POWER:
        y = coefficient + high(y, x)
    return y


@dataclasses.dataclass(frozen=True)
class Softmax:
    """Shares of a softmax: share * 2^-(30 + drop) each, of a sum times 2^(drop - 30); distances in 2^-25."""

    shares: list[int]
    drops: list[int]
    distances: list[int]
    total: int
    total_drop: int

    def weights(self) -> list[int]:
        """The shares in units of 2^-30."""
        return [share >> min(drop, 31) for share, drop in zip(self.shares, self.drops)]


def softmax(distances: Sequence[int], scale: Factor) -> Softmax:
    """Of 2^-(d * scale), d >= 0 and one of them 0."""
    far = [distance(d, scale) for d in distances]
    t = [d or 0 for d in far]
    e = [0 if d is None else power(d) for d in far]
    whole = [d >> _FRACTION for d in t]
    total = sum(v >> min(n, 31) for v, n in zip(e, whole))
    drop = total.bit_length() - 31
    inverse = reciprocal(total >> drop)
    return Softmax([2 * high_rounded(v, inverse) for v in e], [n + drop for n in whole], t, total >> drop, drop)


def product(factor: Factor, share: int, drop: int) -> Factor:
    """factor * share * 2^-(30 + drop), its multiplier at 31 bits again."""
    multiplier = high(factor.multiplier, share)
    if multiplier == 0:
        return Factor(0, NEVER)
    up = 31 - length(multiplier)
    return Factor(multiplier << up, factor.exponent + drop - 2 + up)
