"""Tests of what a run writes: both forms of a plain transformer, one zip, and BF16."""

from __future__ import annotations

import json
import os
import pathlib
import random
import zipfile

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from golden import plain_file  # noqa: E402
from golden.training import train  # noqa: E402
from golden.training.results import pack  # noqa: E402

PLAIN = "vocab_size=256,d_model=8,n_layers=1,n_heads=2,d_ff=8,max_seq=64"
TERNARY = "vocab_size=256,d_model=16,n_layers=2,d_head=8,kernel_size=3,top_k=3,max_seq=64"
TEXT = b"Once upon a time there was a little cat. The cat sat on the mat. A dog ran to it, and they were friends. " * 40


def run(folder: pathlib.Path, *extra: str, config: str = PLAIN, text: bytes = TEXT) -> dict[str, bytes]:
    """A short training; returns what it wrote below `folder`/out, by relative path."""
    folder.mkdir()
    (folder / "text.txt").write_bytes(text)
    assert train.main(["--config", config, "--text", str(folder / "text.txt"), "--out", str(folder / "out"), "--steps",
                       "12", "--batch", "4", "--sequence", "16", "--warmup", "3", "--validate-every", "5", *extra]) == 0
    out = folder / "out"
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def test_both_forms_are_those_of_two_trainings(tmp_path: pathlib.Path) -> None:
    both = run(tmp_path / "both", "--weights", "both", "--train-tenths", "8", "--test")
    for weights, folder in (("fp32", ""), ("int8", "int8/")):
        one = run(tmp_path / weights, "--weights", weights, "--train-tenths", "8", "--test")
        assert both[folder + "model.plain01"] == one["model.plain01"]
        assert plain_file.decode(one["model.plain01"]).weights == weights
        mine, theirs = json.loads(both[folder + "config.json"]), json.loads(one["config.json"])
        for facts in (mine, theirs):
            del facts["train_seconds"], facts["train_cpu_seconds"]
        assert mine == theirs and mine["kind"] == "plain_" + weights
    assert json.loads(both["config.json"])["test_perplexity"] != json.loads(both["int8/config.json"])["test_perplexity"]


def test_the_weights_of_the_best_validation_are_those_that_are_exported(tmp_path: pathlib.Path) -> None:
    files = run(tmp_path / "run", "--steps", "60", "--learning-rate", "0.3", "--final-rate", "1", "--clip-norm", "0")
    rows = [json.loads(row) for row in files["train_log.jsonl"].splitlines()]
    best, facts = min(rows, key=lambda row: row["validation_loss"]), json.loads(files["config.json"])
    assert facts["exported_step"] == best["step"] < 60  # such a rate leaves what it has found
    assert facts["validation_perplexity_by_chunk_bytes"]["16"] == best["validation_perplexity"]


def test_the_zip_holds_every_file_and_the_same_files_give_the_same_bytes(tmp_path: pathlib.Path) -> None:
    packed = tmp_path / "new" / "all.zip"
    files = run(tmp_path / "run", "--weights", "both", "--zip", str(packed))
    with zipfile.ZipFile(packed) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert archive.namelist() == sorted(files)
    before = packed.read_bytes()
    for path in (tmp_path / "run" / "out").rglob("*"):
        os.utime(path, (1e9, 1e9))
    pack(tmp_path / "run" / "out", packed)
    assert packed.read_bytes() == before
    assert [path.name for path in packed.parent.iterdir()] == ["all.zip"]


@pytest.mark.parametrize("config, most", [(PLAIN, 0.002), (TERNARY, 0.1)], ids=["plain", "ternary"])
def test_bfloat16_learns_what_fp32_learns(tmp_path: pathlib.Path, config: str, most: float) -> None:
    """250 steps on words in no order: what there is to learn is learned, so the losses end near one floor."""
    random_words, losses = random.Random(1), {}
    text = " ".join(random_words.choice("cat dog mat house tree river little big sat ran over under".split())
                    for _ in range(4000)).encode()
    for name, flag in (("f32", "--no-bfloat16"), ("bf16", "--bfloat16")):
        files = run(tmp_path / name, flag, "--steps", "250", "--validate-every", "50", "--learning-rate", "1e-2",
                    "--keep", "last", config=config, text=text)
        rows = [json.loads(row) for row in files["train_log.jsonl"].splitlines()]
        losses[name] = [row["validation_loss"] for row in rows]
        assert json.loads(files["config.json"])["recipe"]["bfloat16"] == (name == "bf16")
    assert losses["f32"] != losses["bf16"]
    assert losses["f32"][-1] < 0.7 * losses["f32"][0]  # much is learned, so much could go wrong
    assert losses["bf16"][-2:] == pytest.approx(losses["f32"][-2:], rel=most)


@pytest.mark.parametrize("flags, message", [
    (["--train-tenths", "0"], "--train-tenths"), (["--train-tenths", "10"], "--train-tenths"),
    (["--test"], "--test needs a rest"), (["--test", "--train-tenths", "9"], "--test needs a rest"),
    (["--weights", "int4"], "--weights"), (["--config", TERNARY, "--weights", "both"], "--weights both: only a plain"),
    (["--config", TERNARY, "--weights", "int8"], "--weights int8: only a plain")])
def test_unusable_flags_are_told_before_anything_is_read(capsys: pytest.CaptureFixture[str], flags: list[str],
                                                         message: str) -> None:
    with pytest.raises(SystemExit) as error:
        train.main(["--config", PLAIN, "--text", "none.txt", "--out", "out", *flags])
    assert error.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("weights", ["both", "int8"])
def test_a_contender_by_name_has_its_form(weights: str) -> None:
    with pytest.raises(SystemExit) as error:
        train.main(["--contender", "plain_flash_fair", "--weights", weights, "--text", "none.txt", "--out", "out"])
    assert error.value.code == 2


def test_a_zip_cannot_hold_itself(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        train.main(["--config", PLAIN, "--text", "none.txt", "--out", str(tmp_path / "out"), "--zip",
                    str(tmp_path / "out" / "int8" / "all.zip")])
    assert error.value.code == 2 and "it cannot hold itself" in capsys.readouterr().err


@pytest.mark.parametrize("extra, message", [
    (["--train-tenths", "8", "--test"], "text.txt: the test part has 32 bytes, fewer than a chunk of 64"),
    (["--zip", "{text}/all.zip"], "text.txt"),
    (["--sequence", "64", "--train-tenths", "1"], "text.txt: text of 330 bytes is too short for chunks of 64")])
def test_what_cannot_be_reported_is_told_before_the_training(tmp_path: pathlib.Path, extra: list[str], message: str,
                                                             capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "text.txt"
    text.write_bytes(TEXT[:330])
    extra = [word.format(text=text) for word in extra]
    assert train.main(["--config", PLAIN, "--text", str(text), "--out", str(tmp_path / "out"), "--steps", "1",
                       "--batch", "2", "--sequence", "16", *extra]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
