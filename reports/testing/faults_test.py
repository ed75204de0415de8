"""Planted faults are told by cause, place and size, in every form, on its first screen. Of real cells: those of the accepted baseline."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable

import pytest

from reports import diff_file, report_file
from reports.export import github, junit
from reports.page.document import Document
from reports.page.rendering import markdown
from reports.page.sections import verdict
from reports.report_data import Report
from reports.testing import faults

BASELINE = pathlib.Path(__file__).resolve().parents[2] / "ci" / "baselines" / "nightly.json.xz"
MODELS = ("atome_60k.atome03", "tiny_ties.atome03", "tiny_odd.atome03")
pytestmark = pytest.mark.skipif(not diff_file.command().is_file(), reason="no atome beside the generated modules")


@pytest.fixture(scope="module", name="baseline")
def fixture_baseline() -> Report:
    found = report_file.read(BASELINE)
    return dataclasses.replace(found, cells=[cell for cell in found.cells if cell.key.model in MODELS and cell.key.kind != "ab" and cell.key.variant != "f32kv16"])


def compared(baseline: Report, folder: pathlib.Path, *planted: Callable[[Report], None]) -> tuple[Report, diff_file.Diff]:
    report = faults.planted(baseline, *planted)
    report_file.write(baseline, folder / "old.binpb")
    report_file.write(report, folder / "new.binpb")
    return report, diff_file.run(folder / "new.binpb", folder / "old.binpb")


@pytest.mark.parametrize("fault, mark, kind, said", [
    (faults.wrong_bits, "x", "bits", ["Cortex-M3", "tiny_ties", "step 1, layer 0, local[0]"]),
    (faults.slower_op, "^", "cycles", ["Cortex-M4F", "60K", "119 796 -> 122 328", "sparse +4"]),
    (faults.larger_code, "^", "flash", ["Cortex-M4F", "60K", "+320 B, Sparse::Run 364 -> 684"]),
    (faults.crash, "x", "crash", ["Cortex-M0", "q15", "hard fault"]),
    (faults.vanished, "x", "missing", ["tiny_odd"]),
    (faults.more_ram, "^", "ram", ["q15", "1 024"]),
    (faults.worse_model, "^", "perplexity", ["60K", "q15kv8", "+3"]),
    (faults.faster, "v", "cycles", ["Cortex-M7", "q15", "-5"])])
def test_one_fault_is_told(baseline: Report, tmp_path: pathlib.Path, fault: Callable[[Report], None], mark: str, kind: str, said: list[str]) -> None:
    report, diff = compared(baseline, tmp_path, fault)
    found = verdict.verdict(report, diff)
    first = found.causes[0]
    assert (first.mark, first.kind) == (mark, kind) and len(found.causes) <= 3
    assert all(word in first.summary for word in said)
    assert f"<b>{kind}</b>" in markdown.render(Document("", [], found, [])).split("</summary>")[0]
    annotation = github.render(report, diff).splitlines()[0]
    assert annotation.startswith(f"::{'notice' if mark == 'v' else 'error'} title={kind}::")
    assert mark == "v" or f'message="{mark} {kind} ' in junit.render(report, diff)


def test_all_at_once_fit_the_verdict(baseline: Report, tmp_path: pathlib.Path) -> None:
    """The worst kinds first; wrong bits and a crash of many cells are a line each."""
    report, diff = compared(baseline, tmp_path, *faults.ALL)
    assert [cause.kind for cause in diff.causes[:2]] == ["bits", "crash"]
    assert {cause.kind for cause in diff.causes} >= {"bits", "crash", "missing", "cycles", "flash", "ram", "perplexity"}
    text = markdown.render(Document("", [], verdict.verdict(report, diff), []))
    assert text.count("\n") <= 100
