"""The guests as ELF files, made again only when their source or the compiler's flags are other ones."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import pathlib
import subprocess

from ci.containment import shapes
from ci.containment.guest_file import Guest
from reports import whole_file

SOURCES = pathlib.Path(__file__).resolve().parent / "sources"
LAYOUT = SOURCES.parents[2] / "emulation" / "testing" / "guests" / "guest.ld"


@dataclasses.dataclass(frozen=True)
class Core:
    name: str
    gcc: tuple[str, ...]
    flash: int
    ram: int
    has_fpu: bool


def cores(root: pathlib.Path) -> list[Core]:
    entries = json.loads((root / "emulation" / "boards" / "cores.json").read_text(encoding="utf-8"))["cores"]
    return [Core(entry["name"], tuple(entry["gcc"]), int(entry["flash_address"], 0), int(entry["ram_address"], 0), entry["fpu"])
            for entry in entries]


def _command(guest: Guest, core: Core, canary: pathlib.Path) -> list[str]:
    return ["arm-none-eabi-gcc", *core.gcc, *guest.flags, f'-DCANARY="{canary}"', "-mthumb", "-masm-syntax-unified", "-O1", "-ffreestanding", "-nostdlib", "-w",
            f"-Wl,--defsym=flash_address={core.flash:#x}", f"-Wl,--defsym=ram_address={core.ram:#x}", "-Wl,--no-warn-rwx-segments",
            "-T", str(LAYOUT), str(SOURCES / guest.source), "-lc", "-lgcc"]


def build(guest: Guest, core: Core, folder: pathlib.Path) -> pathlib.Path:
    """The file in `folder`, which has a file `canary` that the guest knows by its name. ValueError with what the compiler says; OSError without one."""
    if not guest.source:
        data = shapes.make(guest.name, core.flash, core.ram)
        path = folder / f"{guest.name}_{core.flash:x}_{core.ram:x}_{len(data)}.elf"
        if not path.exists() or path.read_bytes() != data:
            whole_file.write(path, data)
        return path
    command = _command(guest, core, folder / "canary")
    text = b"".join((SOURCES / name).read_bytes() for name in (guest.source, "hostile.h")) + LAYOUT.read_bytes()
    digest = hashlib.sha256(repr(command).encode() + text).hexdigest()[:16]
    path = folder / f"{guest.name}_{core.name}_{digest}.elf"
    if path.exists():
        return path
    beside = path.with_suffix(".new")
    made = subprocess.run([*command, "-o", str(beside)], capture_output=True, text=True, errors="replace", check=False)
    if made.returncode != 0:
        raise ValueError(f"{SOURCES / guest.source}: {guest.name} for {core.name} does not build:\n{made.stderr.strip()}")
    beside.replace(path)
    return path
