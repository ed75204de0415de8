"""ci/fuzz: what it runs, reads and says."""

from __future__ import annotations

import pathlib

import pytest

from ci.fuzzing import main, runs, seeds, targets
from ci.fuzzing.targets import ROOT, Target

DONE = """#4711\tDONE   cov: 810 ft: 2732 corp: 267/37Kb lim: 208 exec/s: 385 rss: 213Mb
stat::number_of_executed_units: 4711
"""
CRASH = """==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602 at pc 0x1
#12 NEW    cov: 42 ft: 1
SUMMARY: AddressSanitizer: heap-buffer-overflow a.cc:3
artifact_prefix='/f/elf-'; Test unit written to /f/elf-crash-1234
stat::number_of_executed_units: 13
"""


@pytest.fixture
def target(tmp_path: pathlib.Path) -> Target:
    corpus = tmp_path / "corpus" / "elf"
    corpus.mkdir(parents=True)
    (corpus / "seed-a").write_bytes(bytes(100))
    return Target("elf", tmp_path)


def test_what_a_run_did_is_read(target: Target) -> None:
    outcome = runs.outcome_of(target, DONE, 0, 2.0)
    assert (outcome.executions, outcome.edges, outcome.finding) == (4711, 810, None)


def test_an_input_that_fails_is_told_with_how_to_repeat(target: Target, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = runs.outcome_of(target, CRASH, 77, 2.0)
    assert outcome.finding == pathlib.Path("/f/elf-crash-1234") and outcome.executions == 13
    main.show(outcome)
    said = capsys.readouterr().out
    assert "heap-buffer-overflow" in said and "again:     build/fuzz/targets/elf /f/elf-crash-1234" in said
    assert f"cp /f/elf-crash-1234 {target.corpus}/" in said


def test_an_end_without_a_word_is_a_finding(target: Target) -> None:
    assert runs.outcome_of(target, "", -9, 1.0).why == "exit code -9"


def test_inputs_may_be_half_longer_than_the_corpus(target: Target) -> None:
    words = runs.command(target, 10, 3, pathlib.Path("w"), pathlib.Path("f"))
    assert "-max_len=150" in words and "-runs=10" in words and "-seed=3" in words
    assert not any(word.startswith("-dict") for word in words)
    (target.folder / "elf.dict").write_text('"a"\n')
    assert f"-dict={target.folder}/elf.dict" in runs.command(target, 10, 3, pathlib.Path("w"), pathlib.Path("f"))


def test_every_target_has_a_small_corpus_that_the_seeds_write() -> None:
    known = {name: ROOT / folder for folder, some in seeds.TARGETS.items() for name in some}
    assert {each.name: each.folder for each in targets.all_targets()} == known
    for each in targets.all_targets():
        sizes = [path.stat().st_size for path in each.corpus.iterdir()]
        assert sizes and max(sizes) <= 8192 and sum(sizes) <= 64 * 1024, each.name


def test_every_target_is_in_the_readme() -> None:
    text = (ROOT / "ci" / "fuzzing" / "README.md").read_text()
    assert [each.name for each in targets.all_targets() if f"| `{each.name}` |" not in text] == []


def test_a_name_that_is_no_target_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--smoke", "--only", "nothing"]) == 2
    assert capsys.readouterr().err == "ci/fuzz: no target nothing; ci/fuzz --list names them\n"


def test_a_missing_compiler_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("shutil.which", lambda tool: None)
    assert main.main(["--smoke", "--only", "elf"]) == 2
    assert "clang++ is missing; install it: ci/setup --prove" in capsys.readouterr().err
