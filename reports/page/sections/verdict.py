"""What comes first: does it pass, and if not, what fails."""

from __future__ import annotations

from collections import Counter

from reports import catalogue
from reports.diff_file import Diff
from reports.page import words
from reports.page.document import Verdict, clip
from reports.report_data import PASS, Report

MAX_NAMED = 8


def _named(names: list[str]) -> list[str]:
    more = [f"… and {len(names) - MAX_NAMED} more"] if len(names) > MAX_NAMED else []
    return [clip(name, 160) for name in names[:MAX_NAMED]] + more


def _tiles(report: Report, diff: Diff | None, left_out: int) -> list[tuple[str, str, str]]:
    counts = Counter(cell.outcome for cell in report.cells if not cell.left_out)
    tiles = [(words.number(counts[PASS]), "cells pass", "good" if counts[PASS] else "")]
    tiles += [(words.number(counts[name]), outcome.text, outcome.tone) for name, outcome in catalogue.OUTCOMES.items()
              if counts[name] and name != PASS]
    tiles += [(words.number(left_out), "left out, without their data", "")] if left_out else []
    tiles.append((words.number(sum(len(cell.figures) for cell in report.cells)), "figures measured", ""))
    if diff is not None:
        tiles += [(words.number(len(diff.regressions)), "regressions", "bad" if diff.regressions else "good"),
                  (words.number(diff.compared), "figures compared", "")]
    return tiles


def verdict(report: Report, diff: Diff | None) -> Verdict:
    failing = sorted((cell for cell in report.cells if cell.failed),
                     key=lambda cell: -catalogue.OUTCOMES[cell.outcome].severity)
    left_out = sum(cell.left_out for cell in report.cells)
    passing = len(report.cells) - left_out - len(failing)
    near = sum(cell.near for cell in report.cells)
    lines = _named([f"{catalogue.OUTCOMES[cell.outcome].text}: {cell.key}" for cell in failing])
    regressions = diff.regressions if diff else []
    lines += _named([str(each) for each in regressions])
    tone = "good"
    if failing or regressions:
        tone = "bad"
        parts = [f"{len(failing)} of {words.count(len(report.cells), 'cell')} "
                 + ("fails" if len(failing) == 1 else "fail")] if failing else []
        parts += [words.count(len(regressions), "regression")] if regressions else []
        headline = ", ".join(parts)
    elif not passing:
        tone, headline = "warn", "Nothing was measured"
    elif diff and not diff.passed:
        tone, headline = "bad", "All cells pass, the comparison with the baseline does not"
    else:
        headline = "The only cell passes" if passing == 1 else f"All {words.number(passing)} cells pass"
        if near:
            tone = "near"
            headline += (", within a tolerance" if near == passing else f", {words.number(near)} of them within a tolerance") \
                + " and not to the bit"
    if diff is None:
        lines.append("Against the baseline: not compared, none was given")
    elif diff.passed:
        lines.append("No regressions against the baseline")
    return Verdict(tone, headline, lines, _tiles(report, diff, left_out))
