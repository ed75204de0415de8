"""Against the definition, tried on all pairs."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.frontier import dominance
from reports.frontier.candidates import Choice, Library, Setting, row
from reports.frontier.testing import made_up

# Few values, so that many are equal.
POINTS = st.lists(st.tuples(st.integers(1, 5).map(float), st.integers(1, 5).map(float)), max_size=12)


@given(POINTS)
@settings(max_examples=400)
def test_by_estimates_it_is_the_definition(points: list[tuple[float, float]]) -> None:
    def beats(one: tuple[float, float], other: tuple[float, float]) -> bool:
        return one[0] <= other[0] and one[1] <= other[1] and one != other

    assert dominance.undominated(points) == [not any(beats(other, each) for other in points) for each in points]


def test_equal_twins_stand_together() -> None:
    assert dominance.undominated([(1.0, 2.0), (1.0, 2.0), (2.0, 2.0), (1.0, 3.0)]) == [True, True, False, False]
    assert dominance.undominated([]) == []


def _choice(**options: Any) -> Choice:
    whole, losses = made_up.make(texts=("tinystories",), budgets=("base",), cores=("m3",), **options)
    return Library(made_up.parsed(whole, losses)).choice(Setting("tinystories", "base", "m3", 64))


def test_what_is_sure_follows_from_the_pairs() -> None:
    choice = _choice()
    for cost in ("flash", "ram", "cycles"):
        found = dominance.standings(choice, cost)
        assert len(found) == len(choice.candidates) == 6 * 3 + 2 + 6 + 6
        for standing in found:
            me = standing.candidate
            rivals = [each for each in choice.candidates if each.point is not me.point and each.costs[cost] <= me.costs[cost]]
            worse = [choice.difference(rival, me).sure == "worse" for rival in rivals]
            better = [choice.difference(rival, me, len(rivals)).sure == "better" for rival in rivals]
            expected = "undominated" if all(worse) and standing.undominated else "dominated" if any(better) else "undecided"
            assert standing.sure == expected
            assert not standing.undominated or standing.sure != "dominated"
        assert {standing.sure for standing in found} >= {"undominated", "dominated"}


def test_the_cheapest_is_undominated_unless_its_twin_is_better() -> None:
    for cost in ("flash", "ram", "cycles"):
        assert dominance.standings(_choice(), cost)[0].undominated


def test_one_seed_makes_nothing_sure_that_was_not_trained_again() -> None:
    found = dominance.standings(_choice(seeds=(0,)), "flash")
    assert found[0].sure == "undominated", "nothing costs less"
    assert {each.sure for each in found if each.candidate.point is not found[0].candidate.point} == {"undecided"}
    assert sum(each.undominated for each in found) > 5


def test_two_variants_of_one_model_are_told_apart_by_estimates() -> None:
    choice = _choice(families=("ternary",), sizes=("60k",))
    found = {each.candidate.variant: (each.undominated, each.sure) for each in dominance.standings(choice, "ram")}
    assert found == {"f32": (True, "undominated"), "q15": (True, "undominated"), "q15kv8": (True, "undominated")}
    found = {each.candidate.variant: (each.undominated, each.sure) for each in dominance.standings(choice, "flash")}
    assert found["q15kv8"] == (False, "undecided")
    one, other = choice.candidates[0], choice.candidates[2]
    assert choice.difference(other, one).nats == pytest.approx(0.001998, rel=1e-3)
    assert choice.difference(other, one).low is None


def test_a_candidate_without_a_cost_stands_aside_for_that_cost_only() -> None:
    whole, losses = made_up.make(texts=("tinystories",), budgets=("base",), cores=("m3",))
    gone = copy.deepcopy(whole)
    for cost in gone["costs"]:
        if (cost["family"], cost["size"]) == ("plain_int8", "60k"):
            cost.pop("ram_bytes", None)
    choice = Library(made_up.parsed(gone, losses)).choice(Setting("tinystories", "base", "m3", 64))
    for cost, there in (("flash", True), ("ram", False)):
        assert any(each.candidate.point.name == "plain_int8-60k" for each in dominance.standings(choice, cost)) == there
    [of_it] = [each for each in choice.candidates if each.point.name == "plain_int8-60k"]
    assert "ram" not in row(of_it) and row(of_it)["flash"] == of_it.costs["flash"]


def test_a_variant_whose_perplexity_nobody_measured_is_no_candidate() -> None:
    whole, losses = made_up.make(texts=("tinystories",), budgets=("base",), sizes=("6k",), cores=("m3",))
    for training in whole["trainings"]:
        training["engine_perplexity"].pop("q15", None)
    choice = Library(made_up.parsed(whole, losses)).choice(Setting("tinystories", "base", "m3", 64))
    assert sorted(each.name for each in choice.candidates) == [
        "plain_fp32-6k", "plain_int8-6k", "ternary-6k f32", "ternary-6k q15kv8"]


def test_rounded_weights_are_paired_with_their_own_training() -> None:
    choice = _choice(sizes=("60k",))
    fp32, int8 = ([each for each in choice.candidates if each.family == name][0] for name in ("plain_fp32", "plain_int8"))
    found = choice.difference(int8, fp32)
    assert found.sure == "worse" and found.nats == pytest.approx(0.002, abs=1e-5)
    assert choice.difference(fp32, int8).nats == -found.nats
