"""Who wins where, against rules that are written down again, and against losses that say it plainly."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.frontier import at_cost, winners
from reports.frontier.candidates import Choice, Library, Setting
from reports.frontier.testing import made_up

SIZES = ("6k", "16k", "60k", "160k")


def _choice(levels: dict[str, dict[str, float]], costs: dict[str, dict[str, float]], noise: float = 1e-4,
            seeds: tuple[int, ...] = (0, 1, 2)) -> Choice:
    """Families of one variant each (that of plain_fp32 and of ternary f32): loss a byte and flash by size."""
    kinds = {"ternary": ("atome_ternary", "f32"), "plain_fp32": ("plain_fp32", "plain"), "plain_int8": ("plain_int8", "plain")}
    random = np.random.default_rng(3)
    hard = random.normal(0, 0.2, 60)
    whole, losses = made_up.make(("tinystories",), ("base",), (), (), seeds, ("m3",))
    whole["families"] = {name: {"kind": kinds[name][0], "drop": "", "variants": [kinds[name][1]]} for name in levels}
    for family, sizes in levels.items():
        for size, level in sizes.items():
            for seed in seeds:
                row = {"text": "tinystories", "budget": "base", "family": family, "size": size, "seed": seed, "config": family,
                       "rate": 0.01, "parameters": made_up.SIZES[size]}
                whole["trainings"].append(row)
                nats = 64 * (level + hard + random.normal(0, noise, 60) + random.normal(0, noise))
                losses[f"tinystories-base-{family}-{size}-s{seed}"] = nats.astype(np.float32)
            if size in costs[family]:
                whole["costs"].append({"family": family, "size": size, "variant": kinds[family][1], "core": "m3", "board": "",
                                       "positions": 64, "flash_bytes": int(costs[family][size])})
    return Library(made_up.parsed(whole, losses)).choice(Setting("tinystories", "base", "m3", 64))


def _verdicts(choice: Choice, cost: str = "flash") -> dict[str, str]:
    return {each.size: each.verdict for each in at_cost.compare(choice, "ternary", "plain_fp32", cost)}


LINE = {"6k": 2.0, "16k": 1.8, "60k": 1.6}
FLASH = {"6k": 1000.0, "16k": 2000.0, "60k": 4000.0}


def test_between_two_sizes_a_family_is_a_line_over_the_logarithm() -> None:
    ternary = {"6k": 1000.0, "16k": 1000 * math.sqrt(2), "60k": 4000.0}
    choice = _choice({"ternary": {"6k": 1.9, "16k": 1.9, "60k": 1.9}, "plain_fp32": LINE}, {"ternary": ternary, "plain_fp32": FLASH})
    found = at_cost.compare(choice, "ternary", "plain_fp32", "flash")
    assert [each.estimate.nats for each in found] == pytest.approx([-0.1, 0.0, 0.3], abs=1e-3)
    assert _verdicts(choice) == {"6k": "better", "16k": "undecided", "60k": "worse"}
    assert all(each.estimate.low is not None and each.estimate.low < each.estimate.nats for each in found)


def test_outside_of_a_family_nothing_is_compared() -> None:
    ternary = {"6k": 999.0, "16k": 1000.0, "60k": 4000.0, "160k": 4001.0}
    levels = {"ternary": dict.fromkeys(SIZES, 1.0), "plain_fp32": LINE}
    choice = _choice(levels, {"ternary": ternary, "plain_fp32": FLASH})
    assert _verdicts(choice) == {"6k": "alone", "16k": "better", "60k": "better", "160k": "dearer"}


def test_a_size_that_costs_more_and_writes_worse_bends_no_line() -> None:
    flash = {"6k": 1000.0, "16k": 4000.0, "60k": 2000.0}  # the second is dearer than the third, and worse
    choice = _choice({"ternary": {"6k": 1.7}, "plain_fp32": {"6k": 1.8, "16k": 1.7, "60k": 1.6}}, {"ternary": {"6k": 1999.0}, "plain_fp32": flash})
    [found] = at_cost.compare(choice, "ternary", "plain_fp32", "flash")
    assert found.estimate.nats == pytest.approx(0.1, abs=2e-3) and found.verdict == "worse"
    dearer = _choice({"ternary": {"6k": 1.7}, "plain_fp32": {"6k": 1.8, "16k": 1.7, "60k": 1.6}}, {"ternary": {"6k": 2001.0}, "plain_fp32": flash})
    assert _verdicts(dearer) == {"6k": "dearer"}


def test_as_many_parameters_are_sizes_of_one_name() -> None:
    choice = _choice({"ternary": {"6k": 1.9, "160k": 1.0}, "plain_fp32": LINE}, {"ternary": {}, "plain_fp32": {}})
    found = at_cost.compare(choice, "ternary", "plain_fp32", "parameters")
    assert [(each.size, each.cost, each.verdict) for each in found] == [("6k", 6000.0, "better")]
    assert _verdicts(choice) == {}, "nothing has a flash"


def test_one_seed_decides_nothing() -> None:
    levels = {"ternary": {"6k": 1.0}, "plain_fp32": LINE}
    assert _verdicts(_choice(levels, {"ternary": FLASH, "plain_fp32": FLASH}, seeds=(0,))) == {"6k": "undecided"}
    assert _verdicts(_choice(levels, {"ternary": FLASH, "plain_fp32": FLASH})) == {"6k": "better"}


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4, unique=True), st.floats(0.5, 10))
@settings(max_examples=40, deadline=None)
def test_weights_name_the_cost(costs: list[int], at: float) -> None:
    sizes = dict(zip(SIZES, sorted(1000.0 * each for each in costs)))
    choice = _choice({"plain_fp32": dict.fromkeys(sizes, 1.0)}, {"plain_fp32": sizes})
    found = at_cost.between(at_cost.curve(choice, "plain_fp32", "flash"), "flash", 1000 * at)
    if isinstance(found, str):
        assert found == ("alone" if at < min(costs) else "dearer") and not min(costs) <= at <= max(costs)
    else:
        assert sum(weight for weight, _ in found) == pytest.approx(1) and all(0 < weight <= 1 for weight, _ in found)
        logs = math.fsum(weight * math.log(each.costs["flash"]) for weight, each in found)
        assert logs == pytest.approx(math.log(1000 * at)) and min(costs) <= at <= max(costs)


def _ranges(choice: Choice) -> list[tuple[float, tuple[str, ...], bool]]:
    return [(each.begin, each.families, each.alone) for each in winners.ranges(choice, ["ternary", "plain_fp32", "plain_int8"], "flash")]


def test_ranges_follow_the_best_that_fits() -> None:
    levels = {"ternary": {"6k": 2.0, "16k": 1.5}, "plain_fp32": {"6k": 1.9, "16k": 1.4}}
    choice = _choice(levels, {"ternary": {"6k": 100, "16k": 300}, "plain_fp32": {"6k": 200, "16k": 400}})
    assert _ranges(choice) == [(100, ("ternary",), True), (200, ("plain_fp32",), False), (300, ("ternary",), False),
                               (400, ("plain_fp32",), False)]
    margins = [each.margin for each in winners.ranges(choice, ["ternary", "plain_fp32"], "flash")]
    assert margins[0] == 0 and margins[1:] == pytest.approx([1 - math.exp(-0.1), 1 - math.exp(-0.4), 1 - math.exp(-0.1)], abs=3e-3)
    assert all(margin < 1 - math.exp(-gap) for margin, gap in zip(margins[1:], (0.1, 0.4, 0.1))), "less than the estimate"


def test_a_dearer_model_that_is_worse_changes_nothing() -> None:
    levels = {"ternary": {"6k": 1.0, "16k": 1.5}, "plain_fp32": {"6k": 1.9}}
    choice = _choice(levels, {"ternary": {"6k": 100, "16k": 300}, "plain_fp32": {"6k": 100}})
    assert _ranges(choice) == [(100, ("ternary",), False)]


@pytest.mark.parametrize(("gap", "wins"), [(0.004, False), (0.02, True)])
def test_small_differences_decide_nothing(gap: float, wins: bool) -> None:
    levels = {"ternary": {"6k": 1.0}, "plain_fp32": {"6k": 1.0 + gap}}
    choice = _choice(levels, {"ternary": {"6k": 100}, "plain_fp32": {"6k": 100}})
    assert _ranges(choice) == [(100, ("ternary",) if wins else ("plain_fp32", "ternary"), False)]


def test_noise_decides_nothing() -> None:
    levels: dict[str, Any] = {"ternary": {"6k": 1.0}, "plain_fp32": {"6k": 1.02}}
    costs: dict[str, Any] = {"ternary": {"6k": 100}, "plain_fp32": {"6k": 100}}
    assert _ranges(_choice(levels, costs, noise=0.03)) == [(100, ("plain_fp32", "ternary"), False)]
