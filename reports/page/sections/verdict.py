"""What comes first: does it pass, and if not, what fails."""

from __future__ import annotations

from collections import Counter

from reports.page import words
from reports.page.compare import Baseline
from reports.page.diff_file import Diff
from reports.page.document import Verdict, clip
from reports.report_file import PASS, Report

MAX_NAMED = 8
_TILES = {"too_large": "do not fit a board", "mismatch": "mismatches", "error": "errors"}


def _named(names: list[str]) -> list[str]:
    more = [f"… and {len(names) - MAX_NAMED} more"] if len(names) > MAX_NAMED else []
    return [clip(name, 160) for name in names[:MAX_NAMED]] + more


def _against(report: Report, baseline: Baseline | None, diff: Diff | None) -> list[tuple[str, str, str]]:
    """Tiles on what differs from the baseline."""
    if diff is not None:
        tiles = [(words.number(len(diff.regressions)), "regressions", "bad" if diff.regressions else "good")]
        return tiles + ([(words.number(diff.compared), "figures compared", "")] if diff.compared is not None else [])
    if baseline is not None:
        return [(words.number(baseline.compared(report)), "figures compared", ""),
                (words.number(len(baseline.changes(report))), "figures differ", "")]
    return []


def verdict(report: Report, baseline: Baseline | None, diff: Diff | None) -> Verdict:
    statuses = Counter(cell.status for cell in report.cells)
    failing = [cell for cell in report.cells if words.fails(cell.status)]
    fitting = len(report.cells) - statuses["too_large"]
    lines = _named([f"{words.status(cell.status)[0]}: {cell.key}" for cell in failing])
    regressions = diff.regressions if diff else []
    lines += _named([f"regression: {each.cell} {each.figure}: {each.message}" for each in regressions])
    tone = "good"
    if failing or regressions:
        tone = "bad"
        parts = [f"{len(failing)} of {words.count(len(report.cells), 'cell')} "
                 + ("fails" if len(failing) == 1 else "fail")] if failing else []
        parts += [words.count(len(regressions), "regression")] if regressions else []
        headline = ", ".join(parts)
    elif not report.cells:
        tone, headline = "warn", "Nothing was measured"
    elif diff and not diff.passed:
        tone, headline = "bad", "All cells pass, the comparison with the baseline does not"
    else:
        headline = {0: "Nothing fits its board", 1: "The only cell passes"}.get(fitting, f"All {words.number(fitting)} cells pass")
    if diff is None:
        lines.append("Against the baseline: " + (
            "differences are shown, not judged; atome diff judges" if baseline else "not compared, none was given"))
    elif diff.passed:
        lines.append("No regressions against the baseline")
    tiles = [(words.number(statuses[PASS]), "cells pass", "good" if statuses[PASS] else "")]
    tiles += [(words.number(amount), _TILES.get(name) or words.status(name)[0], words.status(name)[1])
              for name, amount in sorted(statuses.items()) if name != PASS]
    tiles.append((words.number(sum(len(cell.figures) for cell in report.cells)), "figures measured", ""))
    return Verdict(tone, headline, lines, tiles + _against(report, baseline, diff))
