"""Engines of other people: firmware that only speaks the protocol, and all the ways in which it can go wrong."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess

import pytest

from harness.testing.cells import Cell, load, measured_again, number, read
from harness.testing.probe_test import qemu
from harness.testing.process import BUILD, ROOT, SANITIZED, atome, needs_qemu, refused

TINY = ROOT / "golden" / "models" / "tiny_odd" / "tiny_odd.atome02"
OTHER = ROOT / "golden" / "models" / "tiny_k1" / "tiny_k1.atome02"
PROBE = BUILD / "probe"  # engine/probe/CMakeLists.txt
CORES = ("m0", "m3", "m4f", "m7")
needs_guests = pytest.mark.skipif(not (PROBE / "m3" / "naive.elf").exists(), reason="no cross compiler, so no firmware was built")
pytestmark = needs_guests


def verify_guest(name: str, *options: str) -> tuple[int, Cell]:
    """Exit code and cell of a guest on m3 in the Unicorn machine."""
    process = atome("verify", TINY, "--firmware", PROBE / "m3" / f"{name}.elf", "--core", "m3", "--runner", "unicorn",
                    "--format", "json", *options)
    cells = load(process.stdout)
    assert len(cells) == 1
    return process.returncode, cells[0]


@needs_qemu
@pytest.mark.parametrize("core", CORES)
def test_the_example_in_both_emulators(core: str) -> None:
    process = atome("verify", TINY, "--firmware", PROBE / core / "naive.elf", "--core", core, "--format", "json")
    assert process.returncode == 1, process.stderr
    unicorn, qemu = load(process.stdout)
    assert [unicorn["runner"], qemu["runner"]] == ["unicorn", "qemu"]
    for cell in (unicorn, qemu):
        assert (cell["core"], cell["variant"], cell["build"], cell["build_kind"]) == (core, "f32", "naive.elf", "")
        assert cell["detail"] == "firmware naive.elf" and cell["note"].startswith("firmware naive.elf")
        assert number(cell, "tokens_matched") == number(cell, "tokens_total") == 32
        assert 0 < number(cell, "max_relative_error") < 1e-5
        # Two ULP from the integers of our contract, and no taps to say where.
        assert "the firmware has no taps, so the op cannot be named" in cell["message"]
        assert cell["unavailable"]["state_bytes"] == "its banner does not say"
    process = atome("verify", TINY, "--firmware", PROBE / core / "naive.elf", "--core", core, "--accept", "relative:1e-5", "--format", "json")
    assert process.returncode == 0, process.stderr
    assert [cell["outcome"] for cell in load(process.stdout)] == ["within", "within"]
    assert number(unicorn, "instructions_per_token") == number(qemu, "instructions_per_token") > 0
    assert unicorn["figures"]["logits_sha256"] == qemu["figures"]["logits_sha256"]


@pytest.mark.parametrize(("guest", "code", "outcome", "why"), [
    ("wrong", 1, "mismatch", "case 0, step 0, logits, index 0: expected"),
    ("nan_logits", 1, "mismatch", "actual nan"),
    ("nonsense", 4, "crashed", 'line 1 of its output makes no sense: "Hello, world"'),
    ("silent", 4, "crashed", "silent.elf: its output ends early, exit code 0"),
    ("too_little", 4, "crashed", "too_little.elf: its output ends early, exit code 0"),
    ("too_much", 4, "crashed", 'makes no sense: "case 99"'),
    ("crash", 4, "crashed", "0x70000000"),
    ("other_model", 2, "error", "is for another model than " + str(TINY) + ": it has n_layers 3, not 2; build it for this model"),
    ("not_finite", 1, "mismatch", "(10 in a step)"),
    ("other_exit_code", 4, "crashed", "ends with status 0 but exit code 7"),
])
def test_what_goes_wrong_is_a_row_with_its_reason(guest: str, code: int, outcome: str, why: str) -> None:
    returned, cell = verify_guest(guest)
    assert (returned, cell["outcome"]) == (code, outcome), cell["message"]
    assert why in str(cell["message"])


@pytest.mark.parametrize(("guest", "why"), [
    ("late", "stopped after 500 ms in StepLate; it had answered up to case 0, step 0"),
    ("never", "stopped after 500 ms in main")])
def test_late_is_told_from_never(guest: str, why: str) -> None:
    code, cell = verify_guest(guest, "--time-limit", "0.5")
    assert (code, cell["outcome"]) == (4, "crashed")
    assert re.sub(r"\+0x\w+ \(guest\.c:\d+\)", "", str(cell["message"])) == why


@pytest.mark.skipif(SANITIZED, reason="64 MiB of text")
def test_endless_output_ends() -> None:
    code, cell = verify_guest("endless")
    assert (code, cell["outcome"]) == (4, "crashed")
    assert "the output exceeds 64 MiB" in str(cell["message"])


def test_the_worst_row_decides() -> None:
    process = atome("verify", TINY, OTHER, "--firmware", PROBE / "m3" / "crash.elf", "--core", "m3", "--runner", "unicorn")
    assert process.returncode == 4


def test_a_firmware_runs_on_each_core_that_is_named() -> None:
    """One for Cortex-M0 runs everywhere; one for an M4F's FPU does not run on an M3."""
    process = atome("verify", TINY, "--firmware", PROBE / "m0" / "naive.elf", "--core", "m0,m7", "--runner", "unicorn", "--format", "json")
    assert [(cell["core"], number(cell, "tokens_matched")) for cell in load(process.stdout)] == [("m0", 32), ("m7", 32)]
    process = atome("verify", TINY, "--firmware", PROBE / "m4f" / "naive.elf", "--core", "m3", "--runner", "unicorn", "--format", "json")
    assert process.returncode == 4
    assert "FPU" in load(process.stdout)[0]["message"]


def test_a_firmware_without_marks_has_counts_of_the_whole_run() -> None:
    _, cell = verify_guest("unmarked")
    assert number(cell, "tokens_matched") == 32
    assert number(cell, "instructions_total") > 0 and number(cell, "cycles_total") > 0
    for name in ("instructions_per_token", "cycles_per_token"):
        assert cell["unavailable"][name] == "the firmware does not call atome_mark"
    process = atome("cycles", TINY, "--firmware", PROBE / "m3" / "unmarked.elf", "--core", "m3", "--positions", "2:10", "--format", "json")
    assert process.returncode == 0, process.stderr
    cell = load(process.stdout)[0]
    assert number(cell, "cycles_total") > number(cell, "instructions_total") > 0
    assert cell["unavailable"]["cycles_per_token"] == "the firmware does not call atome_mark"


def test_cycles(tmp_path: pathlib.Path) -> None:
    report = tmp_path / "report.json"
    process = atome("cycles", TINY, "--firmware", PROBE / "m3" / "naive.elf", "--core", "m3", "--positions", "2:10", "--report", report)
    assert process.returncode == 0, process.stderr
    cell = read(report)[0]
    assert (cell["detail"], cell["build_kind"]) == ("positions 2:10, firmware naive.elf", "")
    assert number(cell, "cycles_per_token") > number(cell, "instructions_per_token") > 100_000
    assert "op" not in cell["parts"]
    measured_again(cell, tmp_path / "again.json")


def test_cycles_of_what_goes_wrong() -> None:
    words = ("cycles", TINY, "--core", "m3", "--positions", "2:10", "--format", "json", "--firmware")
    process = atome(*words, PROBE / "m3" / "silent.elf")
    assert process.returncode == 4
    assert "ends early" in load(process.stdout)[0]["message"]
    process = atome(*words, PROBE / "m3" / "naive.elf", "--board", "bluepill")
    assert process.returncode == 4
    assert "address 0x203ffff8 is neither flash nor RAM" in load(process.stdout)[0]["message"]


def test_size_says_what_it_cannot_know(tmp_path: pathlib.Path) -> None:
    report = tmp_path / "report.json"
    process = atome("size", TINY, "--firmware", PROBE / "m3" / "naive.elf", "--core", "m3", "--symbols", "200", "--report", report)
    assert process.returncode == 0, process.stderr
    cell = read(report)[0]
    sections = {name: part["section_bytes"] for name, part in cell["parts"]["section"].items()}
    elf = elf_sections(PROBE / "m3" / "naive.elf")
    model = TINY.stat().st_size
    assert sections[".text"] == elf[".text"] == number(cell, "code_bytes")
    assert sections[".rodata"] + model == elf[".rodata"] and sections["the model in .rodata"] == model == number(cell, "model_bytes")
    assert number(cell, "flash_bytes") == elf[".text"] + elf[".rodata"] + elf[".data"] == number(cell, "firmware_bytes") + model
    assert number(cell, "ram_bytes") == number(cell, "bss_bytes") + number(cell, "data_bytes") + number(cell, "stack_bytes")
    for name in ("engine_text_bytes", "library_text_bytes", "startup_text_bytes"):
        assert cell["unavailable"][name] == "the firmware's sections do not say who needs them"
    assert "without a heap" in cell["note"]
    symbols = cell["parts"]["symbol"]
    assert symbols["step"]["symbol_section"] == ".text naive.c"
    assert symbols["x"]["symbol_section"] == ".bss"  # an array, not a long long
    measured_again(cell, tmp_path / "again.json")


def test_size_without_the_models_bytes() -> None:
    process = atome("size", OTHER, "--firmware", PROBE / "m3" / "naive.elf", "--core", "m3", "--format", "json")
    assert process.returncode == 2
    cell = load(process.stdout)[0]
    assert "is for another model" in cell["message"]
    assert cell["unavailable"]["model_bytes"] == "the firmware does not hold the model file as it is"
    assert number(cell, "flash_bytes") > 0


def test_ab_has_theirs_beside_ours(tmp_path: pathlib.Path) -> None:
    example = ROOT / "engine" / "probe" / "example"
    config = json.loads((example / "ab.json").read_text())
    config["tokens"] = str(example / config["tokens"])
    for contender in config["contenders"]:
        contender["model"] = str(TINY)
    naive = config["contenders"][1]
    naive |= {"firmware": str(PROBE / "{core}" / "naive.elf"), "engine": str(PROBE / "naive.so")}
    config["contenders"] += [
        {"name": "firmware_alone", "model": str(TINY), "firmware": naive["firmware"]},
        {"name": "engine_alone", "model": str(TINY), "engine": naive["engine"]}]
    path = tmp_path / "naive.json"
    path.write_text(json.dumps(config))
    process = atome("ab", path, "--out", tmp_path / "out", "--format", "json")
    assert process.returncode == 0, process.stderr
    ours, theirs, firmware, engine = load(process.stdout)
    assert theirs["detail"] == "naive: naive" and theirs["outcome"] == "within"
    for core in CORES:
        assert number(theirs, "cycles_per_token", "core", core) > 2 * number(ours, "cycles_per_token", "core", core) > 0
        assert number(theirs, "flash_bytes_needed", "core", core) > 0 and number(theirs, "ram_bytes_needed", "core", core) > 0
    assert number(ours, "perplexity") > 1 and number(theirs, "perplexity") == pytest.approx(number(ours, "perplexity"), rel=1e-5)
    assert number(theirs, "perplexity") != number(ours, "perplexity")
    assert firmware["unavailable"]["perplexity"] == 'its contender names no "engine", a shared library'
    assert engine["unavailable"]["cycles_per_token"] == 'its contender names no "firmware"'
    assert number(engine, "perplexity") == number(theirs, "perplexity")
    # All of it is kept, and taken again only with the same firmware.
    assert "not measured again: 26 of 26 cells" in atome("ab", path, "--out", tmp_path / "out").stderr
    cells = [cell for cell in read(tmp_path / "out" / "ab_results.json") if "firmware naive.elf" in cell["detail"]]
    assert len(cells) == 12
    measured_again(cells[0] | {"model": TINY.name}, tmp_path / "again.json")


@pytest.mark.parametrize(("change", "message"), [
    ({"build": "size"}, '"/contenders/0/build": is of our own firmware'),
    ({"firmware": "one.elf"}, "has no {core}, so that one file would be for all 2 cores"),
])
def test_ab_refuses(change: dict[str, str], message: str, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "ab.json"
    path.write_text(json.dumps({"name": "x", "cores": ["m0", "m3"], "baseline": "a", "contenders": [
        {"name": "a", "model": str(TINY), "firmware": "{core}.elf"} | change]}))
    assert message.split('": ')[-1] in refused("ab", path)


def elf_sections(path: pathlib.Path) -> dict[str, int]:
    """Bytes by section, as binutils tells them."""
    printed = subprocess.run(["arm-none-eabi-size", "-A", path], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in printed.splitlines()]
    return {row[0]: int(row[1]) for row in rows if len(row) == 3 and row[0].startswith(".")}


def test_a_uart_carries_the_same_answers(tmp_path: pathlib.Path) -> None:
    """Two requests, one after the other, on a board's emulated UART; each as over semihosting."""
    requests = ["atome 2 0102", "atome 1 03:04"]
    (tmp_path / "requests.txt").write_text("".join(f"{request}\n" for request in requests))
    process = atome("run", PROBE / "m3" / "uart.elf", "--board", "mps2-an385", "--stdin", tmp_path / "requests.txt")
    answers = [atome("run", PROBE / "m3" / "naive.elf", "--core", "m3", "--args", request).stdout for request in requests]
    assert process.stdout == "".join(answers) and all(answer.endswith("end 0\n") for answer in answers)


@needs_qemu
def test_a_mailbox_carries_the_same_answers(tmp_path: pathlib.Path) -> None:
    """Behind QEMU's debug server, a stand-in for a board."""
    with qemu("m3", tmp_path) as address:
        process = atome("verify", TINY, "--runner", "probe", "--gdb", address, "--core", "m3", "--firmware", PROBE / "m3" / "mailbox.elf",
                        "--accept", "relative:1e-5", "--format", "json")
    assert process.returncode == 0, process.stderr
    cell = load(process.stdout)[0]
    _, ours = verify_guest("naive")
    assert (cell["runner"], cell["outcome"], cell["detail"]) == ("probe", "within", "firmware mailbox.elf")
    assert cell["figures"]["logits_sha256"] == ours["figures"]["logits_sha256"]


def test_its_report_says_what_ran_and_how_to_run_it_again(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.json"
    atome("verify", TINY, "--firmware", PROBE / "m3" / "naive.elf", "--core", "m3", "--runner", "unicorn", "--report", path)
    cell = read(path)[0]
    assert len(cell["build_sha256"]) == 64
    measured_again(cell, tmp_path / "again.json")


@pytest.mark.parametrize(("words", "message"), [
    (["--firmware", "{m3}"], "which core is it for? Give --core, as in --core m3"),
    (["--firmware", "{m3}", "--core", "m9"], 'unknown core "m9"'),
    (["--firmware", "{m3}", "--core", "host"], "--firmware runs on cores; give --runner unicorn, qemu or probe"),
    (["--firmware", "{m3}", "--core", "m3", "--runner", "native"], "--firmware runs on cores"),
    (["--firmware", "{m3}", "--core", "m3", "--build", "size"], "--build is of our own firmware; leave it out"),
    (["--core", "m3", "--firmware", "/nowhere.elf"], "/nowhere.elf"),
    (["--core", "m3", "--firmware", str(TINY)], str(TINY)),
])
def test_usage(words: list[str], message: str) -> None:
    assert message in refused("verify", TINY, *(word.format(m3=PROBE / "m3" / "naive.elf") for word in words))


@pytest.mark.parametrize("command", ["cycles", "size"])
def test_usage_of_costs(command: str) -> None:
    firmware = PROBE / "m3" / "naive.elf"
    assert "which core is it for?" in refused(command, TINY, "--firmware", firmware)
    assert "--build is of our own firmware" in refused(command, TINY, "--firmware", firmware, "--core", "m3", "--build", "speed")
    assert "atome cycles --firmware --board" in refused("size", TINY, "--firmware", firmware, "--core", "m3", "--board", "bluepill")
