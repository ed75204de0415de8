"""Tests of the ternary model: the exported file computes what the PyTorch model computes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from golden import model_files, ternary_file  # noqa: E402
from golden.config import ModelConfig  # noqa: E402
from golden.training import model as training_model  # noqa: E402
from golden.training.convolution import convolution  # noqa: E402
from golden.training.loss import cross_entropy  # noqa: E402
from golden.training.recurrence import recurrence  # noqa: E402

CONFIG = "vocab_size=256,d_model=12,n_layers=2,d_head=5,kernel_size=3,top_k=3,max_seq=7"


def norm(x: NDArray[Any], gamma: NDArray[Any], beta: NDArray[Any]) -> NDArray[Any]:
    return (x - x.mean()) / np.sqrt(x.var() + 1e-5) * gamma + beta


def softmax(x: NDArray[Any]) -> NDArray[Any]:
    e = np.exp(x - x.max())
    return e / e.sum()


def straight_logits(model: ternary_file.Model, tokens: list[int]) -> NDArray[Any]:
    """Logits (T, V) in float64, position by position from the formulas of the model."""
    config, embed, unembed = model.config, model.embed.dense(), model.unembed.dense()
    past: list[dict[str, Any]] = [
        {"n": [], "k": [], "v": [], "s": np.zeros(config.d_model)} for _ in model.blocks]
    logits = []
    for token in tokens:
        x = embed[token]
        for block, memory in zip(model.blocks, past):
            n = norm(x, block.gamma, block.beta)
            route, conv = softmax(block.router.dense() @ n), block.conv.dense()
            memory["n"].insert(0, n)
            memory["k"].append(block.wk.dense() @ n)
            memory["v"].append(block.wv.dense() @ n)
            local = sum(conv[:, j] * m for j, m in enumerate(memory["n"][:config.kernel_size]))
            memory["s"] = np.tanh(block.a.astype(np.float64)) * memory["s"] + block.b * n
            keys, values = (np.array(memory[name][-config.max_seq:]) for name in "kv")
            scores = keys @ (block.wq.dense() @ n) / np.sqrt(config.d_head)
            kept = np.argsort(-scores, kind="stable")[:config.top_k]
            sparse = softmax(scores[kept]) @ values[kept]
            x = x + route[0] * local + route[1] * block.c * memory["s"] + route[2] * sparse
        logits.append(unembed @ norm(x, model.final_gamma, model.final_beta))
    return np.array(logits)


@pytest.mark.parametrize("drop", [None, *training_model.PATHWAYS])
@pytest.mark.parametrize("seed", range(2))
def test_exported_files_equal_the_torch_forward(seed: int, drop: str | None) -> None:
    config = ModelConfig.parse(CONFIG)
    torch.manual_seed(seed)
    trained = training_model.TernaryModel(config, drop, log_scales=seed == 1)
    tokens = torch.randint(config.vocab_size, (1, 3 * config.max_seq))
    trained(tokens).square().mean().backward()
    with torch.no_grad():
        for parameter in trained.parameters():
            if parameter.grad is not None:  # moves trained weights off the symmetric start
                parameter.add_(0.1 * torch.randn_like(parameter))
    files = trained.export()
    with torch.no_grad():
        wanted = trained(tokens)[0].numpy()
    for ending in (".atome01", ".atome02", ".atome03"):
        got = straight_logits(model_files.decode(files[ending], config), tokens[0].tolist())
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-4)


@pytest.mark.parametrize("drop", training_model.PATHWAYS)
def test_dropped_pathway_is_zero_in_the_file_and_the_others_are_not(drop: str) -> None:
    block = training_model.TernaryModel(ModelConfig.parse(CONFIG), drop).to_model().blocks[1]
    output = {"local": block.conv.trits, "state": block.c, "sparse": block.wv.trits, "none": block.router.trits}
    assert {name for name, values in output.items() if not values.any()} == {drop}


@pytest.mark.parametrize("length", [1, 2, 5, 8, 13])
def test_recurrence_and_its_gradient(length: int) -> None:
    torch.manual_seed(length)
    decay = torch.empty(4, dtype=torch.float64).uniform_(-1, 1).requires_grad_()
    u = torch.randn(length, 2, 4, dtype=torch.float64, requires_grad=True)
    state, states = torch.zeros(2, 4, dtype=torch.float64), []
    for t in range(length):
        state = decay * state + u[t]
        states.append(state)
    torch.testing.assert_close(recurrence(decay, u), torch.stack(states))
    assert torch.autograd.gradcheck(recurrence, (decay, u))


@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_convolution_and_its_gradient(length: int) -> None:
    torch.manual_seed(length)
    n = torch.randn(length, 2, 4, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    wanted = [sum(weight[j] * n[t - j] for j in range(min(3, t + 1))) for t in range(length)]
    torch.testing.assert_close(convolution(n, weight), torch.stack(wanted))
    assert torch.autograd.gradcheck(convolution, (n, weight))


@pytest.mark.parametrize("time_first", [False, True])
def test_cross_entropy_equals_pytorchs_own(time_first: bool) -> None:
    torch.manual_seed(1)
    logits = (30 * torch.randn(3, 5, 11)).requires_grad_()
    seen = logits.transpose(0, 1).contiguous().transpose(0, 1) if time_first else logits
    targets = torch.randint(11, (3, 5))
    wanted = torch.nn.functional.cross_entropy(logits.reshape(-1, 11), targets.reshape(-1), reduction="sum")
    got = cross_entropy(seen, targets)
    torch.testing.assert_close(got, wanted)
    torch.testing.assert_close(torch.autograd.grad(got, logits), torch.autograd.grad(wanted, logits))


def test_bfloat16_autocast_runs_and_stays_close() -> None:
    torch.manual_seed(0)
    trained = training_model.TernaryModel(ModelConfig.parse(CONFIG))
    tokens = torch.randint(256, (2, 9))
    with torch.autocast("cpu", torch.bfloat16):
        logits = trained(tokens)
    cross_entropy(logits, tokens).backward()
    assert logits.dtype == torch.bfloat16
    assert (logits.float() - trained(tokens)).abs().mean() < 0.1


def test_every_parameter_gets_a_gradient() -> None:
    trained = training_model.TernaryModel(ModelConfig.parse(CONFIG))
    trained(torch.randint(256, (2, 9))).square().mean().backward()
    for name, parameter in trained.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name
