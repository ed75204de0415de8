"""Where wall time moved: noisy figures of shared hosts, with outliers.

At each place the medians of up to WINDOW points before it, back to the last move, and of the WINDOW points from it on
are compared. The level moved when they differ by more than 5 % and by more than 3 times the noise, the median distance of
all these points from their side's median (scaled by 1.4826, as a normal distribution's deviation). Of neighbouring such
places the move is the one whose points lie nearest to their side's median, if its own point is nearer to the new one. A
level has at least SHORTEST points, so an outlier is not a move, and neither are the newest points until there are so many.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

WINDOW = 12
SHORTEST = 5
LEAST_RATIO = 0.05
LEAST_NOISES = 3.0
_NORMAL = 1.4826


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


def moves(values: Sequence[float]) -> list[int]:
    """Indices of the first values of new levels; all values are of the same tools."""
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
