"""A training text: read, checked, split and cropped."""

from __future__ import annotations

import dataclasses
import hashlib
import pathlib
from typing import Any

import numpy as np
import torch


def split_text(data: bytes, sequence: int, train_tenths: int = 9) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Cuts a text into chunks of `sequence` bytes; returns the first `train_tenths` tenths, the tenth behind them,
    and the rest, flat.

    All are int64 of (N,) and end with one byte after the last chunk, which the last target needs. The last tenth
    begins where `atome ppl --split last-tenth --chunk SEQUENCE` begins. With 9 tenths the rest has no chunk.
    """
    tokens = torch.from_numpy(np.frombuffer(data, dtype=np.uint8).astype(np.int64))
    chunks = (len(tokens) - 1) // sequence
    cuts = [chunks * tenths // 10 * sequence for tenths in (train_tenths, train_tenths + 1)]
    if cuts[0] <= 0 or cuts[0] == cuts[1]:
        raise ValueError(f"text of {len(tokens)} bytes is too short for chunks of {sequence}")
    return (tokens[:cuts[0] + 1], tokens[cuts[0]:cuts[1] + 1], tokens[cuts[1]:chunks * sequence + 1])


@dataclasses.dataclass
class Text:
    """A text in chunks of `sequence` bytes; the tokens are int64 of (N,)."""

    facts: dict[str, Any]
    train: torch.Tensor
    validation: torch.Tensor  # for choices
    test: torch.Tensor  # for what is reported; one byte and no chunk where all tenths are taken

    @classmethod
    def read(cls, path: pathlib.Path, sequence: int, vocab_size: int, train_tenths: int = 9) -> Text:
        """Reads a file. Raises OSError, or ValueError naming the file when it is empty, binary, too short or
        has a byte outside the vocabulary."""
        data = path.read_bytes()
        if not data:
            raise ValueError(f"{path}: empty; give a text")
        if 0 in data:
            raise ValueError(f"{path}: a NUL at byte {data.index(0)}: this is a binary file; give a text")
        if max(data) >= vocab_size:
            raise ValueError(f"{path}: byte value {max(data)} at byte {data.index(max(data))}, but the "
                             f"model's vocab_size is {vocab_size}")
        try:
            parts = split_text(data, sequence, train_tenths)
        except ValueError as error:
            raise ValueError(f"{path}: {error}; give a longer text or a smaller --sequence") from None
        facts = {"file": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        if train_tenths != 9:
            facts["train_tenths"] = train_tenths
        return cls(facts, *parts)

    def to(self, device: str) -> Text:
        """The text with its tokens on `device`."""
        return dataclasses.replace(self, train=self.train.to(device), validation=self.validation.to(device),
                                   test=self.test.to(device))


def crops(tokens: torch.Tensor, count: int, sequence: int, generator: torch.Generator) -> torch.Tensor:
    """`count` random crops of `sequence` bytes and the byte after them, (count, sequence + 1)."""
    starts = torch.randint(len(tokens) - sequence, (count, 1), generator=generator)
    return tokens[(starts + torch.arange(sequence + 1)).to(tokens.device)]
