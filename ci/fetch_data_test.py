"""ci/fetch-data on files instead of the network."""

from __future__ import annotations

import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data" / "tinystories" / "train_1m.txt"


def fetch(source: str, out: pathlib.Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "ci" / "fetch-data", "--source", source, "--out", out, "--timeout", "5"],
                          capture_output=True, text=True, check=False)


def test_no_network_says_what_to_do(tmp_path: pathlib.Path) -> None:
    process = fetch("http://127.0.0.1:9/none", tmp_path / "out")
    assert process.returncode == 2 and not (tmp_path / "out").exists()
    assert "needs a network" in process.stderr and "atome corpus" in process.stderr
    assert "Traceback" not in process.stderr
    assert fetch("no url", tmp_path).returncode == 2


def test_another_text_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "other").write_bytes(b"Once.\n<|endoftext|>\nTwice.\n" * 99_999)
    process = fetch((tmp_path / "other").as_uri(), tmp_path / "out")
    assert process.returncode == 2 and not (tmp_path / "out").exists()
    assert "SHA-256" in process.stderr and "nothing was written" in process.stderr


def test_the_text_is_written(tmp_path: pathlib.Path) -> None:
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not there: TinyStories is not part of the repository")
    text = SHARED.read_bytes()
    cut = text.index(b"\nOnce upon a time")
    (tmp_path / "source").write_bytes(text[:cut] + b"\n<|endoftext|>\n" + text[cut + 1:] + b"and so on")
    process = fetch((tmp_path / "source").as_uri(), tmp_path / "out")
    assert process.returncode == 0, process.stderr
    assert (tmp_path / "out" / "train_1m.txt").read_bytes() == text
    assert (tmp_path / "out" / "ab_500k.txt").read_bytes() == text[:500_000]


def test_files_that_are_there_are_taken(tmp_path: pathlib.Path) -> None:
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not there: TinyStories is not part of the repository")

    def take(folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([ROOT / "ci" / "fetch-data", "--from", folder, "--out", tmp_path / "out"], capture_output=True, text=True,
                              check=False)

    assert take(SHARED.parent).returncode == 0
    assert (tmp_path / "out" / SHARED.name).read_bytes() == SHARED.read_bytes()
    (tmp_path / "out" / SHARED.name).write_bytes(b"Once.")
    refused = take(tmp_path / "out")
    assert refused.returncode == 2 and "nothing was written" in refused.stderr
    nothing = take(tmp_path)
    assert nothing.returncode == 2 and "give a folder" in nothing.stderr
