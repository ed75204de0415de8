"""What is made wrong in Python, and what is left alone."""

from __future__ import annotations

import ast
import pathlib

import pytest

from ci.mutation.mutant import KINDS
from ci.mutation.python_language import Python
from ci.mutation.python_places import places
from ci.mutation.python_text import first_lines

ROOT = pathlib.Path(__file__).resolve().parents[2]


def changes(source: str, kind: str) -> list[str]:
    return [source[:place.start] + place.after + source[place.end:] for place in places(source) if place.kind == kind]


@pytest.mark.parametrize("kind, source, expected", [
    ("bound", "a = b < c", ["a = b <= c"]),
    ("bound", "a = 0 <= b < c", ["a = 0 < b < c", "a = 0 <= b <= c"]),
    ("comparison", "a = b == c", ["a = b != c"]),
    ("comparison", "a = b not in c", ["a = b in c"]),
    ("comparison", "a = (b) is (  # not here: <\n  not c)", ["a = (b) is not (  # not here: <\n  not c)"]),
    ("arithmetic", "a = b + c", ["a = b - c"]),
    ("arithmetic", "a = b + 'text'", []),
    ("arithmetic", "a = [b] + c", []),
    ("arithmetic", "a -= b", ["a += b"]),
    ("arithmetic", "a = -b", ["a = b"]),
    ("constant", "a = 7", ["a = 6", "a = 8"]),
    ("constant", "a = 1e-6", ["a = (1e-6 * 2)", "a = (1e-6 / 2)"]),
    ("constant", "a = True", ["a = False"]),
    ("constant", "a = 'text'", []),
    ("logical", "a = b and not c", ["a = b or not c"]),
    ("condition", "if a < b:\n    f()", ["if False:\n    f()", "if True:\n    f()"]),
    ("condition", "while a:\n    f()", ["while False:\n    f()"]),
    ("condition", "a = [b for b in c if b]", ["a = [b for b in c if True]"]),
    ("condition", "if a := f():\n    g(a)", []),
    ("condition", "a = not b", ["a =  b"]),
    ("dropped", "f(a)", ["pass"]),
    ("dropped", "a.b = c", ["pass"]),
    ("dropped", "a = c", []),
    ("dropped", "for a in b:\n    continue", ["for a in b:\n    pass"]),
    ("returned", "def f() -> bool:\n    return a", ["def f() -> bool:\n    return not (a)"]),
    ("returned", "def f() -> int:\n    return a", ["def f() -> int:\n    return (a) + 1"]),
    ("returned", "def f() -> list[int]:\n    return a", ["def f() -> list[int]:\n    return []"]),
    ("returned", "def f() -> A | None:\n    return a", ["def f() -> A | None:\n    return None"]),
    ("returned", "def f() -> A:\n    return a", []),
    ("swapped", "f(a, b, c)", ["f(a, c, b)", "f(b, a, c)"]),
    ("swapped", "f(a, a)", []),
    ("swapped", "f('x', b)", []),
    ("swapped", "max(a, b)", []),
    ("case", "a = b in (2, 127)", ["a = b in (127, 127)", "a = b in (2, 2)"]),
    ("case", "a = min(b)", ["a = max(b)"]),
    ("case", "a = b.startswith(c)", ["a = b.endswith(c)"]),
    ("bound", "a = 'größer', b < c", ["a = 'größer', b <= c"])])
def test_each_kind_of_change(kind: str, source: str, expected: list[str]) -> None:
    assert sorted(changes(source, kind)) == sorted(expected)


@pytest.mark.parametrize("source", [
    '"""One of 2."""', "def f() -> int:\n    'At least 1.'", "raise ValueError(1 + 2)", "assert a < 3", "print(1 + 2)",
    "parser.add_argument('--jobs', type=int, default=2)", "a = f'{b + 1}'", "if __name__ == '__main__':\n    f(1, 2)",
    "a: tuple[1, 2]", "axes.plot(a, color=b + 1)", "log.warning('%d', 3)"])
def test_what_people_read_is_left_alone(source: str) -> None:
    assert not [place for place in places(source) if place.kind != "dropped" or "plot" not in source]


def test_places_of_real_modules_are_python_of_known_kinds_with_their_functions() -> None:
    text = (ROOT / "ci/night/rows.py").read_text()
    found = places(text)
    assert {place.kind for place in found} <= set(KINDS) and len(found) > 50
    assert {place.function for place in found} >= {"", "worst", "cells_of", "_why"}
    for place in found:
        changed = text[:place.start] + place.after + text[place.end:]
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(text)), place


def test_columns_and_offsets_are_in_bytes(tmp_path: pathlib.Path) -> None:
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden/a.py").write_text("a = 1\nb = 'größer', c < d\n")
    mutant = [each for each in Python().generate(tmp_path, tmp_path, ["golden/a.py"], 1) if each.kind == "bound"][0]
    text = "a = 1\nb = 'größer', c < d\n".encode()
    assert (mutant.line, mutant.before, text[mutant.start:mutant.end]) == (2, "<", b"<")
    assert mutant.column == len("b = 'größer', c ".encode()) + 1


def test_a_line_within_a_statement_belongs_to_its_first() -> None:
    lines = first_lines("def f():\n    a = (1,\n         2)\n    if a:\n        g(\n          3)\n")
    assert lines == {1: 1, 2: 2, 3: 2, 4: 4, 5: 5, 6: 5}
