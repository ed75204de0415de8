"""What is exported can be read back, has the forms that its readers want, and leaves nothing out that it promises."""

from __future__ import annotations

import csv
import io
import json
import math
import pathlib
import re
import subprocess
from typing import Any

import pytest

from reports import report_file as rf
from reports.export import action, bencher, benchmark, csv_table
from reports.page.build import Inputs
from reports.testing.random_reports import random_report
from reports.report import OUTPUTS, main

COMPARE = pathlib.Path("/usr/share/benchmark/compare.py")
SEEDS = pytest.mark.parametrize("seed", range(60))


def _tracked(report: rf.Report) -> list[tuple[rf.Cell, rf.Figure]]:
    return [(cell, figure) for cell in report.cells for figure in cell.figures
            if not isinstance(figure.value, str) and figure.part_kind != "symbol"]


def _text(value: object) -> str:
    """A real's reads back to its bits."""
    return "" if value is None else str(value)


@SEEDS
def test_csv_has_every_figure_to_the_bit(seed: int) -> None:
    report = random_report(seed)
    rows = list(csv.DictReader(io.StringIO(csv_table.render(report), newline="")))
    assert all(tuple(row) == csv_table.COLUMNS for row in rows)
    written = [tuple(row[name] for name in (*csv_table.KEY, "outcome", "name", "part_kind", "part", "unit", "class", "value",
                                            "low", "high", "commit", "date")) for row in rows if row["class"]]
    assert written == [(*(getattr(cell.key, name) for name in csv_table.KEY), cell.outcome, f.name, f.part_kind, f.part, f.info.unit,
                        f.info.figure_class, _text(f.value), _text(f.low), _text(f.high), report.environment.commit,
                        report.environment.date) for cell in report.cells for f in cell.figures]
    reasons = sorted((row["name"], row["reason"]) for row in rows if not row["class"])
    assert reasons == sorted(
        [each for cell in report.cells for each in cell.unavailable.items()] +
        [("", cell.message) for cell in report.cells if cell.outcome != "pass" or not (cell.figures or cell.unavailable)])


@SEEDS
def test_bencher_has_every_number_in_its_format(seed: int) -> None:
    report = random_report(seed)
    benchmarks = json.loads(bencher.render(report), parse_constant=pytest.fail)
    metrics = [(name, measure, metric) for name, measures in benchmarks.items() for measure, metric in measures.items()]
    for name, measure, metric in metrics:
        assert 0 < len(name) <= 1024 and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", measure) and len(measure) <= 64
        assert set(metric) in ({"value"}, {"value", "lower_value", "upper_value"})
    assert sorted((measure, metric["value"], metric.get("lower_value", 0)) for _, measure, metric in metrics) == sorted(
        (f.name.replace("_", "-"), f.value, f.low or 0) for _, f in _tracked(report))


@SEEDS
def test_the_action_has_what_is_better_smaller(seed: int) -> None:
    report = random_report(seed)
    entries = json.loads(action.render(report), parse_constant=pytest.fail)
    for entry in entries:
        assert {"name", "unit", "value"} <= set(entry) <= {"name", "unit", "value", "range", "extra"}
        assert type(entry["value"]) in (int, float)
        assert all(type(entry.get(name, "")) is str for name in ("name", "unit", "range", "extra"))
    assert len({entry["name"] for entry in entries}) == len(entries)
    assert [entry["value"] for entry in entries] == [f.value for _, f in _tracked(report) if f.info.better == "less"]


def test_the_action_gets_all_of_which_less_is_better_and_nothing_else() -> None:
    def tracked(name: str) -> bool:
        report = rf.Report("x", cells=[rf.Cell(rf.Key(), figures=[rf.Figure(name, 1)])])
        return bool(json.loads(action.render(report)))

    less = {"bits_per_byte", "cycles_total", "instructions_total", "flash_bytes", "kl_mean_nats", "perplexity_ratio",
            "seconds"}
    more = {"tokens_per_second", "host_tokens_per_second", "tokens_matched", "longest_max_seq", "fits", "same_top_share",
            "tokens_total", "tokens", "board_flash_bytes", "board_ram_bytes"}
    assert all(tracked(name) for name in less) and not any(tracked(name) for name in more)


def _timed(seconds: tuple[float, ...], cycles: int, outcome: str = "pass") -> rf.Report:
    return rf.Report("ci/nightly", rf.Environment(date="2026-01-01T00:00:00Z", host="Debian"), [
        rf.Cell(rf.Key("benchmark", detail="Linear/64"), figures=[rf.Figure("seconds", seconds[0], samples=seconds)]),
        rf.Cell(rf.Key("cycles", "unicorn", "m3"), outcome, "it fell over" if outcome != "pass" else "", figures=[
            rf.Figure("cycles_per_token", cycles), rf.Figure("instructions_per_token", 7),
            rf.Figure("cycles_per_token", 3, "op", "norm"), rf.Figure("instructions_per_token", 2, "op", "norm")]),
        rf.Cell(rf.Key("size", "elf", "m3"), figures=[rf.Figure("ram_bytes", 5)])])


def test_google_benchmark_has_repetitions_and_cycles() -> None:
    data = json.loads(benchmark.render(_timed((2e-9, 3e-9), 1000)))
    assert [(each["name"], each["repetition_index"], each["real_time"], each["time_unit"]) for each in data["benchmarks"]] == [
        ("benchmark Linear/64", 0, 2, "ns"), ("benchmark Linear/64", 1, 3, "ns"), ("cycles unicorn m3", 0, 1000, "ns"),
        ("cycles unicorn m3 op=norm", 0, 3, "ns")]
    assert data["benchmarks"][3]["instructions_per_token"] == 2
    assert data["context"]["date"] == "2026-01-01T00:00:00Z" and data["context"]["failed"] == {}
    failed = json.loads(benchmark.render(_timed((2e-9,), 1000, "crashed")))
    assert failed["context"]["failed"] == {"cycles unicorn m3": "it fell over"} and len(failed["benchmarks"]) == 1


@SEEDS
def test_google_benchmark_is_json_of_any_report(seed: int) -> None:
    data: dict[str, Any] = json.loads(benchmark.render(random_report(seed)), parse_constant=pytest.fail)
    for each in data["benchmarks"]:
        assert math.isfinite(each["real_time"]) and each["run_type"] == "iteration" and each["time_unit"] == "ns"


def test_seconds_beyond_all_numbers_are_left_out() -> None:
    assert json.loads(benchmark.render(_timed((1e308,), 1000)))["benchmarks"][0]["name"] == "cycles unicorn m3"


@pytest.mark.skipif(not COMPARE.is_file(), reason=f"no {COMPARE}: install libbenchmark-tools")
def test_google_benchmarks_own_tool_compares_ours(tmp_path: pathlib.Path) -> None:
    if subprocess.run(["/usr/bin/python3", "-c", "import scipy"], check=False, capture_output=True).returncode:
        pytest.skip("compare.py needs python3-scipy")
    for name, report in (("a", _timed((1e-6, 2e-6, 3e-6), 1000)), ("b", _timed((1e-6, 2e-6, 3e-6), 1010))):
        (tmp_path / name).write_text(benchmark.render(report))
    done = subprocess.run(["/usr/bin/python3", COMPARE, "--no-color", "benchmarks", tmp_path / "a", tmp_path / "b"], check=True,
                          capture_output=True, text=True)
    line, = (each.split() for each in done.stdout.splitlines() if each.startswith("cycles unicorn m3  "))
    assert line[-6:] == ["+0.0100", "+0.0100", "1000", "1010", "1000", "1010"]
    assert "benchmark Linear/64_pvalue" in done.stdout  # its test over the repetitions


def test_the_command_writes_what_its_options_name(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    rf.write(_timed((1e-6,), 1000), tmp_path / "report.binpb")
    outputs = {option: tmp_path / option.lstrip("-") for option in OUTPUTS}
    words = [str(word) for item in outputs.items() for word in item]
    assert main([str(tmp_path / "report.binpb"), *words]) == 0
    for option, path in outputs.items():
        assert path.read_bytes().decode() == OUTPUTS[option][0](Inputs(rf.read(tmp_path / "report.binpb")))
    assert main([str(tmp_path / "report.binpb"), "--csv", "-"]) == 0
    assert capsys.readouterr().out == outputs["--csv"].read_bytes().decode()


@pytest.mark.parametrize("words, why", [
    (["nothing.binpb", "--csv", "a"], "nothing.binpb: no report"), (["report.json"], "nothing to write; give one of --html"),
    (["report.json", "--csv", "no/folder/a"], "no/folder/"), ([], "required: REPORT")])
def test_refusals(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
                  words: list[str], why: str) -> None:
    monkeypatch.chdir(tmp_path)
    rf.write(_timed((1e-6,), 1000), pathlib.Path("report.json"))
    try:
        assert main(words) == 2
    except SystemExit as end:
        assert end.code == 2
    assert why in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.json"]
