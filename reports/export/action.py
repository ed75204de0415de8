"""JSON of github-action-benchmark, `tool: customSmallerIsBetter`: [{name, unit, value, range, extra}].

Only figures of which less is better: the action would call a faster or better model a regression otherwise.
"""

from __future__ import annotations

import json

from reports.export.names import benchmark_name, numbers
from reports.report_file import Report

SMALLER_IS_BETTER = frozenset({
    "cycles_per_token", "instructions_per_token", "seconds", "perplexity", "bits_per_byte", "kl_mean", "ratio",
    "bits_per_weight", "max_ulp", "max_abs_error", "max_relative_error", "engine_text_bytes", "library_text_bytes",
    "startup_text_bytes", "code_bytes", "rodata_bytes", "firmware_bytes", "model_bytes", "data_bytes", "bss_bytes",
    "stack_bytes", "state_bytes", "logits_bytes", "ram_bytes", "flash_bytes_needed", "ram_bytes_needed", "disk_bytes"})


def render(report: Report) -> str:
    entries = []
    for cell, figure, number in numbers(report):
        if figure.name not in SMALLER_IS_BETTER:
            continue
        entry: dict[str, object] = {"name": f"{figure.name} {benchmark_name(cell, figure)}".strip(),
                                    "unit": figure.unit, "value": number}
        if figure.low is not None and figure.high is not None:
            entry["range"] = f"{figure.low:.6g} to {figure.high:.6g}"
        if cell.command:
            entry["extra"] = cell.command
        entries.append(entry)
    return json.dumps(entries, indent=1, allow_nan=False) + "\n"
