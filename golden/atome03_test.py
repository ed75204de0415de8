"""Tests of the ATOME03 reader and writer, and of the parts that all formats share."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

from golden import atome03, convert
from golden.config import ModelConfig
from golden.make_tiny_models import MODELS
from golden.model_files import VERSIONS, decode, encode, first_difference, with_half_vectors
from golden.random_model import Source, random_config, random_model
from golden.ternary_file import ModelFileError

ODD = ModelConfig(11, 7, 2, 3, 3, 2, 5)
# Sizes that files with FP16 vectors must reach: 88 % and 92.5 % of ATOME02's.
SIZES = [("vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4", 15176),
         ("vocab_size=256,d_model=256,n_layers=8,d_head=64,kernel_size=5,top_k=4", 211672)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("half", [False, True])
def test_every_format_round_trips_to_the_bit(seed: int, half: bool) -> None:
    model = random_model(random_config(Source(seed), smallest=1), seed)
    if half:
        model = with_half_vectors(model)
    images = [encode(model, version) for version in VERSIONS]
    for image, version in zip(images, VERSIONS):
        again = decode(image, model.config)
        assert first_difference(model, again) is None
        assert [encode(again, other) for other in VERSIONS] == images, f"through version {version}"
    assert atome03.read_config(images[2]) == model.config


def test_half_vectors_take_two_bytes_each() -> None:
    model = random_model(ModelConfig(16, 64, 1, 4, 3, 2), 1)
    assert len(encode(model, 3)) - len(encode(with_half_vectors(model), 3)) == 2 * 7 * 64


def test_negative_zero_and_subnormals_survive() -> None:
    model = random_model(ODD, 1)
    model.final_gamma[:4] = [-0.0, 2.0**-24, -(2.0**-14), 65504]
    assert first_difference(model, decode(encode(model, 3), ODD)) is None
    model.final_gamma[0] = 65520  # would round to infinity
    assert first_difference(model, decode(encode(model, 3), ODD)) is None


@pytest.mark.parametrize(("text", "size"), SIZES)
def test_size_of_the_published_configurations(text: str, size: int) -> None:
    model = with_half_vectors(random_model(ModelConfig.parse(text), 1))
    assert len(encode(model, 3)) == size


def test_every_damaged_byte_is_found() -> None:
    data = encode(random_model(ODD, 1), 3)
    for at in range(len(data)):
        damaged = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1:]
        with pytest.raises(ModelFileError, match="magic|header|embed|block|final|unembed"):
            decode(damaged, ODD)


def test_every_truncation_is_found() -> None:
    data = encode(random_model(ODD, 1), 3)
    for length in range(len(data)):
        with pytest.raises(ModelFileError):
            decode(data[:length], ODD)
    with pytest.raises(ModelFileError, match="header"):
        decode(data + b"\0", ODD)


def test_a_file_of_another_configuration() -> None:
    data = encode(random_model(ODD, 1), 3)
    assert decode(data, ModelConfig(11, 7, 2, 3, 3, 2, 99)).config.max_seq == 99
    with pytest.raises(ModelFileError, match="kernel_size=4"):
        decode(data, ModelConfig(11, 7, 2, 3, 4, 2, 5))


def test_columns_by_hand() -> None:
    """The second group's byte of the third row of a 3 x 6 matrix is the last byte."""
    trits = np.zeros((3, 6), np.int8)
    trits[2, 5] = 1
    assert atome03._columns(trits) == bytes([121] * 5 + [122])


def _section(data: bytes) -> atome03._Section:
    return atome03._Section("block 0 weights", 0, data)


@pytest.mark.parametrize(("data", "trits"), [
    ([121], [[0, 0, 0]]), ([242], None), ([243], None), ([255], None), ([121 + 1 + 3 + 9], [[1, 1, 1]]), ([121 + 27], None), ([121 - 81], None)])
def test_a_byte_of_weights_has_five_trits_and_padding_is_zero(data: list[int], trits: list[list[int]] | None) -> None:
    """Digits of base 3, the lowest first, each one more than its trit: 121 is five zeros, 242 five ones, more is none."""
    assert _section(bytes([242])).rows(1, 5).tolist() == [[1] * 5] and _section(bytes([0])).columns(1, 5).tolist() == [[-1] * 5]
    for read in (_section(bytes(data)).rows, _section(bytes(data)).columns):
        if trits is not None:
            assert read(1, 3).tolist() == trits
        else:
            with pytest.raises(ModelFileError, match="block 0 weights: a byte above 242, or padding that is not zero"):
                read(1, 3)
    for code in (243, 255):
        with pytest.raises(ModelFileError, match="a byte above 242"):
            _section(bytes([code])).rows(1, 5)


@pytest.mark.parametrize(("data", "good"), [(b"", True), (b"\0", True), (b"\0\0\0", True), (b"\0\0\0\0", False), (b"\0\1", False), (b"\1\0\0", False)])
def test_up_to_three_zeros_fill_a_section(data: bytes, good: bool) -> None:
    if good:
        _section(data).end()
    else:
        with pytest.raises(ModelFileError, match=f"block 0 weights: {len(data)} bytes too many, or padding that is not zero"):
            _section(data).end()


def test_convert(tmp_path: pathlib.Path) -> None:
    source = MODELS / "tiny_odd" / "tiny_odd.atome02"
    target = tmp_path / "t.atome03"
    assert convert.main([str(source), str(target)]) == 0
    assert target.read_bytes() == source.with_suffix(".atome03").read_bytes()
    assert convert.main([str(target), str(tmp_path / "t.atome02"), "--config",
                         (ModelConfig(37, 13, 2, 5, 3, 3, 16)).to_string()]) == 0
    assert (tmp_path / "t.atome02").read_bytes() == source.read_bytes()
    assert convert.main([str(tmp_path / "nothing"), str(target), "--config", ODD.to_string()]) == 2
