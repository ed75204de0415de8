"""What the terminal shows of mutants."""

from __future__ import annotations

import difflib
import pathlib
from collections.abc import Mapping, Sequence

from ci.mutation import scores
from ci.mutation.judged import Judged
from ci.mutation.mutant import SURVIVED, Mutant, Result

WIDTH = 60


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else text[:WIDTH - 3] + "..."


def changed(mutant: Mutant) -> str:
    """ "a < b -> a <= b"."""
    return f"{_short(mutant.before)} -> {_short(mutant.after) or '(nothing)'}"


def one_line(mutant: Mutant) -> str:
    return f"{mutant.id} {mutant.place} {mutant.kind}: {changed(mutant)}"


def listing(mutants: Sequence[Mutant]) -> str:
    return "".join(one_line(mutant) + "\n" for mutant in mutants)


def mutated(mutant: Mutant, text: bytes) -> bytes:
    """The file with the change in it."""
    return text[:mutant.start] + mutant.after.encode() + text[mutant.end:]


def change(mutant: Mutant, root: pathlib.Path) -> str:
    text = (root / mutant.path).read_bytes()
    lines = [part.decode(errors="replace").splitlines(keepends=True) for part in (text, mutated(mutant, text))]
    diff = difflib.unified_diff(lines[0], lines[1], f"a/{mutant.path}", f"b/{mutant.path}", n=3)
    return f"{mutant.id} {mutant.kind} in {mutant.function or mutant.path}\n" + "".join(
        line if line.endswith("\n") else line + "\n" for line in diff)


def told(result: Result | None) -> str:
    if result is None:
        return "not run: it does not compile\n"
    if result.caught:
        return f"{result.outcome} by {result.by}\n{result.output}".rstrip() + "\n"
    return f"{result.outcome}: " + (f"{result.tests} tests reach it\n" if result.tests else "no test reaches it\n")


def survivors(mutants: Sequence[Mutant], results: Mapping[str, Result], judged: Mapping[str, Judged]) -> str:
    lines = []
    for mutant in mutants:
        result = results.get(mutant.id)
        if result is not None and scores.outcome(result, judged) == SURVIVED:
            why = f"{result.tests} tests reach it" if result.tests else "not reached"
            if mutant.id in judged:
                why += f"; {judged[mutant.id].verdict}: {judged[mutant.id].reason}"
            lines.append(f"{one_line(mutant)} ({why})\n")
    return "".join(lines)
