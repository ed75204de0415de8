"""What a result follows from, as one hash: the command, and every byte it reads."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Sequence

from ci.night.job import Job

FORMAT = "1"  # of the key and of what is kept under it


class Contents:
    """SHA-256 of files, each read once."""

    def __init__(self, root: pathlib.Path) -> None:
        self._root = root
        self._known: dict[pathlib.Path, str] = {}
        self._found: dict[str, list[pathlib.Path]] = {}

    def _hash(self, path: pathlib.Path) -> str:
        if path not in self._known:
            with open(path, "rb") as file:
                self._known[path] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._known[path]

    def of(self, pattern: str) -> list[tuple[str, str]]:
        """Name and hash of each file of a name or pattern; nothing there is an answer, too."""
        if pattern not in self._found:
            plain = not any(sign in pattern for sign in "*?[")
            paths = [self._root / pattern] if plain else sorted(self._root.glob(pattern))
            self._found[pattern] = [path for path in paths if path.is_file()]
        return [(os.path.relpath(path, self._root), self._hash(path)) for path in self._found[pattern]]


def tools(root: pathlib.Path) -> list[str]:
    """Programs and libraries behind every figure: the command, what it is linked with, QEMU and its plugin."""
    atome = root / "build" / "atome"
    if not os.access(atome, os.X_OK):
        raise ValueError(f"{atome} is missing; run ci/build first")
    linked = subprocess.run(["ldd", str(atome)], capture_output=True, text=True, check=False).stdout
    qemu = os.environ.get("ATOME_QEMU") or shutil.which("qemu-system-arm") or ""
    plugin = os.environ.get("ATOME_QEMU_PLUGIN") or "build/emulation/atome_count_plugin.so"
    return [str(atome), *sorted(re.findall(r"=> (/\S+)", linked)), *([qemu] if qemu else []), plugin]


def content_key(job: Job, contents: Contents, tool_files: Sequence[str]) -> str:
    """64 hexadecimal digits. The time limit is not in it: no figure follows from it."""
    settings = sorted((name, value) for name, value in os.environ.items()
                      if name.startswith("ATOME_") and name != "ATOME_COMMIT")
    files = {pattern: contents.of(pattern) for pattern in (*tool_files, *job.reads)}
    text = json.dumps([FORMAT, job.argv, settings, files], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
