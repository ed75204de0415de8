"""ELF files that no linker makes: each is a way to lie to whoever reads it. Their program exits, or faults in a function."""

from __future__ import annotations

import dataclasses
import random
import struct
from collections.abc import Callable

# movs r0, #0x18; ldr r1, [pc, #4]; bkpt 0xAB; b .; .word 0x20026: SYS_EXIT with ADP_Stopped_ApplicationExit
EXITS = struct.pack("<4HI", 0x2018, 0x4901, 0xBEAB, 0xE7FE, 0x20026)
FAULTS = struct.pack("<2H", 0xDE00, 0xE7FE)
HEADER_BYTES, SEGMENT_BYTES, SECTION_BYTES, SYMBOL_BYTES = 52, 32, 40, 16
LOAD, READ_EXECUTE, READ_WRITE = 1, 5, 6
SYMTAB, STRTAB, PROGBITS = 2, 3, 1
FUNCTION = 0x12  # STB_GLOBAL, STT_FUNC


@dataclasses.dataclass
class Section:
    kind: int
    data: bytes
    name: int = 0
    address: int = 0
    flags: int = 0
    link: int = 0
    entry: int = 0
    size: int | None = None


@dataclasses.dataclass
class Elf:
    flash: int
    ram: int
    code: bytes = EXITS
    segments: list[tuple[int, ...]] = dataclasses.field(default_factory=list)  # offset, virtual, physical, in file, in memory, flags
    sections: list[Section] = dataclasses.field(default_factory=list)
    data: bytes = b""  # behind the code
    stack: int | None = None
    reset: int | None = None
    entry: int | None = None
    kind: int = 2
    machine: int = 40
    ident: bytes = b"\x7fELF\x01\x01\x01" + bytes(9)
    segment_count: int | None = None
    section_count: int | None = None

    def image(self) -> bytes:
        """The vector table and the code."""
        stack = self.ram + 0x1000 if self.stack is None else self.stack
        reset = self.flash + 9 if self.reset is None else self.reset
        return struct.pack("<II", stack & 0xFFFFFFFF, reset & 0xFFFFFFFF) + self.code

    def write(self) -> bytes:
        image = self.image()
        segments = self.segments or [(0, self.flash, self.flash, len(image), len(image), READ_EXECUTE)]
        begin = HEADER_BYTES + SEGMENT_BYTES * len(segments)
        table = b"".join(struct.pack("<8I", LOAD, (begin + offset) & 0xFFFFFFFF, virtual & 0xFFFFFFFF, physical & 0xFFFFFFFF,
                                     file & 0xFFFFFFFF, memory & 0xFFFFFFFF, flags, 4)
                         for offset, virtual, physical, file, memory, flags in segments)
        body = image + self.data
        sections = b""
        at = begin + len(body)
        if self.sections:
            headers = bytes(SECTION_BYTES)
            for section in self.sections:
                size = len(section.data) if section.size is None else section.size
                headers += struct.pack("<10I", section.name, section.kind, section.flags, section.address, at + len(sections),
                                       size, section.link, 0, 1, section.entry)
                sections += section.data
            at += len(sections)
            sections += headers
        count = len(segments) if self.segment_count is None else self.segment_count
        shown = len(self.sections) + 1 if self.sections else 0
        section_count = shown if self.section_count is None else self.section_count
        entry = self.flash + 9 if self.entry is None else self.entry
        header = self.ident + struct.pack("<HHIIIIIHHHHHH", self.kind, self.machine, 1, entry & 0xFFFFFFFF, HEADER_BYTES,
                                          at if section_count else 0, 0x5000200, HEADER_BYTES, SEGMENT_BYTES, count,
                                          SECTION_BYTES, section_count, 0)
        return header + table + body + sections


def _with_symbols(elf: Elf, symbols: list[tuple[int, int, int, int]], names: bytes) -> Elf:
    """Symbols as offset of the name, address, bytes and kind, in a section of code."""
    table = bytes(SYMBOL_BYTES) + b"".join(struct.pack("<IIIBBH", name, address, size, info, 0, 1) for name, address, size, info in symbols)
    elf.sections = [Section(PROGBITS, elf.image(), address=elf.flash, flags=6), Section(SYMTAB, table, link=3, entry=SYMBOL_BYTES),
                    Section(STRTAB, names)]
    return elf


def _many(elf: Elf, count: int, size: int) -> Elf:
    names = b"\0" + b"".join(b"symbol_%d\0" % k for k in range(1000))
    offsets = [1]
    for k in range(999):
        offsets.append(offsets[-1] + len(b"symbol_%d\0" % k))
    elf.code = FAULTS
    kind = FUNCTION if size else 0x00
    return _with_symbols(elf, [(offsets[k % 1000], elf.flash + 8 + k % 4, size, kind) for k in range(count)], names)


def _named(elf: Elf, name: bytes, end: bytes = b"\0") -> Elf:
    elf.code = FAULTS
    return _with_symbols(elf, [(1, elf.flash + 8, 4, FUNCTION)], b"\0" + name + end)


def _segments(elf: Elf, *segments: tuple[int, ...]) -> Elf:
    image = len(elf.image())
    elf.segments = [(0, elf.flash, elf.flash, image, image, READ_EXECUTE), *segments]
    return elf


def _overlapping(elf: Elf, place: int) -> Elf:
    """60 000 segments that each put the same MiB at one place."""
    elf.data = bytes(1 << 20)
    return _segments(elf, *((len(elf.image()), place, place, 1 << 20, 1 << 20, READ_WRITE) for _ in range(60_000)))


def _nested(elf: Elf) -> Elf:
    """Each inside the one before it, and between them pieces of which every later one covers all."""
    elf.data = bytes(1 << 20)
    begin = len(elf.image())
    small = [(begin, elf.ram + 0x10000 + 16 * k, elf.ram + 0x10000 + 16 * k, 8, 8, READ_WRITE) for k in range(30_000)]
    large = [(begin, elf.ram + 0x10000 + k, elf.ram + 0x10000 + k, 500_000, 500_000, READ_WRITE) for k in range(30_000)]
    return _segments(elf, *small, *large)


def _garbage(elf: Elf) -> Elf:
    source = random.Random(1)
    elf.code = FAULTS
    names = b"\0.debug_info\0.debug_abbrev\0.debug_line\0.debug_frame\0.debug_str\0"
    elf = _with_symbols(elf, [(1, elf.flash + 8, 4, FUNCTION)], names)
    for name in (b".debug_info", b".debug_abbrev", b".debug_line", b".debug_frame", b".debug_str"):
        elf.sections.append(Section(PROGBITS, source.randbytes(20_000), name=names.index(name)))
    return elf


def _set(elf: Elf, **fields: object) -> Elf:
    return dataclasses.replace(elf, **fields)  # type: ignore[arg-type]


SHAPES: dict[str, Callable[[Elf], bytes]] = {
    "overlapping": lambda elf: _overlapping(elf, elf.ram + 0x10000).write(),
    "overlapping_misfit": lambda elf: _overlapping(elf, 0x70000000).write(),
    "nested_segments": lambda elf: _nested(elf).write(),
    "memory_huge": lambda elf: _segments(elf, (0, elf.ram, elf.ram, 0, 0x7FFFFFFF, READ_WRITE)).write(),
    "memory_wraps": lambda elf: _segments(elf, (0, 0xFFFFFF00, 0xFFFFFF00, 0, 0x1000, READ_WRITE)).write(),
    "offset_outside": lambda elf: _segments(elf, (1 << 20, elf.ram, elf.ram, 100, 100, READ_WRITE)).write(),
    "offset_wraps": lambda elf: _segments(elf, (0xFFFFFF00, elf.ram, elf.ram, 0x1000, 0x1000, READ_WRITE)).write(),
    "file_over_memory": lambda elf: _segments(elf, (0, elf.ram, elf.ram, 20, 10, READ_WRITE)).write(),
    "count_lies": lambda elf: _set(elf, segment_count=65534).write(),
    "no_segments": lambda elf: _set(elf, segment_count=0).write(),
    "no_sections": lambda elf: elf.write(),
    "sections_lie": lambda elf: _set(elf, section_count=65000).write(),
    "entry_outside": lambda elf: _set(elf, entry=0xFFFFFFFE).write(),
    "reset_even": lambda elf: _set(elf, reset=elf.flash + 8).write(),
    "reset_outside": lambda elf: _set(elf, reset=0x90000001).write(),
    "stack_nowhere": lambda elf: _set(elf, stack=0xFFFFFFF0).write(),
    "vectors_missing": lambda elf: _set(elf, segments=[(8, elf.flash + 8, elf.flash + 8, 12, 12, READ_EXECUTE)]).write(),
    "many_symbols": lambda elf: _many(elf, 200_000, 4).write(),
    "many_labels": lambda elf: _many(elf, 200_000, 0).write(),
    "names_unended": lambda elf: _named(elf, b"x" * 3_000_000, b"").write(),
    "escapes_in_names": lambda elf: _named(elf, b"\x1b]0;title\x07\x1b[31mred\r\n\x9b31m\xe2\x80\xae").write(),
    "mangled_bomb": lambda elf: _named(elf, b"_Z1f" + b"SsS_IS0_E" * 300).write(),
    "debug_garbage": lambda elf: _garbage(elf).write(),
    "header_cut": lambda elf: elf.write()[:40],
    "segments_cut": lambda elf: elf.write()[:60],
    "big_endian": lambda elf: _set(elf, ident=b"\x7fELF\x01\x02\x01" + bytes(9)).write(),
    "class_64": lambda elf: _set(elf, ident=b"\x7fELF\x02\x01\x01" + bytes(9)).write(),
    "other_machine": lambda elf: _set(elf, machine=62).write(),
    "shared_object": lambda elf: _set(elf, kind=3).write(),
    "empty": lambda elf: b"",
    "text": lambda elf: b"this is no firmware\n" * 1000,
    "all_ones": lambda elf: b"\xff" * 100_000,
}


def make(name: str, flash: int, ram: int) -> bytes:
    """The file of that shape, for a core whose memories begin there."""
    return SHAPES[name](Elf(flash, ram))
