"""What fits and is best: at limits, at ties, where figures are missing; and random candidates against all of them tried."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.advise import choice
from reports.advise.choice import Candidate, Lack, Limits, Model

BASE = Candidate(Model("ternary", "60k"), "q15", "flash", 5.0, 30000, 20000, 10.0)
ROOM = Limits(30000, 20000, 10.0)


@pytest.mark.parametrize("what", ["flash_bytes", "ram_bytes", "ms_per_token"])
def test_a_limit_that_is_reached_is_kept_and_one_less_is_not(what: str) -> None:
    assert choice.fits(BASE, ROOM) and not choice.lacks(BASE, ROOM)
    tight = dataclasses.replace(ROOM, **{what: getattr(ROOM, what) - 1})
    assert not choice.fits(BASE, tight)
    lack, = choice.lacks(BASE, tight)
    assert (lack.needs, lack.has) == (getattr(BASE, what), getattr(tight, what))


@pytest.mark.parametrize("what", ["flash_bytes", "ram_bytes", "ms_per_token"])
def test_what_is_not_known_does_not_fit(what: str) -> None:
    unknown = dataclasses.replace(BASE, **{what: None})
    assert not choice.fits(unknown, ROOM)
    any_time = dataclasses.replace(ROOM, ms_per_token=None)
    assert choice.fits(unknown, any_time) == (what == "ms_per_token"), "nobody asked how fast"
    assert not choice.fits(dataclasses.replace(BASE, why_not="does not fit"), ROOM)


def test_a_tie_goes_to_what_needs_less() -> None:
    quick = dataclasses.replace(BASE, variant="q15kv8", ms_per_token=9.0, ram_bytes=20000)
    small = dataclasses.replace(BASE, variant="f32", ram_bytes=100)
    named = dataclasses.replace(BASE, place="a")
    untimed = dataclasses.replace(BASE, ms_per_token=None)
    limits = dataclasses.replace(ROOM, ms_per_token=None)
    for order in ([BASE, quick, small, named, untimed], [untimed, named, small, quick, BASE]):
        assert choice.ranked(order, limits) == [quick, small, named, BASE, untimed]


def test_others_and_lighter_ones() -> None:
    light = dataclasses.replace(BASE, variant="q15kv8", perplexity=5.01, ram_bytes=10000)
    heavy = dataclasses.replace(BASE, variant="f32", perplexity=5.02, ram_bytes=15000, ms_per_token=11.0)
    fast = dataclasses.replace(BASE, place="ram-model", perplexity=5.05, ms_per_token=9.0)
    hardly = dataclasses.replace(fast, variant="f32", ms_per_token=8.2)
    plain = Candidate(Model("plain_int8", "16k"), "plain", "flash", 5.0501, 1, 1, 1.0)
    tiny = dataclasses.replace(plain, model=Model("plain_int8", "6k"), perplexity=9.0)
    fitting = [BASE, light, heavy, fast, hardly, plain, tiny]
    assert choice.lighter(fitting, BASE) == [light, fast], "1 % worse is little, a tenth less is lighter"
    as_good = dataclasses.replace(plain, perplexity=5.0)
    assert choice.lighter([BASE, as_good, light], BASE) == [as_good], "another model too"
    assert choice.first_of_each_model(fitting) == [BASE, plain, tiny]
    assert choice.first_of_other_families(fitting, "ternary") == [plain]
    assert choice.lighter(fitting, plain) == []


def test_nearest_lacks_the_smallest_share() -> None:
    twice_the_ram = dataclasses.replace(BASE, ram_bytes=40000)
    little_of_two = dataclasses.replace(BASE, variant="f32", ram_bytes=21000, flash_bytes=39000)
    unknown = dataclasses.replace(BASE, ram_bytes=None, flash_bytes=None, ms_per_token=None, why_not="does not fit")
    assert choice.nearest([twice_the_ram, unknown, little_of_two], ROOM) == little_of_two
    assert choice.lacks(little_of_two, ROOM) == [Lack("flash", 39000, 30000), Lack("RAM", 21000, 20000)]
    assert choice.nearest([unknown], ROOM) is None
    assert choice.nearest([twice_the_ram], Limits(30000, 0)) == twice_the_ram, "of nothing all is too much"


def _maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


NUMBERS = st.integers(1, 6)
CANDIDATES = st.lists(st.builds(
    Candidate, st.builds(Model, st.sampled_from(["a", "b", "c"]), st.sampled_from(["1", "2"])), st.sampled_from(["f32", "q15"]),
    st.sampled_from(["flash", "ram-model"]), st.sampled_from([2.0, 2.5, 3.0]), _maybe(NUMBERS), _maybe(NUMBERS),
    _maybe(NUMBERS.map(float)), st.booleans(), st.sampled_from(["", "", "no"])), max_size=12)


@given(CANDIDATES, st.builds(Limits, NUMBERS, NUMBERS, _maybe(NUMBERS.map(float))))
def test_nothing_that_fits_is_better(candidates: list[Candidate], limits: Limits) -> None:
    def allowed(each: Candidate) -> bool:
        if each.flash_bytes is None or each.ram_bytes is None or each.why_not:
            return False
        slow = limits.ms_per_token is not None and (each.ms_per_token is None or each.ms_per_token > limits.ms_per_token)
        return each.flash_bytes <= limits.flash_bytes and each.ram_bytes <= limits.ram_bytes and not slow

    fitting = choice.ranked(candidates, limits)
    assert sorted(map(repr, fitting)) == sorted(repr(each) for each in candidates if allowed(each))
    assert choice.ranked(candidates[::-1], limits) == fitting, "their order does not matter"
    if fitting:
        assert fitting[0].perplexity == min(each.perplexity for each in candidates if allowed(each))
        families = {each.model.family for each in fitting} - {fitting[0].model.family}
        others = choice.first_of_other_families(fitting, fitting[0].model.family)
        assert {each.model.family for each in others} == families
        for each in others:
            assert each.perplexity == min(other.perplexity for other in fitting if other.model.family == each.model.family)
        for each in choice.lighter(fitting, fitting[0]):
            assert each.perplexity <= 1.01 * fitting[0].perplexity
            assert any(a is not None and b is not None and a <= 0.9 * b for a, b in (
                (each.ram_bytes, fitting[0].ram_bytes), (each.flash_bytes, fitting[0].flash_bytes),
                (each.ms_per_token, fitting[0].ms_per_token)))
    near = choice.nearest(candidates, limits)
    assert near is None or not choice.fits(near, limits)
