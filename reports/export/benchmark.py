"""Google Benchmark's JSON, for its compare.py and what else reads that.

Times are what a cell is about: the seconds of each repetition of a benchmark, or a token's modelled cycles, whole and
by op, on a nominal clock of 1 GHz, so that 1 ns is one cycle. Cells of other kinds have no time and are not in it, nor
are cells that failed, which the context lists: as Google Benchmark's rows with an error they would have the time 0, and
compare.py take that for an improvement.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from reports.export.names import benchmark_name
from reports.report_file import PASS, Cell, Figure, Report

NANOSECONDS = 1e9
Entry = dict[str, object]


def _entry(name: str, time_ns: float, repetition: int = 0, repetitions: int = 1) -> Entry:
    return {"name": name, "run_name": name, "run_type": "iteration", "repetitions": repetitions,
            "repetition_index": repetition, "threads": 1, "iterations": 1, "real_time": time_ns, "cpu_time": time_ns,
            "time_unit": "ns"}


def _repetitions(cell: Cell, figure: Figure) -> Iterator[Entry]:
    times = [value * NANOSECONDS for value in figure.samples or (figure.number or 0.0,)]
    if all(map(math.isfinite, times)):  # as JSON needs them
        for i, value in enumerate(times):
            yield _entry(benchmark_name(cell, figure), value, i, len(times))


def _cycles(cell: Cell, figure: Figure) -> Entry:
    entry = _entry(benchmark_name(cell, figure), figure.number or 0.0)
    entry["cycles_per_token"] = figure.number
    instructions = cell.figure("instructions_per_token", figure.part_kind, figure.part)
    if instructions is not None:
        entry["instructions_per_token"] = instructions.number
    return entry


def _entries(cell: Cell) -> Iterator[Entry]:
    for figure in cell.figures:
        if figure.number is None or not math.isfinite(figure.number):
            continue
        if cell.key.kind == "benchmark" and figure.name == "seconds":
            yield from _repetitions(cell, figure)
        elif cell.key.kind == "cycles" and figure.name == "cycles_per_token":
            yield _cycles(cell, figure)


def render(report: Report) -> str:
    environment = report.environment
    timed = [cell for cell in report.cells if cell.key.kind in ("benchmark", "cycles")]
    context = {"date": environment.date, "host_name": environment.host, "executable": report.command, "caches": [],
               "time": "cells of kind cycles: modelled cycles, 1 ns is one cycle", "commit": environment.commit,
               "harness_version": environment.harness_version,
               "failed": {str(cell.key): cell.message or cell.status for cell in timed if cell.status != PASS}}
    benchmarks: list[Entry] = []
    for family, cell in enumerate(each for each in timed if each.status == PASS):
        benchmarks += [{**entry, "family_index": family, "per_family_instance_index": 0} for entry in _entries(cell)]
    return json.dumps({"context": context, "benchmarks": benchmarks}, indent=1, allow_nan=False) + "\n"
