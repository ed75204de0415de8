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


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name, "")
    if isinstance(value, dict):  # a key, field by field
        return " ".join(str(each) for each in value.values() if each)
    return str(value)


def read(path: pathlib.Path) -> Diff:
    """ValueError names what is none."""
    try:
        found = json.loads(path.read_text())
        rows = found["differences"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("differences is no array of objects")
        judged = [Judged(*(_text(row, name) for name in ("judgement", "cell", "figure", "message")))
                  for row in rows[:MAX_JUDGED]]
        compared = found.get("compared")
        return Diff(bool(found["passed"]), compared if isinstance(compared, int) else None, judged)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{path}: no output of atome diff ({error!r}); give what "
                         "`atome diff OLD NEW --format json` printed") from None
