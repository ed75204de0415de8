"""`atome.reports` as others import it, with nothing else of ours on Python's path; every recipe of library.md runs."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

import pytest

import reports
from reports.testing import page_report as testing

TEXT = pathlib.Path(__file__).with_name("library.md").read_text(encoding="utf-8")
RECIPES = {title: "\n".join(line.removeprefix("    ") for line in body.splitlines() if line.startswith("    ") or not line)
           for title, body in re.findall(r"^## (.+)\n((?:(?!^## ).*\n?)*)", TEXT, re.MULTILINE)}
BUILT = pathlib.Path(os.environ.get("ATOME_PROTO_PYTHON", pathlib.Path(__file__).resolve().parents[1] / "build" / "python"))
needs_pandas = pytest.mark.skipif(subprocess.run([sys.executable, "-c", "import pandas"], capture_output=True, check=False).returncode != 0,
                                  reason="no python3-pandas: ci/setup --test installs it")
# What each prints, in part, of a report that grew.
PRINTS = {
    "What fails, and the command to go on with": r"mismatch\n  parity unicorn m3 b.atome03 f32\n  build/atome verify b.atome03",
    "A limit in a test of your own": "^$",
    "Cycles by core and variant": r"a\.atome03 m0 +10000\.0\n +m3 +10000\.0\n +m7 +10000\.0",
    "What changed between two reports, in percent": r"size +m0 +firmware_bytes +0\.1300\d+\n",
    "The largest symbols of each core": r"m0\n +716 atome::Exp\(float\)\n",
}


@pytest.fixture(name="folder")
def fixture_folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """With reports, and modules of a user that are called as ours are."""
    reports.write(testing.report(False), tmp_path / "before.binpb")
    reports.write(testing.report(False, grown=16), str(tmp_path / "report.binpb"))
    (tmp_path / "reports.py").write_text("raise SystemExit('not that one')\n")
    return tmp_path


def run(folder: pathlib.Path, program: str) -> subprocess.CompletedProcess[str]:
    if not (BUILT / "atome").is_dir():
        pytest.skip(f"no {BUILT / 'atome'}: ci/build makes it")
    return subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False,
                          env={"PYTHONPATH": str(BUILT), "PATH": "/usr/bin:/bin"})


def test_every_recipe_is_tried() -> None:
    assert set(RECIPES) == set(PRINTS)


@needs_pandas
@pytest.mark.parametrize("title", PRINTS)
def test_recipes_run(title: str, folder: pathlib.Path) -> None:
    done = run(folder, RECIPES[title])
    assert done.returncode == 0, done.stderr
    assert re.search(PRINTS[title], done.stdout)


def test_the_limit_can_fail(folder: pathlib.Path) -> None:
    done = run(folder, RECIPES["A limit in a test of your own"].replace("20_000", "9_000"))
    assert done.returncode == 1 and "AssertionError" in done.stderr


def test_without_pandas_it_says_what_to_install(folder: pathlib.Path) -> None:
    done = run(folder, "import sys; sys.modules['pandas'] = None\nfrom atome.reports import *\nframe(read('report.binpb'))")
    assert "frame needs pandas: apt install python3-pandas" in done.stderr


def test_another_package_named_proto_is_told(folder: pathlib.Path) -> None:
    (folder / "proto").mkdir()
    (folder / "proto" / "__init__.py").write_text("")
    done = run(folder, "from atome.reports import read\nread('report.binpb')")
    assert "another package named proto" in done.stderr and "atome merge report.json REPORT" in done.stderr
    reports.write(testing.report(False), folder / "report.json")
    assert run(folder, "from atome.reports import read\nprint(len(read('report.json').cells))").stdout == f"{len(testing.report(False).cells)}\n"


def test_what_is_no_report_is_a_value_error(folder: pathlib.Path) -> None:
    done = run(folder, "from atome.reports import read\ntry: read('reports.py')\nexcept ValueError as error: print(error)")
    assert done.stdout.startswith("reports.py: no report: ")


@needs_pandas
def test_a_frame_has_every_figure() -> None:
    report = testing.report()
    table = reports.frame(report)
    assert len(table) == sum(len(cell.figures) for cell in report.cells)
    assert [str(table[name].dtype) for name in ("value", "low", "high")] == ["float64"] * 3
    row = table[(table["kind"] == "perplexity") & (table["variant"] == "q15") & (table["name"] == "perplexity")].iloc[0]
    assert (row["value"], row["low"], row["high"], row["class"], row["outcome"]) == (7.38, 7.22, 7.55, "interval", "pass")
    texts = reports.frame(reports.Report("x", cells=[reports.Cell(reports.Key(), figures=[reports.Figure("measured_through", "dwt")])]))
    assert texts["value"].isna().all() and list(texts["value_text"]) == ["dwt"]
    assert list(reports.frame(reports.Report("x")).columns) == list(table.columns)
