"""The rooms of the repository, their order, and who uses whom, read from C++ includes and Python imports.

A room is a folder of a top folder, with what lies below it. Code that lies in a top folder itself stands in two more
rooms: SHARED, what that folder's rooms use, and OTHER, the rest. A top folder without rooms is one room, FILES.
"""

from __future__ import annotations

import ast
import collections
import dataclasses
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[1]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)

# Top folder -> its rooms; both the lowest first. Code uses its own room and lower ones; tests may use any.
ROOMS: dict[str, list[str]] = {
    "proto": [],
    "reports": ["history", "page", "export", "frontier", "advise"],
    "golden": ["training"],
    "engine": ["maths", "image", "files", "frames", "probe", "f32", "f32_small", "q15", "plain", "api", "runtime", "host", "prepare", "firmware", "examples"],
    "emulation": ["base", "thumb", "timing", "silicon", "boards", "elf", "scene", "machine", "gdb", "semihosting", "unicorn", "qemu", "probe"],
    "harness": ["base", "statistics", "report", "model", "run", "corpus", "generate", "parity", "size", "inject", "cycles", "perplexity", "bench",
                "diff", "causes", "baseline", "ab", "commands"],
    "ci": ["drawing", "night", "containment", "mutation", "fuzzing", "sweep", "documents", "stressing", "lane"],
}
SHARED = "shared files"
OTHER = "other files"
FILES = "all files"
# A header below such a folder takes the place of the one of the same path without it.
TARGET = re.compile(r"^engine/targets/\w+/")


@dataclasses.dataclass(frozen=True, order=True)
class Room:
    """A folder of a top folder, or one of SHARED, OTHER and FILES."""
    top: str
    name: str

    def height(self) -> tuple[int, int]:
        """Where it stands; an arrow must not point to a greater height. Refuses a room that ROOMS does not list."""
        order = [SHARED, FILES, *ROOMS[self.top], OTHER]
        if self.name not in order:
            raise ValueError(f"{self.top}/{self.name} has no place in ROOMS of ci/rooms.py; list it above what it uses")
        return list(ROOMS).index(self.top), order.index(self.name)


@dataclasses.dataclass(frozen=True, order=True)
class Arrow:
    """The source room uses the target in `lines` lines of code."""
    source: Room
    target: Room
    lines: int

    def back(self) -> bool:
        return self.target.height() > self.source.height()


def is_test(path: pathlib.Path) -> bool:
    return not {"testing", "testdata", "fuzz"}.isdisjoint(path.relative_to(ROOT).parts) or path.stem.endswith(("_test", "_benchmark"))


def code(top: str, *suffixes: str) -> list[pathlib.Path]:
    """The files below a top folder that end so."""
    return sorted(path for path in (ROOT / top).rglob("*") if path.suffix in suffixes)


def place(path: pathlib.Path) -> str:
    """The path within the repository; that of a target's header is the one whose place it takes."""
    return TARGET.sub("", path.relative_to(ROOT).as_posix())


def _imports(path: pathlib.Path) -> list[str]:
    """Modules and, since they may be modules too, what is imported from them."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = path.relative_to(ROOT).parts[:-node.level] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            parts = [f"{module}.{name.name}" for name in node.names]
            modules = [name for name in parts if (ROOT / name.replace(".", "/")).with_suffix(".py").exists()]
            found += modules if len(modules) == len(parts) else [module]
    return found


def _used(path: pathlib.Path) -> list[str]:
    """The paths of ours that a file includes or imports, one a line of code."""
    if path.suffix == ".py":
        names = [name.replace(".", "/") for name in _imports(path)]
        names = [f"{name}/__init__.py" if (ROOT / name).is_dir() else f"{name}.py" for name in names]
    else:
        names = INCLUDE.findall(path.read_text())
    return [name for name in names if "/" in name and name.split("/")[0] in ROOMS]


def _shared(uses: dict[str, list[str]], rooms: set[str]) -> set[str]:
    """The files of a top folder itself that its rooms use, and what those use there."""
    found: set[str] = set()
    ahead = [name for path, used in uses.items() if path.split("/")[1] in rooms for name in used]
    while ahead:
        name = ahead.pop()
        if name not in found and name.count("/") == 1:
            found.add(name)
            ahead += uses.get(name, [])
    return found


def read() -> tuple[list[Room], list[Arrow]]:
    """All rooms that hold code, and the arrows between them; tests are left out."""
    uses: dict[str, dict[str, list[str]]] = {}
    for top in ROOMS:
        of_top: dict[str, list[str]] = collections.defaultdict(list)
        for path in code(top, ".cc", ".h", ".py"):
            if not is_test(path) and (path.name != "__init__.py" or path.read_text().strip()):
                of_top[place(path)] += _used(path)
        uses[top] = of_top
    names = {top: {path.split("/")[1] for path in of_top if path.count("/") > 1} for top, of_top in uses.items()}
    shared = {top: _shared(of_top, names[top]) for top, of_top in uses.items()}

    def room(path: str) -> Room:
        top, name = path.split("/")[:2]
        if path.count("/") == 1:
            name = FILES if not names[top] else OTHER if path in uses[top] and path not in shared[top] else SHARED
        return Room(top, name)

    rooms = {room(path) for of_top in uses.values() for path in of_top}
    lines = collections.Counter((room(path), room(name)) for of_top in uses.values() for path, used in of_top.items() for name in used)
    arrows = [Arrow(source, target, count) for (source, target), count in lines.items() if source != target]
    return sorted(rooms | {arrow.target for arrow in arrows}, key=Room.height), sorted(arrows)
