"""The emulated cores as benchmarks of Google Benchmark: deterministic, equal to `atome cycles`, read by its tools."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from typing import Any

import pytest

from harness.testing.process import BUILD, atome, needs_firmware

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
    for cell in json.loads(atome("cycles", "--core", "m0,m4f", "--format", "json").stdout)["cells"]:
        costs = {"token": cell} | cell["ops"]
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
