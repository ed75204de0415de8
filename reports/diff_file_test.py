"""What atome diff prints is read; what is none, or contradicts itself, is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from reports import diff_file
from reports.testing import page_report as testing


def parsed(found: dict[str, Any]) -> diff_file.Diff:
    return diff_file.parse(json.dumps(found), "d.json")


def test_a_diff_is_read_whole() -> None:
    assert parsed(testing.diff_json()) == testing.diff()


def test_a_cell_has_its_worst_cause() -> None:
    found = testing.diff()
    assert found.cause_of[testing.size("m0").key].kind == "flash" and found.cause_of[testing.cycles("m3").key].mark == "v"
    assert testing.parity("a", "m0").key not in found.cause_of


def test_a_change_is_against_the_baseline_and_no_limit() -> None:
    key, (limit, worse) = testing.size("m0").key, (
        diff_file.Change("regression", what, testing.size("m0").key, "firmware_bytes", before=what, change=what) for what in ("over budget", "worse"))
    figure = testing.size("m0").figure("firmware_bytes")
    assert figure and diff_file.Diff(False, changes=[worse, limit]).delta(key, figure) == "worse"
    assert diff_file.Diff(False, changes=[limit]).change(key, figure) is None


def broken(at: list[str | int], value: object) -> dict[str, Any]:
    whole = testing.diff_json()
    found: Any = whole
    for step in at[:-1]:
        found = found[step]
    found[at[-1]] = value
    return whole


@pytest.mark.parametrize("at, value, why", [
    (["verdict"], "maybe", "verdict is none of pass, regression"), (["changes"], 1, "changes is not an array"),
    (["causes"], {}, "causes is not an array"), (["causes", 0], 1, "causes is not an array"),
    (["causes", 0, "severity"], "bad", "severity is none of"), (["causes", 0, "mark"], "\x1b", "mark is none of"),
    (["causes", 0, "mark"], ["x"], "mark is none of"), (["causes", 0, "changes"], [0, 6], "places"), (["causes", 0, "changes"], [-1], "places"),
    (["causes", 0, "changes"], [True], "places"), (["causes", 0, "changes"], "01", "places"), (["causes", 0, "changes"], [0], "changes/1 is in 0"),
    (["causes", 1, "changes"], [3, 0], "changes/0 is in 2"), (["causes", 0, "names"], "Exp", "names"), (["causes", 0, "cells"], -1, "cells is not"),
    (["causes", 0, "figures"], 1.5, "figures is not"), (["totals"], {}, "figures_compared"), (["environment"], 5, "not iterable")])
def test_what_contradicts_itself_is_refused(at: list[str | int], value: object, why: str) -> None:
    with pytest.raises(ValueError, match="d.json: no output of atome diff") as refused:
        parsed(broken(at, value))
    assert why in str(refused.value) and "atome diff OLD NEW --format json" in str(refused.value)


def test_an_older_atomes_is_refused() -> None:
    found = testing.diff_json()
    del found["causes"]
    with pytest.raises(ValueError, match="older atome.*give what"):
        parsed(found)


@pytest.mark.parametrize("damage", [lambda text: text[:-1], lambda text: "[" * 100_000, lambda text: "null", lambda text: ""])
def test_what_is_no_json_object_is_refused(damage: Callable[[str], str]) -> None:
    with pytest.raises(ValueError, match="d.json: no output of atome diff"):
        diff_file.parse(damage(json.dumps(testing.diff_json())), "d.json")
