"""What a page says, without how it looks: sections of paragraphs, tables, pictures and details.

All text is untrusted and plain; renderers escape it. Everything is bounded here, whatever a report holds: rows and
columns of a table, characters of a text. What is left out is counted and said.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

MAX_TEXT = 300      # characters of a name or message
MAX_COMMAND = 2000  # of a command, which is of no use in part
MAX_ROWS = 400
MAX_COLUMNS = 40
_GONE = str.maketrans({code: "\N{REPLACEMENT CHARACTER}" for code in (*range(32), *range(127, 160), 0xFFFE, 0xFFFF)}
                      | {code: None for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
                      | {code: " " for code in (9, 10, 13)})


def clip(text: str, limit: int = MAX_TEXT) -> str:
    """On one line, without control characters or overrides of direction, and not longer than that."""
    text = text[:limit + 1].translate(_GONE)
    return text if len(text) <= limit else text[:limit - 1] + "…"


@dataclasses.dataclass(frozen=True)
class Datum:
    """A cell of a table."""
    text: str = ""
    value: int | float | str | None = None  # what it sorts by and is copied as; None: the text
    tone: str = ""   # good, near, bad, warn or muted
    delta: str = ""  # against the baseline
    note: str = ""   # why there is nothing; goes under the table
    link: str = ""   # id of a detail of the page

    @property
    def plain(self) -> int | float | str:
        """As copied: numbers unrounded, and the reason where there is none."""
        if self.note:
            return self.note
        return self.text if self.value is None else self.value


@dataclasses.dataclass(frozen=True)
class Column:
    name: str
    numeric: bool = False
    hint: str = ""      # "estimate", "exact": what kind of figure stands below
    about: str = ""     # the whole title, where the name is short
    code: bool = False  # commands, symbols
    prose: bool = False  # sentences, of no use in part
    marks: bool = False # statuses in a matrix, where a mark says enough


@dataclasses.dataclass(frozen=True)
class Table:
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Datum]]
    limit: int = MAX_ROWS
    folded: bool = False  # long, and looked into only when needed
    row_noun: str = "rows"
    unlisted: int = 0     # rows beyond `rows` that nobody made, as none would be shown
    source: str = "the report file"  # what has them all

    @property
    def total(self) -> int:
        return len(self.rows) + self.unlisted

    @property
    def shown_columns(self) -> Sequence[Column]:
        return self.columns[:MAX_COLUMNS]

    def shown_rows(self, limit: int | None = None) -> list[Sequence[Datum]]:
        return [row[:MAX_COLUMNS] for row in self.rows[:self.limit if limit is None else min(limit, self.limit)]]

    def left_out(self, shown_rows: int) -> str:
        """A sentence when not everything is shown, else empty."""
        rows, columns = self.total - shown_rows, len(self.columns) - MAX_COLUMNS
        parts = [f"{rows} more {self.row_noun}"] if rows > 0 else []
        parts += [f"{columns} more columns"] if columns > 0 else []
        return f"Not shown: {' and '.join(parts)}; {self.source} has them." if parts else ""


@dataclasses.dataclass(frozen=True)
class Paragraph:
    text: str


def drawn(title: str, shown: int, there: int) -> list[Paragraph]:
    """A sentence where pictures are of the first only."""
    return [Paragraph(f"{title}: the first {shown} of {there} are drawn; the table has all.")] if there > shown else []


@dataclasses.dataclass(frozen=True)
class Picture:
    """A figure as SVG, what it shows in words, and its data."""
    title: str
    description: str
    svg: str  # trusted: made by charts/
    data: Table


@dataclasses.dataclass(frozen=True)
class Detail:
    """Something to open: a summary, facts, a table, commands to go on with."""
    id: str
    summary: str
    tone: str
    facts: Sequence[tuple[str, str]] = ()
    commands: Sequence[tuple[str, str]] = ()  # what for, command
    mark: str = ""  # one character
    kind: str = ""  # one word before the summary
    table: Table | None = None


Block = Paragraph | Table | Picture | Detail


@dataclasses.dataclass(frozen=True)
class Section:
    id: str
    title: str
    blocks: Sequence[Block] = ()
    empty: str = ""  # why it has none: it is one line then


@dataclasses.dataclass(frozen=True)
class Verdict:
    tone: str  # good, near, bad or warn
    headline: str
    lines: Sequence[str]
    tiles: Sequence[tuple[str, str, str]]  # number, what it counts, tone
    causes: Sequence[Detail] = ()  # the worst first
    more_causes: int = 0           # that are not among them


@dataclasses.dataclass(frozen=True)
class Document:
    title: str
    subtitle: Sequence[str]
    verdict: Verdict
    sections: Sequence[Section] = ()
    brief: Sequence[Table] = ()  # what the Markdown has beside the verdict
