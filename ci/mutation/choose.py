"""Which mutants a run is about."""

from __future__ import annotations

import pathlib
import re
import subprocess
from collections.abc import Sequence

from ci.mutation.config import Config
from ci.mutation.mutant import Mutant, share_of

HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@")


def changed_lines(root: pathlib.Path, revision: str) -> dict[str, set[int]]:
    """The lines of each file that are not as in that revision; of files that git does not know, nothing. ValueError
    where git cannot say."""
    arguments = ["git", "diff", "--unified=0", "--no-color", "--no-ext-diff", "--src-prefix=a/", "--dst-prefix=b/", revision, "--"]
    done = subprocess.run(arguments, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"--changed {revision}: {done.stderr.strip() or 'git failed'}")
    lines: dict[str, set[int]] = {}
    path = ""
    for line in done.stdout.splitlines():
        if line.startswith("+++ "):
            path = line[6:].rstrip("\t") if line.startswith("+++ b/") else ""
        elif path and (hunk := HUNK.match(line)):
            first, count = int(hunk.group(1)), int(hunk.group(2) or "1")
            lines.setdefault(path, set()).update(range(first, first + count))
    return lines


def base(root: pathlib.Path) -> str:
    """The commit where the checked-out branch left main, or what came before the last commit on main itself."""
    for name in ("origin/main", "main"):
        done = subprocess.run(["git", "merge-base", "HEAD", name], cwd=root, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=False).stdout.strip()
            return done.stdout.strip() if done.stdout.strip() != head else "HEAD^"
    return "HEAD^"


def within(path: str, prefixes: Sequence[str]) -> bool:
    """No prefixes: everything. "emulation/timing" is a folder, "emulation/timing/sites" a part of a name too."""
    return not prefixes or any(path.startswith(prefix.removeprefix("./")) for prefix in prefixes)


def sample(mutants: Sequence[Mutant], config: Config) -> list[Mutant]:
    """The share that mutate.json gives each room: the same ones as long as their lines stay."""
    out = []
    for mutant in mutants:
        room = config.room(mutant.path)
        if room is not None and share_of(mutant) < room.share:
            out.append(mutant)
    return out


def fewest(mutants: Sequence[Mutant], count: int) -> list[Mutant]:
    """So many of them, the same ones each time, in their order; all where there are not more."""
    if len(mutants) <= count:
        return list(mutants)
    limit = sorted(map(share_of, mutants))[count - 1] if count else -1.0
    return [mutant for mutant in mutants if share_of(mutant) <= limit]
