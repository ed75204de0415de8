"""C++ is mutated, and its tests notice or not: on a program of a few lines, and on texts."""

from __future__ import annotations

import pathlib
import shutil
import subprocess

import pytest

from ci.mutation import cpp_ast, cpp_place, cpp_write, output
from ci.mutation.config import Config, Room
from ci.mutation.cpp import Cpp
from ci.mutation.cpp_place import Place
from ci.mutation.language import Bench
from ci.mutation.mutant import KILLED, SURVIVED, Mutant, Result, named

needs_clang = pytest.mark.skipif(not cpp_ast.available(), reason=cpp_ast.NEEDS)
needs_compiler = pytest.mark.skipif(shutil.which("g++") is None or shutil.which("cmake") is None or shutil.which("ninja") is None,
                                    reason="no g++, cmake or ninja")
SOURCE = """\
#include "engine/small.h"
// Whether it is small.
bool Small(int value) {
  const bool below = value < 10;
  return below && value > 2;
}
"""
TEST = """\
#include <gtest/gtest.h>
#include "engine/small.h"
TEST(Small, IsBelowTen) {
  EXPECT_TRUE(Small(9));
  EXPECT_FALSE(Small(10));
  EXPECT_FALSE(Small(0));
}
"""
CMAKE = """\
cmake_minimum_required(VERSION 3.25)
project(small CXX)
set(CMAKE_CXX_STANDARD 20)
find_package(GTest REQUIRED)
add_executable(small_test engine/small.cc engine/small_test.cc)
target_include_directories(small_test PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(small_test PRIVATE GTest::gtest_main)
"""
FILES = {"engine/small.cc": SOURCE, "engine/small.h": "bool Small(int value);\n", "engine/small_test.cc": TEST, "CMakeLists.txt": CMAKE}


@pytest.fixture(name="root")
def _root(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    root = tmp_path / "root"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    monkeypatch.setenv("ATOME_TEST_FIRMWARE", str(tmp_path))
    return root


def _mutants(language: Cpp, root: pathlib.Path, work: pathlib.Path) -> dict[str, Mutant]:
    found = language.generate(root, work, language.files(root), 1)
    return {f"{mutant.line} {mutant.kind} {output.changed(mutant)}": mutant for mutant in found}


@needs_clang
def test_places_are_what_an_expression_offers(root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    language = Cpp()
    assert language.files(root) == ["engine/small.cc", "engine/small.h"]
    found = _mutants(language, root, tmp_path / "work")
    assert {"4 bound < -> <=", "4 comparison < -> >=", "4 constant 10 -> 11", "4 constant 10 -> 9", "5 bound > -> >=", "5 logical && -> ||",
            "5 case below -> true", "5 case value > 2 -> true", "5 constant 2 -> 3"} <= set(found)
    bound = found["4 bound < -> <="]
    assert (bound.path, bound.column, bound.function) == ("engine/small.cc", 28, "Small")
    assert output.mutated(bound, SOURCE.encode()).decode() == SOURCE.replace("value < 10", "value <= 10")


@needs_clang
@needs_compiler
def test_a_mutant_that_the_test_sees_is_killed_and_another_survives(root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    language = Cpp()
    found = _mutants(language, root, tmp_path / "work")
    chosen = [found["4 bound < -> <="], found["5 bound > -> >="], found["5 constant 2 -> 3"], found["5 logical && -> ||"]]
    results: dict[str, Result] = {}
    bench = Bench(root, tmp_path / "work", Config((Room("engine", 97, 1, ("small_test",)),)), jobs=2, unit=True)
    language.run(bench, chosen, lambda result: results.update({result.id: result}), lambda result: None)
    outcomes = [(results[mutant.id].outcome, results[mutant.id].by, results[mutant.id].test_file) for mutant in chosen]
    killed = (KILLED, "Small.IsBelowTen", "engine/small_test.cc")
    # 2 and 3 are never given: nothing differs in the test, and so it is not even run.
    assert outcomes == [killed, (SURVIVED, "", ""), (SURVIVED, "", ""), killed]
    assert results[chosen[1].id].tests == 0


def _place(form: str, text: str, part: str, *data: str | int, kind: str = "bound") -> Place:
    start = text.index(part)
    mutant = Mutant("", "a.cc", 1, start + 1, kind, "F", start, start + len(part), part, "")
    return Place(form, start, start + len(part), data, named([mutant], text.encode())[0])


def test_parts_within_parts_are_written_from_the_outside_in() -> None:
    text = "if (a + b < c) f();"
    operator, plus = text.index("<"), text.index("+")
    less = _place(cpp_place.BINARY, text, "a + b < c", operator, operator + 1, "<", "<=")
    add = _place(cpp_place.BINARY, text, "a + b", plus, plus + 1, "+", "-", kind="arithmetic")
    call = _place(cpp_place.STATEMENT, text, "f();", len(text), kind="dropped")
    numbers = {less.mutant.id: 1, add.mutant.id: 2, call.mutant.id: 3}
    written = cpp_write.instrumented(text.encode(), [less, add, call], numbers).decode().replace("::atome_mutate::", "")
    assert written == ("if (Binary<kLess, Alternative<1, kLessEqual>>::Of(Binary<kAdd, Alternative<2, kSubtract>>::Of(a , b) , c)) "
                       "{ if (!On(3)) f(); }")
