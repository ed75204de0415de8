"""Holds the engine's freestanding rule: what it may include, and what it may need at link time.

    python3 engine/testing/freestanding_test.py build/engine/untapped/libatome_engine.a

Exit code 0: the rule holds; 1: it does not, each breach on stderr; 77: the includes are right, but the
library is built with a sanitizer, whose calls hide the engine's own.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import subprocess
import sys

HEADERS = {"stddef.h", "stdint.h", "string.h"}
FOLDERS = ("api", "f32", "f32_small", "q15", "plain", "files", "image", "maths", "frames", "runtime")  # of engine/, beside its own files
# gcc may call the first two on its own account; the third is the linker's, in position-independent code.
SYMBOLS = {"memcpy", "memset", "_GLOBAL_OFFSET_TABLE_"}
SANITIZER = re.compile(r"__(asan|ubsan|lsan|tsan|msan)_")
INCLUDE = re.compile(r"^\s*#\s*include\s*(\S+)", re.MULTILINE)
SKIP = 77


def sources(engine: pathlib.Path) -> list[pathlib.Path]:
    """The files the rule is about: not the firmware, not the tests and what only they use."""
    found = [*engine.glob("*.h"), *engine.glob("*.cc"), *(engine / "runtime").glob("*.cc")]
    for folder in (*FOLDERS, "targets"):
        found += (engine / folder).rglob("*.h")
    return sorted(path for path in found if not path.name.endswith(("_test.cc", "_benchmark.cc")))


def forbidden_includes(engine: pathlib.Path) -> list[str]:
    """One message for each #include outside the allow-list."""
    ours = re.compile(rf'"engine/(({"|".join(FOLDERS)})/([a-z0-9_]+/)*)?[a-z0-9_]+\.h"')
    breaches = []
    for path in sources(engine):
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            name = match.group(1)
            if not (ours.fullmatch(name) or name[1:-1] in HEADERS and name[0] == "<"):
                line = text.count("\n", 0, match.start(1)) + 1
                breaches.append(f"{path}:{line}: includes {name}; allowed: "
                                f"{', '.join(sorted(HEADERS))} and headers of engine/ and its {', '.join(FOLDERS)}")
    return breaches


def undefined_symbols(library: pathlib.Path) -> set[str]:
    """Symbols that the library's objects need and do not define."""
    listing = subprocess.run(["nm", "--format=posix", str(library)], check=True, capture_output=True,
                             text=True).stdout
    needed, defined = set(), set()
    for line in listing.splitlines():
        words = line.split()
        if len(words) >= 2 and len(words[1]) == 1:
            (needed if words[1] in "Uwv" else defined).add(words[0])
    if not defined:
        raise ValueError(f"{library}: nm lists no defined symbol")
    return needed - defined


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=pathlib.Path, help="static library of the engine, built without taps")
    parser.add_argument("--engine", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent,
                        help="the engine's folder (default: the one this file stands in)")
    arguments = parser.parse_args()

    if not sources(arguments.engine):
        print(f"{arguments.engine}: no sources of the engine", file=sys.stderr)
        return 1
    breaches = forbidden_includes(arguments.engine)
    needed = undefined_symbols(arguments.library)
    sanitized = any(SANITIZER.match(name) for name in needed)
    if not sanitized:
        breaches += [f"{arguments.library}: needs {name}; allowed: {', '.join(sorted(SYMBOLS))}"
                     for name in sorted(needed - SYMBOLS)]
    for breach in breaches:
        print(breach, file=sys.stderr)
    if breaches:
        return 1
    if sanitized:
        print(f"{arguments.library}: built with a sanitizer, its symbols say nothing", file=sys.stderr)
        return SKIP
    return 0


if __name__ == "__main__":
    sys.exit(main())
