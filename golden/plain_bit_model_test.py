"""The bit model of plain transformers against the oracle, and its parts against their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from golden.bit_model import NonFiniteError
from golden.plain_bit_model import PlainBitModel, chained_sum, gelu, product, softmax, to_codes
from golden.plain_model import Int8, PlainConfig
from golden.plain_oracle import PlainOracle
from golden.plain_oracle import gelu as oracle_gelu
from golden.random_model import Source
from golden.random_plain import KINDS, random_plain_config, random_plain_model
from golden.taps import relative_error

# Largest |delta logit| / max |logit|. With FP32 weights this is the cost of rounding, which is higher when
# the exponent of exp is in the hundreds; with int8 weights it is the cost of codes of 16 bits.
BOUNDS = {("fp32", "sharp"): 1e-4, ("int8", "sharp"): 1e-2}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("weights", ["fp32", "int8"])
def test_stays_near_the_oracle(kind: str, weights: str) -> None:
    for seed in range(7):
        config = random_plain_config(Source(seed))
        model = random_plain_model(config, seed, kind, weights)
        ours, theirs = PlainBitModel(model), PlainOracle(model)
        bound = BOUNDS.get((weights, kind), 1e-6 if weights == "fp32" else 1e-3)
        source = Source(seed)
        for step in range(config.max_seq):
            token = source.integer(0, config.vocab_size - 1)
            error = relative_error(ours.step(token).logits, theirs.step(token).logits)
            assert error <= bound, f"seed {seed}, step {step}: {error}"
        with pytest.raises(ValueError, match="positions end"):
            ours.step(0)


def test_chained_sum_by_hand() -> None:
    terms = np.array([1, 2**24, 0, -1, 1, 1, 2.0**-30], np.float32)
    # Chains 1 + 1, 2^24 + 1 (the 1 is lost: a tie to even), 0 + 2^-30, -1.
    assert chained_sum(terms) == np.float32(2 + 2**24) + np.float32(2.0**-30 - 1)
    assert chained_sum(np.array([-0.0], np.float32)).tobytes() == np.float32(0).tobytes()


def test_gelu_against_its_formula() -> None:
    x = np.linspace(-60, 60, 100_001).astype(np.float32)
    error = np.abs(gelu(x) - oracle_gelu(x.astype(np.float64)))
    assert np.all(error <= 3e-7 * np.maximum(1, np.abs(x)))
    assert gelu(np.array([0], np.float32)) == 0


def test_codes_by_hand() -> None:
    codes, p = to_codes(np.array([1, -0.5, 2.0**-15, 2.0**-16, -1.99999988], np.float32), 15)
    assert p == 14 and codes.tolist() == [16384, -8192, 1, 0, -32767]  # halves up; 32768 does not fit
    codes, p = to_codes(np.zeros(3, np.float32), 15)
    assert codes.tolist() == [0, 0, 0]
    with pytest.raises(NonFiniteError):
        to_codes(np.array([1, np.nan], np.float32), 15)


def test_an_int8_product_is_exact_in_its_codes() -> None:
    codes = Int8(np.array([0.25, -0.0], np.float32), np.array([[127, -127, 5], [1, 2, 3]], np.int8))
    x = np.array([1, -1, 0.5], np.float32)
    assert product(codes.dense(), codes, x).tolist() == [0.25 * (254 + 2.5), -0.0]


def test_the_widest_product_fits() -> None:
    columns = 2048
    codes = Int8(np.ones(1, np.float32), np.full((1, columns), 127, np.int8))
    assert product(codes.dense(), codes, np.full(columns, 1.9999999, np.float32)) == 127 * columns * (2 - 2**-12)


def test_no_score_is_a_number() -> None:
    for scores in ([np.nan], [1, np.inf], [-np.inf, -np.inf]):
        with np.errstate(invalid="ignore"), pytest.raises(NonFiniteError):
            softmax(np.array(scores, np.float32))


def test_not_finite() -> None:
    model = random_plain_model(PlainConfig(9, 8, 1, 2, 4, 4), 1)
    model.blocks[0].w2[:] = np.float32(3e38)
    with pytest.raises(NonFiniteError):
        PlainBitModel(model).step(1)
