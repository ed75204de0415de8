"""Trains what of a sweep is not trained yet: the search of rates, then every seed at the rate that it chose. Then measures what
is not measured yet: flash, RAM and cycles on cores and boards, and perplexities through the engine.

    ci/frontier golden/frontier/sweep.json --out build/frontier
    ci/frontier golden/frontier/sweep.json --out build/frontier --only ternary-60k      # one point again
    ci/frontier golden/frontier/sweep.json --out build/frontier --stage measure
    ci/frontier golden/frontier/sweep.json --out build/frontier --collect               # what is committed
An interrupted sweep goes on with the same command. Exit codes: 0 done, 2 unusable input, 4 a training or measurement failed.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import sys
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Protocol

from ci.night import lock
from ci.night.executor import Executor, LocalExecutor
from ci.night.job import Ended, Job
from ci.night.progress import Progress
from ci.sweep import collect, config, keep, trainings
from ci.sweep.measure import Measurements, check_command
from reports import console

ROOT = pathlib.Path(__file__).resolve().parents[2]


def parse_arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ci/frontier", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweep", type=pathlib.Path, help="as golden/frontier/sweep.json")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build" / "frontier",
                        help="folder of results (default: build/frontier)")
    parser.add_argument("--stage", choices=("train", "measure", "all"), default="all",
                        help="what to do; measure: of the trainings that are there (default: all)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only trainings and measurements whose name contains this")
    parser.add_argument("--collect", action="store_true",
                        help="do nothing but write results.json, losses.npz and the undominated models beside the sweep")
    parser.add_argument("--list", action="store_true", help="print what is missing, and do nothing")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time (default: all cores)")
    parser.add_argument("--executor", choices=("local", "dask"), default="local", help="where they run (default: local)")
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help="of Dask; default: one is started here")
    args = parser.parse_args(argv)
    if args.jobs < 1:
        parser.error("--jobs must be at least 1")
    if args.scheduler and args.executor != "dask":
        parser.error("--scheduler needs --executor dask")
    return args


class Store(Protocol):
    def put(self, job: Job, ended: Ended) -> None:
        """Keeps a result."""


def run(executor: Executor, jobs: Sequence[Job], store: Store, results: Container[int | None], at_a_time: int) -> list[Job]:
    """Runs jobs and keeps what those leave that end with an exit code of `results`; returns the others."""
    progress, failed = Progress(sys.stderr, jobs, {}, at_a_time), []
    progress.tick()
    try:
        for job, ended in executor.run(jobs):
            problem = ""
            if ended.exit_code in results and ended.report and not ended.lost:
                store.put(job, ended)
            else:
                last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
                problem = ended.lost or f"exit code {ended.exit_code}: {''.join(last)}"
                failed.append(job)
            progress.ended(job, problem)
    finally:
        progress.close()
    return failed


def missing_trainings(sweep: config.Sweep, kept: trainings.Kept, only: str) -> Iterator[list[Job]]:
    """What to train next: each time all that is known, of the results that are there by then."""
    for runs in (trainings.search, trainings.search, collect.reported):  # the second search knows more
        jobs = [job for job in trainings.missing(sweep, kept, runs(sweep, kept)) if only in job.name]
        if runs is trainings.search:
            jobs.sort(key=lambda job: -job.cost_s)  # the longest first: no core waits at the end
        yield jobs


def missing_measurements(measurements: Measurements, only: str) -> Iterator[list[Job]]:
    """What to measure next."""
    for find in (measurements.missing_sizes, measurements.missing):
        yield [job for job in find() if only in job.name]


@contextlib.contextmanager
def executor_of(args: argparse.Namespace, root: pathlib.Path) -> Iterator[Executor]:
    """Raises OSError, or ValueError: no cluster."""
    if args.executor == "dask":
        from ci.night.cluster import DaskExecutor
        dask = DaskExecutor(args.jobs, root, args.scheduler)
        try:
            yield dask
        finally:
            dask.close()
    else:
        scratch = args.out / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        yield LocalExecutor(args.jobs, root, scratch)


def main(argv: list[str] | None = None, root: pathlib.Path = ROOT) -> int:
    args = parse_arguments(argv)
    try:
        sweep = config.load(args.sweep)
        for name, text in sweep.texts.items():
            if not (root / text["file"]).is_file():
                raise ValueError(f"{text['file']}: missing text '{name}'; make it: {text['from']}")
        if args.stage != "train":
            check_command(root)
        kept = trainings.Kept(args.out / "trainings", root)
        if args.collect:
            print(keep.keep(sweep, kept, Measurements(sweep, kept, args.out, root), root, args.sweep.parent))
            return 0
        alone = contextlib.nullcontext() if args.list else lock.holding(args.out, "give another --out")
        with alone, executor_of(args, root) as executor:
            if args.stage != "measure" and not do(args, executor, missing_trainings(sweep, kept, args.only), kept, (0,)):
                return 4
            if args.stage != "train":
                measurements = Measurements(sweep, kept, args.out, root)
                # Exit code 1 says that a model does not fit a board, which is a result.
                if not do(args, executor, missing_measurements(measurements, args.only), measurements.measured, (0, 1)):
                    return 4
    except (OSError, ValueError) as error:
        print(f"ci/frontier: {error}", file=sys.stderr)
        return 2
    return 0


def do(args: argparse.Namespace, executor: Executor, missing: Iterable[list[Job]], store: Store,
       results: Container[int | None]) -> bool:
    """Does what is missing, or lists it; returns whether all went well. What fails is not tried again, and stops only what
    needs it."""
    failed: list[Job] = []
    for known in missing:
        jobs = [job for job in known if job not in failed]
        if args.list:
            print("".join(f"{job.name}\t{job.cost_s:.0f} s\t{job.command}\n" for job in jobs), end="")
            if jobs:
                break
        elif jobs:
            failed += run(executor, jobs, store, results, args.jobs)
    return not failed


if __name__ == "__main__":
    sys.exit(console.run("ci/frontier", main))
