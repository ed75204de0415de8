"""The matrix's file: what is wrong in it is said with its place, and ours leaves nothing out that the repository has."""

from __future__ import annotations

import collections
import copy
import fnmatch
import json
import pathlib
import re
from typing import Any

import pytest

from ci.night import expand, matrix_file
from ci.night.job import Job
from ci.night.testing.repository import MATRIX, OURS, Repository

KV8, PLAIN = "q15kv8", ".plain01"
TRAINED_FIRST = {"pathways.json"}  # A/B files whose models are not in the repository


def jobs(which: str) -> list[Job]:
    return expand.expand(matrix_file.load(OURS / "ci/matrix.json"), OURS, which)


def names(path: str, top: str) -> list[str]:
    return [item["name"] for item in json.loads((OURS / path).read_text())[top]]


def models() -> list[pathlib.Path]:
    return sorted(path for path in [*OURS.glob("golden/models/*/*"), *OURS.glob("golden/models_plain/*")]
                  if path.suffix in (".atome01", ".atome02", ".atome03", PLAIN))


def variants(model: pathlib.Path) -> list[str]:
    """Those that have a golden trace."""
    if model.suffix == PLAIN:
        return ["plain"]
    traces = [path.stem for path in (OURS / "golden/traces").glob(f"{model.stem}*.trace")]
    return [{"": "f32"}.get(rest, rest) for rest in (name.removeprefix(model.stem).lstrip("-") for name in traces)
            if rest in ("", "f32kv16", "q15", KV8)]


def test_every_model_runs_everywhere() -> None:
    found = {(key.runner, key.core, key.model, key.variant, key.build_kind) for key in (job.key for job in jobs("full"))
             if key.kind == "parity"}
    assert len(models()) >= 26
    for model in models():
        for variant in variants(model):
            wanted = {("native", "host", model.name, variant, "")}
            wanted |= {("native", "host-simd", model.name, variant, "")} if variant == "f32" else set()
            wanted |= {(runner, core, model.name, variant, build) for runner in ("unicorn", "qemu")
                       for core in names("emulation/boards/cores.json", "cores") for build in ("speed", "size")}
            assert wanted <= found, f"{model}: add it to ci/matrix.json: {sorted(wanted - found)[:3]}"


def test_every_model_is_weighed_and_timed_on_every_core_and_board() -> None:
    found = collections.defaultdict(set)
    for key in (job.key for job in jobs("full")):
        found[key.kind].add((key.model, key.board or key.core))
    for model in models():
        if model.suffix in (".atome03", PLAIN):
            wanted = {(model.name, core) for core in names("emulation/boards/cores.json", "cores")}
            assert wanted <= found["cycles"] and wanted <= found["size"], f"{model}: add it to ci/matrix.json"
    for board in names("emulation/boards/boards.json", "boards"):
        assert {name for name, place in found["cycles"] if place == board}, f"{board}: add it to ci/matrix.json"


def test_every_comparison_is_made() -> None:
    made = {job.key.detail + ".json" for job in jobs("full") if job.key.kind == "ab"}
    assert made == {path.name for path in (OURS / "golden/experiments").glob("*.json")} - TRAINED_FIRST


def test_mutants_and_trainings_are_those_there_are() -> None:
    heavy = {job.key.detail for job in jobs("heavy")} - {job.key.detail for job in jobs("full")}
    made = re.findall(r"^atome_mutant\((\w+)", (OURS / "harness/testing/CMakeLists.txt").read_text(), re.MULTILINE)
    assert {name.removeprefix("mutant: ") for name in heavy if name.startswith("mutant")} == set(made)
    assert len([name for name in heavy if name.startswith("training")]) == 9


def test_quick_is_a_part_of_full_and_heavy_is_more() -> None:
    quick, full, heavy = ({job.name: job for job in jobs(which)} for which in ("quick", "full", "heavy"))
    assert quick and quick.items() < full.items() and full.items() < heavy.items()
    assert {job.key.kind for job in quick.values()} >= {"parity", "cycles", "size", "perplexity", "ab"}


def test_the_order_is_that_of_keys_and_always_the_same() -> None:
    first = jobs("full")
    assert first == jobs("full") == sorted(first, key=lambda job: job.key)


def test_what_is_excepted_is_left_out() -> None:
    assert not [job for job in jobs("full") if job.key.kind == "parity" and job.key.core == "host-simd" and job.key.variant == "q15"]
    assert not [job for job in jobs("full") if fnmatch.fnmatch(job.name, "*/bluepill/atome_60k.*/f32/*")]


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    """MATRIX with one place otherwise; None takes it out."""
    matrix = copy.deepcopy(MATRIX)
    place: Any = matrix
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return matrix


@pytest.mark.parametrize(("path", "value", "says"), [
    (["entries"], [], "entries a list with at least one"),
    (["lists"], None, 'an object of "lists" and "entries"'),
    (["lists", "cores"], [], "lists: cores: [] is not a list of texts"),
    (["entries", 1], 7, "entries[1]: is 7; write an object"),
    (["entries", 1, "name"], None, "name is missing; add it"),
    (["entries", 1, "name"], "parity", "two entries are named parity"),
    (["entries", 1, "command"], "sise", "entries[1] (sizes): command sise; there are verify, cycles"),
    (["entries", 1, "limit_s"], -1, "limit_s is -1; write a number above 0"),
    (["entries", 1, "limit_s"], True, "limit_s is true; write a number above 0"),
    (["entries", 1, "wall"], 1, "wall is 1; write true or false"),
    (["entries", 1, "cores"], ["$boards"], "no list $boards; \"lists\" has cores"),
    (["entries", 1, "cores"], ["m0", "$cores"], "m0 is there twice"),
    (["entries", 1, "cores"], None, "cores is missing; `size` needs it"),
    (["entries", 1, "runners"], ["qemu"], "runners means nothing to `size`"),
    (["entries", 1, "accept"], "ulp:4", "accept means nothing to `size`; leave it out"),
    (["entries", 0, "accept"], 4, "accept is 4; write a text"),
    (["entries", 1, "colour"], "red", "no field colour; there are name"),
    (["entries", 1, "key"], {"colour": "red"}, "key has colour; it may have runner"),
    (["entries", 1, "except"], [{"boards": ["x"]}], "except[0] is"),
    (["entries", 1, "argv"], ["true"], "argv and kind belong to the command check"),
    (["entries", 0, "quick"], {"cores": ["m4"]}, "quick: m4 is not in cores"),
    (["entries", 0, "quick"], {"boards": ["m4"]}, "quick has boards, the entry has not"),
    (["entries", 0, "quick"], [], "quick is []; write an object of lists"),
    (["entries", 0, "models"], ["golden/models/*.atome09"], "no file is golden/models/*.atome09"),
    (["entries", 1, "command"], "verify", "runners is missing; `verify` needs it"),
])
def test_what_is_wrong_is_named(tmp_path: pathlib.Path, path: list[Any], value: Any, says: str) -> None:
    (tmp_path / "golden/models").mkdir(parents=True)
    (tmp_path / "golden/models/a.atome03").write_text("a")
    (tmp_path / "emulation/boards").mkdir(parents=True)
    (tmp_path / "emulation/boards/boards.json").write_text('{"boards": []}')
    file = tmp_path / "matrix.json"
    file.write_text(json.dumps(changed(path, value)))
    with pytest.raises(ValueError) as caught:
        expand.expand(matrix_file.load(file), tmp_path, "full")
    assert says in str(caught.value) and str(caught.value).startswith(str(file))


def test_a_tolerance_is_asked_of_every_cell_of_its_entry(tmp_path: pathlib.Path) -> None:
    matrix = changed(["entries", 0, "accept"], "relative:1e-5")
    repository = Repository.make(tmp_path, matrix=matrix)
    found = expand.expand(matrix_file.load(repository.root / "ci/matrix.json"), tmp_path, "full")
    asked = {job.key.kind for job in found if "--accept relative:1e-5 " in " ".join(job.argv)}
    assert asked == {"parity"} and all("--accept" in job.argv for job in found if job.key.kind == "parity")


def test_no_json_and_two_of_a_cell(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "matrix.json"
    file.write_text("{")
    with pytest.raises(ValueError, match="no JSON"):
        matrix_file.load(file)
    (tmp_path / "emulation/boards").mkdir(parents=True)
    (tmp_path / "emulation/boards/boards.json").write_text('{"boards": []}')
    entry = {"name": "x", "command": "bench", "suites": ["host"], "limit_s": 1, "cost_s": 1}
    file.write_text(json.dumps({"lists": {}, "entries": [entry, {**entry, "name": "y"}]}))
    with pytest.raises(ValueError, match=r"entries\[1\] \(y\): benchmark/suite host is also of .*entries\[0\] \(x\)"):
        expand.expand(matrix_file.load(file), tmp_path, "full")


def foreign(tmp_path: pathlib.Path, **entry: Any) -> list[Job]:
    """The jobs of one entry that has another engine measured."""
    entries = [{"name": "theirs", "models": ["golden/models/tiny_odd/tiny_odd.atome02"], "variants": ["f32"], "limit_s": 9, "cost_s": 1} | entry]
    (tmp_path / "matrix.json").write_text(json.dumps({"lists": {}, "entries": entries}))
    return expand.expand(matrix_file.load(tmp_path / "matrix.json"), OURS, "full")


def test_another_engine_is_measured_instead_of_ours(tmp_path: pathlib.Path) -> None:
    m0, m3 = foreign(tmp_path, command="verify", runners=["qemu"], cores=["m0", "m3"], firmware="build/probe/{core}/naive.elf")
    assert (m0.key.detail, m0.key.build_kind, m0.key.core) == ("firmware naive.elf", "", "m0")
    assert m3.argv[-6:-4] == ("--firmware", "build/probe/m3/naive.elf")
    assert "build/probe/m3/naive.elf" in m3.reads and not [path for path in m3.reads if "build/firmware" in path]
    cycles, = foreign(tmp_path, command="cycles", cores=["m3"], firmware="a/b.elf", key={"runner": "unicorn", "detail": "positions 16:64"})
    assert cycles.key.detail == "positions 16:64, firmware b.elf" and cycles.key.build_kind == ""
    size, = foreign(tmp_path, command="size", cores=["m3"], firmware="a/b.elf", key={"runner": "elf"})
    assert size.key.detail == "firmware b.elf"
    host, = foreign(tmp_path, command="verify", runners=["native"], cores=["host"], engine="a/b.so")
    assert host.key.detail == "engine b.so" and "--engine" in host.argv and "a/b.so" in host.reads


@pytest.mark.parametrize(("entry", "says"), [
    ({"command": "size", "cores": ["m3"], "engine": "a.so"}, "engine means nothing to `size` here; leave it out"),
    ({"command": "verify", "runners": ["qemu"], "cores": ["m3"], "engine": "a.so", "firmware": "a.elf"}, "firmware means nothing to `verify` here"),
    ({"command": "size", "cores": ["m3"], "builds": ["speed"], "firmware": "a.elf"}, "builds are of our own firmware"),
])
def test_what_another_engine_cannot_have(entry: dict[str, Any], says: str, tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        foreign(tmp_path, **entry)
