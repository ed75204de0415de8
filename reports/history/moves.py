"""Where a series moved: the places of the first points of new levels.

- exact: every point that differs from the one before it.
- interval: a point outside the interval of the level's first point, or as far from that point as the catalogue calls
  material, as `atome diff` does; it begins the next level. So a slow drift is found too, once it leaves the level in which
  it began. Where there is no interval, as exact.
- wall: time on shared hosts, noisy, with outliers. At each place the medians of up to WINDOW points before it, back to
  the last move, and of the WINDOW points from it on are compared. The level moved when they differ by more than 5 %
  and by more than 3 times the noise, the median distance of all these points from their side's median (scaled by
  1.4826, as a normal distribution's deviation). Of neighbouring such places the move is the one whose points lie
  nearest to their side's median, if its own point is nearer to the new one. A level has at least SHORTEST points, so an
  outlier is not a move, and neither are the newest points until there are so many. Points of another host begin anew: its
  times say nothing about the code.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from reports.catalogue import INTERVAL, WALL, Quantity
from reports.history.query import Point

WINDOW = 12
SHORTEST = 5
LEAST_RATIO = 0.05
LEAST_NOISES = 3.0
_NORMAL = 1.4826


def _exact(points: Sequence[Point]) -> list[int]:
    values = [point.value for point in points]
    return [i for i, (before, after) in enumerate(zip(values, values[1:]), 1) if before != after]


def _inside(point: Point, level: Point, material: float) -> bool:
    value, first = point.value, level.value
    if level.low is None or level.high is None or isinstance(value, str) or isinstance(first, str):
        return value == first
    less, more = sorted((value, first))
    return level.low <= value <= level.high and not (material and less > 0 and more >= less * (1 + material))


def _interval(points: Sequence[Point], material: float) -> list[int]:
    found, level = [], 0
    for i in range(1, len(points)):
        if not _inside(points[i], points[level], material):
            found.append(i)
            level = i
    return found


def _distances(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """How far each point lies from its side's median."""
    middle, behind = statistics.median(before), statistics.median(after)
    return [abs(value - middle) for value in before] + [abs(value - behind) for value in after]


def _differ(before: Sequence[float], after: Sequence[float]) -> bool:
    middle, behind = statistics.median(before), statistics.median(after)
    distance, noise = abs(behind - middle), _NORMAL * statistics.median(_distances(before, after))
    return distance > LEAST_RATIO * abs(middle) and distance > LEAST_NOISES * noise


def _place(values: Sequence[float], first: int, places: Sequence[int], end: int) -> int | None:
    """The best of neighbouring places for a move between `first` and `end`; it must begin with a point of the new level."""
    best = min(places, key=lambda place: sum(_distances(values[first:place], values[place:end])))
    middle, behind = statistics.median(values[first:best]), statistics.median(values[best:end])
    return best if abs(values[best] - behind) < abs(values[best] - middle) else None


def _wall(values: Sequence[float]) -> list[int]:
    found: list[int] = []
    start, i = 0, SHORTEST
    while i + SHORTEST <= len(values):
        places = []
        while i + SHORTEST <= len(values) and _differ(values[max(start, i - WINDOW):i], values[i:i + WINDOW]):
            places.append(i)
            i += 1
        place = _place(values, max(start, places[0] - WINDOW), places, places[-1] + WINDOW) if places else None
        if place is not None:
            found.append(place)
            start, i = place, max(place + SHORTEST, i)
        i += 1
    return found


def judged(before: Point, after: Point, quantity: Quantity) -> str:
    """ "better" or "worse"; empty where the catalogue knows no direction."""
    old, new = before.value, after.value
    if isinstance(old, str) or isinstance(new, str) or old == new or quantity.better not in ("less", "more"):
        return ""
    return "better" if (new < old) == (quantity.better == "less") else "worse"


def moves(points: Sequence[Point], quantity: Quantity) -> list[int]:
    """Indices into `points`, which are in the order of time."""
    if quantity.figure_class == INTERVAL:
        return _interval(points, quantity.material)
    if quantity.figure_class != WALL or any(isinstance(point.value, str) for point in points):
        return _exact(points)
    found: list[int] = []
    start = 0
    for end in range(1, len(points) + 1):
        if end == len(points) or points[end].run.host != points[start].run.host:
            found += [start + i for i in _wall([float(point.value) for point in points[start:end]])]
            start = end
    return found
