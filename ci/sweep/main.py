"""Trains what of a sweep is not trained yet: the search of rates, then every seed at the rate that it chose.

    ci/frontier golden/frontier/sweep.json --out build/frontier
    ci/frontier golden/frontier/sweep.json --out build/frontier --only ternary-60k      # one point again
An interrupted sweep goes on with the same command. Exit codes: 0 done, 2 unusable input, 4 a training failed.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
from collections.abc import Sequence

from ci.night.executor import Executor, LocalExecutor
from ci.night.job import Job
from ci.night.progress import Progress
from ci.sweep import collect, config, trainings

ROOT = pathlib.Path(__file__).resolve().parents[2]


def parse_arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ci/frontier", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sweep", type=pathlib.Path, help="as golden/frontier/sweep.json")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build" / "frontier",
                        help="folder of results (default: build/frontier)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only runs whose name contains this")
    parser.add_argument("--list", action="store_true", help="print what is missing, and train nothing")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="trainings at a time (default: all cores)")
    parser.add_argument("--executor", choices=("local", "dask"), default="local", help="where trainings run (default: local)")
    parser.add_argument("--scheduler", default="", metavar="ADDRESS", help="of Dask; default: one is started here")
    args = parser.parse_args(argv)
    if args.jobs < 1:
        parser.error("--jobs must be at least 1")
    if args.scheduler and args.executor != "dask":
        parser.error("--scheduler needs --executor dask")
    return args


def train(executor: Executor, jobs: Sequence[Job], kept: trainings.Kept, at_a_time: int) -> bool:
    """Runs jobs and keeps their results; returns whether all have one."""
    progress, well = Progress(sys.stderr, jobs, {}, at_a_time), True
    progress.tick()
    try:
        for job, ended in executor.run(jobs):
            problem = ""
            if ended.exit_code == 0 and ended.report:
                kept.put(job, ended)
            else:
                last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
                problem = ended.lost or f"exit code {ended.exit_code}: {''.join(last)}"
                well = False
            progress.ended(job, problem)
    finally:
        progress.close()
    return well


def main(argv: list[str] | None = None) -> int:
    args = parse_arguments(argv)
    try:
        sweep = config.load(args.sweep)
        for name, text in sweep.texts.items():
            if not (ROOT / text["file"]).is_file():
                raise ValueError(f"{text['file']}: missing text '{name}'; make it: {text['from']}")
        kept = trainings.Kept(args.out / "trainings", ROOT)
        scratch = args.out / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        if args.executor == "dask":
            from ci.night.cluster import DaskExecutor
            executor: Executor = DaskExecutor(args.jobs, ROOT, args.scheduler)
        else:
            executor = LocalExecutor(args.jobs, ROOT, scratch)
    except (OSError, ValueError) as error:
        print(f"ci/frontier: {error}", file=sys.stderr)
        return 2
    for runs in (trainings.search, trainings.search, collect.reported):  # the second search knows more
        jobs = [job for job in trainings.missing(sweep, kept, runs(sweep, kept)) if args.only in job.name]
        if runs is trainings.search:
            jobs.sort(key=lambda job: -job.cost_s)  # the longest first: no core waits at the end
        if args.list:
            print("".join(f"{job.name}\t{job.cost_s:.0f} s\t{job.command}\n" for job in jobs), end="")
            if jobs:
                break
        elif jobs and not train(executor, jobs, kept, args.jobs):
            return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
