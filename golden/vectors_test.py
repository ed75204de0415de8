"""The check against PyTorch's logits: what passes, what does not, and what is counted."""

from __future__ import annotations

import hashlib
import json
import pathlib
from typing import Any

import numpy as np
import pytest

from golden import vectors
from golden.config import ModelConfig
from golden.oracle import Oracle
from golden.random_model import random_model
from golden.ternary_file import encode
from golden.vectors import TOLERANCE_PYTORCH, Result, check

CONFIG = ModelConfig(vocab_size=11, d_model=13, n_layers=2, d_head=5, kernel_size=3, top_k=3, max_seq=6)


def _write(folder: pathlib.Path, **changes: Any) -> pathlib.Path:
    """A model and the vectors of two prompts, whose logits are the oracle's; `changes` are of the first case."""
    model, cases = random_model(CONFIG, 1), []
    data = encode(model, 1)
    (folder / "tiny.atome01").write_bytes(data)
    for prompt in ([1, 2, 3], [4]):
        oracle, tokens, logits = Oracle(model), list(prompt), []
        for position in range(len(prompt) + 2):
            logits.append(oracle.step(tokens[position]).logits)
            if position >= len(prompt) - 1:
                tokens.append(int(np.argmax(logits[-1])))
        generated = tokens[len(prompt):len(prompt) + 3]
        cases.append({"prompt": prompt, "generated": generated, "logits_first": list(logits[len(prompt) - 1]),
                      "logits_last": list(logits[len(prompt) + 1])})
    cases[0].update(changes)
    sizes = {name: value for name, value in CONFIG.to_dict().items() if name != "max_seq"}
    path = folder / "tiny.vectors.json"
    path.write_text(json.dumps({"files": {"ATOME01": {"file": "tiny.atome01", "sha256": hashlib.sha256(data).hexdigest()}},
                                "config": {**sizes, "n_pathways": 3}, "cases": cases}))
    return path


def _cases(path: pathlib.Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads(path.read_text())["cases"]
    return cases


def test_what_agrees_passes_and_is_counted(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path)
    result = check(path)
    assert (result.name, result.positions, result.wrong_tokens, result.passed) == ("tiny", 6 + 4, 0, True)
    assert result.oracle_to_pytorch == 0.0 and 0 < result.bit_to_pytorch <= result.bit_to_oracle < 1e-6
    assert 0 < result.max_delta < 1e-6 * result.max_logit and result.bit_seconds > 0
    greatest = max(abs(value) for case in _cases(path) for name in ("logits_first", "logits_last") for value in case[name])
    assert result.max_logit >= greatest
    assert check(path, 1).positions == 6 and check(path, 0).positions == 0 and not check(path, 0).passed
    assert vectors.main([str(path)]) == 0
    assert capsys.readouterr().out.startswith("tiny: pass, 10 positions, 0 wrong tokens; bit model to oracle ")


@pytest.mark.parametrize("which", ["logits_first", "logits_last"])
def test_logits_beyond_the_tolerance_fail(which: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    logits = np.array(_cases(_write(tmp_path))[0][which])
    logits[2] += 4 * TOLERANCE_PYTORCH * np.max(np.abs(logits))
    path = _write(tmp_path, **{which: list(logits)})
    result = check(path)
    assert not result.passed and result.wrong_tokens == 0
    assert result.oracle_to_pytorch == pytest.approx(4 * TOLERANCE_PYTORCH, rel=0.01)
    assert result.bit_to_pytorch == pytest.approx(4 * TOLERANCE_PYTORCH, rel=0.2)
    assert vectors.main([str(path), str(path)]) == 1
    assert capsys.readouterr().out.count("tiny: FAIL") == 2


def test_errors_are_relative_to_pytorchs_logits(tmp_path: pathlib.Path) -> None:
    logits = np.array(_cases(_write(tmp_path))[0]["logits_last"])
    result = check(_write(tmp_path, logits_last=list(2 * logits)))
    assert result.oracle_to_pytorch == 0.5 and result.bit_to_pytorch == pytest.approx(0.5, rel=1e-5)


def test_each_wrong_token_counts_for_both_references(tmp_path: pathlib.Path) -> None:
    right = _cases(_write(tmp_path))[0]["generated"]
    for place, count in ((0, 1), (2, 1)):
        generated = list(right)
        generated[place] = (generated[place] + 1) % 11
        result = check(_write(tmp_path, generated=generated), 1)
        assert not result.passed and result.wrong_tokens >= 2 * count and (place < 2 or result.wrong_tokens == 2)


@pytest.mark.parametrize("figures, passed", [
    ({}, True), ({"positions": 0}, False), ({"wrong_tokens": 1}, False),
    ({"bit_to_pytorch": 2e-6, "oracle_to_pytorch": 2e-6}, True), ({"bit_to_pytorch": 2.001e-6}, False), ({"oracle_to_pytorch": 2.001e-6}, False)])
def test_a_result_at_its_limits(figures: dict[str, Any], passed: bool) -> None:
    assert Result("x", **{"positions": 1, **figures}).passed == passed
    assert Result("x", positions=1) == Result("x", 1, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_unusable_files_are_named(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path)
    (tmp_path / "tiny.atome01").write_bytes(b"another")
    assert vectors.main([str(path)]) == 2
    assert capsys.readouterr().err == "vectors: tiny.atome01: SHA-256 differs from the one in tiny.vectors.json\n"
    assert vectors.main([str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err
