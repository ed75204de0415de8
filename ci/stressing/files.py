"""Files that commands write, where there is no room, no permission, or something left by a killed run."""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import subprocess
from collections.abc import Callable, Iterator

from ci.stressing.place import Place, Skipped, Wrong, expect, needs, only, same

LEFT = ".atome-new-0123456789abcdef"
# A command that writes {out}: C++'s and Python's.
WRITERS: dict[str, tuple[str, ...]] = {
    "corpus": ("{atome}", "corpus", "--bytes", "200000", "--out", "{out}"),
    "report of size": ("{atome}", "size", "{model}", "--core", "m0", "--symbols", "100", "--report", "{out}"),
    "folded": ("{atome}", "run", "{build}/firmware/m3/atome_60k-f32.elf", "--core", "m3", "--folded", "{out}"),
    "page": ("{atome}", "report", "{report}", "--html", "{out}"),
    "table": ("{atome}", "report", "{report}", "--csv", "{out}"),
    "history": ("{atome}", "history", "add", "{report}", "--db", "{out}"),
}
QUICK = ("corpus", "table")


def words(place: Place, name: str, out: pathlib.Path) -> list[str]:
    made = {"atome": place.atome, "model": place.model, "build": str(place.build), "out": str(out),
            "report": str(place.folder / "report.json")}
    if "{report}" in WRITERS[name] and not (place.folder / "report.json").exists():
        place.report()
    return [word.format(**made) for word in WRITERS[name]]


@contextlib.contextmanager
def mounted(place: Place, kind: str, *options: str) -> Iterator[pathlib.Path]:
    """A file system of its own, where mounting is allowed."""
    where = place.folder / "mounted"
    where.mkdir()
    if subprocess.run([needs("mount"), "-t", kind, *options, "none", where], capture_output=True, check=False).returncode != 0:
        raise Skipped("mounting is not allowed here")
    try:
        yield where
    finally:
        subprocess.run([needs("umount"), "-l", where], check=False)


def _left_over(place: Place) -> None:
    folder = place.folder / "out"
    folder.mkdir()
    for name in ("corpus", "table"):
        for left in (LEFT, "file.1.new", f".file.{os.getpid()}"):
            (folder / left).write_bytes(b"half")
        expect(place.run(*words(place, name, folder / "file")), 0)
        if (folder / LEFT).exists():
            raise Wrong(f"{name} did not clear away what a killed writer left")
        for path in folder.iterdir():
            path.unlink()


def _same_number(place: Place) -> None:
    """In a container of its own each run has the same process number as the one that was killed."""
    folder = place.folder / "out"
    folder.mkdir()
    unshare = [needs("unshare"), "--pid", "--fork", "--kill-child"]
    if place.run(*unshare, "true").code != 0:
        raise Skipped("a process may not have a number space of its own here")
    for _ in range(3):
        half = place.shell('ulimit -f 40; "$@"', *unshare, *words(place, "corpus", folder / "file"))
        expect(half, 2, "File too large")
        expect(place.run(*unshare, *words(place, "corpus", folder / "file")), 0)
    only(folder, "file")


def _no_room(name: str) -> Callable[[Place], None]:
    def case(place: Place) -> None:
        command = words(place, name, place.folder / "none")  # makes the report where there is room
        with mounted(place, "tmpfs", "-o", "size=16k") as disk:
            (disk / "file").write_bytes(b"old")
            (disk / "other").write_bytes(bytes(8192))
            done = place.run(*command[:-1], *(word.replace(str(place.folder / "none"), str(disk / "file")) for word in command[-1:]))
            expect(done, 2, str(disk / "file"))
            same(disk / "file", [b"old"])
            only(disk, "file", "other")
    return case


def _limit(name: str) -> Callable[[Place], None]:
    def case(place: Place) -> None:
        folder = place.folder / "out"
        folder.mkdir()
        out = folder / "file"
        command = words(place, name, out)
        if name != "history":
            out.write_bytes(b"old")
        done = place.shell('ulimit -f 2; "$@"', *command)
        expect(done, 2, str(out))
        if name != "history":
            same(out, [b"old"])
            only(folder, "file")
        expect(place.run(*command), 0)
    return case


def _read_only(place: Place) -> None:
    command = {name: words(place, name, place.folder / "mounted/file") for name in WRITERS}
    with mounted(place, "tmpfs", "-o", "size=64k") as disk:
        (disk / "file").write_bytes(b"old")
        if subprocess.run([needs("mount"), "-o", "remount,ro", disk], capture_output=True, check=False).returncode != 0:
            raise Skipped("mounting is not allowed here")
        for name, argv in command.items():
            expect(place.run(*argv), 2, str(disk / "file"))
            if name != "history":
                same(disk / "file", [b"old"])
        only(disk, "file")


def _bound_file(place: Place) -> None:
    """A file that is a mount of its own, as containers have it, cannot be replaced."""
    for name in ("file", "under"):
        (place.folder / name).write_bytes(b"old")
    command = {name: words(place, name, place.folder / "file") for name in ("corpus", "table")}
    if subprocess.run([needs("mount"), "--bind", place.folder / "under", place.folder / "file"], capture_output=True,
                      check=False).returncode != 0:
        raise Skipped("mounting is not allowed here")
    try:
        for argv in command.values():
            expect(place.run(*argv), 2, str(place.folder / "file"), os.strerror(errno.EBUSY))
        same(place.folder / "under", [b"old"])
    finally:
        subprocess.run([needs("umount"), "-l", place.folder / "file"], check=False)


def _rename(how: str, code: int) -> Callable[[Place], None]:
    def case(place: Place) -> None:
        folder, shim = place.folder / "out", place.folder / "shim.so"
        folder.mkdir()
        source = pathlib.Path(__file__).with_name("shim.c")
        expect(place.run(needs("cc"), "-shared", "-fPIC", "-o", str(shim), str(source), "-ldl"), 0)
        for name in ("corpus", "table"):
            (folder / "file").write_bytes(b"old")
            command = words(place, name, folder / "file")
            done = place.run(*command, LD_PRELOAD=str(shim), ATOME_RENAME=f"{how} {code}")
            if how == "once":
                expect(done, 0)
                expect(place.run(*words(place, name, place.folder / "right")), 0)
                same(folder / "file", [(place.folder / "right").read_bytes()])
            else:
                expect(done, 2, str(folder / "file"), os.strerror(code))
                same(folder / "file", [b"old"])
            only(folder, "file")
    return case


def cases() -> Iterator[tuple[str, str, Callable[[Place], None], bool]]:
    yield "files/left over", "nothing is blocked, it is cleared away", _left_over, True
    yield "files/same process number", "nothing is blocked", _same_number, False
    for name in WRITERS:
        if name != "history":
            yield f"files/disk full/{name}", "a message, the old content", _no_room(name), False
        yield f"files/limit of sizes/{name}", "a message, the old content", _limit(name), name in QUICK
    yield "files/read-only", "a message, the old content", _read_only, False
    yield "files/a mount of its own", "a message, the old content", _bound_file, False
    yield "files/rename/stale once", "written again", _rename("once", errno.ESTALE), False
    yield "files/rename/another disk", "a message, the old content", _rename("always", errno.EXDEV), False
    yield "files/rename/stale always", "a message, the old content", _rename("always", errno.ESTALE), False
