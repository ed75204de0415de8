"""JUnit XML: a suite for each kind of cell, a case for each cell; what failed in full, with its cause, what passed in a line.

What got worse in cells that pass has a suite of its own, "atome.diff", a case for each cause.

It keeps to the narrower rules of both schemas in use, Jenkins' junit-10.xsd and the one of Apache Ant. They want a time of
every case, which a report does not know: it says 0, and a property says why.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from reports import catalogue
from reports.diff_file import REGRESSION, Cause, Diff
from reports.page import words
from reports.report_data import Cell, Divergence, Key, Report

# A value that is wrong is a failure; a cell that gave none is an error.
FAILURES = tuple(outcome.name for outcome in catalogue.OUTCOMES.values() if outcome.exit_code == 1)
MAX_CHANGES, MAX_NAMES = 100, 20  # of a cause
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def place(found: Divergence) -> str:
    """ "case 0, step 1, layer 0, local, index 0": where the first wrong value is."""
    parts = [f"case {found.case}", f"step {found.step}"]
    parts += [f"layer {found.layer}"] if found.layer is not None else []
    parts += [found.op] if found.op else []
    parts += [f"index {found.index}"] if found.index is not None else []
    return ", ".join(parts)


def _values(found: Divergence) -> list[str]:
    lines = [f"{name}: {words.as_float(bits)}" for name, bits in (("expected", found.expected_bits), ("actual", found.actual_bits))
             if bits is not None]
    lines += [f"ULP: {found.ulp}"] if found.ulp is not None else []
    return lines + ([f"note: {found.note}"] if found.note else [])


def _details(cell: Cell, cause: Cause | None) -> str:
    lines = [f"{cell.outcome}: {cell.key}", *([f"cause: {cause}"] if cause else []), cell.message]
    if cell.divergence is not None:
        lines += [f"first difference: {place(cell.divergence)}", *_values(cell.divergence)]
    lines += [f"{name}: {value}" for name, value in (("note", cell.note), ("build", cell.build),
              ("model sha256", cell.model_sha256), ("build sha256", cell.build_sha256),
              ("measure again", cell.command)) if value]
    return "\n".join(line for line in lines if line)


def _case(suite: ElementTree.Element, cell: Cell, cause: Cause | None) -> None:
    case = ElementTree.SubElement(suite, "testcase", time="0", classname=_clean(f"atome.{cell.key.kind}"),
                                  name=_clean(str(cell.key)))
    if cell.left_out:
        ElementTree.SubElement(case, "skipped").text = _clean(cell.message)
    elif not cell.passed:
        first = str(cause) if cause else f"first difference: {place(cell.divergence)}" if cell.divergence else cell.outcome
        ended = ElementTree.SubElement(case, "failure" if cell.outcome in FAILURES else "error", type=cell.outcome,
                                       message=_clean(first if cause else cell.message or first))
        ended.text = _clean(_details(cell, cause))


def _near(cells: list[Cell]) -> list[str]:
    """What passes, but not to the bit: JUnit has no such state, so the suite's output names them."""
    return [f"{cell.outcome}: {cell.key}: {cell.message}" for cell in cells if cell.near]


def _suite(root: ElementTree.Element, name: str, report: Report, counts: tuple[int, int, int, int],
           more: Sequence[tuple[str, str]] = ()) -> ElementTree.Element:
    """Without its cases; `counts`: tests, failures, errors, skipped."""
    environment = report.environment
    suite = ElementTree.SubElement(root, "testsuite", name=f"atome.{name}", package="atome", id=str(len(root)),
                                   hostname=_clean(environment.host).strip() or "localhost", time="0")
    for what, count in zip(("tests", "failures", "errors", "skipped"), counts):
        suite.set(what, str(count))
    with contextlib.suppress(ValueError):  # an attribute that may be absent
        began = datetime.datetime.fromisoformat(environment.date[:19])  # UTC; Ant's schema takes no offset
        suite.set("timestamp", began.isoformat())
    properties = ElementTree.SubElement(suite, "properties")
    for what, value in (("time", "not measured; 0 stands for it"), ("command", report.command),
                        ("commit", environment.commit), ("harness version", environment.harness_version), *more,
                        *((f"tool {tool}", version) for tool, version in sorted(environment.tools.items()))):
        ElementTree.SubElement(properties, "property", name=_clean(what), value=_clean(value))
    return suite


def _end(suite: ElementTree.Element, said: str = "") -> None:
    ElementTree.SubElement(suite, "system-out").text = _clean(said) or None
    ElementTree.SubElement(suite, "system-err")


def _cells(root: ElementTree.Element, kind: str, report: Report, causes: Mapping[Key, Cause]) -> None:
    cells = [cell for cell in report.cells if cell.key.kind == kind]
    failures = sum(cell.outcome in FAILURES for cell in cells)
    skipped = sum(cell.left_out for cell in cells)
    errors = sum(not cell.passed for cell in cells) - failures - skipped
    near = _near(cells)
    suite = _suite(root, kind, report, (len(cells), failures, errors, skipped),
                   [("cells within a tolerance and not to the bit", str(len(near)))] if near else [])
    for cell in cells:
        _case(suite, cell, causes.get(cell.key))
    _end(suite, "\n".join(near))


def _worse(root: ElementTree.Element, report: Report, diff: Diff) -> None:
    """Causes of regressions in cells that do not fail."""
    failed = {cell.key for cell in report.cells if cell.failed}
    found = [cause for cause in diff.causes if cause.severity == REGRESSION
             and not (cause.changes and all(change.key in failed for change in diff.of(cause)))]
    if not found:
        return
    suite = _suite(root, "diff", report, (len(found), len(found), 0, 0))
    for cause in found:
        case = ElementTree.SubElement(suite, "testcase", time="0", classname="atome.diff", name=_clean(f"{cause.kind} {cause.where}"))
        changes = diff.of(cause)
        lines = [str(cause), *(f"in full: {name}" for name in cause.names[:MAX_NAMES]), *map(str, changes[:MAX_CHANGES]),
                 *([f"and {len(changes) - MAX_CHANGES} more"] if len(changes) > MAX_CHANGES else []),
                 *([f"go on: {cause.next}"] if cause.next else [])]
        ElementTree.SubElement(case, "failure", type=REGRESSION, message=_clean(str(cause))).text = _clean("\n".join(lines))
    _end(suite)


def render(report: Report, diff: Diff | None = None) -> str:
    """`diff` says the causes of what fails and of what got worse."""
    root = ElementTree.Element("testsuites")
    for kind in dict.fromkeys(cell.key.kind for cell in report.cells):
        _cells(root, kind, report, diff.cause_of if diff else {})
    if diff:
        _worse(root, report, diff)
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
