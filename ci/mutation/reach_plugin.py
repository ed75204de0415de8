"""For pytest: each test's processes record the mutants that they reach in a file of the test's own.

ATOME_REACH_FOLDER gets N.table, of ATOME_REACH_SIZE bytes, and a line of tests.jsonl for each test. What a fixture of a
wider scope than a test reaches counts for all tests of the file.
"""

from __future__ import annotations

import json
import os
import pathlib
import resource
from collections.abc import Iterator
from typing import Any

import pytest

VARIABLE = "ATOME_MUTANTS_REACHED"
_count = 0


def _table(name: str) -> pathlib.Path:
    path = pathlib.Path(os.environ["ATOME_REACH_FOLDER"]) / f"{name}.table"
    if not path.exists():
        with open(path, "wb") as file:
            file.truncate(int(os.environ["ATOME_REACH_SIZE"]))
    return path


def _seconds() -> float:
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: Any) -> Iterator[None]:
    global _count
    number, began = _count, _seconds()
    _count += 1
    os.environ[VARIABLE] = str(_table(str(number)))
    yield
    line = {"name": item.nodeid.split("/")[-1], "seconds": round(_seconds() - began, 3), "table": f"{number}.table",
            "passed": getattr(item, "atome_passed", False)}
    with open(pathlib.Path(os.environ["ATOME_REACH_FOLDER"]) / "tests.jsonl", "a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")
    del os.environ[VARIABLE]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: Any, call: Any) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if call.when == "call":
        item.atome_passed = bool(report.passed)


@pytest.hookimpl(hookwrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    if fixturedef.scope != "function":
        os.environ[VARIABLE] = str(_table("shared"))
    yield
    if fixturedef.scope != "function" and before is not None:
        os.environ[VARIABLE] = before
