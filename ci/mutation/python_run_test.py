"""Mutants of a small repository, from their places to what became of them."""

from __future__ import annotations

import importlib.util
import pathlib
import textwrap

import pytest

from ci.mutation.config import Config
from ci.mutation.language import Bench
from ci.mutation.mutant import KILLED, SURVIVED, TIMEOUT, Mutant, Result
from ci.mutation.python_language import Python
from ci.mutation.python_reach import Reach
from ci.mutation.python_record import Recording
from ci.mutation.python_stages import BUDGET_S, stages

FILES = {
    "golden/pytest.ini": "[pytest]\npython_files = *_test.py\n",
    "golden/__init__.py": "",
    "golden/limit.py": """\
        def within(a: int) -> bool:
            return a < 10

        def unseen(a: int) -> bool:
            return a > 3

        def count(a: int) -> int:
            while a:
                a -= 1
            return a
        """,
    "golden/limit_test.py": """\
        from golden.limit import count, within

        def test_within():
            assert within(3) and not within(30)

        def test_count():
            assert count(2) == 0
        """,
    "golden/program.py": """\
        import sys
        from golden.limit import within
        sys.exit(0 if within(9) else 1)
        """,
    "golden/program_test.py": """\
        import os, subprocess, sys

        def test_exit_code():
            assert subprocess.run([sys.executable, "-m", "golden.program"], env={**os.environ, "PYTHONPATH": os.getcwd()}).returncode == 0
        """,
    "reports/__init__.py": "",
    "reports/other_test.py": "def test_other():\n    pass\n",
}


@pytest.fixture(name="root")
def _root(tmp_path: pathlib.Path) -> pathlib.Path:
    for name, text in FILES.items():
        path = tmp_path / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return tmp_path / "repository"


def test_who_may_run_what_is_read_from_imports_and_from_names_in_texts(root: pathlib.Path) -> None:
    reach = Reach(root)
    assert reach.tests_of("golden/limit.py") == ["golden/limit_test.py", "golden/program_test.py"]
    assert reach.closure("golden/limit_test.py") == {"golden/__init__.py", "golden/limit.py", "golden/limit_test.py"}
    assert reach.outside("golden/program_test.py") == {"os", "subprocess", "sys"}
    before = reach.key("golden/program_test.py"), reach.key("reports/other_test.py")
    (root / "golden/limit.py").write_text("")
    after = Reach(root).key("golden/program_test.py"), Reach(root).key("reports/other_test.py")
    assert before[0] != after[0] and before[1] == after[1]


@pytest.mark.skipif(not importlib.util.find_spec("coverage"), reason="no python3-coverage: ci/setup --prove installs it")
def test_mutants_are_killed_by_the_tests_that_reach_them(root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    python, said = Python(), list[str]()
    results: dict[str, Result] = {}

    def told(result: Result) -> None:
        results[result.id] = result

    mutants = [each for each in python.generate(root, tmp_path / "work", ["golden/limit.py"], 1)
               if each.kind in ("comparison", "bound", "constant") and each.line < 6 or each.kind == "arithmetic"]
    bench = Bench(root, tmp_path / "work", Config(()), 2, say=said.append)
    python.run(bench, mutants, told, told)
    assert len(results) == len(mutants)

    def of(line: int, kind: str, after: str) -> Result:
        found: list[Mutant] = [each for each in mutants if (each.line, each.kind, each.after) == (line, kind, after)]
        return results[found[0].id]

    negated, bound, lower = of(2, "comparison", ">="), of(2, "bound", "<="), of(2, "constant", "9")
    assert (negated.outcome, negated.by, negated.test_file) == (KILLED, "golden/limit_test.py::test_within", "golden/limit_test.py")
    assert (bound.outcome, bound.tests) == (SURVIVED, 2)
    assert (lower.outcome, lower.by) == (KILLED, "golden/program_test.py::test_exit_code")  # in a process that the test starts
    assert (of(5, "bound", ">=").outcome, of(5, "bound", ">=").tests) == (SURVIVED, 0)
    assert of(9, "arithmetic", "+=").outcome == TIMEOUT
    assert said == ["recording golden/limit_test.py", "recording golden/program_test.py"]
    assert (root / "golden/limit.py").read_text() == textwrap.dedent(FILES["golden/limit.py"])
    said.clear()
    python.run(bench, mutants[:1], told, told)
    assert not said  # recordings are kept


def test_the_nearest_file_runs_alone_then_the_fastest_tests_within_a_budget() -> None:
    own = Recording(["own::slow", "own::fast"], [2.0, 0.1], {"m.py": {1: [], 4: [0, 1]}})
    near = Recording(["near::a"], [0.5], {"m.py": {4: [0]}})
    far = Recording(["far::a", "far::b"], [1.0, BUDGET_S], {"m.py": {4: [0, 1]}})
    known = {"own": own, "near": near, "far": far}
    found, count = stages("m.py", 4, 5, ["own", "near", "far", "unknown"], known)
    assert count == 5
    assert [(stage["files"], stage["tests"]) for stage in found] == [(["own"], ["own::fast", "own::slow"]),
                                                                     (["near", "far"], ["near::a", "far::a"])]
    assert stages("m.py", 7, 7, ["own"], known) == ([], 0)
    assert stages("m.py", 1, 1, ["own"], known)[0][0]["tests"] == ["own::fast", "own::slow"]  # as the module is imported
