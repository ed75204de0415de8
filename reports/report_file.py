"""Report files: the one module of reports/ and ci/ that knows proto/report.proto.

The fields and what they mean are report_data's. A report is untrusted input: `read` raises ValueError with the file
and a remedy for anything that is not one.
"""

from __future__ import annotations

import dataclasses
import lzma
import os
import pathlib
import sys
from typing import Any

from . import catalogue, report_json, whole_file
from .report_data import NOT_HERE, PASS, Cell, Divergence, Environment, Figure, Key, Report, Value, check

__all__ = ["NOT_HERE", "PASS", "Cell", "Divergence", "Environment", "Figure", "Key", "Report", "Value", "read", "write"]

SCHEMA = 2  # of binary reports whose figures have the catalogue's names; older ones say nothing
MAX_BYTES = 256 << 20   # as the harness: what holds more is not a report
MAX_MEMORY = 128 << 20  # to decompress it
_NAMED = ("runner", "core", "board", "model", "build_kind", "text", "detail")  # of a key
_OPTIONAL = ("layer", "index", "expected_bits", "actual_bits", "ulp")          # of a divergence


def _generated(name: str) -> Any:
    """proto/<name>_pb2.py, with `proto` from beside this folder where Python's path does not have it."""
    root = str(pathlib.Path(__file__).resolve().parents[1])
    if root not in sys.path:
        sys.path.append(root)
    try:
        from proto import generated
    except ImportError:
        raise ImportError("another package named proto comes before that of reports, which binary ones need; convert the "
                          "report: atome merge report.json REPORT") from None
    return generated.load(name)


def _name(enum: Any, prefix: str, number: int) -> str:
    """CELL_STATUS_TOO_LARGE as "too_large"; ValueError for what is unknown or missing."""
    if not number:
        raise ValueError(f"{prefix.lower().rstrip('_').replace('_', ' ')} is missing")
    return str(enum.Name(number)).removeprefix(prefix).lower()


def _number(enum: Any, prefix: str, name: str) -> int:
    return int(enum.Value(prefix + name.upper()))


# VARIANT_Q15_KV8 is the variant that everybody writes q15kv8.
def _variant_name(pb2: Any, number: int) -> str:
    return _name(pb2.Variant, "VARIANT_", number).replace("_", "") if number else ""


def _variant_number(pb2: Any, name: str) -> int:
    return next((value for value in pb2.Variant.values() if _variant_name(pb2, value) == name), 0)


def _optional(message: Any, name: str) -> Any:
    return getattr(message, name) if message.HasField(name) else None


def _to_figure(message: Any) -> Figure:
    which = message.WhichOneof("value")
    if which is None:
        raise ValueError(f"figure {message.name} has no value")
    return Figure(message.name, getattr(message, which), message.part_kind, message.part,
                  _optional(message, "low"), _optional(message, "high"), tuple(message.samples),
                  tuple(message.sample_counts))


def _to_cell(pb2: Any, model_pb2: Any, message: Any) -> Cell:
    key = Key(_name(pb2.CellKind, "CELL_KIND_", message.kind), variant=_variant_name(model_pb2, message.variant),
              **{name: getattr(message, name) for name in _NAMED})
    cell = Cell(key, _name(pb2.CellStatus, "CELL_STATUS_", message.status), unavailable=dict(message.unavailable),
                figures=list(map(_to_figure, message.figures)),
                **{name: getattr(message, name) for name in report_json.TEXTS})
    if message.HasField("divergence"):
        found = message.divergence
        cell.divergence = Divergence(getattr(found, "case"), found.step, found.op, note=found.note,
                                     **{name: _optional(found, name) for name in _OPTIONAL})
    return cell


def _upgrade(cell: Cell) -> None:
    """Gives the figures of an older atome's cell today's names."""
    kind = cell.key.kind
    cell.figures = [dataclasses.replace(figure, name=catalogue.current_name(figure.name, kind, figure.part_kind))
                    for figure in cell.figures]
    cell.unavailable = {catalogue.current_name(name, kind, ""): why for name, why in cell.unavailable.items()}


def _of_message(pb2: Any, message: Any) -> Report:
    if message.schema > SCHEMA:
        raise ValueError(f"its schema is {message.schema}, and this version knows {SCHEMA}")
    environment = Environment(tools=dict(message.environment.tools),
                              **{name: getattr(message.environment, name) for name in report_json.ENVIRONMENT})
    model_pb2 = _generated("model")
    cells = [_to_cell(pb2, model_pb2, cell) for cell in message.cells]
    if message.schema < SCHEMA:
        for cell in cells:
            _upgrade(cell)
    return Report(message.command, environment, cells, list(message.sources))


def _fill_figure(message: Any, figure: Figure) -> None:
    for name in ("name", "part_kind", "part", "low", "high"):
        if getattr(figure, name) is not None:
            setattr(message, name, getattr(figure, name))
    kind = {int: "count", float: "real", str: "text"}[type(figure.value)]
    setattr(message, kind, figure.value)
    message.samples.extend(figure.samples)
    message.sample_counts.extend(figure.sample_counts)


def _fill_cell(pb2: Any, model_pb2: Any, message: Any, cell: Cell) -> None:
    message.kind = _number(pb2.CellKind, "CELL_KIND_", cell.key.kind)
    message.variant = _variant_number(model_pb2, cell.key.variant)
    message.status = _number(pb2.CellStatus, "CELL_STATUS_", cell.outcome)
    for owner, names in ((cell.key, _NAMED), (cell, report_json.TEXTS)):
        for name in names:
            setattr(message, name, getattr(owner, name))
    message.unavailable.update(cell.unavailable)
    if cell.divergence is not None:
        found = cell.divergence
        for name in ("case", "step", "op", "note", *_OPTIONAL):
            if getattr(found, name) is not None:
                setattr(message.divergence, name, getattr(found, name))
    for figure in cell.figures:
        _fill_figure(message.figures.add(), figure)


def _binary(report: Report) -> bytes:
    pb2, model_pb2 = _generated("report"), _generated("model")
    message = pb2.Report(schema=SCHEMA, command=report.command, sources=report.sources)
    for name in report_json.ENVIRONMENT:
        setattr(message.environment, name, getattr(report.environment, name))
    message.environment.tools.update(report.environment.tools)
    for cell in report.cells:
        _fill_cell(pb2, model_pb2, message.cells.add(), cell)
    return bytes(message.SerializeToString(deterministic=True))


def _is_json(path: pathlib.Path) -> bool:
    return pathlib.PurePath(path.name.removesuffix(".xz")).suffix == ".json"


def _bytes(path: pathlib.Path) -> bytes:
    """Up to MAX_BYTES, also of what an .xz file holds, so that a small one that stands for a huge one is refused."""
    with open(path, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if path.suffix == ".xz" and len(data) <= MAX_BYTES:
        unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_MEMORY)
        data = unpacker.decompress(data, MAX_BYTES + 1)
        if len(data) <= MAX_BYTES and (not unpacker.eof or unpacker.unused_data):
            raise ValueError("it is cut off, or more stands behind it")
    if len(data) > MAX_BYTES:
        raise ValueError(f"it holds over {MAX_BYTES} bytes")
    return data


def _parsed(data: bytes, is_json: bool) -> Report:
    from google.protobuf import json_format  # type: ignore[import]
    from google.protobuf.message import DecodeError  # type: ignore[import]

    text = data.decode() if is_json else ""
    if is_json and report_json.says_so(text):
        return report_json.parse(text)
    pb2 = _generated("report")
    message = pb2.Report()
    try:
        if is_json:
            json_format.Parse(text, message)
        else:
            message.ParseFromString(data)
    except (json_format.ParseError, DecodeError) as error:
        raise ValueError(str(error)) from None
    return _of_message(pb2, message)


def read(path: str | os.PathLike[str]) -> Report:
    """A report file: JSON when the name ends in .json, else binary; compressed when .xz follows.

    Those of older atomes are read too; their figures get today's names. ValueError names the file and what is wrong.
    """
    path = pathlib.Path(path)
    try:
        report = _parsed(_bytes(path), _is_json(path))
        check(report)
        if not report.cells and not report.command:
            raise ValueError("it is empty")
        return report
    except (OSError, ValueError, OverflowError, lzma.LZMAError, RecursionError) as error:
        raise ValueError(f"{path}: no report: {error}; give a file of atome ... --report, merge or "
                         "ci/nightly") from None


def write(report: Report, path: str | os.PathLike[str]) -> None:
    """Writes the file whole or not at all; the same report gives the same bytes. ValueError: `read` would refuse it."""
    path = pathlib.Path(path)
    check(report)
    data = report_json.dump(report).encode() if _is_json(path) else _binary(report)
    if path.suffix == ".xz":
        data = lzma.compress(data)
    whole_file.write(path, data)
