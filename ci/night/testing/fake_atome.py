#!/usr/bin/python3 -SE
"""Stands for `atome` in tests: a report of one cell at once, or what behaviour.json beside its folder says.

behaviour.json: part of a command line -> crash, hang, silent, missing, mismatch, refuse, garbage, once (crashes once), or
seconds to take. Needs no protobuf: it writes the wire format itself. Reports are joined by the real `atome`.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KINDS, VARIANTS = {"verify": 1, "cycles": 2, "size": 3, "bench": 5}, {"f32": 1, "q15": 2, "q15kv8": 3, "plain": 4, "f32kv16": 5}


def _varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + _varint(value >> 7)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _report(words: list[str], status: int) -> bytes:
    def option(name: str) -> bytes:
        return words[words.index(f"--{name}") + 1].encode() if f"--{name}" in words else b""

    wall = words[0] == "bench"
    value = time.time_ns() if wall else int(hashlib.sha256(" ".join(words).encode()).hexdigest()[:8], 16)
    figure = _bytes(1, b"seconds" if wall else b"tokens_matched") + _number(4, value)
    runner = option("runner") or {"cycles": b"unicorn", "size": b"elf"}.get(words[0], b"")
    cell = (_bytes(1, runner) + _bytes(2, option("core")) + _bytes(3, os.path.basename(words[1]).encode())
            + _number(4, VARIANTS.get(option("variant").decode(), 0)) + _number(5, status) + _number(24, KINDS[words[0]])
            + _bytes(26, option("build")) + _bytes(28, option("suite")) + _bytes(29, figure))
    return _bytes(1, b"atome") + _bytes(3, cell) + _number(5, 2)


def _become_the_real_one(words: list[str]) -> None:
    """Beside the modules that protoc generated."""
    build = os.path.dirname(os.environ.get("ATOME_PROTO_PYTHON", f"{ROOT}/build/python"))
    os.execv(f"{build}/atome", ["atome", *words])


def main() -> int:
    if sys.argv[1] == "merge":
        _become_the_real_one(sys.argv[1:])
    words = sys.argv[1:sys.argv.index("--report")]
    line, report = " ".join(words), sys.argv[sys.argv.index("--report") + 1]
    with open(f"{ROOT}/started", "a", encoding="utf-8") as file:
        file.write(line + "\n")
    with open(f"{ROOT}/behaviour.json", encoding="utf-8") as file:
        action = next((action for part, action in json.load(file).items() if part in line), 0)
    if action == "once":
        marker = f"{ROOT}/{hashlib.sha256(line.encode()).hexdigest()}"
        action = 0 if os.path.exists(marker) else "crash"
        with open(marker, "w", encoding="utf-8"):
            pass
    if action == "crash":
        print("about to fall", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGSEGV)
    if action == "hang":
        child = subprocess.Popen(["/bin/sleep", "1000"])
        with open(f"{ROOT}/children", "a", encoding="utf-8") as file:
            file.write(f"{child.pid}\n")
        time.sleep(1000)
    if action == "missing":
        print("fake: no qemu; install qemu-system-arm", file=sys.stderr)
        return 2
    if action == "silent":
        return 0
    time.sleep(action if isinstance(action, (int, float)) else 0)
    with open(report, "wb") as out:
        status = {"mismatch": 2, "refuse": 3}.get(str(action), 1)
        out.write(b"\xff\xff" if action == "garbage" else _report(words, status))
    return status - 1


if __name__ == "__main__":
    sys.exit(main())
