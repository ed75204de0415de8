"""A verification finds each broken engine of CMakeLists.txt and names the step, layer and op where it breaks."""

from __future__ import annotations

import os
import pathlib
import subprocess
from typing import NamedTuple

import pytest

from harness.testing import cells

BUILD = pathlib.Path(os.environ["ATOME_BUILD"])
MODELS = pathlib.Path(__file__).resolve().parents[2] / "golden" / "models"


class Place(NamedTuple):
    """Where a divergence must be reported."""

    case: int
    step: int
    layer: int
    op: str


# (mutant, model, place): the first tap of the trace that the wrong line can reach.
EXPECTED = [
    # The second prompt starts with the convolution's history of the first.
    ("state_not_reset", "tiny_odd", Place(1, 0, 0, "local")),
    # With one position in the history its sign is wrong.
    ("taps_negated", "tiny_odd", Place(0, 1, 0, "local")),
    # top_k is 3: the fourth position takes the third's place. Both have one token, so one value in the first layer.
    ("tie_to_youngest", "tiny_ties", Place(0, 3, 1, "sparse")),
    # max_seq is 8: the eighth position is the first to push one out.
    ("window_too_short", "tiny_window", Place(0, 7, 0, "sparse")),
]


def verify(mutant: str, model: str, runner: str) -> tuple[int, cells.Cell]:
    """Exit code and the one cell of a run on the host or, for an emulator, on the M3."""
    root = BUILD / "mutants" / mutant
    environment = dict(os.environ, ATOME_FIRMWARE_DIR=str(root / "firmware"))
    process = subprocess.run(
        [root / "atome", "verify", MODELS / model / f"{model}.atome02", "--runner", runner,
         "--core", "host" if runner == "native" else "m3", "--format", "json"],
        env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert process.stdout, process.stderr
    [cell] = cells.load(process.stdout)
    return process.returncode, cell


@pytest.mark.parametrize("runner", ["native", "unicorn"])
@pytest.mark.parametrize(("mutant", "model", "place"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_is_found(mutant: str, model: str, place: Place, runner: str) -> None:
    if runner == "unicorn" and not (BUILD / "mutants" / mutant / "firmware/m3/generic-f32.elf").exists():
        pytest.skip("no cross compiler, so no firmware was built")
    exit_code, cell = verify(mutant, model, runner)
    assert exit_code == 1
    assert cell["outcome"] == "mismatch"
    found = cell["divergence"]
    assert Place(found["case"], found["step"], found["layer"], found["op"]) == place
    assert isinstance(found["index"], int)
    assert found["expected_bits"] != found["actual_bits"]
    assert found["ulp"] > 0


@pytest.mark.parametrize(("mutant", "model", "place"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_reports_differ_first_at_that_step(mutant: str, model: str, place: Place, tmp_path: pathlib.Path) -> None:
    digests = []
    for root in (BUILD, BUILD / "mutants" / mutant):
        path = tmp_path / "report.binpb"
        subprocess.run([root / "atome", "verify", MODELS / model / f"{model}.atome02", "--core", "host", "--report", path],
                       capture_output=True, timeout=120, check=False)
        digests.append(cells.parts(cells.read(path)[0], "case", "step_digests"))
    good, bad = digests
    first = next((int(case), step) for case in sorted(good, key=int) for step in range(len(good[case]) // 8)
                 if good[case][8 * step:8 * step + 8] != bad[case][8 * step:8 * step + 8])
    assert first == (place.case, place.step)


@pytest.mark.parametrize("mutant", [row[0] for row in EXPECTED])
def test_other_models_do_not_hide_it(mutant: str) -> None:
    """A run over all models fails too, although other cells pass."""
    process = subprocess.run([BUILD / "mutants" / mutant / "atome", "verify", "--runner", "native"],
                             capture_output=True, text=True, timeout=120, check=False)
    assert process.returncode == 1
    assert "mismatch" in process.stdout
