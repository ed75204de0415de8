"""Builds the engine as someone else would: from a copy of its folder alone, in a project that has a C++ compiler only.

    python3 engine/testing/by_itself_test.py

Once by add_subdirectory, once by find_package from where that project installed it; the program that links atome::engine runs each
time. Exit code 0: both work; 1: the step that does not, with its output, on stderr.
"""

from __future__ import annotations

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

ENGINE = pathlib.Path(__file__).resolve().parent.parent
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(foreign LANGUAGES CXX)
{engine}
add_executable(foreign foreign.cc)
target_link_libraries(foreign PRIVATE atome::engine)
"""
PROGRAM = """#include "engine/atome.h"
#include "engine/atome_plain.h"
#include "engine/atome_q15.h"

int main() {
  const atome_config config = {256, 64, 4, 16, 5, 4, 64};
  const atome_plain_config plain = {256, 44, 3, 4, 44, 64, ATOME_PLAIN_FP32};
  size_t f32 = 0, q15 = 0, baseline = 0;
  const bool sized = atome_state_bytes(&config, &f32) == ATOME_OK &&
                     atome_q15_state_bytes(&config, 8, &q15) == ATOME_OK &&
                     atome_plain_state_bytes(&plain, &baseline) == ATOME_OK;
  return sized && f32 > q15 && q15 != 0 && baseline != 0 ? 0 : 1;
}
"""


class Failed(Exception):
    """A step that did not work; its output."""


def run(*command: str | pathlib.Path) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")


def build(cmake: str, compiler: str, folder: pathlib.Path, engine: str, *options: str) -> None:
    """A foreign project in a new folder, whose CMakeLists.txt finds the engine by the lines `engine`; built and run."""
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(PROJECT.format(engine=engine), encoding="utf-8")
    (folder / "foreign.cc").write_text(PROGRAM, encoding="utf-8")
    run(cmake, "-S", folder, "-B", folder / "build", f"-DCMAKE_CXX_COMPILER={compiler}", *options)
    run(cmake, "--build", folder / "build")
    run(folder / "build" / "foreign")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cmake", default="cmake")
    parser.add_argument("--compiler", default="c++")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="atome_engine_") as name:
        root = pathlib.Path(name)
        shutil.copytree(ENGINE, root / "copy" / "engine", ignore=shutil.ignore_patterns("*_test.cc", "testing", "firmware", "host"))
        try:
            build(arguments.cmake, arguments.compiler, root / "by_folder",
                  f"add_subdirectory({root}/copy/engine engine)")
            run(arguments.cmake, "--install", root / "by_folder" / "build", "--prefix", root / "installed")
            shutil.rmtree(root / "copy")
            build(arguments.cmake, arguments.compiler, root / "by_package",
                  "find_package(atome REQUIRED)", f"-DCMAKE_PREFIX_PATH={root}/installed")
        except Failed as failed:
            print(failed, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
