"""What a model is measured on: cores, and boards by what their cycles follow from."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from typing import Any

BOARDS = "emulation/boards/boards.json"
CORES = "emulation/boards/cores.json"
MEASURED = ("m0", "m3", "m4f", "m7")  # cores that are compared
# A miss of so many cycles is a serial flash behind a cache, where a model in RAM is faster.
SLOW_MISS_CYCLES = 20


@dataclasses.dataclass(frozen=True)
class Machine:
    """A core (no board), or a board."""
    core: str
    board: str = ""
    clock_hz: int = 0
    fpu: bool = False
    has_cycles: bool = True
    slow_flash: bool = False
    flash_path: str = ""  # what cycles follow from beside the core; empty: flash as fast as the core

    @property
    def option(self) -> tuple[str, str]:
        return ("--board", self.board) if self.board else ("--core", self.core)


def load(root: pathlib.Path) -> tuple[dict[str, Machine], list[Machine]]:
    """Every core by name, and every board. Raises OSError, or ValueError naming the file."""
    try:
        rows = json.loads((root / CORES).read_text())["cores"]
        cores = {row["name"]: Machine(row["name"], fpu=row["fpu"], has_cycles=not row["no_cycles"]) for row in rows}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{root / CORES}: not a file of cores: {error!r}") from None
    try:
        boards = [_board(row, cores[row["core"]]) for row in json.loads((root / BOARDS).read_text())["boards"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{root / BOARDS}: not a file of boards: {error!r}") from None
    return cores, boards


def _board(row: dict[str, Any], core: Machine) -> Machine:
    waits, flash = row["wait_states"], row["flash"]
    fast = not waits and not flash["miss_cycles"]
    return dataclasses.replace(core, board=row["name"], clock_hz=row["clock_hz"],
                               slow_flash=flash["miss_cycles"] >= SLOW_MISS_CYCLES,
                               flash_path="" if fast else json.dumps([waits, flash], sort_keys=True))


def stand_in(board: Machine, fitting: list[Machine], cores: dict[str, Machine]) -> Machine | None:
    """What is measured for the cycles of `board`: its core where flash never makes it wait, else the first of `fitting` with
    the same core and flash; None where none of these is."""
    if not board.flash_path and board.core in MEASURED:
        return cores[board.core]
    return next((each for each in fitting if (each.core, each.flash_path) == (board.core, board.flash_path)), None)
