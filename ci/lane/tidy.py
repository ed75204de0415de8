"""clang-tidy over all C++: the host's, tests, benchmarks, QEMU's plugin, and firmware with the flags of its cores.

    /usr/bin/python3 -m ci.lane.tidy              all; what is as it was when nothing was found is not read again
    /usr/bin/python3 -m ci.lane.tidy --changed    only what differs from main
    /usr/bin/python3 -m ci.lane.tidy engine       only files whose paths begin so
A result is known by what it follows from: the file and what it includes of ours, its flags, .clang-tidy and the tool's version. Needs a
configured build (ci/build). Exit codes: 0 nothing found, 1 something is, 2 usage, no build, or a source that no target compiles.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Sequence

from ci.rooms import INCLUDE, ROOT
from reports import console, whole_file

KEPT = "tidy"  # in the build: an empty file a result
# Of tests: what GoogleTest's macros and deliberate misuse make.
TESTS = "-bugprone-unchecked-optional-access,-bugprone-use-after-move,-clang-analyzer-cplusplus.NewDeleteLeaks,-performance-unnecessary-copy-initialization"
# Of firmware: registers have addresses.
TARGET = "-performance-no-int-to-ptr,-clang-analyzer-core.FixedAddressDereference"
# Of firmware's flags those that clang knows too.
KNOWN = ("-I", "-D", "-std=", "-mcpu=", "-mthumb", "-mfpu=", "-mfloat-abi=", "-ffreestanding", "-fno-exceptions", "-fno-rtti")
RECIPE = "recipes/m4f/f32-speed.json"
# Compiled for cores by tests, with the flags of firmware; and by a tool on the host.
FIRMWARE = ("engine/firmware/", "engine/runtime/", "engine/testing/kernels_main.cc")


def _listed(*words: str) -> list[str]:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()


def _database(build: pathlib.Path) -> dict[str, list[str]]:
    """Path -> how it is compiled: the first of its commands."""
    found: dict[str, list[str]] = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), ROOT)
        found.setdefault(path, [entry["directory"], entry["command"]])
    return found


def _firmware_flags(build: pathlib.Path) -> list[str]:
    words = json.loads((build / RECIPE).read_text())["objects"][0]["compile"]
    flags = [word.replace("{sources}", str(ROOT)).replace("{dimensions}", "256,64,2,4,4,8,64") for word in words if word.startswith(KNOWN)]
    listed = subprocess.run(["arm-none-eabi-g++", "-mthumb", "-E", "-v", "-xc++", os.devnull], capture_output=True, text=True, check=True)
    folders = [line.strip() for line in listed.stderr.splitlines() if line.startswith(" /")]
    # Its own headers before clang's would not be found by --target alone.
    return ["--target=arm-none-eabi", "-Wno-unknown-attributes", *flags, *(f"-isystem{os.path.normpath(folder)}" for folder in folders if "newlib" in folder
                                                or folder.endswith("arm-none-eabi/include"))]


@functools.lru_cache(maxsize=None)
def _includes(path: pathlib.Path) -> tuple[str, ...]:
    return tuple(INCLUDE.findall(path.read_text(errors="replace")))


def _reads(source: str, build: pathlib.Path) -> list[pathlib.Path]:
    """The file and all of ours that it includes, in whatever folder of targets it may lie."""
    seen: dict[pathlib.Path, None] = {}
    ahead = [ROOT / source]
    while ahead:
        path = ahead.pop()
        if path in seen or not path.is_file():
            continue
        seen[path] = None
        for name in _includes(path):
            if "/" in name:
                ahead += [ROOT / name, build / "generated" / name, *sorted((ROOT / "engine/targets").glob(f"*/{name}"))]
    return list(seen)


class Tidy:
    """clang-tidy with what it found nothing in before."""

    def __init__(self, build: pathlib.Path) -> None:
        self.build = build
        version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
        self._common = hashlib.sha256(version + (ROOT / ".clang-tidy").read_bytes() + (TESTS + TARGET).encode()).hexdigest()
        self._database = _database(build)
        self._firmware = _firmware_flags(build) if (build / RECIPE).exists() else []
        (build / KEPT).mkdir(exist_ok=True)

    def compiled(self, source: str) -> bool:
        return source in self._database or (source.startswith(FIRMWARE) and bool(self._firmware))

    def argv(self, source: str) -> list[str]:
        words = ["clang-tidy", "--quiet"]
        if source.endswith(("_test.cc", "_benchmark.cc")) or "/testing/" in source:
            words.append(f"--checks={TESTS}")
        if source in self._database:
            return [*words, "-p", str(self.build), source]
        return [*words, f"--checks={TARGET}", source, "--", *self._firmware, *(["-I" + str(ROOT)])]

    def _kept(self, source: str) -> pathlib.Path:
        facts = hashlib.sha256(self._common.encode() + json.dumps([self.argv(source), self._database.get(source)]).encode())
        for path in _reads(source, self.build):
            facts.update(hashlib.sha256(path.read_bytes()).digest())
        return self.build / KEPT / facts.hexdigest()

    def known(self, source: str) -> bool:
        return self._kept(source).exists()

    def check(self, source: str) -> str:
        """What it says; empty: nothing."""
        done = subprocess.run(self.argv(source), cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            whole_file.write(self._kept(source), b"")
            return ""
        return done.stdout.strip() or done.stderr.strip()


def _sources(arguments: argparse.Namespace) -> list[str]:
    sources = _listed("ls-files", "*.cc")
    if arguments.changed:
        base = _listed("merge-base", "HEAD", "main")[0]
        changed = set(_listed("diff", "--name-only", base)) | set(_listed("ls-files", "--others", "--exclude-standard"))
        sources = sorted(changed & {*sources, *(name for name in changed if name.endswith(".cc"))})
    return [name for name in sources if not arguments.paths or name.startswith(tuple(arguments.paths))]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", help="beginnings of paths (default: all)")
    parser.add_argument("--changed", action="store_true", help="only files that differ from main")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    arguments = parser.parse_args(argv)
    if not (arguments.build / "compile_commands.json").is_file():
        print("ci.lane.tidy: run ci/build first", file=sys.stderr)
        return 2
    tidy, sources = Tidy(arguments.build.resolve()), _sources(arguments)
    lost = [source for source in sources if not tidy.compiled(source) and not source.startswith("ci/")]
    if lost:
        print(f"ci.lane.tidy: no target compiles {', '.join(lost)}; list them in CMakeLists.txt and run ci/build", file=sys.stderr)
        return 2
    left = [source for source in sources if tidy.compiled(source) and not tidy.known(source)]
    print(f"clang-tidy: {len(sources)} files, {len(sources) - len(left)} known from before", file=sys.stderr, flush=True)
    found = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for source, said in zip(left, pool.map(tidy.check, left)):
            if said:
                found += 1
                print(said, flush=True)
    print(f"clang-tidy: {found} of {len(sources)} files have findings", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(console.run("ci.lane.tidy", main))
