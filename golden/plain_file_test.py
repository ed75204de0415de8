"""Tests of the PLAIN01 reader and writer, and of the configuration of plain transformers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from golden.plain_file import WEIGHTS, decode, encode, read_header
from golden.plain_model import Int8, PlainConfig, PlainModel, quantize
from golden.random_model import Source
from golden.random_plain import random_plain_config, random_plain_model
from golden.ternary_file import ModelFileError

ODD = PlainConfig(11, 6, 2, 2, 5, 7)
SECTION = "magic|header|embed|positions|block [01] vectors|block [01] weights|final vectors|unembed"


def same(one: PlainModel, other: PlainModel) -> bool:
    """Whether every tensor has the same bits."""
    mine, theirs = ({**model.matrices(), **model.vectors()} for model in (one, other))
    return mine.keys() == theirs.keys() and all(mine[name].tobytes() == theirs[name].tobytes() for name in mine)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("weights", WEIGHTS)
def test_round_trip(seed: int, weights: str) -> None:
    config = random_plain_config(Source(seed), smallest=1)
    model = random_plain_model(config, seed, weights=weights)
    data = encode(model)
    again = decode(data)
    assert read_header(data) == (config, weights) and again.weights == weights
    assert same(model, again) and encode(again) == data
    assert len(data) % 4 == 0


def test_an_fp32_model_is_quantised_when_it_is_written() -> None:
    model = random_plain_model(ODD, 1)
    assert encode(model, "int8") == encode(quantize(model))
    assert encode(quantize(model), "fp32") == encode(dataclasses.replace(quantize(model), quantized={}))


def test_int8_is_near_and_symmetric() -> None:
    values = Source(3).vector(60, -2, 2).reshape(4, 15)
    values[1] = 0
    codes = Int8.of(values)
    assert codes.codes.min() >= -127 and np.all(np.abs(codes.codes[[0, 2, 3]]).max(axis=1) == 127)
    assert codes.scales[1] == 0 and not codes.dense()[1].any()
    assert np.all(np.abs(codes.dense() - values) <= 0.501 * codes.scales[:, None])


@pytest.mark.parametrize("weights", WEIGHTS)
def test_every_damaged_byte_is_found(weights: str) -> None:
    data = encode(random_plain_model(ODD, 1, weights=weights))
    for at in range(len(data)):
        damaged = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1:]
        with pytest.raises(ModelFileError, match=SECTION):
            decode(damaged)


def test_every_truncation_is_found() -> None:
    data = encode(random_plain_model(ODD, 1))
    for length in range(len(data)):
        with pytest.raises(ModelFileError):
            decode(data[:length])
    with pytest.raises(ModelFileError, match="header"):
        decode(data + b"\0")


def test_a_model_that_no_file_can_hold() -> None:
    model = random_plain_model(ODD, 1)
    with pytest.raises(ModelFileError, match=r"block 1 w2: shape \(6, 4\), expected \(6, 5\)"):
        encode(dataclasses.replace(model, blocks=[model.blocks[0], dataclasses.replace(
            model.blocks[1], w2=model.blocks[1].w2[:, :4])]))
    with pytest.raises(ValueError, match="fp32, int8"):
        encode(model, "int4")
    model.final_beta[2] = np.inf
    with pytest.raises(ModelFileError, match="final beta: non-finite"):
        encode(model)


def test_parameters() -> None:
    assert PlainConfig.parse("vocab_size=256,d_model=44,n_layers=3,n_heads=4,d_ff=44").parameters == 60808
    assert PlainConfig(256, 8, 2, 4, 24).parameters == 5968


@pytest.mark.parametrize(("text", "message"), [
    ("vocab_size=256,d_model=44,n_layers=3,n_heads=5,d_ff=44", "n_heads 5 does not divide d_model 44"),
    ("vocab_size=256,d_model=44,n_layers=3,d_ff=44", "n_heads is missing"),
    ("vocab_size=256,d_model=44,n_layers=3,n_heads=4,d_ff=9000", "d_ff is 9000"),
    ("vocab_size=256,d_head=44", "unknown field d_head")])
def test_a_bad_configuration(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PlainConfig.parse(text)
    assert PlainConfig.parse(ODD.to_string()) == ODD
