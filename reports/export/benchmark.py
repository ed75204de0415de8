"""Google Benchmark's JSON, for its compare.py and what else reads that.

Times are what the catalogue says is the time of a kind of cell: the seconds of each repetition of a benchmark, or a token's
modelled cycles, whole and by op, on a nominal clock of 1 GHz, so that 1 ns is one cycle. Cells of other kinds have no time
and are not in it, nor are cells that failed, which the context lists: as Google Benchmark's rows with an error they would
have the time 0, and compare.py take that for an improvement.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from reports import catalogue
from reports.export.names import benchmark_name
from reports.report_data import Cell, Figure, Report

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


def _counted(cell: Cell, figure: Figure) -> Entry:
    """With all that is known of the same part as counters."""
    entry = _entry(benchmark_name(cell, figure), figure.number or 0.0)
    entry.update({each.name: each.number for each in cell.figures if each.number is not None and math.isfinite(each.number)
                  and (each.part_kind, each.part) == (figure.part_kind, figure.part)})
    return entry


def _entries(cell: Cell) -> Iterator[Entry]:
    for figure in cell.figures:
        if figure.name != catalogue.KINDS[cell.key.kind].time or figure.number is None or not math.isfinite(figure.number):
            continue
        if figure.info.unit == "seconds":
            yield from _repetitions(cell, figure)
        else:
            yield _counted(cell, figure)


def render(report: Report) -> str:
    environment = report.environment
    timed = [cell for cell in report.cells if catalogue.KINDS[cell.key.kind].time]
    context = {"date": environment.date, "host_name": environment.host, "executable": report.command, "caches": [],
               "time": "cells of kind cycles: modelled cycles, 1 ns is one cycle", "commit": environment.commit,
               "harness_version": environment.harness_version,
               "failed": {str(cell.key): cell.message or cell.outcome for cell in timed if not cell.passed}}
    benchmarks: list[Entry] = []
    for family, cell in enumerate(each for each in timed if each.passed):
        benchmarks += [{**entry, "family_index": family, "per_family_instance_index": 0} for entry in _entries(cell)]
    return json.dumps({"context": context, "benchmarks": benchmarks}, indent=1, allow_nan=False) + "\n"
