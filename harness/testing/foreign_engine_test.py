"""Shared libraries of other people as engines, and all the ways in which they can go wrong."""

from __future__ import annotations

import json
import pathlib

import pytest

from harness.testing.cells import load, measured_again, number, read
from harness.testing.process import BUILD, ROOT, atome, refused

TINY = ROOT / "golden" / "models" / "tiny_odd" / "tiny_odd.atome02"
NAIVE = BUILD / "probe" / "naive.so"  # engine/probe/CMakeLists.txt


@pytest.mark.parametrize("model", ["tiny_odd", "tiny_window", "tiny_v", "tiny_wide_k"])
@pytest.mark.parametrize("file_format", [1, 2])
def test_the_example(model: str, file_format: int) -> None:
    """In FP32, so near the oracle and not our bits; attention's window, two bytes a token and a long kernel among it."""
    path = ROOT / "golden" / "models" / model / f"{model}.atome0{file_format}"
    process = atome("verify", path, "--engine", NAIVE, "--format", "json")
    assert process.returncode == 1, process.stderr
    cell = load(process.stdout)[0]
    assert (cell["runner"], cell["core"], cell["detail"], cell["build"]) == ("native", "host", "engine naive.so", "naive.so")
    assert number(cell, "tokens_matched") == number(cell, "tokens_total") > 0
    assert 0 < number(cell, "max_relative_error") < 1e-5
    assert cell["outcome"] == "mismatch" and "the engine has no taps, so the op cannot be named" in cell["message"]
    assert cell["unavailable"]["instructions_per_token"] == "the host's instructions are not counted"


@pytest.mark.parametrize(("library", "code", "outcome", "why"), [
    ("wrong", 1, "mismatch", "case 0, step 0, logits, index 0: expected"),
    ("loud", 1, "mismatch", "case 0, step 0, logits, index 0: expected"),  # what it prints is no part of its answer
    ("crash", 4, "crashed", "crash.so: ended by signal 11 (Segmentation fault); it had answered up to case 0, step 2"),
    ("hang", 4, "crashed", "hang.so: stopped after 500 ms; it had answered up to case 0, step 0"),
    ("hang_at_opening", 4, "crashed", "hang_at_opening.so: stopped after 500 ms"),
    ("leave", 4, "crashed", "leave.so: its output ends early, exit code 0"),
    ("other_version", 2, "error", "its engine is of version 7 of the interface; build it with version 1"),
    ("other_name", 2, "error", "it does not export atome_engine_v1, which engine/probe/atome_probe.h declares"),
    ("no_step", 2, "error", "its engine has no name, reset or step"),
    ("too_wide", 2, "error", "its step wrote more logits than the vocabulary of 37 has"),
    ("other_model", 2, "error", "a dimension is out of range, or not the one compiled in (2 at opening)"),
    ("too_large", 2, "error", "case 0, step 0 (3 in a step)"),
])
def test_what_goes_wrong_is_a_row_with_its_reason(library: str, code: int, outcome: str, why: str) -> None:
    process = atome("verify", TINY, "--engine", BUILD / "probe" / f"{library}.so", "--time-limit", "0.5", "--format", "json")
    cell = load(process.stdout)[0]
    assert (process.returncode, cell["outcome"]) == (code, outcome), cell["message"]
    assert why in cell["message"]


def test_a_file_that_is_no_library_is_a_row() -> None:
    process = atome("verify", TINY, "--engine", TINY, "--format", "json")
    assert process.returncode == 2
    assert "invalid ELF header" in load(process.stdout)[0]["message"]


def test_logits() -> None:
    def run(*words: str | pathlib.Path) -> dict[str, list[object]]:
        printed: dict[str, list[object]] = json.loads(
            atome("logits", TINY, "--prompt-bytes", "1,2", "--steps", "3", "--format", "json", *words).stdout)
        return printed

    theirs, ours = run("--engine", NAIVE), run()
    assert theirs["tokens"] == ours["tokens"]
    assert theirs["logits"] != ours["logits"]


def test_perplexity(tmp_path: pathlib.Path) -> None:
    (tmp_path / "tokens.u16").write_bytes(b"".join(bytes([token, 0]) for token in range(1, 37)) * 3)
    words = ("ppl", TINY, "--tokens", tmp_path / "tokens.u16", "--split", "all", "--chunk", "9")
    theirs = atome(*words, "--engine", NAIVE, "--report", tmp_path / "theirs.json")
    assert theirs.returncode == 0, theirs.stderr
    atome(*words, "--report", tmp_path / "ours.json")
    mine, ours = read(tmp_path / "theirs.json")[0], read(tmp_path / "ours.json")[0]
    assert (mine["core"], mine["build"], mine["detail"]) == ("host", "naive.so", f"{ours['detail']}, engine naive.so")
    assert number(mine, "perplexity") == pytest.approx(number(ours, "perplexity"), rel=1e-5)
    assert number(mine, "perplexity") != number(ours, "perplexity")
    measured_again(mine, tmp_path / "again.json")
    crashed = atome(*words, "--engine", BUILD / "probe" / "crash.so", "--format", "json")
    assert crashed.returncode == 2 and "ended by signal 11" in load(crashed.stdout)[0]["message"]
    assert "leave out --protocol streaming" in refused(*words, "--engine", NAIVE, "--protocol", "streaming")


def test_its_report_says_how_to_run_it_again(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.json"
    atome("verify", TINY, "--engine", NAIVE, "--report", path)
    measured_again(read(path)[0], tmp_path / "again.json")


@pytest.mark.parametrize(("words", "message"), [
    (["--core", "m3"], "--engine runs on this host"),
    (["--runner", "qemu"], "--engine runs on this host"),
    (["--build", "size"], "--build is of our own firmware"),
    (["--firmware", "x.elf"], "--engine and --firmware are two things"),
])
def test_usage(words: list[str], message: str) -> None:
    assert message in refused("verify", TINY, "--engine", NAIVE, *words)
    assert "/nowhere.so" in refused("verify", TINY, "--engine", "/nowhere.so")
