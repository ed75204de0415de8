"""What comes first: does it pass, and if not, what is behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reports import catalogue
from reports.diff_file import REGRESSION, Diff
from reports.page import words
from reports.page.document import Verdict, clip
from reports.page.sections import causes
from reports.report_data import PASS, Cell, Report

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
        regressions = sum(each.severity == REGRESSION for each in diff.changes)
        tiles += [(words.number(regressions), "regressions", "bad" if regressions else "good"),
                  (words.number(diff.compared), "figures compared", "")]
    return tiles


def _headline(report: Report, unexplained: Sequence[Cell], worse: int, said: str, compared: bool) -> tuple[str, str]:
    """Tone, and what stands largest."""
    if unexplained or worse:
        cells = f"{len(unexplained)} of {words.count(len(report.cells), 'cell')} {'fails' if len(unexplained) == 1 else 'fail'}"
        return "bad", ", ".join([*([cells] if unexplained else []),
                                 *([clip(said, 80) or words.count(worse, "cause")] if worse else [])])
    passing, near = sum(cell.passed for cell in report.cells), sum(cell.near for cell in report.cells)
    if not passing:
        return "warn", "Nothing was measured"
    if not compared:
        return "bad", "All cells pass, the comparison with the baseline does not"
    every = "The only cell passes" if passing == 1 else f"All {words.number(passing)} cells pass"
    if not near:
        return "good", every
    within = ", within a tolerance" if near == passing else f", {words.number(near)} of them within a tolerance"
    return "near", f"{every}{within} and not to the bit"


def verdict(report: Report, diff: Diff | None, judged: Diff | None = None) -> Verdict:
    """`judged` says the causes of what fails where there is no baseline."""
    found = diff or judged
    explained = {key for key, cause in found.cause_of.items() if cause.severity == REGRESSION} if found else set()
    unexplained = sorted((cell for cell in report.cells if cell.failed and cell.key not in explained),
                         key=lambda cell: -catalogue.OUTCOMES[cell.outcome].severity)
    lines = _named([f"{catalogue.OUTCOMES[cell.outcome].text}: {cell.key}" for cell in unexplained])
    worse = sum(cause.severity == REGRESSION for cause in found.causes) if found else 0
    tone, headline = _headline(report, unexplained, worse, found.headline if found else "", not found or found.passed)
    if diff is None:
        lines.append("Against the baseline: not compared, none was given")
    elif diff.passed:
        lines.append("No regressions against the baseline")
    shown = causes.details(found) if found else []
    return Verdict(tone, headline, lines, _tiles(report, diff, sum(cell.left_out for cell in report.cells)),
                   shown[:causes.FIRST], max(0, (len(found.causes) if found else 0) - causes.FIRST))
