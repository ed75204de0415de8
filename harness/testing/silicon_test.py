"""`atome silicon` and `atome run --annotate`: models against chips, and the cause of each cycle."""

from __future__ import annotations

import csv
import io
import json
import pathlib
import re
import subprocess

import pytest

from harness.testing.process import BUILD, FIRMWARE, ROOT, atome, needs_firmware, refused

DEMO = FIRMWARE / "m3" / "tiny_odd-f32.elf"
HEADER = "core,chip,code_memory,start_mod_8,sequence,operands,cycles,category\n"
FACT = 'm3,STM32F100 (r1p1),"code bus, 0 wait",4,"LDR.W r0, [r1]; NOP.N; LDR.W r2, [r1]",,{cycles},other/nop\n'


def test_the_committed_facts() -> None:
    process = atome("silicon", "--format", "json")
    assert process.returncode == 0, process.stderr
    found = json.loads(process.stdout)
    groups = {(group["core"], group["code_memory"], group["chip"]): group for group in found["groups"] if group["group"] == "all"}
    assert sum(group["recorded"] for group in groups.values()) == len(found["sequences"]) == 862
    for group in found["groups"]:
        assert 0 <= group["exact"] <= group["recorded"]
        assert 0 <= group["mean_error_percent"] <= group["worst_error_percent"]
    bus = [group for (core, memory, _), group in groups.items() if core == "m3" and memory.startswith("code bus")]
    assert sum(group["recorded"] for group in bus) == 674
    assert sum(group["exact"] for group in bus) >= 0.9 * 674


def test_tables_and_the_worst() -> None:
    table = atome("silicon", "--core", "m3", "--worst", "2")
    assert table.returncode == 0 and "m4" not in table.stdout
    assert len(re.findall(r"^ *\d+  m3", table.stdout, re.MULTILINE)) == 2
    rows = list(csv.DictReader(io.StringIO(atome("silicon", "--format", "csv", "--core", "m4").stdout)))
    assert rows and {row["core"] for row in rows} == {"m4"}
    assert atome("silicon", "--format", "md").stdout.startswith("| core |")


def test_a_sequence_is_explained() -> None:
    process = atome("silicon", "--explain", "2")
    assert process.returncode == 0
    assert "recorded 6 cycles, modelled 6" in process.stdout and "refill" in process.stdout
    assert "no sequence begins at line 999999" in refused("silicon", "--explain", "999999")


def test_facts_of_ones_own(tmp_path: pathlib.Path) -> None:
    facts = tmp_path / "mine.csv"
    facts.write_text(HEADER + FACT.format(cycles=2) + FACT.format(cycles=4))
    process = atome("silicon", "--format", "json", facts)
    if "arm-none-eabi-as not found" in process.stderr:
        pytest.skip("arm-none-eabi-as not found (package binutils-arm-none-eabi)")
    assert process.returncode == 0, process.stderr
    modelled = [sequence["modelled_cycles"] for sequence in json.loads(process.stdout)["sequences"]]
    assert modelled == [2, 2], "NOP disappears behind a load"
    facts.write_text(HEADER + FACT.format(cycles=2).replace("NOP.N", "FLY.N") + FACT.format(cycles=2))
    process = atome("silicon", facts, "--format", "csv")
    assert process.returncode == 0 and "100.0%" in process.stdout
    assert f'1 sequences are left out: {facts}:2: "fly.n" does not assemble' in process.stderr
    facts.write_text(HEADER + FACT.format(cycles=2).replace("NOP.N", "FLY.N"))
    assert '"fly.n" does not assemble' in refused("silicon", facts)
    facts.write_text(HEADER + FACT.format(cycles="two"))
    assert f'{facts}:2: cycles "two" is no number' in refused("silicon", facts)
    assert "cannot open" in refused("silicon", tmp_path / "nothing.csv")
    assert "nothing is recorded" in refused("silicon", "--core", "m7")
    assert "cannot write" in refused("silicon", "--evidence", tmp_path)


@needs_firmware
@pytest.mark.parametrize("core", ["m0", "m3", "m4f", "m7"])
def test_an_annotation_has_every_cycle(core: str, tmp_path: pathlib.Path) -> None:
    listing = tmp_path / "cycles.csv"
    firmware = FIRMWARE / core / DEMO.name
    process = atome("run", firmware, "--core", core, "--annotation", listing)
    assert process.returncode == 0, process.stderr
    rows = list(csv.DictReader(listing.open()))
    total = re.search(r"([\d ]+) instructions, ([\d ]+) modelled cycles", process.stderr)
    assert total
    instructions, cycles = (int(number.replace(" ", "")) for number in total.groups())
    assert sum(int(row["cycles"]) for row in rows) == cycles
    assert sum(int(row["executions"]) for row in rows) == instructions
    for row in rows:
        parts = ("own", "operand", "bus", "fetch", "refill", "pairing", "flash", "wrong guess")
        assert int(row["cycles"]) == sum(int(row[part]) for part in parts), row


@needs_firmware
def test_an_annotation_for_people() -> None:
    process = atome("run", DEMO, "--annotate", "--functions", "main", "--core", "m3")
    assert process.returncode == 0, process.stderr
    assert re.search(r"^main: [\d ]+ cycles, \d", process.stderr, re.MULTILINE)
    assert "Reset:" not in process.stderr and "refill" in process.stderr
    nothing = atome("run", DEMO, "--core", "m3", "--annotate", "--functions", "nothing_such")
    assert nothing.returncode == 2 and "no executed function's name contains nothing_such" in nothing.stderr
    assert "--annotate shows; give that too" in refused("run", DEMO, "--core", "m3", "--functions", "main")
    assert "needs --runner unicorn" in refused("run", DEMO, "--core", "m3", "--annotate", "--runner", "qemu")


@pytest.fixture(name="measured")
def measured_report(tmp_path: pathlib.Path) -> pathlib.Path:
    """The report of a measurement, as a real board's server would have it."""
    model = ROOT / "golden" / "models" / "tiny_odd" / "tiny_odd.atome03"
    elf = FIRMWARE / "m4f" / "tiny_odd-f32.elf"
    path = tmp_path / "measured.json"
    server = subprocess.Popen([BUILD / "atome", "run", elf, "--board", "nucleo-f411re", "--gdb", "0"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        port = re.search(r"target remote (:\d+)", server.stderr.readline())
        assert port
        process = atome("cycles", model, "--runner", "probe", "--board", "nucleo-f411re", "--gdb", port[1], "--positions", "2:5", "--report", path)
        assert process.returncode == 0, process.stdout + process.stderr
    finally:
        server.kill()
        server.communicate()
    return path


ADD = ("--revision", "revision A", "--clock", "16")


@needs_firmware
def test_a_stand_in_is_no_silicon(measured: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "measurements.json"
    message = refused("silicon", "add", measured, *ADD, "--measurements", file)
    assert "measured through atome, a stand-in" in message and not file.exists()


@needs_firmware
def test_a_measurement_of_a_board_is_kept(measured: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "measurements.json"
    measured.write_text(measured.read_text().replace("atome, a stand-in", "openocd"))
    added = atome("silicon", "add", measured, *ADD, "--server", "OpenOCD 0.12", "--date", "2026-01-02", "--measurements", file)
    assert added.returncode == 0, added.stderr
    kept = json.loads(file.read_text())["measurements"]
    assert [(each["board"], each["revision"], each["clock_mhz"], each["server"], each["date"]) for each in kept] == [
        ("nucleo-f411re", "revision A", 16.0, "OpenOCD 0.12", "2026-01-02")]
    table = atome("silicon", "--measurements", file)
    assert re.search(r"nucleo-f411re  m4f   revision A   16  OpenOCD 0.12  2026-01-02", table.stdout), table.stdout
    assert json.loads(atome("silicon", "--measurements", file, "--format", "json").stdout)["boards"] == kept
    again = refused("silicon", "add", measured, *ADD, "--measurements", file)
    assert "already, of 2026-01-02" in again
    assert json.loads(file.read_text())["measurements"] == kept


@needs_firmware
@pytest.mark.parametrize("words,message", [
    (("--clock", "16"), "give the chip's --revision"),
    (("--revision", "A"), "the --clock in MHz"),
    ((*ADD, "--date", "yesterday"), "is no date"),
])
def test_what_an_addition_lacks_is_told(measured: pathlib.Path, words: tuple[str, ...], message: str) -> None:
    assert message in refused("silicon", "add", measured, *words)


def test_additions_need_a_report_with_measured_cells(tmp_path: pathlib.Path) -> None:
    report = tmp_path / "modelled.json"
    assert atome("silicon", "--evidence", tmp_path / "evidence.json").returncode == 0
    assert "takes a report" in refused("silicon", "add")
    assert "cannot" in refused("silicon", "add", report, *ADD) or "modelled.json" in refused("silicon", "add", report, *ADD)
    assert "are of atome silicon add" in refused("silicon", "--revision", "A")
    broken = tmp_path / "broken.json"
    broken.write_text('{"about": "", "measurements": [{"board": 3}]}')
    assert "/measurements/0" in refused("silicon", "--measurements", broken)
