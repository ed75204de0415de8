"""Puts the built command under stress: outputs closed or full, disks without room, kills, runs that meet. Prints a table.

    ci/stress                    all cases; --kills 100: of each kill loop
    ci/stress --quick            what takes no time
    ci/stress --only 'files/*'   cases by their names (--list); --seed: of the moments of kills
Needs a build (ci/build). A case that cannot be made here, as a mount, is skipped with its reason. Exit codes: 0 all as it must be,
1 a case is wrong, 2 usage or no build.
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ci.rooms import ROOT
from ci.stressing import files, kills, nights, outputs
from ci.stressing.place import Place, Skipped, Wrong


class Case(NamedTuple):
    name: str
    right: str  # what must be
    run: Callable[[Place], None]
    quick: bool


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ci/stress", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the quick cases")
    parser.add_argument("--only", action="append", default=[], metavar="GLOB", help="cases with such a name; may be given again")
    parser.add_argument("--list", action="store_true", help="print the cases and run nothing")
    parser.add_argument("--kills", type=int, default=40, metavar="N", help="of each kill loop (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the kills' moments (default: %(default)s)")
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path(os.environ.get("ATOME_BUILD", ROOT / "build")),
                        help="folder of the build (default: build)")
    return parser


def _tried(case: Case, build: pathlib.Path) -> tuple[str, str]:
    """What came of it, and why."""
    with tempfile.TemporaryDirectory(prefix="atome-stress-") as folder:
        try:
            case.run(Place(ROOT, build, pathlib.Path(folder)))
            return "ok", ""
        except Skipped as why:
            return "skipped", str(why)
        except Wrong as why:
            return "WRONG", str(why)
        except (OSError, ValueError, subprocess.TimeoutExpired) as why:
            return "WRONG", f"{type(why).__name__}: {why}"


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    arguments = _parser().parse_args(argv)
    count = 3 if arguments.quick else max(1, arguments.kills)
    found = [Case(*case) for case in (*outputs.cases(), *files.cases(), *kills.cases(count, arguments.seed), *nights.cases())]
    if arguments.only:
        found = [case for case in found if any(fnmatch.fnmatch(case.name, glob) for glob in arguments.only)]
    if arguments.quick:
        found = [case for case in found if case.quick]
    if not found:
        print("ci/stress: no such case; --list names all", file=sys.stderr)
        return 2
    wide = max(len(case.name) for case in found)
    if arguments.list:
        print("".join(f"{case.name:{wide}}  {case.right}\n" for case in found), end="")
        return 0
    if not (arguments.build / "atome").is_file():
        print(f"ci/stress: there is no {arguments.build}/atome; run ci/build first", file=sys.stderr)
        return 2
    results = []
    for case in found:
        began = time.monotonic()
        result, why = _tried(case, arguments.build.resolve())
        results.append(result)
        print(f"{case.name:{wide}}  {result:7}  {time.monotonic() - began:5.1f} s  {why or case.right}", flush=True)
    print(f"{results.count('ok')} of {len(results)} cases as they must be"
          + (f", {results.count('skipped')} skipped" if "skipped" in results else ""))
    return 1 if "WRONG" in results else 0
