"""Engine bits equal the bit model's on random models: natively, and as firmware on the M0 and the M3.

A failing shape is named by its seed; `check(seed)` runs it alone.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
# The imports need the line before them.
from golden.bit_model import BitModel, NonFiniteError  # noqa: E402
from golden.config import ModelConfig  # noqa: E402
from golden.random_model import KINDS, Source, random_config, random_model  # noqa: E402
from golden.model_files import VERSIONS, encode  # noqa: E402

BUILD = pathlib.Path(os.environ["ATOME_BUILD"])
SHAPES = 320  # seeds 0 ..
EMULATED = 110  # of them, also on each of
CORES = ("m0", "m3", "m7")  # one for each set of kernels of engine/targets


@dataclasses.dataclass
class Shape:
    """One random model with its prompt."""

    config: ModelConfig
    kind: str
    version: int  # file format
    prompt: list[int]
    steps: int

    @property
    def past_max_seq(self) -> bool:
        return len(self.prompt) + self.steps - 1 > self.config.max_seq


def shape(seed: int) -> Shape:
    """Small awkward dimensions, down to 1; every 16th has four digits a token, every 20th is wide."""
    source = Source(10_000 + seed)
    config = random_config(source, smallest=1 if seed % 3 == 0 else 8)
    if seed % 16 == 5:
        config = dataclasses.replace(config, vocab_size=source.integer(257, 300))
    if seed % 20 == 7:
        config = dataclasses.replace(config, d_model=source.integer(65, 200), d_head=source.integer(30, 70),
                                     kernel_size=source.integer(10, 64), top_k=source.integer(13, 64))
    prompt = [source.integer(0, config.vocab_size - 1) for _ in range(source.integer(1, 5))]
    return Shape(config, list(KINDS)[seed % len(KINDS)], 1 + seed // len(KINDS) % 3, prompt,
                 source.integer(1, 24))


def expected_logits(seed: int, wanted: Shape) -> list[bytes] | None:
    """The bit model's logits of every generating step; None where it refuses or leaves the finite numbers."""
    rows: list[bytes] = []
    try:
        model = BitModel(random_model(wanted.config, seed, wanted.kind))
        tokens = list(wanted.prompt)
        for position in range(len(wanted.prompt) + wanted.steps - 1):
            taps = model.step(tokens[position])
            if position >= len(wanted.prompt) - 1:
                rows.append(taps.logits.tobytes())
                tokens.append(taps.best)
    except (NonFiniteError, ValueError):
        return None
    return rows


def difference(path: pathlib.Path, wanted: Shape, expected: list[bytes] | None, *options: str) -> str | None:
    """What differs on one runner; None when nothing does."""
    process = subprocess.run(
        [BUILD / "atome", "logits", path, "--config", wanted.config.to_string(), "--prompt-bytes",
         ",".join(map(str, wanted.prompt)), "--steps", str(wanted.steps), "--format", "json", *options],
        capture_output=True, text=True, timeout=120, check=False)
    if expected is None:
        return None if process.returncode == 2 else f"exit code {process.returncode}, expected a refusal"
    if process.returncode != 0:
        return f"exit code {process.returncode}: {process.stderr}"
    rows = [np.array(row, dtype=np.float32) for row in json.loads(process.stdout)["logits"]]
    if len(rows) != len(expected):
        return f"{len(rows)} rows, expected {len(expected)}"
    for step, (row, bits) in enumerate(zip(rows, expected)):
        if row.tobytes() != bits:
            index = int(np.flatnonzero(row.view(np.uint32) != np.frombuffer(bits, np.uint32))[0])
            return f"row {step}, logit {index}: {row[index]!r}, expected {np.frombuffer(bits, np.float32)[index]!r}"
    return None


def check(seed: int) -> list[str]:
    """What is wrong with one shape, a line each."""
    wanted = shape(seed)
    expected = expected_logits(seed, wanted)
    runs: list[tuple[str, ...]] = [()]
    if seed < EMULATED and (BUILD / "firmware" / "m3" / "generic-f32.elf").exists():
        runs += [("--runner", "unicorn", "--core", core) for core in CORES]
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model"
        path.write_bytes(encode(random_model(wanted.config, seed, wanted.kind), wanted.version))
        for options in runs:
            fault = difference(path, wanted, expected, *options)
            if fault:
                faults.append(f"seed {seed} ({wanted}) {' '.join(options) or 'native'}: {fault}")
    return faults


def test_bits_equal_the_bit_models() -> None:
    # Processes, not threads: the bit model holds the interpreter's lock.
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        faults = [fault for each in pool.map(check, range(SHAPES), chunksize=4) for fault in each]
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


def test_shapes_are_awkward_enough() -> None:
    """The set above holds what it is there for, also in the part that is emulated."""
    for count in (SHAPES, EMULATED):
        shapes = [shape(seed) for seed in range(count)]
        configs = [each.config for each in shapes]
        assert sum(each.past_max_seq for each in shapes) > count / 3
        assert sum(c.top_k > c.max_seq for c in configs) > count / 10
        assert any(c.kernel_size == 1 for c in configs)
        assert any(c.top_k == 1 for c in configs) and any(c.max_seq == 1 for c in configs)
        assert any(c.vocab_size > 256 for c in configs) and any(c.d_model > 64 for c in configs)
        assert {c.vocab_size % 20 for c in configs} == set(range(20))
        assert {c.d_model % 20 for c in configs} == set(range(20))
        assert {(each.kind, each.version) for each in shapes} == {(kind, v) for kind in KINDS for v in VERSIONS}


def test_few_shapes_are_refused() -> None:
    refused = sum(expected_logits(seed, shape(seed)) is None for seed in range(0, SHAPES, 8))
    assert refused <= 4
