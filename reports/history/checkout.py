"""The commits of a git checkout: which names of a history it knows, their order and their nearest measured ancestors.

Names come from reports, so nothing but digits of a hash reaches git, and that on its standard input.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re
import subprocess
from collections.abc import Iterable, Mapping

LIMIT_S = 60
_HASH = re.compile(r"[0-9a-f]{7,64}")


@dataclasses.dataclass(frozen=True)
class Ancestry:
    """Of measured commits, ancestors first."""
    nearest: dict[str, tuple[str, ...]]  # by commit: the measured ancestors with no other measured one between
    made: dict[str, int]                 # when it was committed, in seconds since 1970


def _git(folder: pathlib.Path, *arguments: str, given: str = "") -> str | None:
    """None where git, the folder or what is asked for is missing."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], input=given, capture_output=True, text=True,
                              errors="replace", timeout=LIMIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def top(folder: pathlib.Path) -> pathlib.Path | None:
    """The folder of the checkout around `folder`."""
    said = _git(folder, "rev-parse", "--show-toplevel")
    return pathlib.Path(said.rstrip("\n")) if said else None


def known(folder: pathlib.Path, names: Iterable[str]) -> dict[str, str]:
    """Whole hashes of the commits that the checkout has, by the name that was given; a short name may be of several."""
    asked = sorted({name for name in names if _HASH.fullmatch(name)})
    lines = (_git(folder, "cat-file", "--batch-check=%(objecttype) %(objectname)",
                  given="".join(f"{name}\n" for name in asked)) or "").splitlines() if asked else []
    found = {}
    for name, line in zip(asked, lines):
        kind, _, full = line.partition(" ")
        if kind == "commit":
            found[name] = full
    return found


def _without_ancestors_of_others(commits: set[str], above: Mapping[str, int], number: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted((commit for commit in commits
                         if not any(above[other] >> number[commit] & 1 for other in commits if other != commit)),
                        key=number.__getitem__))


def ancestry(folder: pathlib.Path, measured: Iterable[str]) -> Ancestry:
    """Of whole hashes that `known` gave; empty where git cannot say."""
    wanted = set(measured)
    said = _git(folder, "rev-list", "--topo-order", "--reverse", "--parents", "--timestamp", "--stdin",
                given="".join(f"{commit}\n" for commit in sorted(wanted))) if wanted else None
    found = Ancestry({}, {})
    reach: dict[str, tuple[str, ...]] = {}  # of any commit: the nearest measured ones, itself included
    above: dict[str, int] = {}              # of a measured one: its measured ancestors as bits
    number: dict[str, int] = {}
    for line in (said or "").splitlines():
        made, commit, *parents = line.split()
        near = {each for parent in parents for each in reach.get(parent, ())}
        nearest = tuple(near) if len(near) < 2 else _without_ancestors_of_others(near, above, number)
        reach[commit] = (commit,) if commit in wanted else nearest
        if commit in wanted:
            number[commit] = len(number)
            above[commit] = 0
            for each in nearest:
                above[commit] |= above[each] | 1 << number[each]
            found.nearest[commit], found.made[commit] = nearest, int(made)
    return found
