"""Bit model: ranges, edge cases, refusals. Its accuracy is in accuracy_test.py."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from golden import bit_model, oracle
from golden.bit_constants import common_exponent, least_shift, norm_constants
from golden.bit_model import BitModel, BoundError, NonFiniteError, Scaled
from golden.config import ModelConfig
from golden.float_bits import F32, bits, f32, fixed
from golden.integer_scalars import Factor
from golden.oracle import Oracle
from golden.random_model import KINDS, Source, random_config, random_model
from golden.taps import Taps, relative_error

CONFIG = ModelConfig(vocab_size=11, d_model=13, n_layers=2, d_head=5, kernel_size=3, top_k=3, max_seq=6)


def image(taps: Taps[Any]) -> list[bytes]:
    return [bits(values).tobytes() for _, _, values in taps.in_order()]


def test_reset_forgets_everything() -> None:
    model = BitModel(random_model(CONFIG, 1))
    tokens = [3, 1, 4, 1, 5, 9, 2, 6, 5]
    first = [image(model.step(token)) for token in tokens]
    model.reset()
    assert [image(model.step(token)) for token in tokens] == first
    fresh = BitModel(random_model(CONFIG, 1))
    assert [image(fresh.step(token)) for token in tokens] == first


def scaled(x: F32) -> Scaled:
    """`x` with every bit kept."""
    exponent = common_exponent(x) - 1
    return Scaled(fixed(x, exponent), exponent)


@pytest.mark.parametrize("d", [1, 2, 3, 64, 2047, 2048])
@pytest.mark.parametrize("pattern", ["alternating", "spike", "ramp"])
def test_normalised_vectors_stay_in_int32(d: int, pattern: str) -> None:
    """Equal magnitudes reach the first bound, one spike the second (by Cauchy-Schwarz)."""
    index = np.arange(d)
    x = {"alternating": f32(1 - 2 * (index % 2)), "spike": f32(1000.0 * (index == 0)),
         "ramp": f32(index)}[pattern]
    for gamma, beta in [(1.0, 0.0), (1.41, 0.3), (2.0**-75, 0.0), (2.0**-64, 2.0**-80), (0.0, 0.0), (1e15, 1e15)]:
        for taps in (1, 64):
            norm = norm_constants("norm", np.full(d, gamma, np.float32), np.full(d, beta, np.float32), taps)
            q = bit_model.layer_norm(scaled(x), norm)
            assert int(np.sum(np.abs(q))) < 2**31
            assert taps * int(np.max(np.abs(q))) < 2**31


def test_precision_uses_the_range() -> None:
    """P is as large as the bound allows: q of equal magnitudes reaches past 2^29."""
    norm = norm_constants("norm", np.full(64, 1, np.float32), np.zeros(64, np.float32), 1)
    q = bit_model.layer_norm(scaled(f32(1 - 2 * (np.arange(64) % 2))), norm)
    assert 2**29 < int(np.sum(np.abs(q))) < 2**31


def test_bound_check_fires() -> None:
    model = BitModel(random_model(CONFIG, 1), check_bounds=True)
    model.layers[0].k.norm.precision += 6
    with pytest.raises(BoundError, match="L1 norm of q"):
        model.step(1)


def test_least_shift() -> None:
    assert [least_shift(h) for h in (1, 2, 4, 5, 16, 17, 64, 256)] == [0, 1, 1, 2, 2, 3, 3, 4]


def test_round_shift() -> None:
    v = np.array([-5, -4, -3, -2, 2, 3, 5, 6])
    assert bit_model.round_shift(v, 2).tolist() == [-1, -1, -1, 0, 1, 1, 1, 2]
    assert bit_model.round_shift(v, 0).tolist() == v.tolist()


def test_products_are_exact() -> None:
    """The float64 product equals the integer one at the edge of the range."""
    rng = np.random.default_rng(0)
    q = rng.integers(-(2**19), 2**19, 2048)
    trits = rng.integers(-1, 2, (64, 2048))
    assert (trits.astype(np.float64) @ q.astype(np.float64)).astype(np.int64).tolist() == [
        sum(int(t) * int(v) for t, v in zip(row, q)) for row in trits]


def test_ties_go_to_the_lowest_positions() -> None:
    model = random_model(CONFIG, 2, "ties")
    bit, exact = BitModel(model), Oracle(model)
    for t in range(12):
        first = max(0, t - CONFIG.max_seq + 1)
        expected = tuple(range(first, min(first + CONFIG.top_k, t + 1)))
        for layer in (*bit.step(t % 11).layers, *exact.step(t % 11).layers):
            assert layer.chosen == expected


def test_equal_keys_tie() -> None:
    """In the first block a repeated token repeats its key."""
    model = random_model(CONFIG, 3)
    bit, exact = BitModel(model), Oracle(model)
    for _ in range(5):
        ours, theirs = bit.step(7).layers[0], exact.step(7).layers[0]
    assert ours.chosen == theirs.chosen == (0, 1, 2)


def test_score_sign_follows_the_scales() -> None:
    """Negating one of two scales reverses the order of scores; negating both does not."""
    def chosen(query: float, key: float) -> tuple[int, ...]:
        model = random_model(CONFIG, 4)
        model.blocks[0].wq.scale *= np.float32(query)
        model.blocks[0].wk.scale *= np.float32(key)
        bit, exact = BitModel(model), Oracle(model)
        for token in (1, 2, 3, 4, 5):
            ours, theirs = bit.step(token).layers[0], exact.step(token).layers[0]
        assert ours.chosen == theirs.chosen
        return ours.chosen

    assert chosen(1, 1) == chosen(-1, -1) != chosen(-1, 1) == chosen(1, -1)


def test_entropy_of_a_router_beyond_the_range_of_fp32() -> None:
    """A pathway of probability 0 adds nothing, though its logit lies infinitely below."""
    model = random_model(CONFIG, 5)
    norm, router = BitModel(model).step(1).layers[0].norm, model.blocks[0].router
    channel = int(np.argmax(norm))
    router.trits[:] = 0
    router.trits[:, channel] = [-1, 1, 0]
    router.scale = np.float32(2.5e38 / norm[channel])  # logits -2.5e38, 2.5e38, 0
    taps = BitModel(model).step(1).layers[0]
    assert taps.router.tolist() == [0, 1, 0] and taps.router_entropy[0] == 0


def test_every_tap_is_near_the_oracles() -> None:
    """Entropies and margins too, which move no logit."""
    model = random_model(CONFIG, 8)
    bit, exact = BitModel(model), Oracle(model)
    for token in (3, 1, 4, 1, 5, 9, 2, 6):
        ours, theirs = bit.step(token), exact.step(token)
        for (op, layer, actual), (_, _, expected) in zip(ours.in_order(), theirs.in_order()):
            assert relative_error(actual, expected) < 1e-5, (op, layer)
        for mine, other in zip(ours.layers, theirs.layers):
            assert mine.chosen == other.chosen and mine.margin == pytest.approx(other.margin, rel=1e-4)
            shares = [float(share) for share in other.router]
            assert float(other.router_entropy[0]) == pytest.approx(-sum(share * math.log(share) for share in shares), rel=1e-12)
    assert oracle.entropy(np.array([0.5, 0.5, 0.0]))[0] == pytest.approx(math.log(2)) and oracle.entropy(np.array([1.0, 0.0]))[0] == 0


def test_token_outside_the_vocabulary() -> None:
    models: list[BitModel | Oracle] = [BitModel(random_model(CONFIG, 1)), Oracle(random_model(CONFIG, 1))]
    for model in models:
        for token in (-1, 11):
            with pytest.raises(ValueError, match="outside the vocabulary"):
                model.step(token)


@pytest.mark.parametrize("field", ["state", "embed"])
def test_non_finite_activations_are_an_error(field: str) -> None:
    model = random_model(CONFIG, 6)
    if field == "state":
        model.blocks[0].b[:] = 1e38
    else:
        model.embed.scale = np.float32(3e38)  # finite itself, which a sum of it need not be
    bit = BitModel(model)
    with pytest.raises(NonFiniteError):
        for _ in range(3):
            bit.step(1)


def test_a_block_fails_just_below_the_least_exponent() -> None:
    """e' = min(e + 30 - len(x), T) - 2, T = k + f - 1 - len(v); under -96 an element might be infinite in FP32."""
    layer = BitModel(random_model(CONFIG, 1)).layers[0]
    small, one = Scaled(np.zeros(2, np.int64), 0), Factor(1 << 30, 30)
    for exponent, elements in ((-94, [2**30 - 1, 0]), (-94, [-(2**30), 5]), (-95, [2**29 - 1, 3])):  # of 30 and of 29 bits
        x = Scaled(np.array(elements), exponent)
        layer._mix(x, [(one, small)])
        assert x.exponent == -96 and x.elements.tolist() == [element >> (exponent + 96) for element in elements]
        with pytest.raises(NonFiniteError, match="a block"):
            layer._mix(Scaled(np.array(elements), exponent - 1), [(one, small)])
    for exponent in (-93, -94):  # k + f - 1 - 30 - 2 with k = 30
        x, term = Scaled(np.zeros(2, np.int64), 0), Scaled(np.array([2**30 - 1, -5]), exponent)
        if exponent == -93:
            layer._mix(x, [(one, small), (one, term)])
            assert x.exponent == -96 and x.elements.tolist() == [(2**30 - 1) >> 3, -1]
        else:
            with pytest.raises(NonFiniteError, match="a block"):
                layer._mix(x, [(one, small), (one, term)])


def test_a_state_fails_just_below_the_least_exponent() -> None:
    """Of 29 bits it fades at its exponent - 1; e = min(fade, add - 2)."""
    layer = BitModel(random_model(CONFIG, 1)).layers[0]
    q = np.zeros(CONFIG.d_model, np.int64)
    elements = np.full(CONFIG.d_model, 2**29 - 1)
    layer.state = Scaled(elements, -95)
    assert layer._recur(q).exponent == -96
    layer.state = Scaled(elements, -96)
    with pytest.raises(NonFiniteError, match="a state"):
        layer._recur(q)


@pytest.mark.parametrize("field", ["local", "state", "sparse", "router", "embed"])
def test_large_activations_are_none(field: str) -> None:
    """What FP32 could not square is normalised all the same."""
    model = random_model(CONFIG, 6)
    block = model.blocks[0]
    if field == "local":
        block.conv.scale = np.float32(5e36)
    elif field == "state":
        block.b[:] = 1e30
    elif field == "sparse":
        block.wv.scale = np.float32(5e36)
    elif field == "router":
        block.router.scale = np.float32(3e38)
    else:
        model.embed.scale = np.float32(1e30)
    bit, exact = BitModel(model, check_bounds=True), Oracle(model)
    for token in (1, 2, 1):
        assert relative_error(bit.step(token).logits, exact.step(token).logits) < 1e-6


def test_non_finite_logits_are_an_error() -> None:
    model = random_model(CONFIG, 6)
    model.unembed.scale = np.float32(3e38)
    with pytest.raises(NonFiniteError, match="logit"):
        BitModel(model).step(1)


@pytest.mark.parametrize(("tensor", "message"), [
    ("gamma", "block 1 gamma, beta"), ("beta", "block 1 gamma, beta"), ("router", "block 1 router"),
    ("conv", "block 1 conv"), ("wv", "block 1 wv"), ("b", "block 1 b, c"), ("wq", "block 1 wq, wk"), ("unembed", "unembed"),
    ("final_gamma", "final gamma, beta")])
def test_models_with_infinite_constants_are_refused(tensor: str, message: str) -> None:
    model = random_model(CONFIG, 7)
    block = model.blocks[1]
    if tensor in ("gamma", "beta"):
        getattr(block, tensor)[3] = 3e38
    elif tensor == "b":
        block.b[2], block.c[2] = 1e20, 1e20
    elif tensor == "final_gamma":
        model.final_gamma[0] = -3e38
    elif tensor == "wq":
        block.wq.scale, block.wk.scale = np.float32(1e20), np.float32(1e20)
    elif tensor == "unembed":
        model.final_gamma *= np.float32(1e12)
        model.unembed.scale = np.float32(3e38)
    else:
        block.gamma *= np.float32(1e12)
        getattr(block, tensor).scale = np.float32(3e38)
    with pytest.raises(ValueError, match=f"^{message}: "):
        BitModel(model)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cache_of_16_bits_stays_near_and_in_range(kind: str) -> None:
    """Half of the steps within 1e-4 of max |logit|, all within 2e-3; check_bounds holds the ranges."""
    errors: list[float] = []
    for seed in range(8):
        config, source = random_config(Source(seed), smallest=1 if seed % 4 == 0 else 8), Source(seed)
        model = random_model(config, seed, kind)
        narrow, exact = BitModel(model, check_bounds=True, cache_bits=16), Oracle(model)
        for _ in range(config.max_seq + config.kernel_size + 2):
            token = source.integer(0, config.vocab_size - 1)
            errors.append(relative_error(narrow.step(token).logits, exact.step(token).logits))
    assert float(np.median(errors)) < 1e-4
    assert sorted(errors)[len(errors) * 99 // 100] < 2e-3


@pytest.mark.parametrize("h", [1, 2, 5, 16, 64, 256])
def test_the_query_of_a_narrow_cache_fits(h: int) -> None:
    """Its magnitudes add up to less than 2^16 at the least shift at which that is sure."""
    z = least_shift(h)
    for bits_used in range(1, 32 - z):
        query = np.full(h, -(2**bits_used - 1), np.int64)
        shift = bit_model.query_shift(query, z)
        narrow, n = bit_model.narrow(query, shift)
        assert np.sum(np.abs(narrow)) < 2**16 and np.max(np.abs(narrow)) <= 2**15
        if n == shift > 0:
            assert np.sum(np.abs(narrow)) > 2**14


def test_unknown_cache_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="a cache of 8 bits"):
        BitModel(random_model(CONFIG, 1), cache_bits=8)
