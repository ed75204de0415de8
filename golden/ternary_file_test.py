"""Tests of the ATOME01 and ATOME02 reader and writer."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
import pytest

from golden import ternary_file
from golden.config import ModelConfig
from golden.ternary_file import Block, Model, ModelFileError, Ternary

SHARED = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data" / "atome-lm"
TINY = ModelConfig(vocab_size=3, d_model=2, n_layers=1, d_head=1, kernel_size=1, top_k=1)
ODD = ModelConfig(vocab_size=11, d_model=7, n_layers=3, d_head=3, kernel_size=5, top_k=2)
PUBLISHED = {
    "60k": ModelConfig.parse(
        "vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4"),
    "944k": ModelConfig.parse(
        "vocab_size=256,d_model=256,n_layers=8,d_head=64,kernel_size=5,top_k=4"),
}
SIZES = {("60k", 1): 20575, ("60k", 2): 17613, ("944k", 1): 276655, ("944k", 2): 229975}
TINY_EMBED_TRITS = 7 + 4  # byte offset of the first packed trits: magic, then the scale


def random_model(config: ModelConfig, seed: int = 0) -> Model:
    """A model with random trits, scales and vectors."""
    generator = np.random.default_rng(seed)

    def draw(shape: tuple[int, ...]) -> Any:
        if len(shape) == 1:
            return generator.standard_normal(shape).astype(np.float32)
        trits = generator.integers(-1, 2, shape).astype(np.int8)
        return Ternary(np.float32(generator.uniform(0.01, 1.0)), trits)

    blocks = [Block(**{name: draw(shape) for name, shape in ternary_file.block_layout(config)})
              for _ in range(config.n_layers)]
    vocabulary, vector = (config.vocab_size, config.d_model), (config.d_model,)
    return Model(config, draw(vocabulary), blocks, draw(vector), draw(vector), draw(vocabulary))


def assert_equal(left: Model, right: Model) -> None:
    """Checks that every tensor has the same bits."""
    def tensors(model: Model) -> list[Any]:
        fields = [name for name, _ in ternary_file.block_layout(model.config)]
        inner = [getattr(block, name) for block in model.blocks for name in fields]
        return [model.embed, *inner, model.final_gamma, model.final_beta, model.unembed]

    for one, other in zip(tensors(left), tensors(right), strict=True):
        if isinstance(one, Ternary):
            assert np.float32(one.scale).tobytes() == np.float32(other.scale).tobytes()
            np.testing.assert_array_equal(one.trits, other.trits)
            assert other.trits.dtype == np.int8
        else:
            assert one.tobytes() == other.tobytes() and one.shape == other.shape


def replaced(data: bytes, offset: int, value: bytes) -> bytes:
    """`data` with the bytes at `offset` replaced."""
    return data[:offset] + value + data[offset + len(value):]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("seed", range(12))
def test_round_trip_of_random_shapes(version: int, seed: int) -> None:
    generator = np.random.default_rng(100 + seed)
    config = ModelConfig(*(int(generator.integers(1, high)) for high in (40, 20, 4, 12, 9, 8)))
    model = random_model(config, seed)
    data = ternary_file.encode(model, version)
    decoded = ternary_file.decode(data, config)
    assert_equal(model, decoded)
    assert ternary_file.encode(decoded, version) == data


@pytest.mark.parametrize(("name", "version"), SIZES)
def test_size_of_the_published_configurations(name: str, version: int) -> None:
    assert len(ternary_file.encode(random_model(PUBLISHED[name]), version)) == SIZES[name, version]


def test_parameters_and_string_form_of_the_published_configurations() -> None:
    assert [PUBLISHED[name].parameters for name in ("60k", "944k")] == [60800, 944640]
    for config in (*PUBLISHED.values(), TINY, ODD):
        assert ModelConfig.parse(config.to_string()) == config
        assert ModelConfig.from_dict(config.to_dict()) == config


@pytest.mark.parametrize(("text", "message"), [
    ("d_model=4", "vocab_size is missing"),
    ("vocab_size=256,width=4", "unknown field width"),
    ("vocab_size=256,vocab_size=256", "vocab_size is given twice"),
    ("vocab_size=many", "vocab_size is 'many', expected an integer"),
    ("vocab_size", "is not name=value"),
    ("vocab_size=65536,d_model=4,n_layers=1,d_head=1,kernel_size=1,top_k=1", r"expected 1\.\.65535"),
    ("vocab_size=4,d_model=4,n_layers=1,d_head=1,kernel_size=0,top_k=1", "kernel_size is 0"),
])
def test_config_errors_name_the_field(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ModelConfig.parse(text)
    with pytest.raises(ValueError, match="d_model is '64', expected an integer"):
        ModelConfig.from_dict({**TINY.to_dict(), "d_model": "64"})  # type: ignore[dict-item]


def test_packing_by_hand() -> None:
    trits = np.array([0, 1, -1, 0, 1], dtype=np.int8)
    assert ternary_file.pack(trits, 1) == bytes([0b00_11_01_00, 0b00_00_00_01])
    assert ternary_file.pack(trits, 2) == bytes([1 + 2 * 3 + 0 * 9 + 1 * 27 + 2 * 81])
    assert ternary_file.pack(trits[:1], 2) == bytes([1 + 3 + 9 + 27 + 81])


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("config", [TINY, ODD], ids=["tiny", "odd"])
def test_truncation_at_every_length(version: int, config: ModelConfig) -> None:
    data = ternary_file.encode(random_model(config), version)
    for length in range(len(data)):
        with pytest.raises(ModelFileError, match="magic" if length < 7 else "truncated"):
            ternary_file.decode(data[:length], config)


@pytest.mark.parametrize("version", [1, 2])
def test_trailing_bytes(version: int) -> None:
    data = ternary_file.encode(random_model(TINY), version)
    with pytest.raises(ModelFileError, match=f"1 trailing bytes at byte offset {len(data)}"):
        ternary_file.decode(data + b"\0", TINY)


def test_wrong_magic_and_version() -> None:
    data = ternary_file.encode(random_model(TINY))
    with pytest.raises(ModelFileError, match="magic.*byte offset 0.*ATOME01"):
        ternary_file.decode(replaced(data, 6, b"3"), TINY)
    with pytest.raises(ModelFileError, match="version 3 is unknown"):
        ternary_file.encode(random_model(TINY), 3)


@pytest.mark.parametrize("slot", range(4))
def test_every_slot_rejects_the_invalid_two_bit_code(slot: int) -> None:
    data = ternary_file.encode(random_model(TINY), 1)
    bad = replaced(data, TINY_EMBED_TRITS, bytes([0b10 << 2 * slot]))
    with pytest.raises(ModelFileError, match=rf"embed: .*byte offset {TINY_EMBED_TRITS}.* code 10"):
        ternary_file.decode(bad, TINY)


@pytest.mark.parametrize("value", range(243, 256))
def test_base_three_bytes_above_242(value: int) -> None:
    data = ternary_file.encode(random_model(TINY), 2)
    bad = replaced(data, TINY_EMBED_TRITS, bytes([value]))
    with pytest.raises(ModelFileError, match=f"0x{value:02x} at byte offset 11.*at most 242"):
        ternary_file.decode(bad, TINY)


@pytest.mark.parametrize(("version", "value"), [(1, 0b01_00_00_00), (1, 0b11_00_00_00),
                                                (2, 242), (2, 0)])
def test_non_zero_padding(version: int, value: int) -> None:
    # The tiny embedding has 3 x 2 trits; two of them lie in its second byte (one in base 3).
    data = ternary_file.encode(random_model(TINY), version)
    bad = replaced(data, TINY_EMBED_TRITS + 1, bytes([value]))
    with pytest.raises(ModelFileError, match="embed: non-zero padding .*byte offset 12"):
        ternary_file.decode(bad, TINY)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_non_finite_scale_and_vector(value: float) -> None:
    bits = np.float32(value).tobytes()
    data = ternary_file.encode(random_model(TINY))
    with pytest.raises(ModelFileError, match="embed: .* at byte offset 7, expected a finite"):
        ternary_file.decode(replaced(data, 7, bits), TINY)
    second_gamma = TINY_EMBED_TRITS + 2 + 4
    with pytest.raises(ModelFileError, match=f"block 0 gamma: .* at byte offset {second_gamma}"):
        ternary_file.decode(replaced(data, second_gamma, bits), TINY)
    model = random_model(TINY)
    model.blocks[0].a[1] = value
    with pytest.raises(ModelFileError, match="block 0 a: non-finite"):
        ternary_file.encode(model)


def test_errors_name_the_block_and_the_tensor() -> None:
    model = random_model(ODD)
    model.blocks[2].wq = Ternary(np.float32(1), np.zeros((3, 6), np.int8))
    with pytest.raises(ModelFileError, match=r"block 2 wq: shape \(3, 6\), expected \(3, 7\)"):
        ternary_file.encode(model)
    model.blocks[2].wq = Ternary(np.float32(1), np.full((3, 7), 2, np.int8))
    with pytest.raises(ModelFileError, match="block 2 wq: a trit outside"):
        ternary_file.encode(model)
    model.blocks.pop()
    with pytest.raises(ModelFileError, match="2 blocks, config says 3"):
        ternary_file.encode(model)


@pytest.mark.parametrize("file", ["atome_60k_s0.atome01", "atome_60k_s0.atome02", "atome_944k.atome01",
                                  "atome_944k.atome02", "atome_944k.published.atome01"])
def test_published_files_are_encoded_again_byte_for_byte(file: str) -> None:
    path = SHARED / file
    if not path.exists():
        pytest.skip(f"{path} is not there: the published models are not part of the project")
    config = PUBLISHED["60k" if "60k" in file else "944k"]
    data = path.read_bytes()
    assert ternary_file.encode(ternary_file.decode(data, config), int(file[-1])) == data


@pytest.mark.parametrize("name", ["atome_60k_s0", "atome_944k"])
def test_both_formats_hold_the_same_published_model(name: str) -> None:
    paths = [SHARED / f"{name}.atome0{version}" for version in (1, 2)]
    for path in paths:
        if not path.exists():
            pytest.skip(f"{path} is not there: the published models are not part of the project")
    config = PUBLISHED["60k" if "60k" in name else "944k"]
    assert_equal(*(ternary_file.decode(path.read_bytes(), config) for path in paths))
