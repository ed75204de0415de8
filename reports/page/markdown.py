"""The same as Markdown, for a pull request or a job's summary: never longer than those take."""

from __future__ import annotations

import re

from reports.page.document import Detail, Document, Picture, Section, Table, clip
from reports.page.html_table import Notes

MAX_BYTES = 60_000
MAX_ROWS = (40, 20, 10, 5, 2, 0)  # of a table, tried until all is short enough
_MARKS = {"good": "✅", "near": "≈", "bad": "❌", "warn": "⚠️"}
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;"}  # markup, mentions, issues' numbers
# An underscore within a word emphasises nothing, nor does a number such as 1.36 begin a list.
_SPECIAL = re.compile(r"[\\`*\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^\s*(?:[-+](?=[\s-]|$)|=|\d+[.)](?=\s|$))")


def escape(text: str) -> str:
    """Text that no Markdown or HTML in it changes, on one line; that links and mentions nothing."""
    text = "".join(_ENTITIES.get(letter, letter) for letter in text)
    text = _SPECIAL.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", text)
    text = re.sub(r"(?i)(https?|ftp|mailto|xmpp):", r"\1&#58;", text)
    return re.sub(r"(?i)www\.", "www&#46;", text)


def _command(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _table(table: Table, limit: int) -> str:
    rows, columns = table.shown_rows(limit), table.shown_columns
    notes = Notes()
    lines = ["| " + " | ".join(escape(clip(column.name, 40)) or " " for column in columns) + " |",
             "|" + "|".join(" ---: " if column.numeric else " --- " for column in columns) + "|"]
    for row in rows:
        data = []
        for datum, column in zip(row, columns):
            mark = f"{_MARKS[datum.tone]} " if datum.tone in ("near", "bad") and datum.text else ""
            note = f" ({notes.mark(datum.note)})" if datum.note else ""
            delta = f" {datum.delta}" if datum.delta else ""
            data.append(mark + escape((datum.text if column.prose else clip(datum.text, 80)) + delta + note))
        lines.append("| " + " | ".join(data) + " |")
    under = [f"({mark}) {escape(clip(note, 160))}" for mark, note in notes.lines()] if rows else []
    rest = table.left_out(len(rows))
    return "\n\n".join([f"**{escape(table.caption)}**", *(["\n".join(lines)] if rows else []), *under,
                        *([f"*{escape(rest)}*"] if rest else [])])


def _detail(detail: Detail) -> str:
    facts = ", ".join(f"{escape(name)} {escape(clip(value, 160))}" for name, value in detail.facts
                      if "SHA" not in name)
    mark = _MARKS.get(detail.tone, "")
    return "\n  ".join([f"- {mark} {escape(clip(detail.summary, 160))}".replace("  ", " "), *([facts] if facts else []),
                        *(f"{escape(what)}: {_command(clip(command, 400))}" for what, command in detail.commands)])


def _section(section: Section, limit: int) -> str:
    parts, details = [f"## {escape(section.title)}"], 0
    for block in section.blocks:
        if isinstance(block, Table) and block.brief and block.rows:
            parts.append(_table(block, limit))
        elif isinstance(block, Detail):
            details += 1
            if details <= limit:
                parts.append(_detail(block))
        elif not isinstance(block, (Table, Picture)):
            parts.append(escape(block.text))
    if details > limit:
        parts.append(f"*Not shown: {details - limit} more; the page has them.*")
    return "\n\n".join(parts)


def _whole(document: Document, limit: int) -> str:
    verdict = document.verdict
    tiles = " · ".join(f"**{escape(number)}** {escape(what)}" for number, what, _ in verdict.tiles)
    head = [f"# {_MARKS.get(verdict.tone, '')} {escape(verdict.headline)}", escape(" · ".join(document.subtitle)), tiles,
            "\n".join(f"- {escape(line)}" for line in verdict.lines)]
    return "\n\n".join([*(part for part in head if part), *(_section(each, limit) for each in document.sections)]) + "\n"


def render(document: Document) -> str:
    """Tables lose rows, evenly and counted, until it is short enough; at last the end is cut off."""
    for limit in MAX_ROWS:
        text = _whole(document, limit)
        if len(text.encode()) <= MAX_BYTES:
            return text
    end = "\n\n*Cut off here; the page has the rest.*\n"
    kept = text.encode()[:MAX_BYTES - len(end.encode())].decode(errors="ignore")
    return kept[:kept.rindex("\n")] + end
