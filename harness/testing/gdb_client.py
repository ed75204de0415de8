"""A small client of GDB's remote serial protocol, for tests of `atome run --gdb`."""

from __future__ import annotations

import pathlib
import re
import socket
import subprocess

from harness.testing.process import BUILD


class GdbClient:
    """A run that waits for a debugger, and the connection to it."""

    def __init__(self, elf: pathlib.Path, *words: str | pathlib.Path) -> None:
        self.process = subprocess.Popen([BUILD / "atome", "run", elf, "--gdb", "0", *words], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        self.hint = self.process.stderr.readline()
        match = re.search(r"target remote :(\d+)'", self.hint)
        assert match, self.hint
        self.port = int(match[1])
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.unread = b""

    def send(self, body: str) -> None:
        self.socket.sendall(b"$" + body.encode("latin-1") + b"#%02x" % (sum(body.encode("latin-1")) & 255))

    def receive(self) -> str:
        """The next packet's body; acknowledges it."""
        while not (match := re.search(rb"\$([^#]*)#([0-9a-f]{2})", self.unread)):
            more = self.socket.recv(65536)
            assert more, "the connection is closed"
            self.unread += more
        self.unread = self.unread[match.end():]
        assert sum(match[1]) & 255 == int(match[2], 16), "checksum"
        self.socket.sendall(b"+")
        return match[1].decode("latin-1")

    def ask(self, body: str) -> str:
        self.send(body)
        return self.receive()

    def pc(self) -> int:
        return int.from_bytes(bytes.fromhex(self.ask("pf")), "little")

    def register(self, number: int) -> int:
        return int.from_bytes(bytes.fromhex(self.ask(f"p{number:x}")), "little")

    def end(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of the run once it is over."""
        output, errors = self.process.communicate(timeout=60)
        self.socket.close()
        return self.process.returncode, output, errors
