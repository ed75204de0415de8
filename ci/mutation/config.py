"""mutate.json: which rooms are mutated, how many of their places, by which tests, and how many must be killed."""

from __future__ import annotations

import dataclasses
import json
import pathlib

FIELDS = {"path", "goal", "share", "tests"}
COMMAND_FIELDS = {"pytest", "verify", "limit_s", "unit_limit_s"}


@dataclasses.dataclass(frozen=True)
class Room:
    path: str    # a prefix of paths from the root: "emulation/timing"
    goal: float  # percent of its mutants, without the equivalent ones, that tests must kill
    share: float  # of its places that a whole run mutates, 0 to 1
    tests: tuple[str, ...]  # targets of CMake whose test binaries are run, nearest first; for Python, folders of tests


@dataclasses.dataclass(frozen=True)
class Config:
    rooms: tuple[Room, ...]
    pytest: tuple[str, ...] = ()  # files of tests of the whole command, for C++
    verify: tuple[str, ...] = ()  # arguments of runs of `atome` that must pass
    command_limit_s: float = 15.0  # processor seconds of these that a mutant gets
    unit_limit_s: float = 5.0  # of the tests of each test binary

    def room(self, path: str) -> Room | None:
        """The room of the longest prefix; None: a file that is not mutated."""
        within = [room for room in self.rooms if path == room.path or path.startswith(room.path + "/")]
        return max(within, key=lambda room: len(room.path)) if within else None


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueError(f"{where}: not a list of texts")
    return tuple(value)


def _room(entry: object, where: str) -> Room:
    if not isinstance(entry, dict) or set(entry) != FIELDS:
        raise ValueError(f"{where}: a room has {', '.join(sorted(FIELDS))}")
    goal, share, tests = entry["goal"], entry["share"], entry["tests"]
    if not isinstance(entry["path"], str) or not entry["path"]:
        raise ValueError(f"{where}: path is no text")
    if not isinstance(goal, (int, float)) or not 0 <= goal <= 100:
        raise ValueError(f"{where}: goal is not a percentage")
    if not isinstance(share, (int, float)) or not 0 <= share <= 1:
        raise ValueError(f"{where}: share is not from 0 to 1")
    return Room(entry["path"], float(goal), float(share), _texts(tests, f"{where}: tests"))


def load(path: pathlib.Path) -> Config:
    """ValueError names the file, the entry and what is wrong with it."""
    try:
        data = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("rooms"), list):
        raise ValueError(f"{path}: expected an object with a list \"rooms\"")
    rooms = tuple(_room(entry, f"{path}: room {number}") for number, entry in enumerate(data["rooms"]))
    if len({room.path for room in rooms}) != len(rooms):
        raise ValueError(f"{path}: two rooms of one path")
    command = data.get("command", {})
    if not isinstance(command, dict) or set(command) != COMMAND_FIELDS:
        raise ValueError(f"{path}: command has {', '.join(sorted(COMMAND_FIELDS))}")
    for name in ("limit_s", "unit_limit_s"):
        if not isinstance(command[name], (int, float)) or command[name] <= 0:
            raise ValueError(f"{path}: command: {name} is no number of seconds")
    return Config(rooms, _texts(command["pytest"], f"{path}: command: pytest"),
                  _texts(command["verify"], f"{path}: command: verify"), float(command["limit_s"]),
                  float(command["unit_limit_s"]))
