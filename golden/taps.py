"""All intermediates of one step, from the oracle (float64) or the bit model (float32)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclasses.dataclass
class LayerTaps:
    """Taps of one block, d values each unless noted, and the choice of attention."""

    # The names of Op in proto/trace.proto without their prefix, in order of computation.
    OPS: ClassVar[tuple[str, ...]] = (
        "NORM", "ROUTER", "ROUTER_ENTROPY", "LOCAL", "STATE", "SPARSE", "BLOCK_OUT")

    norm: Array
    router: Array  # (3,) local, state, sparse; sums to 1
    router_entropy: Array  # (1,) nats
    local: Array
    state: Array
    sparse: Array
    block_out: Array
    chosen: tuple[int, ...]  # positions attended to, best first; not a tap
    margin: float  # (last chosen score - best score left out) / max |score|; inf when none is left out


@dataclasses.dataclass
class PlainLayerTaps:
    """Taps of one block of a plain transformer, d values each."""

    OPS: ClassVar[tuple[str, ...]] = ("NORM", "ATTENTION", "FEED_NORM", "FEED_FORWARD", "BLOCK_OUT")

    norm: Array
    attention: Array
    feed_norm: Array
    feed_forward: Array
    block_out: Array


Layer = TypeVar("Layer", LayerTaps, PlainLayerTaps)


@dataclasses.dataclass
class Taps(Generic[Layer]):
    """Taps of one step; logits predict the token after the one consumed."""

    embed: Array  # (d,)
    layers: list[Layer]
    final_norm: Array  # (d,)
    logits: Array  # (V,)

    def in_order(self) -> Iterator[tuple[str, int | None, Array]]:
        """(op, layer or None, values) in order of computation."""
        yield "EMBED", None, self.embed
        for layer, taps in enumerate(self.layers):
            for op in taps.OPS:
                yield op, layer, getattr(taps, op.lower())
        yield "FINAL_NORM", None, self.final_norm
        yield "LOGITS", None, self.logits

    @property
    def best(self) -> int:
        """Greedy next token: the greatest logit, the lowest token of equal ones."""
        return int(np.argmax(self.logits))


class Reference(Protocol):
    """A model and its decoding state, in some arithmetic."""

    def step(self, token: int) -> Taps[Any]:
        """Consumes one token."""


def relative_error(actual: Array, expected: Array) -> float:
    """max |actual - expected| / max |expected|, in float64; 0 when both are all zero."""
    error = float(np.max(np.abs(actual.astype(np.float64) - expected)))
    scale = float(np.max(np.abs(expected)))
    if error == 0.0:
        return 0.0
    return error / scale if scale > 0.0 else float("inf")
