"""Sizes of a large plain transformer on a core where it is not run, and what fits."""

from __future__ import annotations


import pytest

from ci.night.job import Job
from ci.sweep import machines, sizes
from ci.sweep.config import Family, Point, Run
from ci.sweep.models import Model
from ci.sweep.testing.repository import OURS, PLAIN
from reports.report_data import Cell, Figure, Key, Report

CORES, BOARDS = machines.load(OURS)
LARGE = PLAIN.replace("d_ff=8", "d_ff=800")
BLUEPILL = next(board for board in BOARDS if board.board == "bluepill")


def _model(config: str, kind: str = "plain_fp32") -> Model:
    size = "large" if config == LARGE else "small"
    return Model(Run(Point(Family(kind, kind, variants=("plain",)), size, config), "one", "base", 0, 0.006),
                 Family(kind, kind, variants=("plain",)), f"{size}.plain01")


def _cell(core: str, flash: int, ram: int, model: int) -> Cell:
    cell = Cell(Key("size", "elf", core, variant="plain"), figures=[
        Figure("flash_bytes_needed", flash), Figure("ram_bytes_needed", ram), Figure("model_bytes", model)])
    if core == BLUEPILL.core:
        part = ("board", BLUEPILL.board)
        cell.figures += [Figure("fits", 1, *part), Figure("flash_bytes_needed", flash, *part), Figure("ram_bytes_needed", ram, *part),
                         Figure("board_flash_bytes", 60_000, *part), Figure("board_ram_bytes", 5_000, *part)]
    return cell


class Known:
    """Reports by name of a job."""

    def __init__(self, reports: dict[str, Report]) -> None:
        self._reports = reports

    def get(self, asked: Job) -> Report | None:
        return self._reports.get(asked.name)


def _sizes(monkeypatch: pytest.MonkeyPatch, ram: int = 4_000) -> sizes.Sizes:
    monkeypatch.setattr(sizes, "LONG_S", 0.295)
    known = Known({"size/plain_fp32-small/64": Report(cells=[_cell("m3", 21_000, 1_500, 1_000), _cell("m4f", 19_000, 1_500, 1_000)]),
                   "size/plain_fp32-large/64": Report(cells=[_cell("m4f", 58_000, ram, 40_000)])})
    models = [(_model(PLAIN), _model(PLAIN)), (_model(LARGE), _model(LARGE))]
    return sizes.Sizes(models, known, CORES, BOARDS)  # type: ignore[arg-type]


def test_only_slow_models_are_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _sizes(monkeypatch)
    def cores(config: str, kind: str) -> str:
        argv = asked.job(_model(config, kind), 256).argv
        return argv[argv.index("--core") + 1]

    assert cores(PLAIN, "plain_fp32") == cores(LARGE, "plain_int8") == "m0,m3,m4f,m7"
    assert cores(LARGE, "plain_fp32") == "m4f,m7"


def test_flash_is_that_of_the_small_one_with_another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = _sizes(monkeypatch).cell(_model(LARGE), 64, "m3", "plain")
    assert sizes.needs(cell) == {"flash_bytes": 20_000 + 40_000, "ram_bytes": 4_000}
    assert sizes.fit(cell, BLUEPILL) == (True, "")  # 60 000 of 60 000
    assert sizes.ram_with_model(cell) == 44_000


def test_what_does_not_fit_says_by_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = _sizes(monkeypatch, ram=5_000).cell(_model(LARGE), 64, "m3", "plain")
    assert sizes.fit(cell, BLUEPILL) == (True, "")
    cell = _sizes(monkeypatch, ram=5_001).cell(_model(LARGE), 64, "m3", "plain")
    assert sizes.fit(cell, BLUEPILL) == (False, "RAM: needs 5 001 of 5 000 bytes")


def test_nothing_is_known_before_all_it_follows_from(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _sizes(monkeypatch)
    assert asked.cell(_model(LARGE), 256, "m3", "plain") is None
    assert asked.cell(_model(LARGE), 64, "m0", "plain") is None  # the small one has no cell on M0
    assert sizes.needs(None) == {} and sizes.fit(None, BLUEPILL) == (None, "")


def test_every_board_has_its_core_and_flash() -> None:
    assert {board.core for board in BOARDS} <= set(CORES)
    assert [board.board for board in BOARDS if board.slow_flash] == ["rp2040"]
    for board in BOARDS:
        found = machines.stand_in(board, BOARDS, CORES)
        assert found is not None and found.core == board.core
        assert found.board in ("", board.board) or found.flash_path == board.flash_path
