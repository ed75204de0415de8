"""Bencher Metric Format: {benchmark: {measure: {value, lower_value, upper_value}}}, for `bencher run --adapter json`.

A benchmark is a cell or a part of one, a measure a figure's name in Bencher's way, "cycles-per-token".
"""

from __future__ import annotations

import json
import re

from reports.export.names import benchmark_name, numbers
from reports.report_data import Report

LONGEST_BENCHMARK, LONGEST_MEASURE = 1024, 64  # characters that Bencher takes


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LONGEST_MEASURE] or "value"


def render(report: Report) -> str:
    benchmarks: dict[str, dict[str, dict[str, int | float]]] = {}
    for cell, figure, number in numbers(report):
        measures = benchmarks.setdefault(benchmark_name(cell, figure)[:LONGEST_BENCHMARK], {})
        metric = {"value": number}
        if figure.low is not None and figure.high is not None:
            metric.update(lower_value=figure.low, upper_value=figure.high)
        measures[slug(figure.name)] = metric
    return json.dumps(benchmarks, indent=1, allow_nan=False) + "\n"
