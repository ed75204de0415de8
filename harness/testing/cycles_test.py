"""`atome cycles`: the cost of a token on cores and boards, on which both emulators agree."""

from __future__ import annotations

import pathlib
import shutil

import pytest

from harness.testing import cells
from harness.testing.process import CORES, ROOT, atome, needs_firmware, refused

MODELS = ROOT / "golden" / "models"
TINY = MODELS / "tiny_odd" / "tiny_odd.atome02"
OPS = ["embed", "norm", "router", "local", "state", "sparse", "mix", "unembed", "other"]


def rows(*words: object) -> list[cells.Cell]:
    process = atome("cycles", *map(str, words), "--format", "json")
    assert process.returncode == 0, process.stderr + process.stdout
    return cells.load(process.stdout)


def cycles(cell: cells.Cell) -> float:
    return cells.number(cell, "cycles_per_token")


@needs_firmware
def test_every_core_whatever_the_jobs() -> None:
    one, two = (rows(TINY, "--positions", "2:9", "--jobs", jobs) for jobs in (1, 7))
    assert one == two
    assert [cell["core"] for cell in one] == CORES
    for cell in one:
        modelled = cell["core"] != "m33"
        for name in ("cycles_per_token", "instructions_per_token")[0 if modelled else 1:]:
            ops = cells.parts(cell, "op", name)
            assert list(ops) == OPS
            assert cells.number(cell, name) == pytest.approx(sum(ops.values()))
            assert all(cost >= 0 for cost in ops.values())
        seen = cell["core"] in ("m3", "m4", "m4f")
        assert cells.has(cell, "cycles_worst_error_percent") == cells.has(cell, "cycles_mean_error_percent") == seen
        assert ("recorded on chips" if seen else "no silicon seen" if modelled else "no cycles, only instructions: ") in cell["note"]
        if not modelled:
            assert not cells.has(cell, "cycles_per_token") and not cells.parts(cell, "op", "cycles_per_token")
            assert "timing" in cell["unavailable"]["cycles_per_token"]
        assert cell["detail"] == "positions 2:9"
        assert cell["board"] == "" and cell["unavailable"]["tokens_per_second"]


@needs_firmware
def test_a_cell_is_a_run_of_the_same_steps() -> None:
    """The mean over all steps of the trace's prompts is verify's figure; here over one prompt's steps."""
    [whole], [later], [early] = (rows(TINY, "--core", "m0", "--positions", positions, "--prompt", "ab")
                                 for positions in ("0:8", "4:8", "0:4"))
    assert cycles(whole) == pytest.approx((cycles(early) + cycles(later)) / 2)
    assert cycles(early) < cycles(later), "attention sees more positions"


@needs_firmware
def test_boards() -> None:
    process = atome("cycles", str(TINY), "--board", "all", "--positions", "2:9", "--format", "json")
    found = cells.load(process.stdout)
    assert process.returncode == 1, process.stderr
    assert [cell["board"] for cell in found if cell["outcome"] == "too_large"] == ["stm32vldiscovery"], "8 KiB of RAM"
    found = [cell for cell in found if cell["outcome"] != "too_large"]
    unmodelled = [cell for cell in found if cell["core"] == "m33"]
    found = [cell for cell in found if cell["core"] != "m33"]
    assert [cell["board"] for cell in unmodelled] == ["mps2-an505", "pico2", "nrf5340"] and len(found) >= 15
    for cell in unmodelled:
        assert not cells.has(cell, "tokens_per_second") and "timing" in cell["unavailable"]["tokens_per_second"]
        assert cells.number(cell, "instructions_per_token") > 0 and cell["note"].startswith("no cycles, only instructions")
    for cell in found:
        assert cells.number(cell, "tokens_per_second") == pytest.approx(cells.number(cell, "clock_hz") / cycles(cell))
    board = {cell["board"]: cell for cell in found}
    core = {cell["core"]: cell for cell in rows(TINY, "--positions", "2:9")}
    assert cycles(board["mps2-an385"]) == cycles(core["m3"]), "no wait states"
    assert cycles(board["bluepill"]) > cycles(core["m3"]), "two wait states"
    for cell in found:
        assert cell["note"].startswith("cycles: no silicon seen; not modelled: ")


@needs_firmware
def test_the_clock_of_a_board_sets_its_wait_states() -> None:
    [full] = rows(TINY, "--board", "nucleo-f411re", "--positions", "2:5")
    [slow] = rows(TINY, "--positions", "2:5", "--clock", "16", "--board", "nucleo-f411re")
    [bare] = rows(TINY, "--core", "m4f", "--positions", "2:5")
    assert cycles(slow) == cycles(bare) < cycles(full), "no wait states"
    assert cells.number(slow, "clock_hz") == 16e6
    assert slow["detail"] == "positions 2:5, 16 MHz" and "--clock 16" in slow["command"]
    for arguments, message in {("--board", "nucleo-f411re", "--clock", "101"): "runs at up to 100 MHz",
                               ("--board", "nrf52840", "--clock", "16"): "follows no table of clocks",
                               ("--core", "m3", "--clock", "16"): "--clock needs a --board"}.items():
        process = atome("cycles", TINY, *arguments)
        assert process.returncode == 2 and message in process.stderr


@pytest.mark.skipif(shutil.which("arm-none-eabi-g++") is None, reason="no cross compiler")
def test_place_tells_its_cells_apart_and_pays_where_flash_waits() -> None:
    figures = {}
    for place in ("flash", "ram-code", "ram-model"):
        for cell in rows(MODELS / "atome_60k" / "atome_60k.atome03", "--board", "rp2040,stm32f746,nrf52840", "--variant", "q15", "--positions", "16:20", "--place", place):
            assert ("place" in cell["detail"]) == (place != "flash") == (f"--place {place}" in cell["command"])
            figures[cell["board"], place] = cycles(cell)
    assert max(figures["rp2040", "ram-code"], figures["rp2040", "ram-model"]) < figures["rp2040", "flash"]
    assert figures["stm32f746", "ram-code"] < figures["stm32f746", "flash"]
    # The RAM of a Cortex-M4 is on the system bus, where fetches wait for data: code is better off in flash there.
    assert figures["nrf52840", "ram-model"] < figures["nrf52840", "flash"] < figures["nrf52840", "ram-code"]


@needs_firmware
def test_the_multiplier_of_a_chip() -> None:
    for core in ("m0", "m0plus"):
        [slow], [fast] = (rows(TINY, "--core", core, "--positions", "2:5", "--multiply", n) for n in ("32", "1"))
        assert cycles(slow) > 1.1 * cycles(fast)
        assert slow["detail"] == "positions 2:5, MUL 32" and fast["detail"] == "positions 2:5"
    process = atome("cycles", TINY, "--core", "m3", "--multiply", "32")
    assert process.returncode == 2 and "--multiply is for m0 and m0plus" in process.stderr


@needs_firmware
def test_what_does_not_fit_says_by_how_much() -> None:
    process = atome("cycles", "--board", "bluepill", "--format", "json")
    assert process.returncode == 1
    [cell] = cells.load(process.stdout)
    assert cell["outcome"] == "too_large" and not cells.has(cell, "cycles_per_token")
    assert "too many" in cell["message"] and "RAM" in cell["message"]
    assert cell["unavailable"]["cycles_per_token"] == cell["message"]


@needs_firmware
def test_csv_and_tables() -> None:
    process = atome("cycles", TINY, "--core", "m3", "--positions", "2:5", "--format", "csv")
    table = [row for row in cells.csv_rows(process.stdout) if row["figure"] == "cycles_per_token"]
    assert [row["part"] for row in table] == ["", *OPS]
    text = atome("cycles", TINY, "--core", "m3", "--positions", "2:5").stdout
    assert "cycles/token" in text and "unembed" in text and "worst error" in text
    assert "| --- " in atome("cycles", TINY, "--core", "m3", "--positions", "2:5", "--format", "md").stdout


@needs_firmware
def test_report_has_the_figures_that_are_printed(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.json"
    printed = rows(TINY, "--board", "bluepill,nucleo-f411re", "--positions", "2:9", "--max-seq", 16, "--prompt", "a b",
                   "--report", path)
    assert cells.read(path) == printed
    assert [cell["board"] for cell in printed] == ["bluepill", "nucleo-f411re"]
    assert printed[0]["detail"] == "positions 2:9, prompt a b, max_seq 16"
    cells.measured_again(printed[0], tmp_path / "again.json")


def test_report_of_what_could_not_run(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.binpb"
    process = atome("cycles", TINY, "--core", "m0", "--report", path, ATOME_FIRMWARE_DIR=tmp_path)
    assert process.returncode == 2
    [cell] = cells.read(path)
    assert cell["outcome"] == "missing" and str(tmp_path) in cell["message"]
    assert not cells.has(cell, "cycles_per_token") and cell["unavailable"]["cycles_per_token"] == cell["message"]
    assert cell["command"].startswith(f"ATOME_FIRMWARE_DIR={tmp_path} {cells.PROGRAM} ")


@pytest.mark.parametrize(("words", "part"), [
    (["--core", "m9"], "unknown core"), (["--board", "toaster"], "unknown board"),
    (["--positions", "9"], "FROM:TO"), (["--positions", "9:3"], "FROM:TO"), (["--prompt", ""], "--prompt is empty"),
    (["--jobs", "0"], "--jobs"), (["--place", "moon"], "ram-model"), (["--place", "ram-code", "--specialise", "built"], "excludes"), (["nothing.atome02"], "No such file"),
])
def test_bad_words_are_named(words: list[str], part: str) -> None:
    assert part in refused("cycles", *words)
