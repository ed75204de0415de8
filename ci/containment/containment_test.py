"""The suite of hostile guests: its data, that it sees each breach, and a few guests in earnest."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import stat

import pytest

from ci.containment import build, cells, guest_file, main, shapes
from ci.containment.guest_file import Guest
from ci.containment.run import Came, Job, run

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUESTS = pathlib.Path(main.GUESTS)
COMMAND = pathlib.Path(os.environ.get("ATOME_COMMAND", ROOT / "build" / "atome"))


def came_of(tmp_path: pathlib.Path, script: str, ends: tuple[str, ...] = ("fault",), patience_s: float = 60, **fields: object) -> Came:
    """Of a command that does what the script says. It is in the run's folder, beside `granted` and `canary`."""
    command = tmp_path / "atome"
    command.write_text(f"#!/usr/bin/python3 -S\nimport os, sys, time\n{script}\n", encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    guest = Guest("guest", "none.c", ends, **fields)  # type: ignore[arg-type]
    return run(Job(guest, "m3", "unicorn", tmp_path / "guest.elf"), command, 64, 1, 0.5, patience_s)


FAULTS = "print('atome: fault: a cause', file=sys.stderr); sys.exit(4)"


@pytest.mark.parametrize(("script", "says"), [
    (FAULTS, ""),
    ("print('atome: exit code 0, 5 instructions', file=sys.stderr)", 'ended as "exit 0"'),
    ("sys.exit(4)", "without a message"),
    ("print('atome: fault: \\x1b[31mred', file=sys.stderr); sys.exit(4)", "control character"),
    ("print('atome: fault: \\u009b31m', file=sys.stderr); sys.exit(4)", "control character"),
    ("keep = bytearray(100 << 20)\nfor k in range(0, len(keep), 4096): keep[k] = 1\n" + FAULTS, "of memory"),
    ("sys.stdout.write('x' * (3 << 20))\n" + FAULTS, "printed"),
    ("open('canary', 'w').write('owned')\n" + FAULTS, "canary outside the granted folder was changed"),
    ("open('new', 'w').write('owned')\n" + FAULTS, "new outside the granted folder was changed"),
    ("open('granted/inside', 'w').write('owned')\n" + FAULTS, "which the guest may only read"),
    ("os.remove('granted/fifo')\n" + FAULTS, "which the guest may only read"),
    ("sys.stdout.write(open('canary').read())\n" + FAULTS, "read a file"),
    ("time.sleep(2)\n" + FAULTS, "took"),
])
def test_each_breach_is_seen(tmp_path: pathlib.Path, script: str, says: str) -> None:
    came = came_of(tmp_path, script)
    assert (says in came.breach) if says else not came.breach, came
    assert came.late == ("took " in came.breach and " s, and" in came.breach)


def test_a_run_that_never_ends_is_killed(tmp_path: pathlib.Path) -> None:
    came = came_of(tmp_path, "time.sleep(1000)", patience_s=0.5, time_s=0.01)
    assert came.end == "killed" and came.breach and 5.6 < came.seconds < 20, "ten times 0.511 s, and half a second"


def test_the_message_has_to_say_why(tmp_path: pathlib.Path) -> None:
    assert not came_of(tmp_path, FAULTS, says="a cause|another").breach
    assert "does not have" in came_of(tmp_path, FAULTS, says="stack").breach


def test_ends_are_told_apart(tmp_path: pathlib.Path) -> None:
    late = "print('atome: guest.elf: stopped after\\n  1000 ms in main', file=sys.stderr); sys.exit(4)"
    assert came_of(tmp_path, late, ("time",)).end == "time"
    assert came_of(tmp_path, "print('atome: guest.elf: not an ELF file', file=sys.stderr); sys.exit(2)", ("refused",)).end == "refused"
    assert came_of(tmp_path, "print('atome: exit code 300, 5 instructions', file=sys.stderr); sys.exit(44)", ("exit 44",)).end == "exit 44"


def test_the_guests_are_many_and_right() -> None:
    found = guest_file.load(GUESTS)
    assert len({guest.name for guest in found.guests}) >= 60
    assert set(shapes.SHAPES) == {guest.name for guest in found.guests if not guest.source}
    for guest in found.guests:
        assert not guest.source or (build.SOURCES / guest.source).is_file(), guest.name
        for flag in guest.flags:
            if flag.startswith("-DG_"):
                assert flag[2:] in (build.SOURCES / guest.source).read_text(encoding="utf-8"), f"{guest.source} has no {flag[2:]}"
    assert {core.name for core in build.cores(ROOT)} >= set(found.boards)


@pytest.mark.parametrize(("change", "says"), [
    ({"name": "spin", "ends": ["never"]}, "ends \"never\""),
    ({"name": "spin", "colour": "red"}, "unknown field colour"),
    ({}, "name"),
])
def test_a_wrong_entry_is_named(tmp_path: pathlib.Path, change: dict[str, object], says: str) -> None:
    data = {"limits": {"time_s": 1, "memory_mib": 512, "output_mib": 64}, "boards": {},
            "families": [{"source": "loops.c", "ends": ["time"], "guests": [change]}]}
    path = tmp_path / "guests.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ValueError, match=says) as error:
        guest_file.load(path)
    assert str(path) in str(error.value)


def test_a_row_is_of_the_worst_core() -> None:
    guest = Guest("spin", "loops.c", ("time",))
    jobs = [Job(guest, core, "qemu", pathlib.Path("x")) for core in ("m0", "m3")]
    rows = cells.rows(zip(jobs, (Came("time", 1.0, 5 << 20, 7, ""), Came("fault", 2.0, 3 << 20, 9, "", "a breach")), strict=True))
    assert len(rows) == 1
    assert (rows[0].seconds, rows[0].memory_bytes, rows[0].output_bytes) == (2.0, 5 << 20, 9)
    assert rows[0].breaches == ["m3: a breach"] and "BREACH" in cells.table(rows)
    made = cells.cells(rows, "ci/hostile")
    assert made[0].outcome == "mismatch" and made[0].message == "m3: a breach" and made[0].command == "ci/hostile --only spin"


def test_the_command_refuses_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--only", "no_such_guest"]) == 2
    assert "no guest has such a name" in capsys.readouterr().err
    assert main.main(["--list", "--only", "escape"]) == 0
    assert "escape_read" in capsys.readouterr().out


def test_a_few_guests_are_contained(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("arm-none-eabi-gcc") is None or shutil.which("qemu-system-arm") is None:
        pytest.skip("needs arm-none-eabi-gcc and qemu-system-arm")
    monkeypatch.setenv("ATOME_COMMAND", str(COMMAND))
    code = main.main(["--smoke", "--work", str(tmp_path), "--report", str(tmp_path / "report.json")])
    said = capsys.readouterr()
    assert code == 0, said.err
    assert " 0 breaches" in said.out
    assert len(json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["cells"]) >= 20
