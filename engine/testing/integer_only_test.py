"""Holds variant q15's rule: no floating point, neither in its object code nor in what is linked to it.

    python3 engine/testing/integer_only_test.py --firmware build/firmware --library build/engine/untapped/libatome_engine.a

Disassembles the firmware of every core that is there, and the host's object. Firmware of f32 must be found guilty, so that
a rule that sees nothing does not pass. Exit code 0: the rule holds; 1: it does not, each breach on stderr; 77: there is no
firmware of this variant, or no cross binutils.
"""

from __future__ import annotations

import argparse
import functools
import pathlib
import re
import shutil
import subprocess
import sys

SKIP = 77
INSTRUCTION = re.compile(r"^\s*[0-9a-f]+:\t(\S+)", re.MULTILINE)
VFP = re.compile(r"v[a-z]")
# Arithmetic, comparison and conversion; moves and logic of these registers serve integers too.
SSE = re.compile(r"v?(add|sub|mul|div|sqrt|rsqrt|rcp|min|max|cmp|u?comi|round|hadd|fn?m(add|sub))\w*[sp][sd]|v?cvt\w+|f[a-z]\w*")
# Of libgcc, by its Arm and by its own names.
ROUTINE = re.compile(r"__aeabi_(c?[fd][a-z0-9]+|u?[il]2[fd]|h2f|f2h)|__\w*[sd]f[a-z0-9]*")


def run(*command: str | pathlib.Path) -> str:
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


@functools.cache  # every core's f32 is asked for once for each ELF
def firmware_breaches(elf: pathlib.Path) -> list[str]:
    """A sentence for each kind of floating point in one ELF."""
    found = {m for m in INSTRUCTION.findall(run("arm-none-eabi-objdump", "-d", "--no-show-raw-insn", elf)) if VFP.match(m)}
    words = (line.split() for line in run("arm-none-eabi-nm", elf).splitlines())
    found |= {w[-1] for w in words if ROUTINE.fullmatch(w[-1])}
    return [f"{elf}: has {name}" for name in sorted(found)]


def host_breaches(library: pathlib.Path) -> list[str]:
    """The same of the host's object of this variant; nothing on a host that is no x86."""
    if "x86-64" not in run("objdump", "-f", library):
        return []
    text = run("objdump", "-d", "--no-show-raw-insn", library)
    member = re.search(r"^(atome_q15\.cc\S*):.*?(?=^\S+:\s+file format|\Z)", text, re.MULTILINE | re.DOTALL)
    if member is None:
        return [f"{library}: has no member atome_q15.cc"]
    found = sorted({m for m in INSTRUCTION.findall(member[0]) if SSE.fullmatch(m)})
    return [f"{library}, {member[1]}: has {name}" for name in found]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--firmware", type=pathlib.Path, required=True, help="folder of firmware, a folder a core")
    parser.add_argument("--library", type=pathlib.Path, help="static library of the engine, built without taps")
    arguments = parser.parse_args()

    breaches = host_breaches(arguments.library) if arguments.library else []
    elfs = [] if shutil.which("arm-none-eabi-objdump") is None else sorted(
        path for path in arguments.firmware.glob("*/*-q15*.elf") if not path.name.endswith("-taps.elf"))
    for elf in elfs:
        breaches += firmware_breaches(elf)
        guilty = elf.parent / "generic-f32.elf"
        if guilty.exists() and not firmware_breaches(guilty):
            breaches.append(f"{guilty}: no floating point was found where there must be some; mend this test")
    for breach in sorted(set(breaches)):
        print(breach, file=sys.stderr)
    if breaches:
        return 1
    return 0 if elfs else SKIP


if __name__ == "__main__":
    sys.exit(main())
