"""The lanes, as lanes.json has them, and their table for people."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from typing import Any

from reports import whole_file

FILE = pathlib.Path(__file__).with_name("lanes.json")
BEGIN, END = "<!-- lanes: written by ci/lanes --write -->\n", "<!-- end of lanes -->\n"


@dataclasses.dataclass(frozen=True)
class Lane:
    name: str
    command: tuple[str, ...]
    quick: tuple[str, ...]  # empty: none
    proves: str
    took: dict[str, float]  # "all", "quick": processor seconds
    on: str                 # where


def load(path: pathlib.Path = FILE) -> list[Lane]:
    return [Lane(each["name"], tuple(each["command"]), tuple(each.get("quick", ())), each["proves"], each.get("took", {}),
                 each.get("on", "")) for each in json.loads(path.read_text())["lanes"]]


def keep(took: dict[str, tuple[str, float, str]], path: pathlib.Path = FILE) -> None:
    """By lane: "all" or "quick", processor seconds, and where."""
    known: dict[str, Any] = json.loads(path.read_text())
    for each in known["lanes"]:
        if each["name"] in took:
            which, seconds, where = took[each["name"]]
            each["took"], each["on"] = {**each.get("took", {}), which: round(seconds, 1)}, where
    rows = ",\n".join("  " + json.dumps(each) for each in known["lanes"])
    whole_file.write_text(path, f' {{\n "about": {json.dumps(known["about"])},\n "lanes": [\n{rows}\n ]\n}}\n'.lstrip())


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "not measured"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def markdown(lanes: list[Lane]) -> str:
    rows = ["| lane | command | quick, on every change | what it proves | processor time, quick |\n", "| --- | --- | --- | --- | --- |\n"]
    for lane in lanes:
        quick = f"`{' '.join(lane.quick)}`" if lane.quick else "no"
        took = _time(lane.took.get("all")) + (f", {_time(lane.took.get('quick'))}" if lane.quick else "")
        rows.append(f"| {lane.name} | `{' '.join(lane.command)}` | {quick} | {lane.proves} | {took} |\n")
    return "".join(rows)


def between_marks(text: str, table: str) -> str:
    """The document with this table. ValueError: it has no place for one."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("ci/README.md: has no place for the table of lanes; put its two marks back")
    return before + BEGIN + table + END + after
