"""What a report may hold: at the limits, and what a cell says of itself."""

from __future__ import annotations

import math
from typing import Any

import pytest

from reports import catalogue
from reports.report_data import MAX_COUNT, NOT_HERE, PASS, Cell, Divergence, Figure, Key, Report, check


def _report(*figures: Figure, **cell: Any) -> Report:
    return Report("atome", cells=[Cell(Key("size", core="m0"), figures=list(figures), **cell)])


PERPLEXITY = catalogue.FIGURES["perplexity"].name


@pytest.mark.parametrize("figure", [
    Figure("ram_bytes", 0), Figure("ram_bytes", 2**64 - 1), Figure(PERPLEXITY, 1.5, low=1.5, high=1.5), Figure(PERPLEXITY, 1.5, low=1.0, high=2.0),
    Figure("seconds", 1.0, samples=(1.0, 2.0), sample_counts=(1, 2)), Figure("seconds", 1.0, samples=(1.0, 2.0)), Figure(PERPLEXITY, -1.5)])
def test_figures_that_a_report_may_hold(figure: Figure) -> None:
    check(_report(figure))


@pytest.mark.parametrize("figure, says", [
    (Figure("no_such", 1), "figure no_such: is not in the catalogue of figures"), (Figure("ram_bytes", -1), "is not a count of 64 bits"),
    (Figure("ram_bytes", 2**64), "is not a count of 64 bits"), (Figure("ram_bytes", 1, "none", "x"), "figure ram_bytes of none x: cannot be of a part"),
    (Figure(PERPLEXITY, 1.0, low=1.0), "its interval has one end"), (Figure(PERPLEXITY, 1.0, high=1.0), "its interval has one end"),
    (Figure(PERPLEXITY, 1.0, low=1.0, high=0.999), "its interval ends before it begins"), (Figure(PERPLEXITY, math.nan), "is not finite"),
    (Figure(PERPLEXITY, 1.0, low=-math.inf, high=1.0), "is not finite"), (Figure("seconds", 1.0, samples=(1.0, math.inf)), "is not finite"),
    (Figure("seconds", 1.0, samples=(1.0, 2.0), sample_counts=(1,)), "2 samples have 1 counts")])
def test_figures_that_it_may_not_hold(figure: Figure, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(_report(figure))


@pytest.mark.parametrize("cell, says", [
    (Cell(Key("none")), "there is no kind none"), (Cell(Key("size"), "none"), "there is no outcome none"),
    (Cell(Key("size"), unavailable={"none": "why"}), "unavailable figure none is not in the catalogue"),
    (Cell(Key("size"), figures=[Figure("ram_bytes", 1), Figure("ram_bytes", 2)]), "two figures ram_bytes"),
    *((Cell(Key("size"), divergence=Divergence(0, 0, "local", index=index, expected_bits=expected, actual_bits=actual)), "divergence without all of")
      for index, expected, actual in ((1, None, None), (None, 1, 1), (1, 1, None), (0, None, 0)))])
def test_cells_that_it_may_not_hold(cell: Cell, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(Report("atome", cells=[cell]))


def test_divergences_are_whole_or_without_values_and_keys_are_once() -> None:
    for values in ((None, None, None), (0, 0, 0)):
        check(_report(divergence=Divergence(0, 0, "local", None, *values)))
    twice = Cell(Key("size", core="m0"))
    with pytest.raises(ValueError, match="two cells of "):
        check(Report("atome", cells=[twice, Cell(Key("size", core="m3")), twice]))
    assert MAX_COUNT == 2**64 - 1


@pytest.mark.parametrize("outcome, message, passed, near, left_out, failed", [
    (PASS, "", True, False, False, False), ("mismatch", "", False, False, False, True), ("missing", f"{NOT_HERE}x", False, False, True, False),
    ("missing", "no tool", False, False, False, True), ("crashed", f"{NOT_HERE}x", False, False, False, True), (PASS, f"{NOT_HERE}x", True, False, False, False)])
def test_what_a_cell_says(outcome: str, message: str, passed: bool, near: bool, left_out: bool, failed: bool) -> None:
    cell = Cell(Key("size"), outcome, message)
    assert (cell.passed, cell.near, cell.left_out, cell.failed) == (passed, near, left_out, failed)


def test_what_passes_within_a_tolerance_is_near() -> None:
    names = [name for name, outcome in catalogue.OUTCOMES.items() if outcome.exit_code == 0 and name != PASS]
    assert names and all(Cell(Key("parity"), name).near and Cell(Key("parity"), name).passed for name in names)


def test_figures_are_found_by_name_and_part() -> None:
    whole, main, other = Figure("symbol_bytes", 1), Figure("symbol_bytes", 2, "symbol", "main"), Figure("symbol_bytes", 3, "symbol", "a")
    cell = Cell(Key("size"), figures=[main, whole, other])
    assert cell.figure("symbol_bytes") is whole and cell.figure("symbol_bytes", "symbol", "a") is other and cell.figure("ram_bytes") is None
    assert list(cell.parts("symbol", "symbol_bytes")) == ["main", "a"] and cell.parts("symbol", "ram_bytes") == {}
    assert Figure("logits_sha256", "ab").number is None and whole.number == 1


def test_the_worst_outcome_is_the_most_severe() -> None:
    assert catalogue.worst([]).name == "pass" and catalogue.worst(["pass", "crashed", "mismatch"]).name == "crashed"
    assert [outcome.severity for outcome in catalogue.OUTCOMES.values()] == list(range(len(catalogue.OUTCOMES)))
