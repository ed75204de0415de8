"""`atome size`: that the figures add up to the ELF, and that what it says fits runs."""

from __future__ import annotations

import csv
import io
import json
import pathlib
import struct
from typing import Any

import pytest

from harness.testing.process import (FIRMWARE, ROOT, atome, figures_of, measured_again, needs_firmware, read_report,
                                     refused)

MODELS = ROOT / "golden" / "models"
TINY = MODELS / "tiny_odd" / "tiny_odd.atome03"
CORES = ["m0", "m0plus", "m3", "m4", "m4f", "m7"]
IMAGE_HEADER_BYTES = 40


def rows(*words: object) -> list[dict[str, Any]]:
    process = atome("size", *map(str, words), "--format", "json")
    assert process.returncode == 0, process.stderr + process.stdout
    cells: list[dict[str, Any]] = json.loads(process.stdout)["cells"]
    return cells


def config_of(model: pathlib.Path, max_seq: int) -> str:
    config: str = json.loads((model.parent / "config.json").read_text())["config"]
    words = [word for word in config.split(",") if not word.startswith("max_seq=")]
    return ",".join([*words, f"max_seq={max_seq}"])


def segments_of(elf: pathlib.Path) -> list[tuple[int, int, int]]:
    """Load address, bytes in the file, bytes in memory of each loadable segment; read without the harness."""
    data = elf.read_bytes()
    table, = struct.unpack_from("<I", data, 28)
    size, count = struct.unpack_from("<HH", data, 42)
    headers = [struct.unpack_from("<8I", data, table + i * size) for i in range(count)]
    return [(header[3], header[4], header[5]) for header in headers if header[0] == 1]


@needs_firmware
@pytest.mark.parametrize(("variant", "build"), [("f32", "speed"), ("f32", "size"), ("q15", "size"), ("q15kv8", "speed")])
def test_sums_are_the_elfs(variant: str, build: str) -> None:
    found = rows("--variant", variant, "--build", build, "--symbols", 100000)
    assert [row["core"] for row in found] == CORES
    for row in found:
        assert row["build"] == build and row["variant"] == variant and row["max_seq"] == 64
        assert row["code_bytes"] == row["engine_text_bytes"] + row["library_text_bytes"] + row["startup_text_bytes"]
        assert row["firmware_bytes"] == row["code_bytes"] + row["rodata_bytes"] + row["data_bytes"]
        assert row["ram_bytes"] == sum(row[key + "_bytes"] for key in ("state", "stack", "logits", "data", "bss"))
        segments = segments_of(FIRMWARE / row["firmware"])
        in_file = sum(segment[1] for segment in segments)
        assert row["firmware_bytes"] + row["model_bytes"] == in_file, "nothing is left out, padding included"
        in_memory = sum(segment[2] for segment in segments)
        zeros = row["bss_bytes"] + row["stack_reserved_bytes"]
        assert in_memory == in_file + zeros
        assert sum(section["bytes"] for section in row["sections"]) == in_memory
        for board in row["boards"]:
            assert row["firmware_bytes"] + row["model_bytes"] <= board["flash_bytes_needed"]
            assert row["ram_bytes"] <= board["ram_bytes_needed"], "it reserves more stack than it uses"


@needs_firmware
def test_each_part_is_where_its_symbols_are() -> None:
    soft, hard = rows("--core", "m0,m4f", "--symbols", 100000)
    assert soft["library_text_bytes"] > 4 * hard["library_text_bytes"], "floats in software"
    for row in (soft, hard):
        parts = {symbol["symbol"]: symbol["part"] for symbol in row["symbols"]}
        assert parts["atome_step"] == parts["atome_open"] == "engine"
        assert parts["memcpy"] == parts["memset"] == "library"
        assert parts["Reset"] == parts["main"] == "startup"
        assert {part for name, part in parts.items() if name.startswith("__aeabi_")} <= {"library"}
        assert {part for name, part in parts.items() if "atome::op::" in name} == {"engine"}
        sizes = [symbol["bytes"] for symbol in row["symbols"]]
        assert sizes == sorted(sizes, reverse=True)
        for part in ("engine", "startup"):  # libgcc's routines share code
            text = sum(symbol["bytes"] for symbol in row["symbols"]
                       if symbol["part"] == part and symbol["kind"] == "text")
            assert 0.97 * row[part + "_text_bytes"] <= text <= row[part + "_text_bytes"]


@needs_firmware
def test_the_model_is_the_file_behind_its_header() -> None:
    [carried] = rows(TINY, "--core", "m3")
    [added] = rows(TINY, "--core", "m3", "--config", config_of(TINY, 77))
    assert carried["model_bytes"] == added["model_bytes"] == TINY.stat().st_size + IMAGE_HEADER_BYTES
    assert carried["firmware"] == "m3/tiny_odd-f32.elf"
    assert added["firmware"] == "m3/generic-f32.elf + model"
    assert carried["engine_text_bytes"] < added["engine_text_bytes"], "constants save code"


@needs_firmware
def test_the_size_build_is_smaller_and_computes_the_same() -> None:
    speed, size = rows("--core", "m3", "--build", "speed,size")
    assert (speed["build"], size["build"]) == ("speed", "size")
    assert size["engine_text_bytes"] < speed["engine_text_bytes"]
    assert size["state_bytes"] < speed["state_bytes"], "fewer tables, fewer constants"
    one, other = (atome("run", FIRMWARE / row["firmware"], "--core", "m3", "--args", "atome 8 010203").stdout
                  for row in (speed, size))
    # But for the first line, which says how large the state is.
    assert one.split("\n", 1)[1] == other.split("\n", 1)[1] and one.endswith("end 0\n")


@needs_firmware
@pytest.mark.parametrize(("board", "variant"), [
    ("microbit", "f32"), ("bluepill", "f32"), ("rp2040", "f32"), ("microbit", "q15kv8"), ("bluepill", "q15kv8"),
    ("rp2040", "q15")])
def test_the_longest_sequence_fits_and_one_more_does_not(board: str, variant: str) -> None:
    """Of the generic firmware, which is what other lengths run on."""
    sixty = board == "rp2040" or (board == "bluepill" and variant == "q15kv8")
    model = MODELS / "atome_60k" / "atome_60k.atome03" if sixty else TINY
    words = ["--board", board, "--variant", variant]
    [row] = rows(model, *words, "--max-seq", 7)
    longest = row["boards"][0]["longest_max_seq"]
    assert longest > 7
    run = [*words, "--format", "json", "--positions", "0:2", "--max-seq"]
    fits = atome("cycles", model, *run, str(longest))
    assert fits.returncode == 0, fits.stdout
    over = atome("cycles", model, *run, str(longest + 1))
    assert over.returncode == 1
    assert json.loads(over.stdout)["cells"][0]["status"] == "too large"
    [at_limit] = rows(model, *words, "--max-seq", longest)
    assert at_limit["boards"][0]["fits"] and at_limit["boards"][0]["longest_max_seq"] == longest
    assert atome("size", model, *words, "--max-seq", str(longest + 1)).returncode == 1


@needs_firmware
def test_where_variants_differ() -> None:
    f32, q15, small = rows("--core", "m3", "--variant", "f32,q15,q15kv8")
    assert [row["variant"] for row in (f32, q15, small)] == ["f32", "q15", "q15kv8"]
    assert f32["model_bytes"] == q15["model_bytes"] == small["model_bytes"]
    assert f32["state_bytes"] > 2 * q15["state_bytes"] > 2 * small["state_bytes"]
    assert q15["library_text_bytes"] < f32["library_text_bytes"] / 2, "no floats in software"
    assert q15["firmware"] == "m3/atome_60k-q15.elf"
    longest = [row["boards"][0]["longest_max_seq"] for row in (f32, q15, small)]
    assert longest == sorted(longest) and longest[0] < longest[1] < longest[2]


@needs_firmware
def test_a_window_under_the_convolution_still_has_a_limit() -> None:
    """Of q15 the ring that attention and convolution share is as long as the convolution, 5, at least."""
    model = MODELS / "atome_60k" / "atome_60k.atome03"
    sizes = [rows(model, "--core", "m0plus", "--variant", "q15", "--max-seq", max_seq)[0] for max_seq in (1, 5, 13)]
    states = [row["state_bytes"] for row in sizes]
    assert states[0] == states[1] < states[2]
    assert len({row["boards"][0]["longest_max_seq"] for row in sizes}) == 1


@needs_firmware
def test_the_60k_model_on_a_blue_pill() -> None:
    """20 KB of RAM hold 32 positions of variant q15kv8, the stack's room included."""
    [row] = rows("--board", "bluepill", "--variant", "q15kv8", "--max-seq", 32)
    [board] = row["boards"]
    assert board["ram_bytes"] == 20480 and board["fits"] and board["longest_max_seq"] >= 32
    assert row["ram_bytes"] <= board["ram_bytes_needed"] <= 20480
    process = atome("cycles", "--board", "bluepill", "--variant", "q15kv8", "--max-seq", "32", "--format", "json",
                    "--positions", "30:34")
    assert process.returncode == 0, process.stdout
    [run] = json.loads(process.stdout)["cells"]
    assert run["status"] == "pass" and run["cycles_per_token"] > 0


@needs_firmware
def test_what_not_even_the_emulated_core_has_room_for() -> None:
    model = MODELS / "atome_60k" / "atome_60k.atome03"
    [row] = rows(model, "--board", "mps2-an385", "--config", config_of(model, 3000))
    longest = row["boards"][0]["longest_max_seq"]
    assert rows(model, "--board", "mps2-an385", "--config", config_of(model, longest))[0]["boards"][0]["fits"]
    process = atome("size", model, "--board", "mps2-an385", "--config", config_of(model, longest + 1), "--format",
                    "json")
    assert process.returncode == 1
    [over] = json.loads(process.stdout)["cells"]
    assert over["status"] == "too large" and "4 194 304" in over["message"]
    assert over["state_bytes"] > row["state_bytes"] and over["stack_bytes"] is None and over["ram_bytes"] is None
    assert over["boards"][0]["longest_max_seq"] == longest


@needs_firmware
def test_state_grows_as_the_firmware_says() -> None:
    """A compiled-in length and a chosen one differ by a constant, so that both limits follow from one slope."""
    [fixed] = rows(TINY, "--board", "rp2040")
    [generic] = rows(TINY, "--board", "rp2040", "--config", config_of(TINY, fixed["max_seq"] + 8))
    [later] = rows(TINY, "--board", "rp2040", "--config", config_of(TINY, fixed["max_seq"] + 16))
    slope = (later["state_bytes"] - generic["state_bytes"]) / 8
    same_length = generic["state_bytes"] - 8 * slope
    assert 0 <= same_length - fixed["state_bytes"] <= 128
    left = fixed["boards"][0]["ram_bytes"] - fixed["boards"][0]["ram_bytes_needed"]
    assert fixed["boards"][0]["longest_max_seq"] == pytest.approx(fixed["max_seq"] + left / slope, abs=8)


@needs_firmware
def test_only_a_named_board_must_fit() -> None:
    process = atome("size", "--core", "m3")
    assert process.returncode == 0
    assert "bluepill" in process.stdout and "mps2-an385" in process.stdout
    process = atome("size", "--board", "bluepill", "--format", "json")
    assert process.returncode == 1
    [row] = json.loads(process.stdout)["cells"]
    assert row["status"] == "too large" and "does not fit Blue Pill: needs" in row["message"]
    assert row["engine_text_bytes"] > 0 and row["boards"][0]["fits"] is False


@needs_firmware
def test_formats_and_jobs() -> None:
    one, two = (rows(TINY, "--build", "speed,size", "--jobs", jobs) for jobs in (1, 5))
    assert one == two
    text = atome("size", TINY, "--core", "m3", "--symbols", "3").stdout
    for part in ("engine text", "stack reserved", "longest max_seq", "Largest symbols", "command_line"):
        assert part in text
    assert "| --- " in atome("size", TINY, "--core", "m3", "--format", "md").stdout
    table = list(csv.DictReader(io.StringIO(atome("size", TINY, "--core", "m3,m4", "--format", "csv").stdout)))
    assert [row["board"] for row in table] == ["mps2-an385", "bluepill", ""], "no board has an M4 without FPU"
    assert table[0]["engine_text_bytes"] == str(one[4]["engine_text_bytes"])


@needs_firmware
def test_report_has_the_figures_of_the_table(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.binpb"
    words = ["size", str(TINY), "--board", "bluepill", "--build", "speed,size", "--symbols", "100000", "--format", "json"]
    process = atome(*words, "--report", path)
    cells = read_report(path).cells
    assert [cell.build_kind for cell in cells] == ["speed", "size"]
    for cell, row in zip(cells, json.loads(process.stdout)["cells"], strict=True):
        for key in ("core", "model", "model_sha256", "message"):
            assert getattr(cell, key) == row[key]
        assert (cell.build, cell.build_sha256, cell.runner) == (row["firmware"], row["firmware_sha256"], "elf")
        whole = figures_of(cell)
        assert len(whole) == 15 and whole == {key: row[key] for key in whole}
        [board] = row["boards"]
        assert figures_of(cell, "board") == {("bluepill", key): value for key, value in board.items() if key != "board"}
        for kind, listed in (("section", row["sections"]), ("symbol", row["symbols"])):
            sums: dict[tuple[str, str], int] = {}
            for each in listed:
                sums[each[kind], "bytes"] = sums.get((each[kind], "bytes"), 0) + each["bytes"]
            assert figures_of(cell, kind) == sums and len(sums) > 3
    measured_again(cells[1], tmp_path / "again.json")


@needs_firmware
def test_report_keeps_the_size_of_what_does_not_fit(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.json"
    assert atome("size", "--board", "bluepill", "--max-seq", "63", "--report", path).returncode == 1
    [cell] = read_report(path).cells
    assert cell.status == 6 and "does not fit" in cell.message and cell.detail == "max_seq 63"  # CELL_STATUS_TOO_LARGE
    assert figures_of(cell)["code_bytes"] > 0 and figures_of(cell, "board")["bluepill", "fits"] == 0


@needs_firmware
def test_missing_firmware_says_what_to_do(tmp_path: pathlib.Path) -> None:
    process = atome("size", TINY, "--core", "m3", "--format", "json", ATOME_FIRMWARE_DIR=tmp_path)
    assert process.returncode == 2
    [row] = json.loads(process.stdout)["cells"]
    assert row["status"] == "missing" and "ci/build" in row["message"] and row["engine_text_bytes"] is None


@pytest.mark.parametrize(("words", "part"), [
    (["--core", "m9"], "unknown core"), (["--board", "toaster"], "unknown board"),
    (["--core", "m0", "--board", "bluepill"], "has not core m0"), (["--build", "fast"], "--build"),
    (["--variant", "q31"], "unknown variant"), (["--max-seq", "0"], "--max-seq"),
    (["--max-seq", "65536"], "--max-seq"), (["--symbols", "-1"], "--symbols"), (["nothing.atome02"], "No such file"),
])
def test_bad_words_are_named(words: list[str], part: str) -> None:
    assert part in refused("size", *words)
