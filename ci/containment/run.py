"""One guest in one machine: what it took of the host, and whether that was within what it may."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import selectors
import subprocess
import tempfile
import time

from ci.containment.guest_file import Guest
from ci.containment.place import SECRET, Place

SHARE = 1.1  # of the time limit that a run may take
CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")  # all but line feeds
KEPT = 1 << 16  # bytes of stderr


@dataclasses.dataclass(frozen=True)
class Job:
    guest: Guest
    core: str
    machine: str
    elf: pathlib.Path
    board: str = ""

    @property
    def name(self) -> str:
        return f"{self.guest.name} on {self.board or self.core} in {self.machine}"


@dataclasses.dataclass
class Came:
    """Of one run. `breach` is empty when it was contained and ended as it may."""
    end: str
    seconds: float
    memory_bytes: int
    output_bytes: int
    message: str
    breach: str = ""
    late: bool = False  # of `breach`: only the time, which a busy host may have taken


def arguments(job: Job, atome: pathlib.Path, memory_mib: int, place: Place) -> list[str]:
    guest = job.guest
    words = [str(atome), "run", str(job.elf), "--runner", job.machine, "--time-limit", f"{guest.time_s:g}",
             "--memory-limit", str(memory_mib), "--exit-code", "firmware"]
    words += ["--board", job.board] if job.board else ["--core", job.core]
    if guest.files:
        words += ["--files", str(place.granted) + (":rw" if guest.files == "rw" else "")]
    if guest.args:
        words += ["--args", "a" * guest.args]
    return words


def _listen(process: subprocess.Popen[bytes], deadline: float) -> tuple[int, bytes, bool, bool]:
    """Bytes of stdout, the end of stderr, whether the secret was among them, and whether the process outlived the deadline."""
    assert process.stdout and process.stderr
    counted, told, tail, seen = 0, b"", b"", False
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stderr, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select(max(0.0, deadline - time.monotonic())):
                data = os.read(key.fd, 1 << 20)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.fileobj is process.stdout:
                    counted += len(data)
                    seen = seen or SECRET in tail + data or b"ESCAPED" in tail + data
                    tail = (tail + data)[-len(SECRET):]
                else:
                    told = (told + data)[-KEPT:]
            if time.monotonic() > deadline:
                return counted, told, seen, True
    return counted, told, seen, False


def _end(code: int, told: bytes) -> str:
    """What came of it, as guests.json has it."""
    text = told.decode(errors="replace")
    exited = re.search(r"^atome: exit code (-?\d+),", text, re.MULTILINE)
    if exited:
        return f"exit {code}"
    if code == 4:
        return "time" if re.search(r"stopped\s+after\s+\d+\s+ms", text) else "fault"
    return "refused" if code == 2 else f"code {code}"


def run(job: Job, atome: pathlib.Path, memory_mib: int, output_mib: int, start_s: float, patience_s: float = 60) -> Came:
    """`start_s`: what a run takes that does nothing. One that takes ten times as long as it may, and `patience_s`, is killed."""
    with tempfile.TemporaryDirectory(prefix="atome_hostile_") as folder:
        place = Place(pathlib.Path(folder))
        most_s = job.guest.time_s * SHARE + start_s
        begin = time.monotonic()
        process = subprocess.Popen(arguments(job, atome, memory_mib, place), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, start_new_session=True, cwd=folder)
        counted, told, seen, outlived = _listen(process, begin + 10 * most_s + patience_s)
        if outlived:
            process.kill()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        for pipe in (process.stdout, process.stderr):
            assert pipe
            pipe.close()
        seconds = time.monotonic() - begin
        came = Came("killed" if outlived else _end(process.returncode, told), seconds, usage.ru_maxrss << 10, counted,
                    told.decode(errors="replace"))
        came.breach = _breach(job, came, told, seen, place, memory_mib, output_mib)
        took = usage.ru_utime + usage.ru_stime if _is_busy() else seconds
        if not came.breach and took > most_s:
            came.breach, came.late = f"took {took:.2f} s, and may take {most_s:.2f}", True
        return came


def _is_busy() -> bool:
    """Whether others have most of the host, so that a run's own time is what it takes of the processor."""
    return os.getloadavg()[0] > 3 * (os.cpu_count() or 1) + 2


def _breach(job: Job, came: Came, told: bytes, seen: bool, place: Place, memory_mib: int, output_mib: int) -> str:
    """What must not be, but for the time."""
    control = CONTROL.search(told)
    touched = place.touched() or (place.changed_inside() if job.guest.files != "rw" else "")
    if touched:
        return touched
    if seen:
        return "the guest read a file that it has no right to"
    if control:
        return f"the message has the control character {control.group()!r}"
    if came.memory_bytes > memory_mib << 20:
        return f"took {came.memory_bytes >> 20} MiB of memory, and may take {memory_mib}"
    if came.output_bytes > output_mib << 20:
        return f"printed {came.output_bytes >> 20} MiB, and may print {output_mib}"
    if came.end not in job.guest.ends:
        return f"ended as \"{came.end}\", and may as {', '.join(job.guest.ends)}: {_last(came.message)}"
    if not came.end.startswith("exit") and job.guest.says and not re.search(job.guest.says, " ".join(came.message.split())):
        return f"its message does not have \"{job.guest.says}\": {_last(came.message)}"
    if not came.end.startswith("exit") and not came.message.strip():
        return "ended without a message"
    return ""


def _last(message: str) -> str:
    lines = [line for line in message.splitlines() if line.strip()]
    return " / ".join(lines[:3])[:300]
