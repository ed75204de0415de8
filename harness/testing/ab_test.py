"""`atome ab`: figures that other commands give too, runs that are killed and go on, trainings by a stand-in."""

from __future__ import annotations

import csv
import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from golden.config import ModelConfig
from golden.model_files import encode
from golden.random_model import random_model
from harness.testing.process import BUILD, ROOT, Process, atome, figures_of, needs_firmware, read_report, refused

MODEL = ROOT / "golden" / "models" / "atome_60k" / "atome_60k.atome03"
CONFIG = ModelConfig(256, 12, 2, 5, 3, 3, 16)
TEXT = "Once upon a time there was a little dog. " * 60

# Stands for a Python that has PyTorch: a "training" is a random model of the seed, after a while.
PYTHON = f"""#!{sys.executable}
import hashlib, json, os, pathlib, sys, time
here = pathlib.Path(__file__).parent
if sys.argv[1:] == ["-c", "import torch"]:
    sys.exit(0)
sys.path.insert(0, {str(ROOT)!r})
from golden.config import ModelConfig
from golden.model_files import encode
from golden.random_model import random_model
words = dict(zip(sys.argv[3::2], sys.argv[4::2]))
with open(here / "log", "a") as log:
    print(os.getpid(), words["--name"], words["--seed"], pathlib.Path(words["--checkpoint"]).exists(), file=log)
pathlib.Path(words["--checkpoint"]).write_text("half")
print("step 1/2 seed", words["--seed"], flush=True)
while (here / "wait").exists():
    time.sleep(0.05)
seed = int(words["--seed"]) + 100 * len(words["--name"])
image = encode(random_model(ModelConfig(256, 12, 2, 5, 3, 3, 16), seed), 3)
out = pathlib.Path(words["--out"])
name = words["--name"] + ".atome03"
(out / name).write_bytes(image)
(out / "config.json").write_text(json.dumps(dict(
    steps=2, final_loss=5.5, stopped="all steps done", sha256={{name: hashlib.sha256(image).hexdigest()}})))
"""


def run(config: pathlib.Path, folder: pathlib.Path, *words: str, **environment: str | pathlib.Path) -> Process:
    return atome("ab", config, "--cache", folder / "cache", "--out", folder / "out", *words, **environment)


def results_of(folder: pathlib.Path) -> dict[str, Any]:
    results: dict[str, Any] = json.loads((folder / "out" / "ab_results.json").read_text())
    return results


def write(path: pathlib.Path, content: dict[str, Any]) -> pathlib.Path:
    path.write_text(json.dumps(content))
    return path


def model(path: pathlib.Path, seed: int) -> pathlib.Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(random_model(CONFIG, seed), int(path.suffix[-1])))
    return path


@pytest.fixture(name="small")
def small_fixture(tmp_path: pathlib.Path) -> pathlib.Path:
    """Two contenders with two seeds each, on a small text; no core."""
    (tmp_path / "text.txt").write_text(TEXT)
    for seed in (0, 1):
        model(tmp_path / "models" / f"a{seed}.atome03", seed)
        model(tmp_path / "models" / f"b{seed}.atome03", seed + 10)
    return write(tmp_path / "small.json", {
        "name": "small", "text": "text.txt", "split": "all", "seeds": [0, 1], "baseline": "b",
        "contenders": [{"name": "a", "model": "models/a{seed}.atome03"},
                       {"name": "b", "model": "models/b{seed}.atome03", "variant": "q15"}]})


@needs_firmware
def test_the_example_agrees_with_the_other_commands(tmp_path: pathlib.Path) -> None:
    process = run(ROOT / "golden" / "experiments" / "variants.json", tmp_path)
    assert process.returncode == 0, process.stderr
    assert "Exact, any difference is one" in process.stdout and "One seed: the spread" in process.stdout
    results = results_of(tmp_path)
    rows = {row["name"]: row for row in results["results"]}
    differences = {row["name"]: row for row in results["differences"]}
    assert list(rows) == ["f32", "q15", "q15kv8", "f32-size"] and "f32" not in differences
    words = ["--format", "json"]
    scored = json.loads(atome("ppl", MODEL, "--variant", "q15", "--against-variant", "f32", *words).stdout)
    assert [rows[name]["perplexity"] for name in ("q15", "f32")] == [
        pytest.approx(row["perplexity"], rel=1e-12) for row in scored["results"]]
    pair, ours = scored["comparisons"][0], differences["q15"]["perplexity"]
    assert ours["percent"] == pytest.approx(100 * (pair["perplexity_ratio"] - 1), abs=1e-9)
    assert ours["verdict"] == "undecided" or (ours["percent"] < 0) == (ours["verdict"] == "better")
    assert differences["f32-size"]["perplexity"]["verdict"] == "same", "the same bits"
    for row in rows.values():
        assert row["disk_bytes"] == MODEL.stat().st_size and row["params"] == 60800
        assert row["bits_per_weight"] == pytest.approx(8 * MODEL.stat().st_size / 60800)
        assert row["format_bytes"] == {f"ATOME0{n}": MODEL.with_suffix(f".atome0{n}").stat().st_size
                                       for n in (1, 2, 3)}
        assert 1 < row["trit_entropy_bits"] < 1.585
    cycles = json.loads(atome("cycles", MODEL, "--core", "m3", "--variant", "q15", "--format", "json").stdout)
    sizes = json.loads(atome("size", MODEL, "--core", "m3", "--build", "size", "--format", "json").stdout)
    by_core = {name: {core["core"]: core for core in row["cores"]} for name, row in rows.items()}
    assert by_core["q15"]["m3"]["cycles_per_token"] == cycles["cells"][0]["cycles_per_token"]
    os_cell, os_row = sizes["cells"][0], by_core["f32-size"]["m3"]
    assert os_row["ram_bytes"] == os_cell["ram_bytes"]
    assert os_row["flash_bytes"] == os_cell["firmware_bytes"] + os_cell["model_bytes"]
    assert os_row["firmware"].endswith("-os.elf") and os_row["cycles_per_token"] > by_core["f32"]["m3"]["cycles_per_token"]
    exact = {(row["figure"], row.get("core")): row for row in differences["f32-size"]["exact"]}
    assert exact["flash_bytes", "m3"]["difference_of_medians"] == os_row["flash_bytes"] - by_core["f32"]["m3"]["flash_bytes"]


def test_seeds_formats_and_jobs(small: pathlib.Path) -> None:
    folder = small.parent
    process = run(small, folder, "--jobs", "1")
    assert process.returncode == 0, process.stderr
    first = (folder / "out" / "ab_results.json").read_bytes()
    assert "2 seeds: medians (least..most); the interval is over chunks and seeds" in process.stdout
    assert run(small, folder, "--jobs", "7", "--fresh").stdout == process.stdout
    assert (folder / "out" / "ab_results.json").read_bytes() == first
    assert run(small, folder, "--format", "json").stdout.encode() == first
    assert "| --- |" in run(small, folder, "--format", "md").stdout
    rows = list(csv.DictReader(io.StringIO(run(small, folder, "--format", "csv").stdout)))
    assert [row["name"] for row in rows] == ["a", "b"] and rows[1]["verdict"] == ""
    results = json.loads(first)
    perplexities = [row["perplexity"] for row in results["results"] if row["name"] == "a"]
    assert results["summary"][0]["perplexity"]["min"] == min(perplexities)
    assert float(rows[0]["perplexity_max"]) == max(perplexities)
    assert results["differences"][0]["perplexity"]["interval"] == "over chunks and seeds"


def test_report_has_the_figures_of_the_results(small: pathlib.Path) -> None:
    folder = small.parent
    assert run(small, folder, "--report", str(folder / "report.json")).returncode == 0
    cells, results = read_report(folder / "report.json").cells, results_of(folder)
    assert [cell.detail for cell in cells] == ["small: a", "small: b"]
    for cell, summary in zip(cells, results["summary"], strict=True):
        rows = [row for row in results["results"] if row["name"] == summary["name"]]
        whole = figures_of(cell)
        for key in ("params", "disk_bytes", "bits_per_weight", "perplexity", "bpb"):
            assert whole[key] == summary[key]["median"]
        assert whole["text_sha256"] == results["config"]["data_sha256"]
        [perplexity] = [figure for figure in cell.figures if figure.name == "perplexity"]
        assert list(perplexity.samples) == [row["perplexity"] for row in rows]
        assert figures_of(cell, "seed") == {(str(row["seed"]), "model_sha256"): row["model_sha256"] for row in rows}
    [difference] = results["differences"]
    [ratio] = [figure for figure in cells[0].figures if figure.part_kind == "against"]
    assert ratio.part == "b" and 100 * (ratio.real - 1) == pytest.approx(difference["perplexity"]["percent"])
    assert [100 * (bound - 1) for bound in (ratio.low, ratio.high)] == pytest.approx(
        difference["perplexity"]["percent_interval"])


def test_order_of_contenders_changes_no_figure(small: pathlib.Path) -> None:
    folder = small.parent
    assert run(small, folder).returncode == 0
    first = results_of(folder)
    content = json.loads(small.read_text())
    content["contenders"].reverse()
    assert run(write(folder / "turned.json", content), folder, "--fresh").returncode == 0
    turned = results_of(folder)
    assert sorted(map(str, turned["results"])) == sorted(map(str, first["results"]))
    assert turned["differences"] == first["differences"]


@needs_firmware
def test_a_killed_run_goes_on(tmp_path: pathlib.Path) -> None:
    """Killed when some of its measurements are kept; those are not made again."""
    content = json.loads((ROOT / "golden" / "experiments" / "variants.json").read_text())
    for contender in content["contenders"]:
        contender["model"] = str(MODEL)
    config = write(tmp_path / "config.json", content)
    words = ["ab", config, "--cache", tmp_path / "cache", "--out", tmp_path / "out", "--jobs", "1"]
    with subprocess.Popen([BUILD / "atome", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 120
        while len(list((tmp_path / "cache").glob("*.json"))) < 3 and time.monotonic() < until:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not (tmp_path / "out").exists()
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache").glob("*.json")}
    assert 3 <= len(kept) < 19
    assert run(config, tmp_path, "--jobs", "1").returncode == 0
    resumed = results_of(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert len(list((tmp_path / "cache").glob("*.json"))) == 19, "both builds of f32 share their losses"
    assert run(config, tmp_path, "--fresh").returncode == 0
    assert results_of(tmp_path) == resumed
    assert {path: path.stat().st_mtime_ns for path in kept} != kept


@pytest.fixture(name="trained")
def trained_fixture(tmp_path: pathlib.Path) -> pathlib.Path:
    """As `small`, but the models are yet to be trained; the stand-in for Python is `python` beside it."""
    (tmp_path / "text.txt").write_text(TEXT)
    (tmp_path / "python").write_text(PYTHON)
    (tmp_path / "python").chmod(0o755)
    train = {"contender": "ternary_60k", "recipe": "published"}
    return write(tmp_path / "trained.json", {
        "name": "trained", "text": "text.txt", "split": "all", "seeds": [0, 1], "baseline": "one",
        "contenders": [{"name": name, "model": f"models/{name}_{{seed}}/{name}.atome03", "train": train}
                       for name in ("one", "other")]})


def log_of(folder: pathlib.Path) -> list[list[str]]:
    return [line.split() for line in (folder / "log").read_text().splitlines()]


def test_trains_what_is_missing(trained: pathlib.Path) -> None:
    folder = trained.parent
    process = run(trained, folder, ATOME_PYTHON=folder / "python")
    assert process.returncode == 0, process.stderr
    assert "[other seed 1] step 1/2 seed 1" in process.stderr and "step" not in process.stdout
    rows = results_of(folder)["results"]
    assert [(row["steps"], row["final_loss"]) for row in rows] == [(2, 5.5)] * 4
    assert run(trained, folder, ATOME_PYTHON="/none").stdout == process.stdout, "nothing is left to train"
    assert run(trained, folder, "--train", ATOME_PYTHON=folder / "python").stdout == process.stdout
    assert [row[1:] for row in sorted(log_of(folder), key=lambda row: row[1:])] == [
        [name, seed, "False"] for name in ("one", "other") for seed in ("0", "0", "1", "1")]


def test_a_killed_training_goes_on(trained: pathlib.Path) -> None:
    folder = trained.parent
    (folder / "wait").touch()
    words = ["ab", trained, "--cache", folder / "cache", "--out", folder / "out", "--jobs", "1"]
    environment = dict(os.environ, ATOME_PYTHON=str(folder / "python"))
    with subprocess.Popen([BUILD / "atome", *words], env=environment, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        assert b"step 1/2" in process.stderr.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
    trainer = pathlib.Path("/proc") / log_of(folder)[0][0]
    until = time.monotonic() + 30
    while trainer.exists() and "Z" not in (trainer / "stat").read_text().split()[2] and time.monotonic() < until:
        time.sleep(0.02)
    assert not trainer.exists() or "Z" in (trainer / "stat").read_text().split()[2], "it died too"
    (folder / "wait").unlink()
    process = run(trained, folder, "--jobs", "1", ATOME_PYTHON=folder / "python")
    assert process.returncode == 0, process.stderr
    assert [row[1:] for row in log_of(folder)] == [
        ["one", "0", "False"], ["one", "0", "True"], ["one", "1", "False"], ["other", "0", "False"],
        ["other", "1", "False"]]


def test_training_that_cannot_be(trained: pathlib.Path, tmp_path: pathlib.Path) -> None:
    python = tmp_path / "bare"
    python.write_text("#!/bin/sh\necho No module named torch >&2\nexit 1\n")
    python.chmod(0o755)
    message = refused("ab", trained, ATOME_PYTHON=python)
    assert "PyTorch" in message and "No module named torch" in message and "ci/setup --train" in message
    assert "cannot start /none" in refused("ab", trained, ATOME_PYTHON="/none")


@pytest.mark.parametrize(("change", "parts"), [
    ({"baseline": "c"}, ["/baseline: \"c\" is no contender", "give one of a, b"]),
    ({"text": "none.txt"}, ["/text: ", "none.txt"]),
    ({"chunk": 5000}, ["less than a chunk of 5000"]),
    ({"contenders": [{"name": "b", "model": "none{seed}.atome03"}]}, ["/contenders/0/model: ", "none0.atome03"]),
    ({"contenders": [{"name": "b", "model": "text.txt", "variant": "q9"}]}, ["/contenders/0/variant: unknown"]),
    ({"cores": ["m9"]}, ["/cores/0: unknown core \"m9\""]),
])
def test_mistakes_are_named(small: pathlib.Path, change: dict[str, Any], parts: list[str]) -> None:
    write(small, json.loads(small.read_text()) | change)
    message = refused("ab", small)
    for part in [str(small), *parts]:
        assert part in message, message


def test_other_mistakes(small: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert "no contender has a \"train\"" in refused("ab", small, "--train")
    assert "cannot open" in refused("ab", tmp_path / "none.json")
    damaged = tmp_path / "models" / "a1.atome03"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    message = refused("ab", small)
    assert "/contenders/0/model: " in message and "a1.atome03" in message and "checksum" in message


@needs_firmware
def test_missing_firmware_leaves_the_rest(small: pathlib.Path, tmp_path: pathlib.Path) -> None:
    write(small, json.loads(small.read_text()) | {"cores": ["m3"]})
    process = run(small, tmp_path, "--report", str(tmp_path / "report.json"), ATOME_FIRMWARE_DIR=tmp_path)
    assert process.returncode == 2
    for cell in read_report(tmp_path / "report.json").cells:
        assert cell.status == 5 and "seed 0 on m3: no firmware" in cell.message  # CELL_STATUS_MISSING
        assert cell.unavailable["cycles_per_token"] and figures_of(cell)["perplexity"] > 1
    assert "missing: a seed 0 on m3: no firmware" in process.stdout and "ci/build" in process.stdout
    assert results_of(tmp_path)["results"][0]["perplexity"] > 1
    assert run(small, tmp_path).returncode == 0, "what was missing is not kept"
