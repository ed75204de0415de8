"""What a run is about, which results stand, what people say of mutants, and scores."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import subprocess

import pytest

from ci.mutation import choose, config, judged, report_cells, scores
from ci.mutation.config import Config, Room
from ci.mutation.cpp import Cpp
from ci.mutation.judged import Judged
from ci.mutation.language import ALL, METS, NEAR, UNIT
from ci.mutation.mutant import KILLED, SURVIVED, Mutant, Result, named
from ci.mutation.store import Store
from reports import report_data

TEXT = b"int F() {\n  return 1 < 2;\n}\n\nint G() {\n  return 1 < 2;\n}\n"


def _mutant(path: str = "engine/a.cc", line: int = 2, function: str = "F", column: int = 10) -> Mutant:
    start = TEXT.index(b"<") if line == 2 else TEXT.rindex(b"<")
    return Mutant("", path, line, column, "bound", function, start, start + 1, "<", "<=")


def test_an_id_stays_when_lines_are_added_before_it() -> None:
    first, second = named([_mutant(), _mutant(line=6, function="G")], TEXT)
    moved = named([dataclasses.replace(_mutant(), line=4, start=20)], b"// one\n\n" + TEXT)
    assert first.id == moved[0].id != second.id and len(first.id) == 12


def test_the_same_change_twice_on_a_line_has_two_ids() -> None:
    text = b"return a < b && c < d;\n"
    one, two = (dataclasses.replace(_mutant(), line=1, start=text.index(b"<") + offset) for offset in (0, 9))
    assert len({mutant.id for mutant in named([one, two], text)}) == 2


def test_changed_lines_are_those_of_the_new_file(tmp_path: pathlib.Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    (tmp_path / "a.cc").write_text("1\n2\n3\n4\n")
    (tmp_path / "b.cc").write_text("1\n")
    git("add", "-A")
    git("commit", "-qm", "first")
    (tmp_path / "a.cc").write_text("0\n1\n3\nfour\n")  # one added, one removed, one changed
    assert choose.changed_lines(tmp_path, "HEAD") == {"a.cc": {1, 4}}
    with pytest.raises(ValueError, match="--changed nothing"):
        choose.changed_lines(tmp_path, "nothing")


def test_a_sample_is_the_same_ones_and_so_many() -> None:
    mutants = [dataclasses.replace(_mutant(), id=f"{number:012x}") for number in range(1000)]
    some = choose.sample(mutants, Config((Room("engine", 90, 0.1, ()),)))
    assert 60 < len(some) < 140 and choose.sample(mutants, Config((Room("engine", 90, 0.2, ()),)))[:1] in ([mutants[0]], some[:1], [mutants[1]])
    assert set(some) < set(choose.sample(mutants, Config((Room("engine", 90, 0.2, ()),))))
    assert len(choose.fewest(mutants, 7)) == 7 and choose.fewest(mutants, 0) == [] and choose.fewest(mutants, 1000) == mutants


def test_a_kill_stands_while_source_and_test_do_and_a_survivor_until_a_test_changes(tmp_path: pathlib.Path) -> None:
    root = tmp_path / "root"
    for name in ("engine/a.cc", "engine/a_test.cc", "engine/b_test.cc"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("first")
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    killed, survivor = named([_mutant(), _mutant(line=6, function="G")], TEXT)
    store = Store(tmp_path / "work", root)
    store.put(killed, Cpp(), Result(killed.id, KILLED, "A.B", "engine/a_test.cc", 2), ALL)
    store.put(survivor, Cpp(), Result(survivor.id, SURVIVED, tests=2), ALL)
    with pytest.raises(ValueError, match="another run has it"):
        Store(tmp_path / "work", root)
    store.close()
    with open(tmp_path / "work" / "results.jsonl", "a", encoding="utf-8") as file:
        file.write('{"id": "cut of')

    def stand() -> tuple[bool, bool]:
        again = Store(tmp_path / "work", root)
        try:
            return again.get(killed, Cpp(), ALL) is not None, again.get(survivor, Cpp(), ALL) is not None
        finally:
            again.close()

    assert stand() == (True, True)
    (root / "engine/b_test.cc").write_text("another")  # may kill what survived
    assert stand() == (True, False)
    (root / "engine/a_test.cc").write_text("another")
    assert stand() == (False, False)
    (root / "engine/a_test.cc").write_text("first")
    (root / "engine/b_test.cc").write_text("first")
    assert stand() == (True, True)
    (root / "engine/a.cc").write_text("another")
    assert stand() == (False, False)


def test_a_survivor_of_some_tests_is_none_of_more(tmp_path: pathlib.Path) -> None:
    root = tmp_path / "root"
    (root / "engine").mkdir(parents=True)
    (root / "engine/a.cc").write_bytes(TEXT)
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    mutant, = named([_mutant()], TEXT)
    for met, stands in ((NEAR, [NEAR]), (UNIT, [NEAR, UNIT]), (ALL, [NEAR, UNIT, ALL])):
        store = Store(tmp_path / met, root)
        store.put(mutant, Cpp(), Result(mutant.id, SURVIVED, tests=1), met)
        store.close()
        again = Store(tmp_path / met, root, alone=False)
        assert [wanted for wanted in METS if again.get(mutant, Cpp(), wanted)] == stands
        again.close()


@pytest.mark.parametrize(("entry", "why"), [
    ({"id": "1", "path": "a", "change": "x", "verdict": "equivalent"}, "a mutant has the texts"),
    ({"id": "1", "path": "a", "change": "x", "verdict": "maybe", "reason": "it is so"}, "the verdict maybe"),
    ({"id": "1", "path": "a", "change": "x", "verdict": "accepted", "reason": "because"}, "give a reason")])
def test_a_verdict_needs_all_its_words(tmp_path: pathlib.Path, entry: dict[str, str], why: str) -> None:
    (tmp_path / "e.json").write_text(json.dumps({"mutants": [entry]}))
    with pytest.raises(ValueError, match=why):
        judged.load(tmp_path / "e.json")


def test_a_verdict_of_what_is_not_there_any_more_is_told() -> None:
    mutant = named([_mutant()], TEXT)[0]
    said = {name: Judged(name, path, "", "equivalent", "a reason for it") for name, path in (
        (mutant.id, "engine/a.cc"), ("000000000000", "engine/a.cc"), ("000000000001", "engine/not_read.cc"))}
    assert [entry.id for entry in judged.stale(said, [mutant], {"engine/a.cc"})] == ["000000000000"]


def test_a_score_leaves_the_equivalent_out_and_counts_what_is_accepted() -> None:
    mutants = [dataclasses.replace(_mutant(), id=str(number)) for number in range(6)]
    results = {str(number): Result(str(number), outcome) for number, outcome in enumerate(
        [KILLED, "timeout", KILLED, SURVIVED, SURVIVED, SURVIVED])}
    said = {"3": Judged("3", "engine/a.cc", "", "equivalent", ""), "4": Judged("4", "engine/a.cc", "", "accepted", ""),
            "0": Judged("0", "engine/a.cc", "", "equivalent", "")}  # which a test kills: then it is not equivalent
    rooms = Config((Room("engine", 60, 1, ()),))
    score = scores.of(rooms, mutants, results, said)[0]
    assert (score.killed, score.survived, score.equivalent, score.percent, score.missed) == (3, 2, 1, 60.0, False)
    cells = report_cells.of(rooms, mutants, results, said)
    assert [cell.outcome for cell in cells] == ["pass"] * 4 + ["within"] * 2 + ["pass"]
    report_data.check(report_data.Report("ci/mutate", cells=cells))
    missed = report_cells.of(Config((Room("engine", 61, 1, ()),)), mutants, results, said)
    assert [cell.outcome for cell in missed] == ["pass"] * 4 + ["within"] * 2 + ["mismatch"]


def test_the_repositorys_files_are_sound() -> None:
    root = pathlib.Path(__file__).resolve().parents[2]
    found = config.load(root / "ci" / "mutation" / "mutate.json")
    assert all((root / room.path).is_dir() for room in found.rooms)
    assert all((root / name).is_file() for name in found.pytest)
    assert found.room("emulation/timing/sites.cc") != found.room("emulation/elf/uf2.cc")
    assert found.room("proto/report.proto") is None
    judged.load(root / "ci" / "mutation" / "equivalent.json")
