"""One golden case: a prompt, its greedy continuation and every tap, each step checked against the oracle."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

from golden.bit_model import BitModel
from golden.bit_model_q15 import BitModelQ15
from golden.oracle import Oracle
from golden.plain_bit_model import PlainBitModel
from golden.plain_model import PlainModel
from golden.plain_oracle import PlainOracle
from golden.taps import LayerTaps, Reference, Taps, relative_error
from golden.ternary_file import Model

ORACLE_TOLERANCE = 1e-6  # times max |logit| of the step; for variant f32


@dataclasses.dataclass(frozen=True)
class Variant:
    """A numerical contract: its bit model, and the allowed distance to the oracle."""

    name: str
    number: int  # in proto/model.proto
    bit_model: Callable[[Any], Reference]
    tolerance: float
    same_tokens: bool  # whether the greedy token must be the oracle's
    oracle: Callable[[Any], Reference] = Oracle


# The loss of q15 and of a cache of 16 bits is measured as perplexity. Its bounds here fit the committed models and only catch errors; a
# different model may exceed them where attention scores nearly tie.
VARIANTS = {variant.name: variant for variant in (
    Variant("f32", 1, BitModel, ORACLE_TOLERANCE, True),
    Variant("q15", 2, BitModelQ15, 0.2, False),
    Variant("q15kv8", 3, functools.partial(BitModelQ15, cache_bits=8), 0.2, False),
    Variant("f32kv16", 5, functools.partial(BitModel, cache_bits=16), 2e-3, False),
    Variant("plain", 4, PlainBitModel, ORACLE_TOLERANCE, True, PlainOracle),
    Variant("plain-int8", 4, PlainBitModel, 2e-3, False, PlainOracle))}


def variant_of(model: Model | PlainModel, name: str | None) -> Variant:
    """The variant of that name; without a name f32, or the only variant of a plain transformer.

    Raises ValueError when the variant does not run such a model.
    """
    if not isinstance(model, PlainModel):
        if name is not None and name.startswith("plain"):
            raise ValueError(f"variant {name} runs only plain transformers; give another --variant")
        return VARIANTS[name or "f32"]
    only = VARIANTS["plain-int8" if model.quantized else "plain"]
    if name not in (None, "plain", only.name):
        raise ValueError(f"variant {name} does not run a plain transformer; leave --variant out")
    return only


class DivergenceError(RuntimeError):
    """Bit model and oracle are further apart than the contract allows."""


@dataclasses.dataclass
class CaseStep:
    """One step: its input and the results of both references."""

    token: int
    bit: Taps[Any]
    oracle: Taps[Any]


@dataclasses.dataclass
class GoldenCase:
    """len(prompt) + len(generated) - 1 steps; those in `full_taps_at` are recorded with all values."""

    prompt: list[int]
    generated: list[int]
    steps: list[CaseStep]
    full_taps_at: frozenset[int]


def _explain(variant: Variant, step: int, bit: Taps[Any], oracle: Taps[Any]) -> str | None:
    """Explains the fault of a step; None when it has none."""
    error = relative_error(bit.logits, oracle.logits)
    if error <= variant.tolerance and (bit.best == oracle.best or not variant.same_tokens):
        return None
    what = (f"step {step}: max |delta logit| / max |logit| is {error:.2e}, allowed {variant.tolerance:.0e}; "
            f"greedy token {bit.best} against the oracle's {oracle.best}")
    for layer, (ours, theirs) in enumerate(zip(bit.layers, oracle.layers)):
        if not isinstance(ours, LayerTaps) or not isinstance(theirs, LayerTaps):
            return what
        if set(ours.chosen) != set(theirs.chosen):
            return (f"{what}; layer {layer} attends to {ours.chosen} against {theirs.chosen}, a near tie: "
                    f"the last score chosen and the best left out differ by {theirs.margin:.1e} of the largest")
    return f"{what}; both attend to the same positions"


def run_case(model: Model | PlainModel, prompt: Sequence[int], generate: int, full_taps_at: Sequence[int] | None,
             allow_divergence: int = 0, variant: Variant = VARIANTS["f32"]) -> GoldenCase:
    """Runs one prompt from a fresh state; `full_taps_at` None means every step.

    Raises DivergenceError with the first explanation when more than `allow_divergence` steps disagree with
    the oracle, and ValueError for an unusable prompt or step.
    """
    if not prompt or generate < 1:
        raise ValueError("a case needs a prompt and at least one token to generate")
    count = len(prompt) + generate - 1
    wanted = frozenset(range(count) if full_taps_at is None else full_taps_at)
    for step in sorted(wanted):
        if not 0 <= step < count:
            raise ValueError(f"full taps at step {step}: the case has steps 0 to {count - 1}")
    bit_model, oracle = variant.bit_model(model), variant.oracle(model)
    tokens, steps, faults = list(prompt), [], []
    for index in range(count):
        steps.append(CaseStep(tokens[index], bit_model.step(tokens[index]), oracle.step(tokens[index])))
        fault = _explain(variant, index, steps[-1].bit, steps[-1].oracle)
        if fault:
            faults.append(fault)
        if index >= len(prompt) - 1:
            tokens.append(steps[-1].bit.best)
    if len(faults) > allow_divergence:
        raise DivergenceError(f"{len(faults)} of {count} steps diverge from the oracle, "
                              f"{allow_divergence} allowed; first: {faults[0]}")
    return GoldenCase(list(prompt), tokens[len(prompt):], steps, wanted)
