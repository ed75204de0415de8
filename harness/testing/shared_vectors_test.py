"""The published models give PyTorch's tokens and logits, on the host and on every emulated core.

The files are large and not in the repository; without ../shared/data/atome-lm all tests here are skipped.
"""

from __future__ import annotations

import functools
import json
import os
import pathlib
import subprocess
import sys
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
# The import needs the line before it.
from golden.config import ModelConfig  # noqa: E402
from golden.oracle import Oracle  # noqa: E402
from golden.taps import relative_error  # noqa: E402
from golden.ternary_file import decode  # noqa: E402

BUILD = pathlib.Path(os.environ["ATOME_BUILD"])
DATA = ROOT.parent / "shared" / "data" / "atome-lm"
PYTORCH = 2e-6  # times max |logit|; PyTorch sums in float32, in its own order
ORACLE = 1e-6

# (vectors, model file); the published file is the 944K model as its authors wrote it, with other rounding of
# scales.
FILES = [("atome_60k_s0", "atome_60k_s0.atome01"), ("atome_60k_s0", "atome_60k_s0.atome02"),
         ("atome_944k", "atome_944k.atome01"), ("atome_944k", "atome_944k.atome02"),
         ("atome_944k", "atome_944k.published.atome01")]
CASES = 3
CORES = [core["name"] for core in json.loads((ROOT / "emulation" / "boards" / "cores.json").read_text())["cores"]]

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there")


class Continuation(NamedTuple):
    """The output of `atome logits`; row i of `logits` chose tokens[i]."""

    tokens: list[int]
    logits: npt.NDArray[np.float32]


@functools.cache
def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{name}.vectors.json").read_text())
    return found


def config(name: str) -> ModelConfig:
    """The configuration; attention sees every position of every case."""
    sizes = {k: v for k, v in vectors(name)["config"].items() if k != "n_pathways"}
    longest = max(len(case["prompt"]) + len(case["generated"]) for case in vectors(name)["cases"])
    return ModelConfig.from_dict({**sizes, "max_seq": longest})


@functools.cache
def oracle_logits(name: str, file: str, index: int) -> list[npt.NDArray[np.float64]]:
    """The float64 oracle's logits of every generating step, fed PyTorch's tokens."""
    oracle = Oracle(decode((DATA / file).read_bytes(), config(name)))
    case = vectors(name)["cases"][index]
    tokens = case["prompt"] + case["generated"][:-1]
    return [oracle.step(token).logits for token in tokens][len(case["prompt"]) - 1:]


def run(name: str, file: str, index: int, steps: int, *options: str) -> Continuation:
    prompt = ",".join(map(str, vectors(name)["cases"][index]["prompt"]))
    process = subprocess.run(
        [BUILD / "atome", "logits", DATA / file, "--config", config(name).to_string(), "--prompt-bytes", prompt,
         "--steps", str(steps), "--format", "json", *options],
        capture_output=True, text=True, timeout=300, check=False)
    assert process.returncode == 0, process.stderr
    answer = json.loads(process.stdout)
    return Continuation(answer["tokens"], np.array(answer["logits"], dtype=np.float32))


@functools.cache
def native(name: str, file: str, index: int) -> Continuation:
    return run(name, file, index, len(vectors(name)["cases"][index]["generated"]))


@pytest.mark.parametrize("index", range(CASES))
@pytest.mark.parametrize(("name", "file"), FILES, ids=[row[1] for row in FILES])
def test_native(name: str, file: str, index: int) -> None:
    case = vectors(name)["cases"][index]
    got = native(name, file, index)
    assert got.tokens == case["generated"]
    assert relative_error(got.logits[0], np.array(case["logits_first"])) <= PYTORCH
    assert relative_error(got.logits[-1], np.array(case["logits_last"])) <= PYTORCH
    # ATOME02 holds the weights of ATOME01.
    for step, expected in enumerate(oracle_logits(name, file.replace(".atome02", ".atome01"), index)):
        assert relative_error(got.logits[step], expected) <= ORACLE, f"step {step}"


@pytest.mark.parametrize("index", range(CASES))
@pytest.mark.parametrize("name", ["atome_60k_s0", "atome_944k"])
def test_formats_give_the_same_bits(name: str, index: int) -> None:
    one, other = (native(name, f"{name}.{extension}", index) for extension in ("atome01", "atome02"))
    assert other.logits.tobytes() == one.logits.tobytes()


def same_as_native(name: str, file: str, steps: int, *options: str) -> None:
    got, expected = run(name, file, 0, steps, *options), native(name, file, 0)
    assert got.tokens == expected.tokens[:steps]
    assert got.logits.tobytes() == expected.logits[:steps].tobytes()


def need_firmware() -> None:
    if not (BUILD / "firmware" / "m3" / "generic-f32.elf").exists():
        pytest.skip("no cross compiler, so no firmware was built")


@pytest.mark.parametrize("core", CORES)
def test_60k_emulated(core: str) -> None:
    need_firmware()
    same_as_native("atome_60k_s0", "atome_60k_s0.atome02", 48, "--runner", "unicorn", "--core", core)


@pytest.mark.parametrize(("runner", "steps"), [("unicorn", 48), ("qemu", 8)])
def test_944k_emulated(runner: str, steps: int) -> None:
    need_firmware()
    same_as_native("atome_944k", "atome_944k.atome02", steps, "--runner", runner, "--core", "m3")
