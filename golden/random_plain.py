"""Deterministic random plain transformers of any shape and of degenerate kinds; numbers as in
random_model."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden.plain_model import VECTORS, PlainBlock, PlainConfig, PlainModel, quantize
from golden.random_model import Source


def random_plain_config(source: Source, smallest: int = 8) -> PlainConfig:
    """A small awkward shape: odd head widths, any remainder by 4, one head or many."""
    heads = source.integer(1, 5)
    width = source.integer(-(-smallest // heads), 11)
    return PlainConfig(vocab_size=source.integer(smallest, 70), d_model=heads * width,
                       n_layers=source.integer(1, 3), n_heads=heads, d_ff=source.integer(1, 60),
                       max_seq=source.integer(1, 24))


def _large(model: PlainModel) -> None:
    """Embeddings and values around 2^20: residuals too large for codes of a fixed scale."""
    model.embed *= np.float32(2.0**20)
    for block in model.blocks:
        block.wv *= np.float32(2.0**20)


def _tiny(model: PlainModel) -> None:
    """Norm outputs around 2^-20, so scores are near 0 and attention almost uniform."""
    for block in model.blocks:
        for name in VECTORS:
            getattr(block, name)[:] *= np.float32(2.0**-20)


def _zeros(model: PlainModel) -> None:
    """Rows and whole matrices of zeros, and a norm whose outputs are all 0."""
    model.embed[::2] = 0
    model.positions[:] = 0
    for block in model.blocks:
        block.wq[:] = 0
        block.w1[::2] = 0
    model.blocks[0].gamma1[:] = model.blocks[0].beta1[:] = 0


def _sharp(model: PlainModel) -> None:
    """Scores in the hundreds: attention to one position, vanishing shares, GELU far from 0."""
    for block in model.blocks:
        block.wq *= np.float32(40)
        block.w1 *= np.float32(40)


KINDS: dict[str, Callable[[PlainModel], None]] = {
    "usual": lambda model: None, "large": _large, "tiny": _tiny, "zeros": _zeros, "sharp": _sharp}


def random_plain_model(config: PlainConfig, seed: int, kind: str = "usual", weights: str = "fp32") -> PlainModel:
    """The model of this shape, seed and kind (a key of KINDS), with weights "fp32" or "int8"."""
    source = Source(seed)
    d, ff = config.d_model, config.d_ff

    def matrix(rows: int, columns: int, size: float) -> NDArray[Any]:
        return source.vector(rows * columns, -size, size).reshape(rows, columns)

    def gamma() -> NDArray[Any]:
        return source.vector(d, 0.5, 1.5)

    def beta() -> NDArray[Any]:
        return source.vector(d, -0.3, 0.3)

    unit = 1.7 / math.sqrt(d)  # so that a row times a normalised vector is around 1
    embed, positions = matrix(config.vocab_size, d, 0.8), matrix(config.max_seq, d, 0.4)
    blocks = [PlainBlock(gamma(), beta(), matrix(d, d, unit), matrix(d, d, unit), matrix(d, d, unit),
                         matrix(d, d, unit), gamma(), beta(), matrix(ff, d, unit), matrix(d, ff, 1.7 / math.sqrt(ff)))
              for _ in range(config.n_layers)]
    model = PlainModel(config, embed, positions, blocks, gamma(), beta(), matrix(config.vocab_size, d, 3 * unit))
    KINDS[kind](model)
    return quantize(model) if weights == "int8" else model
