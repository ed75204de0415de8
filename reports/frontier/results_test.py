"""What is damaged is told with its place; what is absent stays absent."""

from __future__ import annotations

import copy
import io
import json
import pathlib
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
import pytest

from reports.frontier import results
from reports.frontier.testing import made_up

Values = dict[str, Any]
WHOLE, LOSSES = made_up.make(texts=("tinystories",), budgets=("base",), sizes=("6k", "60k"), cores=("m0", "m3"), chunks=20)


def test_points_have_their_seeds_and_losses(tmp_path: pathlib.Path) -> None:
    found = results.read(made_up.write(tmp_path, WHOLE, LOSSES))
    assert len(found.points) == 7
    point = found.point("tinystories", "base", "ternary", "60k")
    assert point is not None and point.seeds == (0, 1, 2) and point.parameters == 60_800
    assert point.losses.shape == (3, 20) and point.losses.dtype == np.float64
    assert np.array_equal(point.losses[1], LOSSES["tinystories-base-ternary-60k-s1"])
    assert found.cores == ("m0", "m3") and found.board_cores == {"bluepill": "m3"}
    boards = dict(WHOLE, costs=[*WHOLE["costs"], dict(WHOLE["costs"][2], core="m0plus", board="pico")])
    assert made_up.parsed(boards, LOSSES).cores == ("m0", "m3"), "a board is no core"
    sizes = [each.parameters for each in found.points]
    assert sizes == sorted(sizes)


def test_a_family_without_a_pathway_costs_what_the_whole_one_costs() -> None:
    found = made_up.parsed(WHOLE, LOSSES)
    assert not any(cost.family == "ternary_no_local" for cost in found.costs)
    for family in ("ternary", "ternary_no_local"):
        cost = found.cost(family, "60k", "q15kv8", "m3", 64)
        assert cost is not None and cost.family == "ternary" and cost.board == "" and cost.fits is None
    assert found.cost("plain_int8", "60k", "plain", "m3", 64) != found.cost("plain_fp32", "60k", "plain", "m3", 64)
    assert found.cost("ternary", "60k", "q15kv8", "m33", 64) is None
    assert found.cost("ternary", "60k", "q15kv8", "m3", 65) is None


def test_learned_positions_bound_plain_transformers_only() -> None:
    found = {point.name: point.most_positions for point in made_up.parsed(WHOLE, LOSSES).points}
    assert found["plain_fp32-6k"] == found["plain_int8-60k"] == 64 and found["ternary-6k"] is None


def test_boards_say_what_fits_and_why_not() -> None:
    found = made_up.parsed(WHOLE, LOSSES)
    small, large = (found.board_cost(family, "60k", "plain", "bluepill", 64) for family in ("plain_int8", "plain_fp32"))
    assert large is not None and large.fits is False and "flash" in large.why and large.cycles_per_token is None
    assert small is not None and small.fits is False
    tiny = found.board_cost("plain_int8", "6k", "plain", "bluepill", 64)
    assert tiny is not None and tiny.fits is True and tiny.tokens_per_second
    assert found.board_cost("plain_int8", "6k", "plain", "microbit", 64) is None


def test_a_model_in_another_place_is_a_cost_of_its_own() -> None:
    whole = copy.deepcopy(WHOLE)
    row = next(row for row in whole["costs"] if row["board"] and row["fits"])
    whole["costs"].append(row | {"place": "ram-model", "ram_bytes": row["ram_bytes"] + 8})
    asked = (row["family"], row["size"], row["variant"], row["board"], row["positions"])
    found = made_up.parsed(whole, LOSSES)
    assert [cost.place for cost in found.board_costs(*asked)] == ["flash", "ram-model"]
    assert found.board_cost(*asked) == found.board_costs(*asked)[0]


def test_what_is_absent_is_none_and_a_point_without_a_seed_is_shorter() -> None:
    whole, losses = copy.deepcopy(WHOLE), dict(LOSSES)
    row = whole["trainings"][0]
    for name in ("test_perplexity", "engine_perplexity", "file_bytes"):
        del row[name]
    del whole["costs"][0]["ram_bytes"]
    del losses["tinystories-base-ternary-6k-s1"]
    found = made_up.parsed(whole, losses)
    point = found.point("tinystories", "base", "ternary", "6k")
    assert point is not None and point.seeds == (0, 2)
    assert found.trainings[0].test_perplexity is None and found.trainings[0].engine_perplexity == {}
    assert found.costs[0].ram_bytes is None and found.costs[0].flash_bytes


def _set(*path: Any, value: Any) -> Callable[[Values], None]:
    def change(values: Any) -> None:
        for step in path[:-1]:
            values = values[step]
        values[path[-1]] = value
    return change


def _delete(*path: Any) -> Callable[[Values], None]:
    def change(values: Any) -> None:
        for step in path[:-1]:
            values = values[step]
        del values[path[-1]]
    return change


def _again(name: str) -> Callable[[Values], None]:
    return lambda values: values[name].append(values[name][0])


@pytest.mark.parametrize(("change", "said"), [
    (_set("schema", value="atome.frontier/9"), "schema is 'atome.frontier/9'"),
    (_delete("trainings"), "lacks 'trainings'"),
    (_set("trainings", value={}), "/trainings: must be a list"),
    (_set("trainings", 2, value=7), "/trainings/2: must be an object"),
    (_set("trainings", 2, "seed", value=-1), "/trainings/2/seed: must be at least 0"),
    (_set("trainings", 2, "seed", value=True), "/trainings/2/seed: must be a whole number"),
    (_set("trainings", 2, "rate", value=0), "/trainings/2/rate: must be above 0"),
    (_set("trainings", 2, "test_perplexity", value=float("nan")), "/trainings/2/test_perplexity: must be a number"),
    (_set("trainings", 2, "parameters", value=-10 ** 400), "/trainings/2/parameters: must be a whole number"),
    (_set("trainings", 2, "parameters", value=6.5), "/trainings/2/parameters: must be a whole number"),
    (_set("trainings", 2, "family", value="nobody"), "/trainings/2/family: 'nobody' is none of ternary,"),
    (_set("trainings", 2, "size", value="../6k"), "/trainings/2/size: must be a name"),
    (_set("trainings", 2, "config", value="a\nb"), "/trainings/2/config: must be a text"),
    (_set("trainings", 2, "engine_perplexity", "f32", value="5"), "/engine_perplexity/f32: must be a number"),
    (_set("trainings", 2, "parameters", value=7), "ternary-6k-s0: its seeds differ"),
    (_set("trainings", 2, "test_perplexity", value=99.0), "test_perplexity 99, but losses.npz says"),
    (_again("trainings"), "/trainings: row 21 is of the same as row 0"),
    (_again("costs"), "/costs: row"),
    (_set("costs", 0, "flash_bytes", value=0), "/costs/0/flash_bytes: must be at least 1"),
    (_set("costs", 0, "variant", value="q99"), "/costs/0/variant: 'q99' is none of f32"),
    (_delete("costs", 2, "fits"), "/costs/2: lacks 'fits'"),
    (_set("costs", 2, "why", value=3), "/costs/2/why: must be a text"),
    (_set("families", "ternary", "kind", value="gpt"), "/families/ternary/kind: 'gpt' is none of"),
    (_set("families", "ternary", "variants", value=["q15"]), "/families/ternary: variants: needs f32"),
    (_set("seeds", value=["0"]), "/seeds/0: must be a whole number"),
])
def test_damage_is_told_with_its_place(change: Callable[[Values], None], said: str) -> None:
    whole = copy.deepcopy(WHOLE)
    change(whole)
    with pytest.raises(ValueError) as error:
        made_up.parsed(whole, LOSSES)
    assert said in str(error.value) and str(error.value).startswith("results.json: ")
    assert "\n" not in str(error.value) and "--collect" in str(error.value)


def test_losses_of_nothing_or_of_other_chunks_are_refused() -> None:
    with pytest.raises(ValueError, match="tinystories-base-x-6k-s0, which is none of trainings"):
        made_up.parsed(WHOLE, LOSSES | {"tinystories-base-x-6k-s0": np.ones(20, np.float32)})
    whole = copy.deepcopy(WHOLE)
    del whole["trainings"][1]["test_perplexity"]
    with pytest.raises(ValueError, match="19 chunks, others of tinystories have 20"):
        made_up.parsed(whole, LOSSES | {whole_key: LOSSES[whole_key][:19] for whole_key in ["tinystories-base-ternary-6k-s1"]})


def _archive(name: str, data: bytes, twice: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for _ in range(1 + twice):
            archive.writestr(name, data)
    return out.getvalue()


def _saved(values: NDArray[Any], **options: Any) -> bytes:
    out = io.BytesIO()
    np.save(out, values, **options)
    return out.getvalue()


HEADER = b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999,), }"
BAD_ARCHIVES = {
    "no zip": b"PK nothing",
    "empty file": b"",
    "pickle": _archive("a.npy", _saved(np.array([{}], dtype=object), allow_pickle=True)),
    "float64": _archive("a.npy", _saved(np.ones(4))),
    "matrix": _archive("a.npy", _saved(np.ones((2, 2), np.float32))),
    "no loss": _archive("a.npy", _saved(np.ones(0, np.float32))),
    "nan": _archive("a.npy", _saved(np.array([1, np.nan], np.float32))),
    "negative": _archive("a.npy", _saved(np.array([1, -1], np.float32))),
    "cut off": _archive("a.npy", _saved(np.ones(9, np.float32))[:-1]),
    "more than its shape": _archive("a.npy", _saved(np.ones(9, np.float32)) + bytes(4)),
    "huge shape": _archive("a.npy", HEADER.ljust(127) + b"\n"),
    "no array": _archive("a.txt", b"text"),
    "no numpy": _archive("a.npy", b"text"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [*BAD_ARCHIVES, "twice"])
def test_damaged_losses_are_told(name: str, tmp_path: pathlib.Path) -> None:
    path = made_up.write(tmp_path, WHOLE, {})
    twice = _archive("a.npy", _saved(np.ones(3, np.float32)), twice=True)
    (tmp_path / results.LOSSES).write_bytes(BAD_ARCHIVES.get(name, twice))
    with pytest.raises(ValueError, match=r"losses\.npz.*damaged") as error:
        results.read(path)
    assert "\n" not in str(error.value) and "--collect" in str(error.value)


def test_a_flipped_byte_is_told_or_changes_nothing_unseen(tmp_path: pathlib.Path) -> None:
    path = made_up.write(tmp_path, WHOLE, LOSSES)
    good = (tmp_path / results.LOSSES).read_bytes()
    for place in range(0, len(good), len(good) // 60):
        (tmp_path / results.LOSSES).write_bytes(good[:place] + bytes([good[place] ^ 0x10]) + good[place + 1:])
        try:
            found = results.read(path)
        except ValueError as error:
            assert "\n" not in str(error)
        else:  # a date or an attribute
            assert all(np.array_equal(point.losses, made_up.parsed(WHOLE, LOSSES).points[i].losses)
                       for i, point in enumerate(found.points))


def test_missing_and_odd_files_are_told(tmp_path: pathlib.Path) -> None:
    for make, said in [(lambda path: None, "No such file"), (lambda path: path.mkdir(), "Is a directory"),
                       (lambda path: path.write_bytes(b"\xff\xfe"), "cannot be read"),
                       (lambda path: path.write_text("[" * 100_000), "is not JSON"),
                       (lambda path: path.write_text("[]"), "must be an object")]:
        path = tmp_path / said.replace(" ", "_") / "results.json"
        path.parent.mkdir()
        make(path)
        (path.parent / results.LOSSES).write_bytes(_archive("a.npy", _saved(np.ones(3, np.float32))))
        with pytest.raises(ValueError, match=said):
            results.read(path)
    path = tmp_path / "results.json"
    path.write_text(json.dumps(WHOLE))
    with pytest.raises(ValueError, match=r"losses\.npz: cannot be read: No such file"):
        results.read(path)
