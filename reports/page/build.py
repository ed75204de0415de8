"""The page's content, from a report and what it is compared with."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

from reports import catalogue
from reports.diff_file import Diff
from reports.history import Series
from reports.page import words
from reports.page.document import Document, clip
from reports.page.sections import differences, environment, failures, front, measured, parity, summary, trend, verdict
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

    @functools.cached_property
    def page(self) -> Document:
        """Made once, in whatever forms it is written."""
        return document(self)


def document(inputs: Inputs) -> Document:
    report, cells, diff = inputs.report, inputs.report.cells, inputs.diff
    first, *kinds = catalogue.KINDS.values()  # parity, of which failures follow
    costs = front.find(cells, diff)
    found = [front.section(costs), differences.section(diff), parity.section(first, cells, diff, failures.ids(cells)), failures.section(cells),
             *(measured.section(kind, cells, diff) for kind in kinds), trend.section(inputs.trends),
             environment.section(report)]
    environment_of = report.environment
    commit = words.commit(environment_of.commit)  # the section on the environment has it whole
    subtitle = [clip(each, 120) for each in (environment_of.date, commit and f"commit {commit}", environment_of.host,
                                             report.command) if each]
    return Document("Atome Harness report", subtitle, verdict.verdict(report, diff, inputs.judged),
                    sorted((section for section in found if section), key=lambda each: bool(each.empty)), summary.tables(cells, costs, diff))
