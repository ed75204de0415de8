"""The chips that a model may be for: the boards of emulation/boards/boards.json, or a core, a clock and memories."""

from __future__ import annotations

import dataclasses
import difflib
import json
import pathlib
from collections.abc import Iterable
from typing import Any

FILE = pathlib.Path(__file__).resolve().parents[2] / "emulation" / "boards" / "boards.json"


@dataclasses.dataclass(frozen=True)
class Chip:
    """`flash_bytes` and `ram_bytes` are what firmware is linked for. A chip that is no board has no name."""
    name: str
    title: str
    core: str
    clock_hz: int
    flash_bytes: int
    ram_bytes: int

    def by_size(self) -> tuple[int, int, int, str]:
        """The order of boards: RAM, which is the scarcest, then flash, then speed."""
        return self.ram_bytes, self.flash_bytes, self.clock_hz, self.name


def _memories(entry: dict[str, Any]) -> tuple[int, int]:
    """Bytes of flash, the first memory, and of RAM: the second with those that follow it without a gap."""
    spans = [(int(memory["address"], 16), int(memory["bytes"])) for memory in entry["memories"]]
    begin, ram = spans[1]
    for address, size in sorted(spans[2:]):
        if address == begin + ram:
            ram += size
    return spans[0][1], ram


def boards(path: pathlib.Path = FILE) -> dict[str, Chip]:
    """All boards by name, in the order of the file. OSError or ValueError, which name the file."""
    try:
        found = {}
        for entry in json.loads(path.read_text())["boards"]:
            flash, ram = _memories(entry)
            found[entry["name"]] = Chip(entry["name"], f"{entry['title']}, {entry['chip']}", entry["core"],
                                        int(entry["clock_hz"]), flash, ram)
        return found
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ValueError(f"{path}: no table of boards ({error!r}); take the file of this version") from None


def unknown(what: str, word: str, known: Iterable[str]) -> ValueError:
    """Names what there is, and first what was probably meant."""
    known = list(known)
    near = difflib.get_close_matches(word, known, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    return ValueError(f"unknown {what} {word!r}; {meant}known: {', '.join(known) or 'none'}")


def named(words: Iterable[str]) -> list[Chip]:
    """The boards of these names, or of "all", the smallest first. ValueError names the known ones."""
    table = boards()
    found: list[Chip] = []
    for word in words:
        if word != "all" and word not in table:
            raise unknown("board", word, table)
        found += [chip for chip in (sorted(table.values(), key=Chip.by_size) if word == "all" else [table[word]])
                  if chip not in found]
    return found
