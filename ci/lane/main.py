"""Runs lanes one after the other, goes on after one that fails, and prints a table of all.

    ci/lanes                        all: the night's
    ci/lanes --quick                what is worth its time on every change
    ci/lanes --only stress          some; may be given again; --list names all
    ci/lanes --write                also keeps the times in ci/lane/lanes.json and in the table of ci/README.md
What a lane says goes to build/lanes/NAME.log; of one that fails the last lines are shown. Exit codes: 0 all passed, 1 one did
not, 2 usage.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

from ci.lane import table
from ci.rooms import ROOT
from reports import whole_file

SHOWN_LINES = 15
README = ROOT / "ci" / "README.md"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ci/lanes", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the quick form of those lanes that have one")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this lane; may be given again")
    parser.add_argument("--list", action="store_true", help="print lanes and commands and run nothing")
    parser.add_argument("--write", action="store_true", help="keep the times")
    return parser


def _where() -> str:
    model = next((line.partition(":")[2].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "an unknown processor")
    return f"{os.cpu_count()} cores of {model}"


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(argv: Sequence[str], log: pathlib.Path) -> int:
    """Its exit code; 2 when it cannot be started."""
    with open(log, "wb") as out:
        try:
            return subprocess.run(argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
        except OSError as error:
            out.write(f"{argv[0]}: cannot be started: {error.strerror}\n".encode())
            return 2


def _end_of(log: pathlib.Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]
    return "".join(f"    {line}\n" for line in lines)


def main(argv: Sequence[str] | None = None, file: pathlib.Path = table.FILE, out: pathlib.Path = ROOT / "build" / "lanes") -> int:
    """The command; returns its exit code."""
    arguments = _parser().parse_args(argv)
    lanes = table.load(file)
    names = [lane.name for lane in lanes]
    if unknown := [name for name in arguments.only if name not in names]:
        print(f"ci/lanes: no lane {', '.join(unknown)}; there are {', '.join(names)}", file=sys.stderr)
        return 2
    chosen = [(lane, lane.quick if arguments.quick else lane.command) for lane in lanes
              if (not arguments.only or lane.name in arguments.only) and (lane.quick or not arguments.quick)]
    if arguments.list:
        print("".join(f"{lane.name:10}{' '.join(words)}\n" for lane, words in chosen), end="")
        return 0
    out.mkdir(parents=True, exist_ok=True)
    failed, took = [], {}
    for lane, words in chosen:
        before, began = _processor_s(), time.monotonic()
        code = _run(words, out / f"{lane.name}.log")
        wall, used = time.monotonic() - began, _processor_s() - before
        state = "ok" if code == 0 else f"FAILED ({code})"
        print(f"{lane.name:10}{state:13}{wall:8.0f} s{used:8.0f} s of processors   {' '.join(words)}", flush=True)
        if code == 0:
            took[lane.name] = ("quick" if arguments.quick else "all", used, _where())
        else:
            failed.append(lane.name)
            print(_end_of(out / f"{lane.name}.log"), end="", flush=True)
    if arguments.write:
        table.keep(took, file)
        whole_file.write_text(README, table.between_marks(README.read_text(), table.markdown(table.load(file))))
    print(f"{len(chosen) - len(failed)} of {len(chosen)} lanes pass" + (f"; not so: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0
