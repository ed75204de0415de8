"""Trends as text: a table for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence

from reports.history import moves, tools
from reports.history.moves import Kind, Verdict
from reports.history.query import Point
from reports.history.store import Run
from reports.history.trend import Trend
from reports.report_data import Key, Value

FULL = 6  # so many series are printed night by night, more of them a line each


def shown(value: Value, width: int = 16) -> str:
    if isinstance(value, str):
        return value if len(value) <= width else value[:width - 3] + "..."
    return f"{value:,}".replace(",", " ") if isinstance(value, int) else f"{value:.9g}"


def change(before: Value, after: Value) -> str:
    if before == after:
        return ""
    if isinstance(before, str) or isinstance(after, str):
        return "changed"
    return f"{100 * (after - before) / abs(before):+.3g} %" if before else f"from {shown(before)}"


def commit(run: Run) -> str:
    """As people write it: twelve digits, and "-dirty" where files differed."""
    name, dash, behind = run.commit.partition("-")
    return name[:12] + dash + behind or "unknown"


def _plain(text: str) -> str:
    """Spaces for control characters: what a report names reaches a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def line_width() -> int | None:
    """Columns that a line may have: of the terminal, or of COLUMNS, which goes before. None: any, into pipes and files."""
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS", "").isdigit():
        return None
    columns = shutil.get_terminal_size((0, 0)).columns
    return columns if columns >= 20 else None


def _wrapped(text: str, width: int | None) -> str:
    """Lines that are too long go on in the next, indented."""
    if width is None:
        return text
    return "\n".join(line if len(line) <= width else
                     textwrap.fill(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
                     for line in text.split("\n"))


def _paragraphs(rows: Sequence[Sequence[str]], width: int) -> str:
    """What is too wide for a table: of each row the first cell, and below it the others with their titles."""
    text = ""
    for row in rows[1:]:
        named = ", ".join(f"{title} {cell}".strip() for title, cell in zip(rows[0][1:], row[1:]) if cell)
        text += _wrapped(row[0], width) + "\n"
        text += textwrap.fill(named, width, initial_indent="    ", subsequent_indent="    ", break_long_words=False,
                              break_on_hyphens=False) + "\n"
    return text


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """A line a row, or several where a terminal is too narrow."""
    rows = [[_plain(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    width = line_width()
    if width is not None and sum(widths) + 2 * (len(widths) - 1) > width:
        return _paragraphs(rows, width)
    lines = ["  ".join(cell.rjust(width) if i in right else cell.ljust(width)
                       for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths).rstrip(), *lines[1:]]) + "\n"


def _before(trend: Trend, at: int) -> Point:
    """The point with which this one was compared; itself where there was none."""
    before = trend.verdicts[at].before
    return trend.points[at if before is None else before]


def _values(trend: Trend, at: int) -> str:
    before, after = _before(trend, at), trend.points[at]
    said = filter(None, (change(before.value, after.value), moves.judged(before, after, trend.key.quantity)))
    return ", ".join((f"{shown(before.value)} -> {shown(after.value)}", *said))


def _move(trend: Trend, at: int) -> str:
    before, after = _before(trend, at), trend.points[at]
    where = f"{commit(after.run)} ({after.run.date})"
    if trend.verdicts[at].kind == Kind.TOOLS:
        said = tools.difference(trend.tools(trend.verdicts[at].before or 0), trend.tools(at))
        other = "" if before.place == after.place else (f"; to know whether a commit did it, too, measure {commit(before.run)} "
                                                        "with the new tools")
        return _plain(f"other tools at {where}: {_values(trend, at)}; {said}{other}")
    if trend.verdicts[at].kind == Kind.DIFFERS:
        return _plain(f"differs at {where}, the same commit and tools as before: {_values(trend, at)}; "
                      "it is not this commit that moved it")
    return _plain(f"moved at {where}: {_values(trend, at)}; the one before is {commit(before.run)}")


_WORDS = {Kind.MOVED: "moved", Kind.TOOLS: "other tools", Kind.REPEAT: "again", Kind.DIFFERS: "again, differs"}


def _nights(trend: Trend, last: int) -> str:
    first = max(0, len(trend.points) - last) if last else 0
    rows = [["date", "commit", "value", "change", ""]]
    for i, point in enumerate(trend.points[first:], first):
        interval = "" if point.low is None or point.high is None else f" ({shown(point.low)} - {shown(point.high)})"
        rows.append([point.run.date, commit(point.run), shown(point.value) + interval,
                     change(_before(trend, i).value, point.value),
                     ", ".join(filter(None, (_WORDS.get(trend.verdicts[i].kind), "clock" if point.clock else "")))])
    quantity = trend.key.quantity
    unit = quantity.unit or "no unit"
    verdict = "\n".join(_move(trend, at) for at in trend.moved[-3:]) or "never moved"
    more = f"moved {len(trend.moved)} times; the last 3:\n" if len(trend.moved) > 3 else ""
    others = [i for i, each in enumerate(trend.verdicts) if each.kind in (Kind.TOOLS, Kind.DIFFERS)]
    verdict += "".join(f"\n{_move(trend, at)}" for at in others[-3:])
    clocks = [point for point in trend.points if point.clock]
    verdict += "".join(f"\nclock: {commit(point.run)} ({point.run.date}) is {point.clock}" for point in clocks[-3:])
    title = _plain(f"{trend.key.label} ({unit}, {quantity.figure_class}, nights: {len(trend.points)})")
    return f"{title}\n\n{table(rows, right=(2, 3))}\n{more}{verdict}\n"


def _summary(trends: Sequence[Trend]) -> str:
    rows = [["series", "nights", "first", "last", "change", "moved at", "on"]]
    for trend in trends:
        first, last = trend.points[0], trend.points[-1]
        at = trend.points[trend.moved[-1]] if trend.moved else None
        rows.append([trend.key.label, str(len(trend.points)), shown(first.value), shown(last.value),
                     change(first.value, last.value), commit(at.run) if at else "never", at.run.date if at else ""])
    return table(rows, right=(1, 2, 3, 4)) + "\nname a core, model or variant to see it night by night\n"


def as_table(trends: Sequence[Trend], last: int, order: str) -> str:
    text = _summary(trends) if len(trends) > FULL else "\n".join(_nights(trend, last) for trend in trends)
    return _wrapped(f"{text}\norder: {_plain(order)}\n", line_width())


def _newest(trend: Trend, last: int) -> list[tuple[Point, Verdict]]:
    judged = list(zip(trend.points, trend.verdicts))
    return judged[-last:] if last else judged


def as_json(trends: Sequence[Trend], last: int, order: str) -> str:
    return json.dumps([{
        **dataclasses.asdict(trend.key.cell), "metric": trend.key.metric, "unit": trend.key.quantity.unit,
        "class": trend.key.quantity.figure_class, "better": trend.key.quantity.better, "order": order,
        "moved_at": trend.points[trend.moved[-1]].run.commit if trend.moved else None,
        "points": [{"date": point.run.date, "commit": point.run.commit, "value": point.value, "low": point.low,
                    "high": point.high, "moved": verdict.kind == Kind.MOVED, "what": verdict.kind.value,
                    "clock": point.clock} for point, verdict in _newest(trend, last)]}
        for trend in trends], indent=1) + "\n"


def as_csv(trends: Sequence[Trend], last: int, order: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = [field.name for field in dataclasses.fields(Key)]
    writer.writerow([*names, "metric", "unit", "date", "commit", "value", "low", "high", "moved", "what", "order"])
    for trend in trends:
        for point, verdict in _newest(trend, last):
            writer.writerow([*dataclasses.astuple(trend.key.cell), trend.key.metric, trend.key.quantity.unit, point.run.date,
                             point.run.commit, point.value, point.low, point.high,
                             int(verdict.kind == Kind.MOVED), verdict.kind.value, order])
    return out.getvalue()


FORMATS = {"table": as_table, "json": as_json, "csv": as_csv}
