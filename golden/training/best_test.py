"""Tests of the k largest scores, against the rule that a chosen one is not smaller than one that is not."""

from __future__ import annotations
from typing import Any

import numpy as np
from numpy.typing import NDArray
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from golden.training.best import OUT_OF_SIGHT, all_but_best  # noqa: E402


def chosen(scores: NDArray[Any], k: int) -> NDArray[Any]:
    """Where `all_but_best` leaves a score, bool of (rows, J); checks that it says nothing else."""
    given_ = torch.from_numpy(scores.astype(np.float32))
    before = given_.clone()
    mask = all_but_best(given_, k)
    assert torch.equal(given_, before)
    assert mask.shape == given_.shape and mask.dtype == torch.float32
    assert set(mask.unique().tolist()) <= {0.0, float(np.float32(OUT_OF_SIGHT))}
    return (mask == 0).numpy()


def check(scores: NDArray[Any], k: int) -> None:
    """Exactly k in each row, and none of them smaller than another beyond what the low bits decide."""
    scores = scores.astype(np.float32).astype(np.float64)
    columns = scores.shape[-1]
    kept = chosen(scores, k)
    assert (kept.sum(-1) == min(k, columns)).all()
    if k >= columns:
        return
    for row, mask in zip(scores, kept):
        least, most = row[mask].min(), row[~mask].max()
        undecided = 2.0 ** ((columns - 1).bit_length() - 23) * max(abs(least), abs(most)) + columns * 2e-45
        assert least >= most - undecided


magnitudes = st.one_of(
    st.floats(-1e29, 1e29), st.floats(-8, 8), st.floats(-1e-37, 1e-37), st.sampled_from([0.0, -0.0, 1.0, -1.0, 3.5]),
    st.floats(OUT_OF_SIGHT - 1e29, OUT_OF_SIGHT + 1e29))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_k_largest_of_scores_of_all_magnitudes(data: st.DataObject) -> None:
    columns, rows = data.draw(st.integers(1, 70)), data.draw(st.integers(1, 3))
    values = data.draw(st.lists(magnitudes, min_size=rows * columns, max_size=rows * columns))
    check(np.array(values).reshape(rows, columns), data.draw(st.integers(1, columns + 2)))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_scores_that_differ_enough_give_exactly_what_sorting_gives(data: st.DataObject) -> None:
    columns = data.draw(st.integers(2, 65))
    k = data.draw(st.integers(1, columns - 1))
    order = np.array(data.draw(st.permutations(range(columns))))
    scores = (order - data.draw(st.integers(0, columns))) * data.draw(st.sampled_from([1.0, 1e-30, 0.37, 1e20]))
    assert chosen(scores[None], k)[0].tolist() == (order >= columns - k).tolist()


@pytest.mark.parametrize("scale", [1.0, -1.0, 1e-20, -1e20])
def test_64_columns_leave_18_bits_to_decide(scale: float) -> None:
    order = np.random.default_rng(0).permutation(64)
    scores = scale * (1 + order * 2.0 ** -17)
    assert chosen(scores[None], 4)[0].tolist() == (order >= 60 if scale > 0 else order < 4).tolist()


@pytest.mark.parametrize("value", [0.0, -0.0, 1.0, -1.0, 1e-40, -7e20])
@pytest.mark.parametrize("columns, k", [(2, 1), (5, 4), (64, 4), (65, 4), (5, 5), (5, 6), (1, 1)])
def test_of_equal_scores_exactly_k_stay(value: float, columns: int, k: int) -> None:
    assert (chosen(np.full((2, columns), value), k).sum(-1) == min(k, columns)).all()


@pytest.mark.parametrize("k", [1, 3, 4, 8])
def test_what_is_out_of_sight_comes_last_and_has_no_weight(k: int) -> None:
    """The first rows of a causal mask see fewer positions than k."""
    torch.manual_seed(k)
    scores = 30 * torch.randn(3, 8, 8)
    seen = torch.ones(8, 8).tril().bool()
    mask = all_but_best(scores + OUT_OF_SIGHT * (~seen).float(), k)
    weights = (scores + OUT_OF_SIGHT * (~seen).float() + mask).softmax(-1)
    assert (weights[:, ~seen] == 0).all()
    assert ((mask == 0) & seen).sum(-1).tolist() == [[min(k, t + 1) for t in range(8)]] * 3
    hard = scores.masked_fill(~seen, -torch.inf)
    least = hard.topk(k, dim=-1).values[..., -1:]
    torch.testing.assert_close(weights, hard.masked_fill(hard < least, -torch.inf).softmax(-1))


def test_scores_may_be_a_view_and_get_no_gradient() -> None:
    torch.manual_seed(0)
    scores = torch.randn(2, 7, 5, requires_grad=True)
    mask = all_but_best(scores.transpose(1, 2), 2)
    assert not mask.requires_grad
    assert torch.equal(mask, all_but_best(scores.transpose(1, 2).contiguous(), 2))
