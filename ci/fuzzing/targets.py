"""The fuzz targets that there are, and their programs."""

from __future__ import annotations

import dataclasses
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ("engine", "emulation", "harness")
SUFFIX = "_fuzz.cc"
BUILD = ROOT / "build" / "fuzz"


class CannotBuildError(Exception):
    """One line: what is missing or wrong, and the remedy."""


@dataclasses.dataclass(frozen=True)
class Target:
    """A source with LLVMFuzzerTestOneInput: what it is called, and where it stands."""
    name: str
    folder: pathlib.Path  # "fuzz" of a room

    @property
    def corpus(self) -> pathlib.Path:
        return self.folder / "corpus" / self.name

    @property
    def dictionary(self) -> pathlib.Path | None:
        path = self.folder / f"{self.name}.dict"
        return path if path.exists() else None

    @property
    def program(self) -> pathlib.Path:
        return BUILD / "targets" / self.name

    @property
    def most_bytes(self) -> int:
        """Of an input: half more than the largest of the corpus, and at least 64."""
        sizes = [path.stat().st_size for path in self.corpus.iterdir()] if self.corpus.is_dir() else []
        return max([64, *(size * 3 // 2 for size in sizes)])


def all_targets() -> list[Target]:
    """By name."""
    sources = [source for room in ROOMS for source in (ROOT / room / "fuzz").glob(f"*{SUFFIX}")]
    return sorted((Target(source.name.removesuffix(SUFFIX), source.parent) for source in sources), key=lambda each: each.name)


def build(targets: list[Target], jobs: int) -> None:
    """Brings their programs up to date, with the preset "fuzz". Raises CannotBuildError."""
    for tool, package in (("clang++", "clang"), ("cmake", "cmake"), ("ninja", "ninja-build")):
        if shutil.which(tool) is None:
            raise CannotBuildError(f"{tool} is missing; install it: ci/setup --prove (Debian: {package})")
    if not (BUILD / "build.ninja").exists():
        _run(["cmake", "--preset", "fuzz", "-Wno-dev"])
    _run(["ninja", "-C", str(BUILD), f"-j{jobs}", *(f"fuzz_{target.name}" for target in targets)])


def _run(words: list[str]) -> None:
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        said = [line for line in done.stdout.splitlines() + done.stderr.splitlines() if "error" in line.lower()]
        raise CannotBuildError(f"{' '.join(words)} failed: {said[0] if said else 'it does not say why'}")
