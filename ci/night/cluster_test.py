"""Workers of Dask: what they measure is what is measured here, whoever dies on the way."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from ci.night.testing.repository import CELLS, OURS, Repository

pytest.importorskip("distributed", reason="python3-distributed is not installed; run ci/setup")


class Cluster:
    """A scheduler and workers, each a process without a nanny that would start it again."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder, self._log = folder, folder / "scheduler.log"
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("dask_scheduler", self._log, "--port", "0", "--no-dashboard", "--host", "127.0.0.1")
        self.address = self._find_address()
        self.workers = [self.add_worker() for _ in range(3)]

    def _start(self, module: str, log: pathlib.Path, *arguments: str) -> subprocess.Popen[bytes]:
        with open(log, "wb") as file:
            process = subprocess.Popen([sys.executable, "-m", f"distributed.cli.{module}", *arguments], cwd=self._folder,
                                       stdout=file, stderr=file)
        self.processes.append(process)
        return process

    def _find_address(self) -> str:
        for _ in range(600):
            if found := re.search(r"Scheduler at:\s+(tcp://\S+)", self._log.read_text()):
                return found.group(1)
            time.sleep(0.05)
        raise AssertionError(self._log.read_text())

    def add_worker(self) -> subprocess.Popen[bytes]:
        return self._start("dask_worker", self._folder / f"worker{len(self.processes)}.log", self.address, "--no-nanny",
                           "--nthreads", "1", "--no-dashboard", "--local-directory", str(self._folder))

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: pathlib.Path) -> Iterator[Cluster]:
    (tmp_path / "dask").mkdir()
    made = Cluster(tmp_path / "dask")
    try:
        yield made
    finally:
        made.close()


def test_a_worker_killed_and_one_added(tmp_path: pathlib.Path, cluster: Cluster) -> None:
    repository = Repository.make(tmp_path / "one", {"core": 0.3})
    night = repository.start("--executor", "dask", "--scheduler", cluster.address)
    started = tmp_path / "one/started"
    until = time.monotonic() + 60
    while not started.exists() or len(started.read_text().splitlines()) < 8:
        assert night.poll() is None and time.monotonic() < until
        time.sleep(0.01)
    assert len(started.read_text().splitlines()) < CELLS, "killed too late to mean anything"
    cluster.workers[0].kill()
    cluster.add_worker()
    assert night.wait(timeout=60) == 0
    repository.started()
    assert repository.run("--out", str(tmp_path / "one/local")) == 0
    assert len(repository.started()) == CELLS
    assert repository.cells() == repository.cells("local")


def test_a_worker_with_another_build_says_so(tmp_path: pathlib.Path, cluster: Cluster) -> None:
    from ci.night import cluster as module

    executor = module.DaskExecutor(1, OURS, cluster.address)
    try:
        outcome = executor._client.submit(module.run_there, ("true",), 5, str(tmp_path), "0" * 64, "").result()
        assert "build/atome is missing" in outcome.lost
    finally:
        executor.close()
