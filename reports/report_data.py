"""Reports as plain data, and what makes them right: the same rules as the harness's report files."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Hashable, Iterable
from typing import TypeVar

from . import catalogue

Value = int | float | str
_T = TypeVar("_T", bound=Hashable)
PASS = "pass"
NOT_HERE = "not measured here: needs "  # how the message of a missing cell begins whose data is not on this machine
MAX_COUNT = 2**64 - 1


_KIND_ORDER = {kind: place for place, kind in enumerate(catalogue.KINDS)}


@dataclasses.dataclass(frozen=True)
class Key:
    """What a cell is of: a report has one cell of a key. Kinds, runners, variants in lower case, as "cycles".

    Keys sort by kind in the catalogue's order, then by their other fields, as cells of merged reports do.
    """
    kind: str = "parity"
    runner: str = ""
    core: str = ""
    board: str = ""
    model: str = ""
    variant: str = ""
    build_kind: str = ""
    text: str = ""
    detail: str = ""

    def __lt__(self, other: Key) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[object, ...]:
        return (_KIND_ORDER.get(self.kind, len(_KIND_ORDER)), self.kind, self.runner, self.core, self.board, self.model,
                self.variant, self.build_kind, self.text, self.detail)

    def __str__(self) -> str:
        return " ".join(value for value in dataclasses.astuple(self) if value)


@dataclasses.dataclass(frozen=True)
class Figure:
    name: str  # of catalogue.FIGURES
    value: Value
    part_kind: str = ""
    part: str = ""
    low: float | None = None
    high: float | None = None
    samples: tuple[float, ...] = ()
    sample_counts: tuple[int, ...] = ()

    @property
    def id(self) -> tuple[str, str, str]:
        return self.name, self.part_kind, self.part

    @property
    def info(self) -> catalogue.Quantity:
        return catalogue.FIGURES[self.name]

    @property
    def number(self) -> float | None:
        """The value where it is a number."""
        return None if isinstance(self.value, str) else self.value


@dataclasses.dataclass(frozen=True)
class Divergence:
    case: int
    step: int
    op: str
    layer: int | None = None
    index: int | None = None
    expected_bits: int | None = None
    actual_bits: int | None = None
    ulp: int | None = None
    note: str = ""


@dataclasses.dataclass
class Cell:
    key: Key
    outcome: str = PASS  # of catalogue.OUTCOMES
    message: str = ""
    note: str = ""
    build: str = ""
    model_sha256: str = ""
    build_sha256: str = ""
    command: str = ""
    divergence: Divergence | None = None
    unavailable: dict[str, str] = dataclasses.field(default_factory=dict)
    figures: list[Figure] = dataclasses.field(default_factory=list)

    @property
    def passed(self) -> bool:
        """To the bit, or within the tolerance that was asked."""
        return catalogue.OUTCOMES[self.outcome].passes

    @property
    def near(self) -> bool:
        """Within the tolerance that was asked, and not to the bit."""
        return self.passed and self.outcome != PASS

    @property
    def left_out(self) -> bool:
        """Whether it was not run because its data is not there, which is not a failure."""
        return self.outcome == "missing" and self.message.startswith(NOT_HERE)

    @property
    def failed(self) -> bool:
        return not self.passed and not self.left_out

    def figure(self, name: str, part_kind: str = "", part: str = "") -> Figure | None:
        """The figure of that name, of the whole cell unless a part is named; None where it was not measured."""
        return next((f for f in self.figures if f.id == (name, part_kind, part)), None)

    def parts(self, part_kind: str, name: str) -> dict[str, Figure]:
        """The figure of each part of a kind, in the report's order."""
        return {f.part: f for f in self.figures if (f.name, f.part_kind) == (name, part_kind)}


@dataclasses.dataclass
class Environment:
    harness_version: str = ""
    commit: str = ""
    host: str = ""
    date: str = ""
    tools: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Report:
    command: str = ""
    environment: Environment = dataclasses.field(default_factory=Environment)
    cells: list[Cell] = dataclasses.field(default_factory=list)
    sources: list[str] = dataclasses.field(default_factory=list)


def of_part(name: str, part_kind: str, part: str) -> str:
    """ "ram_bytes", "symbol_bytes of symbol main"."""
    return f"{name} of {part_kind} {part}" if part_kind else name


def _twice(names: Iterable[_T]) -> _T | None:
    """The first that is there again."""
    seen: set[_T] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _why_no_figure(figure: Figure) -> str:
    """What is wrong with it; empty when nothing is."""
    quantity = catalogue.FIGURES.get(figure.name)
    if quantity is None:
        return "is not in the catalogue of figures"
    if figure.part_kind not in catalogue.PART_KINDS or not quantity.may_be_of(figure.part_kind):
        return "cannot be of a part of this kind"
    if isinstance(figure.value, int) and not 0 <= figure.value <= MAX_COUNT:
        return "is not a count of 64 bits"
    if (figure.low is None) != (figure.high is None):
        return "its interval has one end"
    interval = () if figure.low is None or figure.high is None else (figure.low, figure.high)
    reals = (figure.value,) if isinstance(figure.value, float) else ()
    if not all(map(math.isfinite, (*reals, *interval, *figure.samples))):
        return "is not finite"
    if interval and interval[0] > interval[1]:
        return "its interval ends before it begins"
    if figure.sample_counts and len(figure.sample_counts) != len(figure.samples):
        return f"{len(figure.samples)} samples have {len(figure.sample_counts)} counts"
    return ""


def _check_cell(cell: Cell) -> None:
    if cell.key.kind not in catalogue.KINDS:
        raise ValueError(f"{cell.key}: there is no kind {cell.key.kind}")
    if cell.outcome not in catalogue.OUTCOMES:
        raise ValueError(f"{cell.key}: there is no outcome {cell.outcome}")
    for name in cell.unavailable:
        if name not in catalogue.FIGURES:
            raise ValueError(f"{cell.key}: unavailable figure {name} is not in the catalogue of figures")
    for figure in cell.figures:
        if why := _why_no_figure(figure):
            raise ValueError(f"{cell.key}: figure {of_part(*figure.id)}: {why}")
    if twice := _twice(figure.id for figure in cell.figures):
        raise ValueError(f"{cell.key}: two figures {of_part(*twice)}")
    found = cell.divergence
    if found and len({each is None for each in (found.index, found.expected_bits, found.actual_bits)}) > 1:
        raise ValueError(f"{cell.key}: divergence without all of index, expected_bits and actual_bits")


def check(report: Report) -> None:
    """ValueError says what a report file may not hold."""
    for cell in report.cells:
        _check_cell(cell)
    if twice := _twice(cell.key for cell in report.cells):
        raise ValueError(f"two cells of {twice}")
