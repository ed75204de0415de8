"""JUnit XML keeps to the rules of both schemas in use, says all about what failed and little about what passed.

The rules are those of Jenkins' junit-10.xsd and of Apache Ant's JUnit.xsd, whichever is narrower, in our words.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from reports import report_file as rf
from reports.diff_file import Cause, Change, Diff
from reports.export import junit
from reports.testing.random_reports import random_report

# Element: attributes that must be there, those that may, and what it may hold, in this order.
RULES: dict[str, tuple[str, str, str]] = {
    "testsuites": ("", "", "(testsuite )*"),
    "testsuite": ("name tests failures errors time hostname package id skipped", "timestamp",
                  "properties (testcase )*system-out system-err "),
    "properties": ("", "", "(property )*"), "property": ("name value", "", ""),
    "testcase": ("name classname time", "", "(failure |error |skipped )?"),
    "failure": ("type message", "", ""), "error": ("type message", "", ""),
    "skipped": ("", "", ""), "system-out": ("", "", ""), "system-err": ("", "", ""),
}


def _hold(element: ElementTree.Element) -> None:
    required, optional, content = RULES[element.tag]
    assert set(required.split()) <= set(element.attrib) <= set(required.split()) | set(optional.split())
    assert re.fullmatch(content, "".join(f"{child.tag} " for child in element)), element.tag
    for name in ("tests", "failures", "errors", "skipped", "id"):
        assert re.fullmatch(r"\d+", element.get(name, "0"))
    assert re.fullmatch(r"\d{1,3}(\.\d*)?", element.get("time", "0"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", element.get("timestamp", "2026-01-01T00:00:00"))
    if element.tag in ("testsuite", "property"):
        assert " ".join(element.get("name", "").split())
    assert element.tag != "testsuite" or " ".join(element.get("hostname", "").split())
    for child in element:
        _hold(child)


@pytest.mark.parametrize("seed", range(100))
def test_any_report_keeps_to_the_rules_and_counts_right(seed: int) -> None:
    report = random_report(seed)
    root = ElementTree.fromstring(junit.render(report))
    _hold(root)
    assert [suite.get("id") for suite in root] == [str(i) for i in range(len(root))]
    for suite in root:
        for outcome in ("failure", "error"):
            assert suite.get(f"{outcome}s") == str(len(suite.findall(f"testcase/{outcome}")))
        assert suite.get("tests") == str(len(suite.findall("testcase")))
    outcomes = sorted("pass" if not len(case) else case[0].get("type", "") for case in root.iter("testcase"))
    assert outcomes == sorted("pass" if cell.passed else cell.outcome for cell in report.cells)


KEY = rf.Key("parity", "unicorn", "m3", model="tiny.atome02", variant="f32")
FOUND = rf.Divergence(0, 1, "local", 2, 3, 0xBDD11382, 0x3E9E0DA5, 2087657768)


def _outcome(cell: rf.Cell) -> ElementTree.Element:
    outcome = ElementTree.fromstring(junit.render(rf.Report("atome verify", cells=[cell]))).find("testsuite/testcase/*")
    assert outcome is not None
    return outcome


def test_a_divergence_is_told_whole() -> None:
    failure = _outcome(rf.Cell(KEY, "mismatch", divergence=FOUND, command="build/atome verify x", build="tiny-f32.elf"))
    assert failure.tag == "failure" and failure.attrib == {
        "type": "mismatch", "message": "first difference: case 0, step 1, layer 2, local, index 3"}
    assert (failure.text or "").splitlines() == [
        "mismatch: parity unicorn m3 tiny.atome02 f32", "first difference: case 0, step 1, layer 2, local, index 3",
        "expected: 0xbdd11382 = -0.102087989", "actual: 0x3e9e0da5 = 0.30869785", "ULP: 2087657768", "build: tiny-f32.elf",
        "measure again: build/atome verify x"]


@pytest.mark.parametrize("name, tag", [("mismatch", "failure"), ("too_large", "failure"), ("error", "error"),
                                         ("crashed", "error"), ("missing", "error")])
def test_what_gave_no_value_is_an_error(name: str, tag: str) -> None:
    outcome = _outcome(rf.Cell(KEY, name, "it fell\0 over"))
    assert (outcome.tag, outcome.get("message")) == (tag, "it fell\ufffd over")
    assert "it fell\ufffd over" in (outcome.text or "")


def test_a_pass_within_a_tolerance_is_told_apart() -> None:
    cells = [rf.Cell(KEY), rf.Cell(rf.Key("parity", "qemu", "m0"), "within", "within 4 ULP (reached 3), 48/48 tokens")]
    root = ElementTree.fromstring(junit.render(rf.Report("x", cells=cells)))
    _hold(root)
    assert (root[0].get("failures"), root[0].get("errors"), root[0].get("skipped")) == ("0", "0", "0")
    assert root.findtext(".//system-out") == "within: parity qemu m0: within 4 ULP (reached 3), 48/48 tokens"
    found = {each.get("name"): each.get("value") for each in root.iter("property")}
    assert found["cells within a tolerance and not to the bit"] == "1"


def test_what_is_not_here_is_skipped() -> None:
    report = rf.Report("x", cells=[rf.Cell(KEY, "missing", f"{rf.NOT_HERE}a.txt")])
    root = ElementTree.fromstring(junit.render(report))
    _hold(root)
    assert (root[0].get("errors"), root[0].get("skipped")) == ("0", "1")
    assert root.findtext(".//skipped") == f"{rf.NOT_HERE}a.txt"


@pytest.mark.parametrize("date, stamp", [("2026-01-02T03:04:05Z", "2026-01-02T03:04:05"), ("2026-13-02T03:04:05Z", None),
                                         ("٢٠٢٦-01-02T03:04:05Z", None), ("", None)])
def test_only_a_date_is_a_timestamp(date: str, stamp: str | None) -> None:
    suite = ElementTree.fromstring(junit.render(rf.Report("x", rf.Environment(date=date), [rf.Cell(KEY)])))[0]
    assert suite.get("timestamp") == stamp


def test_a_failure_names_its_cause_and_a_regression_of_a_cell_that_passes_is_one() -> None:
    failing, slower = rf.Cell(KEY, "mismatch", divergence=FOUND), rf.Cell(rf.Key("cycles", "unicorn", "m4f"))
    changes = [Change("regression", "fails", failing.key), Change("regression", "worse", slower.key, "cycles_per_token", change="+2"),
               Change("improvement", "better", slower.key, "instructions_per_token")]
    causes = [Cause("regression", "x", "bits", "M3 tiny", "step 1", "M3 tiny: step 1", (0,)),
              Cause("regression", "^", "cycles", "M4F 60K", "+2", "M4F 60K: +2", (1,), ("a::b()",), next="build/atome cycles"),
              Cause("improvement", "v", "cycles", "M4F 60K", "-2", "M4F 60K: -2", (2,))]
    root = ElementTree.fromstring(junit.render(rf.Report("x", cells=[failing, slower]), Diff(False, changes=changes, causes=causes)))
    _hold(root)
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root] == [
        ("atome.parity", "1", "1"), ("atome.cycles", "1", "0"), ("atome.diff", "1", "1")]
    of_cell, of_diff = root.findall(".//failure")
    assert of_cell.get("message") == "x bits M3 tiny: step 1" and "cause: x bits M3 tiny: step 1" in (of_cell.text or "")
    assert of_diff.get("message") == "^ cycles M4F 60K: +2" and (of_diff.text or "").splitlines()[1:] == [
        "in full: a::b()", "regression: cycles unicorn m4f cycles_per_token: worse +2", "go on: build/atome cycles"]
    assert root.find("testsuite[3]/testcase").get("name") == "cycles M4F 60K"  # type: ignore[union-attr]


def test_a_pass_is_one_line() -> None:
    text = junit.render(rf.Report("atome verify", cells=[rf.Cell(KEY, note="a note", command="again")]))
    line, = (each for each in text.splitlines() if "testcase" in each)
    assert line.strip() == '<testcase time="0" classname="atome.parity" name="parity unicorn m3 tiny.atome02 f32" />'
