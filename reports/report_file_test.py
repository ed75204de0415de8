"""Reports come back as they were written, in both formats; what is no report is refused with its name."""

from __future__ import annotations

import lzma
import pathlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import report_file as rf

TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=8)
REAL = st.floats(allow_nan=False, allow_infinity=False)
FIGURES = st.builds(
    rf.Figure, TEXT, st.integers(0, 2**64 - 1) | REAL | TEXT, TEXT, TEXT,
    st.sampled_from(["exact", "interval", "wall"]), TEXT, st.none() | REAL, st.none() | REAL,
    st.lists(REAL, max_size=3).map(tuple), st.lists(st.integers(0, 2**32 - 1), max_size=3).map(tuple))
NUMBERS = st.none() | st.integers(0, 2**32 - 1)
DIVERGENCES = st.builds(rf.Divergence, st.integers(0, 9), st.integers(0, 9), TEXT, NUMBERS, NUMBERS, NUMBERS, NUMBERS,
                        NUMBERS, TEXT)
KEYS = st.builds(rf.Key, st.sampled_from(["parity", "cycles", "size", "perplexity", "benchmark", "ab"]), TEXT, TEXT,
                 TEXT, TEXT, st.sampled_from(["", "f32", "q15", "q15kv8", "plain"]), TEXT, TEXT, TEXT)
CELLS = st.builds(rf.Cell, KEYS, st.sampled_from(["pass", "mismatch", "error", "crashed", "missing", "too_large"]),
                  TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, st.none() | DIVERGENCES, st.dictionaries(TEXT, TEXT, max_size=2),
                  st.lists(FIGURES, max_size=3, unique_by=lambda figure: (figure.name, figure.part_kind, figure.part)))
REPORTS = st.builds(rf.Report, TEXT.filter(bool),
                    st.builds(rf.Environment, TEXT, TEXT, TEXT, TEXT, st.dictionaries(TEXT, TEXT, max_size=2)),
                    st.lists(CELLS, max_size=3, unique_by=lambda cell: cell.key), st.lists(TEXT, max_size=2))


@pytest.mark.parametrize("name", ["report.json", "report.binpb", "report.json.xz"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)
@given(report=REPORTS)
def test_a_report_comes_back(tmp_path: pathlib.Path, name: str, report: rf.Report) -> None:
    path = tmp_path / name
    rf.write(report, path)
    assert rf.read(path) == report
    first = path.read_bytes()
    rf.write(report, path)
    assert path.read_bytes() == first


@pytest.mark.parametrize("name, data", [("a.json", b"{"), ("a.json", b"[]"), ("a.binpb", b"\xff\xff"), ("a.binpb", b""),
                                        ("a.json", b'{"cells": [{"figures": [{"name": "x"}]}]}'), ("a.json", b"\xff"),
                                        ("a.json", b"[" * 100000),
                                        ("a.json.xz", b"{}"), ("a.binpb.xz", lzma.compress(b"")[:20]), ("a.json.xz", lzma.compress(b"{}") + b"x"),
                                        ("a.json", b'{"cells": [{"figures": [{"name": "x", "real": "NaN"}]}]}'),
                                        ("a.json", b'{"cells": [{"figures": [{"name": "x", "count": 1, "low": "-Infinity"}]}]}')])
def test_what_is_no_report_is_refused_by_name(tmp_path: pathlib.Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=rf"{name}: no report: .*give a file of"):
        rf.read(tmp_path / name)


def test_two_cells_of_a_key_are_refused(tmp_path: pathlib.Path) -> None:
    key = rf.Key("cycles", core="m3")
    rf.write(rf.Report("x", cells=[rf.Cell(key), rf.Cell(key)]), tmp_path / "a.binpb")
    with pytest.raises(ValueError, match="two cells of cycles m3"):
        rf.read(tmp_path / "a.binpb")


FIGURE = '{"name": "x", "count": 1, "figure_class": "FIGURE_CLASS_EXACT"}'
CELL = '{"kind": "CELL_KIND_SIZE", "status": "CELL_STATUS_PASS", "figures": [%s]}'


@pytest.mark.parametrize("cell, says", [
    (CELL % f"{FIGURE}, {FIGURE}", "two figures x"),
    (CELL % FIGURE.replace("CLASS_EXACT", "CLASS_UNKNOWN"), "figure class is missing"),
    (CELL.replace("CELL_STATUS_PASS", "CELL_STATUS_UNKNOWN") % "", "cell status is missing"),
    (CELL.replace("CELL_KIND_SIZE", "CELL_KIND_UNKNOWN") % "", "cell kind is missing")])
def test_what_the_harness_refuses_is_refused(tmp_path: pathlib.Path, cell: str, says: str) -> None:
    (tmp_path / "a.json").write_text('{"command": "x", "cells": [%s]}' % cell)
    with pytest.raises(ValueError, match=says):
        rf.read(tmp_path / "a.json")


def test_a_huge_report_is_refused(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rf, "MAX_BYTES", 100)
    for name, data in (("a.binpb", b"x" * 101), ("a.json.xz", lzma.compress(b" " * 101))):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ValueError, match="holds over 100 bytes"):
            rf.read(tmp_path / name)


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: pathlib.Path) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "folder.json" / "kept").write_text("")
    for path in (tmp_path / "folder.json", tmp_path / "nowhere" / "a.json"):
        with pytest.raises(OSError, match=f"{path}'$"):
            rf.write(rf.Report("x"), path)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.json"]


def test_a_missing_file_is_named(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="nothing.binpb"):
        rf.read(tmp_path / "nothing.binpb")
