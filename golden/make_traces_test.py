"""The command that writes and checks the committed traces."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from golden import make_traces, protos
from golden.golden_case import DivergenceError

ENTRY = {"tiny_k1": make_traces.entries()["tiny_k1"]}


@pytest.fixture(autouse=True)
def _one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_traces, "entries", lambda: ENTRY)


def test_written_traces_are_the_committed_ones(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    committed = make_traces.TRACES
    monkeypatch.setattr(make_traces, "TRACES", tmp_path)
    assert make_traces.main([]) == 0
    names = sorted(f"{make_traces.stem('tiny_k1', variant)}.trace" for variant in make_traces.variants("tiny_k1"))
    assert sorted(path.name for path in tmp_path.iterdir()) == names and "tiny_k1.trace" in names
    said = capsys.readouterr().err
    for name in names:
        assert protos.difference((tmp_path / name).read_bytes(), (committed / name).read_bytes()) is None
        assert f"make_traces: {name}: {(tmp_path / name).stat().st_size} bytes\n" in said


def test_an_entry_without_a_seed_has_that_of_0() -> None:
    for seed, entry in ((2, ENTRY["tiny_k1"]), (0, {name: value for name, value in ENTRY["tiny_k1"].items() if name != "seed"})):
        assert protos.parse(make_traces.build("tiny_k1", entry)).seed == seed


def test_a_check_names_orphans_and_what_differs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(make_traces, "orphans", lambda listed: ["x.trace has no entry in traces.json"])
    monkeypatch.setattr(make_traces, "check", lambda name, entry, variant: "the taps differ" if variant == "q15" else None)
    assert make_traces.main(["--check"]) == 1
    assert capsys.readouterr().err == "make_traces: x.trace has no entry in traces.json\nmake_traces: tiny_k1-q15: the taps differ\n"
    monkeypatch.setattr(make_traces, "orphans", lambda listed: [])
    monkeypatch.setattr(make_traces, "check", lambda name, entry, variant: None)
    assert make_traces.main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_a_missing_model_fails_a_check_and_is_skipped_else(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(make_traces, "orphans", lambda listed: [])
    monkeypatch.setattr(make_traces, "model_files", lambda name: [pathlib.Path(f"/none/{name}.atome02")])
    assert make_traces.main(["--check"]) == 1
    assert "make_traces: tiny_k1: /none/tiny_k1.atome02 is missing\n" in capsys.readouterr().err
    assert make_traces.main([]) == 0
    assert "make_traces: tiny_k1 skipped: /none/tiny_k1.atome02 is missing\n" in capsys.readouterr().err


@pytest.mark.parametrize("error, code", [(DivergenceError("too far"), 1), (ValueError("no use"), 2), (OSError("no disk"), 2)])
def test_what_fails_has_its_exit_code(error: Exception, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fails(*_: Any, **__: Any) -> bytes:
        raise error

    monkeypatch.setattr(make_traces, "build", fails)
    assert make_traces.main([]) == code
    assert str(error) in capsys.readouterr().err


def test_stems_and_variants_of_models() -> None:
    assert [make_traces.stem("m", variant) for variant in ("f32", "plain", "q15", "f32kv16")] == ["m", "m", "m-q15", "m-f32kv16"]
    assert make_traces.variants("tiny_plain_fp32") == ("plain",) and make_traces.variants("not listed") == ("f32", "q15")
    assert [path.name for path in make_traces.model_files("tiny_k1")] == ["tiny_k1.atome01", "tiny_k1.atome02", "tiny_k1.atome03"]
