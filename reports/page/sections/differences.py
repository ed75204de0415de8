"""What is not as in the baseline: as `atome diff` judged it, or values and differences alone."""

from __future__ import annotations

import os

from reports.page import cells as of
from reports.page import words
from reports.page.compare import Baseline, Change
from reports.page.diff_file import Diff
from reports.page.document import Block, Column, Datum, Paragraph, Section, Table, clip
from reports.report_file import Figure, Key, Report

MAX_CHANGES = 60
_TONES = {"regression": "bad", "improvement": "good"}


def _value(figure: Figure | None) -> Datum:
    if figure is None:
        return Datum("absent", tone="muted")
    return Datum(clip(words.number(figure.value), 18), figure.number)


def _difference(change: Change) -> str:
    """Of digests by step, eight digits each, the first step that differs."""
    if change.old is None or change.new is None:
        return ""
    old, new = change.old.value, change.new.value
    if change.name != "step_digests" or not isinstance(old, str) or not isinstance(new, str):
        return words.delta(old, new)
    same = os.path.commonprefix([old, new])
    return f"from step {len(same) // 8} on"


def _row(change: Change) -> list[Datum]:
    old, new = change.old, change.new
    return [Datum(clip(words.of_figure(change.name, change.part_kind, change.part), 90)), Datum(clip(str(change.key), 120)),
            _value(old), _value(new), Datum(_difference(change), change.share)]


def _cells(title: str, keys: list[Key]) -> Table:
    return Table(title, [Column("cell")], [[Datum(clip(str(key)))] for key in keys], MAX_CHANGES, folded=True,
                 row_noun="cells")


def _judged(diff: Diff) -> Block:
    if not diff.judged:
        return Paragraph("atome diff found no differences.")
    order = {"regression": 0, "improvement": 2}
    rows = [[Datum(clip(each.judgement, 24), tone=_TONES.get(each.judgement, "")), Datum(clip(each.cell, 120)),
             Datum(clip(each.figure, 90)), Datum(clip(each.message))]
            for each in sorted(diff.judged, key=lambda each: order.get(each.judgement, 1))]
    return Table("As atome diff judges", [Column("judgement"), Column("cell"), Column("figure"), Column("what changed")],
                 rows, MAX_CHANGES, row_noun="differences")


def section(report: Report, baseline: Baseline | None, diff: Diff | None) -> Section | None:
    """None when there is nothing to compare with."""
    blocks: list[Block] = [_judged(diff)] if diff else []
    if baseline:
        changes, then = baseline.changes(report), baseline.report.environment
        blocks.append(Paragraph(
            f"Baseline: {', '.join(clip(each, 60) for each in (words.commit(then.commit) or 'unknown commit', then.date) if each)}. "
            f"{words.count(baseline.compared(report), 'figure')} compared, {len(changes)} differ. Times on the host are "
            "not compared: they mean nothing beside another run's."))
        moved = [cell for cell in report.cells if baseline.status(cell.key) not in (None, cell.status)]
        if moved:
            rows = [[Datum(clip(str(cell.key), 160)), of.status(baseline.status(cell.key) or ""),
                     of.status(cell.status)] for cell in moved]
            blocks.append(Table("Cells whose status changed", [Column("cell"), Column("baseline"), Column("now")], rows,
                                MAX_CHANGES, row_noun="cells"))
        if changes:
            blocks.append(Table("Figures that differ, largest share first",
                                [Column("figure"), Column("cell"), Column("baseline", True), Column("now", True),
                                 Column("difference", True)],
                                [_row(change) for change in changes[:MAX_CHANGES]], MAX_CHANGES,
                                row_noun="differences", unlisted=max(0, len(changes) - MAX_CHANGES)))
        blocks += [_cells(title, keys) for title, keys in (
            ("Cells that the baseline does not have", baseline.appeared(report)),
            ("Cells of the baseline that are not here", baseline.vanished(report))) if keys]
    return Section("differences", "Against the baseline", blocks) if blocks else None

