"""Reader and writer of ATOME01 and ATOME02 model files (NumPy only).

Order: magic; embed; per block gamma, beta, conv, a, b, c, wq, wk, wv, router; final gamma, beta;
unembed. A vector is FP32 little-endian. A ternary tensor is an FP32 scale, then its trits row-major,
padded to whole bytes tensor by tensor:
  ATOME01  four a byte, lowest bits first: 00 = 0, 01 = +1, 11 = -1, 10 invalid; padding 00.
  ATOME02  five a byte: sum of (t_i + 1) * 3^i, bytes above 242 invalid; padding trits 0.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden.config import ModelConfig

MAGIC = {1: b"ATOME01", 2: b"ATOME02"}
TRITS_PER_BYTE = {1: 4, 2: 5}
_POWERS = np.array([1, 3, 9, 27, 81], dtype=np.int32)
_INVALID = 2  # both unpackers give it for an invalid code


class ModelFileError(ValueError):
    """A file that is not a valid model of the given configuration."""


@dataclasses.dataclass
class Ternary:
    """scale * trits; `trits` is int8 in {-1, 0, +1}, `scale` one FP32 for the tensor."""

    scale: np.float32
    trits: NDArray[Any]

    def dense(self, dtype: Any = np.float64) -> NDArray[Any]:
        """scale * trits, same shape, computed in `dtype`."""
        values: NDArray[Any] = dtype(self.scale) * self.trits.astype(dtype)
        return values


@dataclasses.dataclass
class Block:
    """One block; vectors are float32 of (d,)."""

    gamma: NDArray[Any]
    beta: NDArray[Any]
    conv: Ternary  # (d, K); [c, j] weighs channel c at position t - j
    a: NDArray[Any]
    b: NDArray[Any]
    c: NDArray[Any]
    wq: Ternary  # (h, d)
    wk: Ternary  # (h, d)
    wv: Ternary  # (d, d)
    router: Ternary  # (3, d): local, state, sparse


@dataclasses.dataclass
class Model:
    """A whole model with its configuration, which the file does not hold."""

    config: ModelConfig
    embed: Ternary  # (V, d)
    blocks: list[Block]
    final_gamma: NDArray[Any]
    final_beta: NDArray[Any]
    unembed: Ternary  # (V, d)


def block_layout(config: ModelConfig) -> list[tuple[str, tuple[int, ...]]]:
    """Fields of a block in file order with their shapes; one dimension means FP32, two mean ternary."""
    d, h = config.d_model, config.d_head
    return [("gamma", (d,)), ("beta", (d,)), ("conv", (d, config.kernel_size)),
            ("a", (d,)), ("b", (d,)), ("c", (d,)),
            ("wq", (h, d)), ("wk", (h, d)), ("wv", (d, d)), ("router", (3, d))]


def pack(trits: NDArray[Any], version: int) -> bytes:
    """Packs int8 trits of any shape, row-major, into whole bytes of the given format version."""
    group = TRITS_PER_BYTE[version]
    flat = trits.reshape(-1).astype(np.int32)
    flat = np.pad(flat, (0, -len(flat) % group)).reshape(-1, group)
    if version == 1:
        return bytes(((flat & 3) << np.array([0, 2, 4, 6])).sum(axis=1).astype(np.uint8))
    return ((flat + 1) @ _POWERS).astype(np.uint8).tobytes()


def unpack(data: bytes, version: int) -> NDArray[Any]:
    """Inverse of `pack`, with the padding; an invalid code gives the value 2."""
    values = np.frombuffer(data, dtype=np.uint8).astype(np.int32)[:, None]
    if version == 1:
        codes = (values >> np.array([0, 2, 4, 6])) & 3
        trits: NDArray[Any] = np.array([0, 1, _INVALID, -1], dtype=np.int8)[codes].reshape(-1)
        return trits
    trits = np.where(values > 242, _INVALID, values // _POWERS % 3 - 1)
    return trits.astype(np.int8).reshape(-1)


def encode(model: Model, version: int = 1) -> bytes:
    """File image of `model`; version 1 is ATOME01, 2 is ATOME02.

    Raises ModelFileError when a tensor has the wrong shape or a value that the format cannot hold.
    """
    if version not in MAGIC:
        raise ModelFileError(f"format version {version} is unknown, expected 1 or 2")
    config = model.config
    if len(model.blocks) != config.n_layers:
        raise ModelFileError(f"model has {len(model.blocks)} blocks, config says {config.n_layers}")
    d = config.d_model
    parts = [MAGIC[version]]

    def put(name: str, shape: tuple[int, ...], value: Ternary | NDArray[Any]) -> None:
        floats: Any = value.scale if isinstance(value, Ternary) else value
        trits = value.trits if isinstance(value, Ternary) else value
        if np.shape(trits) != shape:
            raise ModelFileError(f"{name}: shape {np.shape(trits)}, expected {shape}")
        if not np.all(np.isfinite(floats)):
            raise ModelFileError(f"{name}: non-finite value")
        parts.append(np.asarray(floats, dtype="<f4").tobytes())
        if len(shape) == 2:
            if not np.all(np.isin(trits, (-1, 0, 1))):
                raise ModelFileError(f"{name}: a trit outside -1, 0, +1")
            parts.append(pack(trits, version))

    put("embed", (config.vocab_size, d), model.embed)
    for index, block in enumerate(model.blocks):
        for field, shape in block_layout(config):
            put(f"block {index} {field}", shape, getattr(block, field))
    put("final gamma", (d,), model.final_gamma)
    put("final beta", (d,), model.final_beta)
    put("unembed", (config.vocab_size, d), model.unembed)
    return b"".join(parts)


class _Reader:
    """Cursor over a file image; every error names the tensor, the byte offset and the expectation."""

    def __init__(self, data: bytes, version: int) -> None:
        self.data, self.version, self.offset = data, version, len(MAGIC[version])

    def take(self, name: str, size: int) -> bytes:
        left = len(self.data) - self.offset
        if left < size:
            raise ModelFileError(
                f"{name}: file is truncated at byte {len(self.data)}: {size} bytes expected from "
                f"offset {self.offset}, {left} left; check the configuration or fetch the file again")
        self.offset += size
        return self.data[self.offset - size:self.offset]

    def floats(self, name: str, count: int) -> NDArray[Any]:
        start = self.offset
        values = np.frombuffer(self.take(name, 4 * count), dtype="<f4").astype(np.float32)
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            raise ModelFileError(
                f"{name}: {values[bad[0]]} at byte offset {start + 4 * bad[0]}, expected a finite "
                "FP32; check the configuration or export the model again")
        return values

    def tensor(self, name: str, shape: tuple[int, ...]) -> Any:
        """FP32 vector for one dimension, Ternary for two."""
        if len(shape) == 1:
            return self.floats(name, shape[0])
        scale = self.floats(name, 1)[0]
        start, group, count = self.offset, TRITS_PER_BYTE[self.version], shape[0] * shape[1]
        trits = unpack(self.take(name, -(-count // group)), self.version)
        bad = np.flatnonzero(trits == _INVALID)
        if bad.size:
            at = start + bad[0] // group
            wanted = "no 2-bit code 10" if self.version == 1 else "a base-3 byte of at most 242"
            raise ModelFileError(
                f"{name}: byte 0x{self.data[at]:02x} at byte offset {at}, expected {wanted}; "
                "check the configuration or export the model again")
        if np.any(trits[count:]):
            raise ModelFileError(
                f"{name}: non-zero padding in byte 0x{self.data[self.offset - 1]:02x} at byte offset "
                f"{self.offset - 1}, expected {len(trits) - count} zero trits after the last; "
                "check the configuration or export the model again")
        return Ternary(scale, trits[:count].reshape(shape))


def decode(data: bytes, config: ModelConfig) -> Model:
    """Reads an ATOME01 or ATOME02 image; `config` comes from outside.

    Raises ModelFileError naming the tensor, the byte offset, what was expected and a remedy.
    """
    versions = [v for v, magic in MAGIC.items() if data[:len(magic)] == magic]
    if not versions:
        raise ModelFileError(f"magic: {bytes(data[:7])!r} at byte offset 0, expected b'ATOME01' or "
                             "b'ATOME02'; pass a model file of one of these formats")
    reader = _Reader(data, versions[0])
    vocabulary = (config.vocab_size, config.d_model)
    embed = reader.tensor("embed", vocabulary)
    blocks = [Block(**{field: reader.tensor(f"block {index} {field}", shape)
                       for field, shape in block_layout(config)})
              for index in range(config.n_layers)]
    model = Model(config, embed, blocks, reader.floats("final gamma", config.d_model),
                  reader.floats("final beta", config.d_model), reader.tensor("unembed", vocabulary))
    if reader.offset != len(data):
        raise ModelFileError(f"end: {len(data) - reader.offset} trailing bytes at byte offset "
                             f"{reader.offset}, expected the end; check the configuration")
    return model
