"""Where boxes and arrows stand, in pixels from the upper left corner."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from ci.drawing.layers import Edge, Layers, Node, arrange

BEND_WIDTH = 6.0
ROUNDS = 200  # long chains of boxes take the most to stand straight
SPREAD = 0.7  # of a box's side, over which its arrows are spread

Point = tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Layout:
    """The centre of each box; the points of each arrow, pairs of a straight piece's end and the next one's start."""
    width: float
    height: float
    centres: dict[str, Point]
    routes: dict[Edge, list[Point]]


def _place(row: list[Node], wanted: Mapping[Node, Point], width: Mapping[Node, float], gap: float) -> dict[Node, float]:
    """As near to the wanted places, each with its weight, as boxes side by side allow, by least squares.

    With the boxes' widths taken off, places must only not fall; pools of neighbours that would take their mean.
    """
    offsets: list[float] = []
    pools: list[tuple[float, float, int]] = []  # mean, weight, nodes
    for index, node in enumerate(row):
        offsets.append(offsets[-1] + (width[row[index - 1]] + width[node]) / 2 + gap if index else 0.0)
        pools.append((wanted[node][0] - offsets[-1], wanted[node][1], 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (mean, weight, count), (last, more, added) = pools[-2:]
            pools[-2:] = [((mean * weight + last * more) / (weight + more), weight + more, count + added)]
    means = [mean for mean, _, count in pools for _ in range(count)]
    return {node: mean + offset for node, mean, offset in zip(row, means, offsets)}


def _across(layers: Layers, width: Mapping[Node, float], gap: float) -> dict[Node, float]:
    """The horizontal centre of each node: each round moves a row to where its neighbours want it."""
    x: dict[Node, float] = {}
    for row in layers.rows:
        x |= _place(row, dict.fromkeys(row, (0.0, 1.0)), width, gap)
    below, above = layers.neighbours(1), layers.neighbours(-1)
    for turn in range(ROUNDS):
        for row in layers.rows[::1 if turn % 2 else -1]:
            joined = {node: below[node] + above[node] or [node] for node in row}
            wanted = {node: (sum(x[each] for each in joined[node]) / len(joined[node]), float(len(joined[node]))) for node in row}
            x |= _place(row, wanted, width, gap)
    least = min(x[node] - width[node] / 2 for node in x)
    return {node: place - least for node, place in x.items()}


def _ports(layers: Layers, x: Mapping[Node, float], width: Mapping[Node, float], step: int) -> dict[tuple[Node, Node], float]:
    """Where an arrow leaves a node to one below (step 1), or comes from one above: in the order of those, spread."""
    found: dict[tuple[Node, Node], float] = {}
    for node, others in layers.neighbours(step).items():
        ordered = sorted(others, key=lambda other: x[other])
        for index, other in enumerate(ordered):
            found[node, other] = x[node] + width[node] * SPREAD * ((index + 0.5) / len(ordered) - 0.5)
    return found


def lay_out(sizes: Mapping[str, Point], edges: Iterable[Edge], gap: Point) -> Layout:
    """Boxes of these sizes (width, height), edges downwards; `gap` between boxes of a row, and between rows."""
    layers = arrange(sizes, edges)
    width = {node: sizes[node][0] if isinstance(node, str) else BEND_WIDTH for row in layers.rows for node in row}
    x = _across(layers, width, gap[0])
    bounds: dict[Node, Point] = {}  # upper and lower side
    centres: dict[str, Point] = {}
    top = 0.0
    for row in reversed(layers.rows):
        highest = max(sizes[node][1] for node in row if isinstance(node, str))
        for node in row:
            bounds[node] = (top, top + (sizes[node][1] if isinstance(node, str) else highest))
            if isinstance(node, str):
                centres[node] = (x[node], sum(bounds[node]) / 2)
        top += highest + gap[1]
    leaves, comes = _ports(layers, x, width, 1), _ports(layers, x, width, -1)
    routes = {edge: [point for upper, lower in zip(path, path[1:])
                     for point in ((leaves[upper, lower], bounds[upper][1]), (comes[lower, upper], bounds[lower][0]))]
              for edge, path in layers.paths.items()}
    return Layout(max(x[node] + width[node] / 2 for node in x), top - gap[1], centres, routes)
