"""`atome firmware`: firmware of a user's model, in every form, and the commands that make it by themselves."""

from __future__ import annotations

import concurrent.futures
import pathlib
import shutil
import subprocess

import pytest

from harness.testing.cells import load, number
from harness.testing.process import FIRMWARE, ROOT, atome, needs_firmware, refused

MODEL = ROOT / "golden" / "models" / "atome_60k" / "atome_60k.atome03"
TINY = ROOT / "golden" / "models" / "tiny_odd" / "tiny_odd.atome02"
pytestmark = pytest.mark.skipif(shutil.which("arm-none-eabi-g++") is None, reason="no cross compiler")


@pytest.fixture(scope="module", name="made")
def fixture_made(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Firmware of the 60K model for a Nucleo-F411RE, in all forms."""
    folder = tmp_path_factory.mktemp("firmware")
    for form in ("elf", "bin", "hex", "uf2"):
        process = atome("firmware", MODEL, "-o", folder / f"my.{form}", "--board", "nucleo-f411re")
        assert process.returncode == 0, process.stderr
        assert "of   524 288 bytes from 0x08000000" in process.stdout and "Nucleo-F411RE" in process.stdout
    return folder


def objcopy(*words: str | pathlib.Path) -> None:
    subprocess.run(["arm-none-eabi-objcopy", *words], check=True)


@pytest.mark.parametrize("form", ["elf", "bin", "hex", "uf2"])
def test_every_form_runs_on_the_emulated_board(made: pathlib.Path, form: str) -> None:
    process = atome("run", made / f"my.{form}", "--board", "nucleo-f411re")
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith("token 0 'O' ") and "Once upon a time, there" in process.stdout


def test_other_tools_read_the_same(made: pathlib.Path, tmp_path: pathlib.Path) -> None:
    objcopy("-O", "binary", made / "my.elf", tmp_path / "elf.bin")
    assert (made / "my.bin").read_bytes() == (tmp_path / "elf.bin").read_bytes()
    objcopy("-I", "ihex", "-O", "binary", made / "my.hex", tmp_path / "hex.bin")
    assert (tmp_path / "hex.bin").read_bytes() == (tmp_path / "elf.bin").read_bytes()


@needs_firmware
def test_for_a_core_it_is_what_the_build_makes(tmp_path: pathlib.Path) -> None:
    for build, ending in (("speed", ""), ("size", "-os")):
        assert atome("firmware", MODEL, "--core", "m0", "--build", build, "-o", tmp_path / "my.elf").returncode == 0
        objcopy("-O", "binary", tmp_path / "my.elf", tmp_path / "made.bin")
        objcopy("-O", "binary", FIRMWARE / "m0" / f"atome_60k-f32{ending}.elf", tmp_path / "built.bin")
        assert (tmp_path / "made.bin").read_bytes() == (tmp_path / "built.bin").read_bytes()


def test_runs_beside_each_other_share_what_is_kept(tmp_path: pathlib.Path) -> None:
    outs = [tmp_path / f"{number}.elf" for number in range(3)]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        processes = list(pool.map(lambda out: atome("firmware", TINY, "--core", "m0", "-o", out, ATOME_FIRMWARE_CACHE=tmp_path / "kept"), outs))
    assert [process.returncode for process in processes] == [0, 0, 0], processes[0].stderr
    assert len({out.read_bytes() for out in outs}) == 1
    assert not list((tmp_path / "kept").glob("*.new")), "nothing half written is left"
    again = atome("firmware", TINY, "--core", "m0", "-o", tmp_path / "again.elf", ATOME_FIRMWARE_CACHE=tmp_path / "kept")
    assert again.returncode == 0 and (tmp_path / "again.elf").read_bytes() == outs[0].read_bytes()


def test_what_does_not_fit_is_told_and_not_written(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "my.bin"
    process = atome("firmware", MODEL, "--board", "microbit", "-o", out)
    assert process.returncode == 1
    assert "does not fit micro:bit: needs 9" in process.stderr and "bytes of RAM of 16 384" in process.stderr
    assert not out.exists()
    process = atome("firmware", MODEL, "--board", "microbit", "-o", out, "--variant", "q15kv8", "--max-seq", "8", "--build", "size")
    assert process.returncode == 0, process.stderr
    assert atome("run", out, "--board", "microbit").returncode == 0


def test_any_format_and_a_plain_transformer_are_taken(tmp_path: pathlib.Path) -> None:
    for variant in ("f32", "q15"):
        process = atome("firmware", TINY, "--core", "m3", "-o", tmp_path / "my.elf", "--variant", variant)
        assert process.returncode == 0, process.stderr
        assert atome("run", tmp_path / "my.elf", "--core", "m3").stdout.startswith("token 0 ")
    process = atome("firmware", ROOT / "golden/models_plain/tiny_plain_int8.plain01", "--board", "rp2040", "-o", tmp_path / "plain.elf")
    assert process.returncode == 0, process.stderr
    assert atome("run", tmp_path / "plain.elf", "--board", "rp2040").stdout.startswith("token 0 ")


def test_bad_arguments(tmp_path: pathlib.Path) -> None:
    out = str(tmp_path / "my.bin")
    assert "--core or --board" in refused("firmware", MODEL, "-o", out)
    assert ".elf, .bin, .hex or .uf2" in refused("firmware", MODEL, "--core", "m3", "-o", tmp_path / "my.axf")
    assert "known are m0" in refused("firmware", MODEL, "--core", "m1", "-o", out)
    assert "name it" in refused("firmware", MODEL, "--board", "all", "-o", out)
    assert "does not have core m0" in refused("firmware", MODEL, "--board", "nucleo-f411re", "--core", "m0", "-o", out)
    assert "name one" in refused("firmware", MODEL, "--core", "m3", "--variant", "f32,q15", "-o", out)
    assert "no UF2 family" in refused("firmware", MODEL, "--core", "m3", "-o", tmp_path / "my.uf2")
    assert "cannot write" in refused("firmware", MODEL, "--core", "m3", "-o", tmp_path / "none" / "my.bin")
    assert "gcc-arm-none-eabi" in refused("firmware", MODEL, "--core", "m3", "-o", out, PATH="/nowhere")
    damaged = tmp_path / "damaged.atome03"
    damaged.write_bytes(MODEL.read_bytes()[:-9] + bytes(9))
    assert str(damaged) in refused("firmware", damaged, "--core", "m3", "-o", out)
    assert not pathlib.Path(out).exists()


@needs_firmware
def test_a_model_under_another_name_is_as_fast(tmp_path: pathlib.Path) -> None:
    """The build's firmware is found by content, and where there is none it is made."""
    my = tmp_path / "my.atome03"
    my.write_bytes(MODEL.read_bytes())
    other = tmp_path / "other.atome03"  # the same model at another max_seq, which no build has
    assert atome("convert", MODEL, other, "--max-seq", "63").returncode == 0
    process = atome("cycles", my, other, MODEL, "--core", "m3", "--positions", "16:20", "--format", "json")
    assert process.returncode == 0, process.stderr
    named, made, built = load(process.stdout)
    assert named["build"] == built["build"] == "m3/atome_60k-f32.elf"
    assert number(named, "cycles_per_token") == number(built, "cycles_per_token")
    assert made["build"] == "m3/other-f32.elf" and made["figures"]["firmware"] == "for the model"
    assert number(made, "cycles_per_token") < 1.02 * number(built, "cycles_per_token")
    assert "--specialise" not in made["command"]


@needs_firmware
def test_generic_firmware_is_named_in_its_row(tmp_path: pathlib.Path) -> None:
    process = atome("cycles", MODEL, TINY, "--core", "m3", "--positions", "16:20", "--specialise", "built")
    assert [line.split()[0] for line in process.stdout.splitlines() if "generic" in line] == ["tiny_odd.atome02"]
    assert "for the model" in process.stdout
    process = atome("cycles", MODEL, "--core", "m3", "--positions", "16:20", "--specialise", "never", "--format", "json")
    [cell] = load(process.stdout)
    assert cell["figures"]["firmware"] == "generic" and cell["detail"].endswith(", generic firmware")
    assert "--specialise never" in cell["command"]
    report = tmp_path / "report.json"
    process = atome("verify", MODEL, TINY, "--core", "m3", "--runner", "unicorn", "--report", report)
    assert [("generic firmware" in line) for line in process.stdout.splitlines()[2:4]] == [False, True]


@needs_firmware
def test_verify_compiles_when_asked() -> None:
    process = atome("verify", TINY, "--core", "m3", "--runner", "unicorn", "--specialise", "compile", "--format", "json")
    assert process.returncode == 0, process.stderr
    [cell] = load(process.stdout)
    assert cell["build"] == "m3/tiny_odd-f32.elf" and number(cell, "max_ulp") == 0 and cell["note"] == ""
    assert "--specialise compile" in cell["command"]


@needs_firmware
def test_without_a_compiler_the_generic_one_is_measured_and_the_reason_told() -> None:
    process = atome("size", TINY, "--core", "m3", PATH="/nowhere")
    assert process.returncode == 0, process.stderr
    assert "generic" in process.stdout and "arm-none-eabi-g++ is not on PATH" in process.stdout


@pytest.mark.parametrize(("place", "moved"), [("ram-code", "_ZN5atome2op"), ("ram-model", "atome_model_image")])
def test_what_runs_most_lies_in_ram(place: str, moved: str, tmp_path: pathlib.Path) -> None:
    answers = []
    for word in ("flash", place):
        elf, binary = tmp_path / f"{word}.elf", tmp_path / f"{word}.bin"
        for out in (elf, binary):
            process = atome("firmware", TINY, "--board", "nucleo-f411re", "--place", word, "-o", out)
            assert process.returncode == 0, process.stderr
        lines = subprocess.run(["arm-none-eabi-nm", elf], check=True, capture_output=True, text=True).stdout.splitlines()
        addresses = {int(line.split()[0], 16) >> 24 for line in lines if line.split()[-1].startswith(moved)}
        assert addresses == {0x08 if word == "flash" else 0x20}
        # From a binary, which has flash alone, start-up copies what belongs into RAM.
        run = atome("run", binary, "--board", "nucleo-f411re")
        assert run.returncode == 0, run.stderr
        answers.append([line.split(" cycles ")[0] for line in run.stdout.splitlines()])
    assert answers[0] == answers[1] and len(answers[0]) > 3
