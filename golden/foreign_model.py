"""A model made of the arrays that someone else's tensors are, and how far two models' answers are apart."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden import plain_model
from golden.config import ModelConfig
from golden.name_table import CONFIG, Found, NameTable, TableError, find
from golden.oracle import Oracle
from golden.plain_model import PlainBlock, PlainConfig, PlainModel
from golden.plain_oracle import PlainOracle
from golden.random_model import Source
from golden.taps import relative_error
from golden.ternarise import RULES
from golden.ternary_file import Block, Model, Ternary, block_layout

_STEPS = 32


@dataclasses.dataclass
class Given(Ternary):
    """A ternary tensor for a file, and what the arrays say it is, in float64."""

    values: NDArray[Any]

    def dense(self, dtype: Any = np.float64) -> NDArray[Any]:
        """The values, not scale * trits."""
        return self.values.astype(dtype)


@dataclasses.dataclass(frozen=True)
class Exported:
    """What the arrays became."""

    model: Model | PlainModel  # as the files hold it; its oracle computes with the arrays' own float64 numbers
    before: Model | PlainModel  # the same before weights were made ternary or int8


@dataclasses.dataclass(frozen=True)
class Difference:
    """The largest distance of two oracles' logits, over the step's largest, and the step where it is."""

    relative: float
    step: int


def build(arrays: Mapping[str, NDArray[Any]], table: NameTable, ternarise: str = "exact",
          weights: str = "fp32") -> Exported:
    """The model of the arrays; `ternarise` is a key of RULES, `weights` of a plain transformer fp32 or int8.

    Raises ValueError (TableError) naming the tensor, what was expected and what to do.
    """
    plain = table.architecture == "plain"
    if plain and ternarise != "exact":
        raise TableError(f"a plain transformer has no ternary weights; leave out --ternarise {ternarise}")
    if not plain and weights != "fp32":
        raise TableError(f"a ternary model has no {weights} weights; leave out --weights {weights}")
    outside, blocks = find(table, arrays)
    if plain:
        wide = _plain(table, outside, blocks)
        return Exported(plain_model.quantize(wide) if weights == "int8" else wide, wide)
    before = _ternary(table, outside, blocks, None)  # first, as a wrong shape is the likelier mistake
    return Exported(_ternary(table, outside, blocks, ternarise), before)


def difference(one: Model | PlainModel, other: Model | PlainModel) -> Difference:
    """How far the oracles of two models are apart, on tokens of a fixed seed."""
    numbers, mine, theirs = Source(1), oracle_of(one), oracle_of(other)
    steps = min(_STEPS, one.config.max_seq) if isinstance(one, PlainModel) else _STEPS
    tokens = [numbers.integer(0, one.config.vocab_size - 1) for _ in range(steps)]
    return largest(relative_error(mine.step(token).logits, theirs.step(token).logits) for token in tokens)


def largest(relative: Iterable[float]) -> Difference:
    """The largest of the steps' differences, at least one; a NaN is larger than any number."""
    step, value = max(enumerate(relative), key=lambda each: float("inf") if math.isnan(each[1]) else each[1])
    return Difference(value, step)


def oracle_of(model: Model | PlainModel) -> Oracle | PlainOracle:
    """The float64 reference of either architecture."""
    return PlainOracle(model) if isinstance(model, PlainModel) else Oracle(model)


def _shaped(found: Found, shape: tuple[int, ...]) -> NDArray[Any]:
    """The values times their number, which must have this shape."""
    values = found.values
    if values.ndim == 0:
        values = np.full(shape, float(values))
    if values.shape != shape:
        turned = len(shape) == 2 and values.T.shape == shape
        raise found.wrong(f"has shape {values.shape}, expected {shape}; " + (
            'say "transpose": true in the table' if turned else "correct the table (rows, transpose, name) or the array"))
    values = values if found.scale is None else values * found.scale
    with np.errstate(over="ignore"):
        if not np.all(np.isfinite(values.astype(np.float32))):
            raise found.wrong("has a number too large for FP32; scale the model")
    return values


def _axes(found: Found) -> tuple[int, int]:
    if found.values.ndim != 2:
        raise found.wrong(f"has shape {found.values.shape}, expected two axes; correct the table or the array")
    rows, columns = found.values.shape
    return rows, columns


def _sizes(table: NameTable, inferred: dict[str, int]) -> dict[str, int]:
    """With those that the table says; raises TableError when one is not said."""
    required = CONFIG[table.architecture][0]
    if required not in table.config:
        raise TableError(f"{required} follows from no shape; give --config {required}=4, or \"config\" in the table")
    return inferred | dict(table.config)


def _config(kind: Any, sizes: dict[str, int]) -> Any:
    try:
        return kind.from_dict(sizes)
    except ValueError as error:
        raise TableError(f"{error}; such a model has no file format") from None


def _ternary(table: NameTable, outside: Mapping[str, Found], blocks: Sequence[Mapping[str, Found]], rule: str | None) -> Model:
    """With `rule` None the tensors are not ternary: only for an oracle."""
    vocab_size, d = _axes(outside["embed"])
    config: ModelConfig = _config(ModelConfig, _sizes(table, {
        "vocab_size": vocab_size, "d_model": d, "n_layers": len(blocks), "d_head": _axes(blocks[0]["wq"])[0],
        "kernel_size": _axes(blocks[0]["conv"])[1]}))

    def tensor(found: Found, shape: tuple[int, ...]) -> Any:
        values = _shaped(found, shape)
        if len(shape) == 1:
            return values
        if rule is None:
            return Given(np.float32(1), np.zeros(shape, np.int8), values)
        scale, trits = RULES[rule](found)
        scale *= 1.0 if found.scale is None else found.scale
        return Given(np.float32(scale), trits, scale * trits)

    vocabulary = (vocab_size, d)
    built = [Block(**{name: tensor(block[name], shape) for name, shape in block_layout(config)}) for block in blocks]
    return Model(config, tensor(outside["embed"], vocabulary), built, tensor(outside["final_gamma"], (d,)),
                 tensor(outside["final_beta"], (d,)), tensor(outside["unembed"], vocabulary))


def _plain(table: NameTable, outside: Mapping[str, Found], blocks: Sequence[Mapping[str, Found]]) -> PlainModel:
    vocab_size, d = _axes(outside["embed"])
    config: PlainConfig = _config(PlainConfig, _sizes(table, {
        "vocab_size": vocab_size, "d_model": d, "n_layers": len(blocks), "d_ff": _axes(blocks[0]["w1"])[0],
        "max_seq": _axes(outside["positions"])[0]}))
    shapes = {name: (d,) for name in plain_model.VECTORS} | plain_model.matrix_shapes(config)
    built = [PlainBlock(**{name: _shaped(block[name], shape) for name, shape in shapes.items()}) for block in blocks]
    vocabulary = (vocab_size, d)
    return PlainModel(config, _shaped(outside["embed"], vocabulary), _shaped(outside["positions"], (config.max_seq, d)), built,
                      _shaped(outside["final_gamma"], (d,)), _shaped(outside["final_beta"], (d,)),
                      _shaped(outside["unembed"], vocabulary))
