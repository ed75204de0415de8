"""The page's content, from a report and what it is compared with."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

from reports.history import Series
from reports.page import words
from reports.page.compare import Baseline
from reports.page.diff_file import Diff
from reports.page.document import Document, clip
from reports.page.sections import (ab, benchmark, cycles, differences, environment, failures, flash, memory, parity,
                                   perplexity, trend, verdict)
from reports.report_file import Report


@dataclasses.dataclass(frozen=True)
class Inputs:
    """All that outputs are made of."""
    report: Report
    baseline: Report | None = None
    diff: Diff | None = None
    trends: Sequence[Series] | None = None  # None: no history was given

    @functools.cached_property
    def page(self) -> Document:
        """Made once, in whatever forms it is written."""
        return document(self)


def document(inputs: Inputs) -> Document:
    report, cells = inputs.report, inputs.report.cells
    baseline = Baseline(inputs.baseline) if inputs.baseline else None
    found = [differences.section(report, baseline, inputs.diff), parity.section(cells, failures.ids(cells)),
             failures.section(cells), cycles.section(cells, baseline), flash.section(cells, baseline),
             memory.section(cells, baseline), perplexity.section(cells, baseline), ab.section(cells, baseline),
             benchmark.section(cells), trend.section(inputs.trends), environment.section(report)]
    environment_of = report.environment
    commit = words.commit(environment_of.commit)  # the section on the environment has it whole
    subtitle = [clip(each, 120) for each in (environment_of.date, commit and f"commit {commit}", environment_of.host,
                                             report.command) if each]
    return Document("Atome Harness report", subtitle, verdict.verdict(report, baseline, inputs.diff),
                    [section for section in found if section])
