"""Runs guests that try to get out of the emulated machine, or to use the host up, and says which of them did.

    ci/hostile                    all guests on all cores in both machines
    ci/hostile --smoke            a few, in some seconds
    ci/hostile --only escape      those whose names begin so; --core m3, --machine qemu: of these alone
    ci/hostile --list             their names
    ci/hostile --report FILE      what came of each, as cells
Each must end within its time limit and a tenth, take no more memory than its limit, print no more than its limit, touch nothing
outside the folder that it is given, and end in a way that is explained in text without control characters.
Exit codes: 0 all did; 1 one did not; 2 usage or a missing tool.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import ctypes
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence

from ci.containment import build, cells, guest_file
from ci.containment.guest_file import MACHINES, Guest, Guests
from ci.containment.place import SECRET
from ci.containment.run import Came, Job, run
from ci.night import environment
from reports import report_file
from reports.report_data import Environment, Report

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUESTS = pathlib.Path(__file__).resolve().parent / "guests.json"
SET_CHILD_SUBREAPER = 36  # of prctl: what a run leaves behind becomes a child of this process


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ci/hostile", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="a few guests, each on one core")
    parser.add_argument("--only", action="append", default=[], metavar="PREFIX", help="guests whose names begin so; may be given again")
    parser.add_argument("--core", action="append", default=[], help="only on this core; may be given again")
    parser.add_argument("--machine", choices=MACHINES, action="append", default=[], help="only in this machine")
    parser.add_argument("--list", action="store_true", help="print the guests and run nothing")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="at a time (default: %(default)s)")
    parser.add_argument("--report", type=pathlib.Path, metavar="FILE", help="write what came of each guest")
    parser.add_argument("--guests", type=pathlib.Path, default=GUESTS, metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=pathlib.Path, metavar="DIR", help="default: build/hostile")
    return parser


def _chosen(found: Guests, arguments: argparse.Namespace) -> list[Guest]:
    guests = [guest for guest in found.guests if not arguments.smoke or guest.smoke]
    if arguments.only:
        guests = [guest for guest in guests if any(guest.name.startswith(prefix) for prefix in arguments.only)]
    if not guests:
        raise ValueError("no guest has such a name; --list prints those that there are")
    return guests


def _wanted(guests: list[Guest], found: Guests, cores: list[build.Core], arguments: argparse.Namespace) -> Iterator[tuple[Guest, build.Core]]:
    """Each guest on each of its cores; of a smoke test one, another for each guest."""
    for number, guest in enumerate(guests):
        own = [core for core in cores if (not guest.cores or core.name in guest.cores) and (not guest.board or core.name in found.boards)]
        own = [core for core in own if not arguments.core or core.name in arguments.core]
        if arguments.smoke and own and not arguments.core:
            own = [own[number % len(own)]]
        for core in own:
            yield guest, core


def _jobs(found: Guests, arguments: argparse.Namespace, work: pathlib.Path, pool: concurrent.futures.Executor) -> list[Job]:
    cores = build.cores(ROOT)
    for name in arguments.core:
        if name not in [core.name for core in cores]:
            raise ValueError(f"--core {name}: give one of {', '.join(core.name for core in cores)}")
    machines = arguments.machine or list(MACHINES)
    wanted = list(_wanted(_chosen(found, arguments), found, cores, arguments))
    elves = list(pool.map(lambda each: build.build(each[0], each[1], work), wanted))
    return [Job(guest, core.name, machine, elf, found.boards[core.name] if guest.board else "")
            for (guest, core), elf in zip(wanted, elves) for machine in machines if machine in guest.machines]


def _start_s(jobs: Sequence[Job], atome: pathlib.Path, found: Guests) -> float:
    """Seconds that a run takes which does nothing, here and now: the time limit does not count them."""
    names = [job for job in jobs if job.machine == "qemu"][:1] or list(jobs[:1])
    times = []
    for job in names * 5:
        empty = Job(Guest("empty", "", ("refused",)), job.core, job.machine, pathlib.Path(os.devnull))
        times.append(run(empty, atome, found.memory_mib, found.output_mib, 60).seconds)
    return 0.2 + 2 * statistics.median(times)


def _run_all(jobs: Sequence[Job], atome: pathlib.Path, found: Guests, count: int) -> list[tuple[Job, Came]]:
    start_s = _start_s(jobs, atome, found)
    came: dict[int, Came] = {}
    shown = sys.stderr.isatty()
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        started = {pool.submit(run, job, atome, found.memory_mib, found.output_mib, start_s): k for k, job in enumerate(jobs)}
        try:
            for done, future in enumerate(concurrent.futures.as_completed(started), 1):
                came[started[future]] = future.result()
                if shown:
                    print(f"\r{done} of {len(jobs)} runs ", end="", file=sys.stderr, flush=True)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
            if shown:
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    # What was late beside others gets the host for itself.
    for k, each in came.items():
        if each.late:
            came[k] = run(jobs[k], atome, found.memory_mib, found.output_mib, start_s)
    return [(job, came[k]) for k, job in enumerate(jobs)]


def _left_behind() -> str:
    """Processes that outlived the run that they belonged to; empty when there are none."""
    try:
        pid, _ = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return ""
    return f"a process outlived its run: {pid or 'it still runs'}"


def _check_tools(root: pathlib.Path, arguments: argparse.Namespace) -> pathlib.Path:
    atome = pathlib.Path(os.environ.get("ATOME_COMMAND", root / "build" / "atome"))
    if not os.access(atome, os.X_OK):
        raise ValueError(f"{atome} is not there; run ci/build")
    tools = ["arm-none-eabi-gcc"] + (["qemu-system-arm"] if "qemu" in (arguments.machine or MACHINES) else [])
    for tool in tools:
        if shutil.which(tool) is None:
            raise ValueError(f"{tool} is not installed; run ci/setup --test")
    return atome


def main(argv: Sequence[str] | None = None, root: pathlib.Path = ROOT) -> int:
    """The command; returns its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.jobs < 1:
            raise ValueError(f"--jobs {arguments.jobs}: give at least 1")
        found = guest_file.load(arguments.guests)
        if arguments.list:
            print("\n".join(guest.name for guest in _chosen(found, arguments)))
            return 0
        atome = _check_tools(root, arguments)
        work = (arguments.work or root / "build" / "hostile").resolve()
        work.mkdir(parents=True, exist_ok=True)
        canary = work / "canary"
        canary.write_bytes(SECRET)
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            jobs = _jobs(found, arguments, work, pool)
        if not jobs:
            raise ValueError("none of these guests runs there; leave out --core or --machine")
        results = _run_all(jobs, atome, found, arguments.jobs)
        rows = cells.rows(results)
        outside = _left_behind()
        if canary.read_bytes() != SECRET or (work / "canary_shell").exists():
            outside = f"{canary} was changed, which no guest may reach"
        print(cells.table(rows), end="")
        for row in rows:
            for breach in row.breaches:
                print(f"ci/hostile: {row.guest} in {row.machine}, {breach}", file=sys.stderr)
        if outside:
            print(f"ci/hostile: {outside}", file=sys.stderr)
        if arguments.report:
            report = Report("hostile", environment.of(root, environment.now(), Environment()), cells.cells(rows, "ci/hostile"))
            report_file.write(report, arguments.report)
        broken = sum(bool(row.breaches) for row in rows)
        print(f"{len({row.guest for row in rows})} guests, {len(results)} runs, {broken} breaches")
        return 1 if broken or outside else 0
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        print(f"ci/hostile: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nci/hostile: interrupted", file=sys.stderr)
        return 130
