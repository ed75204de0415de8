"""Writes the committed tiny models of both architectures, the same bytes each time.

    /usr/bin/python3 -m golden.make_tiny_models
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
import sys

from golden.config import ModelConfig
from golden import plain_file
from golden.model_files import VERSIONS, encode
from golden.plain_model import PlainConfig
from golden.random_model import random_model
from golden.random_plain import random_plain_model
from reports import console, whole_file

MODELS = pathlib.Path(__file__).resolve().parent / "models"
PLAIN_MODELS = MODELS.with_name("models_plain")


@dataclasses.dataclass(frozen=True)
class TinyModel:
    """Shape as V, d, L, h, K, k, S; seed and kind of golden/random_model.py."""

    shape: tuple[int, int, int, int, int, int, int]
    seed: int
    kind: str = "usual"


TINY_MODELS = {
    # No size is a multiple of 4 or 5.
    "tiny_odd": TinyModel((37, 13, 2, 5, 3, 3, 16), seed=1),
    # Convolution sees only the current position, attention one position.
    "tiny_k1": TinyModel((19, 9, 2, 3, 1, 1, 16), seed=2),
    # More taps than channels; a top_k larger than any window.
    "tiny_wide_k": TinyModel((23, 11, 2, 7, 17, 33, 12), seed=3),
    # Every score ties, with more positions than top_k.
    "tiny_ties": TinyModel((29, 17, 3, 4, 4, 3, 16), seed=4, kind="ties"),
    # A short window, so the ring wraps many times.
    "tiny_window": TinyModel((41, 14, 2, 6, 5, 4, 8), seed=5),
    # Tokens of two bytes; their number is not a multiple of 4 or 5.
    "tiny_v": TinyModel((301, 10, 1, 8, 2, 2, 16), seed=6),
    # Scales of both signs and scales of 0.
    "tiny_negative": TinyModel((31, 15, 5, 5, 3, 4, 16), seed=7, kind="negative_zero"),
}


@dataclasses.dataclass(frozen=True)
class TinyPlain:
    """Shape as V, d, L, H, ff, S; weights; seed of golden/random_plain.py."""

    shape: tuple[int, int, int, int, int, int]
    weights: str
    seed: int


TINY_PLAIN_MODELS = {
    # Heads 7 wide, rows of 14 and 21: no width is a multiple of 4.
    "tiny_plain_fp32": TinyPlain((37, 14, 2, 2, 21, 24), "fp32", seed=1),
    # Tokens of two bytes; heads 3 wide; rows of 15 and 25, which need padding.
    "tiny_plain_int8": TinyPlain((300, 15, 2, 5, 25, 20), "int8", seed=2),
}


def plain_image(name: str) -> bytes:
    """The file of one plain transformer."""
    tiny = TINY_PLAIN_MODELS[name]
    return plain_file.encode(random_plain_model(PlainConfig(*tiny.shape), tiny.seed, weights=tiny.weights))


def images(name: str) -> dict[str, bytes]:
    """File name -> bytes of one model's folder."""
    tiny = TINY_MODELS[name]
    config = ModelConfig(*tiny.shape)
    model = random_model(config, tiny.seed, tiny.kind)
    files = {f"{name}.atome0{version}": encode(model, version) for version in VERSIONS}
    return files | {"config.json": (json.dumps({"config": config.to_string()}, indent=2) + "\n").encode()}


def main(argv: list[str] | None = None) -> int:
    """Writes every model; returns 0."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=MODELS, help="default: golden/models")
    parser.add_argument("--out-plain", type=pathlib.Path, default=PLAIN_MODELS,
                        help="default: golden/models_plain")
    arguments = parser.parse_args(argv)
    out = arguments.out
    for name in TINY_MODELS:
        (out / name).mkdir(parents=True, exist_ok=True)
        for file, data in images(name).items():
            whole_file.write(out / name / file, data)
    arguments.out_plain.mkdir(parents=True, exist_ok=True)
    for name in TINY_PLAIN_MODELS:
        whole_file.write(arguments.out_plain / f"{name}.plain01", plain_image(name))
    print(f"make_tiny_models: {len(TINY_MODELS)} models in {out}, {len(TINY_PLAIN_MODELS)} in "
          f"{arguments.out_plain}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(console.run("make_tiny_models", main))
