"""Tests of the plain transformer: the exported file computes what the PyTorch model computes."""

from __future__ import annotations
from typing import Any

import numpy as np
from numpy.typing import NDArray
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from golden import plain_file  # noqa: E402
from golden.plain_model import PlainConfig, PlainModel  # noqa: E402
from golden.training.contenders import CONTENDERS  # noqa: E402
from golden.training.plain import PlainTransformer  # noqa: E402

CONFIG = PlainConfig(vocab_size=40, d_model=12, n_layers=2, n_heads=4, d_ff=8, max_seq=9)


def norm(x: NDArray[Any], gamma: NDArray[Any], beta: NDArray[Any]) -> NDArray[Any]:
    return (x - x.mean()) / np.sqrt(x.var() + 1e-5) * gamma + beta


def gelu(x: NDArray[Any]) -> NDArray[Any]:
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def straight_logits(model: PlainModel, tokens: list[int]) -> NDArray[Any]:
    """Logits (T, V) in float64, position by position and head by head."""
    width = model.config.head_width
    past: list[list[tuple[NDArray[Any], NDArray[Any]]]] = [[] for _ in model.blocks]
    logits = []
    for t, token in enumerate(tokens):
        x = model.embed[token].astype(np.float64) + model.positions[t]
        for block, memory in zip(model.blocks, past):
            n = norm(x, block.gamma1, block.beta1)
            q = block.wq @ n
            memory.append((block.wk @ n, block.wv @ n))
            mixed = []
            for head in range(model.config.n_heads):
                part = slice(head * width, (head + 1) * width)
                scores = np.array([k[part] @ q[part] for k, _ in memory]) / np.sqrt(width)
                shares = np.exp(scores - scores.max())
                mixed.append(sum(share * v[part] for share, (_, v) in zip(shares / shares.sum(), memory)))
            x = x + block.wo @ np.concatenate(mixed)
            x = x + block.w2 @ gelu(block.w1 @ norm(x, block.gamma2, block.beta2))
        logits.append(model.unembed @ norm(x, model.final_gamma, model.final_beta))
    return np.array(logits)


@pytest.mark.parametrize("weights", ["fp32", "int8"])
@pytest.mark.parametrize("seed", range(3))
def test_exported_file_equals_the_torch_forward(seed: int, weights: str) -> None:
    torch.manual_seed(seed)
    trained = PlainTransformer(CONFIG, weights)
    with torch.no_grad():
        for parameter in trained.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
        tokens = torch.randint(CONFIG.vocab_size, (1, CONFIG.max_seq))
        before = trained(tokens)[0].numpy()
        file = plain_file.decode(trained.export()[".plain01"])
        after = trained(tokens)[0].numpy()
    assert file.weights == weights
    np.testing.assert_allclose(straight_logits(file, tokens[0].tolist()), after, rtol=0, atol=1e-4)
    assert np.array_equal(before, after) == (weights == "fp32")  # the model took over the file's weights
    np.testing.assert_allclose(after, before, rtol=0, atol=0.1 * np.abs(before).max())


def test_the_past_does_not_see_the_future() -> None:
    torch.manual_seed(0)
    trained = PlainTransformer(CONFIG)
    one = torch.randint(CONFIG.vocab_size, (1, 6))
    other = torch.cat([one[:, :4], (one[:, 4:] + 1) % CONFIG.vocab_size], dim=1)
    with torch.no_grad():
        torch.testing.assert_close(trained(one)[:, :4], trained(other)[:, :4])


def test_every_parameter_gets_a_gradient() -> None:
    trained = PlainTransformer(CONFIG)
    trained(torch.randint(CONFIG.vocab_size, (2, 9))).square().mean().backward()
    for name, parameter in trained.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name


@pytest.mark.parametrize("name", CONTENDERS)
def test_contenders_have_the_parameters_that_their_sizes_say(name: str) -> None:
    contender = CONTENDERS[name]
    model = contender.build()
    scales = sum(p.numel() for key, p in model.named_parameters() if key.endswith(".raw_scale"))
    assert sum(p.numel() for p in model.parameters()) - scales == contender.config.parameters


def test_contenders_are_fair() -> None:
    assert CONTENDERS["ternary_60k"].config.parameters == 60800
    assert CONTENDERS["plain_param_fair"].config.parameters == 60808
    assert CONTENDERS["plain_flash_fair"].config.parameters == 5968
    images = {name: CONTENDERS[name].build().export() for name in ("ternary_60k", "plain_int8")}
    flash = len(images["ternary_60k"][".atome01"])
    assert 0.95 * flash < len(images["plain_int8"][".plain01"]) <= flash
