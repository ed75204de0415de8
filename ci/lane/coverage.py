"""Coverage by room, held to its goals, and the lines that no test reaches.

    /usr/bin/python3 -m ci.lane.coverage build/coverage    after ci/coverage, which counts
Exit codes: 0 every goal is reached, 1 one is not, 2 nothing was counted.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from reports import console

# Beginning of a path -> goals of lines and branches in percent; None: told, not held. Branches of lines that decide something.
GOALS: dict[str, tuple[float | None, float | None]] = {
    "engine/": (92, 95), "emulation/": (92, None), "emulation/timing/": (92, 95), "harness/": (92, None)}
SHOWN_FILES = 25
ROOT = pathlib.Path(__file__).resolve().parents[2]


# Source that decides something. What branches elsewhere is the compiler's: containers that are emptied, memory that may be lacking.
DECIDES = re.compile(r"\b(?:if|for|while|switch|case)\b|&&|\|\||\?")


class Line(NamedTuple):
    """Of a file: all instances of a template together."""
    ran: int  # how often
    branches: tuple[int, ...]  # how often each was taken; none where the source decides nothing


def _percent(reached: int, of: int) -> float:
    return 100.0 * reached / of if of else 100.0


def lines_of(file: dict[str, Any], source: Sequence[str]) -> dict[int, Line]:
    """By number, of gcovr's details of a file and its text; a line that the text lacks decides."""
    counts: dict[int, int] = {}
    branches: dict[int, dict[int, list[int]]] = {}  # by their number, which instances may have apart
    for each in file["lines"]:
        number = each["line_number"]
        if each.get("gcovr/noncode"):
            continue
        counts[number] = counts.get(number, 0) + each["count"]
        taken = [branch["count"] for branch in each.get("branches", []) if not branch.get("throw")]
        if taken and (number > len(source) or DECIDES.search(source[number - 1])):
            known = branches.setdefault(number, {}).setdefault(len(taken), [0] * len(taken))
            known[:] = [before + more for before, more in zip(known, taken)]
    return {number: Line(count, tuple(taken for group in branches.get(number, {}).values() for taken in group))
            for number, count in counts.items()}


def percents(files: dict[str, dict[int, Line]], beginning: str) -> tuple[float, float]:
    """Of lines and of branches that tests reach, in percent."""
    lines = [line for path, of_file in files.items() if path.startswith(beginning) for line in of_file.values()]
    branches = [taken for line in lines for taken in line.branches]
    return _percent(sum(line.ran > 0 for line in lines), len(lines)), _percent(sum(taken > 0 for taken in branches), len(branches))


def ranges(numbers: Sequence[int]) -> str:
    """ "3, 7-9" of sorted numbers."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in found)


def gaps(files: dict[str, dict[int, Line]]) -> list[tuple[str, list[int], list[int]]]:
    """File, lines that nothing reaches, and reached ones with a branch that is never taken; most first."""
    found = []
    for path, lines in files.items():
        missing = sorted(number for number, line in lines.items() if line.ran == 0)
        partly = sorted(number for number, line in lines.items() if line.ran and 0 in line.branches)
        if missing or partly:
            found.append((path, missing, partly))
    return sorted(found, key=lambda gap: (-len(gap[1]), -len(gap[2]), gap[0]))


def _source(path: str) -> list[str]:
    try:
        return (ROOT / path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--gaps", action="store_true", help="all files with gaps, not the largest alone")
    arguments = parser.parse_args(argv)
    details = json.loads((arguments.folder / "coverage.json").read_text())["files"]
    if not details:
        print("ci.lane.coverage: nothing was counted; run ci/coverage", file=sys.stderr)
        return 2
    files = {each["file"]: lines_of(each, _source(each["file"])) for each in details}
    found = gaps(files)
    for path, missing, partly in found if arguments.gaps else found[:SHOWN_FILES]:
        print(f"{path}: lines {ranges(missing) or 'all'}" + (f"; branches of {ranges(partly)}" if partly else ""))
    failed = False
    print(f"{'':20}{'lines':>14}{'branches':>14}")
    for beginning, goals in GOALS.items():
        shown = ""
        for percent, goal in zip(percents(files, beginning), goals):
            low = goal is not None and percent < goal
            failed |= low
            shown += f"{percent:9.1f} %" + (f" <{goal:.0f}" if low else "   ")
        print(f"{beginning:20}{shown}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(console.run("ci.lane.coverage", main))
