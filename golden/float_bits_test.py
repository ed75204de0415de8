"""Primitives against exact definitions: integers and fractions, or float64 for approximations."""

from __future__ import annotations

import fractions
import math

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies

from golden import float_bits
from golden.float_bits import f32

EXTREMES = [0.0, -0.0, 2.0**-149, -(2.0**-149), 2.0**-126, 2.0**-126 - 2.0**-149, 1.0, -1.0, 0.5, -0.5, 1.5,
            2.5, -2.5, 2.0**31, -(2.0**31), float(2**31 - 128), 2.0**127, float(np.finfo(np.float32).max)]
floats = strategies.one_of(strategies.sampled_from(EXTREMES),
                           strategies.floats(width=32, allow_nan=False, allow_infinity=False))
exact = hypothesis.settings(max_examples=400, derandomize=True, database=None, deadline=None)


def power(n: int) -> fractions.Fraction:
    return fractions.Fraction(2) ** n


@exact
@hypothesis.given(floats, strategies.integers(-320, 320))
def test_scale2(x: float, n: int) -> None:
    result = float_bits.scale2(f32(x), n)
    assert result.dtype == np.float32
    true = fractions.Fraction(x) * power(n)
    if abs(x) < 2.0**-126 or abs(true) < power(-126):
        assert result[0] == 0 and not np.signbit(result[0])
    elif abs(true) >= power(128):
        assert result[0] == math.copysign(math.inf, x)
    else:
        assert fractions.Fraction(float(result[0])) == true


def test_scale2_passes_infinity_and_nan() -> None:
    result = float_bits.scale2(f32([math.inf, -math.inf, math.nan]), -300)
    assert result[0] == math.inf and result[1] == -math.inf and np.isnan(result[2])


@exact
@hypothesis.given(floats, strategies.integers(-160, 160))
def test_fixed(x: float, p: int) -> None:
    limit = 2**31 - 1
    rounded = round(fractions.Fraction(x) * power(p))  # to even on a tie
    assert float_bits.fixed(f32(x), p)[0] == max(-limit, min(limit, rounded))


def test_fixed_halves_infinity_and_nan() -> None:
    halves = float_bits.fixed(f32([0.5, 1.5, 2.5, -0.5, -1.5, -2.5]), 0)
    assert halves.tolist() == [0, 2, 2, 0, -2, -2]
    special = f32([math.inf, -math.inf, math.nan, math.copysign(math.nan, -1)])
    limit = 2**31 - 1
    assert float_bits.fixed(special, -100).tolist() == [limit, -limit, limit, -limit]


@exact
@hypothesis.given(strategies.integers(-(2**63) + 1, 2**63 - 1))
def test_from_int_rounds_once(n: int) -> None:
    magnitude = abs(n)
    shift = max(0, magnitude.bit_length() - 24)
    expected = math.ldexp(round(fractions.Fraction(magnitude, 2**shift)), shift)
    assert abs(float(float_bits.from_int(np.array([n]))[0])) == expected


def test_from_int_where_two_roundings_would_differ() -> None:
    n = 2**60 + 2**36 + 1  # just above a tie of binary32 that binary64 cannot tell from the tie
    assert int(float_bits.from_int(np.array([n]))[0]) == 2**60 + 2**37
    assert int(np.float32(float(n))) == 2**60


def test_exp_is_within_one_ulp() -> None:
    x = np.linspace(-87, 40, 400_001).astype(np.float32)[1:]
    true = np.exp(x.astype(np.float64))
    normal = true >= 2.0**-126 * 1.0001
    ulp = np.spacing(true[normal].astype(np.float32)).astype(np.float64)
    assert np.max(np.abs(float_bits.exp(x)[normal] - true[normal]) / ulp) < 1.0


def test_exp_special() -> None:
    special = f32([0.0, -0.0, -87.0, -1000.0, -math.inf, math.nan])
    assert float_bits.exp(special).tolist() == [1, 1, 0, 0, 0, 0]
    tiny = float_bits.exp(f32([np.nextafter(np.float32(-87), np.float32(0)), -1e-40]))
    assert tiny[0] < 2e-38 and tiny[1] == 1


def test_tanh() -> None:
    x = np.concatenate([np.linspace(-30, 30, 100_001), [1e-8, 1e-40, 3e38]]).astype(np.float32)
    result = float_bits.tanh(x)
    assert result.dtype == np.float32
    assert np.max(np.abs(result - np.tanh(x.astype(np.float64)))) < 2e-7
    assert np.max(np.abs(result)) == 1.0
    assert not np.signbit(float_bits.tanh(f32(-0.0)))[0]


def test_log() -> None:
    x = np.linspace(1, 3, 100_001).astype(np.float32)
    assert np.max(np.abs(float_bits.log(x) - np.log(x.astype(np.float64)))) < 2e-7
    assert float_bits.log(f32(1))[0] == 0


def test_ordered_sum_rounds_at_each_step() -> None:
    assert float_bits.ordered_sum(f32([2.0**24, 1, 1, 1]))[0] == 2.0**24
    assert float_bits.ordered_sum(f32([1, 1, 1, 2.0**24]))[0] == 2.0**24 + 4
    many = np.full(1000, 0.1, np.float32)
    total = np.float32(0)
    for value in many:
        total = np.float32(total + value)
    assert float_bits.ordered_sum(many)[0] == total


def test_bit_hash_is_fnv_1a() -> None:
    assert float_bits.bit_hash(np.zeros(0, np.float32)) == 0xCBF29CE484222325
    assert float_bits.bit_hash(np.frombuffer(b"foob", dtype="<f4").astype(np.float32)) == 0xDD120E790C2512AF
    assert float_bits.bit_hash(f32(0.0)) != float_bits.bit_hash(f32(-0.0))


def test_float64_and_scalars_are_refused() -> None:
    with pytest.raises(TypeError):
        float_bits.check_f32(np.zeros(2))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        float_bits.scale2(np.float32(1), 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        float_bits.from_int(np.zeros(2, np.int32))
