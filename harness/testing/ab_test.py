"""`atome ab`: figures equal those of other commands, killed runs go on, a stand-in does the trainings."""

from __future__ import annotations

import csv
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from golden.config import ModelConfig
from golden.model_files import encode
from golden.random_model import random_model
from harness.testing.process import BUILD, ROOT, Process, atome, needs_firmware, refused

Cell = dict[str, Any]

VARIANTS = ROOT / "golden" / "experiments" / "variants.json"
MODEL = ROOT / "golden" / "models" / "atome_60k" / "atome_60k.atome03"
CONFIG = ModelConfig(256, 12, 2, 5, 3, 3, 16)
TEXT = "Once upon a time there was a little dog. " * 60

# A stand-in for a Python with PyTorch: a "training" waits and then writes a random model of the seed.
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


def run(config: pathlib.Path, folder: pathlib.Path, *words: str | pathlib.Path,
        **environment: str | pathlib.Path) -> Process:
    return atome("ab", config, "--out", folder / "out", *words, **environment)


def cells_in(path: pathlib.Path) -> list[Cell]:
    report = json.loads(path.read_text())
    assert report["schema"] == "atome.report/2"
    cells: list[Cell] = report["cells"]
    return cells


def results_of(folder: pathlib.Path) -> list[Cell]:
    return cells_in(folder / "out" / "ab_results.json")


def contenders_in(cells: list[Cell]) -> dict[str, Cell]:
    """The cells of the A/B itself, by contender."""
    return {cell["detail"].split(": ")[1]: cell for cell in cells if cell["kind"] == "ab"}


def value(figure: Any) -> Any:
    return figure["value"] if isinstance(figure, dict) else figure


def without_wall_time(cells: list[Cell]) -> list[Cell]:
    for cell in cells:
        cell["figures"].pop("host_tokens_per_second", None)
    return cells


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
    """Its cells equal those of the other commands, and its figures come from these cells."""
    process = run(VARIANTS, tmp_path)
    assert process.returncode == 0, process.stderr
    assert "Exact, any difference is one" in process.stdout and "One seed: the spread" in process.stdout
    cells = results_of(tmp_path)
    rows = contenders_in(cells)
    assert list(rows) == ["f32", "f32kv16", "q15", "q15kv8", "f32-size"] and "perplexity_ratio" not in str(rows["f32"])

    def theirs(*words: str) -> list[Cell]:
        found: list[Cell] = json.loads(atome(*words, "--format", "json").stdout)["cells"]
        return without_wall_time(found)

    scored = theirs("ppl", str(MODEL), "--variant", "q15")
    cycles = theirs("cycles", str(MODEL), "--core", "m3", "--variant", "q15")
    slower = theirs("cycles", str(MODEL), "--core", "m3", "--build", "size")
    for cell in [*scored, *cycles, *slower]:
        assert cell in without_wall_time(cells)
    [size] = theirs("size", str(MODEL), "--core", "m3", "--build", "size")
    [ours] = [cell for cell in cells if cell["kind"] == "size" and cell["core"] == "m3" and cell["build_kind"] == "size"]
    assert ours["figures"] == size["figures"] and ours["build"].endswith("-os.elf")
    assert value(rows["q15"]["figures"]["perplexity"]) == pytest.approx(value(scored[0]["figures"]["perplexity"]), rel=1e-12)
    [compared] = [cell for cell in theirs("ppl", str(MODEL), "--variant", "q15", "--against-variant", "f32")
                  if cell["variant"] == "q15"]
    [ratio] = compared["parts"]["against"].values()
    against = rows["q15"]["parts"]["against"]["f32"]
    assert value(against["perplexity_ratio"]) == pytest.approx(value(ratio["perplexity_ratio"]), rel=1e-12)
    verdict = against["perplexity_verdict"]
    assert verdict == "undecided" or (value(against["perplexity_ratio"]) < 1) == (verdict == "better")
    assert rows["f32-size"]["parts"]["against"]["f32"]["perplexity_verdict"] == "same", "the same bits"
    for row in rows.values():
        figures, formats = row["figures"], row["parts"]["format"]
        assert value(figures["file_bytes"]) == MODEL.stat().st_size and value(figures["parameters"]) == 60800
        assert value(figures["bits_per_weight"]) == pytest.approx(8 * MODEL.stat().st_size / 60800)
        assert {name: value(each["file_bytes"]) for name, each in formats.items()} == {
            f"ATOME0{n}": MODEL.with_suffix(f".atome0{n}").stat().st_size for n in (1, 2, 3)}
        assert 1 < value(figures["trit_entropy_bits"]) < 1.585
    on_m3 = {name: {figure: value(each) for figure, each in row["parts"]["core"]["m3"].items()} for name, row in rows.items()}
    assert on_m3["q15"]["cycles_per_token"] == value(cycles[0]["figures"]["cycles_per_token"])
    assert on_m3["f32-size"]["cycles_per_token"] > on_m3["f32"]["cycles_per_token"]
    for name in ("flash_bytes_needed", "ram_bytes_needed"):
        assert on_m3["f32-size"][name] == value(size["figures"][name])
        assert {board[name] for board in size["parts"]["board"].values()} == {on_m3["f32-size"][name]}, "as each board has it"


@needs_firmware
def test_made_of_reports_alone(tmp_path: pathlib.Path) -> None:
    """Cells that other commands measured are reused; missing ones are measured."""
    words = [str(MODEL), "--core", "m3", "--build", "speed,size"]
    reports = {name: tmp_path / name for name in ("ppl.json", "cycles.binpb", "size.json.xz")}
    for command in (["ppl", str(MODEL), "--variant", "f32,q15"], ["cycles", *words, "--variant", "f32,q15"],
                    ["size", *words, "--variant", "f32,q15"]):
        [path] = [path for name, path in reports.items() if name.startswith(command[0])]
        assert atome(*command, "--report", path).returncode == 0
    config = write(tmp_path / "config.json", {
        "name": "reports", "cores": ["m3"], "baseline": "f32",
        "contenders": [{"name": "f32", "model": str(MODEL)}, {"name": "q15", "model": str(MODEL), "variant": "q15"},
                       {"name": "f32-size", "model": str(MODEL), "build": "size"}]})
    given = [word for path in reports.values() for word in ("--from", path)]
    taken = run(config, tmp_path / "taken", *given)
    assert taken.returncode == 0 and "not measured again: 8 of 8 cells, 8 of them from reports" in taken.stderr
    assert not (tmp_path / "taken" / "out" / "cells.binpb").exists()
    measured = run(config, tmp_path / "measured")
    assert measured.returncode == 0 and "not measured again" not in measured.stderr
    assert measured.stdout == taken.stdout
    ours, theirs = contenders_in(results_of(tmp_path / "taken")), contenders_in(results_of(tmp_path / "measured"))
    assert ours == theirs
    without_firmware = run(config, tmp_path / "elsewhere", *given, ATOME_FIRMWARE_DIR=tmp_path)
    assert without_firmware.returncode == 0 and without_firmware.stdout == taken.stdout
    fewer = run(config, tmp_path / "fewer", "--from", reports["ppl.json"])
    assert fewer.stdout == taken.stdout and "not measured again: 2 of 8 cells" in fewer.stderr
    again = run(config, tmp_path / "again", "--from", tmp_path / "measured" / "out" / "ab_results.json")
    assert again.stdout == taken.stdout and "8 of them from reports" in again.stderr
    assert "none.json" in refused("ab", config, "--from", tmp_path / "none.json")


def test_a_text_that_is_not_there_comes_with_the_command_that_fetches_it(small: pathlib.Path) -> None:
    config = write(small, {**json.loads(small.read_text()), "text": "none.txt", "text_from": "ci/fetch-data"})
    message = refused("ab", config)
    assert "/text" in message and "none.txt" in message and message.rstrip().endswith("; ci/fetch-data fetches it")


def test_seeds_formats_and_jobs(small: pathlib.Path) -> None:
    folder = small.parent
    process = run(small, folder, "--jobs", "1")
    assert process.returncode == 0, process.stderr
    first = results_of(folder)
    assert "2 seeds: medians (least..most); the interval is over chunks and seeds" in process.stdout
    assert run(small, folder, "--jobs", "7", "--fresh").stdout == process.stdout
    assert without_wall_time(results_of(folder)) == without_wall_time(first)
    printed = json.loads(run(small, folder, "--format", "json").stdout)["cells"]
    assert printed == [cell for cell in first if cell["kind"] == "ab"]
    assert "| --- |" in run(small, folder, "--format", "md").stdout
    rows = list(csv.DictReader(io.StringIO(run(small, folder, "--format", "csv").stdout)))
    perplexities = [row for row in rows if row["figure"] == "perplexity"]
    assert [row["detail"] for row in perplexities] == ["small: a", "small: b"]
    assert {row["detail"] for row in rows if row["figure"] == "perplexity_verdict"} == {"small: a"}
    by_seed = [value(cell["figures"]["perplexity"]) for cell in first if cell["kind"] == "perplexity" and cell["variant"] == "f32"]
    contender = contenders_in(first)["a"]
    assert contender["figures"]["perplexity"]["samples"] == pytest.approx(by_seed, rel=1e-12)
    assert float(perplexities[0]["value"]) == value(contender["figures"]["perplexity"])
    ratio = contender["parts"]["against"]["b"]["perplexity_ratio"]
    assert len(ratio["samples"]) == 2 and ratio["low"] <= ratio["value"] <= ratio["high"]


def test_the_report_has_the_contenders(small: pathlib.Path) -> None:
    folder = small.parent
    assert run(small, folder, "--report", folder / "report.json").returncode == 0
    results = results_of(folder)
    assert cells_in(folder / "report.json") == [cell for cell in results if cell["kind"] == "ab"]
    hashes = {cell["model"]: cell["model_sha256"] for cell in results if cell["kind"] == "perplexity"}
    assert sorted(hashes) == ["a0.atome03", "a1.atome03", "b0.atome03", "b1.atome03"]
    for name, cell in contenders_in(results).items():
        assert cell["detail"] == f"small: {name}" and " ab " in cell["command"]
        assert {seed: part["model_sha256"] for seed, part in cell["parts"]["seed"].items()} == {
            str(seed): hashes[f"{name}{seed}.atome03"] for seed in (0, 1)}


def test_order_of_contenders_changes_no_figure(small: pathlib.Path) -> None:
    folder = small.parent
    assert run(small, folder).returncode == 0
    first = results_of(folder)
    content = json.loads(small.read_text())
    content["contenders"].reverse()
    assert run(write(folder / "turned.json", content), folder, "--fresh").returncode == 0
    turned, again = results_of(folder), without_wall_time(first)
    for cell in [*turned, *again]:
        if cell["kind"] == "ab":
            del cell["command"]  # names the configuration
    assert sorted(map(str, without_wall_time(turned))) == sorted(map(str, again))


@needs_firmware
def test_a_killed_run_goes_on(tmp_path: pathlib.Path) -> None:
    """The run is killed after it kept some cells; these are not measured again."""
    content = json.loads(VARIANTS.read_text()) | {"cores": ["m3", "m7"]}
    for contender in content["contenders"]:
        contender["model"] = str(MODEL)
    config = write(tmp_path / "config.json", content)
    kept = tmp_path / "out" / "cells.binpb"
    words = ["ab", config, "--out", tmp_path / "out", "--jobs", "1"]
    with subprocess.Popen([BUILD / "atome", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 120
        while (not kept.exists() or kept.stat().st_size < 30_000) and time.monotonic() < until:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not (tmp_path / "out" / "ab_results.json").exists()
    resumed = run(config, tmp_path, "--jobs", "1")
    assert resumed.returncode == 0
    found = re.search(r"not measured again: (\d+) of 24 cells, 0 of them from reports", resumed.stderr)
    assert found is not None and 2 <= int(found[1]) < 24, "both builds of f32 share their perplexity"
    cells = results_of(tmp_path)
    fresh = run(config, tmp_path, "--fresh")
    assert fresh.stdout == resumed.stdout and "not measured again" not in fresh.stderr
    assert without_wall_time(results_of(tmp_path)) == without_wall_time(cells)
    assert "not measured again: 24 of 24" in run(config, tmp_path).stderr


@pytest.fixture(name="trained")
def trained_fixture(tmp_path: pathlib.Path) -> pathlib.Path:
    """As `small`, but the models must be trained first; `python` beside it is the stand-in for Python."""
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
    for row in contenders_in(results_of(folder)).values():
        assert row["figures"]["train_steps"] == {"value": 2, "samples": [2.0, 2.0]}
        assert row["figures"]["final_loss"] == {"value": 5.5, "samples": [5.5, 5.5]}
    assert run(trained, folder, ATOME_PYTHON="/none").stdout == process.stdout, "nothing is left to train"
    assert run(trained, folder, "--train", ATOME_PYTHON=folder / "python").stdout == process.stdout
    assert [row[1:] for row in sorted(log_of(folder), key=lambda row: row[1:])] == [
        [name, seed, "False"] for name in ("one", "other") for seed in ("0", "0", "1", "1")]


def test_a_killed_training_goes_on(trained: pathlib.Path) -> None:
    folder = trained.parent
    (folder / "wait").touch()
    words = ["ab", trained, "--out", folder / "out", "--jobs", "1"]
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
    ({"baseline": "c"}, ["/baseline: \"c\" is not a contender", "give one of a, b"]),
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


def test_models_of_another_vocabulary_read_tokens(small: pathlib.Path, tmp_path: pathlib.Path) -> None:
    for seed in range(2):
        for name, first in (("a", 0), ("b", 10)):
            path = tmp_path / "models" / f"{name}{seed}.atome03"
            path.write_bytes(encode(random_model(ModelConfig(301, 12, 2, 5, 3, 3, 16), seed + first), 3))
    message = refused("ab", small)
    assert "/contenders/0/model: " in message and "vocabulary of 301 tokens, not the 256 bytes" in message
    (tmp_path / "text.jsonl").write_text("\n".join(str([i * i % 301 for i in range(line, line + 50)]) for line in range(20)))
    config = json.loads(small.read_text())
    write(small, config | {"tokens": "text.jsonl"})
    assert "/tokens: stands beside \"text\"" in refused("ab", small)
    del config["text"]
    write(small, config | {"tokens": "none.jsonl"})
    assert "/tokens: " in refused("ab", small)
    write(small, config | {"tokens": "text.jsonl"})
    process = run(small, tmp_path)
    assert process.returncode == 0, process.stderr
    assert "not measured again: 4 of 4 cells" in run(small, tmp_path).stderr
    cells = results_of(tmp_path)
    for contender in contenders_in(cells).values():
        assert "bits_per_token" in contender["figures"] and "bits_per_byte" in contender["unavailable"]
    measured = [cell for cell in cells if cell["kind"] == "perplexity"]
    assert {cell["detail"] for cell in measured} == {"chunks of 64 tokens, all"}
    again = atome(*measured[0]["command"].split()[1:], "--format", "json")
    [cell] = json.loads(again.stdout)["cells"]
    assert cell["figures"]["perplexity"] == measured[0]["figures"]["perplexity"]


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
    process = run(small, tmp_path, "--report", tmp_path / "report.json", ATOME_FIRMWARE_DIR=tmp_path)
    assert process.returncode == 2
    for cell in cells_in(tmp_path / "report.json"):
        assert cell["outcome"] == "missing" and "seed 0 on m3: no firmware" in cell["message"]
        assert cell["unavailable"]["cycles_per_token"] and value(cell["figures"]["perplexity"]) > 1
    assert "seed 0 on m3: no firmware" in process.stdout and "ci/build" in process.stdout
    assert {cell["outcome"] for cell in results_of(tmp_path) if cell["kind"] in ("cycles", "size")} == {"missing"}
    again = run(small, tmp_path)
    assert again.returncode == 0 and "not measured again: 4 of 12 cells" in again.stderr, "what was missing is not kept"
