"""What is not as in the baseline, as `atome diff` judged it."""

from __future__ import annotations

from reports.diff_file import Change, Diff
from reports.page import words
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip

MAX_CHANGES = 60
_TONES = {"regression": "bad", "improvement": "good"}  # others are notes
_COLUMNS = (Column("judgement"), Column("cell"), Column("figure"), Column("what"), Column("before", True),
            Column("now", True), Column("change", True), Column("why"))


def _row(change: Change) -> list[Datum]:
    return [Datum(clip(change.severity, 24), tone=_TONES.get(change.severity, "")), Datum(clip(str(change.key), 120)),
            Datum(clip(change.figure, 90)), Datum(clip(change.what, 40)), Datum(clip(change.before, 18)),
            Datum(clip(change.after, 18)), Datum(clip(change.change, 160)), Datum(clip(change.why))]


def section(diff: Diff | None) -> Section | None:
    """None when there is nothing to compare with."""
    if diff is None:
        return None
    said = diff.summary or f"{words.count(diff.compared, 'figure')} compared, {len(diff.changes)} differ"
    blocks: list[Block] = [Paragraph(f"As atome diff judges: {clip(said)}. Times on the host gate nothing: they mean little "
                                     "beside another run's.")]
    if diff.environment:
        blocks.append(Table("Also different", [Column("what")], [[Datum(clip(line))] for line in diff.environment], 20))
    judged = [each for severity in _TONES for each in diff.changes if each.severity == severity]
    notes = [each for each in diff.changes if each.severity not in _TONES]
    blocks += [Table(title, _COLUMNS, [_row(change) for change in found[:MAX_CHANGES]], MAX_CHANGES, folded,
                     row_noun="differences", unlisted=max(0, len(found) - MAX_CHANGES))
               for title, found, folded in (("Regressions and improvements", judged, False), ("Notes", notes, True)) if found]
    return Section("differences", "Against the baseline", blocks)
