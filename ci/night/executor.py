"""Where jobs run. Local is threads, each waiting for one process at a time; cluster.py is machines."""

from __future__ import annotations

import concurrent.futures
import pathlib
from collections.abc import Iterator, Sequence
from typing import Protocol

from ci.night import cell_process, environment
from ci.night.job import Ended, Job


class Executor(Protocol):
    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Ended]]:
        """Every job once with what came of it, as they end; those in front are started first."""


class LocalExecutor:
    def __init__(self, count: int, root: pathlib.Path, scratch: pathlib.Path) -> None:
        self._count, self._root, self._scratch = count, root, scratch
        self._commit = environment.commit(root)

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Ended]]:
        pool = concurrent.futures.ThreadPoolExecutor(self._count)
        try:
            started = {pool.submit(cell_process.run, job.argv, job.limit_s, self._root, self._scratch, self._commit): job
                       for job in jobs}
            for future in concurrent.futures.as_completed(started):
                yield started[future], future.result()
        finally:  # whoever is interrupted does not wait for what is left
            pool.shutdown(wait=False, cancel_futures=True)
