"""What each point of a series is, compared with those before it: a move of its commit, or of something else.

- exact: moved where it differs.
- interval: moved where it leaves the interval of its level's first point, or lies as far from that point as the catalogue
  calls material, as `atome diff` does; it begins the next level. So a slow drift is found too, once it leaves the level in
  which it began. Where there is no interval, as exact.
- wall: as wall.py says, of the points with the same tools.

What precedes a point is what `order` says: the nearest measured ancestors of its commit. Two measurements of one commit
never make a move. Neither does a difference between points with different tools: only where the newest ancestor that
was measured with this point's tools differs, too, the commits between moved the figure, unless that was found already.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reports.catalogue import INTERVAL, WALL, Quantity
from reports.history import wall
from reports.history.query import Point
from reports.history.tools import Tools


class Kind(enum.Enum):
    FIRST = "first"      # nothing to compare with
    SAME = "same"
    MOVED = "moved"      # by its commit, or one between it and `before`
    TOOLS = "tools"      # differs, and so do the tools: nothing is known of the commit
    REPEAT = "repeat"    # the same commit measured again
    DIFFERS = "differs"  # so, with the same tools, and another value


class Verdict(NamedTuple):
    kind: Kind
    before: int | None = None  # index of the point that it was compared with


def _inside(point: Point, level: Point, material: float) -> bool:
    value, first = point.value, level.value
    if level.low is None or level.high is None or isinstance(value, str) or isinstance(first, str):
        return value == first
    less, more = sorted((value, first))
    return level.low <= value <= level.high and not (material and less > 0 and more >= less * (1 + material))


class _Levels:
    """Of exact and interval figures, point by point, in the order of places."""

    def __init__(self, points: Sequence[Point], tools: Sequence[Tools], parents: Sequence[tuple[int, ...]],
                 material: float | None):  # of intervals; None: exact
        self._points, self._tools, self._parents, self._material = points, tools, parents, material
        self._level: list[int] = []             # by point: the one that began its level
        self._held: dict[int, list[int]] = {}   # by place: its points
        self._near: list[tuple[int, ...]] = []  # by place: the nearest places before it that have points
        self._seen: set[Tools] = set()
        self._moved_at: list[int] = []          # places, in order

    def _without_ancestors_of_others(self, places: Sequence[int]) -> tuple[int, ...]:
        lowest, above = min(places, default=0), set[int]()
        left = [each for place in places for each in self._near[place]]
        while left:
            each = left.pop()
            if each >= lowest and each not in above:
                above.add(each)
                left += self._near[each]
        return tuple(place for place in places if place not in above)

    def _advance(self, place: int) -> None:
        """Finds what precedes each place up to this one."""
        for each in range(len(self._near), place + 1):
            found = [(parent,) if parent in self._held else self._near[parent] for parent in self._parents[each]]
            self._near.append(found[0] if len(found) == 1 else self._without_ancestors_of_others(sorted(set(sum(found, ())))))

    def _with_tools(self, place: int, tools: Tools) -> list[int]:
        """The points with these tools that are nearest before the place."""
        if tools not in self._seen:
            return []
        found, visited, left = [], set(), list(self._near[place])
        while left:
            each = left.pop()
            if each in visited:
                continue
            visited.add(each)
            here = [i for i in self._held[each] if self._tools[i] == tools]
            found += here
            if not here:
                left += self._near[each]
        return sorted(found)

    def _alike(self, i: int, others: Iterable[int]) -> int | None:
        """The last of the others on whose level the point lies."""
        found, point = None, self._points[i]
        for j in others:
            level = self._points[self._level[j]]
            if point.value == level.value if self._material is None else _inside(point, level, self._material):
                found = j
        return found

    def _compared(self, i: int, place: int) -> Verdict:
        tools = self._tools[i]
        here = self._held.get(place, [])
        if i and not here and self._near[place] == (self._points[i - 1].place,) and tools == self._tools[i - 1] and \
                self._alike(i, (i - 1,)) is not None:
            return Verdict(Kind.SAME, i - 1)  # what nearly all are, said at once
        if again := [j for j in here if self._tools[j] == tools]:
            alike = self._alike(i, again)
            return Verdict(Kind.DIFFERS, again[-1]) if alike is None else Verdict(Kind.REPEAT, alike)
        near = here or [j for each in self._near[place] for j in self._held[each]]
        if not near:
            return Verdict(Kind.FIRST)
        alike, same_tools = self._alike(i, near), [j for j in near if self._tools[j] == tools]
        ancestors = same_tools or self._with_tools(place, tools)
        if ancestors and (as_before := self._alike(i, ancestors)) is not None:
            return Verdict(Kind.SAME, as_before)
        if ancestors and not (alike is not None and (same_tools or self._explained(ancestors[-1], place))):
            return Verdict(Kind.MOVED, ancestors[-1])
        if alike is not None:
            return Verdict(Kind.REPEAT if here else Kind.SAME, alike)
        return Verdict(Kind.TOOLS, max(near))

    def _explained(self, since: int, place: int) -> bool:
        """Whether a move between was found already."""
        return any(self._points[since].place < moved <= place for moved in self._moved_at)

    def verdicts(self) -> list[Verdict]:
        found = []
        for i, point in enumerate(self._points):
            self._advance(point.place)
            verdict = self._compared(i, point.place)
            stays = verdict.before is not None and verdict.kind in (Kind.SAME, Kind.REPEAT)
            self._level.append(self._level[verdict.before] if stays and verdict.before is not None else i)
            self._held.setdefault(point.place, []).append(i)
            self._seen.add(self._tools[i])
            if verdict.kind == Kind.MOVED:
                self._moved_at.append(point.place)
            found.append(verdict)
        return found


def _wall(points: Sequence[Point], tools: Sequence[Tools]) -> list[Verdict]:
    lines: dict[Tools, list[int]] = {}
    for i, each in enumerate(tools):
        lines.setdefault(each, []).append(i)
    found = [Verdict(Kind.FIRST)] * len(points)
    for line in lines.values():
        moved = set(wall.moves([float(points[i].value) for i in line]))
        for place, (before, i) in enumerate(zip(line, line[1:]), 1):
            again = points[before].place == points[i].place
            kind = (Kind.DIFFERS if again else Kind.MOVED) if place in moved else Kind.REPEAT if again else Kind.SAME
            found[i] = Verdict(kind, before)
    return found


def judged(before: Point, after: Point, quantity: Quantity) -> str:
    """ "better" or "worse"; empty where the catalogue knows no direction."""
    old, new = before.value, after.value
    if isinstance(old, str) or isinstance(new, str) or old == new or quantity.better not in ("less", "more"):
        return ""
    return "better" if (new < old) == (quantity.better == "less") else "worse"


def verdicts(points: Sequence[Point], parents: Sequence[tuple[int, ...]], quantity: Quantity,
             tools: Sequence[Tools]) -> list[Verdict]:
    """One a point; points are in the order of their places, `parents` is that of the order, `tools` are by point."""
    if quantity.figure_class == WALL and not any(isinstance(point.value, str) for point in points):
        return _wall(points, tools)
    return _Levels(points, tools, parents, quantity.material if quantity.figure_class == INTERVAL else None).verdicts()
