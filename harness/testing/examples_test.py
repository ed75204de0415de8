"""engine/examples: each is made by its one command, and tells its story on the emulated board."""

from __future__ import annotations

import json
import pathlib
import shutil
import subprocess

import pytest

from harness.testing.process import ROOT, atome

EXAMPLES = ROOT / "engine" / "examples"
MODEL = ROOT / "golden" / "models" / "atome_60k" / "atome_60k.atome03"
PROMPT = "Once upon a time"
BOARDS = {"nucleo_f411re": ("nucleo-f411re", "f32", 64), "pico": ("rp2040", "f32", 64), "microbit": ("microbit", "q15kv8", 16)}
needs_tools = pytest.mark.skipif(not (shutil.which("arm-none-eabi-g++") and shutil.which("make")), reason="no cross compiler, or no make")


def made(example: str, folder: pathlib.Path) -> pathlib.Path:
    done = subprocess.run(["make", "-j2", "-C", EXAMPLES / example, f"OUT={folder}"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stderr
    return folder


@needs_tools
@pytest.mark.parametrize("example", BOARDS)
def test_the_board_tells_what_the_engine_does_here(example: str, tmp_path: pathlib.Path) -> None:
    board, variant, positions = BOARDS[example]
    folder = made(example, tmp_path)
    native = atome("logits", MODEL, "--prompt", PROMPT, "--steps", "48", "--variant", variant, "--max-seq", str(positions),
                   "--format", "json")
    tokens = json.loads(native.stdout)["tokens"]
    assert len(tokens) == 48
    for name in ("story.elf", "story.hex"):
        process = atome("run", folder / name, "--board", board)
        assert process.stdout == PROMPT + bytes(tokens).decode() + "\n", process.stderr
        assert "sleeps for ever" in process.stderr, "there is nothing to return to"


def test_the_array_is_the_model(tmp_path: pathlib.Path) -> None:
    assert atome("convert", MODEL, tmp_path / "atome_60k.h").returncode == 0
    assert (tmp_path / "atome_60k.h").read_bytes() == (EXAMPLES / "atome_60k.h").read_bytes()


@needs_tools
def test_the_second_boot_stage_has_its_checksum(tmp_path: pathlib.Path) -> None:
    stage = (made("pico", tmp_path) / "story.bin").read_bytes()[:256]
    crc = 0xFFFFFFFF
    for byte in stage[:252]:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc >> 31 else 0)) & 0xFFFFFFFF
    assert int.from_bytes(stage[252:], "little") == crc
