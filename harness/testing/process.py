"""Calls of the `atome` command under test."""

from __future__ import annotations

import importlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
from typing import Any

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["ATOME_BUILD"])
FIRMWARE = pathlib.Path(os.environ.get("ATOME_TEST_FIRMWARE", BUILD / "firmware"))
sys.path.insert(0, str(BUILD / "python"))  # generated protobuf code

SANITIZED = os.environ.get("ATOME_TEST_SANITIZED") == "1"
Process = subprocess.CompletedProcess[str]
needs_firmware = pytest.mark.skipif(not (FIRMWARE / "m3" / "tiny_odd-f32.elf").exists(), reason="no cross compiler, so no firmware was built")
needs_qemu = pytest.mark.skipif(shutil.which("qemu-system-arm") is None, reason="no qemu-system-arm")


def atome(*words: str | pathlib.Path, **environment: str | pathlib.Path) -> Process:
    variables = dict(os.environ, **{name: str(value) for name, value in environment.items()})
    process = subprocess.run([BUILD / "atome", *words], env=variables, capture_output=True, text=True,
                             timeout=300, check=False)
    assert process.returncode in range(5), f"exit code {process.returncode}: {process.stderr}"
    return process


def refused(*words: str | pathlib.Path, **environment: str | pathlib.Path) -> str:
    """The message of a call that must end with exit code 2 and print no data."""
    process = atome(*words, **environment)
    assert process.returncode == 2, process.stderr
    assert process.stdout == ""
    return process.stderr


def cells_of(process: Process) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(process.stdout)["cells"]
    return cells


def read_report(path: pathlib.Path) -> Any:
    """A report file as its protobuf message, read independently of the harness."""
    json_format: Any = importlib.import_module("google.protobuf.json_format")
    report: Any = importlib.import_module("proto.report_pb2").Report()
    if path.suffix == ".json":
        json_format.Parse(path.read_text(), report)
    else:
        report.ParseFromString(path.read_bytes())
    return report


def measured_again(cell: Any, path: pathlib.Path) -> None:
    """The cell's command gives the same cell first, except for wall time; its comparison may follow."""
    assert cell.command.startswith("build/")
    subprocess.run(f"{cell.command} --report {path}", shell=True, cwd=ROOT, check=False, capture_output=True)
    again = read_report(path).cells[0]
    for each in (cell, again):
        kept = [figure for figure in each.figures if figure.figure_class != 3]  # FIGURE_CLASS_WALL
        del each.figures[:]
        each.figures.extend(kept)
    assert again == cell


def figures_of(cell: Any, part_kind: str = "") -> dict[Any, Any]:
    """Values of the whole cell by name; with `part_kind`, values of its parts by (part, name)."""
    return {(figure.part, figure.name) if part_kind else figure.name: getattr(figure, figure.WhichOneof("value"))
            for figure in cell.figures if figure.part_kind == part_kind}
