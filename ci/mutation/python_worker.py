"""Runs tests in forked children of a process that has imported what takes long. A program: it reads one request, a line of
JSON, from stdin, and writes answers, a line of JSON each, to stdout.

    {"record": TEST_FILE, ...}    -> one answer: what each test runs, and how long it takes
    {"mutants": [...], "path": P} -> an answer a mutant, in their order
"""

from __future__ import annotations

import importlib
import json
import os
import pathlib
import shutil
import sys
from collections.abc import Callable
from typing import Any

import pytest

from ci.mutation import python_hook
from ci.mutation.python_fork import OUTPUT, adopt, forked

OPTIONS = ["-q", "-p", "no:cacheprovider", "--no-header", "--tb=short", "-c", "golden/pytest.ini", "--rootdir", "."]


class Chosen:
    """A plugin of pytest: only some tests, in the order given; what failed, and how long each took."""

    def __init__(self, names: list[str] | None) -> None:
        self._names = names
        self.failed, self.said = "", ""
        self.seconds: dict[str, float] = {}  # of the processor, in it and in processes that ended
        self._before = 0.0
        self.bad: list[str] = []  # tests that fail or are skipped
        self.began: Callable[[str], None] = lambda name: None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._names is None:
            return
        order = {name: i for i, name in enumerate(self._names)}
        chosen = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])
        if len(chosen) == len(order):  # else the mutant changed the tests' names: all of them
            items[:] = chosen

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.began(nodeid)
        self._before = sum(os.times()[:4])

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.seconds[nodeid] = sum(os.times()[:4]) - self._before

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome != "passed":
            self.bad.append(report.nodeid)
        if report.failed and not self.failed:
            self.failed, self.said = report.nodeid, str(report.longrepr)[-OUTPUT:]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.failed:
            self.failed, self.said = report.nodeid, str(report.longrepr)[-OUTPUT:]


def _pytest(plugin: Chosen, arguments: list[str]) -> int:
    if "hypothesis" in sys.modules:  # the same examples in every run
        hypothesis = sys.modules["hypothesis"]
        hypothesis.settings.register_profile("mutation", derandomize=True, database=None, deadline=None)
        hypothesis.settings.load_profile("mutation")
    return int(pytest.main([*OPTIONS, *arguments], plugins=[plugin]))


def _recording(request: dict[str, Any], scratch: pathlib.Path) -> dict[str, Any]:
    import coverage
    data, root = scratch / "coverage", request["root"]
    os.environ[python_hook.VARIABLE] = json.dumps({"record": str(data), "root": root})
    recorder = coverage.Coverage(data_file=str(data), data_suffix=True, config_file=False, messages=False,
                                 include=[f"{root}/{top}/*" for top in ("golden", "reports", "ci")])
    plugin = Chosen(None)

    def began(name: str) -> None:
        recorder.switch_context(name)
        os.environ[python_hook.TEST] = name

    plugin.began = began
    recorder.start()
    code = _pytest(plugin, [request["record"]])
    recorder.stop()
    recorder.save()
    good = [name for name in plugin.seconds if name not in plugin.bad]
    whole = coverage.Coverage(data_file=str(data), config_file=False, messages=False)
    whole.combine()
    numbers = {name: i for i, name in enumerate(good)}
    reach: dict[str, dict[int, list[int]]] = {}
    for file in whole.get_data().measured_files():
        lines = whole.get_data().contexts_by_lineno(file)
        reach[os.path.relpath(file, root)] = {line: sorted(numbers[name] for name in names if name in numbers)
                                              for line, names in lines.items()}
    return {"tests": good, "times": [plugin.seconds[name] for name in good], "failed": plugin.failed, "said": plugin.said,
            "code": code, "reach": reach}


def _mutant(request: dict[str, Any], mutant: dict[str, Any], stage: dict[str, Any], scratch: pathlib.Path) -> dict[str, Any]:
    text = scratch / "mutant.py"
    os.environ[python_hook.VARIABLE] = json.dumps({"path": request["path"], "text": str(text)})
    python_hook.replace(request["path"], str(text))
    plugin = Chosen(stage["tests"])
    code = _pytest(plugin, ["-x", *stage["files"]])
    if code in (0, 5):
        return {"killed": False}
    return {"killed": True, "by": plugin.failed or stage["files"][0], "said": plugin.said}


def _preload(names: list[str], ours: list[str], path: str) -> None:
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    before = set(sys.modules)
    for name in ours:
        try:
            importlib.import_module(name)
        except Exception:  # noqa: BLE001 - the tests will say so
            pass
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) == path:
            raise RuntimeError(f"{name} was imported ahead of its mutants")


def main() -> int:
    request = json.loads(sys.stdin.readline())
    adopt()
    scratch = pathlib.Path(request["scratch"])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    os.environ["HOME"] = os.environ["TMPDIR"] = str(scratch / "tmp")
    os.environ["PYTHONUSERBASE"] = python_hook.user_base(str(scratch / "user"))

    def clean() -> None:
        shutil.rmtree(scratch / "tmp", ignore_errors=True)
        (scratch / "tmp").mkdir(parents=True)

    clean()
    if "record" in request:
        _preload(request["outside"], [], "")
        print(json.dumps(forked(lambda: _recording(request, scratch), scratch, request["limit_s"], int(request["limit_s"]))), file=answers, flush=True)
        return 0
    _preload(request["outside"], request["ours"], request["path"])
    for mutant in request["mutants"]:
        (scratch / "mutant.py").write_bytes(mutant["text"].encode())
        answer: dict[str, Any] = {}
        seconds = 0.0
        for stage in mutant["stages"]:
            answer = forked(lambda: _mutant(request, mutant, stage, scratch), scratch, stage["limit_s"], stage["cpu_s"])
            clean()
            seconds += answer["seconds"]
            if answer.get("killed", True):
                answer["files"] = stage["files"]
                break
        print(json.dumps({**answer, "id": mutant["id"], "seconds": seconds}), file=answers, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
