"""End to end: `atome advise` on the committed results. What it says of a board holds when its commands are run."""

from __future__ import annotations

import json
import pathlib
import re
import shlex
from typing import Any

import pytest

from reports.advise import chips

from harness.testing.process import ROOT, atome, needs_firmware, refused

RESULTS = ROOT / "golden/frontier/results.json"
MODELS = ROOT / "golden/frontier/models"
# Of each core one, with and without room for much.
BOARDS = ("microbit", "bluepill", "nucleo-f411re", "stm32f746", "rp2040")
needs_results = pytest.mark.skipif(not RESULTS.exists(), reason="golden/frontier has no results yet")
needs_models = pytest.mark.skipif(not any(MODELS.glob("*")), reason="golden/frontier/models has no models yet")


def advised(*words: str) -> dict[str, Any]:
    process = atome("advise", *words, "--format", "json")
    assert process.returncode in (0, 1), process.stderr
    return dict(json.loads(process.stdout)["answers"][0])


@needs_results
def test_every_board_has_an_answer() -> None:
    process = atome("advise", "--board", "all", COLUMNS="80")
    assert process.returncode == 0, process.stderr
    boards = [board["name"] for board in json.loads((ROOT / "emulation/boards/boards.json").read_text())["boards"]]
    named = [line.split()[0] for line in process.stdout.splitlines() if line and line.split()[0] in boards]
    assert sorted(named) == sorted(boards)
    assert max(map(len, process.stdout.splitlines())) <= 80


@needs_results
def test_more_time_and_more_ram_never_make_it_worse() -> None:
    def perplexity(*words: str) -> float:
        best = advised("--board", "nucleo-f411re", *words)["best"]
        return float(best["perplexity"]) if best else float("inf")

    for option, values in (("--ms-per-token", ("0.5", "2", "8", "100")), ("--ram", ("8K", "16K", "32K", "128K")), ("--flash", ("24K", "64K", "512K"))):
        found = [perplexity(option, value) for value in values]
        assert found == sorted(found, reverse=True) and found[-1] < float("inf"), option


def test_refusals() -> None:
    assert "did you mean bluepill? known: " in refused("advise", "--board", "blue-pill")
    assert "nowhere.json: cannot be read" in refused("advise", "--board", "bluepill", "--results", "/nowhere.json")


@needs_firmware
def test_memories_of_all_boards_are_those_that_firmware_is_linked_for() -> None:
    process = atome("size", ROOT / "golden/models/tiny_odd/tiny_odd.atome03", "--board", "all", "--specialise", "built", "--format", "json")
    found = {name: (figures["board_flash_bytes"], figures["board_ram_bytes"])
             for cell in json.loads(process.stdout)["cells"] for name, figures in cell["parts"].get("board", {}).items()}
    assert found == {name: (chip.flash_bytes, chip.ram_bytes) for name, chip in chips.boards().items()}


@needs_firmware
@needs_results
@needs_models
@pytest.mark.parametrize("board", BOARDS)
def test_what_it_says_holds_on_the_emulated_board(board: str, tmp_path: pathlib.Path) -> None:
    found = advised("--board", board)
    best = found["best"]
    assert best is not None
    make, run = found["commands"][-2:]
    if len(found["commands"]) > 2:
        pytest.skip(f"the model of {best['family']}-{best['size']} is not committed")
    words = shlex.split(make)
    model = words[2]
    assert words[:2][1] == "firmware" and words[-2:] == ["-o", "my.hex"]
    made = atome(*words[1:-1], tmp_path / "my.hex")
    assert made.returncode == 0, made.stderr
    assert shlex.split(run)[1:] == ["run", "my.hex", "--board", board]
    ran = atome("run", tmp_path / "my.hex", "--board", board)
    assert ran.returncode == 0 and re.search("^token 63 ", ran.stdout, re.MULTILINE), ran.stdout[-500:] + ran.stderr

    options = ["--board", board, "--variant", best["variant"], "--format", "json"]
    size = atome("size", model, *options)
    assert size.returncode == 0, size.stdout + size.stderr
    cell, = json.loads(size.stdout)["cells"]
    needed = cell["parts"]["board"][board]
    assert needed["fits"] == 1 and needed["flash_bytes_needed"] == best["flash_bytes"]
    if best["place"] == "flash":
        assert needed["ram_bytes_needed"] == best["ram_bytes"]
    assert found["chip"]["flash_bytes"] == needed["board_flash_bytes"] and found["chip"]["ram_bytes"] == needed["board_ram_bytes"]

    if "ms_per_token" in best:
        cycles = atome("cycles", model, *options, "--place", best["place"], "--positions", "16:64")
        assert cycles.returncode == 0, cycles.stdout + cycles.stderr
        cell, = json.loads(cycles.stdout)["cells"]
        # Cycles of another seed differ by what its values do; those of long runs are taken along a line.
        assert 1e3 * cell["figures"]["cycles_per_token"] / found["chip"]["clock_hz"] == pytest.approx(best["ms_per_token"], rel=2e-3)
