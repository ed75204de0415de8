"""`--runner probe`: a target behind a debug server, with QEMU, our own server and made-up targets as stand-ins."""

from __future__ import annotations

import collections.abc
import contextlib
import json
import pathlib
import re
import shutil
import struct
import subprocess
import time

import pytest

from harness.testing.cells import load, number, text
from harness.testing.fake_target import LR, PC, R0, R1, Fake
from harness.testing.process import BUILD, FIRMWARE, ROOT, atome, needs_firmware, needs_qemu, refused

pytestmark = needs_firmware

MODEL_60K = ROOT / "golden" / "models" / "atome_60k" / "atome_60k.atome03"
TINY = ROOT / "golden" / "models" / "tiny_odd" / "tiny_odd.atome03"
ELF = FIRMWARE / "m3" / "tiny_odd-f32.elf"
CORES = {core["name"]: core for core in json.loads((ROOT / "emulation" / "boards" / "cores.json").read_text())["cores"]}
RAM = 0x20000000


def symbol(name: str) -> int:
    names = subprocess.run(["arm-none-eabi-nm", ELF], capture_output=True, text=True, check=True).stdout
    return int(next(line.split()[0] for line in names.splitlines() if line.split()[-1] == name), 16)


@contextlib.contextmanager
def qemu(core: str, folder: pathlib.Path) -> collections.abc.Iterator[str]:
    """The address of a QEMU that stands at its reset."""
    place = folder / "gdb"
    process = subprocess.Popen(["qemu-system-arm", "-M", CORES[core]["qemu_machine"], *CORES[core]["qemu_options"], "-display", "none", "-serial", "none",
                                "-monitor", "none", "-S", "-gdb", f"unix:{place},server=on,wait=off"], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if place.exists():
                break
            time.sleep(0.02)
        yield f"unix:{place}"
    finally:
        process.terminate()
        process.wait()


@needs_qemu
@pytest.mark.parametrize("core", ["m0", "m3", "m4f", "m7"])
def test_the_60k_model_in_qemu(core: str, tmp_path: pathlib.Path) -> None:
    with qemu(core, tmp_path) as address:
        process = atome("verify", MODEL_60K, "--runner", "probe", "--core", core, "--gdb", address, "--format", "json")
        assert process.returncode == 0, process.stdout + process.stderr
        cell = load(process.stdout)[0]
        assert (number(cell, "tokens_matched"), number(cell, "tokens_total"), number(cell, "max_ulp")) == (48, 48, 0)
        assert text(cell, "measured_through") == "qemu, a stand-in"
        # Again, other firmware: the target is halted, filled and reset as if it were new.
        again = atome("verify", TINY, "--runner", "probe", "--core", core, "--gdb", address, "--build", "speed,size")
        assert again.returncode == 0 and "2 of 2 cells pass" in again.stdout, again.stdout + again.stderr


@contextlib.contextmanager
def own_server(*words: str | pathlib.Path) -> collections.abc.Iterator[str]:
    """The address of a run of ours that waits for GDB."""
    process = subprocess.Popen([BUILD / "atome", "run", *words, "--gdb", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        match = re.search(r"target remote (:\d+)", process.stderr.readline())
        assert match is not None
        yield match[1]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("core", ["m0", "m3", "m7"])
def test_our_own_server_measures_what_our_machine_models(core: str) -> None:
    elf = FIRMWARE / core / "tiny_odd-f32.elf"
    request = "atome 3 010203:04 cycles"
    modelled = atome("run", elf, "--core", core, "--args", request)
    with own_server(elf, "--core", core) as address:
        measured = atome("run", elf, "--core", core, "--args", request, "--runner", "probe", "--gdb", address)
    assert measured.returncode == 0, measured.stderr
    assert measured.stdout == modelled.stdout
    assert len(re.findall(r"^cycles [1-9]\d+$", measured.stdout, re.MULTILINE)) == 8


def test_a_board_without_flash_at_the_cores_place_gets_firmware_of_its_own(tmp_path: pathlib.Path) -> None:
    elf = tmp_path / "f746.elf"
    made = atome("firmware", TINY, "--board", "stm32f746", "-o", elf)
    assert made.returncode == 0, made.stderr
    with own_server(elf, "--board", "stm32f746") as address:
        process = atome("verify", TINY, "--runner", "probe", "--board", "stm32f746", "--gdb", address, "--format", "json")
    assert process.returncode == 0, process.stdout + process.stderr
    cell = load(process.stdout)[0]
    assert cell["build"] == "stm32f746/tiny_odd-f32.elf" and number(cell, "max_ulp") == 0
    for more, message in ((("--firmware", FIRMWARE / "m7" / "tiny_odd-f32.elf"), "link it at 0x08000000"), (("--taps",), "leave out --taps")):
        refusal = atome("verify", TINY, "--runner", "probe", "--board", "stm32f746", "--gdb", ":1", *more)
        assert refusal.returncode == 2 and message in refusal.stdout, refusal.stdout


def offers(*pieces: bytes, exit_code: int = 0) -> collections.abc.Callable[[Fake], str | None]:
    """A firmware that asks for a request, answers these pieces, and finishes."""
    box, exchange = symbol("atome_mailbox"), symbol("atome_exchange")
    left = [None, *pieces, exit_code]

    def go(fake: Fake) -> str | None:
        if not left or fake.registers[PC] not in (fake.word(4) & ~1, 0x100):
            return "T0b"
        what = left.pop(0)
        fake.registers[PC], fake.registers[LR] = exchange, 0x101
        if what is None:
            fake.put_words(box, 0x58424D41, 1, 0, RAM + 0x1000, 64, 0, 0, 0, 0)
        elif isinstance(what, bytes):
            fake.put(RAM + 0x2000, what)
            fake.put_words(box + 20, RAM + 0x2000, len(what), 1)
        else:
            fake.put_words(box + 28, 2, what)
        return "T05"

    return go


def ask(fake: Fake, *words: str) -> subprocess.CompletedProcess[str]:
    return atome("run", ELF, "--core", "m3", "--runner", "probe", "--gdb", fake.address, "--args", "atome 1 00", *words)


needs_nm = pytest.mark.skipif(shutil.which("arm-none-eabi-nm") is None, reason="no binutils for Arm")


@needs_nm
@pytest.mark.parametrize("more", [{}, {"no_acknowledgements": True}, {"byte_by_byte": True}, {"damaged": 3}, {"single_registers": False}, {"runs": True}])
def test_the_mailbox_gives_text_and_exit_code(more: dict[str, object]) -> None:
    fake = Fake(on_continue=offers(b"hello\n", b"", b"0000000000 world\n", exit_code=3), **more)  # type: ignore[arg-type]
    process = ask(fake)
    assert process.stdout == "hello\n0000000000 world\n"
    assert process.returncode == 1 and "exit code 3" in process.stderr, process.stderr
    assert fake.text(RAM + 0x1000) == b"atome 1 00" and fake.word(symbol("atome_mailbox") + 8) == 1
    assert fake.packets[-1] == "D" and fake.breakpoint is None, "the target is left as it was"


@needs_nm
def test_flash_is_erased_by_blocks_and_written_only_where_it_differs() -> None:
    fake = Fake(on_continue=offers(), flash=(0, 0x10000, 0x4000))
    assert ask(fake).returncode == 0
    assert fake.erased and all(at % 0x4000 == 0 and size % 0x4000 == 0 for at, size in fake.erased)
    again = Fake(on_continue=offers(), flash=(0, 0x10000, 0x4000), memory=fake.memory)
    assert ask(again).returncode == 0
    assert not again.erased and not [packet for packet in again.packets if packet.startswith("vFlash")]


@needs_nm
def test_a_connection_may_be_cut_at_every_packet() -> None:
    whole = Fake(on_continue=offers(b"x"))
    assert ask(whole).returncode == 0
    count = len(whole.packets)
    loaded = next(k for k, packet in enumerate(whole.packets) if packet.startswith("M"))
    for cut in [*range(12), *range(12, count - 25, 37), loaded, *range(count - 25, count - 2)]:
        process = ask(Fake(on_continue=offers(b"x"), cut_after=cut))
        assert process.returncode == 4 and "closed the connection" in process.stderr, (cut, process.stderr)


def stop_once(fake: Fake) -> str | None:
    return "T0b"


@needs_nm
@pytest.mark.parametrize("more,message", [
    ({"damaged": -1}, "wrong checksums"),
    ({"locked": True}, "the chip refuses to be read at 0x00000000 (E01): it may be locked"),
    ({"flash": (0, 0x10000, 0x4000), "flash_locked": True}, "the flash cannot be erased"),
    ({"answers": {"m": "0" * 100_000}}, "too long"),
    ({"answers": {"m0,": "00" * 2000}}, "characters for"),
    ({"answers": {"m0,": "zz"}}, "2 characters for"),
    ({"answers": {"?": "W00"}}, "has no target"),
    ({"answers": {"p": "", "g": "E01"}}, "does not show the core's registers"),
    ({"answers": {"Z": "E01"}}, "sets no breakpoint"),
    ({"answers": {"c": "E01"}}, "cannot let the core run"),
    ({"answers": {"c": "OK"}}, "while the core runs"),
    ({"answers": {"c": "X09"}}, "ended from outside, by signal 9"),
    ({"resets": False}, "did not reset the target; give its command with --reset"),
    ({"on_continue": stop_once}, "the core stopped here by signal 11"),
])
def test_what_goes_wrong_is_told(more: dict[str, object], message: str) -> None:
    process = ask(Fake(**{"on_continue": offers(), **more}))  # type: ignore[arg-type]
    assert process.returncode == 4 and message in process.stderr, process.stderr


def mailbox(*words: int) -> collections.abc.Callable[[Fake], str | None]:
    box, exchange = symbol("atome_mailbox"), symbol("atome_exchange")

    def go(fake: Fake) -> str | None:
        fake.registers[PC], fake.registers[LR] = exchange, 0x101
        fake.put_words(box, *words)
        return "T05"

    return go


@needs_nm
@pytest.mark.parametrize("words,message", [
    ((0, 1, 0, RAM, 64, 0, 0, 0, 0), "magic 0x00000000 and version 1"),
    ((0x58424D41, 2, 0, RAM, 64, 0, 0, 0, 0), "version 2"),
    ((0x58424D41, 1, 0, 0x40000000, 64, 0, 0, 0, 0), "wants the request at 0x40000000, which is not in RAM"),
    ((0x58424D41, 1, 0, RAM + 0x3FFFFC, 64, 0, 0, 0, 0), "which is not in RAM"),
    ((0x58424D41, 1, 0, RAM, 4, 0, 0, 0, 0), "fewer than 4 bytes, not 10"),
    ((0x58424D41, 1, 0, RAM, 64, 0, 0, 0, 0), "asks for a request again"),
    ((0x58424D41, 1, 0, RAM, 64, RAM, 0xFFFFFFFF, 1, 0), "64 MiB"),
    ((0x58424D41, 1, 0, RAM, 64, 0xFFFFFFF0, 0x20, 1, 0), "not in RAM"),
    ((0x58424D41, 1, 0, RAM, 64, 0, 0, 7, 0), "has state 7"),
])
def test_a_mailbox_of_nonsense_is_told(words: tuple[int, ...], message: str) -> None:
    process = ask(Fake(on_continue=mailbox(*words)))
    assert process.returncode == 4 and message in process.stderr, process.stderr


@needs_nm
@pytest.mark.parametrize("stops,message", [(True, "did not stop in time"), (False, "cannot be stopped")])
def test_a_target_that_never_stops_ends_with_the_time_limit(stops: bool, message: str) -> None:
    began = time.monotonic()
    process = ask(Fake(stops_at_interrupt=stops), "--time-limit", "0.5")
    assert process.returncode == 4 and message in process.stderr, process.stderr
    assert time.monotonic() - began < 8


@needs_nm
def test_a_firmware_that_offers_for_ever_ends_with_the_time_limit() -> None:
    process = ask(Fake(on_continue=mailbox(0x58424D41, 1, 1, RAM, 64, RAM, 16, 1, 0)), "--time-limit", "0.5")
    assert process.returncode == 4 and process.stderr, process.stderr


def call(operation: int, parameter: int) -> collections.abc.Callable[[Fake], str | None]:
    def go(fake: Fake) -> str | None:
        if fake.registers[PC] == 0x202:
            operation_, parameter_ = 0x18, 0x20026
        else:
            operation_, parameter_ = operation, parameter
        fake.put(0x200, b"\xab\xbe\xab\xbe")
        fake.registers[PC] = 0x202 if fake.registers[PC] == 0x202 else 0x200
        fake.registers[R0], fake.registers[R1] = operation_, parameter_
        return "T05"

    return go


@needs_nm
@pytest.mark.parametrize("operation,parameter,output", [(0x04, RAM + 0x100, "text\n"), (0x03, RAM + 0x100, "t"), (0x05, RAM + 0x200, "tex"),
                                                        (0x12, RAM, ""), (0x01, RAM, "")])
def test_semihosting_calls_that_the_server_leaves_to_us(operation: int, parameter: int, output: str) -> None:
    fake = Fake(on_continue=call(operation, parameter))
    fake.put(RAM + 0x100, b"text\n\0")
    fake.put_words(RAM + 0x200, 1, RAM + 0x100, 3)
    process = ask(fake)
    assert process.returncode == 0, process.stderr
    assert process.stdout == output


@needs_nm
def test_console_text_of_the_server_is_shown_and_files_are_refused() -> None:
    told: list[str | None] = ["O" + b"from the server\n".hex(), "Fwrite,1,0,0", "W02"]

    def go(fake: Fake) -> str | None:
        return told.pop(0)

    # The last two are sent when the client answers the one before: O needs no answer, so it comes with the next.
    fake = Fake(on_continue=go)
    fake.answers["F-1,1"] = "W02"
    told[:] = ["Fwrite,1,0,0"]
    process = ask(fake)
    assert process.returncode == 1 and "exit code 2" in process.stderr, process.stderr
    assert "F-1,1" in fake.packets


@pytest.mark.parametrize("words,message", [
    (("verify", TINY, "--runner", "probe", "--core", "m3"), "--runner probe needs --gdb HOST:PORT"),
    (("verify", TINY, "--runner", "probe", "--gdb", ":1"), "needs the --board that is connected"),
    (("verify", TINY, "--runner", "probe", "--gdb", ":1", "--board", "nonsense"), "unknown board"),
    (("verify", TINY, "--runner", "probe", "--gdb", ":1", "--board", "bluepill", "--core", "m0"), "does not have core"),
    (("verify", TINY, "--gdb", ":1", "--core", "m3"), "are of --runner probe"),
    (("run", ELF, "--core", "m3", "--runner", "probe"), "--runner probe needs --gdb"),
    (("run", ELF, "--core", "m3", "--gdb", "host:1"), "give a port from 0 to 65535"),
    (("run", ELF, "--core", "m3", "--reset", "x"), "--reset is of --runner probe"),
    (("run", ELF, "--core", "m3", "--runner", "probe", "--gdb", "nonsense"), "is no address"),
    (("run", ELF, "--core", "m3", "--runner", "probe", "--gdb", "unix:/nonexistent"), "no GDB server at unix:/nonexistent"),
    (("run", ELF, "--core", "m3", "--runner", "probe", "--gdb", ":0"), "is no address"),
    (("run", ELF, "--core", "m3", "--runner", "probe", "--gdb", ":1", "--profile"), "need --runner unicorn"),
    (("run", ELF, "--core", "m3", "--runner", "probe", "--gdb", ":1", "--cycles", "blocks"), "are of emulators"),
])
def test_bad_arguments_are_told(words: tuple[str, ...], message: str) -> None:
    process = atome(*words)
    assert process.returncode == 2 and message in process.stdout + process.stderr, process.stderr


def test_measured_cycles_stand_beside_modelled_ones(tmp_path: pathlib.Path) -> None:
    words = ("cycles", TINY, "--core", "m3", "--positions", "2:5")
    with own_server(ELF, "--core", "m3") as address:
        process = atome(*words, "--runner", "probe", "--gdb", address, "--format", "json")
    assert process.returncode == 0, process.stdout + process.stderr
    cell = load(process.stdout)[0]
    measured = number(cell, "measured_cycles_per_token")
    assert measured == number(cell, "cycles_per_token") and number(cell, "measured_difference_percent") == 0
    assert text(cell, "measured_through") == "atome, a stand-in" and cell["runner"] == "probe"
    modelled = load(atome(*words, "--format", "json").stdout)[0]
    # The counter is read around the marks, so it sees a few instructions more.
    assert 0 < measured - number(modelled, "cycles_per_token") < 40


@needs_qemu
def test_a_counter_that_is_not_to_be_believed_measures_nothing(tmp_path: pathlib.Path) -> None:
    with qemu("m3", tmp_path) as address:
        process = atome("cycles", TINY, "--core", "m3", "--positions", "2:5", "--runner", "probe", "--gdb", address)
    assert process.returncode == 2 and "counter is not to be believed" in process.stdout, process.stdout + process.stderr
