"""Measures the whole matrix, each cell in a process of its own, and writes one report of it.

    ci/nightly                    all; --quick: what is worth its time on every change
    ci/nightly --only 'size/*'    some, by their names (--list)
    ci/nightly --shard 2/4        a part; --merge joins the parts' reports
Killed, it goes on where it was when started again. Exit codes: 0 pass; 4 a cell crashed or ran out of time; 3 regression
against ci/baselines/nightly.json.xz; 1 a value differs, a check failed or a model does not fit its board; 2 usage, a missing
tool, or a baseline that cannot be compared with.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shlex
import sys
from collections.abc import Sequence

from ci.night import after, environment, expand, join, matrix_file, shard
from ci.night.job import Job
from ci.night.night import Night
from ci.night.rows import REGRESSION, USAGE, exit_code
from reports import report_file
from reports.report_data import Key, Report

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPARED = {0: "", REGRESSION: ", regression against the baseline", USAGE: ", comparison with the baseline failed"}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ci/nightly", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", dest="set", action="store_const", const="quick", default="full",
                        help="the matrix's quick part")
    parser.add_argument("--heavy", dest="set", action="store_const", const="heavy",
                        help="mutants and trainings, too, which take hours")
    parser.add_argument("--only", action="append", default=[], metavar="GLOB",
                        help="cells with such a name; may be given again")
    parser.add_argument("--shard", default="1/1", metavar="I/N", help="the I-th of N parts (default: %(default)s)")
    parser.add_argument("--merge", nargs="+", type=pathlib.Path, default=[], metavar="REPORT",
                        help="measure nothing: join the reports of all shards")
    parser.add_argument("--list", action="store_true", help="print the names and run nothing")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N",
                        help="at a time (default: %(default)s)")
    parser.add_argument("--executor", choices=["local", "dask"], default="local")
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help="a running Dask scheduler, as tcp://host:8786")
    parser.add_argument("--out", type=pathlib.Path, help="default: build/nightly")
    parser.add_argument("--matrix", type=pathlib.Path, help="default: ci/matrix.json")
    parser.add_argument("--fresh", action="store_true", help="measure again what was measured")
    parser.add_argument("--no-after", action="store_true", help="only the report: no diff, history or page")
    return parser


def _finish(report: Report, skipped: set[Key], arguments: argparse.Namespace, root: pathlib.Path, whole: bool) -> int:
    """Writes the report and does what is done with it; the exit code. `skipped`: rows of what cannot run here."""
    out = arguments.out.resolve()
    path = out / "report.binpb"
    report_file.write(report, path)
    report_file.write(report, out / "report.json")
    counted = [cell for cell in report.cells if cell.key not in skipped]
    compared_code = 0
    if not arguments.no_after:
        compared = out / "compared.binpb" if skipped else path
        if skipped:
            report_file.write(join.without(report, skipped), compared)
        names = {"report": str(path), "compared": str(compared), "out": str(out), "python": "/usr/bin/python3"}
        compared_code = after.run(names, root, whole, not whole or arguments.set == "quick" or bool(skipped))
    code = exit_code((cell.outcome for cell in counted), compared_code)
    passed = sum(cell.passed for cell in counted)
    print(f"{passed} of {len(counted)} cells pass" + (f", {len(skipped)} left out" if skipped else "")
          + COMPARED[compared_code] + f": {path}")
    if not arguments.no_after and (page := out / "page.html").exists():
        print(f"page: {page}")
    return code


def _merge(arguments: argparse.Namespace, root: pathlib.Path) -> int:
    arguments.out.mkdir(parents=True, exist_ok=True)
    report = join.merge(root, arguments.out.resolve() / "report.binpb", arguments.merge)
    report.command = "ci/nightly --merge"
    skipped = {cell.key for cell in report.cells if cell.left_out}
    return _finish(report, skipped, arguments, root, whole=True)


def _jobs(arguments: argparse.Namespace, root: pathlib.Path) -> list[Job]:
    jobs = expand.expand(matrix_file.load(arguments.matrix or root / "ci" / "matrix.json"), root, arguments.set)
    if arguments.only:
        jobs = expand.only(jobs, arguments.only)
    return shard.take(jobs, *shard.parse(arguments.shard))


def _command(arguments: argparse.Namespace) -> str:
    """What measures these cells again, wherever and however many at a time."""
    words = ["ci/nightly"] + ([] if arguments.set == "full" else [f"--{arguments.set}"])
    for glob in arguments.only:
        words += ["--only", shlex.quote(glob)]
    return " ".join(words + (["--shard", arguments.shard] if arguments.shard != "1/1" else []))


def main(argv: Sequence[str] | None = None, root: pathlib.Path = ROOT) -> int:
    """The command, on the repository at `root`; returns its exit code."""
    arguments = _parser().parse_args(argv)
    arguments.out = arguments.out or root / "build" / "nightly"
    try:
        if arguments.jobs < 1:
            raise ValueError(f"--jobs {arguments.jobs}: give at least 1")
        if arguments.scheduler and arguments.executor != "dask":
            raise ValueError("--scheduler: needs --executor dask")
        if arguments.merge:
            return _merge(arguments, root)
        jobs = _jobs(arguments, root)
        if arguments.list:
            print("".join(f"{job.name}{f'  ({job.absent})' if job.absent else ''}\n" for job in jobs), end="")
            return 0
        night = Night(root, arguments.out, environment.now())
        with night:
            report = night.measure(jobs, arguments, _command(arguments))
            part = bool(arguments.only) or arguments.shard != "1/1"
            arguments.no_after |= arguments.shard != "1/1"
            code = _finish(report, {job.key for job in jobs if job.absent}, arguments, root, not part)
            night.complete(jobs)
        return code
    except (OSError, ValueError) as error:
        print(f"ci/nightly: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nci/nightly: interrupted; the same command goes on from here", file=sys.stderr, flush=True)
        os._exit(130)  # the processes that run end with this one
