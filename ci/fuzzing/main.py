"""Fuzzes what reads the files, packets, code and calls of others, and compares the emulators on random programs.

    ci/fuzz --smoke                        # every target over its corpus and some thousand inputs made of it
    ci/fuzz --long [--runs 1000000]        # a million inputs a target
    ci/fuzz --long --only report --only elf
    ci/fuzz --programs 100000              # random programs on Unicorn and QEMU, spread over all cores
    ci/fuzz --list

Exit codes: 0 nothing found, 1 an input fails or a program differs, 2 usage or a missing tool.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import pathlib
import subprocess
import sys

from ci.fuzzing.runs import Outcome, fuzz
from ci.fuzzing.targets import BUILD, ROOT, CannotBuildError, Target, all_targets, build

SMOKE_RUNS = 3000
LONG_RUNS = 1_000_000
CORES = ("m0", "m0plus", "m3", "m4", "m4f", "m7", "m33")
FOUND, USAGE = 1, 2


def parse_arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ci/fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--smoke", action="store_true", help=f"{SMOKE_RUNS} inputs a target")
    what.add_argument("--long", action="store_true", help=f"{LONG_RUNS} inputs a target")
    what.add_argument("--programs", type=int, metavar="N", help="N random programs on Unicorn and QEMU")
    what.add_argument("--list", action="store_true", help="names the targets")
    parser.add_argument("--runs", type=int, help="so many inputs a target instead")
    parser.add_argument("--only", action="append", metavar="TARGET", help="this target; repeatable")
    parser.add_argument("--core", action="append", choices=CORES, help="with --programs: on this core; repeatable")
    parser.add_argument("--seed", type=int, default=1, help="of the inputs or programs (default: 1)")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once (default: 2)")
    parser.add_argument("--findings", type=pathlib.Path, default=BUILD / "findings", help="folder of inputs that fail, and of logs")
    return parser.parse_args(argv)


def chosen(only: list[str] | None) -> list[Target]:
    """The targets asked for; all when none is. Raises KeyError with a name that is none."""
    known = {target.name: target for target in all_targets()}
    return [known[name] for name in only] if only else list(known.values())


def show(outcome: Outcome) -> None:
    rate = outcome.executions / max(outcome.seconds, 1e-9)
    print(f"{outcome.target.name:14} {outcome.executions:9} executions {outcome.seconds:7.0f} s {rate:7.0f}/s "
          f"{outcome.edges:6} edges  {'FAILS' if outcome.finding else 'ok'}", flush=True)
    if outcome.finding:
        print(f"  {outcome.why}\n  again:     {outcome.repeat}\n  as a test: {outcome.promise}", flush=True)


def run_targets(targets: list[Target], runs: int, arguments: argparse.Namespace) -> int:
    build(targets, arguments.jobs)
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        waiting = [pool.submit(fuzz, target, runs, arguments.seed, arguments.findings.resolve()) for target in targets]
        outcomes = []
        for each in concurrent.futures.as_completed(waiting):
            outcomes.append(each.result())
            show(outcomes[-1])
    failed = sorted(outcome.target.name for outcome in outcomes if outcome.finding)
    print(f"{len(outcomes) - len(failed)} of {len(outcomes)} targets found nothing"
          + (f"; see {', '.join(failed)}" if failed else ""))
    return FOUND if failed else 0


def run_programs(programs: int, arguments: argparse.Namespace) -> int:
    """The build of ci/build has the program and its guests."""
    whole = ROOT / "build"
    program, guests = whole / "emulation" / "atome_compare_emulators", whole / "emulation" / "guests"
    if not program.exists():
        raise CannotBuildError(f"{program.relative_to(ROOT)} is missing; ci/build makes it")
    cores = arguments.core or list(CORES)
    each = -(-programs // len(cores))
    words = [str(program), str(guests), "--programs", str(each), "--seed", str(arguments.seed)]
    return subprocess.run(words + [word for core in cores for word in ("--core", core)]).returncode


def main(argv: list[str] | None = None) -> int:
    arguments = parse_arguments(argv)
    if arguments.list:
        print("\n".join(target.name for target in all_targets()))
        return 0
    try:
        if arguments.programs is not None:
            return run_programs(arguments.programs, arguments)
        return run_targets(chosen(arguments.only), arguments.runs or (SMOKE_RUNS if arguments.smoke else LONG_RUNS), arguments)
    except KeyError as name:
        print(f"ci/fuzz: no target {name.args[0]}; ci/fuzz --list names them", file=sys.stderr)
    except CannotBuildError as why:
        print(f"ci/fuzz: {why}", file=sys.stderr)
    return USAGE


if __name__ == "__main__":
    sys.exit(main())
