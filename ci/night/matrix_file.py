"""The matrix as its file says it: entries, checked. What they stand for is expand.py's."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from typing import Any

from reports.catalogue import KINDS
from reports.report_data import Key

# A list of an entry -> what one of its values is called in arguments and keys. Their order is that of names and cells.
AXES = {"runners": "runner", "cores": "core", "boards": "board", "models": "model", "variants": "variant",
        "builds": "build", "configs": "config", "suites": "suite", "items": "item"}
KEY_FIELDS = tuple(field.name for field in dataclasses.fields(Key) if field.name != "kind")


# What is measured instead of our engine, as an option of the command is called.
FOREIGN = ("engine", "firmware")


@dataclasses.dataclass(frozen=True)
class Command:
    kind: str
    axes: tuple[str, ...]          # lists that an entry must have
    more: tuple[str, ...] = ()     # and may have
    always: tuple[str, ...] = ()   # arguments of every process
    foreign: tuple[str, ...] = ()  # of FOREIGN, what an entry may have measured instead of ours


# A night measures the build: what its cells read is known beforehand, and none compiles.
BUILT = ("--specialise", "built")
COMMANDS = {
    "verify": Command("parity", ("runners", "cores", "models", "variants"), ("builds",), ("--jobs", "1"), FOREIGN),
    "cycles": Command("cycles", ("models", "variants"), ("cores", "boards"), ("--jobs", "1", *BUILT), ("firmware",)),
    "size": Command("size", ("cores", "models", "variants", "builds"), (), ("--jobs", "1", *BUILT), ("firmware",)),
    "ppl": Command("perplexity", ("models", "variants"), (), ("--jobs", "1"), ("engine",)),
    "ab": Command("ab", ("configs",), always=("--jobs", "1", *BUILT, "--out", "{work}/ab")),
    "bench": Command("benchmark", ("suites",)),
    "check": Command("", ("items",)),
}
# Field of an entry -> its type, and its value where it may be left out.
_FIELDS: dict[str, tuple[type, Any]] = {
    "name": (str, None), "command": (str, None), "limit_s": (float, None), "cost_s": (float, None),
    "about": (str, ""), "accept": (str, ""), "arguments": (list, ()), "key": (dict, {}), "kind": (str, ""), "argv": (list, ()),
    "engine": (str, ""), "firmware": (str, ""), "needs": (list, ()), "reads": (list, ()), "except": (list, ()), "wall": (bool, False), "heavy": (bool, False),
}


@dataclasses.dataclass(frozen=True)
class Entry:
    place: str                              # for messages: file, number and name
    values: dict[str, Any]                  # every one of _FIELDS
    axes: dict[str, list[str]]
    quick: dict[str, list[str]] | None      # the axes of the quick set; None: not in it

    @property
    def command(self) -> Command:
        return COMMANDS[self.values["command"]]

    @property
    def foreign(self) -> str:
        """Which of FOREIGN is measured instead of ours; empty: ours is."""
        return next((name for name in FOREIGN if self.values[name]), "")


def _strings(place: str, value: Any, lists: dict[str, list[str]]) -> list[str]:
    """A list of texts; "$name" stands for a list of the file's top."""
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value) or not value:
        raise ValueError(f"{place}: {json.dumps(value)} is not a list of texts; write [\"...\"], at least one")
    out: list[str] = []
    for item in value:
        if item.startswith("$") and item[1:] not in lists:
            raise ValueError(f"{place}: no list {item}; \"lists\" has {', '.join(lists) or 'none'}")
        out += lists[item[1:]] if item.startswith("$") else [item]
    if len(set(out)) < len(out):
        raise ValueError(f"{place}: {next(item for item in out if out.count(item) > 1)} is there twice; name it once")
    return out


def _field(place: str, name: str, entry: dict[str, Any]) -> Any:
    kind, default = _FIELDS[name]
    if name not in entry:
        if default is None:
            raise ValueError(f"{place}: {name} is missing; add it")
        return default
    value = entry[name]
    number = kind is float and isinstance(value, (int, float)) and not isinstance(value, bool)
    if not (number and value > 0) and not (kind is not float and isinstance(value, kind)):
        word = {float: "a number above 0", str: "a text", list: "a list", dict: "an object", bool: "true or false"}
        raise ValueError(f"{place}: {name} is {json.dumps(value)}; write {word[kind]}")
    return value


def _axes(place: str, given: dict[str, Any], lists: dict[str, list[str]]) -> dict[str, list[str]]:
    return {axis: _strings(f"{place}: {axis}", given[axis], lists) for axis in AXES if axis in given}


def _check_lists(place: str, entry: Entry) -> None:
    command, values = entry.command, entry.values
    for name in FOREIGN:
        if values[name] and (name not in command.foreign or name != entry.foreign):
            raise ValueError(f"{place}: {name} means nothing to `{values['command']}` here; leave it out")
    if entry.foreign and "builds" in entry.axes:
        raise ValueError(f"{place}: builds are of our own firmware; leave them out with {entry.foreign}")
    for axis in command.axes:
        if axis not in entry.axes and not (entry.foreign and axis == "builds"):
            raise ValueError(f"{place}: {axis} is missing; `{values['command']}` needs it")
    for axis in entry.axes:
        if axis not in command.axes + command.more:
            raise ValueError(f"{place}: {axis} means nothing to `{values['command']}`; leave it out")
    if values["accept"] and values["command"] != "verify":
        raise ValueError(f"{place}: accept means nothing to `{values['command']}`; leave it out")
    if values["command"] == "cycles" and ("cores" in entry.axes) == ("boards" in entry.axes):
        raise ValueError(f"{place}: give cores or boards, one of them")
    for axis, items in (entry.quick or {}).items():
        if axis not in entry.axes:
            raise ValueError(f"{place}: quick has {axis}, the entry has not; add it there")
        if values["command"] != "check" and axis != "models" and not set(items) <= set(entry.axes[axis]):
            missing = sorted(set(items) - set(entry.axes[axis]))
            raise ValueError(f"{place}: quick: {missing[0]} is not in {axis}; quick is a part of the full set")
    for number, rule in enumerate(values["except"]):
        if not isinstance(rule, dict) or not rule or not set(rule) <= set(entry.axes):
            raise ValueError(f"{place}: except[{number}] is {json.dumps(rule)}; write an object of "
                             f"{', '.join(entry.axes)}")
        for axis, items in rule.items():
            _strings(f"{place}: except[{number}]: {axis}", items, {})
    check = values["command"] == "check"
    if check != bool(values["argv"]) or check != bool(values["kind"]):
        raise ValueError(f"{place}: argv and kind belong to the command check, and only to it")
    if check and values["kind"] not in KINDS:
        raise ValueError(f"{place}: kind {values['kind']}; there are {', '.join(KINDS)}")
    for name in ("arguments", "argv", "needs", "reads"):
        if values[name]:
            _strings(f"{place}: {name}", list(dict.fromkeys(values[name])), {})
    for name in values["key"]:
        if name not in KEY_FIELDS:
            raise ValueError(f"{place}: key has {name}; it may have {', '.join(KEY_FIELDS)}")


def _entry(place: str, raw: Any, lists: dict[str, list[str]]) -> Entry:
    if not isinstance(raw, dict):
        raise ValueError(f"{place}: is {json.dumps(raw)}; write an object")
    place = f"{place} ({raw.get('name', 'no name')})"
    for name in raw:
        if name not in _FIELDS and name not in AXES and name != "quick":
            raise ValueError(f"{place}: no field {name}; there are {', '.join([*_FIELDS, *AXES, 'quick'])}")
    values = {name: _field(place, name, raw) for name in _FIELDS}
    if values["command"] not in COMMANDS:
        raise ValueError(f"{place}: command {values['command']}; there are {', '.join(COMMANDS)}")
    quick = raw.get("quick")
    if quick is not None and (not isinstance(quick, dict) or values["heavy"] or not set(quick) <= set(AXES)):
        raise ValueError(f"{place}: quick is {json.dumps(quick)}; write an object of lists, {{}} for all, and no heavy")
    entry = Entry(place, values, _axes(place, raw, lists),
                  None if quick is None else _axes(f"{place}: quick", quick, lists))
    _check_lists(place, entry)
    return entry


def load(path: pathlib.Path) -> list[Entry]:
    """The entries in their order; ValueError with file, place and remedy, OSError when it cannot be read."""
    try:
        content = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path}: no JSON: {error}; correct it") from None
    if not isinstance(content, dict) or set(content) - {"about"} != {"lists", "entries"}:
        raise ValueError(f"{path}: the top must be an object of \"lists\" and \"entries\"")
    if not isinstance(content["lists"], dict) or not isinstance(content["entries"], list) or not content["entries"]:
        raise ValueError(f"{path}: lists must be an object, entries a list with at least one; correct it")
    lists = {name: _strings(f"{path}: lists: {name}", items, {}) for name, items in content["lists"].items()}
    entries = [_entry(f"{path}: entries[{number}]", raw, lists) for number, raw in enumerate(content["entries"])]
    names = [entry.values["name"] for entry in entries]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{path}: two entries are named {twice}; name one otherwise")
    return entries
