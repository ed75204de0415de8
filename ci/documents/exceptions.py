"""ci/documents/exceptions.json: what of the documents' commands is not run as it stands, and why."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re

FILE = pathlib.Path(__file__).with_suffix(".json")


@dataclasses.dataclass(frozen=True)
class LeftOut:
    command: str  # a pattern, matched from the beginning
    why: str


@dataclasses.dataclass(frozen=True)
class Server:
    command: str
    port: int


@dataclasses.dataclass(frozen=True)
class GivenFile:
    document: str
    key: str   # the first of the JSON block
    file: str  # relative to the repository's root


@dataclasses.dataclass(frozen=True)
class Exceptions:
    left_out: tuple[LeftOut, ...]
    serves: tuple[Server, ...]
    files: tuple[GivenFile, ...]

    def reason(self, command: str) -> str:
        """Why it is left out; empty when it is run."""
        return next((each.why for each in self.left_out if re.match(each.command, command)), "")

    def port(self, command: str) -> int:
        """The port on which it listens; 0 when it ends by itself."""
        return next((each.port for each in self.serves if re.match(each.command, command)), 0)

    def stale(self, commands: list[str], documents: list[str]) -> list[str]:
        """The entries that match nothing."""
        patterns = [each.command for each in self.left_out] + [each.command for each in self.serves]
        unused = [pattern for pattern in patterns if not any(re.match(pattern, command) for command in commands)]
        return unused + [each.document for each in self.files if each.document not in documents]


def read(path: pathlib.Path = FILE) -> Exceptions:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return Exceptions(tuple(LeftOut(**row) for row in rows["left_out"]), tuple(Server(**row) for row in rows["serves"]),
                      tuple(GivenFile(**row) for row in rows["files"]))
