"""`atome run`: any firmware, its counts, its profile, and the explanation of how it failed."""

from __future__ import annotations

import csv
import json
import pathlib
import re
import subprocess

import pytest

from harness.testing.process import BUILD, CORES, FIRMWARE, ROOT, atome, needs_firmware, needs_qemu, refused

DEMO = FIRMWARE / "m3" / "tiny_odd-f32.elf"
GUESTS = BUILD / "emulation" / "guests"



@needs_firmware
@pytest.mark.parametrize("runner", ["unicorn", pytest.param("qemu", marks=needs_qemu)])
def test_run_the_demonstration(runner: str) -> None:
    process = atome("run", DEMO, "--core", "m3", "--runner", runner)
    assert process.returncode == 0, process.stderr
    assert process.stdout.strip()
    assert "exit code 0" in process.stderr and "instructions" in process.stderr


@needs_firmware
@needs_qemu
def test_run_prints_the_same_in_both_emulators() -> None:
    one, other = (atome("run", DEMO, "--core", "m3", "--args", "atome 2 0102", "--runner", runner)
                  for runner in ("unicorn", "qemu"))
    assert one.stdout == other.stdout != ""
    assert one.stdout.endswith("end 0\n")
    counted = re.compile(r"exit code 0, [\d ]+ instructions, [\d ]+ modelled cycles")
    found = [counted.search(process.stderr) for process in (one, other)]
    assert all(found), one.stderr + other.stderr
    assert len({match[0].split(",")[1] for match in found if match}) == 1, "instructions agree"


@needs_firmware
@needs_qemu
@pytest.mark.parametrize("core", CORES)
def test_both_emulators_model_the_same_cycles(core: str) -> None:
    """Compares the run of a whole model by blocks alone, because QEMU sees only these."""
    elf = FIRMWARE / core / "tiny_odd-f32.elf"
    ends = [atome("run", elf, "--core", core, "--args", "atome 8 010203", "--cycles", "blocks",
                  "--runner", runner).stderr.splitlines()[-1] for runner in ("unicorn", "qemu")]
    counts = r"exit code 0, [\d ]+ instructions, " + (r"[\d ]+ modelled" if core != "m33" else "no") + " cycles"
    unicorn, qemu = (re.search(counts, end) for end in ends)
    assert unicorn and qemu and unicorn[0] == qemu[0]
    assert ("by blocks alone" in ends[1]) == (core not in ("m0", "m0plus", "m33"))


@needs_firmware
def test_a_core_without_cycles_says_so(tmp_path: pathlib.Path) -> None:
    elf = FIRMWARE / "m33" / "tiny_odd-f32.elf"
    words = ("run", elf, "--core", "m33", "--args", "atome 2 0102")
    stacks = tmp_path / "stacks.txt"
    process = atome(*words, "--profile", "--folded", stacks)
    assert process.returncode == 0, process.stderr
    assert "own instructions" in process.stderr and "no cycles (no complete instruction timing" in process.stderr
    counted = re.search(r"exit code 0, ([\d ]+) instructions", process.stderr)
    assert counted
    total = sum(int(line.rpartition(" ")[2]) for line in stacks.read_text().splitlines())
    assert total == int(counted[1].replace(" ", "")), "a profile's costs are the run's instructions"
    found = json.loads(atome(*words, "--format", "json").stdout)
    assert "cycles" not in found and "timing" in found["cycles_unavailable"]
    assert len(found["marks"]) == 6 and all(set(mark) == {"instructions"} for mark in found["marks"])
    for option in (["--annotate"], ["--annotation", tmp_path / "all.csv"], ["--mark", "main,main"]):
        message = refused(*words, *option)
        assert "those of Cortex-M33 are not modelled" in message and "--profile counts its instructions" in message
    demo = atome("run", elf, "--core", "m33")
    assert demo.stdout.startswith("cycles unavailable: there is no counter\n"), "as DWT_CTRL.NOCYCCNT says"
    assert "count instructions instead" in demo.stderr


@needs_firmware
@pytest.mark.parametrize("request_line", ["atome", "atome 0 01", "atome 1 zz", "atome 1 25", "atome 1 01 nonsense",
                                          "atome x 01"])
def test_run_with_a_bad_request(request_line: str) -> None:
    process = atome("run", DEMO, "--core", "m3", "--args", request_line)
    assert process.returncode == 1
    assert "error" in process.stdout
    assert "exit code 1" in process.stderr


def test_run_what_is_no_firmware(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "text.elf"
    for data in (b"", b"hello", b"\x7fELF", b"\x7fELF" + bytes(200)):
        path.write_bytes(data)
        assert str(path) in refused("run", path, "--core", "m3")
    assert str(BUILD / "atome") in refused("run", BUILD / "atome", "--core", "m3")  # of the host
    assert str(tmp_path / "nothing") in refused("run", tmp_path / "nothing", "--core", "m3")
    assert "is a folder" in refused("run", tmp_path, "--core", "m3")


@needs_firmware
def test_run_a_cut_firmware_never_succeeds(tmp_path: pathlib.Path) -> None:
    whole = DEMO.read_bytes()
    path = tmp_path / "cut.elf"
    for length in range(0, 4000, 157):
        path.write_bytes(whole[:length])
        process = atome("run", path, "--core", "m3", "--time-limit", "5", "--instruction-limit", "10000000")
        assert process.returncode in (1, 2, 4), length
        assert process.stderr


@needs_firmware
def test_run_to_a_limit() -> None:
    process = atome("run", DEMO, "--core", "m3", "--instruction-limit", "1000")
    assert process.returncode == 4
    assert "1000" in process.stderr


# --- Counts, boards and profiles


@needs_firmware
def test_run_twice_gives_the_same() -> None:
    one, other = (atome("run", DEMO, "--core", "m3") for _ in range(2))
    assert (one.stdout, one.stderr) == (other.stdout, other.stderr)
    assert "modelled cycles" in one.stderr and "bytes of stack" in one.stderr


@needs_firmware
def test_run_on_a_board() -> None:
    program = GUESTS / "newlib_bluepill.elf"
    process = atome("run", program, "--board", "bluepill")
    assert process.returncode == 0, process.stderr
    match = re.search(r"loop cycles: (\d+)", process.stdout)
    assert match and int(match[1]) > 10000
    assert "in all" in refused("run", program, "--board", "microbit")
    assert "unknown board" in refused("run", program, "--board", "toaster")
    assert "name one board" in refused("run", program, "--board", "all")
    assert "does not have core m0" in refused("run", program, "--board", "bluepill", "--core", "m0")
    refusal = refused("run", program, "--board", "bluepill", "--runner", "qemu")
    assert "use --runner unicorn" in refusal and "--core" not in refusal, "the image is not linked at 0"
    at_0 = refused("run", GUESTS / "hello.elf", "--board", "nucleo-f091rc", "--runner", "qemu")
    assert "--core m0 without the board" in at_0
    assert atome("run", GUESTS / "hello.elf", "--core", "m0", "--runner", "qemu").stdout == "hello, !"
    assert "has its code memory at 0" in refused("run", program, "--core", "m3", "--runner", "qemu")
    bare = atome("run", program, "--core", "m3")
    assert bare.returncode == 0 and "loop cycles" in bare.stdout, "an image at 0x08000000 on a bare core"


@needs_firmware
def test_files_of_one_folder(tmp_path: pathlib.Path) -> None:
    program = GUESTS / "granted_files.elf"
    (tmp_path / "in.txt").write_text("hello")
    for runner in ("unicorn", "qemu"):
        process = atome("run", program, "--core", "m3", "--files", tmp_path, "--runner", runner)
        assert process.returncode == 0 and "\nhelloclose" in process.stdout, process.stderr
        assert "/etc/passwd ffffffff" in process.stdout and "log.txt ffffffff" in process.stdout
    assert not (tmp_path / "log.txt").exists()
    for _ in range(2):
        assert atome("run", program, "--core", "m3", "--files", f"{tmp_path}:rw").returncode == 0
    assert (tmp_path / "log.txt").read_text() == "line\nline\n"
    refusal = refused("run", program, "--core", "m3", "--files", f"{tmp_path}:rw", "--runner", "qemu")
    assert "--runner unicorn" in refusal and "without :rw" in refusal
    assert "nothing cannot be opened" in refused("run", program, "--core", "m3", "--files", tmp_path / "nothing")


@needs_firmware
def test_the_console_s_input(tmp_path: pathlib.Path) -> None:
    program = GUESTS / "echo.elf"
    path = tmp_path / "keys"
    path.write_text("Amen")
    process = atome("run", program, "--core", "m0", "--stdin", path)
    assert process.returncode == 0 and process.stdout == "00000041 :tt 00000001 \nread 0000003c \nmenffffffff "
    piped = subprocess.run([BUILD / "atome", "run", program, "--core", "m0", "--stdin", "-"], input="Amen",
                           capture_output=True, text=True, check=False)
    assert (piped.returncode, piped.stdout) == (0, process.stdout)
    without = atome("run", program, "--core", "m0")
    assert without.returncode == 4 and "--stdin FILE" in without.stderr
    assert atome("run", program, "--core", "m0", "--stdin", path, "--console", "rtt").stdout == ""
    assert "--board" in refused("run", program, "--core", "m0", "--console", "uart")
    assert "has no ITM" in refused("run", program, "--core", "m0", "--console", "itm")
    assert "--runner unicorn" in refused("run", program, "--core", "m0", "--stdin", path, "--runner", "qemu")
    assert "--runner unicorn" in refused("run", program, "--core", "m0", "--console", "rtt", "--runner", "qemu")
    assert str(tmp_path / "none") in refused("run", program, "--core", "m0", "--stdin", tmp_path / "none")


@needs_firmware
def test_consoles_are_chosen(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "keys"
    path.write_text("typed; ")
    program = GUESTS / "rtt.elf"
    assert atome("run", program, "--core", "m0", "--stdin", path).stdout == "more than fits, semihosting, typed; end\n"
    assert atome("run", program, "--core", "m0", "--console", "rtt").stdout == "more than fits, end\n"
    itm = GUESTS / "itm_m3.elf"
    assert atome("run", itm, "--core", "m3").stdout == "by semihosting, itm\n"
    assert atome("run", itm, "--core", "m3", "--console", "itm").stdout == "found on\n"
    assert atome("run", itm, "--core", "m3", "--console", "semihosting,rtt").stdout == "semihosting, "
    assert "rtt" in refused("run", itm, "--core", "m3", "--console", "serial")
    uart = GUESTS / "uart_stm32_dr.elf"
    assert atome("run", uart, "--board", "bluepill", "--stdin", path).stdout == "[in: typed; ]"


@needs_firmware
def test_boards_of_a_file(tmp_path: pathlib.Path) -> None:
    program = GUESTS / "newlib_bluepill.elf"
    known = json.loads((ROOT / "emulation" / "boards" / "boards.json").read_text())["boards"]
    entry = next(board for board in known if board["name"] == "bluepill")
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"boards": [{**entry, "name": "mine"}]}))
    runs = [atome("run", program, "--board", board, "--boards", path) for board in ("mine", "bluepill")]
    assert runs[0].returncode == 0 and runs[0].stderr == runs[1].stderr, "a copy has the same cycles"
    path.write_text(json.dumps({"boards": [entry]}))
    assert "there is a board of this name; choose another" in refused("run", program, "--board", "mine", "--boards", path)
    path.write_text(json.dumps({"boards": [{**entry, "name": "mine", "clock": 1}]}))
    message = refused("run", program, "--board", "mine", "--boards", path)
    assert f'{path}: board "mine": key "clock"' in message and 'did you mean' in message
    assert "none.json" in refused("run", program, "--board", "mine", "--boards", tmp_path / "none.json")


@needs_firmware
def test_memories_are_added_and_changed() -> None:
    program = GUESTS / "memory_more.elf"
    assert atome("run", program, "--core", "m3").returncode == 4
    assert atome("run", program, "--core", "m3", "--memory", "more=0x30000000:1K").returncode == 0
    for memory, what in {"more": "is no memory; give NAME=", "more=0x30000000:1500": "a multiple of 1024",
                         "more=0x20000000:1K": "overlap; move or shorten one", "more=0:1K:x": "other rights"}.items():
        assert what in refused("run", program, "--core", "m3", "--memory", memory)
    message = refused("run", program, "--core", "m3", "--memory", "more=0x30000000:1K", "--runner", "qemu")
    assert "need --runner unicorn" in message
    # The remedy of a message, as written.
    small = ["--memory", "flash=0x08000000:1K", "--memory", "RAM=0x20000000:2K"]
    message = refused("run", GUESTS / "newlib_bluepill.elf", "--core", "m3", *small)
    remedy = re.findall(r"--memory \S+", message)
    assert remedy, message
    process = atome("run", GUESTS / "newlib_bluepill.elf", "--core", "m3", *small,
                    *(word for option in remedy for word in option.split()))
    assert process.returncode == 0, message + process.stderr


@needs_firmware
def test_an_image_behind_a_boot_loader() -> None:
    program = GUESTS / "exceptions_behind.elf"
    message = refused("run", program, "--board", "bluepill")
    assert "there is one at 0x08002000: give --vectors 0x08002000" in message
    process = atome("run", program, "--board", "bluepill", "--vectors", "0x08002000")
    plain = atome("run", GUESTS / "exceptions_m3.elf", "--board", "bluepill")
    assert (process.returncode, process.stdout) == (plain.returncode, plain.stdout)
    for bad in ("here", "0x08002001", "0x108002000"):
        assert "give a multiple of 128" in refused("run", program, "--board", "bluepill", "--vectors", bad)


@needs_firmware
@needs_qemu
def test_firmware_that_is_no_elf(tmp_path: pathlib.Path) -> None:
    """objcopy makes the files; QEMU runs them too."""
    elf = GUESTS / "hello.elf"
    for form, name in (("binary", "hello.bin"), ("ihex", "hello.hex")):
        made = subprocess.run(["arm-none-eabi-objcopy", "-O", form, elf, tmp_path / name], check=False)
        assert made.returncode == 0
        for runner in ("unicorn", "qemu"):
            process = atome("run", tmp_path / name, "--core", "m0", "--runner", runner)
            assert (process.returncode, process.stdout) == (1, "hello, !"), process.stderr
            assert "exit code 7" in process.stderr
    raw = (tmp_path / "hello.bin").read_bytes()
    (tmp_path / "hello.img").write_bytes(raw)
    assert "need a name in .bin, or --load ADDRESS" in refused("run", tmp_path / "hello.img", "--core", "m0")
    assert atome("run", tmp_path / "hello.img", "--core", "m0", "--load", "0").stdout == "hello, !"
    lines = (tmp_path / "hello.hex").read_text().splitlines()
    (tmp_path / "cut.hex").write_text("\n".join(lines[:-1]))
    assert f"{tmp_path / 'cut.hex'}: the file is cut" in refused("run", tmp_path / "cut.hex", "--core", "m0")
    assert "--load is for raw bytes" in refused("run", elf, "--core", "m0", "--load", "0")
    assert 'is no address' in refused("run", tmp_path / "hello.bin", "--core", "m0", "--load", "x")


@needs_firmware
def test_registers_that_no_model_has() -> None:
    program = GUESTS / "uart.elf"
    process = atome("run", program, "--board", "mps2-an385")
    assert (process.returncode, process.stdout) == (0, "by uart")
    assert re.search(r"not modelled read 0:\n  0x40010000  reads: 1, writes: 0; first in reset\+0x\w+ \(uart.S:\d+\)\n",
                     process.stderr)
    found = json.loads(atome("run", program, "--board", "mps2-an385", "--format", "json").stdout)
    assert found["unknown_peripherals"][0]["place"].startswith("reset+")
    process = atome("run", "--strict", program, "--board", "mps2-an385")
    assert (process.returncode, process.stdout) == (4, "by uart")
    assert "address 0x40010000" in process.stderr and "read 0" not in process.stderr
    assert "needs --runner unicorn and a --board" in refused("run", program, "--core", "m3", "--strict")


@needs_firmware
def test_an_mpu_that_is_switched_on_is_told_once() -> None:
    process = atome("run", GUESTS / "mpu_m3.elf", "--core", "m3")
    assert process.returncode == 0
    assert process.stderr.count("not modelled: the program switched the MPU on") == 1


@needs_firmware
def test_the_firmware_s_exit_code() -> None:
    program = GUESTS / "exit_wide.elf"
    process = atome("run", program, "--core", "m0")
    assert process.returncode == 1 and "exit code 263" in process.stderr
    process = subprocess.run([BUILD / "atome", "run", program, "--exit-code", "firmware", "--core", "m0"],
                             capture_output=True, text=True, check=False)
    assert process.returncode == 7


@needs_firmware
def test_the_result_as_json() -> None:
    process = atome("run", "--format", "json", GUESTS / "exit_wide.elf", "--core", "m0")
    found = json.loads(process.stdout)
    assert process.returncode == 1
    assert found["outcome"] == "exited" and found["exit_code"] == 263
    assert found["instructions"] > 0 and found["cycles"] >= found["instructions"] and found["stack_bytes"] == 0
    fault = json.loads(atome("run", GUESTS / "undefined.elf", "--core", "m0", "--format", "json").stdout)
    assert fault["outcome"] == "fault" and fault["fault"]["kind"] == "undefined instruction"
    assert fault["fault"]["pc"].startswith("0x") and "exit_code" not in fault
    hello = json.loads(atome("run", GUESTS / "hello.elf", "--core", "m0", "--format", "json").stdout)
    assert hello["output"] == "hello, !"


@needs_firmware
def test_cycles_between_two_functions() -> None:
    process = atome("run", DEMO, "--core", "m3", "--mark", "Reset,main", "--format", "json")
    found = json.loads(process.stdout)
    between = found["between"]
    assert between["times"] >= 1 and between["from"] == "Reset"
    assert 0 < between["least_cycles"] <= between["mean_cycles"] <= between["most_cycles"] <= found["cycles"]
    assert re.search(r"Reset to main: \d+ times", atome("run", DEMO, "--core", "m3", "--mark", "Reset,main").stderr)
    assert "no function nothing" in refused("run", DEMO, "--core", "m3", "--mark", "nothing,main")
    assert "two names" in refused("run", DEMO, "--core", "m3", "--mark", "main")
    assert "--runner unicorn" in refused("run", DEMO, "--core", "m3", "--mark", "main,main", "--runner", "qemu")


@needs_firmware
@needs_qemu
def test_a_board_that_qemu_has() -> None:
    runs = [atome("run", DEMO, "--board", "mps2-an385", "--args", "atome 2 0102", "--runner", runner)
            for runner in ("unicorn", "qemu")]
    assert [run.returncode for run in runs] == [0, 0] and runs[0].stdout == runs[1].stdout


@needs_firmware
@needs_qemu
def test_qemu_shows_uarts_and_tells_of_exceptions() -> None:
    for board, guest in (("mps2-an385", "uart_cmsdk"), ("microbit", "uart_nrf51")):
        process = atome("run", GUESTS / f"{guest}.elf", "--board", board, "--runner", "qemu")
        assert (process.returncode, process.stdout) == (0, "[in: ]")
        assert "unreliable" not in process.stderr
    ticks = GUESTS / "ticks_m3.elf"
    assert "unreliable" in atome("run", ticks, "--core", "m3", "--runner", "qemu").stderr
    assert json.loads(atome("run", ticks, "--core", "m3", "--runner", "qemu", "--format", "json").stdout)["exceptions_untimed"]


@needs_firmware
def test_run_with_a_profile(tmp_path: pathlib.Path) -> None:
    folded = tmp_path / "folded.txt"
    process = atome("run", DEMO, "--core", "m3", "--profile", "--folded", folded)
    assert process.returncode == 0, process.stderr
    total = re.search(r"([\d ]+) modelled cycles", process.stderr)
    assert total
    stacks = dict(line.rsplit(" ", 1) for line in folded.read_text().splitlines())
    assert sum(map(int, stacks.values())) == int(total[1].replace(" ", "")), "every cycle has its place"
    assert any(chain.startswith("Reset;main;") for chain in stacks)
    flat = [line for line in process.stderr.splitlines() if line.endswith(" main")]
    assert flat and float(flat[0].split("%")[1].split()[-1]) > 99, "it does all the work"
    assert "cannot write" in refused("run", DEMO, "--core", "m3", "--folded", tmp_path)


@needs_firmware
def test_a_profile_needs_unicorn() -> None:
    assert "--runner unicorn" in refused("run", DEMO, "--core", "m3", "--profile", "--runner", "qemu")


@needs_firmware
def test_functions_without_a_size_have_their_own_cycles(tmp_path: pathlib.Path) -> None:
    """Assembly by hand: no function of it is charged to its neighbour, and no label is one."""
    folded = tmp_path / "folded.txt"
    process = atome("run", GUESTS / "unsized.elf", "--core", "m3", "--folded", folded, "--annotate")
    assert process.returncode == 0, process.stderr
    stacks = dict(line.rsplit(" ", 1) for line in folded.read_text().splitlines())
    assert set(stacks) == {"reset", *(f"reset;{name}" for name in ("typed", "known", "called", "sized"))}
    for name, times in (("typed", 2), ("known", 8), ("called", 3), ("sized", 4)):
        process = atome("run", GUESTS / "unsized.elf", "--core", "m3", "--annotate", "--functions", name)
        rows = re.findall(r"^[0-9a-f]{8} +([\d ]+?)  ", process.stderr, re.MULTILINE)
        assert sum(int(row.replace(" ", "")) for row in rows) == 100 * times, process.stderr
        total = re.search(rf"{name}: ([\d ]+) cycles", process.stderr)
        assert total and int(total[1].replace(" ", "")) == int(stacks[f"reset;{name}"])


@needs_firmware
def test_an_annotation_shows_the_source(tmp_path: pathlib.Path) -> None:
    table = tmp_path / "cycles.csv"
    process = atome("run", GUESTS / "work_m3.elf", "--core", "m3", "--annotate", "--functions", "Round",
                    "--annotation", table)
    assert process.returncode == 0, process.stderr
    source = (ROOT / "emulation/testing/guests/work.c").read_text().splitlines()
    shown = re.findall(r"^work\.c:(\d+)  ([\d ]+?)(?: of ([\d ]+))? cycles  (.*)$", process.stderr, re.MULTILINE)
    assert shown
    with table.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["function"] == "Round"]
    for line, cycles, whole, text in shown:
        assert source[int(line) - 1].strip().startswith(text.removesuffix("...")), line
        of_line = sum(int(row["cycles"]) for row in rows if row["file"].endswith("work.c") and row["line"] == line)
        assert int((whole or cycles).replace(" ", "")) == of_line
    assert sum(int(cycles.replace(" ", "")) for _, cycles, _, _ in shown) == sum(int(row["cycles"]) for row in rows)
    assert max(len(line) for line in process.stderr.splitlines() if line.startswith("work.c")) <= 80


@needs_firmware
def test_an_annotation_without_source(tmp_path: pathlib.Path) -> None:
    stripped = tmp_path / "stripped.elf"
    subprocess.run(["arm-none-eabi-objcopy", "-g", GUESTS / "work_m3.elf", stripped], check=True)
    process = atome("run", stripped, "--core", "m3", "--annotate")
    assert process.returncode == 0 and "work.c" not in process.stderr and "Round: " in process.stderr
    # The folder of the source, in the ELF, becomes one that is not there.
    moved = tmp_path / "moved.elf"
    folder = str(ROOT / "emulation/testing/guests").encode()
    moved.write_bytes((GUESTS / "work_m3.elf").read_bytes().replace(folder, b"/" + b"x" * (len(folder) - 1)))
    process = atome("run", moved, "--core", "m3", "--annotate")
    assert re.search(r"^work\.c:\d+  [\d ]+(of [\d ]+)?cycles$", process.stderr, re.MULTILINE), process.stderr
    missing = re.findall(r"there is no file (/xxx\S+)", process.stderr)
    assert missing and len(set(missing)) == len(missing), "each once, however many of its lines are shown"


# --- Reports


@needs_firmware
def test_a_run_writes_a_report(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "run.json"
    process = atome("run", DEMO, "--core", "m3", "--mark", "Reset,main", "--report", path)
    assert process.returncode == 0 and "outcome" not in process.stdout
    cell, = json.loads(path.read_text())["cells"]
    assert (cell["kind"], cell["runner"], cell["core"], cell["outcome"]) == ("run", "unicorn", "m3", "pass")
    result = json.loads(atome("run", DEMO, "--core", "m3", "--mark", "Reset,main", "--format", "json").stdout)
    figures = cell["figures"]
    assert figures["exit_code"] == 0 and figures["instructions_total"] == result["instructions"]
    assert figures["cycles_total"] == result["cycles"] and figures["stack_bytes"] == result["stack_bytes"]
    assert "process_stack_bytes" not in figures and "PSP" in cell["unavailable"]["process_stack_bytes"]
    between = cell["parts"]["mark"]["Reset to main"]
    assert between == {"times": 1, **{f"cycles_{name}": result["between"][f"{name}_cycles"] for name in ("mean", "least", "most")}}
    again = f"{cell['command']} --report {tmp_path / 'again.json'}"
    subprocess.run(again, shell=True, cwd=ROOT, check=True, capture_output=True)
    assert json.loads((tmp_path / "again.json").read_text())["cells"] == [cell]


@needs_firmware
def test_a_run_that_fails_writes_a_report_too(tmp_path: pathlib.Path) -> None:
    reports = []
    for name, core, outcome, code, words in (
            ("exit_wide", "m0", "mismatch", 1, []), ("undefined", "m0", "crashed", 4, []), ("marks", "m0", "pass", 0, []),
            ("spin", "m0", "crashed", 4, ["--instruction-limit", "1000"])):
        path = tmp_path / f"{name}.json"
        assert atome("run", GUESTS / f"{name}.elf", "--core", core, "--report", path, *words).returncode == code
        cell, = json.loads(path.read_text())["cells"]
        assert cell["outcome"] == outcome and (outcome == "pass") == ("message" not in cell)
        assert ("exit_code" in cell["figures"]) == (name in ("exit_wide", "marks"))
        assert cell["figures"]["instructions_total"] > 0 and "0" not in cell.get("unavailable", {}).values()
        reports.append(path)
    assert json.loads(reports[0].read_text())["cells"][0]["figures"]["exit_code"] == 263
    marks = json.loads(reports[2].read_text())["cells"][0]["parts"]["mark"]
    assert [mark["instructions_before"] for mark in marks.values()] == [3, 9, 15]
    merged = tmp_path / "all.json"
    assert atome("merge", merged, *reports).returncode == 0
    assert len(json.loads(merged.read_text())["cells"]) == 4
    shown = atome("show", merged).stdout
    assert "exit_wide.elf" in shown and "263" in shown and "arrival 003" in shown
    assert atome("diff", reports[2], reports[2]).returncode == 0
    assert "crashed" in atome("diff", merged, merged).stdout, "a failed run is no baseline"
    slower = json.loads(reports[2].read_text())
    slower["cells"][0]["figures"]["cycles_total"] += 5
    (tmp_path / "slower.json").write_text(json.dumps(slower))
    slow = atome("diff", reports[2], tmp_path / "slower.json")
    assert slow.returncode == 3 and "^ cycles  marks.elf Cortex-M0" in slow.stdout
    assert "cannot write" in refused("run", GUESTS / "marks.elf", "--core", "m0", "--report", tmp_path / "no/where.json")


@needs_firmware
@needs_qemu
def test_a_report_of_qemu_says_what_it_lacks(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "run.json"
    assert atome("run", GUESTS / "marks.elf", "--core", "m0", "--runner", "qemu", "--report", path).returncode == 0
    cell, = json.loads(path.read_text())["cells"]
    assert cell["runner"] == "qemu" and "stack_bytes" not in cell["figures"] and "stack" in cell["unavailable"]["stack_bytes"]


# --- Explanations


@needs_firmware
@pytest.mark.parametrize(("guest", "core", "parts"), [
    ("crash_flash_m3", "m3", ["write to read-only memory", "crash_flash.c:7", "Outer+0x6 (crash.h:17)",
                              "=> 0x00000048  str.w", "BusFault"]),
    ("crash_jump_m0", "m0", ["jump to data in RAM", "=> 0x0000004a  blx r3", "crash_jump.c:8"]),
    ("crash_undefined_m3", "m3", ["undefined instruction", "udf #42", "UsageFault", "inlined in"]),
    ("crash_recursion_m3", "m3", ["Stack overflow", "more times"]),
    ("crash_return_m3", "m3", ["the stack is damaged", "0x30000001"]),
    ("fpu_off", "m4f", ["CPACR", "UFSR.NOCP"]),
    ("misaligned_ldrd", "m3", ["unaligned access", "ldrd", "UFSR.UNALIGNED"]),
    ("division", "m3", ["division by zero", "sdiv", "UFSR.DIVBYZERO"]),
])
def test_run_explains_a_fault(guest: str, core: str, parts: list[str]) -> None:
    process = atome("run", GUESTS / f"{guest}.elf", "--core", core)
    assert process.returncode == 4
    for part in [*parts, "Registers", "Last instructions", "Call trace", "modelled cycles"]:
        assert part in process.stderr, part
    assert max(map(len, process.stderr.splitlines()[1:])) <= 100


@needs_firmware
def test_faults_that_the_firmware_handles() -> None:
    process = atome("run", GUESTS / "fault_handlers_m3.elf", "--core", "m3")
    assert process.returncode == 0 and process.stdout.endswith("end\n")
    assert process.stderr.count("taken by the firmware's handler: ") == 4
    assert "taken by the firmware's handler: read of unmapped memory at provoke" in process.stderr
    assert "atome: and 12 more faults\n" in process.stderr
    told = json.loads(atome("run", GUESTS / "fault_handlers_m3.elf", "--core", "m3", "--format", "json").stdout)
    assert told["handled_faults"]["count"] == len(told["handled_faults"]["first"]) == 16
    assert told["handled_faults"]["first"][1]["kind"] == "undefined instruction" and "fault" not in told
    for runner in ("unicorn", "qemu"):
        exits = atome("run", GUESTS / "fault_handler.elf", "--core", "m3", "--runner", runner)
        assert (exits.returncode, exits.stdout) == (0, "before handled")
        stops = atome("run", GUESTS / "fault_handler.elf", "--core", "m3", "--faults", "stop", "--runner", runner)
        assert (stops.returncode, stops.stdout) == (4, "before ")
        assert "read of unmapped memory at " in stops.stderr and "faulting+0x0" in stops.stderr
    exits = atome("run", GUESTS / "fault_handler.elf", "--core", "m3")
    assert "handler of this fault ended the run" in exits.stderr and "=> " in exits.stderr
    ends = atome("run", GUESTS / "fault_loop.elf", "--core", "m3")
    assert (ends.returncode, ends.stdout) == (4, "before handler ")
    assert "the HardFault handler ran, and then: endless loop at hard_fault" in " ".join(ends.stderr.split())


@needs_firmware
def test_run_explains_a_runaway_loop() -> None:
    process = atome("run", GUESTS / "runaway_m3.elf", "--core", "m3", "--instruction-limit", "1000000")
    assert process.returncode == 4
    assert "one loop of 4 blocks, 10 instructions a round" in process.stderr
    assert "reset (runaway.c:12-14)" in process.stderr
