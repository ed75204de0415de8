"""Includes point one way, and each outside library stays behind its adapter (README.md, "Folders")."""

from __future__ import annotations

import pathlib
import re

import pytest

from ci import rooms
from ci.rooms import INCLUDE, ROOT

# Folder -> folders of ours that its C++ may include.
MAY_INCLUDE = {
    "engine": {"engine"},
    "emulation": {"emulation"},
    "harness": {"harness", "emulation", "engine", "proto"},
}
# The headers of engine that others may include; the rest is private.
ENGINE_PUBLIC = (r"engine/((atome(_\w+)?|variants)\.h|files/\w+\.h|maths/float_bits\.h|host/(host_engine|tensor_reader)\.h|image/header\.h|prepare/(make_image|plan)\.h"
                 r"|firmware/model_image\.h|probe/atome_probe\.h)")
# Room of engine -> headers of other rooms that it may include, beside those in no room.
ENGINE_ROOMS = {
    "image": r"$.",
    "files": r"(image|maths)/.*",
    "maths": r"$.",
    "frames": r"$.",
    "probe": r"$.",
    "f32": r"(files|image|maths|frames)/.*",
    "f32_small": r"(files|image|maths)/.*|f32/(constants|layer_norm|prepare|route|softmax|tap_routes|terms)\.h",
    "q15": r"(files|image|maths|frames)/.*",
    "plain": r"(files|maths)/.*|q15/real\.h",
    "api": r"(files|maths)/.*",
    "runtime": r"maths/.*",
}
# Top folder -> arrows that point back and wait to be turned.
# shape.h needs bytes.h; the build for size puts f32_small in the place of f32/pass.h.
KNOWN_BACK = {"engine": {(rooms.SHARED, "files"), ("f32", "f32_small")}}
ELFUTILS_FILES = r"emulation/elf/.*\.(cc|h)"
# Outside header prefix -> the only files that may include it.
ADAPTERS = {
    "unicorn/": r"emulation/unicorn/unicorn_machine\.cc",
    "capstone/": r"emulation/thumb/disassembly\.cc",
    "elfutils/": ELFUTILS_FILES,
    "libelf": ELFUTILS_FILES,
    "gelf": ELFUTILS_FILES,
    "hwy/": r"engine/host/(internal/.*|testing/.*|.*_benchmark\.cc)",
    "CLI/": r"harness/commands/options\.cc",
    "lzma.h": r"harness/base/compression\.cc",
    # Compiling it takes longer than the rest of a file: it stays out of headers that others include.
    "nlohmann/json.hpp": r"harness/(base/json_output\.h|causes/diff_output\.h|.*\.cc)|emulation/boards/board_file\.cc",
    "google/protobuf/": r"harness/(report/report_file|.*_test)\.cc",
    "proto/trace.pb.h": r"harness/(model/golden_trace|testing/.*|.*_test)\.(cc|h)",
    "proto/model.pb.h": r"$.",
    "proto/report.pb.h": r"harness/(report/report_(file\.cc|proto\.(cc|h))|.*_test\.cc)",
}


def sources() -> list[pathlib.Path]:
    """Every C++ file of ours."""
    return [path for folder in MAY_INCLUDE for path in rooms.code(folder, ".cc", ".h")]


def test_there_is_something_to_check() -> None:
    assert len(sources()) > 50


def test_includes_point_one_way() -> None:
    wrong = []
    for path in sources():
        folder = path.relative_to(ROOT).parts[0]
        for header in INCLUDE.findall(path.read_text()):
            first = header.split("/")[0]
            if "/" in header and first in MAY_INCLUDE | {"proto": set()} and first not in MAY_INCLUDE[folder]:
                wrong.append(f"{path.relative_to(ROOT)} includes {header}")
    assert not wrong


@pytest.fixture(scope="module")
def repository() -> tuple[list[rooms.Room], list[rooms.Arrow]]:
    return rooms.read()


@pytest.mark.parametrize("top", rooms.ROOMS)
def test_no_arrow_points_back_between_rooms(top: str, repository: tuple[list[rooms.Room], list[rooms.Arrow]]) -> None:
    found, arrows = repository
    ours = {room.name for room in found if room.top == top} - {rooms.SHARED, rooms.OTHER, rooms.FILES}
    assert ours == set(rooms.ROOMS[top])
    back = {(arrow.source.name, arrow.target.name) for arrow in arrows if arrow.source.top == top and arrow.back()}
    assert back == KNOWN_BACK.get(top, set()), f"find the lines: grep -rn '{top}/TARGET/' {top}/SOURCE"


def test_nobody_reaches_into_engine() -> None:
    wrong = [f"{path.relative_to(ROOT)} includes {header}" for path in sources()
             if path.relative_to(ROOT).parts[0] != "engine" for header in INCLUDE.findall(path.read_text())
             if header.startswith("engine/") and not re.fullmatch(ENGINE_PUBLIC, header)]
    assert not wrong


def test_rooms_of_engine_stay_apart() -> None:
    wrong = []
    for path in sources():
        place = rooms.place(path).split("/")
        if place[0] != "engine" or place[1] not in ENGINE_ROOMS or path.name.endswith("_test.cc"):
            continue
        if place[1:] == ["f32", "pass.h"] and "targets" in path.parts:
            continue  # where f32_small takes the place of f32
        for header in INCLUDE.findall(path.read_text()):
            room, _, rest = header.removeprefix("engine/").partition("/")
            if header.startswith("engine/") and rest and room != place[1]:
                if not re.fullmatch(ENGINE_ROOMS[place[1]], f"{room}/{rest}"):
                    wrong.append(f"{path.relative_to(ROOT)} includes {header}")
    assert not wrong


def test_outside_libraries_stay_behind_their_adapters() -> None:
    wrong = []
    for path in sources():
        name = str(path.relative_to(ROOT))
        for header in INCLUDE.findall(path.read_text()):
            for prefix, allowed in ADAPTERS.items():
                if header.startswith(prefix) and not re.fullmatch(allowed, name):
                    wrong.append(f"{name} includes {header}")
    assert not wrong


def test_python_keeps_protobuf_behind_its_adapters() -> None:
    users = {str(path.relative_to(ROOT)) for folder in ("golden", "reports", "ci") for path in (ROOT / folder).rglob("*.py")
             if re.search(r"^\s*(from|import) .*(_pb2|google\.protobuf|proto import)", path.read_text(), re.MULTILINE)}
    assert {name for name in users if not name.endswith("_test.py")} == {"golden/protos.py", "reports/report_file.py"}
