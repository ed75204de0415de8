"""Jobs on the workers of Dask distributed (Debian: python3-distributed), here or on other machines.

Workers see the repository and its build under the same path as the one who asks, and write nothing there: outcomes, report
included, travel back as bytes. A job whose worker dies is given to another one; one that took RETRIES + 1 workers with
it is a crashed cell.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import logging
import pathlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from ci.night import cell_process, environment
from ci.night.job import Ended, Job

RETRIES = 3
WAIT_S = 60  # for the first worker


@functools.lru_cache(maxsize=4)
def _sha256(path: str, changed_ns: int, size: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256(path: pathlib.Path) -> str:
    """Empty: no such file."""
    try:
        facts = path.stat()
    except OSError:
        return ""
    return _sha256(str(path), facts.st_mtime_ns, facts.st_size)


def run_there(argv: tuple[str, ...], limit_s: float, root: str, atome: str, commit: str) -> Ended:
    """On the worker."""
    found = sha256(pathlib.Path(root) / "build" / "atome")
    if found != atome:
        return Ended(2, 0.0, lost=f"this worker's {root}/build/atome is " + ("another build" if found else "missing"))
    with tempfile.TemporaryDirectory(prefix="atome-night-") as scratch:
        return cell_process.run(argv, limit_s, pathlib.Path(root), pathlib.Path(scratch), commit)


class DaskExecutor:
    """`address` of a scheduler; empty: one is started here, with `count` workers, for as long as this lives."""

    def __init__(self, count: int, root: pathlib.Path, address: str = "") -> None:
        try:
            self._distributed: Any = importlib.import_module("distributed")
            import cloudpickle  # type: ignore[import]
        except ImportError as error:
            raise ValueError(f"--executor dask: {error}; run ci/setup") from None
        # Workers need nothing of ours on their path.
        for name in ("ci", "ci.night", "ci.night.job", "ci.night.cell_process", "ci.night.cluster"):
            cloudpickle.register_pickle_by_value(importlib.import_module(name))
        self._commit = environment.commit(root)
        self._root, self._atome, self._cluster = root, sha256(root / "build" / "atome"), None
        import dask  # type: ignore[import]
        dask.config.set({"distributed.scheduler.allowed-failures": RETRIES})
        if not address:
            self._cluster = self._distributed.LocalCluster(n_workers=count, threads_per_worker=1,
                                                           dashboard_address="127.0.0.1:8787")
        try:
            self._client = self._distributed.Client(self._cluster or address, timeout=WAIT_S)
            self._client.wait_for_workers(1, timeout=WAIT_S)
        except (OSError, TimeoutError, self._distributed.TimeoutError) as error:
            raise ValueError(f"--scheduler {address}: {error}; start dask-scheduler, and dask-worker {address}") from None
        print(f"ci/nightly: workers and their jobs: {self.dashboard}", file=sys.stderr)

    @property
    def dashboard(self) -> str:
        """Without Bokeh, which Debian has not, only its plain pages are there."""
        return str(self._client.dashboard_link).replace("/status", "/info/main/workers.html")

    @property
    def workers(self) -> int:
        return len(self._client.scheduler_info()["workers"])

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Ended]]:
        started: dict[Any, Job] = {}  # held, for what nobody holds is cancelled
        for place, job in enumerate(jobs):
            future = self._client.submit(run_there, job.argv, job.limit_s, str(self._root), self._atome, self._commit,
                                         pure=False, retries=RETRIES, priority=-place, key=f"{job.name}-{id(jobs)}")
            started[future] = job
        for future in self._distributed.as_completed(list(started)):
            try:
                outcome = future.result()
            except Exception as error:  # whatever a worker's death or its Python may throw
                outcome = Ended(None, 0.0, lost=f"no outcome from the cluster: {error!r}")
            yield started.pop(future), outcome

    def close(self) -> None:
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # of workers that died it has timeouts to tell, at exit
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()
