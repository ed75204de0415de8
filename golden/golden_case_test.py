"""How far bit model and oracle may be apart: at the limit, and beside it."""

from __future__ import annotations

import dataclasses
import pathlib
import re
from typing import Any

import numpy as np
import pytest

from golden import golden_case
from golden.config import ModelConfig
from golden.golden_case import VARIANTS, DivergenceError, run_case, variant_of
from golden.plain_model import PlainConfig
from golden.random_model import random_model
from golden.random_plain import random_plain_model
from golden.taps import LayerTaps, PlainLayerTaps, Taps, relative_error

ROOT = pathlib.Path(__file__).resolve().parents[1]
CONFIG = ModelConfig(11, 13, 2, 5, 3, 3, 6)


def _layer(*chosen: int, margin: float = 1.0) -> LayerTaps:
    none = np.zeros(1, np.float32)
    return LayerTaps(none, none, none, none, none, none, none, chosen, margin)


def _taps(*logits: float, layers: tuple[LayerTaps, ...] = ()) -> Taps[Any]:
    none = np.zeros(1, np.float32)
    return Taps(none, list(layers), none, np.array(logits, np.float64))


def _variant(tolerance: float, same_tokens: bool) -> golden_case.Variant:
    return dataclasses.replace(VARIANTS["f32"], tolerance=tolerance, same_tokens=same_tokens)


def test_an_error_of_just_the_tolerance_is_none_and_one_above_it_is() -> None:
    """2^-10 of the greatest magnitude, which is of a negative logit; all numbers are exact."""
    oracle, allowed = _taps(3, -4, 1), 2.0**-10
    for sign in (1, -1):
        assert golden_case._explain(_variant(allowed, True), 0, _taps(3 + sign * 4 * allowed, -4, 1), oracle) is None
        above = _taps(3 + sign * float(np.nextafter(4 * allowed, 1)) * (1 + 2.0**-30), -4, 1)
        said = golden_case._explain(_variant(allowed, True), 7, above, oracle)
        assert said == ("step 7: max |delta logit| / max |logit| is 9.77e-04, allowed 1e-03; greedy token 0 against the oracle's 0; "
                        "both attend to the same positions")


def test_the_greedy_token_must_be_the_oracles_where_the_variant_says_so() -> None:
    oracle, other = _taps(1, 1 - 2.0**-20), _taps(1 - 2.0**-20, 1)
    assert golden_case._explain(_variant(0.5, False), 0, other, oracle) is None
    assert "greedy token 1 against the oracle's 0" in (golden_case._explain(_variant(0.5, True), 0, other, oracle) or "")
    assert golden_case._explain(_variant(0.0, True), 0, oracle, oracle) is None  # the tolerance 0 forgives no error, and needs none


def test_the_first_layer_that_attends_elsewhere_is_named() -> None:
    def said(ours: tuple[LayerTaps, ...], theirs: tuple[LayerTaps, ...]) -> str:
        return golden_case._explain(_variant(0.0, True), 0, _taps(1, 0, layers=ours), _taps(2, 0, layers=theirs)) or ""

    assert said((_layer(1, 2), _layer(0, 3)), (_layer(2, 1), _layer(3, 4, margin=0.25))).endswith(
        "layer 1 attends to (0, 3) against (3, 4), a near tie: the last score chosen and the best left out differ by 2.5e-01 of the largest")
    assert said((_layer(1, 2), _layer(0, 3)), (_layer(2, 1), _layer(3, 0))).endswith("both attend to the same positions")
    assert "layer 0 attends to" in said((_layer(1),), (_layer(1, 2),))
    none = np.zeros(1, np.float32)
    plain = PlainLayerTaps(none, none, none, none, none)
    step = golden_case._explain(_variant(0.0, True), 0, Taps(none, [plain], none, np.ones(2)), Taps(none, [plain], none, np.array([1.0, 2.0])))
    assert (step or "").endswith("greedy token 0 against the oracle's 1")


def test_as_many_faults_as_allowed_are_forgiven() -> None:
    model, strict = random_model(CONFIG, 1), _variant(0.0, True)
    with pytest.raises(DivergenceError, match=r"^5 of 5 steps diverge from the oracle, 4 allowed; first: step 0: "):
        run_case(model, [1, 2, 3], 3, [0], 4, strict)
    assert len(run_case(model, [1, 2, 3], 3, [0], 5, strict).steps) == 5


def test_steps_prompts_and_continuations_of_a_case() -> None:
    model = random_model(CONFIG, 1)
    case = run_case(model, [1, 2, 3], 2, None)
    assert case.full_taps_at == {0, 1, 2, 3} and case.prompt == [1, 2, 3] and len(case.generated) == 2
    assert [step.token for step in case.steps] == [1, 2, 3, case.generated[0]]
    assert case.generated == [case.steps[2].bit.best, case.steps[3].bit.best]
    assert all(step.bit.logits.dtype == np.float32 and step.oracle.logits.dtype == np.float64 for step in case.steps)
    one = run_case(model, [4], 1, [0])
    assert (set(one.full_taps_at), [step.token for step in one.steps]) == ({0}, [4])
    assert run_case(model, [4], 1, []).full_taps_at == frozenset()
    for steps, bad in (([4], 4), ([-1, 2], -1), ([0, 4], 4)):
        with pytest.raises(ValueError, match=f"full taps at step {bad}: the case has steps 0 to 3"):
            run_case(model, [1, 2, 3], 2, steps)
    assert run_case(model, [1, 2, 3], 2, [3]).full_taps_at == {3}
    empty: list[int] = []
    for prompt, generate in ((empty, 1), ([1], 0), ([1], -1)):
        with pytest.raises(ValueError, match="a prompt and at least one token"):
            run_case(model, prompt, generate, None)


def test_the_table_of_variants_is_that_of_the_protos_and_of_the_contracts() -> None:
    """Numbers as in model.proto; an engine in FP32 is held to 1e-6 and to the oracle's tokens, others are not."""
    text = (ROOT / "proto/model.proto").read_text()
    numbers = {name.lower().replace("_", ""): int(number) for name, number in re.findall(r"VARIANT_(\w+) = (\d+);", text)}
    assert {name: variant.number for name, variant in VARIANTS.items()} == {
        **{name: numbers[name] for name in ("f32", "q15", "q15kv8", "f32kv16", "plain")}, "plain-int8": numbers["plain"]}
    assert {name: (variant.tolerance, variant.same_tokens) for name, variant in VARIANTS.items()} == {
        "f32": (1e-6, True), "plain": (1e-6, True), "q15": (0.2, False), "q15kv8": (0.2, False), "f32kv16": (2e-3, False),
        "plain-int8": (2e-3, False)}
    assert all(variant.name == name for name, variant in VARIANTS.items())


def test_each_step_is_held_to_the_oracles(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[golden_case.Variant, int, Taps[Any], Taps[Any]]] = []

    def explain(variant: golden_case.Variant, step: int, bit: Taps[Any], oracle: Taps[Any]) -> None:
        seen.append((variant, step, bit, oracle))

    monkeypatch.setattr(golden_case, "_explain", explain)
    case = run_case(random_model(CONFIG, 1), [1, 2], 2, None)
    for number, (step, (variant, at, bit, oracle)) in enumerate(zip(case.steps, seen, strict=True)):
        assert (variant, at) == (VARIANTS["f32"], number) and bit is step.bit and oracle is step.oracle


def test_caches_of_the_variants() -> None:
    model: Any = random_model(CONFIG, 1)
    caches = {name: getattr(VARIANTS[name].bit_model(model), "cache_bits") for name in ("f32", "f32kv16", "q15", "q15kv8")}
    assert caches == {"f32": 32, "f32kv16": 16, "q15": 16, "q15kv8": 8}


def test_which_variant_runs_a_model() -> None:
    ternary = random_model(CONFIG, 1)
    assert variant_of(ternary, None) is VARIANTS["f32"] and variant_of(ternary, "q15") is VARIANTS["q15"]
    for name in ("plain", "plain-int8"):
        with pytest.raises(ValueError, match=f"variant {name} runs only plain transformers"):
            variant_of(ternary, name)
    for quantized, name, other in ((False, "plain", "plain-int8"), (True, "plain-int8", "f32")):
        model = random_plain_model(PlainConfig(9, 4, 1, 2, 3, 5), 1, weights="int8" if quantized else "fp32")
        assert {variant_of(model, given).name for given in (None, "plain", name)} == {name}
        with pytest.raises(ValueError, match=f"variant {other} does not run a plain transformer"):
            variant_of(model, other)


@pytest.mark.parametrize("actual, expected, error", [
    ([1, 2], [1, 2], 0.0), ([0, 0], [0, 0], 0.0), ([0, 1], [0, 0], float("inf")), ([0, 0], [0, -1], 1.0),
    ([3, -4], [3.5, -4], 0.125), ([3, -3], [3, -4], 0.25), ([9, 4], [8, 2], 0.25), ([-1, 1], [1, 1], 2.0), ([2.0**-40], [2.0**-39], 0.5)])
def test_relative_error_is_the_greatest_difference_over_the_greatest_magnitude_expected(
        actual: list[float], expected: list[float], error: float) -> None:
    assert relative_error(np.array(actual, np.float32), np.array(expected)) == error


def test_differences_are_taken_in_float64() -> None:
    """Of 1 + 2^-30 and 1, which are one number in FP32."""
    assert relative_error(np.array([1], np.float32), np.array([1 + 2.0**-30])) == 2.0**-30 / (1 + 2.0**-30)


def test_the_greedy_token_is_the_lowest_of_equal_ones() -> None:
    assert [_taps(*logits).best for logits in ((0, 2, 2), (-3, -1, -2), (5,))] == [1, 1, 0]
