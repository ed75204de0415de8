"""Families, budgets and numbers in plain English."""

from __future__ import annotations

from collections.abc import Sequence

from reports.frontier.candidates import Setting
from reports.frontier.results import Results

_FAMILIES = {"ternary": "the ternary model", "plain_fp32": "the plain FP32 transformer", "plain_int8": "the plain int8 transformer"}
_SHORT = {"ternary": "ternary", "plain_fp32": "plain FP32", "plain_int8": "plain int8"}
COSTS = {"flash": "flash", "ram": "RAM", "cycles": "cycles a token"}
_PATHWAYS = {"local": "convolution", "state": "recurrence", "sparse": "attention"}
_TEXTS = {"tinystories": "TinyStories", "builtin": "the built-in text"}


def family(name: str) -> str:
    return _FAMILIES.get(name, name)


def title(name: str, drop: str = "") -> str:
    """For tables and legends: short."""
    return f"ternary without {drop}" if drop else _SHORT.get(name, name)


def pathway(drop: str) -> str:
    return f"its {drop} pathway ({_PATHWAYS[drop]})" if drop in _PATHWAYS else f"its {drop} pathway"


def text(name: str) -> str:
    return _TEXTS.get(name, name)


def budget(found: Results, name: str) -> str:
    return f"{grouped(found.budgets[name].steps)} steps"


def grouped(number: float) -> str:
    """1234567 -> "1 234 567"."""
    return f"{round(number):,}".replace(",", " ")


def amount(number: float) -> str:
    """Three digits, as a range needs no more: "33.1k", "1.21M"."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= 0.9995 * size:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"


def listed(parts: Sequence[str], last: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def cores(names: Sequence[str], everything: Sequence[str]) -> str:
    return "every core" if set(names) == set(everything) and len(names) > 1 else listed(names)


def heading(found: Results, setting: Setting) -> str:
    """What all figures of a setting are of."""
    return f"{text(setting.text)}, {budget(found, setting.budget)} ({setting.budget})"
