"""C++ as a language of ci/mutate: which files, their mutants, and running them."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import functools
import hashlib
import json
import pathlib
import re
import subprocess
from collections.abc import Callable, Sequence

from ci.mutation import cpp_ast, cpp_run
from ci.mutation.cpp_place import Place, of_json
from ci.mutation.language import Bench
from ci.mutation.mutant import Mutant, Result, named
from ci.mutation.store import digest
from reports import whole_file

OURS = re.compile(r"(engine|emulation|harness)/.*\.(cc|h)")
# Tests and fuzz targets, but not a statistical one; what runs on cores, in QEMU, or is an example; what the compiler gets as it is.
NOT = re.compile(r"(?!.*/rank_test\.).*(_test|_benchmark)\.(cc|h)|.*/(testing|fuzz|firmware|targets|examples|plugin|foreign)/.*|.*/precompiled\.h"
                 r"|harness/perplexity/interval_coverage\.cc|.*/version\.cc|engine/(probe|runtime)/.*|engine/atome_small\.\w+")
TESTS = re.compile(r"(engine|emulation|harness)/.*(_test\.(cc|py)|/testing/.*)|.*/testing/.*")
FINDS = ("cpp_ast.py", "cpp_arid.py", "mutant.py")  # what finds places
WRITES = ("cpp_write.py", "runtime/mutants.h", "mutant.py")  # what makes mutants of them: a mutant's id says the rest


@functools.lru_cache
def tracked(root: pathlib.Path) -> tuple[str, ...]:
    """Files that git knows, and new ones that it does not ignore, sorted. ValueError where git cannot say."""
    done = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"{root}: git cannot list its files: {done.stderr.strip()}")
    return tuple(sorted({path for path in done.stdout.split("\0") if path and (root / path).is_file()}))


def flags(root: pathlib.Path) -> list[str]:
    """What clang must know to parse any file of ours; what the build generates is taken from ci/build's folder."""
    return ["-std=c++20", f"-I{root}", f"-I{root / 'build' / 'generated'}", f"-I{root / 'build'}", "-DATOME_TAPS=1"]


def _parse(root: pathlib.Path, paths: Sequence[str]) -> dict[str, list[Place]]:
    """One file, or several headers: together where they can be read so, else each by itself."""
    found = cpp_ast.places(root, paths, flags(root))
    if not found:
        return {path: places for each in paths for path, places in _parse(root, [each]).items()}
    return {path: _named(places, (root / path).read_bytes()) for path, places in found.items()}


def _named(found: list[Place], text: bytes) -> list[Place]:
    found.sort(key=lambda place: (place.mutant.start, -place.mutant.end, place.mutant.kind, place.mutant.after))
    mutants = named([place.mutant for place in found], text)
    return [dataclasses.replace(place, mutant=mutant) for place, mutant in zip(found, mutants)]


def _together(paths: Sequence[str]) -> list[list[str]]:
    """Headers of a folder, and every other file alone; what takes long first."""
    groups: dict[str, list[str]] = {}
    for path in paths:
        header = path.endswith(".h") and not path.endswith("-inl.h")
        groups.setdefault(str(pathlib.PurePath(path).parent) if header else path, []).append(path)
    return sorted(groups.values(), key=lambda group: not group[0].endswith(".cc"))


@functools.lru_cache
def _hash(names: Sequence[str]) -> str:
    here = pathlib.Path(__file__).parent
    return hashlib.sha256("".join(digest(here / name) for name in names).encode()).hexdigest()[:16]


@functools.lru_cache
def _written_by() -> str:
    """Of the texts without white space: how they are formatted makes no other mutants. Asked for each mutant, so read once."""
    here = pathlib.Path(__file__).parent
    return hashlib.sha256("".join("".join((here / name).read_text().split()) for name in WRITES).encode()).hexdigest()[:16]


class Cpp:
    name = "cpp"

    def __init__(self) -> None:
        self._places: dict[str, list[Place]] = {}
        self._tests: dict[pathlib.Path, str] = {}

    def files(self, root: pathlib.Path) -> list[str]:
        return [path for path in tracked(root) if OURS.fullmatch(path) and not NOT.fullmatch(path)]

    def generator(self) -> str:
        return _written_by()

    def generate(self, root: pathlib.Path, work: pathlib.Path, paths: Sequence[str], jobs: int) -> list[Mutant]:
        if paths and not cpp_ast.available():
            raise ValueError(cpp_ast.NEEDS)
        kept = work / "places"
        kept.mkdir(parents=True, exist_ok=True)
        files = {path: kept / hashlib.sha256(f"{path} {digest(root / path)} {_hash(FINDS)}".encode()).hexdigest()[:24] for path in paths}
        missing = [path for path in paths if not files[path].exists()]
        with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
            for done in concurrent.futures.as_completed([pool.submit(_parse, root, group) for group in _together(missing)]):
                for path, found in done.result().items():
                    self._places[path] = found
                    whole_file.write(files[path], json.dumps([place.as_json() for place in found]).encode())
        for path in paths:
            if path not in self._places:
                self._places[path] = [of_json(place) for place in json.loads(files[path].read_text())]
        return [place.mutant for path in paths for place in self._places[path]]

    def tests_key(self, root: pathlib.Path, path: str) -> str:
        if root not in self._tests:
            tests = [test for test in tracked(root) if TESTS.fullmatch(test)]
            self._tests[root] = hashlib.sha256("".join(test + digest(root / test) for test in tests).encode()).hexdigest()[:16]
        return self._tests[root]

    def run(self, bench: Bench, mutants: Sequence[Mutant], told: Callable[[Result], None], paused: Callable[[Result], None]) -> None:
        wanted = {mutant.id for mutant in mutants}
        paths = {mutant.path for mutant in mutants}
        cpp_run.Run(bench, {path: self._places[path] for path in sorted(paths)}, wanted, tracked(bench.root), told, paused).whole()
