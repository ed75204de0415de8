"""guests.json, checked: what guests there are, and how each may end."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re
from typing import Any

from ci.containment.shapes import SHAPES

MACHINES = ("unicorn", "qemu")
_END = re.compile(r"exit \d+|fault|time|refused")
_FIELDS = {"name", "guest", "flags", "ends", "says", "time_s", "board", "cores", "files", "machines", "args"}


@dataclasses.dataclass(frozen=True)
class Guest:
    """One hostile program, the same on all its cores."""
    name: str
    source: str                       # a file of sources/; empty: a shape of shapes.py
    ends: tuple[str, ...]             # "exit N" (the low byte), "fault", "time" or "refused"
    flags: tuple[str, ...] = ()
    says: str = ""                    # a pattern that the message of an end other than an exit has
    time_s: float = 1
    board: bool = False               # runs on the core's board, not on the bare core
    cores: tuple[str, ...] = ()       # empty: all
    files: str = ""                   # "ro" or "rw": the right to a folder
    machines: tuple[str, ...] = MACHINES
    args: int = 0                     # bytes of the command line
    smoke: bool = False


@dataclasses.dataclass(frozen=True)
class Guests:
    memory_mib: int
    output_mib: int
    boards: dict[str, str]
    guests: tuple[Guest, ...]


def _guest(family: dict[str, Any], entry: dict[str, Any], time_s: float, at: pathlib.Path) -> Guest:
    name = entry["name"]
    unknown = set(entry) - _FIELDS
    if unknown:
        raise ValueError(f"{at}: guest {name} has an unknown field {sorted(unknown)[0]}; there are {', '.join(sorted(_FIELDS))}")
    ends = tuple(entry.get("ends", family["ends"]))
    for end in ends:
        if not _END.fullmatch(end):
            raise ValueError(f"{at}: guest {name} ends \"{end}\"; give exit N, fault, time or refused")
    shape = bool(family.get("shapes"))
    if shape and name not in SHAPES:
        raise ValueError(f"{at}: there is no shape {name}; add it to shapes.py")
    return Guest(name, "" if shape else family["source"], ends, (*_switch(family, entry), *entry.get("flags", ())),
                 entry.get("says", family.get("says", "")), float(entry.get("time_s", family.get("time_s", time_s))), bool(entry.get("board")),
                 tuple(entry.get("cores", ())), entry.get("files", ""), tuple(entry.get("machines", MACHINES)),
                 int(entry.get("args", 0)), name in family.get("smoke", ()))


def _switch(family: dict[str, Any], entry: dict[str, Any]) -> tuple[str, ...]:
    """Which part of the source is this guest's."""
    if family.get("shapes") or "products" in family:
        return ()
    return (f"-DG_{entry.get('guest', entry['name'])}",)


def _products(family: dict[str, Any]) -> list[dict[str, Any]]:
    """Of jumps: each target by each way."""
    found = []
    for target, address in family["products"]["targets"].items():
        for how, number in family["products"]["hows"].items():
            found.append({"name": f"{target}_{how}", "flags": [f"-DTARGET={address}", f"-DHOW={number}"]})
    return found


def load(path: pathlib.Path) -> Guests:
    """ValueError with the file and what is wrong."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        limits = data["limits"]
        guests = []
        for family in data["families"]:
            entries = _products(family) if "products" in family else family["guests"]
            guests += [_guest(family, entry, limits["time_s"], path) for entry in entries]
        found = Guests(int(limits["memory_mib"]), int(limits["output_mib"]), dict(data["boards"]), tuple(guests))
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: {error!r}") from error
    names = [guest.name for guest in found.guests]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{path}: two guests are called {name}; give one another name")
    return found
