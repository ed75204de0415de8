"""Totals of test cases from files as ctest, GoogleTest and pytest write them."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess

import pytest

from ci import test_totals

ROOT = pathlib.Path(__file__).resolve().parents[1]

CTEST = """<testsuite><testcase name="unit" status="{unit}">{fault}</testcase>
<testcase name="script" status="run"/><testcase name="bare" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>
</testcase></testsuite>"""
UNIT = """<testsuites tests="3"><testsuite name="A"><testcase name="One" status="run" result="completed"/>
<testcase name="Two" result="skipped"><skipped message="a.cc:3&#x0A;no QEMU"/></testcase>
{more}</testsuite></testsuites>"""


def lane(folder: pathlib.Path, fault: str = "", unit: str | None = None) -> pathlib.Path:
    results = folder / "test_results"
    (results / "ctest").mkdir(parents=True)
    (results / "ctest" / "all.xml").write_text(CTEST.format(unit="fail" if fault else "run", fault=fault))
    if unit is not None:
        (results / "unit.xml").write_text(unit)
    return folder


def test_cases_of_files_and_tests_without(tmp_path: pathlib.Path) -> None:
    outcomes, reasons = test_totals.totals_of(lane(tmp_path, unit=UNIT.format(more="")))
    assert outcomes == {"passed": 2, "skipped": 2}
    assert reasons == {"no QEMU": 1, "SKIP_RETURN_CODE=77": 1}


@pytest.mark.parametrize(("unit", "expected"), [
    (UNIT.format(more='<testcase name="Three"><failure message="x"/></testcase>'), {"passed": 2, "skipped": 2, "failed": 1}),
    (UNIT.format(more=""), {"passed": 2, "skipped": 2, "failed": 1}),  # it crashed after its last case
    (UNIT[:90], {"passed": 1, "skipped": 1, "failed": 1}),  # it crashed while it wrote
    (None, {"passed": 1, "skipped": 1, "failed": 1}),
])
def test_a_failed_test_has_a_failure(unit: str | None, expected: dict[str, int], tmp_path: pathlib.Path) -> None:
    outcomes, _ = test_totals.totals_of(lane(tmp_path, fault="<failure/>", unit=unit))
    assert outcomes == expected


def test_every_test_of_python_is_one_of_ctest() -> None:
    build = pathlib.Path(os.environ.get("ATOME_BUILD", ""))
    if not (build / "CTestTestfile.cmake").exists():
        pytest.skip("needs a build with tests (ATOME_BUILD)")
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], check=True, capture_output=True, text=True).stdout
    run: list[pathlib.Path] = []
    for test in json.loads(listed)["tests"]:
        folder = next(each["value"] for each in test["properties"] if each["name"] == "WORKING_DIRECTORY")
        run += [pathlib.Path(folder, word) for word in test.get("command", [])[1:] if not word.startswith("-") and pathlib.Path(folder, word).exists()]
    tests = [path for top in ("ci", "engine", "emulation", "golden", "harness", "proto", "reports") for path in (ROOT / top).rglob("*_test.py")]
    assert len(tests) > 100
    assert not [path for path in tests if not any(path.is_relative_to(each) for each in run)]
