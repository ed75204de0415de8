"""Coverage by room, held to its goals, and the lines that no test reaches.

    /usr/bin/python3 -m ci.lane.coverage build/coverage    after ci/coverage, which counts
Exit codes: 0 every goal is reached, 1 one is not, 2 nothing was counted.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from reports import console

# Beginning of a path -> goals of lines and branches in percent; None: told, not held.
GOALS: dict[str, tuple[float | None, float | None]] = {
    "engine/": (92, 95), "emulation/": (92, None), "emulation/timing/": (92, 95), "harness/": (92, None)}
SHOWN_FILES = 25


class Counted(NamedTuple):
    lines: int
    lines_reached: int
    branches: int
    branches_reached: int

    @property
    def percents(self) -> tuple[float, float]:
        return _percent(self.lines_reached, self.lines), _percent(self.branches_reached, self.branches)


def _percent(reached: int, of: int) -> float:
    return 100.0 * reached / of if of else 100.0


def total(files: Iterable[dict[str, Any]], beginning: str) -> Counted:
    """Of gcovr's summary."""
    of = [each for each in files if each["filename"].startswith(beginning)]
    return Counted(*(sum(each[name] for each in of) for name in ("line_total", "line_covered", "branch_total", "branch_covered")))


def ranges(numbers: Sequence[int]) -> str:
    """ "3, 7-9" of sorted numbers."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in found)


def gaps(details: dict[str, Any]) -> list[tuple[str, list[int], list[int]]]:
    """File, lines that nothing reaches, and reached ones with a branch that is never taken; most first."""
    found = []
    for each in details["files"]:
        lines: dict[int, int] = {}
        branches: dict[int, bool] = {}
        for line in each["lines"]:  # once an instance of a template
            number = line["line_number"]
            if line.get("gcovr/noncode"):
                continue
            lines[number] = lines.get(number, 0) + line["count"]
            missed = any(branch["count"] == 0 and not branch.get("throw") for branch in line.get("branches", []))
            branches[number] = branches.get(number, False) or missed
        missing = sorted(number for number, count in lines.items() if count == 0)
        partly = sorted(number for number, missed in branches.items() if missed and lines.get(number))
        if missing or partly:
            found.append((each["file"], missing, partly))
    return sorted(found, key=lambda gap: (-len(gap[1]), -len(gap[2]), gap[0]))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--gaps", action="store_true", help="all files with gaps, not the largest alone")
    arguments = parser.parse_args(argv)
    files = json.loads((arguments.folder / "summary.json").read_text())["files"]
    if not files:
        print("ci.lane.coverage: nothing was counted; run ci/coverage", file=sys.stderr)
        return 2
    found = gaps(json.loads((arguments.folder / "coverage.json").read_text()))
    for path, missing, partly in found if arguments.gaps else found[:SHOWN_FILES]:
        print(f"{path}: lines {ranges(missing) or 'all'}" + (f"; branches of {ranges(partly)}" if partly else ""))
    failed = False
    print(f"{'':20}{'lines':>14}{'branches':>14}")
    for beginning, goals in GOALS.items():
        counted = total(files, beginning)
        shown = ""
        for percent, goal in zip(counted.percents, goals):
            low = goal is not None and percent < goal
            failed |= low
            shown += f"{percent:9.1f} %" + (f" <{goal:.0f}" if low else "   ")
        print(f"{beginning:20}{shown}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(console.run("ci.lane.coverage", main))
