"""A copy of the repository with mutants in its sources, and its build."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from ci.mutation.cpp_place import Place
from ci.mutation.cpp_write import instrumented
from ci.mutation.language import Bench
from ci.mutation.store import digest
from reports import whole_file

RUNTIME = pathlib.Path(__file__).resolve().parent / "runtime"
BLOCK = 256  # numbers are given to files in blocks of so many, so that what one file has leaves others as they are
LOCATION = re.compile(r"(?:In file included from |from |^)?([^\s:]+):(\d+)(?::\d+)?[:,]")


def _write(path: pathlib.Path, data: bytes) -> None:
    """Only where it is another, so that what depends on it is not built again."""
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


class Tree:
    """`numbers` gives each mutant's number at run time."""

    def __init__(self, bench: Bench, places: Mapping[str, list[Place]], wanted: set[str], tracked: Sequence[str]) -> None:
        self._bench, self._places, self._tracked = bench, places, tracked
        self.folder, self.build_folder = bench.work / "tree", bench.work / "build"
        self._state_file = bench.work / "tree.json"
        try:
            self._state = json.loads(self._state_file.read_text())
        except (OSError, ValueError):
            self._state = {"blocks": {}, "written": {}, "dropped": []}
        self.dropped: set[str] = set(self._state["dropped"])
        self.numbers: dict[str, int] = {}
        self._number()
        self._written: dict[str, set[str]] = {}
        for path, of_file in places.items():
            before = self._state["written"].get(path, {"source": "", "ids": []})
            kept = set(before["ids"]) if before["source"] == digest(bench.root / path) else set()
            there = {place.mutant.id for place in of_file}
            self._written[path] = (kept | wanted) & there

    def size(self) -> int:
        """All numbers are below it."""
        return 1 + max((first + count for first, count in self._state["blocks"].values()), default=0)

    def _number(self) -> None:
        blocks = self._state["blocks"]
        for path, places in self._places.items():
            if path not in blocks or blocks[path][1] < len(places):
                first = max((first + count for first, count in blocks.values()), default=1)
                blocks[path] = [first, -(-(len(places) + 1) // BLOCK) * BLOCK]
            for index, place in enumerate(places):
                self.numbers[place.mutant.id] = blocks[path][0] + index

    def copy(self) -> None:
        """Brings the tree to what the repository holds, and writes the mutants in."""
        _write(self._bench.work / "mutants.h", (RUNTIME / "mutants.h").read_bytes())
        there = set(self._tracked)
        for path in self._tracked:
            if path not in self._places:
                self._copy_plain(path)
        for path in self._places:
            self._write_instrumented(path)
        for file in list(self.folder.rglob("*")):
            if file.is_file() and file.relative_to(self.folder).as_posix() not in there:
                file.unlink()
        self._keep()

    def _copy_plain(self, path: str) -> None:
        """A file that is written already for mutants of an earlier run stays so while its source does."""
        source, target = self._bench.root / path, self.folder / path
        before = self._state["written"].get(path)
        if before is not None and before["source"] == digest(source) and target.exists():
            return
        self._state["written"].pop(path, None)
        _write(target, source.read_bytes())
        if os.access(source, os.X_OK):
            target.chmod(0o755)

    def _write_instrumented(self, path: str) -> None:
        source = (self._bench.root / path).read_bytes()
        places = [place for place in self._places[path]
                  if place.mutant.id in self._written[path] and place.mutant.id not in self.dropped]
        text = instrumented(source, places, self.numbers)
        if places:  # for the host, where tests choose; firmware that they make is as it was. The compiler counts lines from 1 again.
            first = f'#line 1 "{self.folder / path}"\n'.encode()
            text = b"".join((b"#ifdef __arm__\n", first, source, b"\n#else\n", f'#include "{self._bench.work / "mutants.h"}"\n'.encode(),
                             first, text, b"\n#endif\n"))
        _write(self.folder / path, text)
        self._state["written"][path] = {"source": digest(self._bench.root / path), "ids": sorted(self._written[path])}

    def _keep(self) -> None:
        self._state["dropped"] = sorted(self.dropped)
        whole_file.write(self._state_file, json.dumps(self._state).encode())

    def _configure(self) -> None:
        runtime, stamp = self._bench.work / "mutants.o", self.build_folder / "mutants.key"
        compiler = shutil.which("g++")
        if compiler is None:
            raise ValueError("g++ is missing: ci/setup installs it")
        arguments = ["cmake", "-S", str(self.folder), "-B", str(self.build_folder), "-G", "Ninja", "-Wno-dev", "-DBUILD_TESTING=ON",
                     "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG", "-DCMAKE_CXX_FLAGS=-w",
                     "-DATOME_PRECOMPILE=ON", f"-DCMAKE_CXX_COMPILER={compiler}",
                     f"-DATOME_FIRMWARE_FOLDER={_firmware(self._bench.root)}", "-DPython3_EXECUTABLE=/usr/bin/python3"]
        arguments += [f"-DCMAKE_{kind}_LINKER_FLAGS={runtime}" for kind in ("EXE", "SHARED", "MODULE")]
        key = " ".join([*arguments, digest(RUNTIME / "mutants.cc")])
        if stamp.exists() and stamp.read_text() == key:
            return
        subprocess.run([compiler, "-O1", "-fPIC", "-std=c++20", "-c", str(RUNTIME / "mutants.cc"), "-o", str(runtime)], check=True)
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ValueError(f"cannot configure {self.folder}: {done.stderr.strip()[-2000:]}")
        stamp.write_text(key)

    def build(self, targets: Sequence[str]) -> None:
        """Builds them; mutants that do not compile are left out, and are in `dropped`. ValueError: it does not build without
        mutants either, with the compiler's messages."""
        self._configure()
        while True:
            done = subprocess.run(["ninja", "-C", str(self.build_folder), "-k", "0", "-j", str(self._bench.jobs), *targets],
                                  capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return
            wrong = self._wrong(done.stdout)
            if not wrong:
                errors = [line for line in done.stdout.splitlines() if "error" in line or "FAILED" in line]
                raise ValueError("the instrumented sources do not build: " + "\n".join(errors[-20:]) + done.stderr[-2000:])
            self._bench.say(f"{len(wrong)} mutants do not compile and are left out")
            changed = {path for path, places in self._places.items() if any(place.mutant.id in wrong for place in places)}
            self.dropped |= wrong
            for path in changed:
                self._write_instrumented(path)
            self._keep()

    def _wrong(self, said: str) -> set[str]:
        """The mutants on lines of which the compiler complains."""
        wrong: set[str] = set()
        places: list[tuple[str, int]] = []  # what the message is about, the last one first looked at
        for line in said.splitlines():
            found = LOCATION.search(line)
            if found is None:
                continue
            path, number = found.group(1), int(found.group(2))
            path = os.path.normpath(os.path.join(self.build_folder, path))
            if path.startswith(f"{self.folder}/"):
                places.append((path[len(str(self.folder)) + 1:], number))
            if " error: " in line:
                for place in reversed(places):
                    if mutants := self._on_line(*place) - self.dropped:
                        wrong |= mutants
                        break
                places = []
        return wrong

    def _on_line(self, path: str, line: int) -> set[str]:
        if path not in self._places:
            return set()
        text = (self._bench.root / path).read_bytes()
        begins, covers = set(), set()
        for place in self._places[path]:
            if place.mutant.id in self._written[path]:
                first, last = (text.count(b"\n", 0, at) + 1 for at in (place.start, place.end))
                if first == line:
                    begins.add(place.mutant.id)
                if first <= line <= last:
                    covers.add(place.mutant.id)
        return begins - self.dropped or covers


def _firmware(root: pathlib.Path) -> pathlib.Path:
    """Of the repository's own build: no mutant is in it."""
    folder = pathlib.Path(os.environ.get("ATOME_TEST_FIRMWARE", root / "build" / "firmware"))
    if not folder.is_dir():
        raise ValueError(f"{folder} is missing: build the firmware first (ci/build)")
    return folder.resolve()
