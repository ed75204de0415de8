"""JSON of github-action-benchmark, `tool: customSmallerIsBetter`: [{name, unit, value, range, extra}].

Only figures of which less is better: the action would call a faster or better model a regression otherwise.
"""

from __future__ import annotations

import json

from reports.export.names import benchmark_name, numbers
from reports.report_data import Report


def render(report: Report) -> str:
    entries = []
    for cell, figure, number in numbers(report):
        if figure.info.better != "less":
            continue
        entry: dict[str, object] = {"name": f"{figure.name} {benchmark_name(cell, figure)}".strip(),
                                    "unit": figure.info.unit, "value": number}
        if figure.low is not None and figure.high is not None:
            entry["range"] = f"{figure.low:.6g} to {figure.high:.6g}"
        if cell.command:
            entry["extra"] = cell.command
        entries.append(entry)
    return json.dumps(entries, indent=1, allow_nan=False) + "\n"
