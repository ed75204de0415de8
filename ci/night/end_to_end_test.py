"""A night of one tiny model with the real command."""

from __future__ import annotations

import os
import pathlib

import pytest

from ci.night import expand, main, matrix_file
from ci.night.testing.repository import OURS
from reports import report_file



@pytest.mark.skipif(not os.access(OURS / "build/firmware/m0/tiny_odd-f32.elf", os.R_OK), reason="no firmware was built")
def test_cells_have_the_keys_that_the_matrix_gives(tmp_path: pathlib.Path) -> None:
    arguments = ["--no-after", "--out", str(tmp_path)]
    for glob in ("parity/native/*/tiny_odd.atome03/*", "*/m3/tiny_odd.atome03/*", "cycles/*/bluepill/tiny_odd.atome03/*"):
        arguments += ["--only", glob]
    assert main.main(arguments) == 0
    jobs = expand.only(expand.expand(matrix_file.load(OURS / "ci/matrix.json"), OURS, "full"), arguments[4::2])
    report = report_file.read(tmp_path / "report.binpb")
    assert [cell.key for cell in report.cells] == [job.key for job in jobs]
    assert {cell.key.kind for cell in report.cells} == {"parity", "cycles", "size"}
    assert all(cell.figures and cell.command.startswith("build/atome ") for cell in report.cells)
    assert report.environment.tools["unicorn"]
    assert main.main(arguments) == 0
    again = report_file.read(tmp_path / "report.binpb")
    assert again.cells == report.cells
