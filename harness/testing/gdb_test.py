"""`atome run --gdb`: the protocol by a client of our own, and the whole with gdb-multiarch."""

from __future__ import annotations

import pathlib
import random
import re
import shutil
import socket
import subprocess

import pytest

from harness.testing.gdb_client import GdbClient
from harness.testing.process import BUILD, atome, refused

GUESTS = BUILD / "emulation" / "guests"
GDB = shutil.which("gdb-multiarch")
pytestmark = pytest.mark.skipif(not (GUESTS / "work_m3.elf").exists(), reason="no cross compiler, so no guests were built")
needs_gdb = pytest.mark.skipif(GDB is None, reason="no gdb-multiarch")


def symbols(elf: pathlib.Path) -> dict[str, int]:
    lines = subprocess.run(["arm-none-eabi-nm", elf], capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[2]: int(line.split()[0], 16) for line in lines if len(line.split()) == 3}


def counts(text: str) -> str:
    match = re.search(r"[\d ]+ instructions, [\d ]+ modelled cycles", text)
    assert match, text
    return match[0]


def gdb(elf: pathlib.Path, *commands: str, options: tuple[str, ...]) -> tuple[str, int, str, str]:
    """What gdb-multiarch says, and exit code, stdout and stderr of the run."""
    run = subprocess.Popen([BUILD / "atome", "run", elf, "--gdb", "0", *options], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
    assert run.stderr is not None and GDB is not None
    hint = run.stderr.readline()
    match = re.search(r"type: gdb-multiarch (.*) -ex '(target remote :\d+)'", hint)
    assert match and match[1] == str(elf), hint
    words = [GDB, "-nx", "-batch", elf, "-ex", match[2]]
    for command in commands:
        words += ["-ex", command]
    said = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    output, errors = run.communicate(timeout=120)
    return said.stdout + said.stderr, run.returncode, output, errors


# --- With our own client


def test_a_session_by_hand() -> None:
    elf = GUESTS / "marks.elf"
    names = symbols(elf)
    client = GdbClient(elf, "--core", "m0")
    assert "PacketSize=" in client.ask("qSupported:xmlRegisters=i386")
    assert client.ask("?").startswith("T05")
    assert client.pc() == names["reset"]
    assert client.register(13) == names["stack_top"]
    assert client.ask("vCont?") == "vCont;c;C;s;S"
    assert client.ask("vCont;s:1").startswith("T05")
    assert client.pc() == names["reset"] + 2 and client.register(4) == 3
    assert client.ask(f"Z0,{names['atome_mark']:x},2") == "OK"
    for left in (3, 2, 1):
        assert client.ask("c").startswith("T05")
        assert client.pc() == names["atome_mark"] and client.register(4) == left
    assert client.ask("P4=02000000") == "OK", "another round"
    assert client.ask("c").startswith("T05") and client.register(4) == 1
    assert client.ask(f"z0,{names['atome_mark']:x},2") == "OK"
    client.send("c")
    assert client.receive() == "W00"
    code, _, errors = client.end()
    assert code == 0 and "exit code 0" in errors


def test_a_debugger_changes_no_count() -> None:
    """Steps through a program that reads its own cycles; without a debugger it runs several times for that."""
    elf = GUESTS / "cycle_counter_m3.elf"
    plain = atome("run", elf, "--core", "m3")
    client = GdbClient(elf, "--core", "m3")
    answer = client.ask("?")
    steps = 0
    while answer.startswith("T"):
        answer = client.ask("s")
        steps += 1
    assert answer == f"W{plain.returncode:02x}"
    code, output, errors = client.end()
    assert (code, output) == (plain.returncode, plain.stdout)
    assert counts(errors) == counts(plain.stderr)
    assert steps > 20


def test_stepping_through_an_it_block_and_an_exception() -> None:
    for name, core in (("it_blocks", "m3"), ("exceptions_m3", "m3"), ("interrupted_m3_101", "m3"), ("fpu_on", "m4f")):
        elf = GUESTS / f"{name}.elf"
        plain = atome("run", elf, "--core", core)
        client = GdbClient(elf, "--core", core)
        assert client.ask("QStartNoAckMode") == "OK"
        answer, exceptions = client.ask("?"), set()
        for _ in range(4000):
            if not answer.startswith("T"):
                break
            exceptions.add(client.register(16) & 0x1FF)
            answer = client.ask("s")
        if answer.startswith("T"):
            answer = client.ask("c")
        assert answer.startswith("W"), answer
        code, output, errors = client.end()
        assert (code, output) == (plain.returncode, plain.stdout), name
        assert counts(errors) == counts(plain.stderr), name
        if name == "exceptions_m3":
            assert {0, 11, 14, 16} <= exceptions, "it stepped through SVC, PendSV and an interrupt"


def test_breakpoints_in_ram_and_memory() -> None:
    elf = GUESTS / "code_in_ram.elf"
    names = symbols(elf)
    client = GdbClient(elf, "--core", "m0")
    assert client.ask(f"Z1,{names['in_ram']:x},2") == "OK"
    assert client.ask("c").startswith("T05")
    assert client.pc() == names["in_ram"]
    assert client.ask(f"m{names['in_ram']:x},4") == "01207047", "movs r0, #1; bx lr"
    assert client.ask(f"M{names['in_ram']:x},2:0920") == "OK", "movs r0, #9"
    assert client.ask("s").startswith("T05")
    assert client.register(0) == 9, "the changed instruction ran"
    assert client.ask("m90000000,4") == "E0e" and client.ask(f"M{names['reset']:x},2:0000") == "E0e"
    assert client.ask("me000ed00,4") != "E0e", "CPUID"
    assert client.ask("c") == "W06"
    assert client.end()[0] == 1


def test_a_watchpoint_stops_in_front_of_the_store() -> None:
    elf = GUESTS / "code_in_ram.elf"
    names = symbols(elf)
    client = GdbClient(elf, "--core", "m0")
    assert client.ask(f"Z2,{names['code_begin']:x},4") == "OK"
    answer = client.ask("c")
    assert f"watch:{names['code_begin']:08x};" in answer
    assert client.register(1) == names["code_begin"]
    assert client.ask("m20001000,4") == client.ask(f"m{names['code_begin']:x},4")
    before = client.ask(f"m{names['code_begin']:x},4")
    assert client.ask("s").startswith("T05")
    assert client.ask(f"m{names['code_begin']:x},4") != before
    assert client.ask("D") == "OK"
    assert client.end()[0] == 1, "it ran on to its end"


def test_faults_and_breakpoints_of_the_program() -> None:
    for name, core, signal in (("read_unmapped", "m0", "0b"), ("undefined", "m3", "04"), ("write_flash", "m3", "0b"),
                               ("division", "m3", "08"), ("unaligned", "m0", "0a")):
        client = GdbClient(GUESTS / f"{name}.elf", "--core", core)
        answer = client.ask("c")
        assert answer.startswith(f"T{signal}"), (name, answer)
        fault = client.pc()
        assert client.ask("c") == f"X{signal}"
        code, _, errors = client.end()
        assert code == 4 and "Registers" in errors and f"{fault:08x}" in errors, (name, errors)
    elf = GUESTS / "breakpoint.elf"
    client = GdbClient(elf, "--core", "m0")
    assert client.ask("c").startswith("T05")
    assert client.pc() == symbols(elf)["faulting"]
    assert client.ask("c") == "W00", "behind the BKPT"
    assert client.end()[0] == 0


def test_going_elsewhere_ctrl_c_and_kill() -> None:
    elf = GUESTS / "breakpoint.elf"
    names = symbols(elf)
    client = GdbClient(elf, "--core", "m0")
    assert client.ask(f"Pf={(names['faulting'] + 2).to_bytes(4, 'little').hex()}") == "OK"
    assert client.pc() == names["faulting"] + 2
    assert client.ask("c") == "W00"
    assert client.end()[0] == 0

    client = GdbClient(GUESTS / "spin.elf", "--core", "m0", "--time-limit", "60")
    client.send("c")
    client.socket.sendall(b"\x03")
    assert client.receive().startswith("T02")
    client.send("k")
    code, _, errors = client.end()
    assert code == 0 and "ended by the debugger" in errors

    client = GdbClient(GUESTS / "spin.elf", "--core", "m0", "--time-limit", "60")
    client.send("c")
    client.socket.shutdown(socket.SHUT_RDWR)
    assert "ended by the debugger" in client.end()[2], "GDB is gone, and so is the run"

    client = GdbClient(GUESTS / "spin.elf", "--core", "m0", "--instruction-limit", "1000")
    assert client.ask("c").startswith("T18")
    assert client.ask("c") == "X18"
    assert client.end()[0] == 4


def test_nonsense_on_the_line() -> None:
    """Whatever a client sends, the run neither crashes nor hangs."""
    for seed in range(6):
        rng = random.Random(seed)
        client = GdbClient(GUESTS / "marks.elf", "--core", "m0", "--instruction-limit", "100000")
        try:
            for _ in range(200):
                letters = bytes(rng.choice(b"gGpPmMXZzscvqQHTD?k0123456789abcdef,:;=$#+-}\x03\xff") for _ in range(rng.randrange(40)))
                client.socket.sendall(letters if rng.random() < 0.3
                                      else b"$" + letters + b"#%02x" % (sum(letters) & 255))
            client.socket.sendall(b"$" + b"m" * 100000 + b"#00")
            client.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # a "k" or "D" among it
        assert client.end()[0] in (0, 1, 4), seed


def test_what_gdb_does_not_go_with() -> None:
    assert "needs --runner unicorn" in refused("run", GUESTS / "marks.elf", "--core", "m0", "--gdb", "0", "--runner", "qemu")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"cannot listen on port {port}" in refused("run", GUESTS / "marks.elf", "--core", "m0", "--gdb", str(port))


# --- With gdb-multiarch


@needs_gdb
def test_gdb_breaks_steps_and_continues() -> None:
    elf = GUESTS / "work_m3.elf"
    said, code, output, errors = gdb(
        elf, "break Round", "continue", "print $pc == &Round", "backtrace", "info registers", "stepi", "next", "finish",
        "delete", "monitor cycles", "continue", options=("--core", "m3"))
    assert "Breakpoint 1, Round" in said, said
    assert "xpsr" in said and "primask" in said and "msp" in said
    assert re.search(r"\d+ instructions, \d+ modelled cycles", said)
    assert "exited normally" in said
    plain = atome("run", elf, "--core", "m3")
    assert (code, output) == (plain.returncode, plain.stdout)
    assert counts(errors) == counts(plain.stderr)


@needs_gdb
def test_gdb_sees_the_fpu_s_registers() -> None:
    said, code, _, _ = gdb(GUESTS / "work_m4f.elf", "break atome_mark", "continue", "info registers float", "print $s0",
                           "set var $d1 = 2.5", "print $d1", "print $fpscr", "delete", "continue", options=("--core", "m4f"))
    assert "= 2.5" in said and "exited normally" in said, said
    assert code in (0, 1)


@needs_gdb
def test_gdb_sees_a_fault() -> None:
    said, code, _, errors = gdb(GUESTS / "crash_flash_m3.elf", "continue", "backtrace", "continue", options=("--core", "m3"))
    assert "SIGSEGV" in said and "crash_flash.c:7" in said and "Outer" in said, said
    assert code == 4 and "write to read-only memory" in errors and "Registers" in errors


@needs_gdb
def test_gdb_watches_and_leaves() -> None:
    elf = GUESTS / "work_m3.elf"
    said, code, output, _ = gdb(elf, "watch *(int*)0x20001000", "continue", "info breakpoints", options=("--core", "m3"))
    assert "atchpoint 1" in said
    assert (code, output) == (0, atome("run", elf, "--core", "m3").stdout), "GDB left, and the program ran on to its end"
