"""Nightlies that meet, are killed, or live with a clock that goes back; histories; and what PATH may be."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

from ci.stressing.place import Place, Wrong, expect

ONLY = "size/elf/m0/*"
SOON_S = 120


def _argv(place: Place, *more: str) -> list[str]:
    return [str(place.root / "ci/nightly"), "--only", ONLY, "--out", str(place.folder / "night"), "--no-after", "--jobs", "1", *more]


def _start(place: Place) -> subprocess.Popen[bytes]:
    """A night that has begun to measure."""
    process = subprocess.Popen(_argv(place), env=place.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    results, until = place.folder / "night/results", time.monotonic() + SOON_S
    while time.monotonic() < until and process.poll() is None:
        if results.is_dir() and any(not path.name.startswith(".") for path in results.iterdir()):
            return process
        time.sleep(0.01)
    process.kill()
    process.wait()
    raise Wrong("the night ended, or began nothing")


def _two(place: Place) -> None:
    first = _start(place)
    try:
        expect(place.run(*_argv(place)), 2, "another run has it")
        os.kill(first.pid, signal.SIGSTOP)  # a laptop that sleeps still has it
        expect(place.run(*_argv(place)), 2, "another run has it")
    finally:
        os.kill(first.pid, signal.SIGCONT)
    if first.wait(SOON_S * 5) != 0:
        raise Wrong(f"the first night ended with {first.returncode}")


def _dead(place: Place) -> None:
    first = _start(place)
    first.kill()
    first.wait()
    expect(place.run(*_argv(place)), 0)
    report = json.loads((place.folder / "night/report.json").read_text())
    if any(cell["outcome"] != "pass" for cell in report["cells"]):
        raise Wrong("a cell does not pass after the kill")
    if (place.folder / "night/scratch").exists():
        raise Wrong("the killed night's scratch is left")


def _clock(place: Place) -> None:
    """Results from a clock that was ahead, by a day, are known again."""
    expect(place.run(*_argv(place)), 0)
    for path in (place.folder / "night").rglob("*"):
        os.utime(path, (time.time() + 86400, time.time() + 86400))
    done = place.run(*_argv(place))
    expect(done, 0)
    words = done.err.split()
    if words[words.index("processes,") - 1] != words[words.index("processes,") + 1]:
        raise Wrong(f"it measured again: {done.err.strip()}")


def _history_clock(place: Place) -> None:
    """A report with an earlier date than the one before it is added behind it, and is no move."""
    report = json.loads(place.report().read_text())
    database = place.folder / "history.sqlite"
    for number, date in enumerate(("2030-05-02T00:00:00Z", "2030-05-01T00:00:00Z")):
        report["environment"]["date"], report["environment"]["commit"] = date, f"{number}" * 40
        path = place.folder / f"{number}.json"
        path.write_text(json.dumps(report))
        expect(place.run(place.atome, "history", "add", str(path), "--db", str(database)), 0)
    done = place.run(place.atome, "history", "flash_bytes", "--db", str(database), "--format", "json", "--order", "added")
    expect(done, 0)
    text = done.out.decode()
    if not 0 <= text.find("2030-05-02") < text.find("2030-05-01"):
        raise Wrong("the runs are not in the order in which they were added")


def _history_damaged(place: Place) -> None:
    """Cut off anywhere, or with another's page in it: a message with the file's name, or what is right of it."""
    database = place.folder / "history.sqlite"
    expect(place.run(place.atome, "history", "add", str(place.report()), "--db", str(database)), 0)
    whole = database.read_bytes()
    right = place.run(place.atome, "history", "metrics", "--db", str(database)).out
    for part in range(1, 16):
        for damaged in (whole[:len(whole) * part // 16], whole[:part * 4096] + b"\xa5" * 4096 + whole[(part + 1) * 4096:]):
            database.write_bytes(damaged)
            done = place.run(place.atome, "history", "metrics", "--db", str(database))
            if done.code != 0 or done.out != right:
                expect(done, 2, str(database))


def _path(place: Place) -> None:
    """Two folders on PATH, and in the first another python3, git and make, which only fail."""
    folder = place.folder / "first"
    folder.mkdir()
    for name in ("python3", "python", "git", "make"):
        other = folder / name
        other.write_text("#!/bin/sh\necho not this one >&2\nexit 77\n")
        other.chmod(0o755)
    path = f"{folder}:/usr/bin"
    expect(place.run(place.atome, "size", place.model, "--core", "m0", PATH=path), 0)
    expect(place.run(place.atome, "verify", place.model, "--core", "m3", PATH=path), 0)
    expect(place.run(place.atome, "report", str(place.report()), "--html", str(place.folder / "page.html"), PATH=path), 0)
    expect(place.run(str(place.root / "ci/nightly"), "--list", PATH=path), 0)


def cases() -> Iterator[tuple[str, str, Callable[[Place], None], bool]]:
    yield "nights/two in one folder", "the second says so, exit code 2", _two, False
    yield "nights/killed", "the next has the folder and ends it", _dead, False
    yield "nights/clock went back", "results are known again", _clock, False
    yield "history/clock went back", "added behind, in order", _history_clock, False
    yield "history/damaged", "its name, exit code 2", _history_damaged, False
    yield "path/two folders", "another python3 is not taken", _path, False
