"""Reports as JSON, "atome.report/2": proto/report.schema.json is the contract."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Mapping
from typing import Any

from . import catalogue
from .report_data import MAX_COUNT, Cell, Divergence, Environment, Figure, Key, Report, Value

SCHEMA = "atome.report/2"
KEY = ("runner", "core", "board", "model", "variant", "build_kind", "text", "detail")
TEXTS = ("message", "note", "model_sha256", "build", "build_sha256", "command")  # of a cell
ENVIRONMENT = ("harness_version", "commit", "host", "date")
COUNTS = ("layer", "index", "ulp")           # of a divergence, which may be absent
BITS = ("expected_bits", "actual_bits")      # likewise; beside them "expected" and "actual", for people
_MAX_BITS = 2**32 - 1


def says_so(text: str) -> bool:
    """Whether a JSON text says that it is of this form; reports of older atomes say nothing."""
    return '"schema"' in text.partition('"cells"')[0]


def as_float(bits: int) -> str:
    """An IEEE single by its bits: 0x3f800000 is "1"."""
    return f"{struct.unpack('<f', struct.pack('<I', bits & _MAX_BITS))[0]:.9g}"


# Reading. A reader takes what it finds and its place in the text, "/cells/3/figures".
Reader = Callable[[Any, str], Any]


def _object(found: Any, at: str, readers: Mapping[str, Reader] | None = None, others: Reader | None = None) -> dict[str, Any]:
    """What the readers make of its values, by their names; other names are refused, or read by `others`."""
    if not isinstance(found, dict):
        raise ValueError(f"{at or '/'}: is not an object")
    out = {}
    for name, value in found.items():
        reader = (readers or {}).get(name, others)
        if reader is None:
            raise ValueError(f"{at}/{name}: is not known to this version")
        out[_text(name, at)] = reader(value, f"{at}/{name}")
    return out


def _list(reader: Reader) -> Reader:
    def read(found: Any, at: str) -> list[Any]:
        if not isinstance(found, list):
            raise ValueError(f"{at}: is not an array")
        return [reader(each, f"{at}/{place}") for place, each in enumerate(found)]
    return read


def _any(found: Any, _: str) -> Any:
    return found


def _text(found: Any, at: str) -> str:
    if not isinstance(found, str):
        raise ValueError(f"{at}: is not text")
    found.encode()  # half a pair of surrogates is not text either
    return found


def _texts(found: Any, at: str) -> dict[str, str]:
    return _object(found, at, others=_text)


def _real(found: Any, at: str) -> float:
    if not isinstance(found, (int, float)) or isinstance(found, bool):
        raise ValueError(f"{at}: is not a number")
    return float(found)


def _count(found: Any, at: str) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= _MAX_BITS:
        raise ValueError(f"{at}: is not a whole number below 2^32")
    return found


def _bits(found: Any, at: str) -> int:
    if not re.fullmatch("0x[0-9a-fA-F]{1,8}", _text(found, at)):
        raise ValueError(f"{at}: is not 32 bits, as in 0x3f800000")
    return int(found, 16)


def _value(found: Any, at: str) -> Value:
    if isinstance(found, str):
        return _text(found, at)
    number = _real(found, at)
    return found if isinstance(found, int) and 0 <= found <= MAX_COUNT else number


_FIGURE: dict[str, Reader] = {"value": _value, "low": _real, "high": _real, "samples": _list(_real),
                              "sample_counts": _list(_count)}
_DIVERGENCE: dict[str, Reader] = {"op": _text, "note": _text, **dict.fromkeys(("case", "step", *COUNTS), _count),
                                  **dict.fromkeys(BITS, _bits), **dict.fromkeys(("expected", "actual"), _text)}


def _figure(name: str, found: Any, part_kind: str, part: str, at: str) -> Figure:
    said = _object(found, at, _FIGURE) if isinstance(found, dict) else {"value": _value(found, at)}
    if "value" not in said:
        raise ValueError(f"{at}: has no value")
    return Figure(name, part_kind=part_kind, part=part,
                  **{field: tuple(value) if isinstance(value, list) else value for field, value in said.items()})


def _figures(found: Any, at: str, part_kind: str = "", part: str = "") -> list[Figure]:
    return [_figure(name, value, part_kind, part, f"{at}/{name}") for name, value in _object(found, at, others=_any).items()]


def _parts(part_kind: str) -> Reader:
    def read(found: Any, at: str) -> list[Figure]:
        parts = _object(found, at, others=_any)
        return [figure for part, figures in parts.items() for figure in _figures(figures, f"{at}/{part}", part_kind, part)]
    return read


def _all_parts(found: Any, at: str) -> list[Figure]:
    kinds = _object(found, at, {part_kind: _parts(part_kind) for part_kind in catalogue.PART_KINDS[1:]})
    return [figure for figures in kinds.values() for figure in figures]


def _divergence(found: Any, at: str) -> Divergence:
    said: dict[str, Any] = {"case": 0, "step": 0, "op": "", **_object(found, at, _DIVERGENCE)}
    return Divergence(**{name: value for name, value in said.items() if name not in ("expected", "actual")})


_CELL: dict[str, Reader] = {**dict.fromkeys(("kind", "outcome", *KEY, *TEXTS), _text), "divergence": _divergence,
                            "unavailable": _texts, "figures": _figures, "parts": _all_parts}


def _cell(found: Any, at: str) -> Cell:
    said = _object(found, at, _CELL)
    for name in ("kind", "outcome"):
        if name not in said:
            raise ValueError(f"{at}: has no {name}")
    key = Key(**{name: said.pop(name) for name in ("kind", *KEY) if name in said})
    return Cell(key, figures=said.pop("figures", []) + said.pop("parts", []), **said)


_REPORT: dict[str, Reader] = {
    "command": _text, "cells": _list(_cell), "sources": _list(_text), "schema": _text,
    "environment": lambda found, at: Environment(**_object(found, at, {**dict.fromkeys(ENVIRONMENT, _text), "tools": _texts}))}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"an object has {next(name for name in names if names.count(name) > 1)!r} twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"is not JSON: {name} is not a number")


def parse(text: str) -> Report:
    """What dump wrote; ValueError says the place and what is wrong there. What figures may be, report_data.check says."""
    found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise ValueError(f"/schema: is not {SCHEMA!r}, the only form that this version reads and writes")
    said = _object(found, "", _REPORT)
    said.pop("schema")
    return Report(**said)


# Writing.

def _without_sign(value: Any) -> Any:
    """0 for -0: the sign would be a difference that nobody measured."""
    return value + 0.0 if isinstance(value, float) else value


def _figure_json(figure: Figure) -> Any:
    """The value alone, or an object with it where there is more to say."""
    found = {"value": figure.value, "low": figure.low, "high": figure.high, "samples": figure.samples,
             "sample_counts": figure.sample_counts}
    said = {name: [*map(_without_sign, each)] if isinstance(each, tuple) else _without_sign(each)
            for name, each in found.items() if each not in (None, ())}
    return said if len(said) > 1 else said["value"]


def _divergence_json(found: Divergence) -> dict[str, Any]:
    bits = {name: value for name in BITS if (value := getattr(found, name)) is not None}
    out = {"case": found.case, "step": found.step, "layer": found.layer, "op": found.op, "index": found.index,
           **{name: f"0x{value:08x}" for name, value in bits.items()},
           **{name.removesuffix("_bits"): as_float(value) for name, value in bits.items()},
           "ulp": found.ulp, "note": found.note or None}
    return {name: value for name, value in out.items() if value is not None}


def _cell_json(cell: Cell) -> dict[str, Any]:
    parts: dict[str, dict[str, dict[str, Any]]] = {}
    for figure in cell.figures:
        parts.setdefault(figure.part_kind, {}).setdefault(figure.part, {})[figure.name] = _figure_json(figure)
    whole = parts.pop("", {"": {}})[""]
    out = {"kind": cell.key.kind, **{name: getattr(cell.key, name) for name in KEY}, "outcome": cell.outcome,
           **{name: text for name in TEXTS if (text := getattr(cell, name))},
           "divergence": cell.divergence and _divergence_json(cell.divergence),
           "unavailable": dict(sorted(cell.unavailable.items())), "figures": whole, "parts": parts}
    return {name: value for name, value in out.items() if name == "figures" or value not in (None, {})}


def dump(report: Report) -> str:
    """The report, which must be one that report_data.check takes, as this form's text."""
    environment = {**{name: getattr(report.environment, name) for name in ENVIRONMENT}, "tools": dict(sorted(report.environment.tools.items()))}
    found = {"schema": SCHEMA, "command": report.command, "environment": environment, "sources": report.sources,
             "cells": [_cell_json(cell) for cell in report.cells]}
    return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
