"""A debug server with a made-up target: memory, registers and a script of stops; and all that can go wrong with one."""

from __future__ import annotations

import dataclasses
import re
import socket
import struct
import threading
from collections.abc import Callable

ESCAPE, INTERRUPT = 0x7D, b"\x03"
PC, LR, SP, R0, R1 = 15, 14, 13, 0, 1
MAP = ('<?xml version="1.0"?><memory-map><memory type="flash" start="0x{:x}" length="0x{:x}">'
       '<property name="blocksize">0x{:x}</property></memory><memory type="ram" start="0x20000000" length="0x400000"/></memory-map>')


@dataclasses.dataclass
class Fake:
    """What the server does. `on_continue` is called at each "c" and gives the answer, or None: the core runs on."""
    on_continue: Callable[[Fake], str | None] = lambda fake: None
    cut_after: int | None = None  # packets
    damaged: int = 0  # answers in a row with a wrong checksum; -1: all
    byte_by_byte: bool = False
    stops_at_interrupt: bool = True
    locked: bool = False  # memory cannot be read
    flash: tuple[int, int, int] | None = None  # address, bytes, of a block
    flash_locked: bool = False
    no_acknowledgements: bool = False  # offers to leave them out
    single_registers: bool = True
    resets: bool = True
    answers: dict[str, str] = dataclasses.field(default_factory=dict)  # packet (its beginning) -> answer
    runs: bool = False  # shortens runs of zeros

    memory: dict[int, int] = dataclasses.field(default_factory=dict)
    registers: list[int] = dataclasses.field(default_factory=lambda: [0] * 17)
    packets: list[str] = dataclasses.field(default_factory=list)
    erased: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    breakpoint: int | None = None
    running: bool = False

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def word(self, address: int) -> int:
        return int(struct.unpack("<I", bytes(self.memory.get(address + k, 0) for k in range(4)))[0])

    def put(self, address: int, data: bytes) -> None:
        self.memory.update((address + k, byte) for k, byte in enumerate(data))

    def put_words(self, address: int, *words: int) -> None:
        self.put(address, struct.pack(f"<{len(words)}I", *words))

    def text(self, address: int) -> bytes:
        data = bytearray()
        while byte := self.memory.get(address + len(data), 0):
            data.append(byte)
        return bytes(data)

    def _serve(self) -> None:
        try:
            connection, _ = self.listener.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._talk(connection)
        except OSError:
            pass
        finally:
            self.listener.close()

    def _talk(self, connection: socket.socket) -> None:
        stream, last, acknowledged = b"", b"", True
        while data := connection.recv(65536):
            stream += data
            while stream:
                if stream[:1] == INTERRUPT:
                    stream = stream[1:]
                    if self.running and self.stops_at_interrupt:
                        self.running = False
                        self._send(connection, frame("T02"))
                elif stream[:1] == b"-":
                    stream = stream[1:]
                    self._send(connection, self._damaged(last))
                elif stream[:1] != b"$":
                    stream = stream[1:]
                elif (match := re.match(rb"\$([^#]*)#([0-9a-f]{2})", stream, re.DOTALL)) is None:
                    break
                else:
                    stream = stream[match.end():]
                    assert frame(match[1]) == match[0], "a good checksum"
                    if self.cut_after is not None and len(self.packets) == self.cut_after:
                        return
                    body = plain(match[1])
                    self.packets.append(body.decode("latin-1"))
                    if acknowledged:
                        self._send(connection, b"+")
                    answer = self._answer(body)
                    if answer is None:
                        continue
                    last = frame(shortened(answer) if self.runs else answer)
                    acknowledged = acknowledged and body != b"QStartNoAckMode"
                    self._send(connection, self._damaged(last) if acknowledged else last)

    def _damaged(self, packet: bytes) -> bytes:
        if self.damaged == 0:
            return packet
        self.damaged -= 1
        return packet[:-2] + (b"00" if packet[-2:] != b"00" else b"11")

    def _send(self, connection: socket.socket, data: bytes) -> None:
        if not self.byte_by_byte:
            connection.sendall(data)
            return
        for byte in data:
            connection.sendall(bytes([byte]))

    def _answer(self, body: bytes) -> str | None:
        text = body.decode("latin-1")
        for begin, answer in self.answers.items():
            if text.startswith(begin):
                return answer
        if text.startswith("qSupported"):
            return ("PacketSize=400" + (";QStartNoAckMode+" if self.no_acknowledgements else "") +
                    (";qXfer:memory-map:read+" if self.flash else ""))
        if text == "QStartNoAckMode":
            return "OK"
        if text.startswith("qXfer:memory-map:read::") and self.flash:
            at, count = (int(word, 16) for word in text.split("::")[1].split(","))
            part = MAP.format(*self.flash)[at:at + count]
            return ("m" if at + count < len(MAP.format(*self.flash)) else "l") + part
        if text.startswith("qRcmd,"):
            if bytes.fromhex(text[6:]) == b"reset halt" and self.resets:
                self.registers[LR], self.registers[PC], self.registers[SP] = 0xFFFFFFFF, self.word(4) & ~1, self.word(0)
            return "OK"
        if text == "?":
            return "T05"
        if text == "c":
            answer = self.on_continue(self)
            self.running = answer is None
            return answer
        if text in ("D", "k"):
            return "OK"
        return self._access(text, body)

    def _access(self, text: str, body: bytes) -> str:
        if text == "g":
            return struct.pack("<17I", *self.registers).hex()
        if text[0] == "G":
            self.registers[:] = struct.unpack("<17I", bytes.fromhex(text[1:]))
            return "OK"
        if text[0] in "pP" and self.single_registers:
            number, _, value = text[1:].partition("=")
            if text[0] == "p":
                return struct.pack("<I", self.registers[int(number, 16)]).hex()
            self.registers[int(number, 16)] = struct.unpack("<I", bytes.fromhex(value))[0]
            return "OK"
        if text[0] in "zZ" and text[1] == "1":
            self.breakpoint = int(text.split(",")[1], 16) if text[0] == "Z" else None
            return "OK"
        if text[0] == "m":
            address, count = (int(word, 16) for word in text[1:].split(","))
            return "E01" if self.locked else bytes(self.memory.get(address + k, 0) for k in range(count)).hex()
        if text[0] == "M":
            place, _, data = text[1:].partition(":")
            address = int(place.split(",")[0], 16)
            if self.locked or (self.flash and self.flash[0] <= address < self.flash[0] + self.flash[1]):
                return "E01"
            self.put(address, bytes.fromhex(data))
            return "OK"
        if text.startswith("vFlash") and self.flash:
            return self._flash(text, body)
        return ""

    def _flash(self, text: str, body: bytes) -> str:
        if self.flash_locked:
            return "E01"
        if text.startswith("vFlashErase:"):
            address, count = (int(word, 16) for word in text[12:].split(","))
            self.erased.append((address, count))
            self.put(address, b"\xff" * count)
        elif text.startswith("vFlashWrite:"):
            place, _, data = body[12:].partition(b":")
            self.put(int(place, 16), data)
        return "OK"


def frame(body: str | bytes) -> bytes:
    data = body.encode("latin-1") if isinstance(body, str) else body
    return b"$" + data + b"#" + f"{sum(data) & 0xFF:02x}".encode()


def plain(data: bytes) -> bytes:
    """Without escapes."""
    return re.sub(rb"\}(.)", lambda match: bytes([match[1][0] ^ 0x20]), data, flags=re.DOTALL)


def shortened(body: str) -> str:
    """With runs of zeros as GDB's protocol shortens them; the counts that would be "#" and "$" are left alone."""
    def run(match: re.Match[str]) -> str:
        more = min(len(match[0]) - 1, 97)
        while chr(more + 29) in "#$+-":
            more -= 1
        return "0*" + chr(more + 29) + "0" * (len(match[0]) - 1 - more)

    return re.sub(r"0{4,}", run, body)
