"""Trends as a picture; its format follows the name: .svg, .png or .pdf. The same trends give the same bytes."""

from __future__ import annotations

import datetime
import io
import pathlib
from collections.abc import Sequence

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams.update({"svg.hashsalt": "atome", "text.parse_math": False})
from matplotlib import pyplot as plt  # noqa: E402  (the backend must be chosen first)

from reports import whole_file  # noqa: E402
from reports.history import store  # noqa: E402
from reports.history.output import commit  # noqa: E402
from reports.history.trend import Trend  # noqa: E402

LEGEND = 12  # more lines than this say nothing one by one
# Of each, what would differ from one time to the next, left out.
FORMATS: dict[str, dict[str, None]] = {".svg": {"Date": None}, ".png": {}, ".pdf": {"CreationDate": None}}


def _when(date: str) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(store.seconds(date), datetime.timezone.utc)


def plot(trends: Sequence[Trend], last: int, out: pathlib.Path) -> None:
    """Lines by date, or by place where the order of places is not that of dates; intervals as bands, a ring where a series
    moved, the last move's commit beside it."""
    if out.suffix not in FORMATS:
        raise ValueError(f"{out}: a plot is written as {', '.join(FORMATS)}")
    if any(isinstance(point.value, str) for trend in trends for point in trend.points):
        raise ValueError(f"{trends[0].key.metric} is text, which has no plot; leave --plot away")
    figure, axes = plt.subplots(figsize=(9, 4.5))
    shown = [trend.points[max(0, len(trend.points) - last) if last else 0:] for trend in trends]
    seconds = [[store.seconds(point.run.date) for point in points] for points in shown]
    by_date = all(dates == sorted(dates) for dates in seconds)
    for trend, points in zip(trends, shown):
        first = len(trend.points) - len(points)
        dates = [_when(point.run.date) if by_date else point.place for point in points]
        values = [float(point.value) for point in points]
        line, = axes.plot(dates, values, ".-", drawstyle="steps-post", linewidth=1, label=str(trend.key.cell))
        if all(point.low is not None and point.high is not None for point in points):
            axes.fill_between(dates, [float(point.low or 0) for point in points],
                              [float(point.high or 0) for point in points], color=line.get_color(), alpha=0.15)
        moved = [i - first for i in trend.moved if i >= first]
        axes.plot([dates[i] for i in moved], [values[i] for i in moved], "o", color=line.get_color(), fillstyle="none")
        if moved and len(trends) <= LEGEND:
            axes.annotate(commit(points[moved[-1]].run), (dates[moved[-1]], values[moved[-1]]), (4, 6),
                          textcoords="offset points", fontsize=8)
    axes.set(title=trends[0].key.metric, ylabel=trends[0].key.quantity.unit,
             xlabel="" if by_date else "nights in the order that the table has")
    axes.grid(alpha=0.3)
    if len(trends) <= LEGEND:
        axes.legend(fontsize=8)
    if by_date:
        figure.autofmt_xdate()
    figure.tight_layout()
    picture = io.BytesIO()
    try:
        figure.savefig(picture, format=out.suffix[1:], metadata=FORMATS[out.suffix])
    finally:
        plt.close(figure)
    whole_file.write(out, picture.getvalue())
