"""Runs mutants of C++: each against the tests that reach it, the most promising first, until one fails."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import itertools
import pathlib
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence

from ci.mutation import cpp_process, cpp_record
from ci.mutation.cpp_command import Command
from ci.mutation.cpp_place import Place
from ci.mutation.cpp_record import Test
from ci.mutation.cpp_tree import Tree
from ci.mutation.language import Bench
from ci.mutation.mutant import KILLED, SURVIVED, TIMEOUT, Mutant, Result, share_of

FIRST_S = 0.25  # of tests in the first process of a mutant; each next one has GROWTH times as much
GROWTH = 4.0
MOST_NAMES = 400  # in one filter
FACTOR = 5.0  # a mutant may take so many times as long as without
FAILED = re.compile(r"^\[  FAILED  \] ([\w./]+)", re.MULTILINE)
OUTPUT_LINES = 25


def _batches(tests: Sequence[Test]) -> Iterator[list[Test]]:
    """In their order, few at first; each of one binary."""
    at, budget = 0, FIRST_S
    while at < len(tests):
        chosen: dict[str, list[Test]] = {}
        spent = 0.0
        while at < len(tests) and (not spent or spent + tests[at].seconds <= budget):
            chosen.setdefault(tests[at].program, []).append(tests[at])
            spent += tests[at].seconds
            at += 1
        for of_program in chosen.values():
            for first in range(0, len(of_program), MOST_NAMES):
                yield of_program[first:first + MOST_NAMES]
        budget *= GROWTH


def _within(tests: Sequence[Test], limit_s: float) -> list[Test]:
    """Those that take so long together; one at least."""
    total = itertools.accumulate(test.seconds for test in tests)
    return [test for place, (test, until) in enumerate(zip(tests, total)) if until <= limit_s or not place]


def _failed(batch: Sequence[Test], ended: cpp_process.Ended) -> Test | None:
    """The test that failed; None: the process ended before one said so."""
    found = FAILED.search(ended.output)
    return next((test for test in batch if found and test.name == found.group(1)), None)


class Runner:
    def __init__(self, bench: Bench, numbers: Mapping[str, int], scratch: pathlib.Path) -> None:
        self._bench, self._numbers, self._scratch = bench, numbers, scratch

    def one(self, mutant: Mutant, tests: Sequence[Test]) -> Result:
        """`tests`: the most promising first; as many of them as the limit of mutate.json allows."""
        tests = _within(tests, self._bench.config.unit_limit_s)
        seconds = 0.0
        for batch in _batches(tests):
            limit = 2.0 + FACTOR * sum(test.seconds for test in batch)
            ended = self._process(mutant, batch, limit)
            seconds += ended.seconds
            if ended.code == 0:
                continue
            test = _failed(batch, ended)
            if test is None and len(batch) > 1:
                test, again = self._search(mutant, batch)
                seconds += again
            test = test or batch[0]
            tail = "\n".join(ended.output.strip().splitlines()[-OUTPUT_LINES:])
            return Result(mutant.id, TIMEOUT if ended.timed_out else KILLED, test.name, test.file, len(tests), round(seconds, 3), tail)
        return Result(mutant.id, SURVIVED, tests=len(tests), seconds=round(seconds, 3))

    def _process(self, mutant: Mutant, batch: Sequence[Test], limit: float) -> cpp_process.Ended:
        names = ":".join(test.name for test in batch)
        command = [batch[0].program, f"--gtest_filter={names}", "--gtest_fail_fast", "--gtest_brief=1"]
        return cpp_process.run(command, {"ATOME_MUTANT": str(self._numbers[mutant.id])}, pathlib.Path(batch[0].program).parent,
                               self._scratch, limit)

    def _search(self, mutant: Mutant, batch: Sequence[Test]) -> tuple[Test | None, float]:
        """The first test of the batch that crashes or hangs alone, and the seconds that it took to find it."""
        seconds = 0.0
        for test in batch[:20]:
            ended = self._process(mutant, [test], 2.0 + FACTOR * test.seconds)
            seconds += ended.seconds
            if ended.code:
                return test, seconds
        return None, seconds


def _binary(tree: Tree, target: str) -> pathlib.Path:
    for path in tree.build_folder.rglob(target):
        if path.is_file() and "CMakeFiles" not in path.parts:
            return path
    raise ValueError(f"ci/mutation/mutate.json: {target} is no test binary of the build")


def _stages(bench: Bench, paths: Sequence[str]) -> dict[str, set[str]]:
    """The files that each test binary is for, nearest binaries first."""
    stages: dict[str, set[str]] = {}
    for path in paths:
        room = bench.config.room(path)
        for target in room.tests[:1 if bench.near else None] if room else ():
            stages.setdefault(target, set()).add(path)
    return stages


def _joined(first: Result | None, second: Result) -> Result:
    """Of two stages, the first of which it survived."""
    if first is None:
        return second
    return dataclasses.replace(second, tests=first.tests + second.tests, seconds=round(first.seconds + second.seconds, 3))


class Run:
    def __init__(self, bench: Bench, places: Mapping[str, list[Place]], wanted: set[str], tracked: Sequence[str],
                 told: Callable[[Result], None], paused: Callable[[Result], None]) -> None:
        """`places`: of all files with a mutant that is wanted."""
        self._bench, self._told, self._paused = bench, told, paused
        self._scratch = bench.work / "scratch"
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        self._tree = Tree(bench, places, wanted, tracked)
        self._left = [place for of_file in places.values() for place in of_file if place.mutant.id in wanted]
        self._results: dict[str, Result] = dict(bench.begun)  # of survivors so far
        self._stages = _stages(bench, list(places))

    def whole(self) -> None:
        self._bench.say(f"{len(self._left)} mutants of C++")
        self._tree.copy()
        for target, paths in self._stages.items():
            if any(place.mutant.path in paths for place in self._to_meet_units()):
                self._stage(target, paths)
        if not self._bench.near and not self._bench.unit and self._left:
            for place in self._to_meet_units():
                if place.mutant.id in self._results:
                    self._paused(self._results[place.mutant.id])
            self._commands()
        for place in self._left:
            result = self._results.get(place.mutant.id, Result(place.mutant.id, SURVIVED))
            if place.compile_time and not result.tests:
                self._bench.say(f"{place.mutant.id} {place.mutant.place}: only the compiler evaluates it: left out")
            else:
                self._told(result)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _to_meet_units(self) -> list[Place]:
        return [place for place in self._left if place.mutant.id not in self._bench.begun]

    def _commands(self) -> None:
        """What survived so far, against tests of the whole command."""
        self._bench.say(f"building atome, for {len(self._left)} mutants that unit tests do not kill")
        self._tree.build(["atome", "atome_count_plugin", "atome_guest_engine"])
        command = Command(self._bench, self._tree, self._scratch)
        for record in (command.record_runs, command.record_tests):
            by_number = record().by_number()

            def one(mutant: Mutant, by_number: Mapping[int, list[Test]] = by_number) -> Result:
                number = self._tree.numbers[mutant.id]
                return command.one(mutant, number, by_number.get(number, []))

            self._each(one, [place.mutant for place in self._left])

    def _each(self, one: Callable[[Mutant], Result], mutants: Sequence[Mutant]) -> None:
        """Runs them, tells those that are killed, and keeps the results of others. In the order of a sample, so that what a
        run has found when it is stopped is one."""
        killed: set[str] = set()
        pool = concurrent.futures.ThreadPoolExecutor(self._bench.jobs)
        try:
            for done in concurrent.futures.as_completed([pool.submit(one, mutant) for mutant in sorted(mutants, key=share_of)]):
                result = _joined(self._results.get(done.result().id), done.result())
                if result.caught:
                    killed.add(result.id)
                    self._told(result)
                else:
                    self._results[result.id] = result
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            cpp_process.kill_all()
            raise
        pool.shutdown()
        self._left = [place for place in self._left if place.mutant.id not in killed]

    def _stage(self, target: str, paths: set[str]) -> None:
        self._bench.say(f"building {target}")
        self._tree.build([target])
        self._left = [place for place in self._left if place.mutant.id not in self._tree.dropped]
        by_number = cpp_record.binary(self._bench, _binary(self._tree, target), self._tree.size(), self._scratch).by_number()
        runner = Runner(self._bench, self._tree.numbers, self._scratch)
        here = [place.mutant for place in self._to_meet_units() if place.mutant.path in paths]
        self._each(lambda mutant: runner.one(mutant, by_number.get(self._tree.numbers[mutant.id], [])), here)
