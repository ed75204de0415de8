"""Which test reaches which mutant, and how long each test takes: every test alone, once, with no mutant on."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import hashlib
import json
import pathlib
import tempfile
from collections.abc import Iterator

from ci.mutation import cpp_process
from ci.mutation.language import Bench
from reports import whole_file

LIMIT_S = 300.0


@dataclasses.dataclass(frozen=True)
class Test:
    """A test of a binary, or of the whole command."""
    program: str  # the binary; for tests of the command, the Python file from the root
    name: str     # "Suite.Name", or pytest's name in its file
    file: str     # from the root
    seconds: float


@dataclasses.dataclass
class Recorded:
    tests: list[Test]
    reached: list[tuple[int, ...]]  # the numbers of mutants, for each test

    def by_number(self) -> dict[int, list[Test]]:
        """The tests that reach each: those first that are fast and reach little else, which look at it the closest."""
        out: dict[int, list[Test]] = {}
        for test, numbers in sorted(zip(self.tests, self.reached), key=lambda each: (max(each[0].seconds, 0.001) * len(each[1]), each[0].name)):
            for number in numbers:
                out.setdefault(number, []).append(test)
        return out


def numbers_in(file: pathlib.Path) -> tuple[int, ...]:
    """Where a file of reached mutants is not zero."""
    data = file.read_bytes()
    out, at = [], data.find(b"\1")
    while at >= 0:
        out.append(at)
        at = data.find(b"\1", at + 1)
    return tuple(out)


def _listed(binary: pathlib.Path, scratch: pathlib.Path, root: pathlib.Path) -> Iterator[tuple[str, str]]:
    """The tests of a binary and their files."""
    with tempfile.NamedTemporaryFile(dir=scratch, suffix=".json") as out:
        ended = cpp_process.run([str(binary), "--gtest_list_tests", f"--gtest_output=json:{out.name}"], {}, binary.parent, scratch, LIMIT_S)
        if ended.code:
            raise ValueError(f"{binary} does not list its tests: {ended.output[-500:]}")
        for suite in json.loads(pathlib.Path(out.name).read_text())["testsuites"]:
            for test in suite["testsuite"]:
                if not test["name"].startswith("DISABLED_") and not suite["name"].startswith("DISABLED_"):
                    yield f"{suite['name']}.{test['name']}", _from_root(test.get("file", ""), root)


def _from_root(file: str, root: pathlib.Path) -> str:
    """The compiler names files of the tree; the same stands in the repository."""
    path = pathlib.PurePath(file)
    for start in range(len(path.parts)):
        rest = pathlib.Path(*path.parts[start:])
        if not rest.is_absolute() and len(rest.parts) > 1 and (root / rest).is_file():
            return rest.as_posix()
    return ""


def binary(bench: Bench, program: pathlib.Path, size: int, scratch: pathlib.Path) -> Recorded:
    """Of a GoogleTest binary. Tests that fail without a mutant are told of and left out. Kept by the binary's content."""
    key = hashlib.sha256(program.read_bytes()).hexdigest()[:24]
    kept = bench.work / "recorded" / f"{program.name}-{key}.json"
    if kept.exists():
        data = json.loads(kept.read_text())
        return Recorded([Test(*each) for each in data["tests"]], [tuple(each) for each in data["reached"]])
    listed = list(_listed(program, scratch, bench.root))
    bench.say(f"{program.name}: recording {len(listed)} tests")

    def one(each: tuple[str, str]) -> tuple[Test, tuple[int, ...], cpp_process.Ended]:
        name, file = each
        with tempfile.NamedTemporaryFile(dir=scratch) as table:
            table.truncate(size)
            ended = cpp_process.run([str(program), f"--gtest_filter={name}", "--gtest_brief=1"], {"ATOME_MUTANTS_REACHED": table.name},
                                    program.parent, scratch, LIMIT_S)
            return Test(str(program), name, file, round(ended.seconds, 4)), numbers_in(pathlib.Path(table.name)), ended

    out = Recorded([], [])
    with concurrent.futures.ThreadPoolExecutor(bench.jobs) as pool:
        for test, numbers, ended in pool.map(one, listed):
            if ended.code:
                bench.say(f"{test.name} fails without a mutant and is left out: {ended.output.strip()[-300:]}")
                continue
            out.tests.append(test)
            out.reached.append(numbers)
    kept.parent.mkdir(exist_ok=True)
    for old in kept.parent.glob(f"{program.name}-*.json"):
        old.unlink()
    data = {"tests": [dataclasses.astuple(test) for test in out.tests], "reached": out.reached}
    whole_file.write(kept, json.dumps(data).encode())
    return out
