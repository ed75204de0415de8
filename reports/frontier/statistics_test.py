"""Intervals are those of the harness, and hold the truth as often as they say."""

from __future__ import annotations

import json
import math
import os
import pathlib
import subprocess
from typing import Any

import numpy as np
from numpy.typing import NDArray
import pytest

from reports.frontier import statistics
from reports.frontier.statistics import contrast, difference, sample

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ATOME_BUILD", ROOT / "build"))
ATOME = pathlib.Path(os.environ.get("ATOME_COMMAND", BUILD / "atome"))
TERNARY = [f"golden/experiments/best/ternary_60k-s{seed}/ternary_60k-s{seed}.atome03" for seed in range(3)]
INT8 = [f"golden/experiments/best/plain_int8-s{seed}/plain_int8-s{seed}.plain01" for seed in range(3)]
needs_atome = pytest.mark.skipif(not ATOME.exists(), reason="needs build/atome")


def _cells(*words: str) -> list[dict[str, Any]]:
    done = subprocess.run([ATOME, *words, "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout)["cells"])


@needs_atome
@pytest.mark.parametrize("limit", [64 * 5, 64 * 40, 64 * 300])
def test_the_interval_of_one_seed_is_that_of_the_harness(limit: int) -> None:
    [cell] = _cells("ppl", TERNARY[0], "--limit", str(limit))
    said = cell["figures"]["perplexity"]
    found = contrast([(1.0, sample(np.array([said["samples"]])))])
    assert found.low is not None and found.high is not None and found.over == statistics.CHUNKS
    assert math.exp(found.nats) == pytest.approx(said["value"], rel=1e-9)
    assert math.exp(found.low) == pytest.approx(said["low"], rel=1e-9)
    assert math.exp(found.high) == pytest.approx(said["high"], rel=1e-9)


@needs_atome
def test_paired_seeds_are_judged_as_in_an_ab(tmp_path: pathlib.Path) -> None:
    text = tmp_path / "text.txt"
    subprocess.run([ATOME, "corpus", "--bytes", "9000", "--seed", "5", "--out", text], check=True, capture_output=True)
    names = {"ternary": TERNARY[0], "plain_int8": INT8[0]}
    config = {"name": "pair", "text": str(text), "split": "all", "seeds": [0, 1, 2], "baseline": "plain_int8", "contenders": [
        {"name": name, "model": str(ROOT / path).replace("-s0", "-s{seed}"),
         "kind": "atome_ternary" if name == "ternary" else name} for name, path in names.items()]}
    (tmp_path / "pair.json").write_text(json.dumps(config))
    cells = _cells("ab", str(tmp_path / "pair.json"), "--out", str(tmp_path / "out"))
    [ratio] = [cell["parts"]["against"]["plain_int8"]["perplexity_ratio"] for cell in cells if "against" in cell.get("parts", {})]
    losses = [[cell["figures"]["perplexity"]["samples"] for cell in _cells("ppl", *models, "--text", str(text), "--split", "all")]
              for models in (TERNARY, INT8)]
    found = difference(sample(np.array(losses[0])), sample(np.array(losses[1])), same_trainings=True)
    assert found.low is not None and found.high is not None and found.over == statistics.BOTH
    for ours, theirs in ((found.nats, ratio["value"]), (found.low, ratio["low"]), (found.high, ratio["high"])):
        assert math.exp(ours) == pytest.approx(theirs, rel=1e-6)


def _models(random: np.random.Generator, seeds: int, chunks: int, of_seeds: float, of_chunks: float, hard: NDArray[Any]) -> NDArray[Any]:
    """Nats a chunk of models whose mean is 0 a byte, over all seeds and text."""
    return 64 * (random.normal(0, of_seeds, (seeds, 1)) + hard + random.normal(0, of_chunks, (seeds, chunks)))


def _alike(random: np.random.Generator, chunks: int) -> NDArray[Any]:
    """Chunks beside each other are alike, with a correlation of 0.2."""
    noise = random.normal(0, 1, chunks)
    for i in range(1, chunks):
        noise[i] = 0.2 * noise[i - 1] + math.sqrt(0.96) * noise[i]
    return noise


# Deviations: of a seed's mean, of chunks that are hard for all models of a point, and of a seed on a chunk.
CASES = {"seeds matter": (0.05, 0.1, 0.02), "chunks matter": (0.001, 0.3, 0.02), "both": (0.03, 0.3, 0.05), "noise": (0.0, 0.0, 0.3)}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seeds", [(3, 3), (2, 5)])
def test_intervals_of_differences_hold_the_truth(case: str, seeds: tuple[int, int]) -> None:
    of_seeds, of_text, of_noise = CASES[case]
    random = np.random.default_rng(11)
    held, texts = 0, 800
    for _ in range(texts):
        both = 0.5 * _alike(random, 100)  # hard for both: cancels
        one, other = (_models(random, count, 100, of_seeds, of_noise, both + of_text * _alike(random, 100)) for count in seeds)
        found = difference(sample(one), sample(other))
        assert found.low is not None and found.high is not None
        held += found.low <= 0 <= found.high
    assert 100 * held / texts >= 93.5, "a figure of 800 texts is sure to 1.5"


def test_intervals_of_points_hold_the_truth_and_are_no_wider_than_that() -> None:
    random = np.random.default_rng(12)
    held, texts = 0, 1500
    for _ in range(texts):
        found = contrast([(1.0, sample(_models(random, 3, 200, 0.02, 0.05, 0.3 * _alike(random, 200))))])
        assert found.low is not None and found.high is not None
        held += found.low <= 0 <= found.high
    assert 94 <= 100 * held / texts <= 98.5


def test_more_comparisons_are_wider() -> None:
    random = np.random.default_rng(3)
    one, other = (sample(_models(random, 3, 60, 0.02, 0.05, np.zeros(60))) for _ in range(2))
    single, joint = difference(one, other), difference(one, other, comparisons=6)
    assert single.low is not None and joint.low is not None and joint.low < single.low and joint.nats == single.nats


def test_pairing_takes_out_what_both_forms_share() -> None:
    random = np.random.default_rng(4)
    losses = _models(random, 3, 80, 0.05, 0.1, 0.3 * _alike(random, 80))
    rounded = losses + 64 * 0.002
    apart, together = (difference(sample(rounded), sample(losses), same) for same in (False, True))
    assert apart.verdict == "undecided" and together.verdict == together.sure == "worse"
    assert together.nats == pytest.approx(0.002)


def test_between_two_sizes_is_their_weighted_mean() -> None:
    random = np.random.default_rng(5)
    one, small, large = (sample(_models(random, 3, 60, 0.02, 0.05, np.full(60, level))) for level in (1.0, 1.2, 0.8))
    found = contrast([(1.0, one), (-0.25, small), (-0.75, large)])
    assert found.nats == pytest.approx(one.means.mean() - 0.25 * small.means.mean() - 0.75 * large.means.mean())
    end = contrast([(1.0, one), (0.0, small), (-1.0, large)])
    assert end.low == pytest.approx(difference(one, large).low)


def test_too_little_decides_nothing() -> None:
    random = np.random.default_rng(6)
    few = [sample(_models(random, 3, 4, 0.0, 0.01, np.full(4, level))) for level in (1.0, 2.0)]
    found = difference(few[0], few[1])
    assert found.low is None and found.over == "" and found.verdict == found.sure == "undecided"
    one, three = (sample(_models(random, seeds, 50, 0.01, 0.01, np.full(50, level))) for seeds, level in ((1, 1.0), (3, 2.0)))
    found = difference(one, three)
    assert found.over == statistics.CHUNKS and found.verdict == "better" and found.sure == "undecided"


def test_equal_losses_are_the_same() -> None:
    losses = _models(np.random.default_rng(7), 3, 50, 0.1, 0.1, np.zeros(50))
    found = difference(sample(losses), sample(losses), same_trainings=True)
    assert found.verdict == found.sure == "same"


@pytest.mark.parametrize(("chunks", "waves"), [(5, 4), (6, 4), (44, 4), (45, 5), (58, 5), (59, 6), (464, 23), (465, 24), (2000, 24)])
def test_waves_are_the_harness(chunks: int, waves: int) -> None:
    assert statistics.waves_of(chunks) == waves
