"""Engines of other people: firmware that only speaks the protocol, and all the ways in which it can go wrong."""

from __future__ import annotations

import pathlib
import re

import pytest

from harness.testing.cells import load, measured_again, number, read
from harness.testing.process import BUILD, ROOT, SANITIZED, atome, needs_qemu, refused

TINY = ROOT / "golden" / "models" / "tiny_odd" / "tiny_odd.atome02"
OTHER = ROOT / "golden" / "models" / "tiny_k1" / "tiny_k1.atome02"
PROBE = BUILD / "probe"  # engine/probe/CMakeLists.txt
CORES = ("m0", "m3", "m4f", "m7")
needs_guests = pytest.mark.skipif(not (PROBE / "m3" / "naive.elf").exists(), reason="no cross compiler, so no firmware was built")
pytestmark = needs_guests


def verify_guest(name: str, *options: str) -> tuple[int, dict[str, object]]:
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
        assert cell["unavailable"]["state_bytes"] == "the firmware does not say"
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


def test_its_report_says_what_ran_and_how_to_run_it_again(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.json"
    atome("verify", TINY, "--firmware", PROBE / "m3" / "naive.elf", "--core", "m3", "--runner", "unicorn", "--report", path)
    cell = read(path)[0]
    assert len(cell["build_sha256"]) == 64
    measured_again(cell, tmp_path / "again.json")


@pytest.mark.parametrize(("words", "message"), [
    (["--firmware", "{m3}"], "which core is it for? Give --core, as in --core m3"),
    (["--firmware", "{m3}", "--core", "m9"], 'unknown core "m9"'),
    (["--firmware", "{m3}", "--core", "host"], "--firmware runs on emulated cores; give --runner unicorn or qemu"),
    (["--firmware", "{m3}", "--core", "m3", "--runner", "native"], "--firmware runs on emulated cores"),
    (["--firmware", "{m3}", "--core", "m3", "--build", "size"], "--build is of our own firmware; leave it out"),
    (["--core", "m3", "--firmware", "/nowhere.elf"], "/nowhere.elf"),
    (["--core", "m3", "--firmware", str(TINY)], str(TINY)),
])
def test_usage(words: list[str], message: str) -> None:
    assert message in refused("verify", TINY, *(word.format(m3=PROBE / "m3" / "naive.elf") for word in words))
