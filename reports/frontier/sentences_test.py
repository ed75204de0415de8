"""What is said follows from the comparisons, and nothing else is said."""

from __future__ import annotations

import re
from typing import Any

import pytest

from reports.frontier import at_cost, sentences
from reports.frontier.candidates import Library, Setting
from reports.frontier.testing import made_up


def _library(**options: Any) -> Library:
    whole, losses = made_up.make(texts=("tinystories",), budgets=("base",), **options)
    return Library(made_up.parsed(whole, losses))


@pytest.fixture(scope="module")
def library() -> Library:
    return _library(chunks=300)


def test_each_verdict_is_said_where_it_is(library: Library) -> None:
    said = [each for each in sentences.of(library, "tinystories", "base") if each.about == "against"]
    assert {(each.baseline, each.cost) for each in said} == {
        (baseline, cost) for baseline in ("plain_fp32", "plain_int8") for cost in ("parameters", "flash", "ram", "cycles")}
    for each in said:
        core = each.cores[0] if each.cores else library.results.cores[0]
        found = at_cost.compare(library.choice(Setting("tinystories", "base", core, 64)), "ternary", each.baseline, each.cost)
        verdicts = {comparison.verdict for comparison in found}
        for verdict, word in (("better", "better"), ("worse", "worse"), ("undecided", "undecided"), ("alone", "without a rival"),
                              ("dearer", "beyond compare")):
            assert (word in each.words) == (verdict in verdicts), each.words


def test_percents_are_the_ends_of_intervals(library: Library) -> None:
    [said] = [each for each in sentences.of(library, "tinystories", "base")
              if each.about == "against" and (each.baseline, each.cost) == ("plain_fp32", "parameters")]
    assert said.cores == () and said.positions == 0
    assert re.fullmatch(r"With as many parameters as the plain FP32 transformer, the ternary model is worse from 6k to 1m "
                        r"\(perplexity [\d.]+ to [\d.]+ % higher\)\.", said.words)
    least, most = map(float, re.findall(r"[\d.]+", said.words.split("perplexity")[1])[:2])
    assert least < 100 * (1.1275 - 1) < most, "made up 0.12 nats apart"


@pytest.mark.parametrize(("part", "said"), [(0.0994, "9.9"), (0.0996, "10"), (-0.123, "12"), (0.001, "0.1"), (1.5, "150")])
def test_percents_have_two_digits(part: float, said: str) -> None:
    assert sentences.percent(part) == said


def test_cores_that_say_the_same_are_one_sentence_and_others_apart() -> None:
    whole, losses = made_up.make(texts=("tinystories",), budgets=("base",), chunks=300)
    for cost in whole["costs"]:  # on m0 the ternary model costs no flash to speak of
        if cost["core"] == "m0" and cost["family"] == "ternary":
            cost["flash_bytes"] = 1 + cost["flash_bytes"] // 1000
    found = [each for each in sentences.of(Library(made_up.parsed(whole, losses)), "tinystories", "base")
             if (each.about, each.cost, each.baseline) == ("against", "flash", "plain_int8")]
    assert [each.cores for each in found] == [("m0",), ("m3", "m4f", "m7")]
    assert "on m0, the ternary model is without a rival from 6k to 1m" in found[0].words
    assert "on m3, m4f and m7," in found[1].words


def test_winners_are_said_with_their_range(library: Library) -> None:
    said = [each for each in sentences.of(library, "tinystories", "base") if each.about == "wins"]
    assert {each.cost for each in said} == {"flash", "ram", "cycles"}
    flash = [each.words for each in said if each.cost == "flash"]
    assert len(flash) == 1 and flash[0].startswith("On every core, from 16.4k to 20.6k bytes of flash there is only the ternary model; "
                                                   "from 20.6k to ")
    cycles = [each for each in said if each.cost == "cycles"]
    assert [each.cores for each in cycles] == [("m0",), ("m3",), ("m4f",), ("m7",)]
    assert all("the plain FP32 transformer or the plain int8 transformer: nothing decides" in each.words for each in cycles)


def test_ablations_are_said(library: Library) -> None:
    said = [each for each in sentences.of(library, "tinystories", "base") if each.about == "ablation"]
    assert [each.family for each in said] == ["ternary_no_local"] and said[0].cores == ()
    assert re.fullmatch(r"Without its local pathway \(convolution\) the perplexity of the ternary model is [\d.]+ to [\d.]+ % higher "
                        r"at 60k\.", said[0].words)


def test_one_seed_carries_no_better_or_worse() -> None:
    for each in sentences.of(_library(seeds=(0,), chunks=300), "tinystories", "base"):
        assert not re.search("better|worse|writes best|higher at|lower at", each.words), each.words


def test_without_costs_what_needs_none_is_still_said() -> None:
    whole, losses = made_up.make(texts=("tinystories",), budgets=("base",))
    whole["costs"] = []
    said = sentences.of(Library(made_up.parsed(whole, losses)), "tinystories", "base")
    assert {each.cost for each in said} == {"parameters", ""}


def test_of_what_was_not_measured_nothing_is_said() -> None:
    whole, losses = made_up.make(texts=("tinystories",), budgets=("base",), chunks=300)
    for cost in whole["costs"]:
        if (cost["family"], cost["size"], cost["core"]) == ("plain_int8", "6k", "m0"):
            cost.pop("flash_bytes", None)
    found = [each for each in sentences.of(Library(made_up.parsed(whole, losses)), "tinystories", "base") if each.cost == "flash"]
    on_m0 = {(each.about, each.baseline): each.words for each in found if "m0" in each.cores}
    assert on_m0["wins", ""].endswith(" (without plain_int8-6k, of which the flash was not measured).")
    assert "without a rival" not in on_m0["against", "plain_int8"] and "without a rival" in on_m0["against", "plain_fp32"]
    assert "is better from 160k to 1m" in on_m0["against", "plain_int8"]
    others = [each for each in found if each.about == "wins" and "m0" not in each.cores]
    assert [each.cores for each in others] == [("m3", "m4f", "m7")] and "there is only the ternary model" in others[0].words


def test_where_much_was_not_measured_nobody_is_best() -> None:
    whole, losses = made_up.make(texts=("tinystories",), budgets=("base",), cores=("m3",))
    for lacking, said in ((3, False), (4, True)):
        for cost in whole["costs"]:
            if cost["family"] == "plain_int8" and cost["size"] in tuple(made_up.SIZES)[:lacking]:
                cost.pop("ram_bytes", None)
        [found] = [each for each in sentences.of(Library(made_up.parsed(whole, losses)), "tinystories", "base")
                   if (each.about, each.cost) == ("wins", "ram")]
        assert ("is not said: that of 4 models was not measured" in found.words) == said, found.words
