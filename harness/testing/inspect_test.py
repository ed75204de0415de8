"""`atome inspect`: its figures against NumPy's, of whole and damaged files; the files that the formats' pages show."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import numpy as np
import pytest

from golden import formats_test, model_files, plain_file
from golden.config import ModelConfig
from golden.plain_model import PlainModel
from golden.ternary_file import Model, Ternary
from harness.testing.cells import csv_rows
from harness.testing.process import ROOT, atome, refused

MODELS = ROOT / "golden" / "models"
FILES = [*(MODELS / "tiny_odd" / f"tiny_odd.atome0{version}" for version in model_files.VERSIONS),
         *(ROOT / "golden" / "models_plain" / f"tiny_plain_{weights}.plain01" for weights in plain_file.WEIGHTS)]


def inspect(path: pathlib.Path, code: int = 0, *words: str) -> dict[str, Any]:
    process = atome("inspect", *words, str(path), "--format", "json")
    assert process.returncode == code, process.stderr + process.stdout
    found: dict[str, Any] = json.loads(process.stdout)
    return found


def tensors(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {tensor["tensor"]: tensor for section in found["sections"] for tensor in section["tensors"]}


def expected_tensors(path: pathlib.Path) -> dict[str, Any]:
    model: Model | PlainModel
    if path.suffix == ".plain01":
        model = plain_file.decode(path.read_bytes())
        return {**model.matrices(), **model.vectors()}
    return dict(model_files.tensors(model_files.load([path], model_files.find_config(path, None))[0]))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_figures_are_numpys(path: pathlib.Path) -> None:
    found, expected = inspect(path), expected_tensors(path)
    mine = tensors(found)
    assert mine.keys() == expected.keys() and not found["damage"]
    for name, tensor in expected.items():
        dense = tensor.dense() if isinstance(tensor, Ternary) else tensor.astype(np.float64)
        assert mine[name]["norm"] == pytest.approx(np.linalg.norm(dense), rel=1e-6)
        assert (mine[name]["least"], mine[name]["most"]) == pytest.approx((dense.min(), dense.max()), rel=1e-6)
        assert mine[name]["rows"] * mine[name]["columns"] == dense.size
        if isinstance(tensor, Ternary):
            assert [mine[name][key] for key in ("minus", "zero", "plus")] == [int(np.sum(tensor.trits == trit)) for trit in (-1, 0, 1)]
            shares = np.array([np.mean(tensor.trits == trit) for trit in (-1, 0, 1)])
            live = shares[shares > 0]
            assert mine[name]["entropy_bits"] == pytest.approx(-np.sum(live * np.log2(live)))
            assert mine[name]["scale"] == float(tensor.scale)
        if name.endswith("router"):
            assert list(mine[name]["norms_of_pathways"].values()) == pytest.approx(np.linalg.norm(dense, axis=1))
    assert sum(section["bytes"] for section in found["sections"]) == found["bytes"] == path.stat().st_size


def test_formats() -> None:
    path = FILES[2]
    table, markdown = atome("inspect", "--format", "table", path).stdout, atome("inspect", path, "--format", "md").stdout
    for part in ("block 1 router", "bits/wt", "entropy", "sparse", "intact", "No damage"):
        assert part in table and part in markdown
    assert "| --- " in markdown
    rows = csv_rows(atome("inspect", path, "--format", "csv").stdout)
    found = tensors(inspect(path))
    assert [row["tensor"] for row in rows if row["tensor"]] == list(found)
    assert all(float(row["norm"]) == found[row["tensor"]]["norm"] for row in rows if row["tensor"])
    assert "MODEL" in atome("inspect", "--help").stdout


def test_damage_is_named_and_the_rest_is_read(tmp_path: pathlib.Path) -> None:
    data = bytearray(FILES[4].read_bytes())
    whole = inspect(FILES[4])
    at = next(section for section in whole["sections"] if section["section"] == "block 0 weights")["offset"] + 3
    data[at] = 0xFF
    data[at - 1] |= 0x80
    (tmp_path / "m.plain01").write_bytes(data)
    found = inspect(tmp_path / "m.plain01", 1)
    assert f"block 0 weights, offset {at - 3}: a number that is not finite" in found["damage"][0]
    assert "CRC-32" in found["damage"][1] and len(found["damage"]) == 2
    assert tensors(found)["unembed"] == tensors(whole)["unembed"]
    (tmp_path / "m.plain01").write_bytes(FILES[4].read_bytes()[:-7])
    process = atome("inspect", tmp_path / "m.plain01")
    assert process.returncode == 1 and "DAMAGED: unembed, offset" in process.stdout and "it was cut" in process.stdout


def test_what_cannot_be_read_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "m.atome01").write_bytes(FILES[0].read_bytes())
    assert "give --config" in refused("inspect", tmp_path / "m.atome01")
    assert "d_model" in refused("inspect", tmp_path / "m.atome01", "--config", "vocab_size=3")
    (tmp_path / "text").write_text("no model at all")
    assert "none of the formats" in refused("inspect", tmp_path / "text", "--config", ModelConfig(3, 3, 1, 1, 1, 1).to_string())
    assert "MODEL" in refused("inspect")
    # The wrong size of another model is damage: this file cannot be of it.
    config = "vocab_size=38,d_model=13,n_layers=2,d_head=5,kernel_size=3,top_k=3"
    assert any("it was cut" in what for what in inspect(tmp_path / "m.atome01", 1, "--config", config)["damage"])


@pytest.mark.parametrize("version", formats_test.PAGES)
def test_files_of_the_pages_are_models(tmp_path: pathlib.Path, version: int) -> None:
    """The C++ reader takes what the pages show."""
    [shown] = formats_test.files_in(formats_test.PAGES[version])
    path = tmp_path / f"m.atome0{version}"
    path.write_bytes(shown)
    words = [] if version == 3 else ["--config", formats_test.MODEL.config.to_string()]
    found = tensors(inspect(path, 0, *words))
    assert found["embed"]["scale"] == 0.5 and found["block 0 wk"]["scale"] == -1
    assert atome("logits", path, "--prompt-bytes", "1", *words).returncode == 0


def test_plain_files_of_the_page_are_models(tmp_path: pathlib.Path) -> None:
    for data in formats_test.files_in(formats_test.PLAIN_PAGE):
        (tmp_path / "m.plain01").write_bytes(data)
        assert tensors(inspect(tmp_path / "m.plain01"))["block 0 w2"]["most"] == pytest.approx(0.5)
        assert atome("logits", tmp_path / "m.plain01", "--prompt-bytes", "1").returncode == 0
