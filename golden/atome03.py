"""Reader and writer of ATOME03 model files (NumPy only); the layout is in engine/files/atome03.md.

The format describes itself, has checksums and is laid out for the engine's kernels. A section of vectors is
FP16 when that loses nothing, else FP32, so the bits read are the bits written.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden.config import RANGES, ModelConfig
from golden.section_file import Section, SectionFile
from golden.ternary_file import Block, Model, ModelFileError, Ternary, pack, unpack

MAGIC = b"ATOME03\0"
GROUP = 5  # columns a byte, and trits a byte
EMBED, BLOCK_VECTORS, BLOCK_WEIGHTS, FINAL_VECTORS, UNEMBED = range(1, 6)
TRITS, FP32, FP16 = range(3)
VECTORS = ("gamma", "beta", "a", "b", "c")  # of a block, in file order
SCALES = ("conv", "wv", "wk", "wq", "router")
MATRICES = ("wv", "wk", "wq", "router")  # stacked in one matrix of 2h + d + 3 rows
_FILE = SectionFile(MAGIC, struct.Struct("<8s7HHI"))


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _rows(trits: NDArray[Any]) -> bytes:
    """Packs row by row, each padded with trits 0 to whole bytes."""
    return pack(np.pad(trits, ((0, 0), (0, -trits.shape[1] % GROUP))), 2)


def _columns(trits: NDArray[Any]) -> bytes:
    """Packs groups of 5 columns; each group has a byte a row."""
    rows = np.frombuffer(_rows(trits), dtype=np.uint8).reshape(len(trits), -1)
    return rows.T.tobytes()


def _vectors(vectors: list[NDArray[Any]]) -> tuple[int, bytes]:
    wide = np.concatenate(vectors).astype("<f4")
    with np.errstate(over="ignore"):
        half = wide.astype("<f2")
    if half.astype("<f4").tobytes() == wide.tobytes():
        return FP16, half.tobytes()
    return FP32, wide.tobytes()


def _sections(model: Model) -> Iterator[tuple[int, int, int, bytes]]:
    """Kind, encoding, layer and content of each section in file order."""
    def scale(*tensors: Ternary) -> bytes:
        return np.array([tensor.scale for tensor in tensors], dtype="<f4").tobytes()

    yield EMBED, TRITS, 0, scale(model.embed) + _rows(model.embed.trits)
    for layer, block in enumerate(model.blocks):
        encoding, data = _vectors([getattr(block, name) for name in VECTORS])
        yield BLOCK_VECTORS, encoding, layer, data
        matrix = np.concatenate([getattr(block, name).trits for name in MATRICES])
        yield (BLOCK_WEIGHTS, TRITS, layer, scale(*(getattr(block, name) for name in SCALES))
               + _columns(matrix) + _rows(block.conv.trits))
    encoding, data = _vectors([model.final_gamma, model.final_beta])
    yield FINAL_VECTORS, encoding, 0, data
    yield UNEMBED, TRITS, 0, scale(model.unembed) + _columns(model.unembed.trits)


def encode(model: Model) -> bytes:
    """File image of a model that ternary_file.encode accepts."""
    sections = [(kind, encoding, layer, _padded(data)) for kind, encoding, layer, data in _sections(model)]
    return _FILE.encode([getattr(model.config, name) for name in RANGES], sections)


def read_config(data: bytes) -> ModelConfig:
    """Configuration of a file image; raises ModelFileError when its header is damaged."""
    return ModelConfig(*_FILE.fields(data))


class _Section(Section):
    def vectors(self, count: int, d: int) -> list[NDArray[Any]]:
        if self.encoding not in (FP32, FP16):
            raise ModelFileError(f"{self.name}: encoding {self.encoding}, expected FP32 or FP16")
        return list(self.floats(count * d, "<f4" if self.encoding == FP32 else "<f2").reshape(count, d))

    def rows(self, rows: int, columns: int) -> NDArray[Any]:
        return self._trits(rows, columns, transposed=False)

    def columns(self, rows: int, columns: int) -> NDArray[Any]:
        return self._trits(rows, columns, transposed=True)

    def _trits(self, rows: int, columns: int, transposed: bool) -> NDArray[Any]:
        groups = -(-columns // GROUP)
        codes = np.frombuffer(self.take(rows * groups), dtype=np.uint8)
        codes = codes.reshape(groups, rows).T if transposed else codes.reshape(rows, groups)
        trits = unpack(codes.tobytes(), 2).reshape(rows, groups * GROUP)
        if np.any(codes > 242) or np.any(trits[:, columns:]):
            raise ModelFileError(f"{self.name}: a byte above 242, or padding that is not zero")
        return trits[:, :columns]

    def end(self) -> None:
        if len(self.data) > 3 or any(self.data):
            raise ModelFileError(f"{self.name}: {len(self.data)} bytes too many, or padding that is not zero")


def _read_sections(data: bytes, n_layers: int) -> Iterator[_Section]:
    """Every section in file order."""
    expected = [(EMBED, 0, "embed")]
    for layer in range(n_layers):
        expected += [(BLOCK_VECTORS, layer, f"block {layer} vectors"),
                     (BLOCK_WEIGHTS, layer, f"block {layer} weights")]
    expected += [(FINAL_VECTORS, 0, "final vectors"), (UNEMBED, 0, "unembed")]
    return (_Section(*each) for each in _FILE.sections(data, expected))


def decode(data: bytes) -> Model:
    """Reads an ATOME03 image. Raises ModelFileError naming the section."""
    config = read_config(data)
    d, h = config.d_model, config.d_head
    sections = _read_sections(data, config.n_layers)

    section = next(sections)
    embed = Ternary(section.floats(1)[0], section.rows(config.vocab_size, d))
    section.end()
    blocks = []
    for _ in range(config.n_layers):
        section = next(sections)
        fields: dict[str, NDArray[Any] | Ternary] = dict(zip(VECTORS, section.vectors(len(VECTORS), d)))
        section.end()
        section = next(sections)
        scales = section.floats(len(SCALES))
        parts = np.split(section.columns(2 * h + d + 3, d), [d, d + h, d + 2 * h])
        conv = section.rows(d, config.kernel_size)
        section.end()
        fields |= {name: Ternary(scale, trits) for name, scale, trits in zip(SCALES, scales, [conv, *parts])}
        blocks.append(Block(**fields))  # type: ignore[arg-type]
    section = next(sections)
    final_gamma, final_beta = section.vectors(2, d)
    section.end()
    section = next(sections)
    unembed = Ternary(section.floats(1)[0], section.columns(config.vocab_size, d))
    section.end()
    for _ in sections:
        pass
    return Model(config, embed, blocks, final_gamma, final_beta, unembed)
