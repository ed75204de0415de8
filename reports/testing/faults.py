"""Faults that are planted into a report, to see what people are told of them: each changes a copy's cells in place."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator

from reports.report_data import Cell, Divergence, Figure, Report


def _scale(cell: Cell, name: str, scale: float, add: int = 0, part_kind: str = "", part: str = "") -> None:
    """The figure of that name and part, and of no other, where there is one."""
    for place, figure in enumerate(cell.figures):
        if (figure.name, figure.part_kind) == (name, part_kind) and part in ("", figure.part) and not isinstance(figure.value, str):
            value = figure.value * scale if scale != 1 else figure.value
            cell.figures[place] = dataclasses.replace(figure, value=value + add)


def _some(report: Report, kind: str, core: str, variant: str = "f32", model: str = "") -> Iterator[Cell]:
    return (cell for cell in report.cells if cell.passed and (cell.key.kind, cell.key.core, cell.key.variant) == (kind, core, variant)
            and cell.key.model.startswith(model))


def wrong_bits(report: Report) -> None:
    """f32 of one model on Cortex-M3 differs from its first sums on, in both emulators."""
    for cell in _some(report, "parity", "m3", model="tiny_ties.atome03"):
        cell.outcome, cell.divergence = "mismatch", Divergence(0, 1, "local", 0, 0, 0xBDD11382, 0x3E9E0DA5, 2087657768)
        cell.figures = [dataclasses.replace(each, value=2087657768) if each.name == "max_ulp" else each for each in cell.figures]


def slower_op(report: Report) -> None:
    """Op sparse of the 60K model's f32 takes 4 % more cycles on Cortex-M4F and its boards."""
    for cell in _some(report, "cycles", "m4f", model="atome_60k"):
        sparse = cell.figure("cycles_per_token", "op", "sparse")
        whole = cell.figure("cycles_per_token")
        if sparse and whole and sparse.number and whole.number:
            _scale(cell, "cycles_per_token", 1.04, 0, "op", "sparse")
            _scale(cell, "cycles_per_token", 1 + 0.04 * sparse.number / whole.number)


def larger_code(report: Report) -> None:
    """A symbol of f32, built for speed, grows by 320 bytes on Cortex-M4F; an error where the engine has it no more."""
    for cell in _some(report, "size", "m4f", model="atome_60k"):
        if cell.key.build_kind == "speed":
            symbol = next(name for name in cell.parts("symbol", "symbol_bytes") if name.startswith("atome::op::Sparse<") and "::Run(" in name)
            _scale(cell, "symbol_bytes", 1, 320, "symbol", symbol)
            _scale(cell, "flash_bytes_needed", 1, 320, "board")
            for name in ("engine_text_bytes", "code_bytes", "firmware_bytes"):
                _scale(cell, name, 1, 320)


def crash(report: Report) -> None:
    """Every run of a variant on Cortex-M0 falls."""
    for cell in _some(report, "parity", "m0", "q15"):
        cell.outcome, cell.message = "crashed", "hard fault at 0x00001f3c, pc 0x00001f3c, lr 0x000012a5"
        cell.figures = []


def vanished(report: Report) -> None:
    """One model's cells are not there."""
    report.cells = [cell for cell in report.cells if not cell.key.model.startswith("tiny_odd")]


def more_ram(report: Report) -> None:
    """The state of q15 takes 1024 bytes more on every core."""
    for cell in report.cells:
        if (cell.key.kind, cell.key.variant) == ("size", "q15"):
            for name in ("state_bytes", "ram_bytes"):
                _scale(cell, name, 1, 1024)
            _scale(cell, "ram_bytes_needed", 1, 1024, "board")


def worse_model(report: Report) -> None:
    """Perplexity of one variant is 3 % higher."""
    for cell in report.cells:
        if (cell.key.kind, cell.key.variant) == ("perplexity", "q15kv8"):
            cell.figures = [_worse(figure) if figure.name == "perplexity" else figure for figure in cell.figures]


def _worse(figure: Figure) -> Figure:
    low, high = (None if end is None else end * 1.03 for end in (figure.low, figure.high))
    return dataclasses.replace(figure, value=float(figure.number or 0) * 1.03, low=low, high=high)


def faster(report: Report) -> None:
    """q15 takes 5 % fewer cycles on Cortex-M7: no fault, and told apart from one."""
    for cell in _some(report, "cycles", "m7", "q15"):
        _scale(cell, "cycles_per_token", 0.95)
        _scale(cell, "cycles_per_token", 0.95, 0, "op")


THREE = (wrong_bits, slower_op, larger_code)
ALL = (*THREE, crash, vanished, more_ram, worse_model, faster)


def planted(report: Report, *faults: Callable[[Report], None]) -> Report:
    found = copy.deepcopy(report)
    for fault in faults:
        fault(found)
    return found
