"""Rows of costs, against rules that the fake command follows."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

from ci.sweep import cycles, machines
from ci.sweep.testing.repository import BOARDS, Repository

Rows = dict[tuple[Any, ...], dict[str, Any]]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    repository = Repository.make(tmp_path_factory.mktemp("sweep") / "one")
    assert repository.run("--jobs", "2") == 0
    return repository


@pytest.fixture(scope="module")
def rows(measured: Repository) -> Rows:
    return by_key(measured)


def by_key(repository: Repository) -> Rows:
    keys = ("family", "variant", "core", "board", "positions", "place")
    found = repository.measurements().cost_rows()
    named = {tuple(row.get(key, "") for key in keys): row for row in found}
    assert len(named) == len(found)
    return named


def test_cores(rows: Rows) -> None:
    for variant, factor, each in (("f32", 2, 200), ("q15", 1, 100)):
        assert rows["ternary", variant, "m3", "", 64, ""] == {
            "family": "ternary", "size": "s", "variant": variant, "core": "m3", "board": "", "positions": 64,
            "cycles_per_token": 2000.0 * factor * (10 + 39.5), "flash_bytes": 10_000, "ram_bytes": 1000 + 64 * each}
        longer = rows["ternary", variant, "m3", "", 256, ""]
        assert (longer["cycles_per_token"], longer["ram_bytes"]) == (2000.0 * factor * (10 + 231.5), 1000 + 256 * each)
    assert {key[2] for key in rows if not key[3]} == set(machines.MEASURED)
    assert rows["plain_int8", "plain", "m0", "", 256, ""]["ram_bytes"] == 1000 + 256 * 150  # a file of 256 positions


def test_families_without_a_pathway_have_no_costs_of_their_own(rows: Rows) -> None:
    assert {key[0] for key in rows} == {"ternary", "plain_fp32", "plain_int8"}


def test_boards(rows: Rows) -> None:
    q15 = {"family": "ternary", "size": "s", "variant": "q15", "positions": 64, "flash_bytes": 10_000, "ram_bytes": 7400}
    assert rows["ternary", "q15", "m3", "twin_a", 64, "flash"] == q15 | {
        "core": "m3", "board": "twin_a", "fits": True, "cycles_per_token": 2000 * 49.5 + 4000,
        "tokens_per_second": round(1e6 / (2000 * 49.5 + 4000), 3), "place": "flash"}
    assert rows["ternary", "q15", "m3", "calm", 64, "flash"]["cycles_per_token"] == 2000 * 49.5
    assert rows["ternary", "q15", "m33", "new", 64, "flash"] == q15 | {
        "core": "m33", "board": "new", "fits": True, "place": "flash"}  # no cycles are known of it
    f32 = rows["ternary", "f32", "m0", "small", 64, ""]
    assert (f32["fits"], f32["why"]) == (False, "RAM: needs 13 800 of 8 000 bytes")
    assert "cycles_per_token" not in f32 and "place" not in f32
    assert {key[3] for key in rows if key[3]} == {board["name"] for board in BOARDS}


def test_a_model_in_ram(rows: Rows) -> None:
    place = rows["ternary", "q15", "m0plus", "serial", 64, "ram-model"]
    assert place["ram_bytes"] == 7400 + 1008  # 1001 bytes of model, aligned
    assert place["cycles_per_token"] == 3900 * 49.5 + 20_000
    assert rows["ternary", "q15", "m0plus", "serial", 64, "flash"]["cycles_per_token"] == 3900 * 49.5 + 40_000
    assert not [key for key in rows if key[5] == "ram-model" and key[3] != "serial"]


def test_a_model_in_ram_needs_room_to_the_byte(tmp_path: pathlib.Path) -> None:
    for spare, there in ((0, True), (-1, False)):
        repository = Repository.make(tmp_path / str(spare))
        boards = [dict(board, ram_bytes=7400 + 1008 + spare) if board["name"] == "serial" else board for board in BOARDS]
        (repository.root / "emulation/boards/boards.json").write_text(json.dumps({"boards": boards}))
        assert repository.run("--jobs", "2", "--only", "ternary-s") == 0
        assert (("ternary", "q15", "m0plus", "serial", 64, "ram-model") in by_key(repository)) == there


def test_boards_of_the_same_machine_are_measured_once(measured: Repository, rows: Rows) -> None:
    boards = [line.split("--board ")[1].split()[0] for line in (measured.root / "started").read_text().splitlines()
              if "--board" in line and "ternary" in line and "ram-model" not in line]
    # f32 fits twin_b only and q15 both, so that each has a run; calm costs what its core does; small is too small for f32
    # and like its core; nothing is asked of what has no cycles.
    assert sorted(boards) == ["serial", "twin_a", "twin_b"]
    assert ("ternary", "f32", "m3", "twin_a", 64, "") in rows
    assert rows["ternary", "f32", "m3", "twin_b", 64, "flash"]["cycles_per_token"] == 2 * 2000 * 49.5 + 4000


def test_along_a_line_is_what_a_long_run_says(measured: Repository, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "LONG_S", 0.0)
    before = measured.started()
    assert measured.run("--jobs", "2") == 0
    asked = [line for line in measured.started() if line.startswith("cycles")]
    assert asked and all("plain" in line and ("4:8" in line or "20:24" in line) for line in asked)
    assert not [line for line in asked if "-256" in line]  # one run for either memory
    found = by_key(measured)
    assert found.keys() == rows.keys()
    for key, row in rows.items():
        assert found[key] == pytest.approx(row, rel=1e-6) if "cycles_per_token" not in row else (
            found[key]["cycles_per_token"] == pytest.approx(row["cycles_per_token"], rel=1e-6))
    (measured.root / "started").write_text("\n".join(before))


def test_rows_have_an_order_of_their_own(measured: Repository) -> None:
    assert json.dumps(measured.measurements().cost_rows()) == json.dumps(measured.measurements().cost_rows())
    order = [(row["family"], row["variant"], row["board"]) for row in measured.measurements().cost_rows()]
    assert order.index(("ternary", "f32", "")) < order.index(("ternary", "f32", "small"))
    assert order.index(("ternary", "f32", "new")) < order.index(("ternary", "q15", ""))


def test_an_engine_of_other_sources_is_measured_anew(tmp_path: pathlib.Path) -> None:
    repository = Repository.make(tmp_path / "one")
    only = ("--only", "plain_int8-s", "--stage", "measure")
    assert repository.run("--stage", "train") == 0 and repository.run(*only) == 0
    measured = [line for line in repository.started() if not line.startswith("train")]
    (tmp_path / "one/build/atome").write_text((tmp_path / "one/build/atome").read_text() + "# another page\n")
    assert repository.run(*only) == 0
    assert repository.started() == []
    (tmp_path / "one/engine/engine.h").write_text("2")
    assert repository.run(*only) == 0
    assert sorted(repository.started()) == sorted(measured)


@pytest.mark.parametrize("name, content", [("boards", '{"boards": [{"name": "x"}]}'), ("cores", "{"), ("cores", "[]")])
def test_damaged_boards(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], name: str, content: str) -> None:
    repository = Repository.make(tmp_path / "one")
    (tmp_path / f"one/emulation/boards/{name}.json").write_text(content)
    assert repository.run("--stage", "measure") == 2
    assert f"{name}.json: not a file of {name}" in capsys.readouterr().err
