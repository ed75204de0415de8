"""Reports come back as they were written, in both forms; older ones get today's names; what is not a report is refused."""

from __future__ import annotations

import dataclasses
import json
import lzma
import pathlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proto import generated
from reports import catalogue
from reports import report_file as rf
from reports import report_json

try:
    import jsonschema  # type: ignore[import]
except ImportError:  # the harness's own tests say so
    jsonschema = None

ROOT = pathlib.Path(__file__).resolve().parents[1]
SCHEMA = json.loads((ROOT / "proto" / "report.schema.json").read_text())
OPS = SCHEMA["$defs"]["divergence"]["properties"]["op"]["anyOf"][0]["enum"]
OLD_FORM = ROOT / "harness" / "report" / "testdata" / "old_form.json"
BASELINE = ROOT / "ci" / "baselines" / "nightly.json.xz"
TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=8)
REAL = st.floats(allow_nan=False, allow_infinity=False)
COUNT = st.integers(0, 2**32 - 1)
NAMES = {kind: [name for name, quantity in catalogue.FIGURES.items() if quantity.may_be_of(kind)]
         for kind in catalogue.PART_KINDS}


@st.composite
def figures(draw: Any) -> rf.Figure:
    part_kind = draw(st.sampled_from(catalogue.PART_KINDS))
    low, high = draw(st.none() | st.tuples(REAL, REAL).map(lambda ends: (min(ends), max(ends)))) or (None, None)
    samples = draw(st.lists(REAL, max_size=3))
    counts = draw(st.just([]) | st.lists(COUNT, min_size=len(samples), max_size=len(samples)))
    return rf.Figure(draw(st.sampled_from(NAMES[part_kind])), draw(st.integers(0, 2**64 - 1) | REAL | TEXT), part_kind,
                     draw(TEXT) if part_kind else "", low, high, tuple(samples), tuple(counts))


@st.composite
def divergences(draw: Any) -> rf.Divergence:
    index, expected, actual = draw(st.none() | st.tuples(COUNT, COUNT, COUNT)) or (None, None, None)
    return rf.Divergence(draw(COUNT), draw(COUNT), draw(st.sampled_from(OPS)), draw(st.none() | st.integers(0, 65535)),
                         index, expected, actual, None if index is None else draw(st.none() | COUNT), draw(TEXT))


KEYS = st.builds(rf.Key, st.sampled_from(list(catalogue.KINDS)), TEXT, TEXT, TEXT, TEXT,
                 st.sampled_from(["", "f32", "f32kv16", "q15", "q15kv8", "plain"]), TEXT, TEXT, TEXT)
CELLS = st.builds(rf.Cell, KEYS, st.sampled_from(list(catalogue.OUTCOMES)), TEXT, TEXT, TEXT, TEXT, TEXT, TEXT,
                  st.none() | divergences(), st.dictionaries(st.sampled_from(NAMES[""]), TEXT, max_size=2),
                  st.lists(figures(), max_size=3, unique_by=lambda figure: figure.id))
REPORTS = st.builds(rf.Report, TEXT.filter(bool),
                    st.builds(rf.Environment, TEXT, TEXT, TEXT, TEXT, st.dictionaries(TEXT, TEXT, max_size=2)),
                    st.lists(CELLS, max_size=3, unique_by=lambda cell: cell.key), st.lists(TEXT, max_size=2))


def sorted_figures(report: rf.Report) -> rf.Report:
    """In any order: JSON has the whole cell's figures first, then those of parts together."""
    return dataclasses.replace(report, cells=[
        dataclasses.replace(cell, figures=sorted(cell.figures, key=lambda figure: figure.id)) for cell in report.cells])


@pytest.mark.parametrize("name", ["report.json", "report.binpb", "report.json.xz", "report.binpb.xz"])
@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=20)
@given(report=REPORTS)
def test_a_report_comes_back(tmp_path: pathlib.Path, name: str, report: rf.Report) -> None:
    path = tmp_path / name
    rf.write(report, path)
    assert rf.read(path) == report if "binpb" in name else sorted_figures(rf.read(path)) == sorted_figures(report)
    first = path.read_bytes()
    rf.write(report, path)
    assert path.read_bytes() == first


@given(report=REPORTS)
@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=30)
def test_json_says_all_with_pythons_own_reader(report: rf.Report) -> None:
    found = json.loads(report_json.dump(report))
    if jsonschema is not None:
        jsonschema.validate(found, SCHEMA)
    assert found["schema"] == "atome.report/2" and len(found["cells"]) == len(report.cells)
    for cell, shown in zip(report.cells, found["cells"]):
        assert (shown["kind"], shown["outcome"], shown["core"]) == (cell.key.kind, cell.outcome, cell.key.core)
        for figure in cell.figures:
            place = shown["parts"][figure.part_kind][figure.part] if figure.part_kind else shown["figures"]
            value = place[figure.name]["value"] if isinstance(place[figure.name], dict) else place[figure.name]
            assert value == figure.value and type(value) is type(figure.value)


def written_formerly(report: rf.Report, path: pathlib.Path) -> None:
    """As an older atome wrote it: a binary message without a schema, or protobuf's own JSON of it."""
    from google.protobuf import json_format  # type: ignore[import]

    message = generated.load("report").Report()
    message.ParseFromString(rf._binary(report))
    message.ClearField("schema")
    for cell in message.cells:
        for figure in cell.figures:
            figure.figure_class, figure.unit = 1, "as it was"
    path.write_bytes(json_format.MessageToJson(message, preserving_proto_field_name=True).encode()
                     if path.suffix == ".json" else message.SerializeToString())


@pytest.mark.parametrize("name", ["report.json", "report.binpb"])
@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=15)
@given(report=REPORTS)
def test_an_older_report_comes_back(tmp_path: pathlib.Path, name: str, report: rf.Report) -> None:
    """Also one whose names were not others then."""
    for cell in report.cells:
        cell.figures = [figure for figure in cell.figures
                        if catalogue.current_name(figure.name, cell.key.kind, figure.part_kind) == figure.name]
        cell.unavailable = {each: why for each, why in cell.unavailable.items()
                            if catalogue.current_name(each, cell.key.kind, "") == each}
    written_formerly(report, tmp_path / name)
    assert rf.read(tmp_path / name) == report


FORMER = [(former, quantity) for quantity in catalogue.FIGURES.values() for former in quantity.formerly]


@pytest.mark.parametrize("name", ["report.json", "report.binpb"])
@pytest.mark.parametrize("former, quantity", FORMER, ids=lambda each: each.name)
def test_an_older_report_gets_todays_names(tmp_path: pathlib.Path, name: str, former: catalogue.Former,
                                           quantity: catalogue.Quantity) -> None:
    part_kind = former.part or min(quantity.parts, default="")
    cell = rf.Cell(rf.Key(former.kind or "ab"), figures=[rf.Figure(quantity.name, 7, part_kind, "x" if part_kind else "")])
    cell.unavailable = {} if former.part else {quantity.name: "why"}
    told = dataclasses.replace(cell, figures=[dataclasses.replace(cell.figures[0], name=former.name)],
                               unavailable={former.name: why for why in cell.unavailable.values()})
    path = tmp_path / name
    written_formerly(rf.Report("x", cells=[told]), path)
    assert rf.read(path).cells == [cell]


@pytest.mark.parametrize("path", [BASELINE, OLD_FORM], ids=lambda path: path.name)
def test_committed_reports_of_the_older_form_are_read_whole(tmp_path: pathlib.Path, path: pathlib.Path) -> None:
    former = json.loads(lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes())
    report = rf.read(path)
    if "schema" not in former:
        assert [cell.key.core for cell in report.cells] == [cell.get("core", "") for cell in former["cells"]]
        assert [len(cell.figures) for cell in report.cells] == [len(cell.get("figures", [])) for cell in former["cells"]]
    assert len(report.cells) > (2000 if path == BASELINE else 5)
    for name in ("a.json", "a.binpb"):
        rf.write(report, tmp_path / name)
        assert sorted_figures(rf.read(tmp_path / name)) == sorted_figures(report)


def new_form(cell: str) -> bytes:
    return f'{{"schema": "atome.report/2", "command": "x", "cells": [{cell}]}}'.encode()


SIZE = '{"kind": "size", "outcome": "pass", "figures": {%s}}'


@pytest.mark.parametrize("name, data", [("a.json", b"{"), ("a.json", b"[]"), ("a.binpb", b"\xff\xff"), ("a.binpb", b""),
                                        ("a.json", b'{"cells": [{"figures": [{"name": "x"}]}]}'), ("a.json", b"\xff"),
                                        ("a.json", b"[" * 100000), ("a.json", b'{"schema": ' + b"[" * 100000),
                                        ("a.json.xz", b"{}"), ("a.binpb.xz", lzma.compress(b"")[:20]),
                                        ("a.json.xz", lzma.compress(b"{}") + b"x"),
                                        ("a.json", b'{"cells": [{"figures": [{"name": "x", "real": "NaN"}]}]}'),
                                        ("a.json", b'{"cells": [{"figures": [{"name": "x", "low": "-Infinity"}]}]}')])
def test_what_is_no_report_is_refused_by_name(tmp_path: pathlib.Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=rf"{name}: no report: .*give a file of"):
        rf.read(tmp_path / name)


@pytest.mark.parametrize("cell, says", [
    (SIZE % '"firmware_bytes": NaN', "NaN is not a number"), (SIZE % '"firmware_bytes": 1e999', "is not finite"),
    (SIZE % '"firmware_bytes": true', "/cells/0/figures/firmware_bytes: is not a number"),
    (SIZE % '"firmware_bites": 1', "firmware_bites: is not in the catalogue"),
    (SIZE % '"firmware_bytes": 1, "firmware_bytes": 2', "'firmware_bytes' twice"),
    (SIZE % '"perplexity": {"value": 1, "low": 0}', "its interval has one end"),
    (SIZE % '"perplexity": {"value": 1, "low": 2, "high": 1}', "ends before it begins"),
    (SIZE % '"perplexity": {"low": 2, "high": 1}', "has no value"),
    (SIZE % '"seconds": {"value": 1, "samples": [1], "sample_counts": [1, 2]}', "1 samples have 2 counts"),
    (SIZE % '"perplexity": {"value": 1, "middle": 1}', "/middle: is not known"),
    (SIZE % '"model_sha256": "\\ud800"', "surrogates"),
    ('{"kind": "size", "outcome": "pass", "parts": {"op": {"norm": {"firmware_bytes": 1}}}}', "cannot be of a part"),
    ('{"kind": "size", "outcome": "pass", "parts": {"leg": {}}}', "/cells/0/parts/leg: is not known"),
    ('{"kind": "size", "outcome": "passed"}', "no outcome passed"), ('{"kind": "seize", "outcome": "pass"}', "no kind seize"),
    ('{"kind": "size"}', "/cells/0: has no outcome"),
    ('{"kind": "size", "outcome": "pass", "colour": 1}', "/colour: is not known"),
    ('{"kind": "size", "outcome": "pass"}, {"kind": "size", "outcome": "pass"}', "two cells of size"),
    ('{"kind": "parity", "outcome": "mismatch", "divergence": {"op": "norm", "index": 1}}', "divergence without all"),
    ('{"kind": "parity", "outcome": "mismatch", "divergence": {"op": "norm", "expected_bits": "12"}}', "is not 32 bits"),
    ('{"kind": "parity", "outcome": "pass", "unavailable": {"x": "y"}}', "unavailable figure x"),
])
def test_what_is_wrong_in_a_new_report_is_named(tmp_path: pathlib.Path, cell: str, says: str) -> None:
    (tmp_path / "a.json").write_bytes(new_form(cell))
    with pytest.raises(ValueError, match=says):
        rf.read(tmp_path / "a.json")


def test_forms_of_a_later_version_are_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.json").write_text('{"schema": "atome.report/3"}')
    (tmp_path / "a.binpb").write_bytes(generated.load("report").Report(schema=3, command="x").SerializeToString())
    for name, says in (("a.json", "/schema: is not 'atome.report/2'"), ("a.binpb", "its schema is 3")):
        with pytest.raises(ValueError, match=says):
            rf.read(tmp_path / name)


def test_numbers_are_numbers(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.json").write_bytes(new_form(SIZE % '"perplexity": 18446744073709551616, "bss_bytes": -1, "max_seq": 3'))
    values = [figure.value for figure in rf.read(tmp_path / "a.json").cells[0].figures]
    assert values == [2.0**64, -1.0, 3] and list(map(type, values)) == [float, float, int]


def test_what_cannot_be_read_is_not_written(tmp_path: pathlib.Path) -> None:
    key = rf.Key("cycles", core="m3")
    with pytest.raises(ValueError, match="two cells of cycles m3"):
        rf.write(rf.Report("x", cells=[rf.Cell(key), rf.Cell(key)]), tmp_path / "a.binpb")
    assert not list(tmp_path.iterdir())


FIGURE = '{"name": "max_seq", "count": 1, "figure_class": "FIGURE_CLASS_EXACT"}'
CELL = '{"kind": "CELL_KIND_SIZE", "status": "CELL_STATUS_PASS", "figures": [%s]}'


@pytest.mark.parametrize("cell, says", [
    (CELL % f"{FIGURE}, {FIGURE}", "two figures max_seq"), (CELL % FIGURE.replace("max_seq", "max_leg"), "max_leg: is not in the"),
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
