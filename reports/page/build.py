"""The page's content, from a report and what it is compared with."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from reports import catalogue
from reports.diff_file import Diff
from reports.history import Series
from reports.page import words
from reports.page.document import Document, clip
from reports.page.sections import brief, differences, environment, failures, front, measured, mutants, parity, trend, verdict
from reports.report_data import Report


@dataclasses.dataclass(frozen=True)
class Inputs:
    """All that outputs are made of."""
    report: Report
    diff: Diff | None = None    # against a baseline
    trends: Sequence[Series] | None = None  # None: no history was given
    judged: Diff | None = None  # where there is no baseline: the causes of what fails

    @property
    def causes(self) -> Diff | None:
        return self.diff or self.judged

def summary(inputs: Inputs) -> Document:
    """What comes first, without sections: all that Markdown takes, and no picture is drawn for it."""
    report, diff = inputs.report, inputs.diff
    environment_of = report.environment
    commit = words.commit(environment_of.commit)  # the section on the environment has it whole
    subtitle = [clip(each, 120) for each in (environment_of.date, commit and f"commit {commit}", environment_of.host,
                                             report.command) if each]
    return Document("Atome Harness report", subtitle, verdict.verdict(report, diff, inputs.judged),
                    brief=brief.tables(report.cells, front.find(report.cells, diff), diff))


def document(inputs: Inputs) -> Document:
    """The whole; sections with nothing in them come last."""
    report, cells, diff = inputs.report, inputs.report.cells, inputs.diff
    first, *kinds = catalogue.KINDS.values()  # parity, of which failures follow
    by_kind = [(mutants if kind.name == "mutant" else measured).section(kind, cells, diff) for kind in kinds]
    found = [front.section(front.find(cells, diff)), differences.section(diff), parity.section(first, cells, diff, failures.ids(cells)),
             failures.section(cells), *by_kind, trend.section(inputs.trends), environment.section(report)]
    return dataclasses.replace(summary(inputs), sections=sorted((each for each in found if each), key=lambda each: bool(each.empty)))
