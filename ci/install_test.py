"""An installed tree runs wherever it is moved: no path of the build or of the sources is left in it."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess

import pytest

BUILD = pathlib.Path(os.environ["ATOME_BUILD"])
ROOT = pathlib.Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module", name="moved")
def fixture_moved(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The tree that `cmake --install` makes, under another name than it was installed as."""
    folder = tmp_path_factory.mktemp("install")
    subprocess.run(["cmake", "--install", BUILD, "--prefix", folder / "here"], check=True, capture_output=True)
    return (folder / "here").rename(folder / "there")


def atome(moved: pathlib.Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Without any variable of this environment, from a folder that has nothing."""
    return subprocess.run([moved / "bin" / "atome", *words], env={"PATH": "/usr/bin:/bin"}, cwd="/", capture_output=True,
                          text=True, timeout=120, check=False)


def test_it_verifies_its_own_models(moved: pathlib.Path) -> None:
    cores = "host,m3" if (moved / "lib/atome/firmware/m3/generic-f32.elf").exists() else "host"
    process = atome(moved, "verify", "--core", cores)
    assert process.returncode == 0, process.stdout + process.stderr
    assert "cells pass" in process.stdout and str(BUILD) not in process.stdout


@pytest.mark.skipif(shutil.which("arm-none-eabi-g++") is None, reason="no cross compiler")
def test_it_makes_firmware(moved: pathlib.Path, tmp_path: pathlib.Path) -> None:
    process = subprocess.run([moved / "bin" / "atome", "firmware", moved / "share/atome/golden/models/tiny_odd/tiny_odd.atome03",
                              "--board", "bluepill", "-o", tmp_path / "my.bin"], env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
                             cwd="/", capture_output=True, text=True, timeout=120, check=False)
    assert process.returncode == 0, process.stderr
    assert list((tmp_path / ".cache/atome/firmware").glob("*.elf"))
    assert "token 63 " in atome(moved, "run", str(tmp_path / "my.bin"), "--board", "bluepill").stdout


def test_it_names_commit_and_tools(moved: pathlib.Path) -> None:
    lines = atome(moved, "--version").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["atome", "commit", "compiler", "unicorn", "qemu"]


def test_its_python_parts_are_found(moved: pathlib.Path, tmp_path: pathlib.Path) -> None:
    report = tmp_path / "report.json"
    assert atome(moved, "verify", "--core", "host", "--report", str(report)).returncode == 0
    process = atome(moved, "report", str(report), "--markdown", "-")
    assert process.returncode == 0, process.stderr
    assert "cells pass" in process.stdout


def test_its_boards_and_results_are_found(moved: pathlib.Path) -> None:
    """`atome advise` reads both; a checkout without results has none to install."""
    assert "known: mps2-an385, " in atome(moved, "advise", "--board", "nobody").stderr
    process = atome(moved, "advise", "--board", "all")
    if (ROOT / "golden/frontier/results.json").exists():
        assert process.returncode == 0 and "bluepill" in process.stdout, process.stderr
    assert str(ROOT) not in process.stdout + process.stderr
    assert "usage: atome frontier" in atome(moved, "frontier", "--help").stdout


def test_programs_of_others_read_its_reports(moved: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """As the Debian package's Python finds them."""
    report = tmp_path / "report.binpb"
    assert atome(moved, "verify", "--core", "host", "--report", str(report)).returncode == 0
    process = subprocess.run(["/usr/bin/python3", "-c", f"from atome.reports import read; print(read('{report}').cells[0].key)"],
                             env={"PYTHONPATH": str(moved / "lib/python3/dist-packages")}, cwd="/", capture_output=True, text=True, check=False)
    assert process.stdout.startswith("parity native host "), process.stderr


@pytest.mark.parametrize("part", ["bin/atome", "lib/atome/atome_count_plugin.so", "lib/atome/atome_guest_engine"])
def test_no_path_of_the_build_is_compiled_in(moved: pathlib.Path, part: str) -> None:
    content = (moved / part).read_bytes()
    for folder in (BUILD, ROOT):
        assert str(folder).encode() not in content


def test_another_project_finds_the_engine(moved: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """The program of the C header, with a model as a C array."""
    model = str(moved / "share/atome/golden/models/tiny_odd/tiny_odd.atome03")
    assert atome(moved, "convert", model, str(tmp_path / "my.h")).returncode == 0
    header = (moved / "include/engine/atome.h").read_text(encoding="utf-8")
    program = [line.removeprefix(" *").removeprefix("     ") for line in header.splitlines() if line.startswith(" *    ") or line == " *"]
    (tmp_path / "program.c").write_text("\n".join(program), encoding="utf-8")
    (tmp_path / "CMakeLists.txt").write_text("""cmake_minimum_required(VERSION 3.25)
project(foreign LANGUAGES C CXX)
set(CMAKE_C_STANDARD 99)
find_package(atome REQUIRED)
add_executable(program program.c)
target_link_libraries(program PRIVATE atome::engine)
""", encoding="utf-8")
    build = tmp_path / "build"
    steps: list[list[str | pathlib.Path]] = [["cmake", "-S", tmp_path, "-B", build, f"-DCMAKE_PREFIX_PATH={moved}"],
                                             ["cmake", "--build", build], [build / "program"]]
    for words in steps:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    native = atome(moved, "logits", model, "--prompt-bytes", str(ord("O") % 37), "--steps", "16", "--format", "json")
    assert [int(token) for token in done.stdout.split()] == json.loads(native.stdout)["tokens"]
