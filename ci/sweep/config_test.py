"""sweep.json: what is wrong in it is named; its runs; the machines that are measured."""

from __future__ import annotations

import copy
import dataclasses
import json
import pathlib
from typing import Any

import numpy as np
import pytest

from ci.sweep import collect, config, machines
from ci.sweep.config import Sweep
from ci.sweep.machines import Machine

TERNARY = "vocab_size=256,d_model=16,n_layers=1,d_head=4,kernel_size=3,top_k=2"
PLAIN = "vocab_size=256,d_model=16,n_layers=1,n_heads=2,d_ff=32"
SWEEP: dict[str, Any] = {
    "about": "small", "texts": {"a": {"file": "x/a.txt", "from": "make a"}, "b": {"file": "b.txt", "from": "make b"}}, "train_tenths": 9,
    "recipe": "best", "changes": {}, "budgets": {"search": {"steps": 2}, "base": {"steps": 4, "other": 1}, "long": {"batch": 2}},
    "rates": [1e-3, 2e-3], "rates_text": "a", "seeds": [3, 4],
    "families": {"ours": {"kind": "ternary", "variants": ["f32", "q15"]}, "plain": {"kind": "plain_fp32", "variants": ["plain"]},
                 "int8": {"kind": "plain_int8", "variants": ["plain"], "trained_as": "plain"}},
    "sizes": {"1k": {"ours": TERNARY, "plain": PLAIN}, "2k": {"ours": TERNARY.replace("16", "20")}}, "finalists": ["ours-2k"]}


def _load(folder: pathlib.Path, values: Any) -> Sweep:
    (folder / "sweep.json").write_text(values if isinstance(values, str) else json.dumps(values))
    return config.load(folder / "sweep.json")


def test_runs_of_a_sweep(tmp_path: pathlib.Path) -> None:
    sweep = _load(tmp_path, SWEEP)
    assert [(point.name, point.family.kind) for point in sweep.points] == [("ours-1k", "ternary"), ("plain-1k", "plain_fp32"), ("ours-2k", "ternary")]
    assert [family.name for family in sweep.families_of(sweep.points[1])] == ["plain", "int8"] and len(sweep.families_of(sweep.points[0])) == 1
    assert [run.name for run in sweep.search(sweep.points[0], sweep.rates)] == ["a-search-ours-1k-0.001-s3", "a-search-ours-1k-0.002-s3"]
    rates = {"ours-1k": 1.0, "ours-2k": 2.0}
    assert [(run.name, run.rate) for run in sweep.reported("base", rates)] == [
        (f"{text}-base-ours-{size}-s{seed}", rate) for text in "ab" for seed in (3, 4) for size, rate in (("1k", 1.0), ("2k", 2.0))]
    assert [run.name for run in sweep.reported("long", rates)] == ["a-long-ours-2k-s3", "a-long-ours-2k-s4"]
    assert sweep.families["ours"].variants == ("f32", "q15") and sweep.families["ours"].drop == ""
    # d 16, h 4, K 3: 48 conv, 128 query and key, 256 value, 48 router; embeddings 2 * 4096; vectors 5 and 2 a model.
    assert sweep.points[0].parameters == 2 * 256 * 16 + 48 + 128 + 256 + 48 + 7 * 16
    # Embeddings twice and 64 positions; 4 d^2, 2 d ff; 4 vectors a block and 2.
    assert sweep.points[1].parameters == (2 * 256 + 64) * 16 + 4 * 256 + 2 * 16 * 32 + 6 * 16


def test_budgets_are_the_recipe_with_its_changes(tmp_path: pathlib.Path) -> None:
    assert collect.budgets(_load(tmp_path, SWEEP)) == {"base": {"steps": 4, "batch": 16, "sequence": 64}, "long": {"steps": 3000, "batch": 2, "sequence": 64}}


@pytest.mark.parametrize("place, value, says", [
    (["about"], None, "needs the fields .*; unknown or missing: about"), (["more"], 1, "unknown or missing: more"), ([], [], "unknown or missing: all"),
    ([], "{", "sweep.json: Expecting"), (["budgets", "search"], None, "budgets: expected search, base, long"), (["budgets", "x"], {}, "budgets: expected"),
    (["rates_text"], "c", "rates_text: 'c' is none of texts"), (["rates"], [1e-3], "at least two rates and one seed"), (["seeds"], [], "at least two rates and one seed"),
    (["families", "ours", "variants"], None, "families: ours: 'variants'"), (["families", "ours", "colour"], 1, "families: ours: .*colour"),
    (["families", "int8", "trained_as"], "none", "families: int8: trained_as 'none' is no family"), (["sizes", "1k", "none"], PLAIN, "sizes: 1k: none: no such family"),
    (["sizes", "1k", "int8"], PLAIN, "sizes: 1k: int8: is trained as plain"), (["sizes", "1k", "ours"], "d_model=0", "sizes: 1k: ours: config: "),
    (["finalists"], ["ours-9k"], "finalists: 'ours-9k' is no point; one is ours-1k")])
def test_what_is_wrong_in_it_is_named(place: list[str], value: Any, says: str, tmp_path: pathlib.Path) -> None:
    values: Any = copy.deepcopy(SWEEP)
    if not place:
        values = value
    else:
        inner = values
        for step in place[:-1]:
            inner = inner[step]
        if value is None:
            del inner[place[-1]]
        else:
            inner[place[-1]] = value
    with pytest.raises(ValueError, match=says):
        _load(tmp_path, values)


def _machines(folder: pathlib.Path, **flash: int) -> tuple[dict[str, Machine], list[Machine]]:
    (folder / "emulation/boards").mkdir(parents=True, exist_ok=True)
    cores = [{"name": name, "fpu": name == "m4f", "no_cycles": name == "m55"} for name in ("m0", "m4f", "m33", "m55")]
    boards = [{"name": "fast", "core": "m4f", "clock_hz": 64, "wait_states": 0, "flash": {"miss_cycles": 0}},
              {"name": "waits", "core": "m4f", "clock_hz": 64, "wait_states": 2, "flash": {"miss_cycles": 0}},
              {"name": "misses", "core": "m0", "clock_hz": 133, "wait_states": 0, "flash": {"miss_cycles": 1, **flash}},
              {"name": "other", "core": "m33", "clock_hz": 1, "wait_states": 0, "flash": {"miss_cycles": 0}}]
    (folder / machines.CORES).write_text(json.dumps({"cores": cores}))
    (folder / machines.BOARDS).write_text(json.dumps({"boards": boards}))
    return machines.load(folder)


@pytest.mark.parametrize("misses, slow", [(19, False), (20, True), (21, True), (1, False)])
def test_a_miss_of_twenty_cycles_is_a_slow_flash(misses: int, slow: bool, tmp_path: pathlib.Path) -> None:
    cores, boards = _machines(tmp_path, miss_cycles=misses)
    assert [board.slow_flash for board in boards] == [False, False, slow, False] and boards[2].clock_hz == 133
    assert [bool(board.flash_path) for board in boards] == [False, True, True, False]
    assert (cores["m4f"].fpu, cores["m0"].fpu, cores["m55"].has_cycles, cores["m0"].has_cycles) == (True, False, False, True)
    assert cores["m0"].option == ("--core", "m0") and boards[0].option == ("--board", "fast")


def test_what_stands_for_a_board(tmp_path: pathlib.Path) -> None:
    cores, (fast, waits, misses, other) = _machines(tmp_path)
    twin = dataclasses.replace(waits, board="twin")
    assert machines.stand_in(fast, [], cores) is cores["m4f"]
    assert machines.stand_in(waits, [misses, fast, twin, waits], cores) is twin and machines.stand_in(waits, [misses], cores) is None
    assert machines.stand_in(dataclasses.replace(misses, core="m4f"), [misses, waits], cores) is None  # another flash
    assert machines.stand_in(other, [], cores) is None and machines.stand_in(other, [other], cores) is other  # of a core that is not compared


@pytest.mark.parametrize("file, text, says", [("CORES", "{", "not a file of cores"), ("CORES", '{"cores": [{}]}', "not a file of cores"),
                                             ("BOARDS", "[]", "not a file of boards"), ("BOARDS", '{"boards": [{"core": "none"}]}', "not a file of boards")])
def test_damaged_files_of_machines_are_named(file: str, text: str, says: str, tmp_path: pathlib.Path) -> None:
    _machines(tmp_path)
    (tmp_path / getattr(machines, file)).write_text(text)
    with pytest.raises(ValueError, match=says):
        machines.load(tmp_path)


def test_losses_and_results_have_the_same_bytes_each_time(tmp_path: pathlib.Path) -> None:
    losses = {"b": np.array([1.5, 2.5]), "a": np.array([0.25])}
    for name in ("x.npz", "y.npz"):
        collect.write_losses(tmp_path / name, losses if name == "x.npz" else dict(reversed(losses.items())))
    assert (tmp_path / "x.npz").read_bytes() == (tmp_path / "y.npz").read_bytes()
    with np.load(tmp_path / "x.npz") as kept:
        assert {name: (kept[name].tolist(), kept[name].dtype) for name in kept.files} == {"a": ([0.25], np.float32), "b": ([1.5, 2.5], np.float32)}
    collect.write_results(tmp_path / "r.json", {"schema": 1, "rows": [{"a": 1}, {"a": 2}], "names": ["x"], "none": []})
    assert (tmp_path / "r.json").read_text() == '{\n "schema": 1,\n "rows": [\n  {"a": 1},\n  {"a": 2}\n ],\n "names": ["x"],\n "none": []\n}\n'
