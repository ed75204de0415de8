"""Many reports as one, by `atome merge`."""

from __future__ import annotations

import dataclasses
import pathlib
import subprocess
from collections.abc import Sequence

from reports import report_file
from reports.report_data import Key, Report


def merge(root: pathlib.Path, out: pathlib.Path, parts: Sequence[pathlib.Path]) -> Report:
    """What the parts say, sorted by key, which `out` has then, too. ValueError: they contradict each other, or more."""
    done = subprocess.run([root / "build" / "atome", "merge", out, *parts], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise ValueError(said or f"atome merge: exit code {done.returncode}")
    return report_file.read(out)


def without(report: Report, keys: set[Key]) -> Report:
    return dataclasses.replace(report, cells=[cell for cell in report.cells if cell.key not in keys])
