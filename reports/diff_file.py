"""What `atome diff` found between two reports, from its JSON. Untrusted, as reports are."""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import pathlib
import subprocess
from typing import Any

from reports.report_data import Figure, Key, of_part

KEY = tuple(field.name for field in dataclasses.fields(Key))
EXIT_CODES = (0, 3)  # of `atome diff`: nothing is worse, something is


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
class Diff:
    passed: bool
    summary: str = ""
    compared: int = 0  # figures
    environment: list[str] = dataclasses.field(default_factory=list)  # what differs beside the figures
    changes: list[Change] = dataclasses.field(default_factory=list)

    @property
    def regressions(self) -> list[Change]:
        return [each for each in self.changes if each.severity == "regression"]

    @functools.cached_property
    def _by_figure(self) -> dict[tuple[Key, str, str, str], str]:
        return {(each.key, each.name, each.part_kind, each.part): each.change for each in self.changes if each.name}

    def delta(self, key: Key, figure: Figure) -> str:
        """By how much the figure changed; empty where it did not. Wall time has none: it means nothing beside another
        run's."""
        return "" if figure.info.figure_class == "wall" else self._by_figure.get((key, *figure.id), "")


def _change(row: dict[str, Any]) -> Change:
    def said(name: str) -> str:
        return str(row.get(name, ""))

    return Change(said("severity"), said("what"), Key(**{name: said(name) for name in KEY}), said("figure"),
                  **{name: said(name) for name in ("part_kind", "part", "before", "after", "change", "why")})


def parse(text: str | bytes, source: str) -> Diff:
    """ValueError names the source of what is not a diff."""
    try:
        found = json.loads(text)
        rows = found["changes"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("changes is not an array of objects")
        if found["verdict"] not in ("pass", "regression"):
            raise ValueError("verdict is neither pass nor regression")
        return Diff(found["verdict"] == "pass", str(found.get("summary", "")), int(found["totals"]["figures_compared"]),
                    [str(line) for line in found.get("environment", [])], [_change(row) for row in rows])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{source}: no output of atome diff ({error!r}); give what "
                         "`atome diff OLD NEW --format json` printed") from None


def read(path: pathlib.Path) -> Diff:
    return parse(path.read_bytes(), str(path))


def command() -> pathlib.Path:
    """The `atome` that started this process, or the one of the build whose Python modules it uses."""
    modules = os.environ.get("ATOME_PROTO_PYTHON")
    build = pathlib.Path(modules).parent if modules else pathlib.Path(__file__).resolve().parents[1] / "build"
    return pathlib.Path(os.environ.get("ATOME_COMMAND") or build / "atome")


def run(old: pathlib.Path, new: pathlib.Path, partial: bool = False) -> Diff:
    """What `atome diff` finds now; `partial`: of what both have. ValueError says why it cannot."""
    atome = command()
    if not atome.is_file():
        raise ValueError(f"--baseline: {atome} is missing, which compares; run ci/build first, or give --diff")
    argv = [str(atome), "diff", str(old), str(new), "--format", "json", *(["--partial"] if partial else [])]
    done = subprocess.run(argv, capture_output=True, check=False)
    if done.returncode not in EXIT_CODES:
        raise ValueError(done.stderr.decode(errors="replace").strip() or f"atome diff: exit code {done.returncode}")
    return parse(done.stdout, "atome diff")
