"""`atome cycles`: what a token costs on cores and boards, and that both emulators agree on it."""

from __future__ import annotations

import csv
import io
import json
import pathlib
from typing import Any

import pytest

from harness.testing.process import ROOT, atome, figures_of, measured_again, needs_firmware, read_report, refused

MODELS = ROOT / "golden" / "models"
TINY = MODELS / "tiny_odd" / "tiny_odd.atome02"
OPS = ["embed", "norm", "router", "local", "state", "sparse", "mix", "unembed", "other"]
CORES = ["m0", "m0plus", "m3", "m4", "m4f", "m7"]


def rows(*words: object) -> list[dict[str, Any]]:
    process = atome("cycles", *map(str, words), "--format", "json")
    assert process.returncode == 0, process.stderr + process.stdout
    cells: list[dict[str, Any]] = json.loads(process.stdout)["cells"]
    return cells


@needs_firmware
def test_every_core_whatever_the_jobs() -> None:
    one, two = (rows(TINY, "--positions", "2:9", "--jobs", jobs) for jobs in (1, 7))
    assert one == two
    assert [row["core"] for row in one] == CORES
    for row in one:
        assert list(row["ops"]) == OPS
        assert row["cycles_per_token"] == pytest.approx(sum(op["cycles_per_token"] for op in row["ops"].values()))
        assert row["instructions_per_token"] == pytest.approx(
            sum(op["instructions_per_token"] for op in row["ops"].values()))
        assert all(op["cycles_per_token"] >= 0 for op in row["ops"].values())
        assert row["accuracy"]["worst_percent"] > 0 and row["accuracy"]["basis"]
        assert row["positions"] == "2:9"
        assert row["board"] is None and row["tokens_per_second"] is None


@needs_firmware
def test_a_cell_is_a_run_of_the_same_steps() -> None:
    """The mean over all steps of the trace's prompts is verify's figure; here over one prompt's steps."""
    [row] = rows(TINY, "--core", "m0", "--positions", "0:8", "--prompt", "ab")
    later = rows(TINY, "--core", "m0", "--positions", "4:8", "--prompt", "ab")[0]["cycles_per_token"]
    early = rows(TINY, "--core", "m0", "--positions", "0:4", "--prompt", "ab")[0]["cycles_per_token"]
    assert row["cycles_per_token"] == pytest.approx((early + later) / 2)
    assert early < later, "attention sees more positions"


@needs_firmware
def test_boards() -> None:
    cells = rows(TINY, "--board", "all", "--positions", "2:9")
    assert len(cells) == 9
    for cell in cells:
        assert cell["tokens_per_second"] == pytest.approx(cell["clock_hz"] / cell["cycles_per_token"])
    by_board = {cell["board"]: cell for cell in cells}
    core = {row["core"]: row for row in rows(TINY, "--positions", "2:9")}
    assert by_board["mps2-an385"]["cycles_per_token"] == core["m3"]["cycles_per_token"], "no wait states"
    assert by_board["bluepill"]["cycles_per_token"] > core["m3"]["cycles_per_token"], "two wait states"
    assert (by_board["nucleo-f411re"]["accuracy"]["worst_percent"] > core["m4f"]["accuracy"]["worst_percent"])


@needs_firmware
def test_what_does_not_fit_says_by_how_much() -> None:
    process = atome("cycles", "--board", "bluepill", "--format", "json")
    assert process.returncode == 1
    [cell] = json.loads(process.stdout)["cells"]
    assert cell["status"] == "too large" and cell["cycles_per_token"] is None
    assert "too many" in cell["message"] and "RAM" in cell["message"]


@needs_firmware
def test_csv_and_tables() -> None:
    process = atome("cycles", TINY, "--core", "m3", "--positions", "2:5", "--format", "csv")
    table = list(csv.DictReader(io.StringIO(process.stdout)))
    assert [row["op"] for row in table] == ["all", *OPS]
    text = atome("cycles", TINY, "--core", "m3", "--positions", "2:5").stdout
    assert "cycles/token" in text and "unembed" in text and "accuracy" in text
    assert "| --- " in atome("cycles", TINY, "--core", "m3", "--positions", "2:5", "--format", "md").stdout


@needs_firmware
def test_report_has_the_figures_of_the_table(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.json"
    printed = rows(TINY, "--board", "bluepill,nucleo-f411re", "--positions", "2:9", "--max-seq", 16, "--prompt", "a b",
                   "--report", path)
    cells = read_report(path).cells
    assert [cell.board for cell in cells] == ["bluepill", "nucleo-f411re"]
    for cell, row in zip(cells, printed, strict=True):
        for key in ("core", "board", "model", "model_sha256", "build", "build_sha256", "message"):
            assert getattr(cell, key) == row[key]
        assert row["note"] in cell.note and row["accuracy"]["basis"] in cell.note
        assert cell.detail == "positions 2:9, prompt a b, max_seq 16"
        whole, ops = figures_of(cell), figures_of(cell, "op")
        assert whole == {key: row[key] for key in ("cycles_per_token", "instructions_per_token", "tokens_per_second")}
        assert ops == {(op, key): value for op, costs in row["ops"].items() for key, value in costs.items()}
    measured_again(cells[0], tmp_path / "again.json")


def test_report_of_what_could_not_run(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.binpb"
    process = atome("cycles", TINY, "--core", "m0", "--report", path, ATOME_FIRMWARE_DIR=tmp_path)
    assert process.returncode == 2
    [cell] = read_report(path).cells
    assert cell.status == 5 and str(tmp_path) in cell.message  # CELL_STATUS_MISSING
    assert not cell.figures and cell.unavailable["cycles_per_token"] == cell.message
    assert cell.command.startswith(f"ATOME_FIRMWARE_DIR={tmp_path} build/")


@pytest.mark.parametrize(("words", "part"), [
    (["--core", "m9"], "unknown core"), (["--board", "toaster"], "unknown board"),
    (["--positions", "9"], "FROM:TO"), (["--positions", "9:3"], "FROM:TO"), (["--prompt", ""], "--prompt is empty"),
    (["--jobs", "0"], "--jobs"), (["nothing.atome02"], "No such file"),
])
def test_bad_words_are_named(words: list[str], part: str) -> None:
    assert part in refused("cycles", *words)
