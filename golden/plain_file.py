"""Reader and writer of PLAIN01 files (NumPy only); the layout is in engine/plain/plain01.md."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden.plain_model import (MATRICES, RANGES, VECTORS, Int8, PlainBlock, PlainConfig, PlainModel,
                                matrix_shapes, quantize)
from golden.section_file import Section, SectionFile
from golden.ternary_file import ModelFileError

MAGIC = b"PLAIN01\0"
WEIGHTS = ("fp32", "int8")  # in the order of their numbers in a file's header
EMBED, POSITIONS, BLOCK_VECTORS, BLOCK_WEIGHTS, FINAL_VECTORS, UNEMBED = range(1, 7)
OF_VECTORS = (BLOCK_VECTORS, FINAL_VECTORS)  # FP32 with any weights
_FILE = SectionFile(MAGIC, struct.Struct("<8s6HHHI"))


def _checked(model: PlainModel) -> None:
    """Raises ModelFileError when a tensor has the wrong shape or a value that is not finite."""
    config = model.config
    d = config.d_model
    if len(model.blocks) != config.n_layers:
        raise ModelFileError(f"model has {len(model.blocks)} blocks, config says {config.n_layers}")
    shapes = {"embed": (config.vocab_size, d), "positions": (config.max_seq, d),
              "unembed": (config.vocab_size, d)}
    for layer in range(config.n_layers):
        shapes |= {f"block {layer} {name}": shape for name, shape in matrix_shapes(config).items()}
    for name, values in (model.matrices() | model.vectors()).items():
        expected = shapes.get(name, (d,))
        if values.shape != expected:
            raise ModelFileError(f"{name}: shape {values.shape}, expected {expected}")
        if not np.all(np.isfinite(values)):
            raise ModelFileError(f"{name}: non-finite value")
    for name, matrix in model.quantized.items():
        if np.any(matrix.codes < -127):
            raise ModelFileError(f"{name}: a code outside -127..127")


def _sections(model: PlainModel) -> Iterator[tuple[int, int, bytes]]:
    """Kind, layer and content of each section in file order."""
    matrices, vectors = model.matrices(), model.vectors()

    def matrix(name: str) -> bytes:
        if not model.quantized:
            return matrices[name].astype("<f4").tobytes()
        codes = model.quantized[name].codes
        padded = np.pad(codes, ((0, 0), (0, -codes.shape[1] % 4)))
        return model.quantized[name].scales.astype("<f4").tobytes() + padded.tobytes()

    def vector(name: str) -> bytes:
        return vectors[name].astype("<f4").tobytes()

    yield EMBED, 0, matrix("embed")
    yield POSITIONS, 0, matrix("positions")
    for layer in range(model.config.n_layers):
        yield BLOCK_VECTORS, layer, b"".join(vector(f"block {layer} {name}") for name in VECTORS)
        yield BLOCK_WEIGHTS, layer, b"".join(matrix(f"block {layer} {name}") for name in MATRICES)
    yield FINAL_VECTORS, 0, vector("final gamma") + vector("final beta")
    yield UNEMBED, 0, matrix("unembed")


def encode(model: PlainModel, weights: str | None = None) -> bytes:
    """File image with weights "fp32" or "int8"; None keeps the model's.

    For "int8" an FP32 model is quantised (`quantize`); a model with codes keeps them. Raises ModelFileError
    when a tensor has the wrong shape or a value that is not finite, and ValueError for other weights.
    """
    weights = model.weights if weights is None else weights
    if weights not in WEIGHTS:
        raise ValueError(f"weights are '{weights}', expected one of {', '.join(WEIGHTS)}")
    _checked(model)
    if weights == "int8" and not model.quantized:
        model = quantize(model)
    if weights == "fp32" and model.quantized:
        model = dataclasses.replace(model, quantized={})
    encoding = WEIGHTS.index(weights)
    sections = [(kind, 0 if kind in OF_VECTORS else encoding, layer, data) for kind, layer, data in _sections(model)]
    return _FILE.encode([*(getattr(model.config, name) for name in RANGES), encoding], sections)


def read_header(data: bytes) -> tuple[PlainConfig, str]:
    """Configuration and weights of a file image; raises ModelFileError when its header is damaged."""
    *dimensions, encoding = _FILE.fields(data)
    if encoding >= len(WEIGHTS):
        raise ModelFileError(f"header: weights {encoding}, expected 0 (FP32) or 1 (int8)")
    try:
        return PlainConfig(*dimensions), WEIGHTS[encoding]
    except ValueError as error:
        raise ModelFileError(f"header: {error}") from None


class _Section(Section):
    def int8(self, rows: int, columns: int) -> Int8:
        scales = self.floats(rows)
        width = -(-columns // 4) * 4
        codes = np.frombuffer(self.take(rows * width), np.int8).reshape(rows, width)
        if np.any(codes == -128) or np.any(codes[:, columns:]):
            raise ModelFileError(f"{self.name}: a code of -128, or padding that is not zero")
        return Int8(scales, codes[:, :columns].copy())

    def end(self) -> None:
        if self.data:
            raise ModelFileError(f"{self.name}: {len(self.data)} bytes too many")


def _read_sections(data: bytes, config: PlainConfig, weights: str) -> Iterator[_Section]:
    """Every section in file order."""
    expected = [(EMBED, 0, "embed"), (POSITIONS, 0, "positions")]
    for layer in range(config.n_layers):
        expected += [(BLOCK_VECTORS, layer, f"block {layer} vectors"),
                     (BLOCK_WEIGHTS, layer, f"block {layer} weights")]
    expected += [(FINAL_VECTORS, 0, "final vectors"), (UNEMBED, 0, "unembed")]
    for (kind, *_), (name, encoding, content) in zip(expected, _FILE.sections(data, expected), strict=True):
        wanted = 0 if kind in OF_VECTORS else WEIGHTS.index(weights)
        if encoding != wanted:
            raise ModelFileError(f"{name}: encoding {encoding}, expected {wanted}")
        yield _Section(name, encoding, content)


def decode(data: bytes) -> PlainModel:
    """Reads a PLAIN01 image; int8 weights also become float32. Raises ModelFileError naming the section."""
    config, weights = read_header(data)
    d = config.d_model
    quantized: dict[str, Int8] = {}

    def matrix(section: _Section, name: str, rows: int, columns: int) -> NDArray[Any]:
        if weights == "fp32":
            return section.floats(rows * columns).reshape(rows, columns)
        quantized[name] = section.int8(rows, columns)
        return quantized[name].dense()

    sections = _read_sections(data, config, weights)
    section = next(sections)
    embed = matrix(section, "embed", config.vocab_size, d)
    section.end()
    section = next(sections)
    positions = matrix(section, "positions", config.max_seq, d)
    section.end()
    blocks = []
    for layer in range(config.n_layers):
        section = next(sections)
        fields = {name: section.floats(d) for name in VECTORS}
        section.end()
        section = next(sections)
        fields |= {name: matrix(section, f"block {layer} {name}", *shape)
                   for name, shape in matrix_shapes(config).items()}
        section.end()
        blocks.append(PlainBlock(**fields))
    section = next(sections)
    final_gamma, final_beta = section.floats(d), section.floats(d)
    section.end()
    section = next(sections)
    unembed = matrix(section, "unembed", config.vocab_size, d)
    section.end()
    for _ in sections:
        pass
    return PlainModel(config, embed, positions, blocks, final_gamma, final_beta, unembed, quantized)
