"""Scalars without floating point against exact numbers."""

from __future__ import annotations

import math
import random

import pytest

from golden.integer_scalars import NEVER, Factor, distance, inverse_root, power, product, reciprocal, softmax


def value(factor: Factor) -> float:
    return math.ldexp(factor.multiplier, -factor.exponent)


def test_reciprocal_at_its_ends() -> None:
    assert reciprocal(2**30) == 2**31 - 1
    assert reciprocal(2**31 - 1) == 2**30


def test_powers() -> None:
    source = random.Random(1)
    assert power(0) == 2**30
    for t in (1, 2**25 - 1, *(source.randrange(2**25) for _ in range(20000))):
        exact = 2.0**(30 - t / 2**25)
        assert abs(power(t) - exact) < 1.4e-8 * exact
        assert 2**29 <= power(t) <= 2**30 and power(t + (7 << 25)) == power(t)


def test_inverse_roots() -> None:
    source = random.Random(2)
    totals = [1, 2, 3, 2**29, 2**30 - 1, 2**30, 2**31 - 1, *(source.randrange(1, 2**31) for _ in range(20000))]
    for total in totals:
        exponent = source.randrange(-200, 200)
        exact = 1 / math.sqrt(math.ldexp(total, -exponent))
        root = inverse_root(total, exponent)
        assert 2**29 < root.multiplier < 2**31
        assert abs(value(root) - exact) < 6e-9 * exact


@pytest.mark.parametrize("count", [1, 2, 3, 64])
def test_softmax(count: int) -> None:
    source = random.Random(count)
    for _ in range(400):
        scale = Factor(source.randrange(2**30, 2**31), 30 + source.randrange(60))
        distances = [0] + [source.randrange(1 << source.randrange(1, 64)) for _ in range(count - 1)]
        found = softmax(distances, scale)
        powers = [2.0**max(-d * value(scale), -1000.0) for d in distances]
        for share, drop, weight, p in zip(found.shares, found.drops, found.weights(), powers):
            exact = p / sum(powers)
            assert 0 <= share <= 2**30
            # What is 2^-46 of the greatest may count as nothing; the rounding of t is relative to t.
            assert abs(math.ldexp(share, -30 - drop) - exact) < 3e-7 * exact + 2.0**-46
            assert abs(math.ldexp(weight, -30) - exact) < 3e-7 * exact + 2.0**-29
        assert abs(sum(found.weights()) - 2**30) < 4 * count + 64
        assert abs(math.ldexp(found.total, found.total_drop - 30) - sum(powers)) < 1e-7 * sum(powers)


def test_a_scale_of_zero_shares_alike() -> None:
    assert softmax([0, 2**63, 5, 7], Factor(0, NEVER)).weights() == [2**28] * 4


def test_one_takes_all() -> None:
    assert softmax([0], Factor(2**30, 0)).weights() == [2**30]
    assert softmax([0, 2**63], Factor(2**31 - 1, 40)).weights() == [2**30, 0]


def test_powers_are_dropped_into_the_sum_bit_by_bit() -> None:
    """1 + 2^-n in units of 2^-30: nothing of it is left from 31 on."""
    for n, total in ((1, 3 << 29), (29, 2**30 + 2), (30, 2**30 + 1), (31, 2**30), (40, 2**30)):
        found = softmax([0, n], Factor(2**30, 30))
        assert (found.total, found.total_drop, found.drops, found.distances) == (total, 0, [0, n], [0, n << 25])


def test_far_distances() -> None:
    """128 and more always, less by its alignment."""
    assert distance(1, Factor(2**31 - 1, 25)) == (2**29 - 1) << 2  # 64
    assert distance(1, Factor(2**30, 24)) is None  # 64, too
    assert distance(1, Factor(2**30, 25)) == 2**30  # 32
    assert distance(2**31, Factor(2**30, 200)) == 0


def test_products_keep_their_bits() -> None:
    for multiplier in (2**30, -(2**30), 2**31 - 1, -(2**31 - 1)):
        for share in (2**30, 2**28 + 1, 12345):
            found = product(Factor(multiplier, 40), share, 3)
            exact = multiplier * share * 2.0**-73
            assert 2**30 <= abs(found.multiplier) <= 2**31
            assert abs(value(found) - exact) <= abs(exact) * 2**-12
    assert product(Factor(2**30, 40), 0, 3) == Factor(0, NEVER)
