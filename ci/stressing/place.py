"""Where a case runs: a folder of its own, the command, and what is asked of its outcome."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import shutil
import subprocess
from collections.abc import Sequence

LIMIT_S = 300.0
_MOST_SHOWN = 300


class Wrong(Exception):
    """The case is not as it must be; says how."""


class Skipped(Exception):
    """The case cannot be made here; says why."""


@dataclasses.dataclass(frozen=True)
class Done:
    code: int
    out: bytes
    err: str


@dataclasses.dataclass(frozen=True)
class Place:
    """`build` has the command and its firmware; `folder` is the case's own, empty at first."""
    root: pathlib.Path
    build: pathlib.Path
    folder: pathlib.Path

    @property
    def atome(self) -> str:
        return str(self.build / "atome")

    @property
    def model(self) -> str:
        return str(self.root / "golden/models/tiny_odd/tiny_odd.atome03")

    def environment(self, **more: str) -> dict[str, str]:
        return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1", "ATOME_BUILD": str(self.build), **more}

    def run(self, *argv: str, **more: str) -> Done:
        done = subprocess.run(argv, cwd=self.folder, env=self.environment(**more), stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=LIMIT_S, check=False)
        return Done(done.returncode, done.stdout, done.stderr.decode(errors="replace"))

    def shell(self, line: str, *argv: str, **more: str) -> Done:
        """A line of bash; `argv` are its $1, $2, ..."""
        return self.run("bash", "-c", line, "bash", *argv, **more)

    def report(self) -> pathlib.Path:
        """A small report, measured."""
        path = self.folder / "report.json"
        expect(self.run(self.atome, "size", self.model, "--core", "m0", "--report", str(path)), 0)
        return path


def expect(done: Done, code: int, *said: str) -> None:
    """Wrong when a program did not end so, says something else on stderr, or shows a traceback."""
    shown = done.err.strip()[-_MOST_SHOWN:]
    if done.code != code:
        raise Wrong(f"exit code {done.code}, not {code}: {shown}")
    if "Traceback" in done.err or "terminate called" in done.err:
        raise Wrong(f"it fell: {shown}")
    for text in said:
        if text not in " ".join(done.err.split()):
            raise Wrong(f"stderr has no {text!r}: {shown}")


def same(path: pathlib.Path, allowed: Sequence[bytes]) -> None:
    """The file is one of these, whole."""
    found = path.read_bytes()
    if found not in allowed:
        raise Wrong(f"{path.name} is torn: {len(found)} bytes, not one of {sorted({len(each) for each in allowed})}")


def only(folder: pathlib.Path, *names: str) -> None:
    """The folder holds these and nothing that was left behind."""
    found = sorted(path.name for path in folder.iterdir())
    if found != sorted(names):
        raise Wrong(f"{folder.name} holds {', '.join(found) or 'nothing'}, not {', '.join(sorted(names))}")


def needs(program: str) -> str:
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        raise Skipped(f"there is no {program}")
    return found
