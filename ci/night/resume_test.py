"""Killed at random moments and started again, a night says what an undisturbed one says."""

from __future__ import annotations

import pathlib
import random
import signal
import time

from ci.night.testing.repository import CELLS, Repository


def test_ten_kills(tmp_path: pathlib.Path) -> None:
    (tmp_path / "one").mkdir()
    undisturbed = Repository.make(tmp_path / "one")
    assert undisturbed.run() == 0

    repository = Repository.make(tmp_path / "two", {"core": 0.1})
    moments = random.Random(6)
    results, started = tmp_path / "two/build/nightly/results", tmp_path / "two/started"
    kills = during = 0
    while kills < 10:
        started.unlink(missing_ok=True)
        process = repository.start("--jobs", "2")
        if kills >= 2:  # the first two while it starts, the others at its work
            while process.poll() is None and not started.exists():
                time.sleep(0.005)
        until = time.monotonic() + moments.uniform(0, 0.7)
        while process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        if process.poll() is not None:  # it was done: forget some of it, and again
            for result in sorted(results.iterdir())[:20]:
                result.rename(result.with_name(f".new-{result.name}"))  # as a kill leaves it
            continue
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        during += started.exists()
    assert during >= 5
    whole = [path.name for path in results.iterdir() if not path.name.startswith(".new-")]
    repository.started()
    assert repository.run() == 0
    assert len(repository.started()) == CELLS - len(whole)
    assert repository.cells() == undisturbed.cells()
    assert not list(results.glob(".new-*"))
    assert not (tmp_path / "two/build/nightly/scratch").exists()
