"""What `atome diff --format json` judged, as far as the page shows it. Untrusted, as reports are."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from typing import Any

MAX_JUDGED = 10000


@dataclasses.dataclass(frozen=True)
class Judged:
    judgement: str  # "regression", "improvement", "change", ...
    cell: str
    figure: str
    message: str


@dataclasses.dataclass(frozen=True)
class Diff:
    passed: bool
    compared: int | None
    judged: list[Judged]

    @property
    def regressions(self) -> list[Judged]:
        return [each for each in self.judged if each.judgement == "regression"]


_KEY = ("kind", "runner", "core", "board", "model", "variant", "build_kind", "text", "detail")


def _judged(row: dict[str, Any]) -> Judged:
    of = {name: str(row.get(name, "")) for name in (*_KEY, "severity", "what", "figure", "part_kind", "part", "before",
                                                    "after", "change", "why")}
    values = " to ".join(value for value in (of["before"], of["after"]) if value)
    return Judged(of["severity"], " ".join(of[name] for name in _KEY if of[name]),
                  " ".join(of[name] for name in ("figure", "part_kind", "part") if of[name]),
                  "; ".join(part for part in (" ".join((of["what"], of["change"])).strip(), values, of["why"]) if part))


def read(path: pathlib.Path) -> Diff:
    """ValueError names what is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        rows = found["changes"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("changes is no array of objects")
        if found["verdict"] not in ("pass", "regression"):
            raise ValueError("verdict is neither pass nor regression")
        compared = found["totals"]["figures_compared"]
        rows.sort(key=lambda row: row.get("severity") != "regression")  # these are never left out for others
        return Diff(found["verdict"] == "pass", compared if isinstance(compared, int) else None,
                    [_judged(row) for row in rows[:MAX_JUDGED]])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{path}: no output of atome diff ({error!r}); give what "
                         "`atome diff OLD NEW --format json` printed") from None
