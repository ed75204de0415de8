"""What `atome diff` found between two reports, or in one, from its JSON. Untrusted, as reports are."""

from __future__ import annotations

import collections
import dataclasses
import functools
import json
import os
import pathlib
import subprocess
from collections.abc import Sequence
from typing import Any

from reports.report_data import Figure, Key, of_part

KEY = tuple(field.name for field in dataclasses.fields(Key))
EXIT_CODES = (0, 3)  # of `atome diff`: nothing is worse, something is
REGRESSION, IMPROVEMENT = "regression", "improvement"
OVER_BUDGET = "over budget"  # `before` of such a change is the limit
SEVERITIES = (REGRESSION, IMPROVEMENT, "note")
MARKS = ("x", "^", "v", "-")
MAX_BYTES = 256 << 20  # as of reports


@dataclasses.dataclass(frozen=True)
class Change:
    severity: str  # "regression", "improvement", "note"
    what: str      # "worse", "fails", "new cell", ...
    key: Key
    name: str = ""  # of the figure; empty: of the whole cell
    part_kind: str = ""
    part: str = ""
    before: str = ""
    after: str = ""
    change: str = ""
    why: str = ""

    @property
    def figure(self) -> str:
        return of_part(self.name, self.part_kind, self.part)

    def __str__(self) -> str:
        """ "regression: size elf m0 code_bytes: worse +16; 9000 to 9016; ..."."""
        values = " to ".join(value for value in (self.before, self.after) if value)
        said = "; ".join(part for part in (f"{self.what} {self.change}".strip(), values, self.why) if part)
        return f"{self.severity}: {' '.join(each for each in (str(self.key), self.figure) if each)}: {said}"


@dataclasses.dataclass(frozen=True)
class Cause:
    """What is behind changes: each regression and improvement has one. Grouped by atome, never here."""
    severity: str
    mark: str    # "x" wrong, failed or vanished; "^" worse; "v" better; "-" else
    kind: str    # "bits", "cycles", "flash", ...
    where: str
    what: str
    text: str    # where and what, on one line
    changes: tuple[int, ...]  # places in Diff.changes
    names: tuple[str, ...] = ()  # in full, what `what` has in short
    cells: int = 0
    figures: int = 0
    next: str = ""  # a command that goes on from here

    def __str__(self) -> str:
        return f"{self.mark} {self.kind} {self.text}"


@dataclasses.dataclass(frozen=True)
class Diff:
    passed: bool
    summary: str = ""
    compared: int = 0  # figures
    environment: list[str] = dataclasses.field(default_factory=list)  # what differs beside the figures
    changes: list[Change] = dataclasses.field(default_factory=list)
    headline: str = ""  # "3 causes, 24 figures"
    causes: list[Cause] = dataclasses.field(default_factory=list)  # the worst first

    def of(self, cause: Cause) -> list[Change]:
        return [self.changes[place] for place in cause.changes]

    @functools.cached_property
    def cause_of(self) -> dict[Key, Cause]:
        """The worst cause that a cell is in."""
        return {self.changes[place].key: cause for cause in reversed(self.causes) for place in cause.changes}

    @functools.cached_property
    def _by_figure(self) -> dict[tuple[Key, str, str, str], Change]:
        return {(each.key, each.name, each.part_kind, each.part): each for each in self.changes
                if each.name and each.what != OVER_BUDGET}

    def change(self, key: Key, figure: Figure) -> Change | None:
        """Against the baseline; None where it did not change, and for wall time, which means nothing beside another run's."""
        return None if figure.info.figure_class == "wall" else self._by_figure.get((key, *figure.id))

    def delta(self, key: Key, figure: Figure) -> str:
        """By how much the figure changed; empty where it did not."""
        found = self.change(key, figure)
        return found.change if found else ""


def _said(row: dict[str, Any], *names: str) -> dict[str, str]:
    return {name: str(row.get(name, "")) for name in names}


def _change(row: dict[str, Any]) -> Change:
    return Change(**_said(row, "severity", "what"), key=Key(**_said(row, *KEY)), name=str(row.get("figure", "")),
                  **_said(row, "part_kind", "part", "before", "after", "change", "why"))


def _one_of(row: dict[str, Any], name: str, allowed: Sequence[str]) -> str:
    if row[name] not in allowed:
        raise ValueError(f"{name} is none of {', '.join(allowed)}")
    return str(row[name])


def _count(row: dict[str, Any], name: str) -> int:
    value = row.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is not a count")
    return value


def _cause(row: dict[str, Any], changes: int) -> Cause:
    places = row["changes"]
    if not isinstance(places, list) or not all(type(place) is int and 0 <= place < changes for place in places):
        raise ValueError("changes of a cause are not places in changes")
    if not isinstance(names := row.get("names", []), list):
        raise ValueError("names of a cause are not an array")
    return Cause(_one_of(row, "severity", SEVERITIES), _one_of(row, "mark", MARKS), changes=tuple(places),
                 names=tuple(map(str, names)), cells=_count(row, "cells"), figures=_count(row, "figures"),
                 **_said(row, "kind", "where", "what", "text", "next"))


def _causes(found: dict[str, Any], changes: Sequence[Change]) -> list[Cause]:
    """Every regression and improvement is in one, so that none is lost where only causes are shown."""
    if "causes" not in found:
        raise ValueError("it has no causes, as an older atome's")
    causes = [_cause(row, len(changes)) for row in _objects(found, "causes")]
    times = collections.Counter(place for cause in causes for place in cause.changes)
    for place, change in enumerate(changes):
        if times[place] != 1 and change.severity in (REGRESSION, IMPROVEMENT):
            raise ValueError(f"changes/{place} is in {times[place]} causes, not in one")
    return causes


def _objects(found: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = found[name]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{name} is not an array of objects")
    return rows


def parse(text: str | bytes, source: str) -> Diff:
    """ValueError names the source of what is not a diff."""
    try:
        found = json.loads(text)
        changes = [_change(row) for row in _objects(found, "changes")]
        return Diff(_one_of(found, "verdict", ("pass", REGRESSION)) == "pass", str(found.get("summary", "")),
                    int(found["totals"]["figures_compared"]), [str(line) for line in found.get("environment", [])], changes,
                    str(found.get("headline", "")), _causes(found, changes))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        why = error if isinstance(error, ValueError) else repr(error)
        raise ValueError(f"{source}: no output of atome diff ({why}); give what "
                         "`atome diff OLD NEW --format json` prints") from None


def read(path: pathlib.Path) -> Diff:
    with open(path, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"{path}: no output of atome diff: it holds over {MAX_BYTES} bytes")
    return parse(data, str(path))


def command() -> pathlib.Path:
    """The `atome` that started this process, or the one of the build whose Python modules it uses."""
    modules = os.environ.get("ATOME_PROTO_PYTHON")
    build = pathlib.Path(modules).parent if modules else pathlib.Path(__file__).resolve().parents[1] / "build"
    return pathlib.Path(os.environ.get("ATOME_COMMAND") or build / "atome")


def run(new: pathlib.Path, old: pathlib.Path | None = None, partial: bool = False, budgets: pathlib.Path | None = None) -> Diff:
    """What `atome diff` finds now, of `new` against `old`; without that, of the cells of `new` that fail.

    `partial`: of what both have. `budgets`: a file of limits. ValueError says why it cannot.
    """
    atome = command()
    if not atome.is_file():
        raise ValueError(f"{atome} is missing, which says what changed or failed; run ci/build first, or give --diff")
    argv = [str(atome), "diff", *(str(path) for path in (old, new) if path), "--format", "json",
            *(["--partial"] if partial else []), *(["--budgets", str(budgets)] if budgets else [])]
    done = subprocess.run(argv, capture_output=True, check=False)
    if done.returncode not in EXIT_CODES:
        raise ValueError(done.stderr.decode(errors="replace").strip() or f"atome diff: exit code {done.returncode}")
    return parse(done.stdout, "atome diff")
