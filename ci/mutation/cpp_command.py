"""Tests of the whole command: those of pytest in harness/testing, and runs of `atome verify` that must pass."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import shlex
import tempfile
from collections.abc import Iterable, Mapping, Sequence

from ci.mutation import cpp_process
from ci.mutation.cpp_record import LIMIT_S, Recorded, Test, numbers_in
from ci.mutation.cpp_tree import Tree
from ci.mutation.language import Bench
from ci.mutation.mutant import KILLED, SURVIVED, TIMEOUT, Mutant, Result
from ci.mutation.store import digest
from reports import whole_file

PYTHON = "/usr/bin/python3"
START_S = 0.7  # of pytest itself
FACTOR = 4.0
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
NO_TESTS = 5  # pytest's exit code


class Command:
    def __init__(self, bench: Bench, tree: Tree, scratch: pathlib.Path) -> None:
        self._bench, self._tree, self._scratch = bench, tree, scratch
        build = tree.build_folder
        self._environment = {
            "ATOME_BUILD": str(build), "PYTHONPATH": str(tree.folder), "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1",
            "ATOME_PROTO_PYTHON": str(build / "python"), "ATOME_TEST_FIRMWARE": str((build / "firmware").resolve())}

    def record_runs(self) -> Recorded:
        """mutate.json's "verify"; what fails without a mutant is told of and left out."""
        out = Recorded([], [])
        for words in self._bench.config.verify:
            self._add(out, words, words, lambda folder, words=words: self._record_words(words, folder))
        return out

    def record_tests(self) -> Recorded:
        """mutate.json's "pytest", likewise."""
        out = Recorded([], [])
        for file in self._bench.config.pytest:
            self._add(out, file, digest(self._bench.root / file), lambda folder, file=file: self._record_file(file, folder))
        return out

    def _add(self, out: Recorded, name: str, content: str, record: object) -> None:
        assert callable(record)
        key = f"{digest(self._tree.build_folder / 'atome')}-{content}"
        kept = self._bench.work / "recorded" / (re.sub(r"\W+", "-", name) + ".json")
        data = json.loads(kept.read_text()) if kept.exists() else {}
        if data.get("key") != key:
            self._bench.say(f"recording {name}")
            with tempfile.TemporaryDirectory(dir=self._scratch) as folder:
                found: Recorded = record(pathlib.Path(folder))
            data = {"key": key, "tests": [dataclasses.astuple(test) for test in found.tests], "reached": found.reached}
            kept.parent.mkdir(exist_ok=True)
            whole_file.write(kept, json.dumps(data).encode())
        out.tests += [Test(*each) for each in data["tests"]]
        out.reached += [tuple(each) for each in data["reached"]]

    def _pytest(self, names: Sequence[str], options: Sequence[str], environment: Mapping[str, str], limit_s: float) -> cpp_process.Ended:
        command = [PYTHON, "-m", "pytest", "-q", "-rfE", "--tb=line", "-p", "no:cacheprovider", "--rootdir",
                   str(self._tree.folder / "harness" / "testing"), *options, *names]
        return cpp_process.run(command, {**self._environment, **environment}, self._tree.folder / "harness" / "testing", self._scratch, limit_s)

    def _record_file(self, file: str, folder: pathlib.Path) -> Recorded:
        environment = {"ATOME_REACH_FOLDER": str(folder), "ATOME_REACH_SIZE": str(self._tree.size())}
        ended = self._pytest([str(self._tree.folder / file)], ["-p", "ci.mutation.reach_plugin"], environment, 4 * LIMIT_S)
        out = Recorded([], [])
        lines = folder / "tests.jsonl"
        if not lines.exists():
            self._bench.say(f"{file} has no test that runs: {ended.output[-300:]}")
            return out
        shared = numbers_in(folder / "shared.table") if (folder / "shared.table").exists() else ()
        for line in lines.read_text().splitlines():
            facts = json.loads(line)
            if facts["passed"]:
                out.tests.append(Test(file, facts["name"], file, facts["seconds"]))
                out.reached.append(tuple(sorted({*shared, *numbers_in(folder / facts["table"])})))
        failed = FAILED.findall(ended.output)
        if failed:
            self._bench.say(f"without a mutant these fail and are left out: {', '.join(failed)}")
        return out

    def _words(self, words: str, environment: Mapping[str, str], limit_s: float) -> cpp_process.Ended:
        command = [str(self._tree.build_folder / "atome"), *shlex.split(words)]
        return cpp_process.run(command, {**self._environment, **environment}, self._tree.folder, self._scratch, limit_s)

    def _record_words(self, words: str, folder: pathlib.Path) -> Recorded:
        table = folder / "table"
        with open(table, "wb") as file:
            file.truncate(self._tree.size())
        ended = self._words(words, {"ATOME_MUTANTS_REACHED": str(table)}, LIMIT_S)
        if ended.code:
            self._bench.say(f"atome {words} fails without a mutant and is left out: {ended.output[-300:]}")
            return Recorded([], [])
        return Recorded([Test("atome", words, "", ended.seconds)], [numbers_in(table)])

    def one(self, mutant: Mutant, number: int, tests: Iterable[Test]) -> Result:
        """`tests`: the most promising first; as many of them as the limit of mutate.json allows."""
        chosen: dict[str, list[Test]] = {}
        cost, seconds, count = 0.0, 0.0, 0
        for test in tests:
            cost += test.seconds + (0 if test.program in chosen else START_S)
            if cost > self._bench.config.command_limit_s and count:
                break
            chosen.setdefault(test.program, []).append(test)
            count += 1
        environment = {"ATOME_MUTANT": str(number)}
        for program, of_program in chosen.items():
            limit = 5 + FACTOR * (START_S + sum(test.seconds for test in of_program))
            if program == "atome":
                runs = ((test, self._words(test.name, environment, limit)) for test in of_program)
            else:
                folder = self._tree.folder / pathlib.PurePath(program).parent
                names = [str(folder / test.name) for test in of_program]
                runs = ((of_program[0], self._pytest(names, ["-x"], environment, limit)) for _ in range(1))
            for test, ended in runs:
                seconds += ended.seconds
                if ended.code not in (0, NO_TESTS):
                    by, file = f"atome {test.name}", ""
                    if program != "atome":
                        named = FAILED.search(ended.output)
                        by, file = f"{program}::{named.group(1).split('::', 1)[-1]}" if named else program, program
                    tail = "\n".join(ended.output.strip().splitlines()[-25:])
                    return Result(mutant.id, TIMEOUT if ended.timed_out else KILLED, by, file, count, round(seconds, 3), tail)
        return Result(mutant.id, SURVIVED, tests=count, seconds=round(seconds, 3))
