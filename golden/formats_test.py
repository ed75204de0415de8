"""The files that the pages of the formats show as hex are what our readers read and our writers write."""

from __future__ import annotations

import pathlib
import re
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
import pytest

from golden import atome03, model_files, plain_file, plain_model, ternary_file
from golden.config import ModelConfig
from golden.model_files import first_difference
from golden.plain_model import PlainBlock, PlainConfig, PlainModel
from golden.ternary_file import Block, Model, Ternary

ENGINE = pathlib.Path(__file__).resolve().parents[1] / "engine"
PAGES = {1: ENGINE / "files" / "atome01.md", 2: ENGINE / "files" / "atome02.md", 3: ENGINE / "files" / "atome03.md"}
PLAIN_PAGE = ENGINE / "plain" / "plain01.md"
LINE = re.compile(r"^    ([0-9a-f]{4})  ((?:[0-9a-f]{2} )*[0-9a-f]{2})(?: {2,}(.*))?$", re.MULTILINE)


def files_in(page: pathlib.Path) -> list[bytes]:
    """The files shown; each line's offset must be where the line before it ends."""
    files: list[bytearray] = []
    for offset, data, _ in LINE.findall(page.read_text()):
        if offset == "0000":
            files.append(bytearray())
        assert int(offset, 16) == len(files[-1]), f"{page.name}: offset {offset}"
        files[-1] += bytes.fromhex(data)
    return [bytes(each) for each in files]


def vector(*values: float) -> NDArray[Any]:
    return np.array(values, np.float32)


def ternary(scale: float, *rows: list[int]) -> Ternary:
    return Ternary(np.float32(scale), np.array(rows, np.int8))


# What the remarks beside the bytes say.
MODEL = Model(
    ModelConfig(vocab_size=2, d_model=3, n_layers=1, d_head=1, kernel_size=2, top_k=1, max_seq=4),
    ternary(0.5, [1, 0, -1], [0, 1, 1]),
    [Block(gamma=vector(1, 1, 1), beta=vector(0, 0, 0), conv=ternary(0.25, [1, 0], [-1, 1], [0, -1]), a=vector(0.5, 1, 2), b=vector(1, 1, 1),
           c=vector(1, 0.5, 0.25), wq=ternary(1, [1, -1, 0]), wk=ternary(-1, [0, 1, 1]),
           wv=ternary(0.5, [1, 0, 0], [0, -1, 0], [0, 0, 1]), router=ternary(2, [1, 0, 0], [0, 1, 0], [0, 0, -1]))],
    vector(1, 1, 1), vector(0, 0, 0.1), ternary(1, [1, 1, -1], [-1, 0, 1]))
IDENTITY = np.eye(2, dtype=np.float32)
PLAIN = PlainModel(
    PlainConfig(vocab_size=2, d_model=2, n_layers=1, n_heads=1, d_ff=1, max_seq=2), np.array([[1, -0.5], [0, 0.25]], np.float32), IDENTITY / 2,
    [PlainBlock(vector(1, 1), vector(0, 0), IDENTITY, np.diag(vector(1, -1)), IDENTITY / 2, IDENTITY, vector(1, 1), vector(0, 0),
                np.array([[1, -1]], np.float32), np.array([[0.5], [0.25]], np.float32))],
    vector(1, 1), vector(0, 0), IDENTITY)


@pytest.mark.parametrize("version", PAGES)
def test_ternary_files(version: int) -> None:
    [shown] = files_in(PAGES[version])
    assert first_difference(model_files.decode(shown, MODEL.config), MODEL) is None
    assert model_files.encode(MODEL, version) == shown
    if version == 3:
        assert atome03.read_config(shown) == MODEL.config


def test_plain_files() -> None:
    shown = files_in(PLAIN_PAGE)
    assert len(shown) == 2
    for data, weights in zip(shown, plain_file.WEIGHTS):
        read = plain_file.decode(data)
        expected = plain_model.quantize(PLAIN) if weights == "int8" else PLAIN
        assert (read.config, read.weights) == (PLAIN.config, weights)
        for name, values in (expected.matrices() | expected.vectors()).items():
            assert np.array_equal((read.matrices() | read.vectors())[name], values), name
        assert plain_file.encode(PLAIN, weights) == data


@pytest.mark.parametrize("version", [1, 2])
def test_the_remarks_on_trits_are_the_bytes(version: int) -> None:
    """ "trits +1 0 -1" beside bytes, by the rule of formats.md, written out once more."""
    for _, data, remark in LINE.findall(PAGES[version].read_text()):
        if not remark.startswith("trits "):
            continue
        trits = [int(word) for word in remark.split()[1:]]
        per_byte = 4 if version == 1 else 5
        expected = []
        for at in range(0, len(trits), per_byte):
            group = trits[at:at + per_byte]
            group += [0] * (per_byte - len(group))
            expected.append(sum({0: 0, 1: 1, -1: 3}[trit] << 2 * i if version == 1 else (trit + 1) * 3**i for i, trit in enumerate(group)))
        assert list(bytes.fromhex(data)) == expected, remark


def crc32(data: bytes) -> int:
    """As formats.md describes it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xEDB88320 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


@pytest.mark.parametrize("page", [PAGES[3], PLAIN_PAGE], ids=lambda page: page.name)
def test_header_table_and_checksums_are_where_the_page_says(page: pathlib.Path) -> None:
    assert crc32(b"123456789") == 0xCBF43926 == zlib.crc32(b"123456789")
    for data in files_in(page):
        count, file_bytes = struct.unpack_from("<HI", data, 22)
        assert file_bytes == len(data)
        assert struct.unpack_from("<I", data, 28 + 16 * count)[0] == crc32(data[:28 + 16 * count])
        at = 32 + 16 * count
        for index in range(count):
            _, _, _, offset, size, checksum = struct.unpack_from("<BBHIII", data, 28 + 16 * index)
            assert offset == at and size % 4 == 0 and checksum == crc32(data[at:at + size])
            at += size
        assert at == len(data)


def test_the_sizes_are_those_of_the_reader() -> None:
    rows = re.findall(r"^\| \w+, `(\w+)` \|[^|]*\| (\d+) \| (\d+) \|$|^\| `(max_seq)` \|[^|]*\| (\d+) \| (\d+) \|$",
                      (ENGINE / "files" / "formats.md").read_text(), re.MULTILINE)
    assert {a or b: (int(c or e), int(d or f)) for a, c, d, b, e, f in rows} == ModelConfig.ranges
    assert ternary_file.MAGIC[1] == files_in(PAGES[1])[0][:7]
