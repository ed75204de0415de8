"""Bit model against oracle on random shapes and kinds, and both against PyTorch's vectors."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

from golden import vectors
from golden.bit_model import BitModel
from golden.config import ModelConfig
from golden.oracle import Oracle
from golden.random_model import KINDS, Source, random_config, random_model
from golden.taps import relative_error

SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data" / "atome-lm"
SHAPES_A_KIND = 30


def largest_error(config: ModelConfig, seed: int, kind: str) -> float:
    """Largest error of a run past the window and the kernel; also checks integer ranges."""
    model, source = random_model(config, seed, kind), Source(seed)
    bit, exact, worst = BitModel(model, check_bounds=True), Oracle(model), 0.0
    for _ in range(config.max_seq + config.kernel_size + 2):
        token = source.integer(0, config.vocab_size - 1)
        worst = max(worst, relative_error(bit.step(token).logits, exact.step(token).logits))
    return worst


@pytest.mark.parametrize("kind", KINDS)
def test_random_shapes(kind: str) -> None:
    """1e-6 of max |logit|, except for a rare ill-conditioned shape where FP32 of NumPy fails too."""
    errors = [largest_error(random_config(Source(seed)), seed, kind) for seed in range(SHAPES_A_KIND)]
    assert sum(error > 1e-6 for error in errors) <= 1, sorted(errors)[-3:]
    assert max(errors) < 5e-6


@pytest.mark.parametrize("seed", range(24))
def test_smallest_shapes_stay_in_range(seed: int) -> None:
    """Shapes down to one channel and one token."""
    source = Source(seed)
    config = ModelConfig(*(source.integer(1, most) for most in (3, 4, 2, 2, 3, 3, 3)))
    assert largest_error(config, seed, list(KINDS)[seed % len(KINDS)]) < 1e-2


def test_every_tap_is_close() -> None:
    config = ModelConfig(50, 32, 3, 8, 4, 3, 16)
    model = random_model(config, 11)
    bit, exact = BitModel(model), Oracle(model)
    for token in range(30):
        for (op, layer, ours), (_, _, theirs) in zip(
                bit.step(token).in_order(), exact.step(token).in_order()):
            error = float(np.max(np.abs(ours - theirs)))
            assert error <= 2e-6 * max(1.0, float(np.max(np.abs(theirs)))), (token, op, layer)


@pytest.mark.parametrize("name", ["atome_60k_s0", "atome_944k"])
def test_published_models(name: str) -> None:
    """Checks the generated tokens and PyTorch's logits in one case; golden.vectors runs all."""
    path = SHARED / f"{name}.vectors.json"
    if not path.is_file():
        pytest.skip(f"{path} is missing: data beside the project")
    result = vectors.check(path, cases=1)
    assert result.passed, result.row()
    assert result.bit_to_oracle <= 1e-6, result.row()
