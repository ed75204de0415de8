"""Reports as plain data: the one module of reports/ and ci/ that knows proto/report.proto.

The fields and what they mean are the schema's. A report is untrusted input: `read` raises ValueError with the file
and a remedy for anything that is none.
"""

from __future__ import annotations

import dataclasses
import lzma
import math
import pathlib
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, TypeVar

from proto import generated
from reports import whole_file

Value = int | float | str
_T = TypeVar("_T", bound=Hashable)
PASS = "pass"
NOT_HERE = "not measured here: needs "  # how the message of a missing cell begins whose data is not on this machine
MAX_BYTES = 256 << 20   # as the harness: what holds more is no report
MAX_MEMORY = 128 << 20  # to decompress it


@dataclasses.dataclass(frozen=True, order=True)
class Key:
    """What a cell is of: a report has one cell of a key. Kinds, runners, variants in lower case, as "cycles"."""
    kind: str = "parity"
    runner: str = ""
    core: str = ""
    board: str = ""
    model: str = ""
    variant: str = ""
    build_kind: str = ""
    text: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return " ".join(value for value in dataclasses.astuple(self) if value)


@dataclasses.dataclass(frozen=True)
class Figure:
    name: str
    value: Value
    part_kind: str = ""
    part: str = ""
    figure_class: str = "exact"  # or interval, wall
    unit: str = ""
    low: float | None = None
    high: float | None = None
    samples: tuple[float, ...] = ()
    sample_counts: tuple[int, ...] = ()

    @property
    def number(self) -> float | None:
        """The value where it is a number."""
        return None if isinstance(self.value, str) else self.value


@dataclasses.dataclass(frozen=True)
class Divergence:
    case: int
    step: int
    op: str
    layer: int | None = None
    index: int | None = None
    expected_bits: int | None = None
    actual_bits: int | None = None
    ulp: int | None = None
    note: str = ""


@dataclasses.dataclass
class Cell:
    key: Key
    status: str = PASS  # or mismatch, error, crashed, missing, too_large
    message: str = ""
    note: str = ""
    build: str = ""
    model_sha256: str = ""
    build_sha256: str = ""
    command: str = ""
    divergence: Divergence | None = None
    unavailable: dict[str, str] = dataclasses.field(default_factory=dict)
    figures: list[Figure] = dataclasses.field(default_factory=list)

    @property
    def left_out(self) -> bool:
        """Whether it was not run because its data is not there, which is no failure."""
        return self.status == "missing" and self.message.startswith(NOT_HERE)

    def figure(self, name: str, part_kind: str = "", part: str = "") -> Figure | None:
        """The figure of that name, of the whole cell unless a part is named; None where it was not measured."""
        return next((f for f in self.figures if (f.name, f.part_kind, f.part) == (name, part_kind, part)), None)

    def parts(self, part_kind: str, name: str) -> dict[str, Figure]:
        """The figure of each part of a kind, in the report's order."""
        return {f.part: f for f in self.figures if (f.name, f.part_kind) == (name, part_kind)}


@dataclasses.dataclass
class Environment:
    harness_version: str = ""
    commit: str = ""
    host: str = ""
    date: str = ""
    tools: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Report:
    command: str = ""
    environment: Environment = dataclasses.field(default_factory=Environment)
    cells: list[Cell] = dataclasses.field(default_factory=list)
    sources: list[str] = dataclasses.field(default_factory=list)


_PLAIN = ("message", "note", "build", "model_sha256", "build_sha256", "command")  # of a cell
_NAMED = ("runner", "core", "board", "model", "build_kind", "text", "detail")     # of a key
_OPTIONAL = ("layer", "index", "expected_bits", "actual_bits", "ulp")             # of a divergence
_ENVIRONMENT = ("harness_version", "commit", "host", "date")


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


def _twice(names: Iterable[_T]) -> _T | None:
    """The first that is there again."""
    seen: set[_T] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _optional(message: Any, name: str) -> Any:
    return getattr(message, name) if message.HasField(name) else None


def _to_figure(pb2: Any, message: Any) -> Figure:
    which = message.WhichOneof("value")
    if which is None:
        raise ValueError(f"figure {message.name} has no value")
    if not all(math.isfinite(each) for each in (message.real, message.low, message.high, *message.samples)):
        raise ValueError(f"figure {message.name} is not finite")
    return Figure(message.name, getattr(message, which), message.part_kind, message.part,
                  _name(pb2.FigureClass, "FIGURE_CLASS_", message.figure_class), message.unit,
                  _optional(message, "low"), _optional(message, "high"), tuple(message.samples),
                  tuple(message.sample_counts))


def _to_cell(pb2: Any, model_pb2: Any, message: Any) -> Cell:
    key = Key(_name(pb2.CellKind, "CELL_KIND_", message.kind), variant=_variant_name(model_pb2, message.variant),
              **{name: getattr(message, name) for name in _NAMED})
    cell = Cell(key, _name(pb2.CellStatus, "CELL_STATUS_", message.status),
                unavailable=dict(message.unavailable),
                figures=[_to_figure(pb2, figure) for figure in message.figures],
                **{name: getattr(message, name) for name in _PLAIN})
    twice = _twice((figure.name, figure.part_kind, figure.part) for figure in cell.figures)
    if twice:
        raise ValueError(f"{key}: two figures {' '.join(twice).strip()}")
    if message.HasField("divergence"):
        found = message.divergence
        cell.divergence = Divergence(getattr(found, "case"), found.step, found.op, note=found.note,
                                     **{name: _optional(found, name) for name in _OPTIONAL})
    return cell


def _fill_figure(pb2: Any, message: Any, figure: Figure) -> None:
    for name in ("name", "part_kind", "part", "unit"):
        setattr(message, name, getattr(figure, name))
    kind = {int: "count", float: "real", str: "text"}[type(figure.value)]
    setattr(message, kind, figure.value)
    message.figure_class = _number(pb2.FigureClass, "FIGURE_CLASS_", figure.figure_class)
    for name in ("low", "high"):
        if getattr(figure, name) is not None:
            setattr(message, name, getattr(figure, name))
    message.samples.extend(figure.samples)
    message.sample_counts.extend(figure.sample_counts)


def _fill_cell(pb2: Any, model_pb2: Any, message: Any, cell: Cell) -> None:
    message.kind = _number(pb2.CellKind, "CELL_KIND_", cell.key.kind)
    message.variant = _variant_number(model_pb2, cell.key.variant)
    message.status = _number(pb2.CellStatus, "CELL_STATUS_", cell.status)
    for owner, names in ((cell.key, _NAMED), (cell, _PLAIN)):
        for name in names:
            setattr(message, name, getattr(owner, name))
    message.unavailable.update(cell.unavailable)
    if cell.divergence is not None:
        found = cell.divergence
        for name in ("case", "step", "op", "note", *_OPTIONAL):
            if getattr(found, name) is not None:
                setattr(message.divergence, name, getattr(found, name))
    for figure in cell.figures:
        _fill_figure(pb2, message.figures.add(), figure)


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


def read(path: pathlib.Path) -> Report:
    """A report file, protobuf's own JSON when the name ends in .json, else binary; compressed when .xz follows."""
    from google.protobuf import json_format  # type: ignore[import]
    from google.protobuf.message import DecodeError  # type: ignore[import]

    pb2, model_pb2 = generated.load("report"), generated.load("model")
    message = pb2.Report()
    try:
        data = _bytes(path)
        if _is_json(path):
            json_format.Parse(data.decode(), message)
        else:
            message.ParseFromString(data)
        environment = Environment(tools=dict(message.environment.tools),
                                  **{name: getattr(message.environment, name) for name in _ENVIRONMENT})
        cells = [_to_cell(pb2, model_pb2, cell) for cell in message.cells]
        if twice := _twice(cell.key for cell in cells):
            raise ValueError(f"two cells of {twice}")
        if not cells and not message.command:
            raise ValueError("it is empty")
        return Report(message.command, environment, cells, list(message.sources))
    except (OSError, ValueError, lzma.LZMAError, json_format.ParseError, DecodeError,
            RecursionError) as error:
        raise ValueError(f"{path}: no report: {error}; give a file of atome ... --report, merge or "
                         "ci/nightly") from None


def write(report: Report, path: pathlib.Path) -> None:
    """Writes the file whole or not at all; the same report gives the same bytes."""
    from google.protobuf import json_format  # type: ignore[import]

    pb2, model_pb2 = generated.load("report"), generated.load("model")
    message = pb2.Report(command=report.command, sources=report.sources)
    for name in _ENVIRONMENT:
        setattr(message.environment, name, getattr(report.environment, name))
    message.environment.tools.update(report.environment.tools)
    for cell in report.cells:
        _fill_cell(pb2, model_pb2, message.cells.add(), cell)
    if _is_json(path):
        data = (json_format.MessageToJson(message, preserving_proto_field_name=True, sort_keys=True) + "\n").encode()
    else:
        data = message.SerializeToString(deterministic=True)
    if path.suffix == ".xz":
        data = lzma.compress(data)
    whole_file.write(path, data)


def passed(cells: Sequence[Cell]) -> bool:
    return all(cell.status == PASS for cell in cells)
