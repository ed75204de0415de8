"""Calls of the `atome` command under test."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["ATOME_BUILD"])
FIRMWARE = pathlib.Path(os.environ.get("ATOME_TEST_FIRMWARE", BUILD / "firmware"))
sys.path.insert(0, str(BUILD / "python"))  # generated protobuf code

CORES = [core["name"] for core in json.loads((ROOT / "emulation" / "boards" / "cores.json").read_text())["cores"]]
SANITIZED = os.environ.get("ATOME_TEST_SANITIZED") == "1"
Process = subprocess.CompletedProcess[str]
needs_firmware = pytest.mark.skipif(not (FIRMWARE / "m3" / "tiny_odd-f32.elf").exists(), reason="no cross compiler, so no firmware was built")
needs_qemu = pytest.mark.skipif(shutil.which("qemu-system-arm") is None, reason="no qemu-system-arm")


def atome(*words: str | pathlib.Path, **environment: str | pathlib.Path) -> Process:
    variables = dict(os.environ, **{name: str(value) for name, value in environment.items()})
    process = subprocess.run([BUILD / "atome", *words], env=variables, capture_output=True, text=True,
                             timeout=300, check=False)
    assert process.returncode in range(5), f"exit code {process.returncode}: {process.stderr}"
    return process


def refused(*words: str | pathlib.Path, **environment: str | pathlib.Path) -> str:
    """The message of a call that must end with exit code 2 and print no data."""
    process = atome(*words, **environment)
    assert process.returncode == 2, process.stderr
    assert process.stdout == ""
    return process.stderr
