"""The benchmarks of emulated cores are deterministic, equal to `atome cycles` and read by Google Benchmark's
tools; `atome bench` runs the other benchmarks."""

from __future__ import annotations

import json
import pathlib
import statistics
import subprocess
import sys
from typing import Any

import pytest

from harness.testing.cells import PROGRAM, figures, load, number, read, samples
from harness.testing.process import BUILD, ROOT, atome, needs_firmware, refused

BENCHMARK = BUILD / "harness" / "atome_emulated_benchmark"
COMPARE = pathlib.Path("/usr/share/benchmark/compare.py")


def run(*words: str, **variables: str) -> dict[str, Any]:
    process = subprocess.run([BENCHMARK, "--benchmark_format=json", *words], capture_output=True, text=True,
                             timeout=300, check=True, env=variables or None)
    document: dict[str, Any] = json.loads(process.stdout)
    return document


@needs_firmware
def test_time_is_the_cycles_of_atome_cycles() -> None:
    document = run("--benchmark_filter=/(m0|m4f)/")
    assert "1 ns is one cycle" in document["context"]["time"]
    rows = {row["name"]: row for row in document["benchmarks"]}
    assert len(rows) == 2 * 10, "a token, its eight ops, and the rest"
    for cell in load(atome("cycles", "--core", "m0,m4f", "--format", "json").stdout):
        costs = {"token": figures(cell)} | cell["parts"]["op"]
        for op, cost in costs.items():
            row = rows[f"Emulated60k/{cell['core']}/{op}/iterations:1/manual_time"]
            assert row["time_unit"] == "ns" and row["iterations"] == 1
            assert row["real_time"] == pytest.approx(cost["cycles_per_token"], abs=1e-3)
            for counter in ("cycles_per_token", "instructions_per_token"):
                assert row[counter] == pytest.approx(cost[counter], abs=1e-3)


@needs_firmware
def test_the_same_in_every_run() -> None:
    one, other = ([(row["name"], row["real_time"], row["instructions_per_token"]) for row in
                   run("--benchmark_filter=/m7/")["benchmarks"]] for _ in range(2))
    assert one == other != []


def test_without_firmware_it_is_an_error_not_a_zero(tmp_path: pathlib.Path) -> None:
    [row] = run("--benchmark_filter=/m3/token", ATOME_FIRMWARE_DIR=str(tmp_path))["benchmarks"]
    assert row["error_occurred"] and "ci/build" in row["error_message"]
    assert "cycles_per_token" not in row


@needs_firmware
def test_a_core_without_cycles_is_an_error_not_a_zero() -> None:
    [row] = run("--benchmark_filter=/m33/token")["benchmarks"]
    assert row["error_occurred"] and "no modelled cycles: no complete instruction timing" in row["error_message"]
    assert "cycles_per_token" not in row


@needs_firmware
@pytest.mark.skipif(not COMPARE.exists(), reason="no compare.py (Debian: libbenchmark-tools)")
def test_google_benchmarks_own_comparison_reads_it(tmp_path: pathlib.Path) -> None:
    pytest.importorskip("scipy", reason="compare.py needs it (Debian: python3-scipy)")
    document = run("--benchmark_filter=/m3/(token|norm)/")
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    before.write_text(json.dumps(document))
    for row in document["benchmarks"]:
        row["real_time"] *= 0.75
    after.write_text(json.dumps(document))
    process = subprocess.run([sys.executable, COMPARE, "--no-color", "benchmarks", before, after],
                             capture_output=True, text=True, timeout=60, check=False)
    assert process.returncode == 0, process.stderr
    [line] = [line for line in process.stdout.splitlines() if line.startswith("Emulated60k/m3/token")]
    assert line.split()[1] == "-0.2500"


# --- atome bench

QUICK = ("--repetitions", "3", "--min-time", "0.001")


def write_program(folder: pathlib.Path, body: str) -> pathlib.Path:
    """The suite "kernels" as a script that lists BM_A/format:1 and BM_A/format:2, then runs `body`."""
    program = folder / "engine" / "atome_engine_internal_benchmark"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\ncase $1 in --benchmark_list_tests)"
                       f" echo noise; echo BM_A/format:1; echo BM_A/format:2; exit 0;; esac\n{body}\n")
    program.chmod(0o755)
    return folder


def test_bench_prints_and_reports_the_same(tmp_path: pathlib.Path) -> None:
    path, scratch = tmp_path / "report.json", tmp_path / "scratch"
    scratch.mkdir()
    process = atome("bench", "--suite", "kernels", "--filter", "columns:64", *QUICK, "--format", "json", "--report", path,
                    TMPDIR=scratch)
    assert process.returncode == 0, process.stderr
    cells = load(process.stdout)
    assert read(path) == cells
    assert [cell["detail"] for cell in cells] == [f"BM_TernaryDot/format:{n}/columns:64" for n in (1, 2)]
    for cell in cells:
        assert (cell["core"], cell["build"], cell["outcome"]) == ("host", "atome_engine_internal_benchmark", "pass")
        times = samples(cell, "seconds")
        assert len(times) == 3 and number(cell, "seconds") == statistics.median(times) and number(cell, "items") == 64
    first, second = cells
    against = ("against", first["detail"])
    assert not first["parts"] and list(second["parts"]["against"]) == [first["detail"]]
    ratios = samples(second, "time_ratio", *against)
    assert number(second, "time_ratio", *against) == statistics.median(ratios)
    assert ratios == pytest.approx([b / a for a, b in zip(samples(first, "seconds"), samples(second, "seconds"))])
    again = tmp_path / "again.json"
    subprocess.run(f"{second['command']} --report {again}", shell=True, cwd=ROOT, check=True, capture_output=True)
    assert [cell["detail"] for cell in read(again)] == [cell["detail"] for cell in cells]
    assert not list(scratch.iterdir())


def test_bench_says_what_the_times_are() -> None:
    words = ["bench", "--suite", "kernels", "--filter", "columns:64", *QUICK]
    table = atome(*words).stdout
    for part in ("median", "spread", "of the first", "2 of 2 cells pass", "only ratios hold on other hosts"):
        assert part in table


@pytest.mark.parametrize(("body", "outcome", "code", "part"), [
    ("echo oh dear >&2; exit 3", "crashed", 4, "exit code 3: oh dear"), ("kill -9 $$", "crashed", 4, "exit code 137"),
    ("exit 0", "crashed", 4, "results.json"),
    ("echo '{}' > ${1#*=}", "crashed", 4, "not what Google Benchmark writes"),
    ("""echo '{"benchmarks": []}' > ${1#*=}""", "crashed", 4, "no result of it"),
    ("""echo '{"benchmarks": [{"run_name": "BM_A/format:1", "error_occurred": true, "error_message": "no way"},
        {"run_name": "BM_A/format:2", "error_occurred": true, "error_message": "no way"}]}' > ${1#*=}""", "error", 2, "no way"),
])
def test_a_program_that_fails_is_rows(tmp_path: pathlib.Path, body: str, outcome: str, code: int, part: str) -> None:
    folder, path = write_program(tmp_path / "build", body), tmp_path / "report.binpb"
    process = atome("bench", "--suite", "kernels", "--format", "json", "--report", path, ATOME_BENCHMARK_DIR=folder)
    assert process.returncode == code
    cells = load(process.stdout)
    assert read(path) == cells
    assert [cell["outcome"] for cell in cells] == [outcome] * 2 and all(part in cell["message"] for cell in cells)
    for cell in cells:
        assert not figures(cell) and cell["unavailable"]["seconds"] == cell["message"]
        assert cell["command"].startswith(f"ATOME_BENCHMARK_DIR={folder} {PROGRAM} ")


@pytest.mark.parametrize(("words", "part"), [
    (["--suite", "emulated"], "known are host, kernels"), (["--filter", "("], "Could not compile"),
    (["--filter", "nothing"], "no benchmark matches"), (["--repetitions", "0"], "--repetitions"),
    (["--min-time", "0"], "--min-time"),
])
def test_bench_bad_words_are_named(words: list[str], part: str) -> None:
    assert part in refused("bench", *words)


def test_bench_without_its_programs(tmp_path: pathlib.Path) -> None:
    message = refused("bench", ATOME_BENCHMARK_DIR=tmp_path)
    assert str(tmp_path) in message and "ci/build" in message
