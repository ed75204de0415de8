"""Writes the seeds of the fuzz targets' corpora, each small, from the repository's tiny models and from a build's outputs.

    /usr/bin/python3 -m ci.fuzzing.seeds --build build

Seeds are named seed-*; other files of a corpus were found by fuzzing, and stay.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = ROOT / "golden" / "models"
TINY = "tiny_k1"
DIMENSIONS = ("vocab_size", "d_model", "n_layers", "d_head", "kernel_size", "top_k", "max_seq")
F32, F32_KV16, Q15, Q15_KV8, PLAIN, OWN_SHAPE, MEND = 0, 1, 2, 3, 4, 0x40, 0x80  # as engine/fuzz/model_fuzz.cc has them

Seeds = dict[str, bytes]


def _run(*words: str | pathlib.Path) -> None:
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


def _shape(model: str) -> bytes:
    """The dimensions, a byte each."""
    text = json.loads((MODELS / model / "config.json").read_text())["config"]
    values = dict(part.split("=") for part in text.split(","))
    return bytes(int(values[name]) for name in DIMENSIONS)


def model(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    """A file of each format at each variant; images; a plain transformer of each kind of weights."""
    from golden.plain_file import encode
    from golden.plain_model import PlainConfig
    from golden.random_plain import random_plain_model

    shape = _shape(TINY)
    seeds = {}
    for variant in (F32, F32_KV16, Q15, Q15_KV8):
        file = (MODELS / TINY / f"{TINY}.atome0{1 + variant % 3}").read_bytes()
        seeds[f"atome0{1 + variant % 3}-{variant}"] = bytes([variant | MEND]) + shape + bytes([variant]) + file
    third = (MODELS / TINY / f"{TINY}.atome03").read_bytes()
    seeds["own-shape"] = bytes([F32 | MEND | OWN_SHAPE]) + shape + b"\0" + third
    text = ",".join(str(number) for number in shape)
    for variant, name, layout in ((F32, "f32", "columns"), (Q15_KV8, "q15kv8", "tiles")):
        image = folder / f"{name}.image"
        _run(build / "engine" / "prepare" / "atome_prepare", MODELS / TINY / f"{TINY}.atome03", text, name, layout, image)
        seeds[f"image-{name}"] = bytes([variant]) + shape + b"\0" + image.read_bytes()
    small = PlainConfig(vocab_size=11, d_model=6, n_layers=1, n_heads=2, d_ff=5, max_seq=8)
    for weights in ("fp32", "int8"):
        plain = random_plain_model(small, 5, weights=weights)
        seeds[f"plain-{weights}"] = bytes([PLAIN | MEND | OWN_SHAPE]) + bytes(8) + encode(plain, weights)
    return {name: seed for name, seed in seeds.items() if len(seed) <= 6000}


def inspect(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    files = {f"atome0{k}": (MODELS / TINY / f"{TINY}.atome0{k}").read_bytes() for k in (1, 2, 3)}
    return {name: b"\1" + file for name, file in files.items()} | {"own-shape": b"\0" + files["atome03"]}


def trace(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    from golden.trace import main

    seeds = {}
    for name, taps in (("logits", "none"), ("taps", "all")):
        path = folder / f"{name}.trace"
        if main([str(MODELS / TINY / f"{TINY}.atome01"), "--prompt-bytes", "1,2", "--steps", "1", "--full-taps-at", taps,
                 "--out", str(path)]) != 0:
            raise RuntimeError("golden.trace failed")
        seeds[name] = path.read_bytes()
    return seeds


def report(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    """Of the same report each form; its first byte says the form. Also one of an older atome."""
    seeds = {"old": b"\1" + (ROOT / "harness" / "report" / "testdata" / "old_form.json").read_bytes()}
    tiny = MODELS / TINY / f"{TINY}.atome03"
    for name, words in (("verify", ["verify", "--runner", "native"]), ("cycles", ["cycles", "--core", "m3"])):
        for form, ending in enumerate((".binpb", ".json")):
            path = folder / f"{name}{ending}"
            _run(build / "atome", *words, "--report", path, tiny)
            file = path.read_bytes()
            seeds[name + ending.replace(".", "-")] = bytes([form]) + file
            if name == "verify":
                seeds[name + ending.replace(".", "-") + "-xz"] = bytes([form + 2]) + lzma.compress(file)
    return {name: seed for name, seed in seeds.items() if len(seed) <= 4096}


def config(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    budgets = json.loads((ROOT / "ci" / "baselines" / "budgets.json").read_text())
    budgets["budgets"] = budgets["budgets"][:2]
    experiment = {"name": "a", "text": {"path": "t.txt", "from": "x"}, "seeds": [0, 1], "cores": ["m3"], "baseline": "a",
                  "contenders": [{"name": "a", "kind": "atome_ternary", "model": "m{seed}.atome03"},
                                 {"name": "b", "kind": "plain_int8", "model": "p.plain01", "variant": "plain"}]}
    seeds = {"budgets": json.dumps(budgets).encode(), "made-up": json.dumps(experiment).encode()}
    for path in sorted((ROOT / "golden" / "experiments").glob("*/experiment.json"))[:2]:
        seeds[path.parent.name] = path.read_bytes()[:4000]
    return seeds


def notation(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    ternary = json.loads((MODELS / TINY / "config.json").read_text())["config"].encode()
    plain = b"vocab_size=256,d_model=64,n_layers=2,n_heads=4,d_ff=128,max_seq=64,weights=1"
    answer = (b"atome-firmware 1 variant=f32 taps=0\nstate 1234\ncase 0\nstep 0 token 5 logits 3f800000 bf800000\n"
              b"generated 1 2\nend 0\n")
    return {"ternary": b"\0" + ternary, "plain": b"\0" + plain, "ulp": b"\1ulp:4", "relative": b"\1relative:1e-5",
            "core": b"\2m33", "number": b"\x020x20000000", "answer": b"\3" + answer,
            "grammar": b"\4story: {who} ran. | {who} sat.\nwho: Tom | Mia [a|b]\n"}


def board_file(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    boards = json.loads((ROOT / "emulation" / "boards" / "boards.json").read_text())["boards"]
    seeds = {board["name"]: json.dumps({"boards": [board]}).encode() for board in boards}
    small = sorted(seeds.items(), key=lambda item: len(item[1]))
    chosen = dict([*small[:2], small[len(small) // 2]])
    return chosen | {"memory": b"SRAM2=0x20010000:64K", "rights": b"ROM=0x1FFF0000:32K:rx"}


def elf(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    """A small one with lines and frames, and one of code alone; neither is padded to pages."""
    sources = ROOT / "emulation" / "testing" / "guests"
    lines, bare = folder / "lines.elf", folder / "bare.elf"
    _run("arm-none-eabi-gcc", "-mcpu=cortex-m0", "-mthumb", "-g", "-nostdlib", f"-Wa,-I,{sources}", "-Wl,-n",
         "-Wl,--defsym=flash_address=0", "-Wl,--defsym=ram_address=0x20000000", "-Wl,--no-warn-rwx-segments",
         "-T", sources / "guest.ld", "-o", lines, sources / "hello.S")
    _run("arm-none-eabi-strip", "--strip-debug", "-o", bare, lines)
    return {"bare": bare.read_bytes(), "lines": lines.read_bytes()}


def firmware_file(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    guest = build / "emulation" / "guests" / "hello.elf"
    forms = {}
    for name in ("ihex", "binary"):
        path = folder / name
        _run("arm-none-eabi-objcopy", "-O", name, guest, path)
        forms[name] = path.read_bytes()[:1500]
    block = struct.pack("<8I", 0x0A324655, 0x9E5D5157, 0x2000, 0x10000000, 256, 0, 1, 0xE48BFF56) + bytes(range(256)) * 2
    uf2 = block[:32] + forms["binary"][:256].ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30)
    return {"hex": b"\0" + forms["ihex"], "raw": b"\1" + forms["binary"][:200],
            "raw-at": b"\5" + struct.pack("<I", 0x8000) + forms["binary"][:200], "uf2": b"\x08" + uf2}


def gdb(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    bodies = (b"qSupported:swbreak+\nQStartNoAckMode\n?\ng\np0\nP3=78563412\nm20000000,4\nM20000080,2:0aff\nX20000080,1:a\n"
              b"Z0,40,2\nz0,40,2\nZ2,20000000,4\nvCont?\nvCont;s:1;c\nqXfer:features:read:target.xml:0,fff\n"
              b"qRcmd,72656773\nc\ns\nD\nk\n")
    return {"bodies": b"\6" + bodies, "bytes": b"\0$?#3f+$g#67-$m20000000,4#4d\x03", "server": b"\1$0*!#b6$OK#9a"}


def probe(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    flash = (b'l<memory-map><memory type="flash" start="0x8000000" length="0x20000"><property name="blocksize">0x400'
             b'</property></memory><memory type="ram" start="0x20000000" length="0x5000"/></memory-map>')
    begin = b"PacketSize=1000;qXfer:memory-map:read+;QStartNoAckMode+\nOK\n4f70656e4f4344\nOK\nS05\n" + flash + b"\n"
    registers = b"00000000" * 16
    stop = b"O48690a\nT05thread:1;\n" + b"04010008\n" + b"abbe0000abbe0000\n" + b"abbe\n04000000\n00000020\n41000000\nOK\nOK\n"
    return {"begin": b"\x80" + begin, "run": b"\x90" + begin + b"OK\n" + stop * 2, "load": b"\x9f" + begin + b"00\n" * 8 +
            b"OK\n" * 8 + registers + b"\n" + stop, "bytes": b"\1$PacketSize=100#00+$#00-"}


def qemu_output(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    log = (b"Taking exception 4 [Data Abort] on CPU 0\n...at fault address 0x90000000\n...with CFSR.PRECISERR and BFAR "
           b"0x90000000\n...taking pending nonsecure exception 3\n...loaded new PC 0x0\n"
           b"Taking exception 18 [v7M INVSTATE UsageFault] on CPU 0\n")
    abort = b"hello\nqemu: fatal: Lockup: can't escalate 3 to HardFault\n\nR00=00000000 R01=0 R02=0 R03=0\nR12=0 R13=0 R15=00000046\n"
    semihosting = b"qemu: Unsupported SemiHosting SWI 0x1f\nR15=00000040\n"
    tally = struct.pack("<IIQQIIQQ5I", 6, 0, 100, 120, 1, 0, 0, 3, 0x40, 1, 2, 3, 4) + b"why".ljust(256, b"\0")
    return {"log": log, "abort": abort, "semihosting": semihosting, "tally": tally}


def decode(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    """Code of the guests; halfwords that reach each part of the encodings."""
    binary = folder / "code"
    _run("arm-none-eabi-objcopy", "-O", "binary", build / "emulation" / "guests" / "work_m4f.elf", binary)
    code = binary.read_bytes()
    seeds = {f"guest-{k}": bytes([0xC0 + 4 * k]) + code[64 + 64 * k:64 + 64 * k + 64] for k in range(6)}
    seeds["wide"] = b"\xC8" + struct.pack("<24H", 0xE8DF, 0xF004, 0xFB90, 0xF1F1, 0xFBA0, 0x0123, 0xE9D6, 0x0102, 0xEE80, 0x0A20,
                                          0xEEB1, 0x0AC0, 0xF3C0, 0x0107, 0xFAB0, 0xF080, 0xBF08, 0x1840, 0xB5F0, 0xBDF0,
                                          0xE8BD, 0x8010, 0xF000, 0xF801)
    return seeds


def semihosting(build: pathlib.Path, folder: pathlib.Path) -> Seeds:
    def call(operation: int, words: tuple[int, int, int, int], text: bytes = b"") -> bytes:
        return bytes([operation, 0x80]) + struct.pack("<4I", *words) + bytes([len(text)]) + text

    text_at, buffer = 0x20000200, 0x20000300
    files = call(1, (text_at, 6, 1, 0), b"a") + call(5, (1, text_at, 5, 0), b"hello") + call(0xA, (1, 0, 0, 0)) + call(
        6, (1, buffer, 16, 0)) + call(0xC, (1, 0, 0, 0)) + call(2, (1, 0, 0, 0)) + call(0xF, (text_at, 1, text_at + 1, 1), b"ab")
    console = call(1, (text_at, 0, 3, 0), b":tt") + call(6, (1, buffer, 99, 0)) + call(4, (0, 0, 0, 0), b"text\0") + call(
        0x15, (buffer, 80, 0, 0)) + call(0x16, (buffer, 0, 0, 0)) + call(0xD, (buffer, 1, 32, 0)) + call(0xE, (text_at, 1, 0, 0), b"a")
    clocks = call(0x10, (0, 0, 0, 0)) + call(0x30, (0, 0, 0, 0)) + call(7, (0, 0, 0, 0)) + call(0x20, (0x20026, 3, 0, 0))
    return {"files": b"\x03" + files, "console": b"\x51" + console, "clocks": b"\1" + clocks,
            "edges": b"\3" + bytes([5, 0x20 | 4, 6, 0x20 | 12, 4, 0x60]) + b"\xfe\x03\0\x20"}


TARGETS: dict[str, dict[str, Callable[[pathlib.Path, pathlib.Path], Seeds]]] = {
    "engine/fuzz": {"model": model},
    "emulation/fuzz": {"board_file": board_file, "decode": decode, "elf": elf, "firmware_file": firmware_file, "gdb": gdb,
                       "probe": probe, "qemu_output": qemu_output, "semihosting": semihosting},
    "harness/fuzz": {"config": config, "inspect": inspect, "notation": notation, "report": report, "trace": trace},
}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build", help="a whole build (ci/build; default: build)")
    arguments = parser.parse_args(argv)
    os.environ.setdefault("ATOME_PROTO_PYTHON", str(arguments.build / "python"))
    for folder, targets in TARGETS.items():
        for name, make in targets.items():
            corpus = ROOT / folder / "corpus" / name
            corpus.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory() as temporary:
                seeds = make(arguments.build.resolve(), pathlib.Path(temporary))
            for old in corpus.glob("seed-*"):
                old.unlink()
            for seed, data in seeds.items():
                (corpus / f"seed-{seed}").write_bytes(data)
            print(f"{corpus.relative_to(ROOT)}: {len(seeds)} seeds, {sum(map(len, seeds.values()))} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
