"""`atome ppl` and `atome corpus`: figures against the float64 oracle and PyTorch's, and how they are given."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import pathlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from golden.config import ModelConfig
from golden.model_files import encode
from golden.oracle import Oracle
from golden.random_model import Source, random_model
from harness.testing.process import ROOT, atome, figures_of, measured_again, read_report, refused

TINY = ROOT / "golden" / "models" / "tiny_odd" / "tiny_odd.atome02"
TRAINED = ROOT / "golden" / "models" / "atome_60k" / "atome_60k.atome03"
SHARED = ROOT.parent / "shared" / "data"
SHAPE = ModelConfig(vocab_size=50, d_model=19, n_layers=2, d_head=7, kernel_size=3, top_k=3, max_seq=11)
VARIES = ("tokens_per_second", "jobs")


def ppl(*words: object) -> dict[str, Any]:
    process = atome("ppl", *map(str, words), "--format", "json")
    assert process.returncode == 0, process.stderr
    report: dict[str, Any] = json.loads(process.stdout)
    return report


def figures(report: dict[str, Any]) -> dict[str, Any]:
    """What must not depend on the machine and the number of threads."""
    for row in report["results"]:
        for key in VARIES:
            del row[key]
    return report


@pytest.fixture(name="small")
def make_small(tmp_path: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path, list[int]]:
    """A random model, and a text of bytes of its vocabulary."""
    source = Source(3)
    text = [source.integer(0, SHAPE.vocab_size - 1) for _ in range(700)]
    (tmp_path / "text").write_bytes(bytes(text))
    (tmp_path / "small.atome01").write_bytes(encode(random_model(SHAPE, 5), 1))
    return tmp_path / "small.atome01", tmp_path / "text", text


def log_probabilities(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    most = np.max(logits)
    result: npt.NDArray[np.float64] = logits - (most + math.log(float(np.sum(np.exp(logits - most)))))
    return result


def oracle_rows(text: list[int], chunk: int | None) -> list[npt.NDArray[np.float64]]:
    """Log-probabilities after each byte but the last; restarted at each chunk, or not at all."""
    oracle = Oracle(random_model(SHAPE, 5))
    rows = []
    for position, byte in enumerate(text[:-1]):
        if chunk and position % chunk == 0:
            oracle.reset()
        rows.append(log_probabilities(oracle.step(byte).logits))
    return rows


@pytest.mark.parametrize(("words", "chunk", "begin", "tokens"), [
    (["--split", "all", "--chunk", "16"], 16, 0, 688),
    (["--chunk", "9"], 9, 77 * 9 * 9 // 10 // 9 * 9, 693 - 77 * 9 // 10 * 9),
    (["--split", "all", "--chunk", "150"], 150, 0, 600),
    (["--split", "all", "--chunk", "16", "--limit", "100"], 16, 0, 96),
    (["--split", "all", "--protocol", "streaming"], None, 0, 699),
])
def test_equals_the_oracle(small: tuple[pathlib.Path, pathlib.Path, list[int]], words: list[str],
                           chunk: int | None, begin: int, tokens: int) -> None:
    model, path, text = small
    [row] = ppl(model, "--config", SHAPE.to_string(), "--text", path, *words)["results"]
    assert (row["offset"], row["tokens"]) == (begin, tokens)
    used = text[begin:begin + tokens + 1]
    nats = [-rows[byte] for rows, byte in zip(oracle_rows(used, chunk), used[1:], strict=True)]
    assert row["perplexity"] == pytest.approx(math.exp(np.mean(nats)), rel=1e-6)
    assert row["bits_per_byte"] == pytest.approx(np.mean(nats) / math.log(2), rel=1e-6)
    assert row["ci_low"] < row["perplexity"] < row["ci_high"]
    assert row["text_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert row["model_sha256"] == hashlib.sha256(model.read_bytes()).hexdigest()
    # The interval is that of a mean: normal, but for few units.
    unit = [float(np.mean(nats[i:i + row["chunk"]])) for i in range(0, tokens, row["chunk"])]
    if len(unit) > 20:
        half = 1.96 * float(np.std(unit)) / math.sqrt(len(unit))
        assert math.log(row["ci_high"] / row["ci_low"]) == pytest.approx(2 * half, rel=0.1)


def test_comparison_equals_the_oracle(small: tuple[pathlib.Path, pathlib.Path, list[int]],
                                      tmp_path: pathlib.Path) -> None:
    model, path, text = small
    other = tmp_path / "other.atome02"
    other.write_bytes(encode(random_model(SHAPE, 5, "negative"), 2))
    report = ppl(model, "--against", other, "--config", SHAPE.to_string(), "--text", path, "--split", "all",
                 "--chunk", 20)
    rivals = Oracle(random_model(SHAPE, 5, "negative"))
    divergences, same, ratio = [], 0, 0.0
    for position, mine in enumerate(oracle_rows(text, 20)[:680]):
        if position % 20 == 0:
            rivals.reset()
        theirs = log_probabilities(rivals.step(text[position]).logits)
        divergences.append(float(np.sum(np.exp(theirs) * (theirs - mine))))
        same += int(np.argmax(theirs) == np.argmax(mine))
        ratio += theirs[text[position + 1]] - mine[text[position + 1]]
    [pair] = report["comparisons"]
    assert pair["perplexity_ratio"] == pytest.approx(math.exp(ratio / 680), rel=1e-6)
    first, second = report["results"]
    assert pair["perplexity_ratio"] == pytest.approx(first["perplexity"] / second["perplexity"], rel=1e-12)
    assert pair["kl_mean_nats"] == pytest.approx(np.mean(divergences), rel=1e-5)
    ordered = sorted(divergences)
    for key, share in (("kl_p50_nats", 0.5), ("kl_p90_nats", 0.9), ("kl_p99_nats", 0.99), ("kl_max_nats", 1)):
        assert pair[key] == pytest.approx(ordered[math.ceil(share * 680) - 1], rel=1e-5)
    assert pair["same_top_share"] == same / 680
    assert pair["significant"] == (not pair["ratio_ci_low"] <= 1 <= pair["ratio_ci_high"])
    assert ("a significant difference" in pair["sentence"]) == pair["significant"]


@pytest.mark.parametrize("words", [[], ["--protocol", "streaming"], ["--variant", "f32,q15", "--against-variant", "q15kv8"]])
def test_jobs_do_not_change_a_bit(words: list[str]) -> None:
    one, seven = (figures(ppl(TRAINED, "--limit", 4000, *words, "--jobs", jobs)) for jobs in (1, 7))
    assert one == seven
    assert all(row["perplexity"] > 1 for row in one["results"])


def test_seeds_change_intervals_only() -> None:
    one, two = (ppl(TRAINED, "--limit", 4000, "--seed", seed)["results"][0] for seed in (1, 2))
    assert one["perplexity"] == two["perplexity"]
    assert one["ci_low"] != two["ci_low"] and one["ci_low"] == pytest.approx(two["ci_low"], rel=0.01)


def test_a_model_differs_from_itself_by_nothing() -> None:
    [pair] = ppl(TRAINED, "--limit", 2000, "--against", TRAINED)["comparisons"]
    assert (pair["perplexity_ratio"], pair["ratio_ci_low"], pair["ratio_ci_high"]) == (1, 1, 1)
    assert (pair["kl_max_nats"], pair["same_top_share"], pair["significant"]) == (0, 1, False)


def test_q15_is_close_to_f32() -> None:
    report = ppl(TRAINED, "--limit", 10000, "--variant", "q15,q15kv8", "--against-variant", "f32")
    assert [row["variant"] for row in report["results"]] == ["q15", "q15kv8", "f32"]
    small, smaller = report["comparisons"]
    assert small["perplexity_ratio"] == pytest.approx(1, abs=1e-3)
    assert 0 < small["kl_mean_nats"] < smaller["kl_mean_nats"] < 1e-3
    assert small["same_top_share"] > smaller["same_top_share"] > 0.98


def test_formats() -> None:
    words = ["ppl", str(TRAINED), "--limit", "2000", "--against-variant", "q15"]
    table = atome(*words).stdout
    for part in ("perplexity", "95 % interval", "same top", "last-tenth: chunks of 64 bytes", "significant difference."):
        assert part in table
    assert "| --- " in atome(*words, "--format", "md").stdout
    rows = list(csv.DictReader(io.StringIO(atome(*words, "--format", "csv").stdout)))
    report = json.loads(atome(*words, "--format", "json").stdout)
    assert list(rows[0]) == list(report["results"][0] | report["comparisons"][0])
    assert float(rows[1]["perplexity"]) == report["results"][1]["perplexity"] and rows[1]["kl_mean_nats"] == ""
    assert float(rows[0]["kl_mean_nats"]) == report["comparisons"][0]["kl_mean_nats"]
    assert "state restarts" in atome("ppl", "--help").stdout and "Example: atome ppl " in atome("ppl", "--help").stdout


def test_report_has_the_figures_of_the_table(small: tuple[pathlib.Path, pathlib.Path, list[int]],
                                             tmp_path: pathlib.Path) -> None:
    model, text, _ = small
    path = tmp_path / "report.json"
    printed = ppl(model, "--config", SHAPE.to_string(), "--text", text, "--split", "all", "--limit", 640, "--variant",
                  "q15,f32", "--against-variant", "f32", "--report", path)
    cells = read_report(path).cells
    assert [cell.core for cell in cells] == ["host", "host-simd"], "f32 is there once"
    for cell, row in zip(cells, printed["results"]):
        assert (cell.model, cell.text, cell.runner) == (model.name, "text", "native")
        assert cell.detail == "chunks of 64, all, limit 640"
        by_name = {figure.name: figure for figure in cell.figures if not figure.part_kind}
        perplexity = by_name["perplexity"]
        assert (perplexity.real, perplexity.low, perplexity.high) == (row["perplexity"], row["ci_low"], row["ci_high"])
        assert list(perplexity.sample_counts) == [64] * 10
        assert math.exp(sum(perplexity.samples) / 640) == pytest.approx(row["perplexity"])
        assert by_name["bits_per_byte"].low == pytest.approx(math.log2(row["ci_low"]))
        for key in ("bits_per_byte", "tokens", "text_sha256", "tokens_per_second"):
            assert figures_of(cell)[key] == row[key]
        assert cell.model_sha256 == row["model_sha256"]
    pair, other = printed["comparisons"][0], f"{model.name} f32"
    assert figures_of(cells[0], "against") == {(other, "ratio"): pair["perplexity_ratio"], (other, "kl_mean"): pair["kl_mean_nats"],
                                               (other, "same_top"): pair["same_top_share"]}
    measured_again(cells[0], tmp_path / "again.json")


def test_one_chunk_has_no_interval() -> None:
    report = ppl(TRAINED, "--limit", 64, "--against-variant", "q15")
    assert report["results"][0]["ci_low"] is None and report["comparisons"][0]["significant"] is None
    assert "too little" in report["comparisons"][0]["sentence"]


@pytest.mark.parametrize(("content", "words", "part"), [
    (b"", [], "is empty"), (b"a" * 64, ["--split", "all"], "less than a chunk of 64 and the byte after it"),
    (b"a", ["--protocol", "streaming"], "less than two"), (b"a" * 999, ["--limit", "63"], "less than a chunk"),
    (b"a" * 999, ["--chunk", "0"], "--chunk"), (b"a" * 999, ["--jobs", "0"], "--jobs"),
    (b"a" * 999, ["--variant", "f64"], "f64"), (b"a" * 999, ["--against", "nothing"], "nothing"),
    (b"a" * 999, ["--against", str(TINY)], "only models of the same"), (b"a" * 999, ["--limit", "0"], "--limit"),
    (b"a" * 999, ["--against-variant", "f64"], "f64"), (b"a" * 999, [str(TRAINED), "--against-variant", "q15"], "name one"),
])
def test_bad_words_are_named(tmp_path: pathlib.Path, content: bytes, words: list[str], part: str) -> None:
    (tmp_path / "text").write_bytes(content)
    assert part in refused("ppl", TRAINED, "--text", tmp_path / "text", *words)


def test_bad_texts_are_named(tmp_path: pathlib.Path) -> None:
    assert "No such file" in refused("ppl", TRAINED, "--text", tmp_path / "none")
    assert "it is a folder" in refused("ppl", TRAINED, "--text", tmp_path)
    message = refused("ppl", TINY)
    assert "at offset" in message and "outside the vocabulary of" in message and "built-in corpus" in message
    (tmp_path / "text").write_bytes(b"a\0" * 999)
    process = atome("ppl", TRAINED, "--text", tmp_path / "text")
    assert process.returncode == 0 and "zero bytes" in process.stderr


def test_a_model_that_leaves_the_finite_numbers(tmp_path: pathlib.Path) -> None:
    model = random_model(SHAPE, 5)
    for block in model.blocks:
        block.a[:] = 30  # tanh is 1: the state grows
        block.b[:] = np.float32(2e38)
    (tmp_path / "m.atome01").write_bytes(encode(model, 1))
    (tmp_path / "text").write_bytes(bytes(i * i % SHAPE.vocab_size for i in range(999)))
    process = atome("ppl", tmp_path / "m.atome01", "--config", SHAPE.to_string(), "--text", tmp_path / "text",
                    "--format", "json", "--jobs", "3", "--report", tmp_path / "report.json")
    assert process.returncode == 2
    assert "not finite" in process.stderr and "at offset" in process.stderr
    [row] = json.loads(process.stdout)["results"]
    assert row["perplexity"] is None and "at offset" in row["message"]
    [cell] = read_report(tmp_path / "report.json").cells
    assert cell.status == 3 and cell.unavailable["perplexity"] == cell.message == row["message"]  # CELL_STATUS_ERROR


def test_corpus(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "stories.txt"
    process = atome("corpus", "--bytes", "5000", "--seed", "9", "--out", out)
    assert process.returncode == 0 and process.stdout == "" and "5000 bytes" in process.stderr
    assert out.read_text() == atome("corpus", "--bytes", "5000", "--seed", "9").stdout
    assert "cannot write" in refused("corpus", "--out", tmp_path / "none" / "x")
    assert "--bytes" in refused("corpus", "--bytes", "0")
    whole = tmp_path / "whole.txt"
    assert atome("corpus", "--out", whole).returncode == 0
    named = ppl(TRAINED, "--limit", 640, "--text", whole)["results"][0]
    default = ppl(TRAINED, "--limit", 640)["results"][0]
    assert named["perplexity"] == default["perplexity"] and named["text_sha256"] == default["text_sha256"]


def need_shared() -> None:
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not there: TinyStories and the published models are not part of the repository")


@pytest.mark.parametrize("chunk", ["64", "128"])
def test_equals_the_trainers_validation(chunk: str) -> None:
    need_shared()
    expected = json.loads((TRAINED.parent / "config.json").read_text())["validation_perplexity_by_chunk_bytes"]
    [row] = ppl(TRAINED, "--text", SHARED / "tinystories" / "train_1m.txt", "--chunk", chunk)["results"]
    assert row["perplexity"] == pytest.approx(expected[chunk], rel=1e-4)


def test_equals_the_published_head_to_head() -> None:
    """PyTorch's 6.972 of the ternary model; where exactly its chunks begin is not said, ours give 6.9765."""
    need_shared()
    published = json.loads((SHARED / "atome-lm" / "reference_ab_seed0.json").read_text())["results"][0]
    [row] = ppl(SHARED / "atome-lm" / "atome_60k_s0.atome02", "--config",
                "vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4", "--text",
                SHARED / "tinystories" / "ab_500k.txt")["results"]
    assert row["ci_low"] < published["perplexity"] < row["ci_high"]
    assert row["perplexity"] == pytest.approx(published["perplexity"], rel=1e-3)
