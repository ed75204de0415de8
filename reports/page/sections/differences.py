"""What is not as in the baseline, as `atome diff` judged it, beside the causes that the verdict has."""

from __future__ import annotations

from reports.diff_file import Diff
from reports.page import words
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip
from reports.page.sections import causes


def section(diff: Diff | None) -> Section | None:
    """None when there is nothing to compare with."""
    if diff is None:
        return None
    said = diff.summary or f"{words.count(diff.compared, 'figure')} compared, {len(diff.changes)} differ"
    blocks: list[Block] = [Paragraph(f"As atome diff judges: {clip(said)}. Times on the host gate nothing: they mean little "
                                     "beside another run's.")]
    blocks += causes.details(diff)[causes.FIRST:]
    if len(diff.causes) > causes.MAX_CAUSES:
        blocks.append(Paragraph(f"Not shown: {len(diff.causes) - causes.MAX_CAUSES} more causes; atome diff has them."))
    if diff.environment:
        blocks.append(Table("Also different", [Column("what")], [[Datum(clip(line))] for line in diff.environment], 20))
    notes = [each for each in diff.changes if each.severity not in causes.TONES]
    if notes:
        blocks.append(causes.table("Notes", notes, folded=True))
    return Section("differences", "Against the baseline", blocks)
