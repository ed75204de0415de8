"""A training text: read, checked, split and cropped."""

from __future__ import annotations

import dataclasses
import hashlib
import pathlib

import numpy as np
import torch


def split_text(data: bytes, sequence: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Cuts a text into chunks of `sequence` bytes; returns the first 90 % and the rest, flat.

    Both are int64 of (N,) and end with one byte after the last chunk, which the last target needs.
    """
    tokens = torch.from_numpy(np.frombuffer(data, dtype=np.uint8).astype(np.int64))
    chunks = (len(tokens) - 1) // sequence
    cut = chunks * 9 // 10 * sequence
    if cut <= 0:
        raise ValueError(f"text of {len(tokens)} bytes is too short for two chunks of {sequence}")
    return tokens[:cut + 1], tokens[cut:chunks * sequence + 1]


@dataclasses.dataclass
class Text:
    """A text in chunks of `sequence` bytes; the tokens are int64 of (N,)."""

    facts: dict
    train: torch.Tensor
    validation: torch.Tensor

    @classmethod
    def read(cls, path: pathlib.Path, sequence: int, vocab_size: int) -> Text:
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
            train, validation = split_text(data, sequence)
        except ValueError as error:
            raise ValueError(f"{path}: {error}; give a longer text or a smaller --sequence") from None
        facts = {"file": path.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        return cls(facts, train, validation)

    def to(self, device: str) -> Text:
        """The text with its tokens on `device`."""
        return dataclasses.replace(self, train=self.train.to(device), validation=self.validation.to(device))


def crops(tokens: torch.Tensor, count: int, sequence: int, generator: torch.Generator) -> torch.Tensor:
    """`count` random crops of `sequence` bytes and the byte after them, (count, sequence + 1)."""
    starts = torch.randint(len(tokens) - sequence, (count, 1), generator=generator)
    return tokens[(starts + torch.arange(sequence + 1)).to(tokens.device)]
