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
from ci.night.job import Ended, Job
from ci.night.progress import Progress
from ci.night.rows import cells_of, row
from ci.night.store import Store, reusable
from reports import report_file
from reports.report_data import Cell, Report


class Night:
    """Holds its folder while it lives."""

    def __init__(self, root: pathlib.Path, out: pathlib.Path, began: str) -> None:
        self._root, self._began = root, began
        self._store = Store(out.resolve())
        self._keys: dict[str, str] = {}  # job's name -> content key
        self._read: dict[str, tuple[list[Cell], bool]] = {}  # content key -> its cells, and whether its report has them

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
        report = self._joined(jobs)
        return Report(command, environment.of(self._root, self._began, report.environment), report.cells)

    def _joined(self, jobs: Sequence[Job]) -> Report:
        """The reports that jobs left, and rows of those that left none."""
        parts, rows = [self._store.scratch / "rows.binpb"], []
        for job in jobs:
            cells, reported = ([row(job, "missing", job.absent)], False) if job.absent else self._cells(job)
            if reported:
                parts.append(self._store.report_file(self._keys[job.name]))
            else:
                rows += cells
        report_file.write(Report("ci/nightly", cells=rows), parts[0])
        return join.merge(self._root, self._store.scratch / "joined.binpb", parts)

    def complete(self, jobs: Sequence[Job]) -> None:
        """The report is written: times of this night are not those of the next."""
        for job in jobs:
            if job.wall and job.name in self._keys:
                self._store.forget(self._keys[job.name])

    def _known(self, job: Job) -> bool:
        ended = self._store.get(self._keys[job.name])
        return (ended is not None and reusable(ended, job)
                and all(cell.outcome != "crashed" for cell in self._cells(job)[0]))

    def _cells(self, job: Job) -> tuple[list[Cell], bool]:
        key = self._keys[job.name]
        if key not in self._read:
            ended = self._store.get(key)
            if ended is None:
                raise ValueError(f"{self._store.results / key}: gone since it was measured; start again")
            self._read[key] = cells_of(job, ended, self._store.report_file(key))
        return self._read[key]

    def _run(self, jobs: Sequence[Job], arguments: argparse.Namespace) -> None:
        durations = self._store.durations()
        ordered = sorted(jobs, key=lambda job: (-durations.get(job.name, job.cost_s), job.name))
        dask = DaskExecutor(arguments.jobs, self._root, arguments.scheduler) if arguments.executor == "dask" else None
        executor: Executor = dask or LocalExecutor(arguments.jobs, self._root, self._store.scratch)
        progress = Progress(sys.stderr, jobs, durations, dask.workers if dask else arguments.jobs)
        progress.tick()
        try:
            for job, ended in executor.run(ordered):
                self._store.put(self._keys[job.name], job, ended)
                self._read.pop(self._keys[job.name], None)
                durations[job.name] = ended.seconds
                progress.ended(job, self._problem(job, ended))
        finally:
            progress.close()
            self._store.keep_durations(durations)
            if dask:
                dask.close()

    def _problem(self, job: Job, ended: Ended) -> str:
        """Empty when all of the job passed."""
        if ended.exit_code == 0 and reusable(ended, job):
            return ""
        bad = [cell for cell in self._cells(job)[0] if not cell.passed]
        return "; ".join(f"{cell.outcome}: {' / '.join(cell.message.splitlines()) or 'see the report'}" for cell in bad[:3])
