"""Tests of the trainer: the exported file computes what the PyTorch model computes."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from golden import ternary_file  # noqa: E402
from golden.config import ModelConfig  # noqa: E402
from golden.training import model as training_model  # noqa: E402
from golden.training import train  # noqa: E402
from golden.training.recurrence import recurrence  # noqa: E402
from golden.training.ternary_weight import TernaryWeight  # noqa: E402

CONFIG = "vocab_size=256,d_model=12,n_layers=2,d_head=5,kernel_size=3,top_k=3,max_seq=7"
TEXT = b"Once upon a time there was a little cat. The cat sat on the mat. " * 40


def norm(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray) -> np.ndarray:
    return (x - x.mean()) / np.sqrt(x.var() + 1e-5) * gamma + beta


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max())
    return e / e.sum()


def straight_logits(model: ternary_file.Model, tokens: list[int]) -> np.ndarray:
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


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_exported_model_equals_the_torch_forward(version: int, seed: int) -> None:
    config = ModelConfig.parse(CONFIG)
    torch.manual_seed(seed)
    trained = training_model.TernaryModel(config)
    with torch.no_grad():
        for parameter in trained.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))  # off the symmetric start
    tokens = torch.randint(config.vocab_size, (1, 3 * config.max_seq))
    with torch.no_grad():
        wanted = trained(tokens)[0].numpy()
    file = ternary_file.encode(trained.to_model(), version)
    got = straight_logits(ternary_file.decode(file, config), tokens[0].tolist())
    np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-4)


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


def test_every_parameter_gets_a_gradient() -> None:
    trained = training_model.TernaryModel(ModelConfig.parse(CONFIG))
    trained(torch.randint(256, (2, 9))).square().mean().backward()
    for name, parameter in trained.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name


def test_ternary_weight_thresholds_clip_and_gradient() -> None:
    weight = TernaryWeight(1, 4, 0.25)
    with torch.no_grad():
        weight.latent.copy_(torch.tensor([[2.0, -0.1, 0.3, -1.6]]))
    assert weight.trits().tolist() == [[1.0, 0.0, 0.0, -1.0]]  # thresholds at half of mean |W| = 1
    assert weight()[0].tolist() == pytest.approx([0.25, 0.0, 0.0, -0.25])
    latent_gradient, scale_gradient = torch.autograd.grad(
        weight().sum(), (weight.latent, weight.scale))
    assert latent_gradient.tolist() == [[0.25] * 4]  # straight through
    assert scale_gradient.item() == pytest.approx(0.0, abs=1e-6)  # the sum of the trits
    weight.clip()
    assert weight.latent.abs().max().item() == 1.0


def run_training(folder: pathlib.Path, *extra: str) -> int:
    """A run of six steps in `folder`; returns the exit status."""
    text = folder / "text.txt"
    text.write_bytes(TEXT)
    return train.main(["--config", CONFIG, "--text", str(text), "--out", str(folder / "out"),
                       "--steps", "6", "--batch", "2", "--sequence", "16", "--warmup", "2",
                       "--validate-every", "2", *extra])


def exported(folder: pathlib.Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "out").iterdir())}


def test_training_is_deterministic_and_writes_its_outputs(tmp_path: pathlib.Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        assert run_training(folder) == 0
    files, again = (exported(folder) for folder in folders)
    assert set(files) == set(again)
    assert all(files[name] == again[name] for name in files if name != "config.json")  # it has times
    assert sorted(files) == ["config.json", "model.atome01", "model.atome02", "model.atome03",
                             "train_log.jsonl"]
    summary = json.loads(files["config.json"])
    config = ModelConfig.parse(summary["config"])
    ternary_file.decode(files["model.atome02"], config)
    assert [json.loads(row)["step"] for row in files["train_log.jsonl"].splitlines()] == [2, 4, 6]


def test_interrupted_training_resumes_to_the_same_bits(tmp_path: pathlib.Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    checkpoint = str(parts / "checkpoint")
    assert run_training(whole) == 0
    for _ in range(6):  # each stops after one step
        assert run_training(parts, "--checkpoint", checkpoint, "--max-minutes", "0") == 0
    assert run_training(parts, "--checkpoint", checkpoint) == 0
    assert exported(parts)["model.atome01"] == exported(whole)["model.atome01"]


def test_unusable_inputs(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = ["--config", CONFIG, "--text", str(tmp_path / "none"), "--out", str(tmp_path / "out")]
    assert train.main(missing) == 2
    (tmp_path / "short").write_bytes(b"Once")
    assert train.main([*missing, "--text", str(tmp_path / "short")]) == 2
    assert "too short" in capsys.readouterr().err
