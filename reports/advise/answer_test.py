"""The answer for a chip: what it is compared with, and the next board up."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.advise.answer import Difference, Sources, answer, limits_on
from reports.advise.chips import Chip
from reports.advise.choice import Candidate, Limits, Model

SMALL = Chip("small", "Small", "m3", 1_000_000, 1000, 100)
MIDDLE = Chip("middle", "Middle", "m3", 1_000_000, 1000, 200)
LARGE = Chip("large", "Large", "m3", 1_000_000, 2000, 200)
BOARDS = [LARGE, SMALL, MIDDLE]


def _candidate(family: str, perplexity: float, ram: int, flash: int = 1000) -> Candidate:
    return Candidate(Model(family, "60k"), "plain", "flash", perplexity, flash, ram, 1.0)


def _sources(candidates: list[Candidate], noise: float = 0.0) -> Sources:
    """`noise`: percent by which a difference may be another."""
    def compare(one: Candidate, other: Candidate) -> Difference:
        percent = 100 * (other.perplexity / one.perplexity - 1)
        return Difference(percent, percent - noise, percent + noise, abs(percent) > noise)

    return Sources(lambda chip: candidates, compare)


def _all(chip: Chip) -> Limits:
    return Limits(chip.flash_bytes, chip.ram_bytes)


def test_best_next_best_and_other_families() -> None:
    best, second, third = _candidate("a", 2.0, 100), _candidate("b", 2.2, 50), _candidate("c", 3.0, 50)
    again = dataclasses.replace(_candidate("b", 2.4, 10), model=Model("b", "16k"))
    found = answer(SMALL, _all(SMALL), BOARDS, _sources([again, third, second, best]))
    assert found.best == best and found.next_best is not None
    assert found.next_best.candidate == second and found.next_best.difference.percent == pytest.approx(10)
    assert [each.candidate for each in found.other_families] == [second, third] and found.step is None


def test_the_next_board_is_the_smallest_with_a_better_model() -> None:
    candidates = [_candidate("a", 3.0, 100), _candidate("b", 2.5, 200), _candidate("c", 2.0, 200, 2000)]
    found = answer(SMALL, _all(SMALL), BOARDS, _sources(candidates))
    assert found.step is not None and (found.step.chip, found.step.candidate) == (MIDDLE, candidates[1])
    assert found.step.difference is not None and found.step.difference.percent == pytest.approx(20)
    found = answer(MIDDLE, _all(MIDDLE), BOARDS, _sources(candidates))
    assert found.step is not None and found.step.chip == LARGE
    assert answer(LARGE, _all(LARGE), BOARDS, _sources(candidates)).step is None


def test_a_board_whose_model_may_be_no_better_is_passed_over() -> None:
    candidates = [_candidate("a", 3.0, 100), _candidate("b", 2.5, 200), _candidate("c", 2.0, 200, 2000)]
    found = answer(SMALL, _all(SMALL), BOARDS, _sources(candidates, noise=20.5))
    assert found.step is not None and found.step.chip == LARGE
    assert answer(SMALL, _all(SMALL), BOARDS, _sources(candidates, noise=51)).step is None


def test_no_smaller_board_is_a_step_up() -> None:
    fast = {"small": 5.0, "middle": 50.0, "large": 50.0}
    sources = Sources(lambda chip: [dataclasses.replace(_candidate("a", 3.0, 10), ms_per_token=fast[chip.name])],
                      _sources([]).compare)
    found = answer(MIDDLE, Limits(1000, 200, 10.0), BOARDS, sources)
    assert found.best is None and found.step is None, "small is fast enough, and no step up"


def test_where_nothing_fits_the_step_is_to_anything() -> None:
    candidates = [_candidate("a", 3.0, 150), _candidate("b", 2.0, 160)]
    found = answer(SMALL, _all(SMALL), BOARDS, _sources(candidates))
    assert found.best is None and found.nearest == candidates[0] and found.untimed is None
    assert found.step is not None and (found.step.chip, found.step.candidate, found.step.difference) == (MIDDLE, candidates[1], None)


def test_time_that_is_not_known_is_told_apart() -> None:
    untimed = dataclasses.replace(_candidate("a", 3.0, 10), ms_per_token=None)
    found = answer(SMALL, Limits(1000, 100, 50.0), BOARDS, _sources([untimed, _candidate("b", 2.0, 500)]))
    assert found.best is None and found.untimed == untimed
    assert answer(SMALL, _all(SMALL), BOARDS, _sources([untimed])).best == untimed


def test_another_variant_of_the_same_model_is_no_better_model() -> None:
    ours, larger = _candidate("a", 3.0, 10), dataclasses.replace(_candidate("a", 2.9, 200), variant="f32")
    assert answer(SMALL, _all(SMALL), BOARDS, _sources([ours, larger])).step is None


def test_what_is_kept_for_other_things_is_kept_on_the_next_board_too() -> None:
    assert limits_on(LARGE, Limits(600, 70, 5.0), SMALL) == Limits(1600, 170, 5.0)
    candidates = [_candidate("a", 3.0, 50, 500), _candidate("b", 2.0, 171, 500), _candidate("c", 2.5, 170, 500)]
    found = answer(SMALL, Limits(600, 70), BOARDS, _sources(candidates))
    assert found.step is not None and found.step.candidate == candidates[2]


@given(st.lists(st.builds(_candidate, st.sampled_from("abcd"), st.sampled_from([2.0, 2.5, 3.0]), st.integers(1, 300), st.integers(1, 3000)),
                max_size=4, unique_by=lambda each: each.model), st.sampled_from(BOARDS))
def test_no_board_between_has_a_better_model(candidates: list[Candidate], chip: Chip) -> None:
    def best(of: Chip) -> float:
        return min((each.perplexity for each in candidates if (each.flash_bytes or 0) <= of.flash_bytes and (each.ram_bytes or 0) <= of.ram_bytes),
                   default=100.0)

    found = answer(chip, _all(chip), BOARDS, _sources(candidates))
    assert (found.best.perplexity if found.best else 100.0) == best(chip)
    better = [board for board in (SMALL, MIDDLE, LARGE) if board.by_size() > chip.by_size() and best(board) < best(chip)]
    assert (found.step.chip if found.step else None) == (better[0] if better else None)
