"""Numbers and names as people read them."""

from __future__ import annotations

import math
import re
import struct

from reports import report_file

GROUP = "\N{NARROW NO-BREAK SPACE}"
STATUS = {"pass": ("pass", "good"), "mismatch": ("mismatch", "bad"), "error": ("error", "bad"),
          "crashed": ("crashed", "bad"), "missing": ("missing", "warn"), "too_large": ("does not fit", "muted")}


def status(name: str) -> tuple[str, str]:
    """A status in words, and its tone."""
    return STATUS.get(name, (name or "unknown", "bad"))


def fails(cell: report_file.Cell) -> bool:
    """Whether one is to act: a model that is too large for a board is a finding, data that is not there no failure."""
    return cell.status not in ("pass", "too_large") and not cell.left_out


def _rounded(value: int | float) -> int:
    """Halves away from 0, as the command prints them."""
    return value if isinstance(value, int) else int(math.copysign(math.floor(abs(value) + 0.5), value))


def number(value: report_file.Value, digits: int = 4) -> str:
    """Whole numbers whole, groups of three; others with so many digits, at least all before the point."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, float) and abs(value) < 1e15 and abs(value - round(value)) <= 1e-9 * abs(value):
        value = round(value)
    if isinstance(value, int) or abs(value) >= 10 ** (digits - 1):
        return f"{_rounded(value):,}".replace(",", GROUP) if abs(value) < 1e18 else f"{float(value):.{digits}g}"
    if abs(value) < 1e-3:
        return f"{value:.2e}"
    return f"{value:.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}"


def delta(old: report_file.Value, new: report_file.Value) -> str:
    """The difference, signed, with its share of the old value; empty where there is none."""
    if old == new:
        return ""
    if isinstance(old, str) or isinstance(new, str):
        return "differs"
    difference = new - old
    sign = "+" if difference > 0 else "\N{MINUS SIGN}"
    text = sign + number(abs(difference))
    if not old:
        return text
    share = abs(100 * (difference / old))
    return f"{text} ({sign}{f'{share:.2f}' if share >= 0.005 else '<0.01'} %)"


def interval(low: float | None, high: float | None, digits: int = 4) -> str:
    """Both ends with as many decimals as the larger needs."""
    if low is None or high is None:
        return ""
    largest = max(abs(low), abs(high))
    if not 1e-3 <= largest < 10 ** (digits - 1):
        return f"{number(low, digits)} – {number(high, digits)}"
    decimals = max(0, digits - 1 - math.floor(math.log10(largest)))
    return f"{low:.{decimals}f} – {high:.{decimals}f}"


def as_float(bits: int | None) -> str:
    """An IEEE single by its bits, and its value: "0x3f800000 = 1"."""
    if bits is None:
        return "not recorded"
    return f"0x{bits & 0xFFFFFFFF:08x} = {struct.unpack('<f', struct.pack('<I', bits & 0xFFFFFFFF))[0]:.9g}"


def count(amount: int, noun: str, plural: str = "") -> str:
    return f"{number(amount)} {noun if amount == 1 else plural or noun + 's'}"


def commit(name: str) -> str:
    """Of a hash 12 digits, and whether anything was not committed; other names whole."""
    return re.sub(r"^([0-9a-f]{12})[0-9a-f]{28}(?=-dirty$|$)", r"\1", name)


def of_figure(name: str, part_kind: str = "", part: str = "") -> str:
    """cycles_per_token, op sparse -> "cycles per token, op sparse"."""
    return name.replace("_", " ") + (f", {part_kind} {part}" if part_kind else "")
