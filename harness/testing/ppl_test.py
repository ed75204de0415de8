"""`atome ppl` and `atome corpus`: figures against the float64 oracle and PyTorch, and their output."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import pathlib

import numpy as np
import numpy.typing as npt
import pytest

from golden.config import ModelConfig
from golden.model_files import encode
from golden.oracle import Oracle
from golden.random_model import Source, random_model
from harness.testing.cells import (Cell, csv_rows, figures, has, interval, load, measured_again, number, read, samples, text,
                                   without_wall)
from harness.testing.process import ROOT, atome, refused

TINY = ROOT / "golden" / "models" / "tiny_odd" / "tiny_odd.atome02"
TRAINED = ROOT / "golden" / "models" / "atome_60k" / "atome_60k.atome03"
SHARED = ROOT.parent / "shared" / "data"
SHAPE = ModelConfig(vocab_size=256, d_model=19, n_layers=2, d_head=7, kernel_size=3, top_k=3, max_seq=11)


def ppl(*words: object) -> list[Cell]:
    process = atome("ppl", *map(str, words), "--format", "json")
    assert process.returncode == 0, process.stderr
    return load(process.stdout)


def sentences(*words: object) -> list[str]:
    """The table's sentence for each comparison."""
    process = atome("ppl", *map(str, words))
    assert process.returncode == 0, process.stderr
    return [line for line in process.stdout.splitlines() if line.startswith("The perplexity of ")]


def compared(cell: Cell) -> tuple[str, str]:
    """The part that holds the figures of the cell's comparison, for `number`."""
    [other] = cell["parts"]["against"]
    return "against", other


def bounds(cell: Cell, name: str, part_kind: str = "", part: str = "") -> tuple[float, float]:
    found = interval(cell, name, part_kind, part)
    assert found is not None
    return found


@pytest.fixture(name="small")
def make_small(tmp_path: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path, list[int]]:
    """A random model of the 256 bytes, and a text."""
    source = Source(3)
    text = [source.integer(0, SHAPE.vocab_size - 1) for _ in range(700)]
    (tmp_path / "text").write_bytes(bytes(text))
    (tmp_path / "small.atome01").write_bytes(encode(random_model(SHAPE, 5), 1))
    return tmp_path / "small.atome01", tmp_path / "text", text


def log_probabilities(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    most = np.max(logits)
    result: npt.NDArray[np.float64] = logits - (most + math.log(float(np.sum(np.exp(logits - most)))))
    return result


def oracle_rows(text: list[int], chunk: int | None, shape: ModelConfig = SHAPE) -> list[npt.NDArray[np.float64]]:
    """Log-probabilities after each token but the last; restarted at each chunk, or not at all."""
    oracle = Oracle(random_model(shape, 5))
    rows = []
    for position, byte in enumerate(text[:-1]):
        if chunk and position % chunk == 0:
            oracle.reset()
        rows.append(log_probabilities(oracle.step(byte).logits))
    return rows


def interval_of(units: list[list[float]]) -> tuple[float, float]:
    """The interval that harness/statistics/interval.h describes, for 5 to 43 units: 4 waves, and SciPy's t at 96.5 %."""
    tokens, count = sum(map(len, units)), len(units)
    mean = sum(map(sum, units)) / tokens
    left = np.array([sum(unit) - mean * len(unit) for unit in units])
    angles = np.pi * np.outer(np.arange(count) + 0.5, np.arange(1, 5)) / count
    half = 3.1354747210334466 * float(np.sqrt(np.mean((left @ np.cos(angles)) ** 2) * 2)) / tokens
    return math.exp(mean - half), math.exp(mean + half)


@pytest.mark.parametrize(("words", "chunk", "begin", "tokens"), [
    (["--split", "all", "--chunk", "16"], 16, 0, 688),
    (["--split", "last-tenth", "--chunk", "9"], 9, 77 * 9 * 9 // 10 // 9 * 9, 693 - 77 * 9 // 10 * 9),
    (["--split", "all", "--chunk", "150"], 150, 0, 600),
    (["--split", "all", "--chunk", "16", "--limit", "100"], 16, 0, 96),
    (["--split", "all", "--protocol", "streaming"], None, 0, 699),
])
def test_equals_the_oracle(small: tuple[pathlib.Path, pathlib.Path, list[int]], words: list[str],
                           chunk: int | None, begin: int, tokens: int) -> None:
    model, path, content = small
    [cell] = ppl(model, "--config", SHAPE.to_string(), "--text", path, *words)
    assert cell["note"].startswith(f"bytes {begin}:{begin + tokens}") and number(cell, "tokens") == tokens
    used = content[begin:begin + tokens + 1]
    nats = [-rows[byte] for rows, byte in zip(oracle_rows(used, chunk), used[1:], strict=True)]
    perplexity = number(cell, "perplexity")
    assert perplexity == pytest.approx(math.exp(np.mean(nats)), rel=1e-6)
    assert number(cell, "bits_per_byte") == pytest.approx(np.mean(nats) / math.log(2), rel=1e-6)
    assert text(cell, "text_sha256") == hashlib.sha256(path.read_bytes()).hexdigest()
    assert cell["model_sha256"] == hashlib.sha256(model.read_bytes()).hexdigest()
    size = figures(cell)["perplexity"]["sample_counts"][0]
    if tokens <= 4 * size:
        assert interval(cell, "perplexity") is None and "too few for an interval" in cell["note"]
        return
    assert bounds(cell, "perplexity") == pytest.approx(interval_of([nats[i:i + size] for i in range(0, tokens, size)]), rel=1e-6)


def test_comparison_equals_the_oracle(small: tuple[pathlib.Path, pathlib.Path, list[int]],
                                      tmp_path: pathlib.Path) -> None:
    model, path, content = small
    other = tmp_path / "other.atome02"
    other.write_bytes(encode(random_model(SHAPE, 5, "negative"), 2))
    words = [model, "--against", other, "--config", SHAPE.to_string(), "--text", path, "--split", "all", "--chunk", 20]
    rivals = Oracle(random_model(SHAPE, 5, "negative"))
    divergences, same, ratio = [], 0, 0.0
    for position, mine in enumerate(oracle_rows(content, 20)[:680]):
        if position % 20 == 0:
            rivals.reset()
        theirs = log_probabilities(rivals.step(content[position]).logits)
        divergences.append(float(np.sum(np.exp(theirs) * (theirs - mine))))
        same += int(np.argmax(theirs) == np.argmax(mine))
        ratio += theirs[content[position + 1]] - mine[content[position + 1]]
    first, second = ppl(*words)
    pair = compared(first)
    assert pair[1] == "other.atome02 f32" and not second["parts"]
    assert number(first, "perplexity_ratio", *pair) == pytest.approx(math.exp(ratio / 680), rel=1e-6)
    assert number(first, "perplexity_ratio", *pair) == pytest.approx(
        number(first, "perplexity") / number(second, "perplexity"), rel=1e-12)
    assert number(first, "kl_mean_nats", *pair) == pytest.approx(np.mean(divergences), rel=1e-5)
    ordered = sorted(divergences)
    for name, share in (("kl_p50_nats", 0.5), ("kl_p90_nats", 0.9), ("kl_p99_nats", 0.99), ("kl_max_nats", 1)):
        assert number(first, name, *pair) == pytest.approx(ordered[math.ceil(share * 680) - 1], rel=1e-5)
    assert number(first, "same_top_share", *pair) == same / 680
    low, high = bounds(first, "perplexity_ratio", *pair)
    [sentence] = sentences(*words)
    assert ("a significant difference" in sentence) == (not low <= 1 <= high)


@pytest.mark.parametrize("words", [[], ["--protocol", "streaming"], ["--variant", "f32,q15", "--against-variant", "q15kv8"]])
def test_jobs_do_not_change_a_bit(words: list[str]) -> None:
    one, seven = ([without_wall(cell) for cell in ppl(TRAINED, "--limit", 4000, *words, "--jobs", jobs)] for jobs in (1, 7))
    assert one == seven
    assert all(number(cell, "perplexity") > 1 for cell in one)


def test_a_model_differs_from_itself_by_nothing() -> None:
    words = [TRAINED, "--limit", 2000, "--against", TRAINED]
    [cell] = ppl(*words)
    pair = compared(cell)
    assert (number(cell, "perplexity_ratio", *pair), *bounds(cell, "perplexity_ratio", *pair)) == (1, 1, 1)
    assert (number(cell, "kl_max_nats", *pair), number(cell, "same_top_share", *pair)) == (0, 1)
    assert "no significant difference." in sentences(*words)[0]


def test_a_model_with_other_dimensions_is_another() -> None:
    """Its file and name are the same."""
    model = TRAINED.with_suffix(".atome02")
    one, other = ppl(model, "--limit", 2000, "--against", model, "--against-config",
                     "vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=1")
    assert other["detail"] == one["detail"].replace(", limit", ", against, limit")
    assert number(one, "perplexity") != number(other, "perplexity")
    assert number(one, "perplexity_ratio", *compared(one)) == pytest.approx(
        number(one, "perplexity") / number(other, "perplexity"), rel=1e-12)


def test_q15_is_close_to_f32() -> None:
    cells = ppl(TRAINED, "--limit", 100000, "--variant", "q15,q15kv8", "--against-variant", "f32")
    assert [cell["variant"] for cell in cells] == ["q15", "q15kv8", "f32"]
    small, smaller = ({name: number(cell, name, *compared(cell))
                       for name in ("perplexity_ratio", "kl_mean_nats", "same_top_share")} for cell in cells[:2])
    assert small["perplexity_ratio"] == pytest.approx(1, abs=1e-3)
    assert 0 < small["kl_mean_nats"] < smaller["kl_mean_nats"] < 1e-3
    assert small["same_top_share"] > smaller["same_top_share"] > 0.98


def test_formats() -> None:
    words = ["ppl", str(TRAINED), "--limit", "2000", "--against-variant", "q15"]
    table = atome(*words).stdout
    for part in ("perplexity", "95 % interval", "same top", "last-tenth: 1984 of 500000 bytes predicted, in 31 chunks of 64; 31 at the end fill no chunk", "significant difference"):
        assert part in table
    markdown = atome(*words, "--format", "md").stdout
    assert "| --- " in markdown and "significant difference" in markdown
    cells = load(atome(*words, "--format", "json").stdout)
    rows = {(row["variant"], row["part"], row["figure"]): row["value"]
            for row in csv_rows(atome(*words, "--format", "csv").stdout)}
    assert float(rows["q15", "", "perplexity"]) == number(cells[1], "perplexity")
    pair = compared(cells[0])
    assert float(rows["f32", pair[1], "kl_mean_nats"]) == number(cells[0], "kl_mean_nats", *pair)
    assert ("q15", pair[1], "kl_mean_nats") not in rows
    assert "state restarts" in atome("ppl", "--help").stdout and "Example: atome ppl " in atome("ppl", "--help").stdout


@pytest.mark.parametrize("name", ["report.json", "report.binpb"])
def test_report_has_what_is_printed(small: tuple[pathlib.Path, pathlib.Path, list[int]], tmp_path: pathlib.Path,
                                    name: str) -> None:
    model, path, _ = small
    cells = ppl(model, "--config", SHAPE.to_string(), "--text", path, "--split", "all", "--limit", 640, "--variant",
                "q15,f32", "--against-variant", "f32", "--report", tmp_path / name)
    assert read(tmp_path / name) == cells
    assert [cell["core"] for cell in cells] == ["host-simd", "host-simd"], "f32 is there once"
    for cell in cells:
        assert (cell["model"], cell["text"], cell["runner"]) == (model.name, "text", "native")
        assert cell["detail"] == "chunks of 64, all, limit 640"
        assert cell["note"] == "bytes 0:640"
        low, high = bounds(cell, "perplexity")
        assert figures(cell)["perplexity"]["sample_counts"] == [64] * 10
        assert math.exp(sum(samples(cell, "perplexity")) / 640) == pytest.approx(number(cell, "perplexity"))
        assert bounds(cell, "bits_per_byte") == pytest.approx((math.log2(low), math.log2(high)))
        assert number(cell, "tokens") == 640 and number(cell, "max_seq") == SHAPE.max_seq
        assert number(cell, "host_tokens_per_second") > 0
        assert compared(cell)[1] == f"{model.name} f32"
    measured_again(cells[0], tmp_path / "again.json")


@pytest.mark.parametrize("chunks", [1, 4])
def test_too_few_chunks_give_no_verdict(chunks: int) -> None:
    words = [TRAINED, "--limit", 64 * chunks, "--against-variant", "q15"]
    first, _ = ppl(*words)
    assert interval(first, "perplexity") is None and interval(first, "perplexity_ratio", *compared(first)) is None
    assert "whether that is significant is not known" in sentences(*words)[0]
    assert "too few for an interval; 5 would do, 321 bytes." in atome("ppl", *map(str, words)).stdout
    assert "too few for an interval" in first["note"]


def test_five_chunks_give_one() -> None:
    [cell] = ppl(TRAINED, "--limit", 64 * 5)
    low, high = bounds(cell, "perplexity")
    assert low < number(cell, "perplexity") < high and ";" not in cell["note"]


def test_several_comparisons_hold_jointly() -> None:
    one, _ = ppl(TRAINED, "--limit", 2000, "--variant", "q15", "--against-variant", "f32")
    words = [TRAINED, "--limit", 2000, "--variant", "q15,q15kv8,f32", "--against-variant", "f32"]
    two = ppl(*words)[0]
    (low, high), (lower, higher) = (bounds(cell, "perplexity_ratio", *compared(cell)) for cell in (one, two))
    assert lower < low < high < higher and "jointly with those of 2 comparisons" in two["note"]
    assert "these 2 comparisons hold jointly" in atome("ppl", *map(str, words)).stdout
    assert "jointly" not in one["note"]


@pytest.mark.parametrize(("content", "words", "part"), [
    (b"", [], "is empty"), (b"a" * 64, ["--split", "all"], "less than a chunk of 64 and the byte after it"),
    (b"a", ["--protocol", "streaming"], "less than two"), (b"a" * 999, ["--limit", "63"], "less than a chunk"),
    (b"a" * 999, ["--chunk", "0"], "--chunk"), (b"a" * 999, ["--jobs", "0"], "--jobs"),
    (b"a" * 999, ["--variant", "f64"], "f64"), (b"a" * 999, ["--against", "nothing"], "nothing"),
    (b"a" * 999, ["--against", str(TINY)], "only models of the same"), (b"a" * 999, ["--limit", "0"], "--limit"),
    (b"a" * 999, ["--against-variant", "f64"], "f64"), (b"a" * 999, [str(TRAINED), "--against-variant", "q15"], "name one model"),
])
def test_bad_words_are_named(tmp_path: pathlib.Path, content: bytes, words: list[str], part: str) -> None:
    (tmp_path / "text").write_bytes(content)
    assert part in refused("ppl", TRAINED, "--text", tmp_path / "text", *words)


def test_bad_texts_are_named(tmp_path: pathlib.Path) -> None:
    assert "No such file" in refused("ppl", TRAINED, "--text", tmp_path / "none")
    assert "it is a folder" in refused("ppl", TRAINED, "--text", tmp_path)
    (tmp_path / "text").write_bytes(b"a\0" * 999)
    process = atome("ppl", TRAINED, "--text", tmp_path / "text")
    assert process.returncode == 0 and "UTF-16" in process.stderr and "iconv -f UTF-16LE" in process.stderr
    (tmp_path / "text").write_bytes(b"\xef\xbb\xbfcaf\xe9\r\n" * 99)
    process = atome("ppl", TRAINED, "--text", tmp_path / "text", "--format", "json")
    assert process.returncode == 0 and load(process.stdout), "warnings are not on stdout"
    for part in ("byte-order mark", "not UTF-8 from offset 6 on", "99 lines that end in CR LF"):
        assert part in process.stderr
    (tmp_path / "text").write_bytes("Zoë said\n".encode() * 99)
    assert atome("ppl", TRAINED, "--text", tmp_path / "text").stderr == ""


def test_a_file_is_predicted_whole(tmp_path: pathlib.Path) -> None:
    (tmp_path / "text").write_bytes(b"Once upon a time there was. " * 50)
    words = ["--text", tmp_path / "text"]
    [whole], [part] = ppl(TRAINED, *words), ppl(TRAINED, *words, "--split", "last-tenth")
    assert (whole["detail"], part["detail"]) == ("chunks of 64, all", "chunks of 64, last-tenth")
    assert (number(whole, "tokens"), number(part, "tokens")) == (1344, 192)
    assert "--split all" in whole["command"]
    assert "all: 1344 of 1400 bytes predicted, in 21 chunks of 64; 55 at the end fill no chunk" in atome("ppl", TRAINED, *words).stdout
    [built_in] = ppl(TRAINED, "--limit", 320)
    assert built_in["detail"] == "chunks of 64, last-tenth, limit 320"


@pytest.mark.parametrize("name", ["text.u16", "text.jsonl"])
def test_tokens_of_another_vocabulary(tmp_path: pathlib.Path, name: str) -> None:
    """Equal the oracle, and the report says what they are."""
    shape = dataclasses.replace(SHAPE, vocab_size=301)
    model, path, numbers = tmp_path / "m.atome03", tmp_path / name, np.arange(700) ** 2 % 301
    model.write_bytes(encode(random_model(shape, 5), 3))
    rows = [f"{numbers[at:at + 99].tolist()}\n" for at in range(0, 700, 99)]
    path.write_bytes(numbers.astype("<u2").tobytes() if name.endswith("u16") else "".join(rows).encode())
    words = [model, "--tokens", path, "--split", "last-tenth", "--chunk", 9, "--limit", 50]
    [cell] = ppl(*words, "--report", tmp_path / "report.json")
    begin = 77 * 9 // 10 * 9
    used = [int(token) for token in numbers[begin:begin + 46]]
    nats = [-row[token] for row, token in zip(oracle_rows(used, 9, shape), used[1:], strict=True)]
    assert number(cell, "perplexity") == pytest.approx(math.exp(np.mean(nats)), rel=1e-6)
    assert number(cell, "bits_per_token") == pytest.approx(np.mean(nats) / math.log(2), rel=1e-6)
    assert not has(cell, "bits_per_byte") and "how many bytes they are" in cell["unavailable"]["bits_per_byte"]
    assert (cell["text"], cell["detail"]) == (name, "chunks of 9 tokens, last-tenth, limit 50")
    assert cell["note"].startswith(f"tokens {begin}:{begin + 45}")
    assert text(cell, "text_sha256") == hashlib.sha256(numbers.astype("<u2").tobytes()).hexdigest()
    measured_again(cell, tmp_path / "again.json")
    table = atome("ppl", *map(str, words)).stdout
    assert "bits/token" in table and "bits/byte" not in table and "45 of 700 tokens predicted, in 5 chunks of 9" in table


def test_bytes_are_for_their_vocabulary(tmp_path: pathlib.Path) -> None:
    (tmp_path / "t.txt").write_bytes(b"abc" * 99)
    (tmp_path / "t.jsonl").write_text("[1, 2]\n[3, 37]\n")
    for words in ([], ["--text", tmp_path / "t.txt"], ["--protocol", "streaming"]):
        message = refused("ppl", TINY, *words)
        assert "tiny_odd.atome02: has a vocabulary of 37 tokens, not the 256 bytes" in message and "--tokens FILE" in message
    message = refused("ppl", TINY, "--tokens", tmp_path / "t.jsonl", "--chunk", "1")
    assert "t.jsonl: line 2, number 2: token 37 is outside the vocabulary of" in message and "ends at 36" in message
    assert "take 2 bytes each" in refused("ppl", TINY, "--tokens", tmp_path / "t.txt")
    assert "--text" in refused("ppl", TINY, "--tokens", tmp_path / "t.jsonl", "--text", tmp_path / "t.txt")
    assert "No such file" in refused("ppl", TINY, "--tokens", tmp_path / "none")


def test_a_model_that_leaves_the_finite_numbers(tmp_path: pathlib.Path) -> None:
    model = random_model(SHAPE, 5)
    for block in model.blocks:
        block.a[:] = 30  # tanh is 1, so the state grows
        block.b[:] = np.float32(2e38)
    (tmp_path / "m.atome01").write_bytes(encode(model, 1))
    (tmp_path / "text").write_bytes(bytes(i * i % SHAPE.vocab_size for i in range(999)))
    process = atome("ppl", tmp_path / "m.atome01", "--config", SHAPE.to_string(), "--text", tmp_path / "text",
                    "--format", "json", "--jobs", "3", "--report", tmp_path / "report.json")
    assert process.returncode == 2
    assert "not finite" in process.stderr and "at offset" in process.stderr
    [cell] = load(process.stdout)
    assert not has(cell, "perplexity") and "at offset" in cell["message"]
    assert cell["outcome"] == "error" and cell["unavailable"]["perplexity"] == cell["message"]
    assert read(tmp_path / "report.json") == [cell]


def test_corpus(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "stories.txt"
    process = atome("corpus", "--bytes", "5000", "--seed", "9", "--out", out)
    assert process.returncode == 0 and process.stdout == "" and "5000 bytes" in process.stderr
    assert out.read_text() == atome("corpus", "--bytes", "5000", "--seed", "9").stdout
    assert "cannot write" in refused("corpus", "--out", tmp_path / "none" / "x")
    assert "--bytes" in refused("corpus", "--bytes", "0")
    whole = tmp_path / "whole.txt"
    assert atome("corpus", "--out", whole).returncode == 0
    [named], [default] = ppl(TRAINED, "--limit", 640, "--text", whole, "--split", "last-tenth"), ppl(TRAINED, "--limit", 640)
    assert number(named, "perplexity") == number(default, "perplexity")
    assert text(named, "text_sha256") == text(default, "text_sha256")


def need_shared() -> None:
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not there: TinyStories and the published models are not part of the repository")


@pytest.mark.parametrize("chunk", ["64", "128"])
def test_equals_the_trainers_validation(chunk: str) -> None:
    need_shared()
    expected = json.loads((TRAINED.parent / "config.json").read_text())["validation_perplexity_by_chunk_bytes"]
    [cell] = ppl(TRAINED, "--text", SHARED / "tinystories" / "train_1m.txt", "--split", "last-tenth", "--chunk", chunk)
    assert number(cell, "perplexity") == pytest.approx(expected[chunk], rel=1e-4)


def test_equals_the_published_head_to_head() -> None:
    """PyTorch published 6.972 for the ternary model, without the exact start of its chunks; ours give
    6.9765."""
    need_shared()
    published = json.loads((SHARED / "atome-lm" / "reference_ab_seed0.json").read_text())["results"][0]
    [cell] = ppl(SHARED / "atome-lm" / "atome_60k_s0.atome02", "--config",
                 "vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4", "--text",
                 SHARED / "tinystories" / "ab_500k.txt", "--split", "last-tenth")
    low, high = bounds(cell, "perplexity")
    assert low < published["perplexity"] < high
    assert number(cell, "perplexity") == pytest.approx(published["perplexity"], rel=1e-3)
