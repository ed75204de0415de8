"""Numbers and names as people read them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from reports import report_json
from reports.report_data import Value

GROUP = "\N{NARROW NO-BREAK SPACE}"
_UNITS = ((1.0, "s", 3), (1e-3, "ms", 3), (1e-6, "µs", 1))  # digits behind the point of the next smaller one


def _rounded(value: int | float) -> int:
    """Halves away from 0, as the command prints them."""
    return value if isinstance(value, int) else int(math.copysign(math.floor(abs(value) + 0.5), value))


def number(value: Value, digits: int = 4) -> str:
    """Whole numbers whole, groups of three; others with so many digits, at least all before the point."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, float) and abs(value) < 1e15 and abs(value - round(value)) <= 1e-9 * abs(value):
        value = round(value)
    if isinstance(value, int) or abs(value) >= 10 ** (digits - 1):
        return f"{_rounded(value):,}".replace(",", GROUP) if abs(value) < 1e18 else f"{float(value):.{digits}g}"
    shown = float(f"{value:.{digits}g}")  # which may be ten times as long as the value: 9.9999 is 10.00
    if abs(shown) < 1e-3:
        return f"{value:.2e}"
    return number(shown, digits) if abs(shown) >= 10 ** (digits - 1) else f"{shown:.{digits - 1 - math.floor(math.log10(abs(shown)))}f}"


def _duration(seconds: float) -> str:
    """In the greatest unit of which it is one, as far as the next smaller unit would show."""
    return next((f"{seconds / size:.3f} {unit}" for size, unit, digits in _UNITS if round(seconds / size * 1e3, digits) >= 1e3), f"{seconds * 1e9:.1f} ns")


_SHOWN: dict[str, Callable[[float], str]] = {
    "fixed1": "{:.1f}".format, "fixed2": "{:.2f}".format, "fixed3": "{:.3f}".format, "fixed4": "{:.4f}".format,
    "fixed6": "{:.6f}".format, "scientific": "{:.1e}".format, "scientific2": "{:.2e}".format, "percent": "{:g} %".format,
    "share": lambda value: f"{100 * value:.2f} %", "change": lambda value: f"{100 * (value - 1):+.3f} %",
    "ulp": lambda value: f"{number(_rounded(value))} ULP", "yes": lambda value: "yes" if value else "no", "duration": _duration}


def show(value: Value, how: str) -> str:
    """A value as the catalogue's "show" says, in the command's tables too; what is too large for that in short."""
    if isinstance(value, str) or how == "text":
        return str(value)
    if how == "whole":
        return number(_rounded(value) if abs(value) < 1e15 else value)
    return f"{value:.4g}" if abs(value) >= 1e15 else _SHOWN[how](value)


def interval(low: float, high: float, how: str) -> str:
    return f"{show(low, how)} – {show(high, how)}"


def as_float(bits: int | None) -> str:
    """An IEEE single by its bits, and its value: "0x3f800000 = 1"."""
    return "not recorded" if bits is None else f"0x{bits & 0xFFFFFFFF:08x} = {report_json.as_float(bits)}"


def count(amount: int, noun: str, plural: str = "") -> str:
    return f"{number(amount)} {noun if amount == 1 else plural or noun + 's'}"


def commit(name: str) -> str:
    """Of a hash 12 digits, and whether anything was not committed; other names whole."""
    return re.sub(r"^([0-9a-f]{12})[0-9a-f]{28}(?=-dirty$|$)", r"\1", name)
