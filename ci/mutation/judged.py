"""equivalent.json: mutants that people say no test can kill, and survivors that they accept, each with the reason."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Iterable

from ci.mutation.mutant import Mutant

VERDICTS = ("equivalent", "accepted")
FIELDS = {"id", "path", "change", "verdict", "reason"}


@dataclasses.dataclass(frozen=True)
class Judged:
    """`equivalent`: nothing that the project promises changes. `accepted`: something does, but no test is worth it; it
    counts as a survivor."""
    id: str
    path: str
    change: str  # "a < b -> a <= b": for people who read the file
    verdict: str
    reason: str


def load(path: pathlib.Path) -> dict[str, Judged]:
    """By id; empty where there is no file. ValueError names the entry and what is wrong with it."""
    if not path.exists():
        return {}
    try:
        data = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("mutants"), list):
        raise ValueError(f"{path}: expected an object with a list \"mutants\"")
    out: dict[str, Judged] = {}
    for number, entry in enumerate(data["mutants"]):
        where = f"{path}: mutant {number}"
        if not isinstance(entry, dict) or set(entry) != FIELDS or not all(isinstance(text, str) for text in entry.values()):
            raise ValueError(f"{where}: a mutant has the texts {', '.join(sorted(FIELDS))}")
        judged = Judged(**entry)
        if judged.verdict not in VERDICTS:
            raise ValueError(f"{where}: the verdict {judged.verdict} is not one of {', '.join(VERDICTS)}")
        if len(judged.reason.split()) < 3:
            raise ValueError(f"{where}: give a reason that says why")
        if judged.id in out:
            raise ValueError(f"{where}: {judged.id} is there twice")
        out[judged.id] = judged
    return out


def stale(judged: dict[str, Judged], mutants: Iterable[Mutant], mutated: set[str]) -> list[Judged]:
    """Entries that match no mutant any more, of the files `mutated`, whose mutants are all given."""
    there = {mutant.id: mutant.path for mutant in mutants}
    return [entry for entry in judged.values() if entry.path in mutated and there.get(entry.id) != entry.path]
