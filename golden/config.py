"""Model configurations: the sizes of three-pathway models, and the parts that all configurations share."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import ClassVar, Self

# Inclusive ranges, one entry a field.
RANGES: dict[str, tuple[int, int]] = {
    "vocab_size": (1, 65535),
    "d_model": (1, 2048),
    "n_layers": (1, 64),
    "d_head": (1, 256),
    "kernel_size": (1, 64),
    "top_k": (1, 64),
    "max_seq": (1, 65535),
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """Named sizes with inclusive ranges; the `ranges` of a derived class has one entry a field.

    Raises ValueError when a field is out of its range.
    """

    ranges: ClassVar[dict[str, tuple[int, int]]]

    def __post_init__(self) -> None:
        for name, (low, high) in self.ranges.items():
            value = getattr(self, name)
            if type(value) is not int:
                raise ValueError(f"config: {name} is {value!r}, expected an integer {low}..{high}")
            if not low <= value <= high:
                raise ValueError(f"config: {name} is {value}, expected {low}..{high}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parses 'vocab_size=256,d_model=64,...'; `max_seq` may be left out.

        Raises ValueError naming the field at fault.
        """
        values: dict[str, int] = {}
        for part in text.split(","):
            name, equals, number = (piece.strip() for piece in part.partition("="))
            if not equals:
                raise ValueError(f"config: '{part}' is not name=value; names: {', '.join(cls.ranges)}")
            if name in values:
                raise ValueError(f"config: {name} is given twice")
            try:
                values[name] = int(number)
            except ValueError:
                raise ValueError(f"config: {name} is '{number}', expected an integer") from None
        return cls.from_dict(values)

    def to_string(self) -> str:
        """The string form that `parse` reads, every field in order."""
        return ",".join(f"{name}={getattr(self, name)}" for name in self.ranges)

    @classmethod
    def from_dict(cls, values: Mapping[str, int]) -> Self:
        """Builds a configuration from a JSON object; raises ValueError naming the field at fault."""
        unknown = [name for name in values if name not in cls.ranges]
        if unknown:
            raise ValueError(f"config: unknown field {unknown[0]}; fields: {', '.join(cls.ranges)}")
        missing = [name for name in cls.ranges if name not in values and name != "max_seq"]
        if missing:
            raise ValueError(f"config: {missing[0]} is missing")
        return cls(**values)

    def to_dict(self) -> dict[str, int]:
        """The JSON object that `from_dict` reads."""
        return dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True)
class ModelConfig(Sizes):
    """Sizes of one three-pathway model.

    `max_seq` is the attention window in positions; it changes no tensor.
    """

    ranges = RANGES

    vocab_size: int
    d_model: int
    n_layers: int
    d_head: int
    kernel_size: int
    top_k: int
    max_seq: int = 64

    @property
    def ternary_parameters(self) -> int:
        """Number of ternary weights (scales not counted)."""
        d, h = self.d_model, self.d_head
        block = d * self.kernel_size + 2 * h * d + d * d + 3 * d
        return 2 * self.vocab_size * d + self.n_layers * block

    @property
    def parameters(self) -> int:
        """Number of parameters: ternary weights and FP32 vectors (scales not counted)."""
        return self.ternary_parameters + (5 * self.n_layers + 2) * self.d_model
