"""Engine bits equal the bit models' on random models, in every variant: natively, with the host's vector
instructions, and as firmware on a core of each set of kernels.

A failing shape is named by its seed and variant; `check((seed, variant))` runs it alone.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Callable

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
# The imports need the line before them.
from golden.bit_model import BitModel, NonFiniteError  # noqa: E402
from golden.bit_model_q15 import BitModelQ15  # noqa: E402
from golden.config import ModelConfig  # noqa: E402
from golden.model_files import VERSIONS, encode  # noqa: E402
from golden.random_model import KINDS, Source, random_config, random_model  # noqa: E402
from golden.ternary_file import Model  # noqa: E402

BUILD = pathlib.Path(os.environ["ATOME_BUILD"])
SHAPES = 200  # seeds from 0
EMULATED = 110  # the number of them that also run f32 on each of CORES
CORES = ("m0", "m3", "m7")  # one for each set of kernels of engine/targets
# The other variants also run on one of these cores, drawn by the seed. Keys of 8 bits have a kernel of their own.
EMULATED_ON_ONE = {"f32kv16": 80, "q15": 110, "q15kv8": 80}
VARIANTS = ("f32", *EMULATED_ON_ONE)
BIT_MODELS: dict[str, Callable[[Model], BitModel | BitModelQ15]] = {
    "f32": BitModel, "f32kv16": functools.partial(BitModel, cache_bits=16),
    "q15": BitModelQ15, "q15kv8": functools.partial(BitModelQ15, cache_bits=8)}


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
    """Small awkward dimensions, down to 1; every 16th shape has four digits a token, every 20th is wide."""
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


def bit_model(model: Model, variant: str) -> BitModel | BitModelQ15:
    """The bit model of a variant. Raises ValueError when it refuses the model."""
    return BIT_MODELS[variant](model)


def expected_logits(seed: int, wanted: Shape, variant: str) -> list[bytes] | None:
    """The bit model's logits of every generating step; None when it refuses or meets a number that is not
    finite."""
    rows: list[bytes] = []
    try:
        model = bit_model(random_model(wanted.config, seed, wanted.kind), variant)
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
    """The difference on one runner; None when it agrees."""
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


def runs(seed: int, variant: str) -> list[tuple[str, ...]]:
    """The options of each run of one shape."""
    found: list[tuple[str, ...]] = [()]
    cores: tuple[str, ...] = ()
    if variant == "f32":
        found.append(("--core", "host-simd"))
        cores = CORES if seed < EMULATED else ()
    elif seed < EMULATED_ON_ONE[variant]:
        cores = (CORES[Source(seed).integer(0, len(CORES) - 1)],)
    if (BUILD / "firmware" / "m3" / f"generic-{variant}.elf").exists():
        found += [("--runner", "unicorn", "--core", core) for core in cores]
    return found


def check(each: tuple[int, str]) -> tuple[bool, list[str]]:
    """Whether the bit model refuses one shape in one variant, and the faults, a line each."""
    seed, variant = each
    wanted = shape(seed)
    expected = expected_logits(seed, wanted, variant)
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model"
        path.write_bytes(encode(random_model(wanted.config, seed, wanted.kind), wanted.version))
        for options in runs(seed, variant):
            fault = difference(path, wanted, expected, "--variant", variant, *options)
            if fault:
                faults.append(f"seed {seed} ({wanted}) {variant} {' '.join(options) or 'native'}: {fault}")
    return expected is None, faults


@pytest.mark.parametrize("variant", VARIANTS)
def test_bits_equal_the_bit_models(variant: str) -> None:
    # Processes, not threads: the bit model holds the interpreter's lock.
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        shapes = [(seed, variant) for seed in range(SHAPES)]
        results = list(pool.map(check, shapes, chunksize=4))
    faults = [fault for _, found in results for fault in found]
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
    assert sum(is_refused for is_refused, _ in results) <= SHAPES // 10, "too many refusals: few bits are compared"


def test_each_core_has_shapes_of_each_variant() -> None:
    for variant, count in EMULATED_ON_ONE.items():
        drawn = [core for seed in range(count) for core in CORES if core in runs(seed, variant)[-1]]
        assert not drawn or min(map(drawn.count, CORES)) >= count // 4
        assert any(shape(seed).config.d_head > 45 for seed in range(count))  # for tables of either kind


def test_shapes_are_awkward_enough() -> None:
    """The set of shapes has every awkward case, also in the emulated part."""
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
