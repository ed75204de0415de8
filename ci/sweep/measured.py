"""Reports of what was measured, in a folder, each under a hash of all that its figures follow from."""

from __future__ import annotations

import hashlib
import json
import pathlib
from collections.abc import Sequence

from ci.night.inputs import Contents
from ci.night.job import REPORT, Ended, Job
from reports import report_file, whole_file
from reports.report_data import Key, Report

FORMAT = "1"  # of the hash and of what is kept under it
ATOME = "build/atome"
# The sources of firmware, and of the machine that runs it. Not the command itself, which every change of a page or an option
# would make another: figures do not follow from those. Where the compiler is another, remove the folder.
ENGINE = ("engine/**/*.h", "engine/**/*.cc")
MACHINE = (*ENGINE, "emulation/**/*.h", "emulation/**/*.cc")


def job(name: str, arguments: Sequence[str], limit_s: float, cost_s: float, reads: Sequence[str]) -> Job:
    """`atome` with `arguments`, and its report."""
    return Job(name, Key("", "", name), (ATOME, *arguments, "--jobs", "1", "--report", REPORT), limit_s, cost_s, tuple(reads))


class Measured:
    def __init__(self, folder: pathlib.Path, root: pathlib.Path) -> None:
        self._folder, self._root = folder, root
        self._contents = Contents(root)
        self._keys: dict[Job, str] = {}
        self._reports: dict[Job, Report] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def _path(self, asked: Job) -> pathlib.Path:
        if asked not in self._keys:
            contents = {pattern: self._contents.of(pattern) for pattern in asked.reads}
            text = json.dumps([FORMAT, asked.argv, contents], sort_keys=True)
            self._keys[asked] = hashlib.sha256(text.encode()).hexdigest()[:16]
        return self._folder / f"{asked.name.replace('/', '-')}.{self._keys[asked]}.binpb"

    def put(self, asked: Job, ended: Ended) -> None:
        whole_file.write(self._path(asked), ended.report)

    def get(self, asked: Job) -> Report | None:
        """None: not measured yet, or damaged."""
        path = self._path(asked)
        if asked not in self._reports and path.is_file():
            try:
                self._reports[asked] = report_file.read(path)
            except ValueError:  # not of our making: measured again
                return None
        return self._reports.get(asked)

    def missing(self, jobs: Sequence[Job]) -> list[Job]:
        """Those without a result, cheap ones first: most is known soon."""
        return sorted((each for each in jobs if self.get(each) is None), key=lambda each: (each.cost_s, each.name))
