"""What is behind all that changed or failed: a line a cause, which opens to what changed and the command to go on with."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from reports.diff_file import IMPROVEMENT, REGRESSION, Cause, Change, Diff
from reports.page import words
from reports.page.document import MAX_COMMAND, Column, Datum, Detail, Table, clip

FIRST = 8        # causes that the verdict has
MAX_CAUSES = 60  # that the page has
MAX_CHANGES = 60
MAX_NAMES = 12
TONES = {REGRESSION: "bad", IMPROVEMENT: "good"}  # others are notes
_COLUMNS = (Column("cell"), Column("figure"), Column("what"), Column("before", True), Column("now", True), Column("change", True),
            Column("why"))


def _row(change: Change) -> list[Datum]:
    return [Datum(clip(str(change.key), 120)), Datum(clip(change.figure, 90)),
            Datum(clip(change.what, 40), tone=TONES.get(change.severity, "")), Datum(clip(change.before, 18)),
            Datum(clip(change.after, 18)), Datum(clip(change.change, 60)), Datum(clip(change.why))]


def table(caption: str, changes: Sequence[Change], folded: bool = False) -> Table:
    """Without columns that are empty."""
    rows = [_row(change) for change in changes[:MAX_CHANGES]]
    kept = [place for place in range(len(_COLUMNS)) if not rows or any(row[place].text for row in rows)]
    return Table(caption, [_COLUMNS[place] for place in kept], [[row[place] for place in kept] for row in rows], MAX_CHANGES, folded,
                 row_noun="changes", unlisted=len(changes) - len(rows), source="atome diff")


def _detail(number: int, cause: Cause, diff: Diff) -> Detail:
    reach = ", ".join(words.count(amount, noun) for amount, noun in ((cause.cells, "cell"), (cause.figures, "figure")) if amount)
    names = "; ".join(clip(name, 400) for name in cause.names[:MAX_NAMES])
    more = f"; and {len(cause.names) - MAX_NAMES} more" if len(cause.names) > MAX_NAMES else ""
    changes = diff.of(cause)
    why = changes[0].why if len({change.why for change in changes}) == 1 else ""
    if why:  # of all: said once
        changes = [dataclasses.replace(change, why="") for change in changes]
    facts = [(what, said) for what, said in (("of", reach), ("in full", names + more), ("why", clip(why))) if said]
    commands = [("Go on from here", clip(cause.next, MAX_COMMAND))] if cause.next else []
    return Detail(f"cause-{number}", clip(cause.text), TONES.get(cause.severity, ""), facts, commands, cause.mark, clip(cause.kind, 12),
                  table("What changed", changes) if changes else None)


def details(diff: Diff) -> list[Detail]:
    return [_detail(number, cause, diff) for number, cause in enumerate(diff.causes[:MAX_CAUSES], 1)]
