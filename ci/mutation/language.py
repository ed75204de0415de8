"""What a language must do so that its sources can be mutated: cpp.py and python_language.py each are one."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from ci.mutation.config import Config
from ci.mutation.mutant import Mutant, Result

# Which tests a survivor has met, the fewest first: the nearest of its room, all unit tests, all.
NEAR, UNIT, ALL = METS = ("near", "unit", "all")


@dataclasses.dataclass(frozen=True)
class Bench:
    """Where and how mutants are run."""
    root: pathlib.Path   # of the repository
    work: pathlib.Path   # a folder of this language alone; kept from run to run
    config: Config
    jobs: int = 1
    near: bool = False   # only the nearest tests
    say: Callable[[str], None] = lambda line: None  # steps that take long, and what went wrong without ending the run
    unit: bool = False   # only unit tests, not those of the whole command
    begun: Mapping[str, Result] = dataclasses.field(default_factory=dict)  # by id: survivors of unit tests, which need not meet them again

    @property
    def met(self) -> str:
        """Which tests a survivor of this run has met, of METS."""
        return NEAR if self.near else UNIT if self.unit else ALL


class Language(Protocol):
    name: str

    def files(self, root: pathlib.Path) -> list[str]:
        """The sources that may be mutated, from the root, sorted: ours, no tests."""

    def generator(self) -> str:
        """A hash of what makes mutants: results of another generator do not count."""

    def generate(self, root: pathlib.Path, work: pathlib.Path, paths: Sequence[str], jobs: int) -> list[Mutant]:
        """All mutants of these files, with ids, in the order of files and places. `work`: a folder of this language,
        which need not be there yet, to keep what takes long. ValueError: a file cannot be read, or a tool is missing."""

    def tests_key(self, root: pathlib.Path, path: str) -> str:
        """A hash of all tests that may kill a mutant of this file: a survivor is tried again once it is another."""

    def run(self, bench: Bench, mutants: Sequence[Mutant], told: Callable[[Result], None], paused: Callable[[Result], None]) -> None:
        """Runs each, and tells each result as soon as it is there, in any order, and with `paused` of survivors of unit tests that meet
        others later. One that does not even compile is told of with `say` and has no result. ValueError: nothing can be run, with the
        reason."""
