"""Loads models from files: finds their configuration and checks that several hold the same weights."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden import atome03, plain_file, ternary_file
from golden.config import ModelConfig
from golden.plain_model import PlainModel
from golden.taps import Array
from golden.ternary_file import Model, ModelFileError, Ternary

VERSIONS = (1, 2, 3)
PLAIN = 4  # FileFormat of PLAIN01 in proto/model.proto


@dataclasses.dataclass(frozen=True)
class FileFacts:
    """The facts of one model file that a trace records."""

    version: int  # 1 is ATOME01, 2 is ATOME02, 3 is ATOME03, 4 is PLAIN01
    sha256: bytes
    size_bytes: int


def tensors(model: Model) -> list[tuple[str, Ternary | Array]]:
    """Every tensor with its name, in file order, except that embed and the final ones come first."""
    named: list[tuple[str, Ternary | Array]] = [
        ("embed", model.embed), ("final gamma", model.final_gamma), ("final beta", model.final_beta),
        ("unembed", model.unembed)]
    for index, block in enumerate(model.blocks):
        named += [(f"block {index} {field.name}", getattr(block, field.name))
                  for field in dataclasses.fields(block)]
    return named


def first_difference(one: Model, other: Model) -> str | None:
    """Name of the first tensor that differs in any bit; None when the models are equal."""
    def image(tensor: Ternary | Array) -> bytes:
        if isinstance(tensor, Ternary):
            return np.float32(tensor.scale).tobytes() + tensor.trits.astype(np.int8).tobytes()
        return tensor.tobytes()

    for (name, mine), (_, theirs) in zip(tensors(one), tensors(other)):
        if image(mine) != image(theirs):
            return name
    return None


def encode(model: Model, version: int) -> bytes:
    """File image in any format; raises ModelFileError as ternary_file.encode does."""
    if version != 3:
        return ternary_file.encode(model, version)
    ternary_file.encode(model)  # its checks of shapes and values
    return atome03.encode(model)


def decode(data: bytes, config: ModelConfig) -> Model:
    """Model of a file image in any format. Raises ModelFileError.

    An ATOME03 file must hold `config`, except for max_seq.
    """
    if not data.startswith(atome03.MAGIC):
        return ternary_file.decode(data, config)
    model = atome03.decode(data)
    carried = dataclasses.replace(model.config, max_seq=config.max_seq)
    if carried != config:
        raise ModelFileError(f"header: the file is for {carried.to_string()}, expected {config.to_string()}")
    return dataclasses.replace(model, config=config)


def version_of(data: bytes) -> int:
    """The version, 1, 2 or 3, of a file image that `decode` takes."""
    return int(data[6:7])


def with_half_vectors(model: Model) -> Model:
    """The model with vectors rounded to FP16, so that ATOME03 keeps each value in two bytes."""
    def half(values: NDArray[Any]) -> NDArray[Any]:
        return values.astype(np.float16).astype(np.float32)

    blocks = [dataclasses.replace(block, **{name: half(getattr(block, name)) for name in atome03.VECTORS})
              for block in model.blocks]
    return dataclasses.replace(model, blocks=blocks, final_gamma=half(model.final_gamma),
                               final_beta=half(model.final_beta))


def find_config(path: pathlib.Path, text: str | None) -> ModelConfig:
    """The configuration from `text` ('vocab_size=256,...'), else from config.json beside the model file."""
    if text is not None:
        return ModelConfig.parse(text)
    beside = path.parent / "config.json"
    try:
        return ModelConfig.parse(json.loads(beside.read_text())["config"])
    except FileNotFoundError:
        raise ValueError(f"{path}: no {beside.name} beside it; pass --config") from None
    except (KeyError, TypeError):
        raise ValueError(f'{beside}: not an object with a string "config"; pass --config') from None


def facts_of(data: bytes, version: int) -> FileFacts:
    """The facts of a file image of that format."""
    return FileFacts(version, hashlib.sha256(data).digest(), len(data))


def load(paths: Sequence[pathlib.Path], config: ModelConfig) -> tuple[Model, list[FileFacts]]:
    """The one model that all `paths` hold. Raises ModelFileError naming file and tensor."""
    models, facts = [], []
    for path in paths:
        data = path.read_bytes()
        try:
            models.append(decode(data, config))
        except ModelFileError as error:
            raise ModelFileError(f"{path}: {error}") from None
        facts.append(facts_of(data, version_of(data)))
        different = first_difference(models[0], models[-1])
        if different:
            raise ModelFileError(f"{path}: {different} differs from the one in {paths[0]}; "
                                 "export both files from the same weights")
    return models[0], facts


def load_any(paths: Sequence[pathlib.Path],
             config: str | None) -> tuple[Model | PlainModel, list[FileFacts]]:
    """As `load`, for either architecture; `config` as in `find_config`. Raises ValueError naming the file."""
    data = paths[0].read_bytes()
    if not data.startswith(plain_file.MAGIC):
        return load(paths, find_config(paths[0], config))
    if config is not None or len(paths) > 1:
        raise ValueError(f"{paths[0]}: a PLAIN01 file holds its configuration; give it alone, without --config")
    try:
        return plain_file.decode(data), [facts_of(data, PLAIN)]
    except ModelFileError as error:
        raise ModelFileError(f"{paths[0]}: {error}") from None
