"""Annotations of a GitHub workflow: one a cause, as commands that a step prints.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest in silence, so the last of ten counts what
is left. Escaping as GitHub's toolkit does it: docs.github.com, "Workflow commands for GitHub Actions".
"""

from __future__ import annotations

from collections.abc import Sequence

from reports import catalogue
from reports.diff_file import IMPROVEMENT, REGRESSION, Diff
from reports.page.document import clip
from reports.report_data import Report

LIMIT = 10  # of a level
_LEVELS = {REGRESSION: "error", IMPROVEMENT: "notice"}  # others are warnings


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _command(level: str, title: str, text: str) -> str:
    return f"::{level} title={_property(title)}::{_data(text)}\n"


def _limited(level: str, found: Sequence[tuple[str, str]]) -> list[str]:
    kept = found if len(found) <= LIMIT else found[:LIMIT - 1]
    lines = [_command(level, title, text) for title, text in kept]
    if len(found) > len(kept):
        lines.append(_command(level, "more", f"{len(found) - len(kept)} more; the page has them"))
    return lines


def render(report: Report, diff: Diff | None) -> str:
    """Empty when nothing failed or changed."""
    levels: dict[str, list[tuple[str, str]]] = {"error": [], "warning": [], "notice": []}
    for cause in diff.causes if diff else []:
        text = clip(cause.text) + (f"\n{clip(cause.next, 500)}" if cause.next else "")
        levels[_LEVELS.get(cause.severity, "warning")].append((clip(cause.kind, 20), text))
    for cell in report.cells:
        if cell.failed and not (diff and cell.key in diff.cause_of):
            levels["error"].append((catalogue.OUTCOMES[cell.outcome].text, clip(f"{cell.key}: {cell.message}")))
    return "".join(line for level, found in levels.items() for line in _limited(level, found))
