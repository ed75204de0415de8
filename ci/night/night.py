"""One night: what is known already, what is left to measure, and the report of both."""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Sequence
from types import TracebackType

from ci.night import environment, inputs, join
from ci.night.cluster import DaskExecutor
from ci.night.executor import Executor, LocalExecutor
from ci.night.job import Job, Outcome
from ci.night.progress import Progress
from ci.night.rows import cells_of, row
from ci.night.store import Store, reusable
from reports.report_file import PASS, Cell, Environment, Report


class Night:
    """Holds its folder while it lives."""

    def __init__(self, root: pathlib.Path, out: pathlib.Path, began: str) -> None:
        self._root, self._began = root, began
        self._store = Store(out.resolve())
        self._keys: dict[str, str] = {}  # job's name -> content key
        self._read: dict[str, tuple[list[Cell], Environment]] = {}  # content key -> what its report says

    def __enter__(self) -> Night:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._store.close()

    def measure(self, jobs: Sequence[Job], arguments: argparse.Namespace, command: str) -> Report:
        """What `jobs` say, measured now or before."""
        here = [job for job in jobs if not job.absent]
        contents, tools = inputs.Contents(self._root), inputs.tools(self._root)
        self._keys = {job.name: inputs.content_key(job, contents, tools) for job in here}
        if arguments.fresh:
            for key in self._keys.values():
                self._store.forget(key)
        left = [job for job in here if not self._known(job)]
        print(f"ci/nightly: {len(here)} processes, {len(here) - len(left)} known from before", file=sys.stderr, flush=True)
        if left:
            self._run(left, arguments)
        parts = [(job.name, *self._cells(job)) for job in here]
        cells = join.cells([(name, some) for name, some, _ in parts]
                           + [(job.name, [row(job, "missing", job.absent)]) for job in jobs if job.absent])
        return Report(command, environment.of(self._root, self._began, [where for _, _, where in parts]), cells)

    def complete(self, jobs: Sequence[Job]) -> None:
        """The report is written: times of this night are not those of the next."""
        for job in jobs:
            if job.wall and job.name in self._keys:
                self._store.forget(self._keys[job.name])

    def _known(self, job: Job) -> bool:
        outcome = self._store.get(self._keys[job.name])
        return (outcome is not None and reusable(outcome, job)
                and all(cell.status != "crashed" for cell in self._cells(job)[0]))

    def _cells(self, job: Job) -> tuple[list[Cell], Environment]:
        key = self._keys[job.name]
        if key not in self._read:
            outcome = self._store.get(key)
            if outcome is None:
                raise ValueError(f"{self._store.results / key}: gone since it was measured; start again")
            self._read[key] = cells_of(job, outcome, self._store.report_file(key))
        return self._read[key]

    def _run(self, jobs: Sequence[Job], arguments: argparse.Namespace) -> None:
        durations = self._store.durations()
        ordered = sorted(jobs, key=lambda job: (-durations.get(job.name, job.cost_s), job.name))
        dask = DaskExecutor(arguments.jobs, self._root, arguments.scheduler) if arguments.executor == "dask" else None
        executor: Executor = dask or LocalExecutor(arguments.jobs, self._root, self._store.scratch)
        progress = Progress(sys.stderr, jobs, durations, dask.workers if dask else arguments.jobs)
        progress.tick()
        try:
            for job, outcome in executor.run(ordered):
                self._store.put(self._keys[job.name], job, outcome)
                self._read.pop(self._keys[job.name], None)
                durations[job.name] = outcome.seconds
                progress.ended(job, self._problem(job, outcome))
        finally:
            progress.close()
            self._store.keep_durations(durations)
            if dask:
                dask.close()

    def _problem(self, job: Job, outcome: Outcome) -> str:
        """Empty when all of the job passed."""
        if outcome.exit_code == 0 and reusable(outcome, job):
            return ""
        bad = [cell for cell in self._cells(job)[0] if cell.status != PASS]
        return "; ".join(f"{cell.status}: {' / '.join(cell.message.splitlines()) or 'see the report'}" for cell in bad[:3])
