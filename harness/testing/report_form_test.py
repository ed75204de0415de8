"""The JSON form of reports: `atome` reads and writes exactly what proto/report.schema.json allows."""

from __future__ import annotations

import copy
import json
import pathlib
import random
import re
from typing import Any, Iterator

import pytest

from harness.testing.process import ROOT, Process, atome

jsonschema = pytest.importorskip("jsonschema")

SCHEMA = json.loads((ROOT / "proto/report.schema.json").read_text())
CATALOGUE = json.loads((ROOT / "proto/catalogue.json").read_text())
OLD_FORM = ROOT / "harness/report/testdata/old_form.json"
CELL = SCHEMA["$defs"]["cell"]["properties"]
Report = dict[str, Any]


def names(part: str = "") -> list[str]:
    return [figure["name"] for figure in CATALOGUE["figures"] if not part or part in figure.get("parts", ())]


def exact_schema() -> dict[str, Any]:
    """The schema with the catalogue's figures, each only for the parts that it may have."""
    schema = copy.deepcopy(SCHEMA)
    definitions = schema["$defs"]
    definitions["quantity"] = {"enum": names()}
    for part in CATALOGUE["parts"]:
        figures = copy.deepcopy(definitions["figures"]) | {"propertyNames": {"enum": names(part)}}
        definitions["cell"]["properties"]["parts"]["properties"][part] = {"type": "object", "additionalProperties": figures}
    return schema


VALIDATOR = jsonschema.Draft202012Validator(exact_schema())


def divergence() -> dict[str, Any]:
    return {"case": 0, "step": 3, "layer": 1, "op": "sparse", "index": 5, "expected_bits": "0x3fc00000", "actual_bits": "0x7fc00001",
            "expected": "1.5", "actual": "nan", "ulp": 1, "note": ""}


def small() -> Report:
    """A report with every field."""
    key = {"runner": "unicorn", "core": "m3", "board": "bluepill", "model": "m.atome03", "variant": "q15", "build_kind": "speed",
           "text": "corpus", "detail": "positions 16:64"}
    rest = {"message": "m", "note": "n", "model_sha256": "ab", "build": "m3/m.elf", "build_sha256": "cd", "command": "atome verify m"}
    return {
        "schema": "atome.report/2", "command": "atome verify",
        "environment": {"harness_version": "1", "commit": "abc", "host": "here", "date": "now", "tools": {"gcc": "12"}},
        "sources": ["atome verify m"],
        "cells": [
            {"kind": "parity", **key, "outcome": "mismatch", **rest, "divergence": divergence(),
             "unavailable": {"max_ulp": "no trace", "state_bytes": "why"},
             "figures": {"tokens_matched": 46, "logits_sha256": "ab", "cycles_per_token": 229056.5},
             "parts": {"case": {"0": {"step_digests": "00ff"}, "1": {"step_digests": ""}}}},
            {"kind": "perplexity", **key, "outcome": "pass",
             "figures": {"perplexity": {"value": 7.38, "low": 7.2, "high": 7.6, "samples": [1.5, -2, 1e300], "sample_counts": [3, 4, 5]},
                         "tokens": 3},
             "parts": {"against": {"other": {"perplexity_ratio": {"value": 1.01, "samples": [1.0]}}}}},
            {"kind": "size", **key, "outcome": "too_large", "figures": {},
             "parts": {"board": {"bluepill": {"fits": 0, "flash_bytes_needed": 70000}}, "section": {".text": {"section_bytes": 10}}}},
        ]}


def shown(folder: pathlib.Path, report: Any) -> Process:
    path = folder / "report.json"
    path.write_text(json.dumps(report))
    return atome("show", path, "--format", "json")


def test_the_schema_is_one_and_has_the_catalogues_names() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert CELL["kind"]["enum"] == [kind["name"] for kind in CATALOGUE["kinds"]]
    assert CELL["outcome"]["enum"] == [outcome["name"] for outcome in CATALOGUE["outcomes"]]
    assert list(CELL["parts"]["properties"]) == CATALOGUE["parts"]


def test_what_atome_writes_is_valid(tmp_path: pathlib.Path) -> None:
    new = tmp_path / "new.json"
    for old in (OLD_FORM, ROOT / "ci/baselines/nightly.json.xz"):
        assert atome("merge", new, old).returncode == 0
        report = json.loads(new.read_text())
        VALIDATOR.validate(report)
        assert {cell["kind"] for cell in report["cells"]} <= {kind["name"] for kind in CATALOGUE["kinds"]}
        process = atome("show", old, "--format", "json")
        assert process.returncode == 0 and "renamed: " in process.stderr or "renamed" not in process.stderr
        VALIDATOR.validate(json.loads(process.stdout))


def test_every_field_comes_back(tmp_path: pathlib.Path) -> None:
    VALIDATOR.validate(small())
    process = shown(tmp_path, small())
    assert process.returncode == 0, process.stderr
    report = json.loads(process.stdout)
    assert report["cells"][0]["divergence"].pop("ulp") > 1  # follows from the bits
    expected = small()
    del expected["cells"][0]["divergence"]["ulp"], expected["cells"][0]["divergence"]["note"]  # it was empty
    assert report == expected


def test_every_op_that_the_schema_names_is_read(tmp_path: pathlib.Path) -> None:
    report = small()
    for op in [*SCHEMA["$defs"]["divergence"]["properties"]["op"]["anyOf"][0]["enum"], "op 14", "op 15"]:
        report["cells"][0]["divergence"]["op"] = op
        VALIDATOR.validate(report)
        assert shown(tmp_path, report).returncode == 0, op


def places(json_value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with each of its keys or positions."""
    keys = json_value.keys() if isinstance(json_value, dict) else range(len(json_value)) if isinstance(json_value, list) else ()
    for key in list(keys):
        yield json_value, key
        yield from places(json_value[key])


OTHERS: list[Any] = [None, True, 1, -1, 1.5, 5_000_000_000, "x", "", "0x12", "ram_bytes", [], ["x"], [1], {}, {"value": 1}, {"x": 1}, {"x": {}}]


def break_one(report: Report, dice: random.Random) -> str:
    container, key = dice.choice(list(places(report)))
    how = dice.choice(("drop", "replace", "add", "rename"))
    if how == "drop":
        del container[key]
    elif how == "replace" or isinstance(container, list):
        how, container[key] = "replace", copy.deepcopy(dice.choice(OTHERS))
    elif how == "add":
        container[dice.choice(("x", "max_seq", "low", "op", "samples", "layer", "core"))] = copy.deepcopy(dice.choice(OTHERS))
    else:
        container[dice.choice(("x", "max_seq", "cycles_per_token", "board", "op"))] = container.pop(key)
    return f"{how} {key}"


def beyond_a_schema(message: str) -> bool:
    return any(words in message for words in ("counts", "ends before it begins"))


def test_the_reader_refuses_what_the_schema_refuses_and_nothing_else(tmp_path: pathlib.Path) -> None:
    dice = random.Random(5)
    refused = 0
    for _ in range(400):
        report = small()
        broken = [break_one(report, dice) for _ in range(dice.choice((1, 1, 1, 2)))]
        errors = [error.message for error in VALIDATOR.iter_errors(report)]
        process = shown(tmp_path, report)
        if beyond_a_schema(process.stderr):
            continue
        assert (process.returncode == 0) == (not errors), f"{broken}: {process.stderr or 'read'}; {errors[:2]}\n{json.dumps(report)}"
        refused += bool(errors)
    assert 100 < refused < 380


def test_the_readme_names_every_figure_and_no_other() -> None:
    """The table of kinds in harness/report/README.md, against the catalogue."""
    rows = [line for line in (ROOT / "harness/report/README.md").read_text().splitlines() if line.startswith("| ")]
    table = {row.split("|")[1].strip(): row for row in rows}
    named = set()
    for kind in CATALOGUE["kinds"]:
        assert kind["name"] in table, f"no row of {kind['name']}"
        words = set(table[kind["name"]].split("`")[1::2])
        assert words <= set(names()), f"{kind['name']}: {sorted(words - set(names()))} are not figures"
        named |= words
    assert named == set(names()), f"not in the table: {sorted(set(names()) - named)}"


def test_every_figure_is_measured_by_some_command() -> None:
    source = "".join(path.read_text() for folder in ("parity", "cycles", "size", "perplexity", "bench", "ab", "run", "inject")
                     for path in (ROOT / "harness" / folder).glob("*.cc") if not path.name.endswith("_test.cc"))
    lanes = "".join((ROOT / path).read_text() for path in ("ci/mutation/report_cells.py", "ci/containment/cells.py"))
    for name in names():
        enumerator = "k" + "".join(word.capitalize() for word in name.split("_"))
        assert re.search(rf"\b{enumerator}\b", source) or f'"{name}"' in lanes, f"nothing measures {name}"
