"""Outcomes on disk, by content key. A folder is there whole or not at all, whenever the writer is killed."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import shutil

from ci.night import lock
from ci.night.job import Ended, Job
from reports import whole_file

_BYTES = ("report", "stdout", "stderr")
_BESIDE = ".new-"


class Store:
    """results/KEY/{report.binpb, stdout, stderr, outcome.json} in a folder that one run holds at a time."""

    def __init__(self, folder: pathlib.Path) -> None:
        """Takes the folder, and removes what a killed run left half-written. ValueError when another run has it."""
        self.results = folder / "results"
        self.scratch = folder / "scratch"  # of running processes
        self._durations = folder / "durations.json"
        self._lock = lock.take(folder, "give another --out")
        self.results.mkdir(exist_ok=True)
        for path in self.results.glob(f"{_BESIDE}*"):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()

    def close(self) -> None:
        shutil.rmtree(self.scratch, ignore_errors=True)
        os.close(self._lock)

    def report_file(self, key: str) -> pathlib.Path:
        return self.results / key / "report.binpb"

    def get(self, key: str) -> Ended | None:
        folder = self.results / key
        if not folder.is_dir():
            return None
        try:
            facts = json.loads((folder / "outcome.json").read_text())
            data = {name: self._path(folder, name).read_bytes() for name in _BYTES}
            if facts["sha256"] != _hashes(data):
                raise ValueError("after a loss of power a file may be there without its content")
            return Ended(facts["exit_code"], facts["seconds"], lost=facts["lost"], **data)
        except (OSError, ValueError, KeyError, TypeError):
            shutil.rmtree(folder)  # not of our making: measured again
            return None

    def put(self, key: str, job: Job, outcome: Ended) -> None:
        beside = self.results / f"{_BESIDE}{key}"
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        data: dict[str, bytes] = {name: getattr(outcome, name) for name in _BYTES}
        for name, content in data.items():
            self._path(beside, name).write_bytes(content)
        facts = {"job": job.name, "command": job.command, "exit_code": outcome.exit_code,
                 "seconds": outcome.seconds, "lost": outcome.lost, "sha256": _hashes(data)}
        (beside / "outcome.json").write_text(json.dumps(facts, indent=1) + "\n")
        self.forget(key)
        beside.rename(self.results / key)

    def forget(self, key: str) -> None:
        """Renamed away first, so that half a folder never has the name of a whole one."""
        old = self.results / key
        if old.is_dir():
            beside = self.results / f"{_BESIDE}old-{key}"
            shutil.rmtree(beside, ignore_errors=True)
            old.rename(beside)
            shutil.rmtree(beside)

    def durations(self) -> dict[str, float]:
        """Seconds that jobs took last time, by name, whatever their content was."""
        try:
            return {str(name): float(value) for name, value in json.loads(self._durations.read_text()).items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def keep_durations(self, durations: dict[str, float]) -> None:
        whole_file.write(self._durations, json.dumps(durations, indent=0, sort_keys=True).encode())

    @staticmethod
    def _path(folder: pathlib.Path, name: str) -> pathlib.Path:
        return folder / ("report.binpb" if name == "report" else name)


def _hashes(data: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in data.items()}


def reusable(outcome: Ended, job: Job) -> bool:
    """Whether a result stands: a crash, a hang, a missing tool are tried again by the next run."""
    return not outcome.lost and outcome.exit_code in (0, 1) and (job.check or bool(outcome.report))
