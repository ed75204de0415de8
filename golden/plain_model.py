"""Plain decoder-only transformers: configuration and model, FP32 or with int8 weights (NumPy only)."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden.config import Sizes

# Inclusive ranges, one entry a field, in the order of a PLAIN01 file's header.
RANGES: dict[str, tuple[int, int]] = {
    "vocab_size": (1, 65535),
    "d_model": (1, 2048),
    "n_layers": (1, 64),
    "n_heads": (1, 64),
    "d_ff": (1, 8192),
    "max_seq": (1, 65535),
}
VECTORS = ("gamma1", "beta1", "gamma2", "beta2")  # of a block, in file order
MATRICES = ("wq", "wk", "wv", "wo", "w1", "w2")


@dataclasses.dataclass(frozen=True)
class PlainConfig(Sizes):
    """Sizes of one plain transformer; `max_seq` is the number of learned positions.

    Also raises ValueError when n_heads does not divide d_model.
    """

    ranges = RANGES

    vocab_size: int
    d_model: int
    n_layers: int
    n_heads: int
    d_ff: int
    max_seq: int = 64

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.d_model % self.n_heads:
            raise ValueError(f"config: n_heads {self.n_heads} does not divide d_model {self.d_model}")

    @property
    def head_width(self) -> int:
        """Elements of a head's query, key and value."""
        return self.d_model // self.n_heads

    @property
    def parameters(self) -> int:
        """Number of parameters: weights, positions and vectors (scales not counted)."""
        d, block = self.d_model, sum(rows * columns for rows, columns in matrix_shapes(self).values())
        return ((2 * self.vocab_size + self.max_seq) * d + self.n_layers * (block + len(VECTORS) * d)
                + 2 * d)


def matrix_shapes(config: PlainConfig) -> dict[str, tuple[int, int]]:
    """Rows and columns (out, in) of a block's matrices, in file order."""
    d, ff = config.d_model, config.d_ff
    return {"wq": (d, d), "wk": (d, d), "wv": (d, d), "wo": (d, d), "w1": (ff, d), "w2": (d, ff)}


@dataclasses.dataclass
class Int8:
    """scales[:, None] * codes: int8 codes (rows, columns) in -127..127, one float32 scale a row."""

    scales: NDArray[Any]
    codes: NDArray[Any]

    def dense(self) -> NDArray[Any]:
        """The float32 matrix; each product is rounded once."""
        return self.scales[:, None].astype(np.float32) * self.codes.astype(np.float32)

    @classmethod
    def of(cls, values: NDArray[Any]) -> Int8:
        """The nearest codes with the least scale that holds each row's greatest value; a row of zeros has
        scale 0."""
        wide = values.astype(np.float64)
        scales = (np.max(np.abs(wide), axis=1) / 127).astype(np.float32)
        divisor = np.where(scales == 0, 1, scales.astype(np.float64))[:, None]
        return cls(scales, np.clip(np.rint(wide / divisor), -127, 127).astype(np.int8))


@dataclasses.dataclass
class PlainBlock:
    """One block; float32, vectors (d,), matrices (out, in)."""

    gamma1: NDArray[Any]
    beta1: NDArray[Any]
    wq: NDArray[Any]  # (d, d), like wk, wv and wo; head i starts at row i * head_width (in wo: column)
    wk: NDArray[Any]
    wv: NDArray[Any]
    wo: NDArray[Any]
    gamma2: NDArray[Any]
    beta2: NDArray[Any]
    w1: NDArray[Any]  # (ff, d)
    w2: NDArray[Any]  # (d, ff)


@dataclasses.dataclass
class PlainModel:
    """A whole model, all float32.

    `quantized` holds the codes of every matrix of an int8 file, by the names of `matrices`; it is empty for
    FP32 weights. A model with codes is written with these codes.
    """

    config: PlainConfig
    embed: NDArray[Any]  # (V, d)
    positions: NDArray[Any]  # (max_seq, d)
    blocks: list[PlainBlock]
    final_gamma: NDArray[Any]
    final_beta: NDArray[Any]
    unembed: NDArray[Any]  # (V, d)
    quantized: dict[str, Int8] = dataclasses.field(default_factory=dict)

    @property
    def weights(self) -> str:
        """"int8" when the matrices are codes and scales, else "fp32"."""
        return "int8" if self.quantized else "fp32"

    def check_step(self, token: int, position: int) -> None:
        """Raises ValueError for an unknown token or position."""
        if not 0 <= token < self.config.vocab_size:
            raise ValueError(f"token {token} is outside the vocabulary of {self.config.vocab_size}")
        if position >= self.config.max_seq:
            raise ValueError(f"position {position}: the model's learned positions end at {self.config.max_seq}")

    def matrices(self) -> dict[str, NDArray[Any]]:
        """Every matrix by its name in messages, such as 'block 0 wq', in file order."""
        named = {"embed": self.embed, "positions": self.positions}
        for layer, block in enumerate(self.blocks):
            named |= {f"block {layer} {name}": getattr(block, name) for name in MATRICES}
        return named | {"unembed": self.unembed}

    def vectors(self) -> dict[str, NDArray[Any]]:
        """Every vector by its name in messages, in file order."""
        named = {f"block {layer} {name}": getattr(block, name)
                 for layer, block in enumerate(self.blocks) for name in VECTORS}
        return named | {"final gamma": self.final_gamma, "final beta": self.final_beta}


def quantize(model: PlainModel) -> PlainModel:
    """The model with int8 weights, and with the float32 matrices that the codes stand for."""
    codes = {name: Int8.of(matrix) for name, matrix in model.matrices().items()}
    blocks = [
        dataclasses.replace(block, **{name: codes[f"block {layer} {name}"].dense() for name in MATRICES})
        for layer, block in enumerate(model.blocks)]
    return dataclasses.replace(model, embed=codes["embed"].dense(), positions=codes["positions"].dense(),
                               blocks=blocks, unembed=codes["unembed"].dense(), quantized=codes)
