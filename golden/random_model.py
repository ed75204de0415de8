"""Deterministic random models of any shape, and degenerate kinds of them.

Numbers come from PCG64's raw words, which are stable across NumPy versions, by +, *, / and sqrt only. So a
seed gives the same bits everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from golden.config import ModelConfig
from golden.ternary_file import Block, Model, Ternary

TERNARY_FIELDS = ("conv", "wq", "wk", "wv", "router")


class Source:
    """A seeded stream of numbers."""

    def __init__(self, seed: int) -> None:
        self._words = np.random.PCG64(seed)

    def _raw(self, count: int) -> npt.NDArray[np.uint64]:
        return np.asarray(self._words.random_raw(count), dtype=np.uint64)

    def integer(self, low: int, high: int) -> int:
        """A number from low to high, both included."""
        return low + int(self._raw(1)[0] >> np.uint64(11)) % (high - low + 1)

    def vector(self, count: int, low: float, high: float) -> npt.NDArray[np.float32]:
        """(count,) uniform in [low, high)."""
        unit = (self._raw(count) >> np.uint64(11)).astype(np.float64) / 2.0**53
        return (low + (high - low) * unit).astype(np.float32)

    def ternary(self, rows: int, columns: int, scale: float) -> Ternary:
        """Trits -1, 0, +1, equally likely; a scale within half of `scale`."""
        trits = (self._raw(rows * columns) >> np.uint64(11)) % np.uint64(3)
        return Ternary(self.vector(1, 0.5 * scale, 1.5 * scale)[0],
                       (trits.astype(np.int8) - np.int8(1)).reshape(rows, columns))


def random_config(source: Source, smallest: int = 8) -> ModelConfig:
    """A small awkward shape: odd widths, kernel 1, top_k above max_seq, any remainder by 4 and 5.

    Under about 8 channels or logits the answer is often ill-conditioned (a LayerNorm of two nearly equal
    numbers, a step whose logits are all near 0), and no FP32 engine keeps 1e-6 there.
    """
    return ModelConfig(vocab_size=source.integer(smallest, 70), d_model=source.integer(smallest, 48),
                       n_layers=source.integer(1, 4), d_head=source.integer(1, 21),
                       kernel_size=source.integer(1, 9), top_k=source.integer(1, 12),
                       max_seq=source.integer(1, 20))


def _usual(config: ModelConfig, source: Source) -> Model:
    """Scales like those of trained models: router and scores around 1, decays tanh(0.3) to tanh(2)."""
    d, h = config.d_model, config.d_head
    unit = 1.5 / math.sqrt(d)  # so that a row of trits times a normalised vector is around 1

    def block() -> Block:
        return Block(
            gamma=source.vector(d, 0.5, 1.5), beta=source.vector(d, -0.3, 0.3),
            conv=source.ternary(d, config.kernel_size, 0.4),
            a=source.vector(d, 0.3, 2.0), b=source.vector(d, -0.8, 0.8), c=source.vector(d, -0.8, 0.8),
            wq=source.ternary(h, d, unit), wk=source.ternary(h, d, unit),
            wv=source.ternary(d, d, unit), router=source.ternary(3, d, unit))

    return Model(config, source.ternary(config.vocab_size, d, 0.5),
                 [block() for _ in range(config.n_layers)],
                 source.vector(d, 0.5, 1.5), source.vector(d, -0.3, 0.3),
                 source.ternary(config.vocab_size, d, 3 * unit))


def _rescale(tensor: Ternary, factor: float) -> None:
    tensor.scale = np.float32(float(tensor.scale) * factor)


def _ties(model: Model, source: Source) -> None:
    """Every attention score is 0, so the lowest positions must win."""
    for block in model.blocks:
        block.wq.trits[:] = 0


def _zero_scale(model: Model, source: Source) -> None:
    """One ternary tensor of each block has scale 0."""
    for index, block in enumerate(model.blocks):
        getattr(block, TERNARY_FIELDS[index % len(TERNARY_FIELDS)]).scale = np.float32(0)


def _negative(model: Model, source: Source) -> None:
    """Negative scales; the signs of queries and keys agree only in odd blocks."""
    for tensor in (model.embed, model.unembed):
        _rescale(tensor, -1)
    for index, block in enumerate(model.blocks):
        for field in TERNARY_FIELDS:
            if field != "wk" or index % 2:
                _rescale(getattr(block, field), -1)
        block.a[::2] *= -1


def _negative_zero(model: Model, source: Source) -> None:
    """Negative scales; one scale of each block is 0."""
    _negative(model, source)
    _zero_scale(model, source)


def _rescale_norms(model: Model, factor: float) -> None:
    for block in model.blocks:
        block.gamma *= np.float32(factor)
        block.beta *= np.float32(factor)
    model.final_gamma *= np.float32(factor)
    model.final_beta *= np.float32(factor)


def _tiny_gamma(model: Model, source: Source) -> None:
    """Norm outputs around 2^-20, so P is large and attention almost uniform."""
    _rescale_norms(model, 2.0**-20)


def _large(model: Model, source: Source) -> None:
    """Residuals around 2^20 and norm outputs around 2^10, so P is small; router and scores stay around 1."""
    _rescale(model.embed, 2.0**20)
    _rescale_norms(model, 2.0**10)
    for block in model.blocks:
        for tensor in (block.wq, block.wk, block.router):
            _rescale(tensor, 2.0**-10)
        for tensor in (block.conv, block.wv):
            _rescale(tensor, 2.0**10)
        block.b *= np.float32(2.0**10)


def _slow_decay(model: Model, source: Source) -> None:
    """Decays tanh(2) to tanh(3), so the state reaches back hundreds of positions."""
    for block in model.blocks:
        block.a[:] = source.vector(len(block.a), 2.0, 3.0)


KINDS: dict[str, Callable[[Model, Source], None]] = {
    "usual": lambda model, source: None,
    "ties": _ties,
    "zero_scale": _zero_scale,
    "negative": _negative,
    "negative_zero": _negative_zero,
    "tiny_gamma": _tiny_gamma,
    "large": _large,
    "slow_decay": _slow_decay,
}


def random_model(config: ModelConfig, seed: int, kind: str = "usual") -> Model:
    """The model of this shape, seed and kind (a key of KINDS); KeyError for an unknown kind."""
    source = Source(seed)
    model = _usual(config, source)
    KINDS[kind](model, source)
    return model
