"""`atome size`: the figures add up to the ELF, and a model that fits runs."""

from __future__ import annotations

import json
import pathlib
import shutil
import struct
import subprocess

import pytest

from harness.testing.cells import Cell, csv_rows, figures, has, load, measured_again, number, parts, read
from harness.testing.process import BUILD, CORES, FIRMWARE, ROOT, atome, needs_firmware, refused

MODELS = ROOT / "golden" / "models"
TINY = MODELS / "tiny_odd" / "tiny_odd.atome03"
IMAGE_HEADER_BYTES = 40
BOARD_FIGURES = {"fits", "flash_bytes_needed", "board_flash_bytes", "ram_bytes_needed", "board_ram_bytes"}


def sizes(*words: object) -> list[Cell]:
    process = atome("size", *map(str, words), "--format", "json")
    assert process.returncode == 0, process.stderr + process.stdout
    return load(process.stdout)


def longest_of(cell: Cell) -> float:
    """The longest sequence, on the board with the most room."""
    return max(parts(cell, "board", "longest_max_seq").values())


def config_of(model: pathlib.Path, max_seq: int) -> str:
    config: str = json.loads((model.parent / "config.json").read_text())["config"]
    words = [word for word in config.split(",") if not word.startswith("max_seq=")]
    return ",".join([*words, f"max_seq={max_seq}"])


def segments_of(elf: pathlib.Path) -> list[tuple[int, int, int]]:
    """Load address, bytes in the file and bytes in memory of each loadable segment, read without the
    harness."""
    data = elf.read_bytes()
    table, = struct.unpack_from("<I", data, 28)
    size, count = struct.unpack_from("<HH", data, 42)
    headers = [struct.unpack_from("<8I", data, table + i * size) for i in range(count)]
    return [(header[3], header[4], header[5]) for header in headers if header[0] == 1]


@needs_firmware
@pytest.mark.parametrize(("variant", "build"), [("f32", "speed"), ("f32", "size"), ("q15", "size"), ("q15kv8", "speed")])
def test_sums_are_the_elfs(variant: str, build: str) -> None:
    found = sizes("--variant", variant, "--build", build)
    assert [cell["core"] for cell in found] == CORES
    for cell in found:
        assert cell["build_kind"] == build and cell["variant"] == variant and number(cell, "max_seq") == 64
        of = {name.removesuffix("_bytes"): value for name, value in figures(cell).items()}
        assert of["code"] == of["engine_text"] + of["library_text"] + of["startup_text"]
        assert of["firmware"] == of["code"] + of["rodata"] + of["data"]
        assert of["flash"] == of["firmware"] + of["model"]
        assert of["ram"] == sum(of[name] for name in ("state", "stack", "logits", "data", "bss"))
        segments = segments_of(FIRMWARE / cell["build"])
        in_file = sum(segment[1] for segment in segments)
        assert of["flash"] == in_file, "nothing is left out, padding included"
        in_memory = sum(segment[2] for segment in segments)
        assert in_memory == in_file + of["bss"] + of["stack_reserved"]
        assert sum(parts(cell, "section", "section_bytes").values()) == in_memory
        for name in ("flash_bytes_needed", "ram_bytes_needed"):
            assert {board[name] for board in cell["parts"].get("board", {}).values()} <= {number(cell, name)}, "each board's"
        for board in cell["parts"].get("board", {}):
            assert of["flash"] <= number(cell, "flash_bytes_needed", "board", board)
            assert of["ram"] <= number(cell, "ram_bytes_needed", "board", board), "it reserves more stack than it uses"


@needs_firmware
def test_each_symbol_is_where_it_belongs() -> None:
    soft, hard = sizes("--core", "m0,m4f", "--symbols", 100000)
    assert number(soft, "library_text_bytes") > 4 * number(hard, "library_text_bytes"), "floats in software"
    for cell in (soft, hard):
        sections, sizes_of = parts(cell, "symbol", "symbol_section"), parts(cell, "symbol", "symbol_bytes")
        assert sections.keys() == sizes_of.keys()
        assert sections["atome_step_sums"] == ".text.engine"
        assert sections["memcpy"] == sections["memset"] == ".text.library"
        assert sections["Reset"] == sections["main"] == ".text.firmware"
        assert {section for name, section in sections.items() if name.startswith("__aeabi_")} <= {".text.library"}
        assert {section.rpartition(".")[2] for name, section in sections.items() if "atome::op::" in name} == {"engine"}
        for part, section in (("engine", ".text.engine"), ("library", ".text.library"), ("startup", ".text.firmware")):
            text = sum(size for name, size in sizes_of.items() if sections[name] == section)
            assert text == number(cell, part + "_text_bytes"), "every byte once, also where libgcc's routines share code"
        nobodys = {".stack", ".model_image"}  # no code and no data
        assert sum(sizes_of.values()) == sum(size for name, size in parts(cell, "section", "section_bytes").items()
                                             if name not in nobodys)
        padding = sum(size for name, size in sizes_of.items() if name.startswith("[padding]"))
        assert padding < 64 and not sizes_of.get("[unnamed] .text.engine")


@needs_firmware
def test_the_largest_symbols_have_their_section() -> None:
    [cell] = sizes("--core", "m3", "--symbols", 5)
    bytes_of, shown = parts(cell, "symbol", "symbol_bytes"), parts(cell, "symbol", "symbol_section")
    assert len(shown) == 5 and min(bytes_of[name] for name in shown) >= max(
        size for name, size in bytes_of.items() if name not in shown)
    [without] = sizes("--core", "m3")
    assert parts(without, "symbol", "symbol_bytes") == bytes_of and not parts(without, "symbol", "symbol_section")


@needs_firmware
def test_the_model_is_its_image_or_its_file_behind_a_header(tmp_path: pathlib.Path) -> None:
    [carried] = sizes(TINY, "--core", "m3")
    [added] = sizes(TINY, "--core", "m3", "--config", config_of(TINY, 77), "--specialise", "built")
    recipe = json.loads((BUILD / "recipes" / "m3" / "f32-speed.json").read_text())
    image = prepared(TINY, tmp_path, recipe["image"])
    assert number(carried, "model_bytes") == image.stat().st_size + IMAGE_HEADER_BYTES
    assert number(added, "model_bytes") == TINY.stat().st_size + IMAGE_HEADER_BYTES
    assert carried["build"] == "m3/tiny_odd-f32.elf"
    assert added["build"] == "m3/generic-f32.elf + model"
    assert number(carried, "engine_text_bytes") < number(added, "engine_text_bytes"), "constants save code"


@needs_firmware
def test_the_size_build_is_smaller_and_computes_the_same() -> None:
    speed, size = sizes("--core", "m3", "--build", "speed,size")
    assert (speed["build_kind"], size["build_kind"]) == ("speed", "size")
    assert number(size, "engine_text_bytes") < number(speed, "engine_text_bytes")
    assert number(size, "state_bytes") < number(speed, "state_bytes"), "fewer tables, fewer constants"
    one, other = (atome("run", FIRMWARE / cell["build"], "--core", "m3", "--args", "atome 8 010203").stdout
                  for cell in (speed, size))
    # Except the first line, which has the size of the state.
    assert one.split("\n", 1)[1] == other.split("\n", 1)[1] and one.endswith("end 0\n")


@needs_firmware
@pytest.mark.parametrize(("board", "variant"), [
    ("microbit", "f32"), ("bluepill", "f32"), ("rp2040", "f32"), ("microbit", "q15kv8"), ("bluepill", "q15kv8"),
    ("rp2040", "q15")])
def test_the_longest_sequence_fits_and_one_more_does_not(board: str, variant: str) -> None:
    """Uses the generic firmware, on which other lengths run."""
    sixty = board == "rp2040" or (board == "bluepill" and variant == "q15kv8")
    model = MODELS / "atome_60k" / "atome_60k.atome03" if sixty else TINY
    words = ["--board", board, "--variant", variant, "--specialise", "never"]
    [cell] = sizes(model, *words, "--max-seq", 7)
    longest = number(cell, "longest_max_seq", "board", board)
    assert longest > 7
    run = [*words, "--format", "json", "--positions", "0:2", "--max-seq"]
    fits = atome("cycles", model, *run, str(longest))
    assert fits.returncode == 0, fits.stdout
    over = atome("cycles", model, *run, str(longest + 1))
    assert over.returncode == 1
    assert load(over.stdout)[0]["outcome"] == "too_large"
    [at_limit] = sizes(model, *words, "--max-seq", longest)
    assert number(at_limit, "fits", "board", board) == 1 and longest_of(at_limit) == longest
    assert atome("size", model, *words, "--max-seq", str(longest + 1)).returncode == 1


@needs_firmware
def test_where_variants_differ() -> None:
    f32, q15, small = sizes("--core", "m3", "--variant", "f32,q15,q15kv8")
    assert [cell["variant"] for cell in (f32, q15, small)] == ["f32", "q15", "q15kv8"]
    assert number(f32, "model_bytes") > number(q15, "model_bytes") == number(small, "model_bytes"), "constants of 32 bits, of 16"
    states = [number(cell, "state_bytes") for cell in (f32, q15, small)]
    assert states[0] > 2 * states[1] and states[1] > states[2] * 1.1
    assert number(q15, "library_text_bytes") < number(f32, "library_text_bytes") / 2, "no floats in software"
    assert q15["build"] == "m3/atome_60k-q15.elf"
    longest = [longest_of(cell) for cell in (f32, q15, small)]
    assert longest == sorted(longest) and longest[0] < longest[1] < longest[2]


@needs_firmware
def test_a_window_under_the_convolution_still_has_a_limit() -> None:
    """What the convolution remembers, 4 positions, does not count in what attention does."""
    model = MODELS / "atome_60k" / "atome_60k.atome03"
    found = [sizes(model, "--core", "m0plus", "--variant", "q15", "--max-seq", max_seq)[0] for max_seq in (1, 5, 13)]
    states = [number(cell, "state_bytes") for cell in found]
    assert states[1] - states[0] == (states[2] - states[1]) // 2 > 0
    assert len({longest_of(cell) for cell in found}) == 1


@needs_firmware
def test_the_60k_model_on_a_blue_pill() -> None:
    """20 KB of RAM hold 32 positions of variant q15kv8, with the room for the stack."""
    [cell] = sizes("--board", "bluepill", "--variant", "q15kv8", "--max-seq", 32)
    [(name, board)] = cell["parts"]["board"].items()
    assert name == "bluepill" and board["board_ram_bytes"] == 20480 and board["fits"] == 1 and board["longest_max_seq"] >= 32
    assert number(cell, "ram_bytes") <= board["ram_bytes_needed"] <= 20480
    process = atome("cycles", "--board", "bluepill", "--variant", "q15kv8", "--max-seq", "32", "--format", "json",
                    "--positions", "30:34")
    assert process.returncode == 0, process.stdout
    [run] = load(process.stdout)
    assert run["outcome"] == "pass" and number(run, "cycles_per_token") > 0


@needs_firmware
def test_what_not_even_the_emulated_core_has_room_for() -> None:
    model = MODELS / "atome_60k" / "atome_60k.atome03"
    [cell] = sizes(model, "--board", "mps2-an385", "--config", config_of(model, 3000))
    longest = int(longest_of(cell))
    [at_limit] = sizes(model, "--board", "mps2-an385", "--config", config_of(model, longest))
    assert number(at_limit, "fits", "board", "mps2-an385") == 1
    process = atome("size", model, "--board", "mps2-an385", "--config", config_of(model, longest + 1), "--format",
                    "json")
    assert process.returncode == 1
    [over] = load(process.stdout)
    assert over["outcome"] == "too_large" and "4 194 304" in over["message"]
    assert number(over, "state_bytes") > number(cell, "state_bytes")
    for name in ("stack_bytes", "ram_bytes"):
        assert not has(over, name) and over["unavailable"][name] == over["message"]
    assert longest_of(over) == longest


def prepared(model: pathlib.Path, folder: pathlib.Path, layout: str) -> pathlib.Path:
    """The image of a model that firmware in f32 carries."""
    image = folder / "my.image"
    assert atome("convert", model, image, "--prepare", "--layout", layout).returncode == 0
    return image


def linked(model: pathlib.Path, folder: pathlib.Path, merged: str) -> pathlib.Path:
    """Firmware of a model for m3 by the build's recipe, one object optimised at link time; needs the cross compiler."""
    recipe = json.loads((BUILD / "recipes" / "m3" / "f32-speed.json").read_text())
    config: str = json.loads((model.parent / "config.json").read_text())["config"]
    core = next(core for core in json.loads((ROOT / "emulation" / "boards" / "cores.json").read_text())["cores"] if core["name"] == "m3")
    dimensions = ",".join(word.partition("=")[2] for word in config.split(","))
    values = {"{sources}": str(ROOT), "{folder}": str(folder), "{model}": str(prepared(model, folder, recipe["image"])),
              "{dimensions}": dimensions,
              **{f"{{{name}}}": str(core[name]) for name in ("flash_address", "flash_bytes", "ram_address", "ram_bytes")}}

    def filled(words: list[str]) -> list[str]:
        for name, value in values.items():
            words = [word.replace(name, value) for word in words]
        return words

    objects = [each["name"] for each in recipe["objects"]]
    for each in recipe["objects"]:
        more = ["-flto"] if each["name"] == merged else []
        subprocess.run(["arm-none-eabi-g++", *filled(each["compile"]), *more, "-o", each["name"]], cwd=folder, check=True)
    link = [word for words in recipe["link"] for word in (objects if words == "{objects}" else [words])]
    elf = folder / "firmware" / "m3" / "atome_60k-f32.elf"
    elf.parent.mkdir(parents=True)
    subprocess.run(["arm-none-eabi-g++", *filled(link), "-flto", "-O2", "-o", str(elf)], cwd=folder, check=True)
    return elf


@needs_firmware
@pytest.mark.skipif(shutil.which("arm-none-eabi-g++") is None, reason="no cross compiler")
def test_merged_objects_are_told_apart_by_source_or_not_at_all(tmp_path: pathlib.Path) -> None:
    model = MODELS / "atome_60k" / "atome_60k.atome03"
    elf = linked(model, tmp_path, "atome.engine.o")
    words = ("size", model, "--core", "m3", "--specialise", "built", "--format", "json")

    def measured() -> Cell:
        process = atome(*map(str, words), ATOME_FIRMWARE_DIR=str(tmp_path / "firmware"))
        assert process.returncode == 0, process.stderr
        [cell] = load(process.stdout)
        assert cell["figures"]["firmware"] == "for the model"
        return cell

    [apart] = sizes(model, "--core", "m3", "--specialise", "built")
    merged = measured()
    engine = number(merged, "engine_text_bytes")
    assert abs(engine / number(apart, "engine_text_bytes") - 1) < 0.1 and "merged objects" in merged["note"]
    assert number(merged, "code_bytes") == engine + number(merged, "library_text_bytes") + number(merged, "startup_text_bytes")
    assert sum(parts(merged, "section", "section_bytes").values()) > number(merged, "code_bytes")
    subprocess.run(["arm-none-eabi-strip", "--strip-debug", str(elf)], check=True)
    stripped = measured()
    for name in ("engine_text_bytes", "library_text_bytes", "startup_text_bytes"):
        assert not has(stripped, name) and "link-time optimisation" in stripped["unavailable"][name]
    assert number(stripped, "code_bytes") == number(merged, "code_bytes")


@needs_firmware
def test_state_grows_as_the_firmware_says() -> None:
    """State with a compiled-in length and with a chosen one differ by a constant, so one slope gives both
    limits."""
    [fixed] = sizes(TINY, "--board", "rp2040")
    max_seq = int(number(fixed, "max_seq"))
    generic, later = (sizes(TINY, "--board", "rp2040", "--config", config_of(TINY, max_seq + more), "--specialise", "never")[0]
                      for more in (8, 16))
    slope = (number(later, "state_bytes") - number(generic, "state_bytes")) / 8
    same_length = number(generic, "state_bytes") - 8 * slope
    assert same_length > number(fixed, "state_bytes"), "an image has its constants in flash, and needs no tables for columns"
    board = figures(fixed, "board", "rp2040")
    left = board["board_ram_bytes"] - board["ram_bytes_needed"]
    assert board["longest_max_seq"] == pytest.approx(max_seq + left / slope, abs=8)


@needs_firmware
def test_only_a_named_board_must_fit() -> None:
    process = atome("size", "--core", "m3")
    assert process.returncode == 0
    assert "bluepill" in process.stdout and "mps2-an385" in process.stdout
    process = atome("size", "--board", "bluepill", "--format", "json")
    assert process.returncode == 1
    [cell] = load(process.stdout)
    assert cell["outcome"] == "too_large" and "does not fit Blue Pill: needs" in cell["message"]
    assert number(cell, "engine_text_bytes") > 0 and number(cell, "fits", "board", "bluepill") == 0


@needs_firmware
def test_formats_and_jobs() -> None:
    one, two = (sizes(TINY, "--build", "speed,size", "--specialise", "built", "--jobs", jobs) for jobs in (1, 5))
    assert one == two
    text = atome("size", TINY, "--core", "m3", "--symbols", "3").stdout
    for part in ("engine text", "stack reserved", "longest max_seq", "Largest symbols", "command_line"):
        assert part in text
    assert "| --- " in atome("size", TINY, "--core", "m3", "--format", "md").stdout
    table = csv_rows(atome("size", TINY, "--core", "m3,m4", "--format", "csv").stdout)
    boards = {(row["core"], row["part"]) for row in table if row["figure"] == "fits"}
    assert {core for core, _ in boards} == {"m3"}, "no board has an M4 without FPU"
    assert {("m3", "mps2-an385"), ("m3", "bluepill"), ("m3", "arduino-due")} <= boards
    text_bytes = [row["value"] for row in table if (row["core"], row["figure"]) == ("m3", "engine_text_bytes")]
    assert text_bytes == [str(number(one[4], "engine_text_bytes"))]


@needs_firmware
@pytest.mark.parametrize("name", ["report.binpb", "report.json"])
def test_report_has_what_is_printed(tmp_path: pathlib.Path, name: str) -> None:
    path = tmp_path / name
    words = ["size", str(TINY), "--board", "bluepill", "--build", "speed,size", "--specialise", "built", "--symbols", "100000", "--format",
             "json"]
    cells = load(atome(*words, "--report", path).stdout)
    assert read(path) == cells
    assert [cell["build_kind"] for cell in cells] == ["speed", "size"]
    for cell in cells:
        assert cell["runner"] == "elf" and len(figures(cell)) == 19
        assert set(figures(cell, "board", "bluepill")) == BOARD_FIGURES | {"longest_max_seq"}
        assert all(len(cell["parts"][kind]) > 3 for kind in ("section", "symbol"))
    measured_again(cells[1], tmp_path / "again.json")


@needs_firmware
def test_report_keeps_the_size_of_what_does_not_fit(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.json"
    assert atome("size", "--board", "bluepill", "--max-seq", "63", "--report", path).returncode == 1
    [cell] = read(path)
    assert cell["outcome"] == "too_large" and "does not fit" in cell["message"] and cell["detail"] == "max_seq 63"
    assert number(cell, "code_bytes") > 0 and number(cell, "fits", "board", "bluepill") == 0


@needs_firmware
def test_missing_firmware_says_what_to_do(tmp_path: pathlib.Path) -> None:
    process = atome("size", TINY, "--core", "m3", "--format", "json", ATOME_FIRMWARE_DIR=tmp_path)
    assert process.returncode == 2
    [cell] = load(process.stdout)
    assert cell["outcome"] == "missing" and "ci/build" in cell["message"]
    assert not has(cell, "engine_text_bytes") and cell["unavailable"]["engine_text_bytes"] == cell["message"]


@needs_firmware
@pytest.mark.parametrize("model", ["atome_60k", "tiny_odd"])
def test_a_plan_is_what_the_firmware_then_takes(model: str) -> None:
    """Of firmware for the model and of the generic one, by running both."""
    path = MODELS / model / f"{model}.atome03"
    words = [path, "--core", "m0,m3", "--variant", "f32,f32kv16,q15,q15kv8"]
    plans = sizes(*words, "--plan")
    assert [cell["runner"] for cell in plans] == ["plan"] * 8
    kinds = []
    for choice in ("built", "never"):
        for plan, measured in zip(plans, sizes(*words, "--specialise", choice), strict=True):
            assert (plan["core"], plan["variant"]) == (measured["core"], measured["variant"])
            kinds.append(measured["figures"]["firmware"])
            if kinds[-1] == "generic":
                for name in ("state_bytes", "model_bytes"):
                    assert number(plan, name, "format", "file") == number(measured, name)
                continue
            for name in ("state_bytes", "model_bytes", "logits_bytes", "firmware_bytes", "flash_bytes", "flash_bytes_needed", "ram_bytes_needed"):
                assert number(plan, name) == number(measured, name), name
            assert number(plan, "state_bytes", "format", "tiles") == number(measured, "state_bytes")
            assert plan["parts"].get("board") == measured["parts"].get("board"), "the longest max_seq among them"
    assert kinds.count("for the model") == (8 if model == "atome_60k" else 4), "tiny models have no firmware with a narrow cache"


@needs_firmware
def test_a_plan_of_a_model_that_does_not_exist(tmp_path: pathlib.Path) -> None:
    config = config_of(TINY, 16)
    words = ["--plan", "--core", "m3", "--variant", "f32"]
    [known] = sizes(TINY, *words)
    [imagined] = sizes(*words, "--config", config)
    for name in ("state_bytes", "model_bytes", "ram_bytes_needed"):
        assert number(imagined, name) == number(known, name), name
    assert number(imagined, "flash_bytes_needed") > number(known, "flash_bytes_needed"), "the code is that of any model"
    assert "at most" in imagined["note"] and "not measured" in imagined["unavailable"]["firmware_bytes"]
    assert parts(imagined, "board", "longest_max_seq") == parts(known, "board", "longest_max_seq")
    measured_again(imagined, tmp_path / "again.json")
    assert atome("size", "--plan", "--board", "bluepill", "--config", config, "--max-seq", "4000").returncode == 1
    bare = atome("size", *words, "--config", config, "--format", "json", ATOME_FIRMWARE_DIR=tmp_path)
    assert bare.returncode == 0, bare.stderr
    [cell] = load(bare.stdout)
    assert number(cell, "state_bytes") == number(known, "state_bytes") and not parts(cell, "board", "fits")
    assert "not measured" in cell["unavailable"]["ram_bytes_needed"]
    assert atome("size", "--plan", "--board", "bluepill", "--config", config, ATOME_FIRMWARE_DIR=tmp_path).returncode == 2


PLAIN = ROOT / "golden" / "models_plain" / "tiny_plain_fp32.plain01"


@pytest.mark.parametrize(("words", "part"), [
    (["--plan", "--firmware", "any.elf", "--core", "m3"], "leave out --firmware"), (["--plan", "--symbols", "3"], "leave out --symbols"),
    (["--plan", "--build", "size"], "leave out --build"), (["--plan", "--specialise", "never"], "--specialise"),
    (["--plan", "--config", "d_model=3"], "vocab_size is missing"), ([str(PLAIN), "--plan"], "leave it out"),
    (["--plan", "--config", "vocab_size=5,d_model=3,n_layers=1,d_head=2,kernel_size=2,top_k=1", "--variant", "plain"], "variant plain"),
    (["--core", "m9"], "unknown core"), (["--board", "toaster"], "unknown board"),
    (["--core", "m0", "--board", "bluepill"], "does not have core m0"), (["--build", "fast"], "--build"),
    (["--variant", "q31"], "unknown variant"), (["--max-seq", "0"], "--max-seq"),
    (["--max-seq", "65536"], "--max-seq"), (["--symbols", "-1"], "--symbols"), (["nothing.atome02"], "No such file"),
])
def test_bad_words_are_named(words: list[str], part: str) -> None:
    assert part in refused("size", *words)
