"""The common part of ATOME03 and PLAIN01 files: header, table of sections and contents, with checksums.

The header has the magic, the fields of the format, the number of sections and the file's size in bytes. The
table has the kind, encoding, layer, offset, bytes and CRC-32 of each section. After it comes the CRC-32 of
header and table.
"""

from __future__ import annotations

import dataclasses
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden.ternary_file import ModelFileError

_ENTRY = struct.Struct("<BBHIII")


class Section:
    """Content of one section, read from its start."""

    def __init__(self, name: str, encoding: int, data: bytes) -> None:
        self.name, self.encoding, self.data = name, encoding, data

    def take(self, size: int) -> bytes:
        if len(self.data) < size:
            raise ModelFileError(f"{self.name}: {size} bytes expected, {len(self.data)} left")
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def floats(self, count: int, dtype: str = "<f4") -> NDArray[Any]:
        values = np.frombuffer(self.take(np.dtype(dtype).itemsize * count), dtype).astype(np.float32)
        if not np.all(np.isfinite(values)):
            raise ModelFileError(f"{self.name}: a value is not finite")
        return values


@dataclasses.dataclass(frozen=True)
class SectionFile:
    """A format: its magic, and the layout of its header with magic, sections and bytes."""

    magic: bytes
    header: struct.Struct

    def encode(self, fields: Sequence[int], sections: Sequence[tuple[int, int, int, bytes]]) -> bytes:
        """File image; `sections` has the kind, encoding, layer and content of each, in file order."""
        offset = self.header.size + _ENTRY.size * len(sections) + 4
        table = b""
        for kind, encoding, layer, data in sections:
            table += _ENTRY.pack(kind, encoding, layer, offset, len(data), zlib.crc32(data))
            offset += len(data)
        head = self.header.pack(self.magic, *fields, len(sections), offset) + table
        return b"".join([head, struct.pack("<I", zlib.crc32(head)), *(data for *_, data in sections)])

    def fields(self, data: bytes) -> list[int]:
        """The fields that `encode` got; raises ModelFileError when header or table is damaged."""
        if len(data) < self.header.size or not data.startswith(self.magic):
            raise ModelFileError(f"magic: {bytes(data[:8])!r} at byte offset 0, expected {self.magic!r}")
        _, *fields, count, _ = self.header.unpack_from(data)
        end = self.header.size + _ENTRY.size * count
        if len(data) < end + 4 or zlib.crc32(data[:end]) != struct.unpack_from("<I", data, end)[0]:
            raise ModelFileError("header: its checksum does not fit; fetch the file again")
        return fields

    def sections(self, data: bytes, expected: Sequence[tuple[int, int, str]]) -> Iterator[tuple[str, int, bytes]]:
        """Name, encoding and content of every section, checked against the required order.

        `expected` has the kind, layer and name of each.
        """
        *_, count, file_bytes = self.header.unpack_from(data)
        if count != len(expected) or file_bytes != len(data):
            raise ModelFileError(f"header: {count} sections and {file_bytes} bytes, expected {len(expected)} "
                                 f"and {len(data)}")
        at = self.header.size + _ENTRY.size * count + 4
        for index, (kind, layer, name) in enumerate(expected):
            entry = _ENTRY.unpack_from(data, self.header.size + _ENTRY.size * index)
            got_kind, encoding, got_layer, offset, size, checksum = entry
            if (got_kind, got_layer, offset) != (kind, layer, at):
                raise ModelFileError(f"{name}: kind, layer and offset {got_kind}, {got_layer}, {offset}, "
                                     f"expected {kind}, {layer}, {at}")
            content = data[at:at + size]
            if zlib.crc32(content) != checksum:
                raise ModelFileError(f"{name}: the checksum of bytes {at} to {at + size} does not fit; "
                                     "fetch the file again")
            yield name, encoding, content
            at += size
