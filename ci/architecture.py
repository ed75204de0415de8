#!/usr/bin/python3
"""Draws who uses whom among the rooms of the repository, from its C++ includes and Python imports.

    /usr/bin/python3 -m ci.architecture                    # writes ci/architecture.svg
    /usr/bin/python3 -m ci.architecture --check            # says whether that is what the code gives
    /usr/bin/python3 -m ci.architecture --rooms harness    # the arrows of a top folder, counted

Exit codes: 0 done, 1 the picture is not that of the code, 2 usage.
"""

from __future__ import annotations

import argparse
import pathlib
import sys

from ci import rooms
from ci.drawing import svg
from ci.drawing.layers import reduced
from ci.drawing.layout import Layout, Point, lay_out
from reports import console, whole_file

PICTURE = rooms.ROOT / "ci" / "architecture.svg"
TITLE = "Rooms of Atome Harness: an arrow leads from code to the code that it uses"
LEGEND = ["A box in a box is a room: a folder with one job. All arrows point down; one that points back is red and dashed.",
          "Arrows that others imply are left out; between top folders one stands for all.",
          "Shared files and other files lie in the top folder itself: those that its rooms use, and the rest."]
SIZE, HEAD_SIZE = 12.5, 15.0
BOX_HEIGHT, PAD, HEAD = 25.0, 14.0, 30.0
ROOM_GAP, TOP_GAP = (14.0, 27.0), (16.0, 44.0)


def _inside(top: str, all_rooms: list[rooms.Room], arrows: list[rooms.Arrow]) -> Layout:
    sizes = {room.name: (svg.text_width(room.name, SIZE) + 14, BOX_HEIGHT) for room in all_rooms if room.top == top}
    edges = [(arrow.source.name, arrow.target.name) for arrow in arrows
             if arrow.source.top == arrow.target.top == top and not arrow.back()]
    return lay_out(sizes, reduced(edges), ROOM_GAP)


def _back(start: Point, end: Point) -> str:
    """From the upper side of the lower box to the lower side of the upper one."""
    return svg.arrow([(start[0] + 8, start[1] - BOX_HEIGHT / 2), (end[0] + 8, end[1] + BOX_HEIGHT / 2)], svg.VERMILION, 2, True)


def _top(top: str, inside: Layout, size: Point, centre: Point, backs: list[rooms.Arrow]) -> list[str]:
    """The box of a top folder, with its rooms and arrows."""
    left = centre[0] - inside.width / 2
    upper = centre[1] - size[1] / 2 + HEAD
    move = {name: (left + x, upper + y) for name, (x, y) in inside.centres.items()}
    parts = [svg.box(centre, size, svg.SHADE, svg.SHADE, 8),
             svg.text((centre[0] - size[0] / 2 + 10, upper - 11), f"{top}/", HEAD_SIZE, weight="bold")]
    parts += [svg.arrow([(left + x, upper + y) for x, y in points]) for points in inside.routes.values()]
    for name, place in move.items():
        width = svg.text_width(name, SIZE) + 14
        parts += [svg.box(place, (width, BOX_HEIGHT), "#FFFFFF", svg.BLUE, 4),
                  svg.text((place[0], place[1] + SIZE * 0.36), name, SIZE, "middle")]
    return parts + [_back(move[arrow.source.name], move[arrow.target.name]) for arrow in backs]


def draw() -> str:
    """The picture as SVG."""
    all_rooms, arrows = rooms.read()
    inside = {top: _inside(top, all_rooms, arrows) for top in rooms.ROOMS}
    sizes = {top: (max(each.width, svg.text_width(top, HEAD_SIZE) + 20) + 2 * PAD, each.height + HEAD + PAD)
             for top, each in inside.items()}
    between = [arrow for arrow in arrows if arrow.source.top != arrow.target.top]
    edges = reduced((arrow.source.top, arrow.target.top) for arrow in between if not arrow.back())
    whole = lay_out(sizes, edges, TOP_GAP)
    height = 30 + 18.0 * len(LEGEND)
    place = {top: (PAD + x, height + PAD + y) for top, (x, y) in whole.centres.items()}
    parts = [svg.text((PAD, 24), TITLE, HEAD_SIZE, weight="bold")]
    parts += [svg.text((PAD, 44 + 18 * row), line, SIZE) for row, line in enumerate(LEGEND)]
    for top in rooms.ROOMS:
        backs = [arrow for arrow in arrows if arrow.back() and arrow.source.top == arrow.target.top == top]
        parts += _top(top, inside[top], sizes[top], place[top], backs)
    parts += [svg.arrow([(PAD + x, height + PAD + y) for x, y in points], width=2) for points in whole.routes.values()]
    parts += [svg.arrow([place[arrow.source.top], place[arrow.target.top]], svg.VERMILION, 2, True) for arrow in between if arrow.back()]
    said = "; ".join(f"{upper} uses {lower}" for upper, lower in edges)
    return svg.picture(whole.width + 2 * PAD, whole.height + height + 2 * PAD, TITLE, said + ".", parts)


def table(top: str) -> str:
    """The arrows between the rooms of a top folder, a line each, and how many there are."""
    all_rooms, arrows = rooms.read()
    own = [arrow for arrow in arrows if arrow.source.top == arrow.target.top == top]
    lines = [f"{'room':16}{'uses':16}lines"]
    lines += [f"{arrow.source.name:16}{arrow.target.name:16}{arrow.lines:5}{'  back' if arrow.back() else ''}" for arrow in own]
    count = sum(room.top == top for room in all_rooms)
    return "\n".join([*lines, "", f"{len(own)} arrows between {count} rooms, {sum(arrow.back() for arrow in own)} back"])


def main(argv: list[str] | None = None) -> int:
    """Writes, checks or prints; returns the exit code."""
    parser = argparse.ArgumentParser(prog="ci.architecture", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, default=PICTURE, help="the picture (default: ci/architecture.svg)")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--check", action="store_true", help="write nothing; exit code 1 when the picture is not that of the code")
    action.add_argument("--rooms", choices=sorted(rooms.ROOMS), metavar="TOP", help="print the arrows between the rooms of a top folder")
    args = parser.parse_args(argv)
    if args.rooms:
        print(table(args.rooms))
        return 0
    drawn = draw()
    if not args.check:
        whole_file.write_text(args.out, drawn)
        return 0
    if args.out.is_file() and args.out.read_text() == drawn:
        return 0
    print(f"{args.out} is not the picture of the code: run /usr/bin/python3 -m ci.architecture", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(console.run("ci.architecture", main))
