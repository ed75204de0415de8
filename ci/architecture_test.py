"""The picture of the architecture is that of the code, and the layout keeps what it promises."""

from __future__ import annotations

import pathlib
import xml.etree.ElementTree

import pytest

from ci import architecture, rooms
from ci.drawing.layers import arrange, reduced
from ci.drawing.layout import lay_out

EDGES = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("a", "e"), ("d", "e"), ("a", "f"), ("f", "e")]


@pytest.fixture
def small(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A repository whose file low/low.h uses high/high.h, which is above it."""
    files = {"engine/low/low.h": '#include "engine/high/high.h"\n#include <cstdint>\n',
             "engine/high/high.h": '#include "engine/api.h"\n', "engine/api.h": "", "engine/api.cc": '#include "engine/low/low.h"\n',
             "engine/low/low_test.cc": '#include "engine/never/never.h"\n',
             "ci/tool.py": "import json\nfrom engine import thing\n", "engine/thing.py": "from ci.tool import x\n"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(rooms, "ROOT", tmp_path)
    monkeypatch.setattr(rooms, "ROOMS", {"engine": ["low", "high"], "ci": []})
    return tmp_path


def test_the_committed_picture_is_that_of_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert architecture.main(["--check"]) == 0, capsys.readouterr().err


def test_a_stale_picture_is_told(small: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = small / "a.svg"
    assert architecture.main(["--out", str(picture)]) == 0
    assert architecture.main(["--out", str(picture), "--check"]) == 0
    (small / "engine" / "high" / "more.h").write_text('#include "engine/low/low.h"\n')
    assert architecture.main(["--out", str(picture), "--check"]) == 1
    assert "run /usr/bin/python3 -m ci.architecture" in capsys.readouterr().err


def test_arrows_are_those_of_includes_and_imports(small: pathlib.Path) -> None:
    _, arrows = rooms.read()
    found = {(arrow.source.top, arrow.source.name, arrow.target.top, arrow.target.name): arrow.back() for arrow in arrows}
    assert found == {("engine", "low", "engine", "high"): True, ("engine", "high", "engine", rooms.SHARED): False,
                     ("engine", rooms.OTHER, "engine", "low"): False, ("ci", rooms.FILES, "engine", rooms.OTHER): False,
                     ("engine", rooms.OTHER, "ci", rooms.FILES): True}


def test_arrows_back_are_drawn_so(small: pathlib.Path) -> None:
    assert architecture.draw().count("stroke-dasharray") == 2


def test_a_room_without_a_place_is_told(small: pathlib.Path) -> None:
    (small / "engine" / "new").mkdir()
    (small / "engine" / "new" / "new.h").write_text("")
    with pytest.raises(ValueError, match="engine/new has no place in ROOMS"):
        rooms.read()


def test_the_table_counts(capsys: pytest.CaptureFixture[str], small: pathlib.Path) -> None:
    assert architecture.main(["--rooms", "engine"]) == 0
    assert capsys.readouterr().out.endswith("\n3 arrows between 4 rooms, 1 back\n")


def test_all_names_are_in_the_picture_and_it_is_xml() -> None:
    root = xml.etree.ElementTree.fromstring(architecture.draw())
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert set(words) >= {room.name for room in rooms.read()[0]} | {f"{top}/" for top in rooms.ROOMS}


def test_what_a_longer_way_says_is_left_out() -> None:
    assert reduced(EDGES) == [("a", "b"), ("a", "c"), ("a", "f"), ("b", "d"), ("c", "d"), ("d", "e"), ("f", "e")]


def test_all_edges_point_down_a_row_at_a_time() -> None:
    layers = arrange("abcdef", EDGES)
    row = {node: index for index, nodes in enumerate(layers.rows) for node in nodes}
    for (upper, lower), path in layers.paths.items():
        assert (path[0], path[-1]) == (upper, lower)
        assert [row[node] for node in path] == list(range(row[upper], row[lower] - 1, -1))


def test_boxes_keep_their_gap_and_stay_inside() -> None:
    sizes = {name: (20.0 + 10 * index, 10.0) for index, name in enumerate("abcdef")}
    layout = lay_out(sizes, EDGES, (5.0, 10.0))
    for name, (x, y) in layout.centres.items():
        assert 0 <= x - sizes[name][0] / 2 + 1e-9 and x + sizes[name][0] / 2 <= layout.width + 1e-9 and y + 5 <= layout.height
        for other, (other_x, other_y) in layout.centres.items():
            if other != name and other_y == y:
                assert abs(x - other_x) >= (sizes[name][0] + sizes[other][0]) / 2 + 5 - 1e-6
