"""Perplexities through the engine are held to PyTorch's."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

from ci.sweep.testing.repository import Repository


def _measured(root: pathlib.Path, perplexity: float) -> Repository:
    """PyTorch's is 6 for all."""
    repository = Repository.make(root, {"perplexity": perplexity})
    assert repository.run("--stage", "train") == 0
    assert repository.run("--stage", "measure", "--only", "ppl") == 0
    return repository


def test_rows_and_losses(tmp_path: pathlib.Path) -> None:
    repository = _measured(tmp_path / "one", 6.0)
    rows = repository.measurements().engine_rows()
    named = {(row["budget"], row["family"], row["seed"]): row["engine_perplexity"] for row in rows}
    assert named["base", "ternary", 0] == {"f32": 6.0, "q15": 6.0}
    assert named["base", "ternary", 1] == {"f32": 6.0}  # only the first seed has every variant
    assert named["long", "ternary", 1] == {"f32": 6.0}
    assert named["base", "plain_int8", 1] == {"plain": 6.0}
    assert len(named) == len(rows) == 2 * 4 + 2
    losses = repository.measurements().losses()
    assert sorted(losses)[0] == "one-base-plain_fp32-s-s0" and len(losses) == len(rows)
    assert all(values.dtype == np.float32 and values.tolist() == [4.0, 3.5] for values in losses.values())


@pytest.mark.parametrize("factor, well", [(1 + 0.99e-4, True), (1 - 0.99e-4, True), (1 + 1.01e-4, False),
                                          (1 - 1.01e-4, False)])
def test_what_differs_from_pytorch_is_named(tmp_path: pathlib.Path, factor: float, well: bool) -> None:
    measurements = _measured(tmp_path / "one", 6 * factor).measurements()
    if well:
        assert len(measurements.engine_rows()) == 10
        return
    with pytest.raises(ValueError, match="one-base-ternary-s-s0: f32: the engine's perplexity is") as raised:
        measurements.engine_rows()
    assert len(str(raised.value).splitlines()) == 10  # each that differs; of q15 nothing is asked
    assert "q15" not in str(raised.value)
