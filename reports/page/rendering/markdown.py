"""The page in short as Markdown, for a pull request or a job's summary: the verdict, its causes, what changed.

Never longer than a screen or two, and never longer than those take.
"""

from __future__ import annotations

import re

from reports.page.document import Detail, Document, Table, Verdict, clip

MARKER = "<!-- atome-report -->"  # by which a workflow finds its comment again; nobody sees it
MAX_BYTES = 60_000
MAX_LINES = {"bad": 100}  # of a verdict's tone
MAX_LINES_ELSE = 60
# Causes that open, and rows that they have: tried until all is short enough.
_OPENED = ((8, 8), (8, 3), (4, 8), (3, 5), (2, 5), (1, 5), (1, 1), (0, 0))
_MARKS = {"good": "✅", "near": "≈", "bad": "❌", "warn": "⚠️"}
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;"}  # markup, mentions, issues' numbers
# An underscore within a word emphasises nothing, nor does a number such as 1.36 begin a list.
_SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^\s*(?:[-+](?=[\s-]|$)|=|\d+[.)](?=\s|$))")


def _inert(text: str) -> str:
    """Text that is no HTML, on one line; that links and mentions nothing."""
    text = "".join(_ENTITIES.get(letter, letter) for letter in text)
    text = re.sub(r"(?i)(https?|ftp|mailto|xmpp):", r"\1&#58;", text)
    return re.sub(r"(?i)www\.", "www&#46;", text)


def escape(text: str) -> str:
    """Such text that no Markdown in it changes."""
    return _SPECIAL.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", _inert(text))


def _table(table: Table, limit: int) -> list[str]:
    rows, columns = table.shown_rows(limit), table.shown_columns
    lines = ["| " + " | ".join(escape(clip(column.name, 40)) or " " for column in columns) + " |",
             "|" + "|".join(" ---: " if column.numeric else " --- " for column in columns) + "|"]
    for row in rows:
        data = []
        for datum in row:
            mark = f"{_MARKS[datum.tone]} " if datum.tone in ("near", "bad") and datum.text else ""
            data.append(mark + escape(clip(datum.text, 80) + (f", {clip(datum.delta, 40)}" if datum.delta else "")))
        lines.append("| " + " | ".join(data) + " |")
    rest = table.left_out(len(rows))
    return [*lines, *(["", f"*{escape(rest)}*"] if rest else [])]


def _cause(cause: Detail, rows: int) -> list[str]:
    """One line, which opens to what changed and the command."""
    said = f"{_MARKS.get(cause.tone, '')} <b>{_inert(cause.kind)}</b> {_inert(cause.summary)}".strip()
    facts = [f"{_inert(what)}: {_inert(clip(fact))}" for what, fact in cause.facts]
    commands = [f"{_inert(what)}: <code>{_inert(clip(command))}</code>" for what, command in cause.commands]
    if not rows or cause.table is None:
        return [f"<details><summary>{said}</summary>{'<br>'.join(commands)}</details>" if commands else f"<p>{said}</p>"]
    return [f"<details><summary>{said}</summary>", "", *_table(cause.table, rows), "", f"<p>{'<br>'.join(facts + commands)}</p>", "", "</details>"]


def _head(verdict: Verdict, subtitle: str) -> list[str]:
    tiles = " · ".join(f"**{escape(number)}** {escape(what)}" for number, what, _ in verdict.tiles)
    parts = [f"{MARKER}\n# {_MARKS.get(verdict.tone, '')} {escape(verdict.headline)}", escape(subtitle), tiles,
             "\n".join(f"- {escape(line)}" for line in verdict.lines)]
    return "\n\n".join(part for part in parts if part).split("\n")


def _whole(document: Document, opened: int, rows: int) -> list[str]:
    verdict = document.verdict
    lines = [*_head(verdict, " · ".join(document.subtitle)), ""]
    for place, cause in enumerate(verdict.causes):
        lines += _cause(cause, rows if place < opened else 0)
    lines += [""] if verdict.causes else []
    if verdict.more_causes:
        lines += [f"*And {verdict.more_causes} more causes; the page has them.*", ""]
    for table in document.brief:
        lines += [*([f"**{escape(table.caption)}**", ""] if table.caption else []), *_table(table, len(table.rows)), ""]
    return lines


def render(document: Document) -> str:
    most = MAX_LINES.get(document.verdict.tone, MAX_LINES_ELSE)
    for opened, rows in _OPENED:
        lines = _whole(document, opened, rows)
        text = "\n".join(lines).rstrip("\n") + "\n"
        if len(lines) <= most and len(text.encode()) <= MAX_BYTES:
            break
    return text
