"""A mutant, a small wrong change of one place of the sources, and what became of it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterable

# Kinds of changes, in the order in which tables list them.
KINDS = {
    "bound": "a comparison at equality: < and <=",
    "comparison": "a comparison negated",
    "arithmetic": "another arithmetic operator",
    "constant": "a constant one more or one less",
    "logical": "and for or, or for and",
    "condition": "a condition that always or never holds",
    "dropped": "a statement left out",
    "returned": "another value returned",
    "swapped": "two arguments exchanged",
    "case": "one of several cases left out, or taken for another",
}
KILLED, TIMEOUT, SURVIVED, EQUIVALENT = "killed", "timeout", "survived", "equivalent"
CAUGHT = (KILLED, TIMEOUT)


@dataclasses.dataclass(frozen=True)
class Mutant:
    """`start` and `end` are offsets in the file's bytes of what `after` takes the place of."""
    id: str      # twelve hexadecimal digits that stay while its line, its function and the change do: `named`
    path: str    # from the repository's root
    line: int    # from 1
    column: int  # from 1, in bytes
    kind: str    # of KINDS
    function: str  # that encloses it: "atome::timing::Sites", "Store.get"; empty outside of functions
    start: int
    end: int
    before: str
    after: str

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclasses.dataclass(frozen=True)
class Result:
    id: str
    outcome: str         # KILLED, TIMEOUT or SURVIVED, as run; EQUIVALENT is said by people
    by: str = ""         # the test that failed: "Suite.Test", "harness/testing/cycles_test.py::test_x", "atome verify"
    test_file: str = ""  # where that test stands, from the root; the result holds while this file stays
    tests: int = 0       # how many tests reach it; 0: not reached
    seconds: float = 0.0  # of processor or wall time that it took
    output: str = ""     # the end of what the failing test said

    @property
    def caught(self) -> bool:
        return self.outcome in CAUGHT


def named(mutants: Iterable[Mutant], text: bytes) -> list[Mutant]:
    """The same with ids, in the order of places. The n-th of several that are alike is told from the others by its number."""
    lines = text.splitlines()
    seen: Counter[tuple[str, ...]] = Counter()
    out = []
    for each in sorted(mutants, key=lambda m: (m.start, -m.end, m.kind, m.after)):
        line = lines[each.line - 1].decode(errors="replace") if each.line <= len(lines) else ""
        what = (each.path, each.function, " ".join(line.split()), each.kind, each.before, each.after)
        seen[what] += 1
        digest = hashlib.sha256("\0".join((*what, str(seen[what]))).encode()).hexdigest()
        out.append(dataclasses.replace(each, id=digest[:12]))
    return out


def share_of(mutant: Mutant) -> float:
    """A number from 0 to 1 that follows from the id alone: a sample takes those below its share."""
    return int(hashlib.sha256(mutant.id.encode()).hexdigest()[:8], 16) / 2**32
