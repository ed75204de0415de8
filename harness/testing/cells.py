"""Cells of reports as plain dictionaries, from `--format json` or `--report`, read independently of the
harness."""

from __future__ import annotations

import csv
import importlib
import io
import json
import pathlib
import subprocess
from typing import Any

from harness.testing.process import BUILD, ROOT

Cell = dict[str, Any]
KEY = ("kind", "runner", "core", "board", "model", "variant", "build_kind", "text", "detail")
TEXTS = ("message", "note", "model_sha256", "build", "build_sha256", "command")  # "" where a file leaves them out
# The name of the program in commands of cells.
PROGRAM = str((BUILD / "atome").relative_to(ROOT) if BUILD.is_relative_to(ROOT) else BUILD / "atome")
CATALOGUE: dict[str, dict[str, Any]] = {
    figure["name"]: figure for figure in json.loads((ROOT / "proto" / "catalogue.json").read_text())["figures"]}


def load(text: str) -> list[Cell]:
    """The cells of a report in JSON."""
    report = json.loads(text)
    assert report["schema"] == "atome.report/2"
    cells: list[Cell] = report["cells"]
    for cell in cells:
        for name in TEXTS:
            cell.setdefault(name, "")
        cell.setdefault("unavailable", {})
        cell.setdefault("parts", {})
    return cells


def read(path: pathlib.Path) -> list[Cell]:
    """The cells of a report file, JSON or binary, in the same form; a binary one's without divergences."""
    if path.suffix == ".json":
        return load(path.read_text(encoding="utf-8"))
    schema: Any = importlib.import_module("proto.report_pb2")
    report = schema.Report.FromString(path.read_bytes())
    assert report.schema == 2
    return [_of_message(cell) for cell in report.cells]


def _of_message(message: Any) -> Cell:
    def name_of(field: str, prefix: str) -> str:
        value = message.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number[getattr(message, field)]
        return "" if value.number == 0 else str(value.name).removeprefix(prefix).lower()

    cell: Cell = {name: getattr(message, name) for name in (*KEY, *TEXTS)}
    cell |= {"kind": name_of("kind", "CELL_KIND_"), "variant": name_of("variant", "VARIANT_").replace("_", ""),
             "outcome": name_of("status", "CELL_STATUS_"), "unavailable": dict(message.unavailable), "figures": {}, "parts": {}}
    for each in message.figures:
        place = cell["figures"]
        if each.part_kind:
            place = cell["parts"].setdefault(each.part_kind, {}).setdefault(each.part, {})
        value = getattr(each, each.WhichOneof("value"))
        more = {bound: getattr(each, bound) for bound in ("low", "high") if each.HasField(bound)}
        more |= {name: list(getattr(each, name)) for name in ("samples", "sample_counts") if getattr(each, name)}
        place[each.name] = {"value": value} | more if more else value
    return cell


def figures(cell: Cell, part_kind: str = "", part: str = "") -> dict[str, Any]:
    """Figures by name, of the whole cell or of a part; each is a number, text, or an object with `value` and
    more."""
    found: dict[str, Any] = cell["parts"].get(part_kind, {}).get(part, {}) if part_kind else cell["figures"]
    return found


def value(cell: Cell, name: str, part_kind: str = "", part: str = "") -> Any:
    figure = figures(cell, part_kind, part)[name]
    return figure["value"] if isinstance(figure, dict) else figure


def number(cell: Cell, name: str, part_kind: str = "", part: str = "") -> float:
    """A count is an int, a real number a float."""
    found = value(cell, name, part_kind, part)
    assert type(found) in (int, float), f"{name} is {found!r}"
    return found  # type: ignore[no-any-return]


def text(cell: Cell, name: str, part_kind: str = "", part: str = "") -> str:
    found = value(cell, name, part_kind, part)
    assert isinstance(found, str), f"{name} is {found!r}"
    return found


def has(cell: Cell, name: str, part_kind: str = "", part: str = "") -> bool:
    return name in figures(cell, part_kind, part)


def interval(cell: Cell, name: str, part_kind: str = "", part: str = "") -> tuple[float, float] | None:
    figure = figures(cell, part_kind, part)[name]
    return (figure["low"], figure["high"]) if isinstance(figure, dict) and "low" in figure else None


def samples(cell: Cell, name: str, part_kind: str = "", part: str = "") -> list[float]:
    figure = figures(cell, part_kind, part)[name]
    return list(figure.get("samples", ())) if isinstance(figure, dict) else []


def parts(cell: Cell, part_kind: str, name: str) -> dict[str, Any]:
    """Values of a figure by part."""
    return {part: value(cell, name, part_kind, part) for part in cell["parts"].get(part_kind, {})
            if has(cell, name, part_kind, part)}


def key(cell: Cell) -> tuple[str, ...]:
    return tuple(cell[name] for name in KEY)


def without_wall(cell: Cell) -> Cell:
    """The cell without wall time, in which two equal runs must agree."""
    def kept(of: dict[str, Any]) -> dict[str, Any]:
        return {name: figure for name, figure in of.items() if CATALOGUE[name]["class"] != "WALL"}

    return cell | {"figures": kept(cell["figures"]), "parts": {
        kind: {part: kept(of) for part, of in by_part.items()} for kind, by_part in cell["parts"].items()}}


def measured_again(cell: Cell, path: pathlib.Path) -> None:
    """The cell's command gives the same cell first, except for wall time; its comparison may follow."""
    assert cell["command"].startswith(PROGRAM + " ")
    subprocess.run(f"{cell['command']} --report {path}", shell=True, cwd=ROOT, check=False, capture_output=True)
    assert without_wall(read(path)[0]) == without_wall(cell)


def csv_rows(printed: str) -> list[dict[str, str]]:
    """The rows that `--format csv` prints, a figure each."""
    return list(csv.DictReader(io.StringIO(printed)))
