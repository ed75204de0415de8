"""Which layer a box stands in, and in what order: the Sugiyama method's first steps, the same for the same input.

Edges are (upper, lower). They must have no circle.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import NamedTuple

Edge = tuple[str, str]
SWEEPS = 12


class Bend(NamedTuple):
    """Where an edge passes a layer that neither of its boxes stands in."""
    upper: str
    lower: str
    layer: int


Node = str | Bend


@dataclasses.dataclass
class Layers:
    """Rows from the lowest to the highest, each from left to right, and each edge as the nodes that it passes."""
    rows: list[list[Node]]
    paths: dict[Edge, list[Node]]

    def neighbours(self, step: int) -> dict[Node, list[Node]]:
        """Of each node those that paths join with it one row below (step 1), or above (step -1)."""
        found: dict[Node, list[Node]] = {node: [] for row in self.rows for node in row}
        for path in self.paths.values():
            ordered = path[::step]
            for node, following in zip(ordered, ordered[1:]):
                found[node].append(following)
        return found


def reduced(edges: Iterable[Edge]) -> list[Edge]:
    """Without the edges that a longer way says already."""
    all_edges = sorted(set(edges))
    below: dict[str, set[str]] = {}

    def reach(name: str) -> set[str]:
        if name not in below:
            direct = {lower for upper, lower in all_edges if upper == name}
            below[name] = direct.union(*(reach(lower) for lower in direct))
        return below[name]

    return [(upper, lower) for upper, lower in all_edges
            if not any(other == upper and lower in reach(middle) for other, middle in all_edges)]


def _heights(names: list[str], edges: list[Edge]) -> dict[str, int]:
    """The longest way down from each; then what is used more than it uses rises to just below its lowest user."""
    height = dict.fromkeys(names, 0)
    for _ in names:
        for upper, lower in edges:
            height[upper] = max(height[upper], height[lower] + 1)
    for name in sorted(names, key=lambda each: -height[each]):
        users = [height[upper] for upper, lower in edges if lower == name]
        if len(users) > sum(upper == name for upper, _ in edges):
            height[name] = min(users) - 1
    return height


def _crossings(layers: Layers) -> int:
    below = layers.neighbours(1)
    total = 0
    for lower_row, row in zip(layers.rows, layers.rows[1:]):
        place = {node: index for index, node in enumerate(lower_row)}
        ends = [[place[node] for node in below[each]] for each in row]
        total += sum(a > b for index, left in enumerate(ends) for right in ends[index + 1:] for a in left for b in right)
    return total


def arrange(names: Iterable[str], edges: Iterable[Edge]) -> Layers:
    """Rows with few crossings: each node goes to the mean place of those that it is joined with, row by row."""
    ordered, edges = list(names), list(edges)
    height = _heights(ordered, edges)
    paths: dict[Edge, list[Node]] = {}
    rows: list[list[Node]] = [[] for _ in range(max(height.values()) + 1)]
    for name in ordered:
        rows[height[name]].append(name)
    for upper, lower in edges:
        bends = [Bend(upper, lower, layer) for layer in range(height[upper] - 1, height[lower], -1)]
        for bend in bends:
            rows[bend.layer].append(bend)
        paths[upper, lower] = [upper, *bends, lower]
    layers = Layers(rows, paths)
    best, fewest = [list(row) for row in rows], _crossings(layers)
    for sweep in range(SWEEPS):
        step = 1 if sweep % 2 == 0 else -1
        joined = layers.neighbours(step)
        for fixed, row in zip(rows[::step], rows[::step][1:]):
            place = {node: index / max(1, len(fixed) - 1) for index, node in enumerate(fixed)}
            own = {node: index / max(1, len(row) - 1) for index, node in enumerate(row)}
            row.sort(key=lambda node: sum(place[each] for each in joined[node]) / len(joined[node]) if joined[node] else own[node])
        if _crossings(layers) < fewest:
            best, fewest = [list(row) for row in rows], _crossings(layers)
    return Layers(best, paths)
