"""Python as a language whose sources are mutated."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import pathlib
import threading
from collections.abc import Callable, Sequence
from typing import Any

from ci.mutation import python_places, python_threads
from ci.mutation.language import Bench
from ci.mutation.mutant import KILLED, SURVIVED, TIMEOUT, Mutant, Result, named
from ci.mutation.python_process import Processes
from ci.mutation.python_reach import Reach, is_source
from ci.mutation.python_record import Recording, recordings
from ci.mutation.python_stages import stages
from ci.mutation.python_text import first_lines

GENERATOR = ("python_places.py", "python_text.py", "mutant.py")


def _mutants(root: pathlib.Path, path: str) -> list[Mutant]:
    data = (root / path).read_bytes()
    try:
        source = data.decode()
        places = python_places.places(source)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from None
    found = []
    for place in places:
        start, end = len(source[:place.start].encode()), len(source[:place.end].encode())
        line = source.count("\n", 0, place.start) + 1
        column = start - (data.rfind(b"\n", 0, start) + 1) + 1
        found.append(Mutant("", path, line, column, place.kind, place.function, start, end, source[place.start:place.end], place.after))
    return named(found, data)


def changed(root: pathlib.Path, mutant: Mutant) -> str:
    """The text of the mutated module. ValueError: it is not what it was when its mutants were found."""
    data = (root / mutant.path).read_bytes()
    if data[mutant.start:mutant.end].decode(errors="replace") != mutant.before:
        raise ValueError(f"{mutant.path} was changed while its mutants were run; start again")
    return (data[:mutant.start] + mutant.after.encode() + data[mutant.end:]).decode()


def _result(mutant: Mutant, answer: dict[str, object], count: int) -> Result:
    seconds = round(float(str(answer["seconds"])), 2)
    files = answer.get("files")
    nearest = str(files[0]) if isinstance(files, list) and files else ""
    if answer.get("timeout"):
        return Result(mutant.id, TIMEOUT, nearest, nearest, count, seconds)
    if "died" in answer:  # the process of the tests ended, as by a limit of memory
        return Result(mutant.id, KILLED, nearest, nearest, count, seconds, str(answer["died"]))
    if answer.get("killed"):
        by = str(answer["by"])
        return Result(mutant.id, KILLED, by, by.partition("::")[0], count, seconds, str(answer["said"]))
    return Result(mutant.id, SURVIVED, "", "", count, seconds)


class Python:
    """Files of golden, reports and ci."""

    name = "python"

    def __init__(self) -> None:
        self._reach: dict[pathlib.Path, Reach] = {}

    def _of(self, root: pathlib.Path) -> Reach:
        return self._reach.setdefault(root, Reach(root))

    def files(self, root: pathlib.Path) -> list[str]:
        return [path for path in self._of(root).files if is_source(path)]

    def generator(self) -> str:
        folder = pathlib.Path(__file__).parent
        return hashlib.sha256(b"".join((folder / name).read_bytes() for name in GENERATOR)).hexdigest()[:16]

    def generate(self, root: pathlib.Path, work: pathlib.Path, paths: Sequence[str], jobs: int) -> list[Mutant]:
        """Raises ValueError for a file that Python cannot read."""
        return [mutant for path in paths for mutant in _mutants(root, path)]

    def tests_key(self, root: pathlib.Path, path: str) -> str:
        reach = self._of(root)
        return hashlib.sha256("".join(f"{test} {reach.key(test)}\n" for test in reach.tests_of(path)).encode()).hexdigest()[:16]

    def run(self, bench: Bench, mutants: Sequence[Mutant], told: Callable[[Result], None], paused: Callable[[Result], None]) -> None:
        """Records what tests run where that is not known, then runs each mutant in a forked process."""
        for module in ("pytest", "coverage"):
            if importlib.util.find_spec(module) is None:
                raise ValueError(f"python3-{module} is missing: ci/setup --test --prove installs it")
        processes, reach = Processes(bench.root, bench.work), self._of(bench.root)
        paths = list(dict.fromkeys(mutant.path for mutant in mutants))
        tests = list(dict.fromkeys(test for path in paths for test in reach.tests_of(path)))
        known = recordings(reach, processes, tests, bench.jobs, bench.say)
        of = {path: [mutant for mutant in mutants if mutant.path == path] for path in paths}
        lock = threading.Lock()

        def one(result: Result) -> None:
            with lock:
                told(result)

        python_threads.each(bench.jobs, sorted(paths, key=lambda path: -len(of[path])), lambda number, path: self._run_file(
            bench, processes, number, path, of[path], known, one))

    def _run_file(self, bench: Bench, processes: Processes, number: int, path: str, mutants: Sequence[Mutant], known: dict[str, Recording],
                  told: Callable[[Result], None]) -> None:
        reach = self._of(bench.root)
        tests, lines = reach.tests_of(path), first_lines((bench.root / path).read_text())
        asked: list[dict[str, Any]] = []
        counts: dict[str, int] = {}
        for mutant in mutants:
            text = changed(bench.root, mutant)
            try:
                ast.parse(text)
            except SyntaxError as error:
                bench.say(f"{mutant.place}: {mutant.id} is no Python: {error}")
                continue
            chosen, counts[mutant.id] = stages(path, lines[mutant.line], mutant.line, tests, known)
            if chosen:
                asked.append({"id": mutant.id, "text": text, "stages": chosen})
            else:
                told(Result(mutant.id, SURVIVED))
        if not asked:
            return
        files = {file for mutant in asked for stage in mutant["stages"] for file in stage["files"]}
        may_run = {each for file in files for each in reach.closure(file)}
        ours = [each.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for each in sorted(may_run)
                if is_source(each) and not each.endswith("__main__.py") and path not in reach.closure(each)]
        outside = sorted({name for file in files for name in reach.outside(file)})
        by_id = {mutant.id: mutant for mutant in mutants}
        request = {"path": str(bench.root / path), "mutants": asked, "ours": ours, "outside": outside}
        for answer in processes.ask(f"worker{number}", request):
            mutant = by_id[answer["id"]]
            told(_result(mutant, answer, counts[mutant.id]))
