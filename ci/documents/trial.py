"""Runs a document's commands one after the other, as its reader would, in a checkout."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator

from ci.documents import commands as shown
from ci.documents.commands import Command
from ci.documents.exceptions import Exceptions

LIMIT_S = 900
MAX_TOLD = 2000  # characters of what a command printed


@dataclasses.dataclass(frozen=True)
class Outcome:
    document: str
    command: Command
    left_out: str = ""  # why
    wrong: str = ""     # what went wrong, with the end of what it printed
    seconds: float = 0

    @property
    def place(self) -> str:
        return f"{self.document}:{self.command.line}"


def _environment() -> dict[str, str]:
    """A new user's: nothing of ours is set."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ATOME_") and name != "PYTHONPATH"}


@dataclasses.dataclass(frozen=True)
class Place:
    """Where commands run. A document's files in /tmp are in a folder of this run, so that none is there that it did not make."""
    checkout: pathlib.Path
    scratch: str

    def start(self, command: Command) -> subprocess.Popen[bytes]:
        text = command.text.replace("/tmp/", f"{self.scratch}/")
        return subprocess.Popen(["bash", "-o", "pipefail", "-c", text], cwd=self.checkout, env=_environment(), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """With all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _listens(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Waits until somebody listens there, without connecting: the server may serve one client alone."""
    wanted = f":{port:04X}"
    for _ in range(300):
        for line in pathlib.Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
            words = line.split()
            if words[1].endswith(wanted) and words[3] == "0A":  # TCP_LISTEN
                return True
        if process.poll() is not None:
            return False
        time.sleep(0.1)
    return False


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _try(command: Command, place: Place, limit_s: float) -> str:
    """What went wrong; empty when it ended with its exit code."""
    process = place.start(command)
    try:
        printed, _ = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        _end(process)
        return f"did not end within {limit_s:g} s"
    if process.returncode == command.exit_code:
        return ""
    said = printed.decode(errors="replace")[-MAX_TOLD:]
    return f"exit code {process.returncode}, the document says {command.exit_code}\n{said}"


def _serve(command: Command, place: Place, port: int, servers: list[subprocess.Popen[bytes]]) -> str:
    """Starts it and waits until it listens; what went wrong."""
    if not _free(port):
        return f"another program listens on port {port}"
    servers.append(place.start(command))
    return "" if _listens(port, servers[-1]) else f"does not listen on port {port}"


def _end_all(servers: list[subprocess.Popen[bytes]]) -> None:
    while servers:
        _end(servers.pop())


def run(document: str, checkout: pathlib.Path, exceptions: Exceptions, limit_s: float = LIMIT_S) -> Iterator[Outcome]:
    """The outcome of each command, as it ends. A server is stopped when the command behind it has ended."""
    text = (checkout / document).read_text(encoding="utf-8")
    for given in exceptions.files:
        if given.document == document:
            (checkout / given.file).write_text(shown.json_block(text, given.key), encoding="utf-8")
    servers: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory(prefix="atome-readme-") as scratch, contextlib.ExitStack() as at_the_end:
        at_the_end.callback(_end_all, servers)
        place = Place(checkout, scratch)
        for command in shown.commands(text):
            began = time.monotonic()
            wrong, why, port = "", exceptions.reason(command.text), exceptions.port(command.text)
            if not why and port:
                _end_all(servers)
                wrong = _serve(command, place, port, servers)
            elif not why:
                wrong = _try(command, place, limit_s)
                _end_all(servers)
            yield Outcome(document, command, why, wrong, time.monotonic() - began)
