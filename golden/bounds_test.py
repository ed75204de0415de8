"""The widths that numerics.md promises: each is checked, at its value, of what it is promised of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from golden import bit_model
from golden.bit_constants import NormConstants
from golden.bit_model import BitModel, BoundError, Scaled
from golden.bit_model_q15 import BitModelQ15
from golden.config import ModelConfig
from golden.float_bits import I64
from golden.random_model import random_model

CONFIG = ModelConfig(vocab_size=11, d_model=13, n_layers=2, d_head=5, kernel_size=3, top_k=3, max_seq=6)
Checked = dict[str, list[tuple[float, float]]]  # what -> magnitude and limit, a check each


def _checked(monkeypatch: pytest.MonkeyPatch, cache_bits: int) -> Checked:
    """What is checked in two steps of a model of two blocks."""
    found: Checked = {}
    monkeypatch.setattr(bit_model, "_bound", lambda what, magnitudes, limit: found.setdefault(what, []).append(  # type: ignore[func-returns-value]
        (float(np.max(magnitudes)), limit)))
    model = BitModel(random_model(CONFIG, 1), check_bounds=True, cache_bits=cache_bits)
    for token in (1, 2):
        model.step(token)
    return found


def _counted(found: Checked) -> dict[str, tuple[int, float]]:
    """How often each is checked, and its limit, which is one."""
    assert all(len({limit for _, limit in checks}) == 1 for checks in found.values())
    return {what: (len(checks), checks[0][1]) for what, checks in found.items()}


def test_f32_checks_each_width_of_its_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two blocks, two steps: each sum once a block, q once more for the logits; |x_i| at most 2^30, state at most 2^29."""
    found = _checked(monkeypatch, 32)
    assert _counted(found) == {
        "L1 norm of q": (6, 2**31), "x": (4, 2**30 + 1), "convolution": (4, 2**31), "state": (4, 2**29 + 1), "score": (4, 2**62), "sparse": (4, 2**63)}
    assert all(0 < magnitude < limit for checks in found.values() for magnitude, limit in checks)


def test_a_cache_of_16_bits_checks_the_sums_that_fit_int32_too(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _checked(monkeypatch, 16)
    assert _counted(found) == {
        "L1 norm of q": (6, 2**31), "x": (4, 2**30 + 1), "convolution": (4, 2**31), "state": (4, 2**29 + 1), "score": (4, 2**62),
        "score of 16 bits": (4, 2**31), "query": (4, 2**16), "sparse": (4, 2**31)}
    narrow, wide = found["score of 16 bits"][0][0], found["score"][0][0]
    assert wide >= narrow and wide / narrow == 2.0 ** round(np.log2(wide / narrow))  # the same but for the shifts


def test_nothing_is_checked_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise BoundError

    monkeypatch.setattr(bit_model, "_bound", fails)
    for cache_bits in (32, 16):
        BitModel(random_model(CONFIG, 1), cache_bits=cache_bits).step(1)
    quiet = BitModelQ15(random_model(CONFIG, 1))
    quiet.bound("what", np.array([9]), 9)
    quiet.bound_groups(np.full(5, 2**15))


def test_f32_measures_what_it_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Magnitudes by hand: the sum of |q|, and of |q| of a channel over the kernel's taps."""
    found: Checked = {}
    monkeypatch.setattr(bit_model, "_bound", lambda what, magnitudes, limit: found.setdefault(what, []).append(  # type: ignore[func-returns-value]
        (float(np.max(magnitudes)), limit)))
    normalised: list[I64] = []
    usual = bit_model.layer_norm

    def kept(x: Scaled, norm: NormConstants) -> I64:
        normalised.append(usual(x, norm))
        return normalised[-1]

    monkeypatch.setattr(bit_model, "layer_norm", kept)
    model = BitModel(random_model(CONFIG, 1), check_bounds=True)
    for token in (1, 2):
        model.step(token)
    assert [magnitude for magnitude, _ in found["L1 norm of q"]] == [float(np.abs(q).sum()) for q in normalised]
    first = normalised[0], normalised[3]  # of block 0
    assert [found["convolution"][i][0] for i in (0, 2)] == [float(np.abs(first[0]).max()), float((np.abs(first[0]) + np.abs(first[1])).max())]
    assert found["state"][3][0] == float(np.abs(model.layers[1].state.elements).max())


@pytest.mark.parametrize("magnitude", [-8, 8, 7.5])
def test_a_magnitude_of_the_limit_is_refused_and_one_below_is_not(magnitude: float) -> None:
    value = np.array([1.0, abs(magnitude)])
    if abs(magnitude) < 8:
        bit_model._bound("what", value, 8)
    else:
        with pytest.raises(BoundError, match=r"^what: magnitude 8.0, expected less than 8$"):
            bit_model._bound("what", value, 8)
        with pytest.raises(BoundError, match=r"^what: magnitude 8, expected less than 8$"):
            BitModelQ15(random_model(CONFIG, 1), check_bounds=True).bound("what", np.array([1, int(magnitude)]), 8)
    BitModelQ15(random_model(CONFIG, 1), check_bounds=True).bound("what", np.array([1, -7]), 8)


def test_x_of_a_block_is_at_most_2_to_the_30() -> None:
    for elements, refused in (([2**30] + [0] * 12, False), ([-(2**30)] + [0] * 12, False), ([2**30 + 1] + [0] * 12, True)):
        layer = BitModel(random_model(CONFIG, 1), check_bounds=True).layers[0]
        if refused:
            with pytest.raises(BoundError, match="^x: magnitude 1073741825"):
                layer.step(Scaled(np.array(elements), 30), 0, 3)
        else:
            layer.step(Scaled(np.array(elements), 30), 0, 3)


@pytest.mark.parametrize("cache_bits", [16, 8])
def test_q15_checks_each_width_of_its_contract(cache_bits: int) -> None:
    """int16 keys and queries, int8 values, five neighbours of q in int16, scores and states in int32, |x_i| at most 2^30."""
    model = BitModelQ15(random_model(CONFIG, 1), check_bounds=True, cache_bits=cache_bits)
    found: Checked = {}
    setattr(model, "bound", lambda what, values, limit: found.setdefault(what, []).append((float(np.max(np.abs(values))), limit)))  # type: ignore[func-returns-value]
    for token in (1, 2):
        model.step(token)
    assert _counted(found) == {
        "squares": (6, 2**31 + 1), "five of q": (6, 2**15), "state": (4, 2**31), "key": (4, 2**15), "key times its shift": (4, 2**15),
        "value": (4, 128), "query": (4, 2**15), "score": (4, 2**31), "sum of weights": (4, 2**15 + 1), "mix of values": (4, 2**23),
        "x": (4, 2**30 + 1)}
    assert all(0 < magnitude < limit for checks in found.values() for magnitude, limit in checks)


def test_q15_groups_are_five_neighbours() -> None:
    model = BitModelQ15(random_model(CONFIG, 1), check_bounds=True)
    model.bound_groups(np.array([2**13, -(2**13), 2**13, 2**13 - 1, 0, 2**13, -(2**13), 2**13, 2**13 - 1]))
    for place in (4, 8):
        q = np.array([2**13, 2**13, 2**13, 2**13 - 1, 0, 2**13, 2**13, 2**13, 2**13 - 1])
        q[place] += 1
        with pytest.raises(BoundError, match="five of q: magnitude 32768"):
            model.bound_groups(q)
    with pytest.raises(BoundError, match="five of q"):
        model.bound_groups(np.array([0, 0, 0, 0, 2**15]))
    model.bound_groups(np.array([0, 0, 0, 2**14, 2**14 - 1, 2**14]))
