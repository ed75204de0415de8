"""`atome cycles`: what a token costs on cores and boards, and that both emulators agree on it."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from harness.testing.process import ROOT, atome, needs_firmware, refused

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


@pytest.mark.parametrize(("words", "part"), [
    (["--core", "m9"], "unknown core"), (["--board", "toaster"], "unknown board"),
    (["--positions", "9"], "FROM:TO"), (["--positions", "9:3"], "FROM:TO"), (["--prompt", ""], "--prompt is empty"),
    (["--jobs", "0"], "--jobs"), (["nothing.atome02"], "No such file"),
])
def test_bad_words_are_named(words: list[str], part: str) -> None:
    assert part in refused("cycles", *words)
