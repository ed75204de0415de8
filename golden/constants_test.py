"""Constants of the contracts, from the numbers that they stand for."""

from __future__ import annotations

import dataclasses
import fractions
import math

import numpy as np
import pytest

from golden import bit_constants, bit_constants_q15, bit_model, bit_model_q15, config, float_bits, integer_scalars, plain_bit_model, plain_model
from golden.bit_constants_q15 import Real
from golden.config import ModelConfig, Sizes
from golden.plain_model import PlainConfig
from golden.random_model import random_model

LOG2_E = 1 / math.log(2)
SIZES: tuple[type[Sizes], ...] = (ModelConfig, PlainConfig)


def test_fixed_point_constants_are_the_nearest() -> None:
    assert integer_scalars.LOG2_E == round(LOG2_E * 2**30) and bit_constants_q15.LOG2_E == round(LOG2_E * 2**31)
    assert (integer_scalars.EPSILON, integer_scalars.EPSILON_EXPONENT) == (round(1e-5 * 2**46), 46)
    assert bit_model._LN2 == float(np.float32(math.log(2))) and bit_model_q15._LN2 == float(np.float32(math.log(2))) * 2.0**-31
    assert integer_scalars.NEVER == bit_constants_q15.NEVER == 2**20


def test_floats_are_the_nearest() -> None:
    linear = 2 * math.sqrt(2 / math.pi)  # GELU's tanh form, by 1 + tanh(u) = 2 / (1 + exp(-2u))
    for found, number in ((plain_bit_model._EPSILON, 1e-5), (plain_bit_model._GELU_LINEAR, linear),
                          (plain_bit_model._GELU_CUBIC, linear * 0.044715), (plain_bit_model._LOG2_E, LOG2_E)):
        assert found.dtype == np.float32 and found[0] == np.float32(number)
    assert float_bits._LOG2_E == float(np.float32(LOG2_E)) and float_bits._LN2 == float(np.float32(math.log(2)))
    assert abs(float_bits._LN2_HIGH + float_bits._LN2_LOW - math.log(2)) < 2.0**-36
    assert float_bits.INT32_MAX == 2**31 - 1 and float_bits._MIN_NORMAL == float(np.finfo(np.float32).tiny)


def test_powers_of_two_by_their_ends() -> None:
    """2^(-t 2^-16) 2^16: exact at whole exponents, within 2 between, nothing left from 17 on."""
    for whole in range(40):
        assert bit_constants_q15.power2(whole << 16) == 65536 >> min(whole, 31)
    for t in range(0, 1 << 16, 97):
        assert abs(bit_constants_q15.power2(t) - 2.0 ** (16 - t / 65536)) < 2
    assert bit_constants_q15.power2(2**21 - 1) == bit_constants_q15.power2(2**21) == bit_constants_q15.power2(2**22) == 0


def test_real_numbers_by_hand() -> None:
    half = 1 << 31
    assert Real(half, 31).times(Real(half, 31)) == Real(half, 31)
    assert Real(3 << 30, 31).times(Real(3 << 30, 31)) == Real(9 << 28, 30)  # 1.5 * 1.5
    assert Real(2**32 - 1, 32).times(Real(2**32 - 1, 32)) == Real(2**32 - 2, 32)  # rounded down
    assert Real(half + 1, 31).times(Real(half, 31)) == Real(half + 1, 31)
    zero = Real(0, bit_constants_q15.NEVER)
    assert Real(half, 31).times(zero) == zero.times(Real(half, 31)) == zero == zero.scaled(3)
    assert Real(half, 31).scaled(3) == Real(half, 28)
    assert [bit_constants_q15.real(n, 4) for n in (1, 5, 2**32 - 1)] == [Real(half, 35), Real(5 << 29, 33), Real(2**32 - 1, 4)]


@pytest.mark.parametrize("alpha, expected, sign", [
    (1.0, Real(1 << 31, 31), 1), (-0.75, Real(3 << 30, 32), -1), (0.0, Real(0, 1 << 20), 0), (2.0**-126, Real(1 << 31, 157), 1),
    (-(2.0**-126), Real(1 << 31, 157), -1), (2.0**-126 - 2.0**-149, Real(0, 1 << 20), 0), (2.0**127, Real(1 << 31, -96), 1)])
def test_magnitudes_and_signs_of_scales(alpha: float, expected: Real, sign: int) -> None:
    assert bit_constants_q15.magnitude(np.float32(alpha)) == expected
    assert bit_constants_q15.sign(np.float32(alpha)) == sign


def test_lengths_leave_the_sign_out() -> None:
    assert [integer_scalars.length(v) for v in (0, -1, 1, -2, 3, 4, -4, -5, 2**30, -(2**31))] == [0, 0, 1, 1, 2, 3, 2, 3, 31, 31]
    assert [bit_model.magnitude_bits(np.array(v)) for v in ([0], [-1], [1, -5], [-4], [2**31 - 1], [-(2**31), 0])] == [0, 0, 3, 2, 31, 31]


def test_scales_without_their_last_bits_count_as_zero() -> None:
    zero, never = integer_scalars.Factor(0, 2**20), np.array([0.0, -0.0, 2.0**-149, 2.0**-126 - 2.0**-149], np.float32)
    for x in never:
        assert bit_constants.split(x[None]) == bit_constants.to_powers_of_two(x[None]) == zero
    for value, m, k in ((1.0, 2**30, 30), (-1.5, -3 * 2**29, 30), (2.0**-126, 2**30, 156), (1.9999998807907104, 2**31 - 2**7, 30)):
        assert bit_constants.split(np.array([value], np.float32)) == integer_scalars.Factor(m, k)
    doubled = bit_constants.to_powers_of_two(np.array([2.0], np.float32)), bit_constants.to_powers_of_two(np.array([-2.0], np.float32))
    high = (2**30 * integer_scalars.LOG2_E) >> 32  # log2e(x) = (2 high(m, LOG2_E), k - 1), and the sign of x
    assert doubled == (integer_scalars.Factor(2 * high, 28), integer_scalars.Factor(-2 * high, 28))


@pytest.mark.parametrize("value, good", [(2.0**96, False), (-(2.0**96), False), (2.0**96 - 2.0**72, True), (-(2.0**96) + 2.0**72, True), (math.nan, False)])
def test_constants_under_2_to_the_96(value: float, good: bool) -> None:
    x = np.array([0.0, value], np.float32)
    if good:
        assert bit_constants.bounded("t", x) is x
    else:
        with pytest.raises(ValueError, match="^t: a constant derived from it is too large"):
            bit_constants.bounded("t", x)


def test_products_of_subnormal_numbers_are_zero_and_of_the_least_normal_ones_are_not() -> None:
    least, x = 2.0**-126, np.array([2.0**-127, 2.0**-126, 2.0**-126, 2.0**-63, 2.0**-64, 2.0**-126 - 2.0**-149], np.float32)
    y = np.array([2.0**30, 1.0, 0.5, -(2.0**-63), 2.0**-63, 2.0**100], np.float32)
    assert bit_constants_q15.multiply(x, y).tolist() == [0.0, least, 0.0, -least, 0.0, 0.0]
    assert bit_constants_q15.multiply(np.array([2.0**64, 2.0**63], np.float32), np.array([2.0**64, 2.0**64], np.float32)).tolist() == [math.inf, 2.0**127]


def test_the_final_norm_has_one_tap() -> None:
    """d = 1, gamma 1, beta 0: the bound is 1 * 0x1.02p+0, under 2^1, so P = 30; two taps would need 29."""
    one, none = np.ones(1, np.float32), np.zeros(1, np.float32)
    model = random_model(ModelConfig(3, 1, 1, 1, 1, 1, 2), 1)
    model.final_gamma[:], model.final_beta[:] = one, none
    assert bit_model.BitModel(model).final.precision == 30
    assert [bit_constants.norm_constants("n", one, none, taps).precision for taps in (1, 2, 64)] == [30, 29, 24]


def test_decay_is_rounded_to_the_nearest() -> None:
    """2^15 (1 - e) / (1 + e), halves up, at most 32767; e = 2^-(2 |a| log2 e) in 2^-16."""
    a = np.linspace(-4, 12, 301).astype(np.float32)
    for x, found in zip(a.tolist(), bit_constants_q15.decay(a).tolist()):
        e = bit_constants_q15.power2(min(round(abs(x) * 65536), 10 << 16) * 189097 >> 16)
        exact = fractions.Fraction((65536 - e) << 15, 65536 + e)
        assert found == math.copysign(min(32767, math.floor(exact + fractions.Fraction(1, 2))), x)
    assert round(2 * LOG2_E * 65536) == 189097


def test_epsilon_of_q15_is_the_nearest() -> None:
    assert bit_model_q15.EPSILON == round(1e-5 * 2**32)


def test_precision_of_q15_is_at_most_127() -> None:
    tiny = np.full(4, 2.0**-126, np.float32)
    assert bit_constants_q15.norm_constants(tiny, tiny).precision == 127


def test_common_exponents_take_the_greatest_to_31_bits() -> None:
    for x, p in (([1.0, -0.5], 30), ([-2.0], 29), ([1.9999999], 30), ([0.0], 156), ([2.0**-126], 156), ([2.0**-149], 156), ([2.0**-125], 155)):
        assert bit_constants.common_exponent(np.array(x, np.float32)) == p
        assert bit_constants_q15.common15(np.array(x, np.float32)) == p - 16
    assert bit_constants_q15.fixed15(np.array([1.9999999, -1.9999999, 1.0, -1.0], np.float32), 14).tolist() == [32767, -32767, 16384, -16384]


def _sizes(kind: type[Sizes]) -> dict[str, int]:
    return {name: max(low, 2) if name != "n_heads" else 1 for name, (low, _) in kind.ranges.items()}


@pytest.mark.parametrize("kind, name", [(kind, name) for kind in SIZES for name in kind.ranges])
def test_sizes_at_the_ends_of_their_ranges(kind: type[Sizes], name: str) -> None:
    low, high = kind.ranges[name]
    for value, good in ((low, True), (high, True), (low - 1, False), (high + 1, False)):
        sizes = {**_sizes(kind), name: value, **({"d_model": value} if good and name == "n_heads" else {})}
        if good:
            assert getattr(kind.from_dict(sizes), name) == value
        else:
            with pytest.raises(ValueError, match=f"config: {name} is {value}, expected {low}..{high}"):
                kind.from_dict(sizes)


def test_ranges_are_those_of_the_formats() -> None:
    """harness/model's limits: 16-bit vocabularies and windows, widths to 2048, 64 blocks."""
    assert config.RANGES == {"vocab_size": (1, 65535), "d_model": (1, 2048), "n_layers": (1, 64), "d_head": (1, 256), "kernel_size": (1, 64),
                             "top_k": (1, 64), "max_seq": (1, 65535)}


def test_parameters_by_hand() -> None:
    """d 4, h 2, V 3, K 5, 2 blocks: a block has 20 conv, 2 * 8 query and key, 16 value, 12 router; vectors 5 a block and 2."""
    sizes = ModelConfig(vocab_size=3, d_model=4, n_layers=2, d_head=2, kernel_size=5, top_k=1)
    assert sizes.max_seq == 64
    assert sizes.ternary_parameters == 2 * 3 * 4 + 2 * (20 + 16 + 16 + 12) == 152
    assert sizes.parameters == 152 + (5 * 2 + 2) * 4 == 200
    assert ModelConfig.parse(sizes.to_string()) == sizes == ModelConfig.from_dict(dataclasses.asdict(sizes))
    assert ModelConfig.parse("vocab_size=3, d_model = 4,n_layers=2,d_head=2,kernel_size=5,top_k=1") == sizes


@pytest.mark.parametrize("text, says", [
    ("vocab_size", "'vocab_size' is not name=value"), ("d_model=4,d_model=4", "d_model is given twice"), ("d_model=x", "d_model is 'x', expected an integer"),
    ("d_modle=4", "unknown field d_modle"), ("d_model=4", "vocab_size is missing")])
def test_unreadable_configurations_are_named(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        ModelConfig.parse(text)


def test_a_size_is_an_integer() -> None:
    for value in (4.0, True, "4", None):
        with pytest.raises(ValueError, match="d_model is .*, expected an integer 1..2048"):
            ModelConfig.from_dict({**_sizes(ModelConfig), "d_model": value})  # type: ignore[dict-item]


def test_codes_of_vectors_of_any_size() -> None:
    """E is the greatest biased exponent, at least 1; p = 126 + b - E; |x| 2^p rounded, halves up, kept under 2^b."""
    for x, bits, p, codes in (([0.0, -0.0], 15, 140, [0, 0]), ([2.0**-127], 15, 140, [2**13]), ([2.0**-149], 15, 140, [0]), ([-(2.0**-126)], 15, 140, [-(2**14)]),
                              ([2.0**-125], 15, 139, [2**14]), ([1.0, 2.0**-4, -(2.0**-5), 2.0**-6], 4, 3, [8, 1, 0, 0]), ([15.9, -15.9], 4, 0, [15, -15])):
        found, at = plain_bit_model.to_codes(np.array(x, np.float32), bits)
        assert (found.tolist(), at) == (codes, p)


def test_gelu_of_int8_models_by_its_definition() -> None:
    x = np.array([0.0, -0.0, 1.0, -1.0, 2.5, -3.75, 11.0, -40.0], np.float32)
    f32 = np.float32
    for one, found in zip(x, plain_bit_model.gelu_int8(x)):
        v = f32(one * f32(plain_bit_model._GELU_LINEAR[0] + f32(plain_bit_model._GELU_CUBIC[0] * f32(one * one))))
        v = f32(v * plain_bit_model._LOG2_E[0])
        e = bit_constants_q15.power2(min(round(abs(float(v)) * 65536), 2**21))
        h = (2**32 - 1) // (2**16 + e)
        h = 2**16 - h if np.signbit(v) else h
        assert found == f32(one * f32(h)) * f32(2.0**-16)
    assert plain_bit_model.gelu_int8(x)[6] == f32(11.0 * 65535) * f32(2.0**-16)  # the share of what counts as nothing


def test_the_width_of_codes_shrinks_where_sums_would_not_fit() -> None:
    for columns, bits in ((1, 15), (512, 15), (513, 14), (1024, 14), (1025, 13), (2048, 13)):
        codes = plain_model.Int8(np.ones(1, np.float32), np.zeros((1, columns), np.int8))
        codes.codes[0, 0] = 1
        x = np.zeros(columns, np.float32)
        x[0] = 1 + 2.0**-(bits - 1)  # the last bit that is kept
        assert plain_bit_model.product(codes.dense(), codes, x)[0] == x[0]
        x[0] = 1 + 2.0**-(bits + 1)
        assert plain_bit_model.product(codes.dense(), codes, x)[0] == 1
