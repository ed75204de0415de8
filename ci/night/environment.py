"""Where and when a night ran."""

from __future__ import annotations

import dataclasses
import datetime
import os
import pathlib
import platform
import subprocess

from reports.report_data import Environment


def _git(root: pathlib.Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def commit(root: pathlib.Path) -> str:
    """As $ATOME_COMMIT, else git, says; "-dirty" behind it when tracked files differ. Empty: unknown."""
    if named := os.environ.get("ATOME_COMMIT"):
        return named
    name = _git(root, "rev-parse", "HEAD")
    return name + ("-dirty" if name and _git(root, "status", "--porcelain", "--untracked-files=no") else "")


def now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def of(root: pathlib.Path, began: str, said: Environment) -> Environment:
    """What the processes said, and what only the whole knows."""
    return dataclasses.replace(said, commit=commit(root), date=began,
                               tools={**said.tools, "python": platform.python_version()})
