"""Tests of the split into a part that trains, one for choices and one for what is reported."""

from __future__ import annotations

import csv
import json
import os
import pathlib
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from golden.training import train  # noqa: E402
from golden.training.text import Text, split_text  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
ATOME = pathlib.Path(os.environ.get("ATOME_COMMAND") or
                     pathlib.Path(os.environ.get("ATOME_BUILD") or ROOT / "build") / "atome")
WORDS = ("cat", "dog", "mat", "house", "tree", "river", "little", "big", "sat", "ran", "over", "under")


def story(length: int) -> bytes:
    """A text whose parts differ, so that a chunk more or fewer moves its perplexity."""
    text = " ".join(WORDS[index * index // 7 % len(WORDS)] + str(index) for index in range(length))
    return text.encode()[:length]


@given(st.integers(1, 3000), st.integers(1, 70), st.integers(1, 9))
def test_the_parts_are_whole_chunks_one_behind_the_other(length: int, sequence: int, tenths: int) -> None:
    data = bytes(index * 7 % 251 for index in range(length))
    chunks = (length - 1) // sequence
    if chunks * tenths // 10 == 0 or chunks * tenths // 10 == chunks * (tenths + 1) // 10:
        with pytest.raises(ValueError, match=f"text of {length} bytes is too short for chunks of {sequence}"):
            split_text(data, sequence, tenths)
        return
    parts = split_text(data, sequence, tenths)
    assert all((len(part) - 1) % sequence == 0 for part in parts)
    # Each ends with the byte that its last target needs, which is the first input of the next.
    joined = b"".join(bytes(part[:-1].tolist()) for part in parts) + bytes(parts[2][-1:].tolist())
    assert joined == data[:chunks * sequence + 1]
    counts = [(len(part) - 1) // sequence for part in parts]
    assert abs(counts[0] - chunks * tenths / 10) < 1 and abs(counts[1] - chunks / 10) < 1
    assert (counts[2] == 0) == (tenths == 9)


def test_the_test_part_of_8_tenths_is_what_9_tenths_validate_on() -> None:
    data = story(5000)
    assert torch.equal(split_text(data, 16, 8)[2], split_text(data, 16, 9)[1])
    assert torch.equal(torch.cat([part[:-1] for part in split_text(data, 16, 8)[:2]]), split_text(data, 16, 9)[0][:-1])


def test_tenths_are_told_and_decide_what_a_checkpoint_is_of(tmp_path: pathlib.Path,
                                                            capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.txt").write_bytes(story(4000))
    assert "train_tenths" not in Text.read(tmp_path / "text.txt", 16, 256).facts
    assert Text.read(tmp_path / "text.txt", 16, 256, 8).facts["train_tenths"] == 8
    command = ["--contender", "plain_flash_fair", "--text", str(tmp_path / "text.txt"), "--out", str(tmp_path / "out"),
               "--steps", "1", "--batch", "2", "--sequence", "16", "--checkpoint", str(tmp_path / "checkpoint")]
    assert train.main([*command, "--train-tenths", "8"]) == 0
    assert json.loads((tmp_path / "out" / "config.json").read_text())["text"]["train_tenths"] == 8
    assert train.main(command) == 2
    assert "checkpoint of another train_tenths: 8, not 9" in capsys.readouterr().err


@pytest.mark.skipif(not ATOME.exists(), reason="the command is not built: ci/build")
@pytest.mark.parametrize("config, file", [
    ("vocab_size=256,d_model=12,n_layers=2,d_head=5,kernel_size=3,top_k=3,max_seq=64", "model.atome03"),
    ("vocab_size=256,d_model=8,n_layers=1,n_heads=2,d_ff=8,max_seq=64", "model.plain01")])
def test_test_perplexity_is_the_engines_on_the_last_tenth(tmp_path: pathlib.Path, config: str, file: str) -> None:
    (tmp_path / "text.txt").write_bytes(story(20011))
    assert train.main(["--config", config, "--text", str(tmp_path / "text.txt"), "--out", str(tmp_path / "out"),
                       "--steps", "60", "--batch", "4", "--train-tenths", "8", "--test"]) == 0
    ours = json.loads((tmp_path / "out" / "config.json").read_text())
    said = subprocess.run([ATOME, "ppl", tmp_path / "out" / file, "--text", tmp_path / "text.txt", "--split",
                           "last-tenth", "--format", "csv"], capture_output=True, text=True, check=True).stdout
    theirs = next(float(row["value"]) for row in csv.DictReader(said.splitlines()) if row["figure"] == "perplexity")
    assert ours["test_perplexity"] == pytest.approx(theirs, rel=1e-4)
    assert ours["perplexity"] != pytest.approx(theirs, rel=1e-2)
