"""Bit model of variant q15: ranges on random shapes and kinds, primitives, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from golden.bit_constants_q15 import GROUP_LIMIT, Real, decay, magnitude, multiply, norm_constants, power2, real, sign
from golden.bit_model import Scaled
from golden.bit_model_q15 import BitModelQ15, distances, shares
from golden.config import ModelConfig
from golden.float_bits import f32
from golden.oracle import Oracle
from golden.random_model import KINDS, Source, random_config, random_model
from golden.taps import relative_error

CONFIG = ModelConfig(vocab_size=11, d_model=13, n_layers=2, d_head=5, kernel_size=3, top_k=3, max_seq=6)


def errors(config: ModelConfig, seed: int, kind: str, cache_bits: int) -> list[float]:
    """Error of each step of a run past the window and the kernel; also checks integer ranges."""
    model, source = random_model(config, seed, kind), Source(seed)
    bit, exact = BitModelQ15(model, True, cache_bits), Oracle(model)
    found: list[float] = []
    for _ in range(config.max_seq + config.kernel_size + 2):
        token = source.integer(0, config.vocab_size - 1)
        found.append(relative_error(bit.step(token).logits, exact.step(token).logits))
    return found


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cache_bits", [16, 8])
def test_random_shapes(kind: str, cache_bits: int) -> None:
    """Half of the steps are within 1e-2 of max |logit|, most within 0.1; ranges hold."""
    found = [error for seed in range(8) for error in errors(random_config(Source(seed)), seed, kind, cache_bits)]
    assert float(np.median(found)) < 1e-2
    assert sorted(found)[len(found) * 9 // 10] < 0.1


@pytest.mark.parametrize("seed", range(24))
def test_smallest_shapes_stay_in_range(seed: int) -> None:
    source = Source(seed)
    config = ModelConfig(*(source.integer(1, most) for most in (3, 4, 2, 2, 3, 3, 3)))
    errors(config, seed, list(KINDS)[seed % len(KINDS)], 16)


@pytest.mark.parametrize("d", [1, 2, 3, 5, 64, 2047, 2048])
@pytest.mark.parametrize("pattern", ["alternating", "spike", "spikes", "ramp", "half"])
def test_groups_of_a_normalised_vector_fit(d: int, pattern: str) -> None:
    """Five adjacent spikes reach the bound; "half" is the worst case for rounding to few bits."""
    index = np.arange(d)
    x = {"alternating": 1 - 2 * (index % 2), "spike": 1000 * (index == 0), "spikes": 1000 * (index < 5),
         "ramp": index, "half": np.where(index == 0, 2**20, (2**20 >> 9) * 3 // 2)}[pattern].astype(np.int64)
    model = BitModelQ15(random_model(CONFIG, 1), check_bounds=True)
    for gamma, beta in [(1.0, 0.0), (1.41, 0.3), (2.0**-75, 0.0), (2.0**-64, 2.0**-80), (0.0, 0.0), (1e15, 1e15),
                        (2.0**-140, 0.0), (3e38, 3e38)]:
        norm = norm_constants(np.full(d, gamma, np.float32), np.full(d, beta, np.float32))
        for exponent in (-60, 0, 10, 40, 90):
            q = model.layer_norm(Scaled(x.copy(), exponent), norm)
            assert float(np.sum(q.astype(np.float64) ** 2)) < (2**15 / math.sqrt(5)) ** 2


def test_precision_uses_the_range() -> None:
    norm = norm_constants(np.ones(64, np.float32), np.zeros(64, np.float32))
    q = BitModelQ15(random_model(CONFIG, 1)).layer_norm(Scaled(1000 * (np.arange(64) < 5), 0), norm)
    assert GROUP_LIMIT // 2 < np.sum(np.abs(q[:5])) < 2**15


def test_power2() -> None:
    for t in [*range(0, 1 << 17, 997), 1 << 20, 1 << 21]:
        assert abs(power2(t) - 65536 * 2 ** (-t / 65536)) < 2
    assert power2(0) == 65536


def test_shares_add_up_to_one_at_most() -> None:
    for powers in ([65536], [65536] * 64, [65536, 0, 0], [65536, 40000, 3]):
        found = shares(powers)
        assert 2**15 - 2 * len(powers) - 2 <= sum(found) <= 2**15
        for share, power in zip(found, powers):
            assert abs(share - power * 2**15 / sum(powers)) < 3


def test_reals() -> None:
    a, b = magnitude(np.float32(-1.5)), real(5, 1)
    assert (a.m / 2.0**a.k, b.m / 2.0**b.k) == (1.5, 2.5)
    product = a.times(b).scaled(3)
    assert product.m / 2.0**product.k == 30.0
    assert magnitude(np.float32(1e-40)) == Real(0, 1 << 20) and sign(np.float32(-1e-40)) == 0


def test_multiply_rounds_toward_zero() -> None:
    x, y = f32([1.0000001, -3e38, 1e-30, 1e-40, -2.5]), f32([1.0000001, 2, 1e-30, 1, 2])
    exact = x.astype(np.float64) * y
    product = multiply(x, y)
    assert product[0] <= exact[0] < np.nextafter(product[0], f32(2)[0])
    assert np.isneginf(product[1]) and product[2] == product[3] == 0 and product[4] == -5


def test_decay_is_the_hyperbolic_tangent() -> None:
    a = f32([0, -0.0, 0.1, -0.5, 1, 3, -3, 20, 1e-30])
    assert np.max(np.abs(decay(a) - np.tanh(a.astype(np.float64)) * 2**15)) < 3
    assert np.max(np.abs(decay(a))) == 32767


def test_distances_saturate() -> None:
    assert distances(5, np.array([5, -(2**31) + 6]), Real(1 << 31, -40)) == [0, 1 << 21]
    assert distances(5, np.array([4]), Real(1 << 31, 90)) == [0]
    assert distances(1, np.array([0]), Real(0, 1 << 20)) == [0]


def test_ties_go_to_the_lowest_positions() -> None:
    bit = BitModelQ15(random_model(CONFIG, 2, "ties"))
    for t in range(12):
        first = max(0, t - CONFIG.max_seq + 1)
        for layer in bit.step(t % 11).layers:
            assert layer.chosen == tuple(range(first, min(first + CONFIG.top_k, t + 1)))


def test_reset_forgets_everything() -> None:
    model = BitModelQ15(random_model(CONFIG, 1), cache_bits=8)
    first = [model.step(token).logits.tolist() for token in (3, 1, 4, 1, 5)]
    model.reset()
    assert [model.step(token).logits.tolist() for token in (3, 1, 4, 1, 5)] == first


@pytest.mark.parametrize(("scale", "accepted"), [(0.0, True), (1.0, True), (1e-38, False), (3e38, False)])
def test_scale_of_the_logits_must_be_a_normal_number(scale: float, accepted: bool) -> None:
    model = random_model(CONFIG, 3)
    model.unembed.scale = np.float32(scale)
    if not accepted:
        with pytest.raises(ValueError, match="^unembed: "):
            BitModelQ15(model)
        return
    taps = BitModelQ15(model).step(1)
    assert np.all(np.isfinite(taps.logits)) and (scale > 0 or not np.any(taps.logits))


def test_gain_that_leaves_fp32_is_refused() -> None:
    model = random_model(CONFIG, 4)
    model.blocks[1].b[2] = model.blocks[1].c[2] = 1e20
    with pytest.raises(ValueError, match="^block 1 b, c: "):
        BitModelQ15(model)


def test_constants_that_f32_refuses_are_fine() -> None:
    """Variant q15 has no NON_FINITE, so a scale near the end of FP32 is an ordinary scale."""
    model = random_model(CONFIG, 5)
    model.blocks[0].conv.scale = model.blocks[0].wv.scale = np.float32(3e38)
    model.embed.scale = np.float32(1e30)
    bit = BitModelQ15(model, check_bounds=True)
    for token in range(8):
        bit.step(token)
