"""The firmware built for size computes the bits of the golden traces, on every core and model; the older formats, which it
reads slowly and computes alike, on one core. The nightly runs them all.
"""

from __future__ import annotations

import pytest

from harness.testing.cells import load, number
from harness.testing.process import CORES, ROOT, atome, needs_firmware, refused

MODELS = ROOT / "golden" / "models"


@needs_firmware
@pytest.mark.parametrize("variant", ["f32", "q15"])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_model_on_every_core(variant: str, version: int) -> None:
    models = sorted(str(path) for path in MODELS.glob(f"*/*.atome0{version}"))
    cores = CORES if version == 3 else ["m3"]
    process = atome("verify", *models, "--runner", "unicorn", "--core", ",".join(cores), "--build", "size", "--variant",
                    variant, "--format", "json")
    assert process.returncode == 0, process.stdout + process.stderr
    cells = load(process.stdout)
    assert len(cells) == len(cores) * len(models)
    for cell in cells:
        assert number(cell, "max_ulp") == 0 and "-os.elf" in cell["build"], cell


@needs_firmware
def test_both_builds_stand_side_by_side() -> None:
    model = str(MODELS / "tiny_odd" / "tiny_odd.atome03")
    process = atome("verify", model, "--runner", "unicorn", "--core", "m3", "--build", "speed,size", "--format", "json")
    assert process.returncode == 0, process.stdout + process.stderr
    speed, size = load(process.stdout)
    assert speed["build"] == "m3/tiny_odd-f32.elf"
    assert size["build"].startswith("m3/generic-f32-os.elf")
    assert number(size, "state_bytes") < number(speed, "state_bytes")


def test_an_unknown_build_is_refused() -> None:
    message = refused("verify", "--build", "small")
    assert '"small"' in message and "speed and size" in message
