"""Plain transformers with other numbers of positions."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ci.sweep.models import with_positions
from golden import plain_file
from golden.plain_model import PlainConfig
from golden.random_plain import random_plain_model
from golden.ternary_file import ModelFileError


@settings(max_examples=40, deadline=None)
@given(own=st.integers(1, 70), count=st.integers(1, 300), weights=st.sampled_from(["fp32", "int8"]), seed=st.integers(0, 99))
def test_positions_are_repeated_and_nothing_else_changes(own: int, count: int, weights: str, seed: int) -> None:
    config = PlainConfig(5, 6, 1, 2, 3, own)
    model = random_plain_model(config, seed, weights=weights)
    changed = plain_file.decode(with_positions(plain_file.encode(model), count))
    assert changed.config == dataclasses.replace(config, max_seq=count) and changed.weights == weights
    for row in {0, count // 2, count - 1}:
        assert np.array_equal(changed.positions[row], model.positions[row % own])
    for name, matrix in changed.matrices().items():
        assert name == "positions" or np.array_equal(matrix, model.matrices()[name])
    if count == own:
        assert plain_file.encode(changed) == plain_file.encode(model)


def test_a_damaged_model() -> None:
    with pytest.raises(ModelFileError):
        with_positions(b"PLAIN01\0", 256)
