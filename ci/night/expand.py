"""The matrix multiplied out: its jobs, in an order that follows from the file alone."""

from __future__ import annotations

import dataclasses
import fnmatch
import itertools
import json
import pathlib
from collections.abc import Iterator

from ci.night.job import REPORT, Job
from ci.night.matrix_file import AXES, BUILT, Entry
from reports.report_data import NOT_HERE, Key

ATOME = "build/atome"
_IN_KEY = {"runner", "core", "board", "model", "variant"}  # axes that are fields of a key by their names
_FROM_CORE = ("build/firmware/{core}/{stem}-{variant}{ending}", "build/firmware/{core}/generic-{variant}{ending}")


def _files(entry: Entry, root: pathlib.Path, patterns: list[str]) -> list[str]:
    """Model files by patterns; those of an entry that cannot run here stand as they are."""
    found: list[str] = []
    for pattern in patterns:
        names = sorted(str(path.relative_to(root)) for path in root.glob(pattern)) if ".." not in pattern else (
            [pattern] if (root / pattern).is_file() else [])
        if not names and _absent(entry, root):
            names = [pattern]
        if not names:
            raise ValueError(f"{entry.place}: models: no file is {pattern}; correct it, or take it out")
        found += [name for name in names if name not in found]
    return found


def _absent(entry: Entry, root: pathlib.Path) -> str:
    lacking = [path for path in entry.values["needs"] if not (root / path).exists()]
    return NOT_HERE + ", ".join(lacking) if lacking else ""


def _boards(root: pathlib.Path) -> dict[str, str]:
    """Board -> its core."""
    path = root / "emulation" / "boards" / "boards.json"
    return {board["name"]: board["core"] for board in json.loads(path.read_text())["boards"]}


def _left_out(entry: Entry, point: dict[str, str]) -> bool:
    names = {one: many for many, one in AXES.items()}
    return any(all(any(fnmatch.fnmatch(point[axis], item) for item in rule[names[axis]])
                   for axis in point if names[axis] in rule) for rule in entry.values["except"])


def _foreign(entry: Entry, core: str) -> str:
    """The file that is measured instead of ours, from the root."""
    return str(entry.values[entry.foreign]).replace("{core}", core)


def _key(entry: Entry, point: dict[str, str], cores: dict[str, str]) -> Key:
    fields = {axis: pathlib.PurePath(value).name for axis, value in point.items() if axis in _IN_KEY}
    if "board" in point:
        fields["core"] = cores[point["board"]]
    if "build" in point:
        fields["build_kind"] = point["build"]
    if "config" in point:
        fields["detail"] = pathlib.PurePath(point["config"]).stem
    if "suite" in point:
        fields["detail"] = f"suite {point['suite']}"
    if "item" in point:
        fields["detail"] = f"{entry.values['name']}: {point['item']}"
    if entry.foreign:
        file = f"{entry.foreign} {pathlib.PurePath(_foreign(entry, fields.get('core', ''))).name}"
        rest = {**fields, **entry.values["key"], "build_kind": ""}
        return Key(entry.command.kind, **{**rest, "detail": ", ".join(filter(None, (rest.get("detail", ""), file)))})
    return Key(entry.command.kind or entry.values["kind"], **{**fields, **entry.values["key"]})


def _reads(entry: Entry, point: dict[str, str], key: Key) -> tuple[str, ...]:
    out = [*entry.values["needs"], *entry.values["reads"]]
    if "config" in point:
        out.append(point["config"])
    if "model" in point:
        model = pathlib.PurePath(point["model"])
        out += [point["model"], str(model.parent / "config.json")]
        if entry.foreign:
            out.append(_foreign(entry, key.core))
        elif key.core not in ("", "host", "host-simd"):
            ending = "-os.elf" if key.build_kind == "size" else ".elf"
            out += [path.format(core=key.core, stem=model.stem, variant=key.variant, ending=ending) for path in _FROM_CORE]
    if entry.values["command"] == "verify":
        out.append("golden/traces/*.trace")  # found by what is in them
    return tuple(out)


def _argv(entry: Entry, point: dict[str, str], key: Key) -> tuple[str, ...]:
    values = entry.values
    if values["command"] == "check":
        return tuple(word.replace("{item}", point["item"]) for word in values["argv"])
    plain = [point[axis] for axis in ("model", "config") if axis in point]
    options = [word for axis in point if axis not in ("model", "config") for word in (f"--{axis}", point[axis])]
    accept = ("--accept", values["accept"]) if values["accept"] else ()
    always = entry.command.always
    if entry.foreign:
        options += [f"--{entry.foreign}", _foreign(entry, key.core)]
        always = tuple(word for word in always if word not in BUILT)
    return (ATOME, values["command"], *plain, *options, *accept, *values["arguments"], *always, "--report", REPORT)


def _jobs(entry: Entry, axes: dict[str, list[str]], root: pathlib.Path, cores: dict[str, str]) -> Iterator[Job]:
    absent, values = _absent(entry, root), entry.values
    lists = {AXES[axis]: _files(entry, root, items) if axis == "models" else items for axis, items in axes.items()}
    for board in lists.get("board", []):
        if board not in cores:
            raise ValueError(f"{entry.place}: boards: no board {board}; there are {', '.join(cores)}")
    for chosen in itertools.product(*lists.values()):
        point = dict(zip(lists, chosen))
        if _left_out(entry, point):
            continue
        key = _key(entry, point, cores)
        name = "/".join(part.replace("/", "_") for part in dataclasses.astuple(key) if part)
        yield Job(name, key, _argv(entry, point, key), values["limit_s"], values["cost_s"], _reads(entry, point, key),
                  values["wall"], values["command"] == "check", absent)


def expand(entries: list[Entry], root: pathlib.Path, which: str) -> list[Job]:
    """The jobs of a set, quick, full or heavy, sorted by key: full is all but heavy, heavy is all. ValueError."""
    cores, jobs = _boards(root), []
    for entry in entries:
        if which == "quick" and entry.quick is None or which != "heavy" and entry.values["heavy"]:
            continue
        axes = {**entry.axes, **(entry.quick or {})} if which == "quick" else entry.axes
        axes = {axis: axes[axis] for axis in AXES if axis in axes}
        jobs += [(job, entry) for job in _jobs(entry, axes, root, cores)]
    first: dict[Key, Entry] = {}
    for job, entry in jobs:
        if job.key in first:
            raise ValueError(f"{entry.place}: {job.name} is also of {first[job.key].place}; take it out of one")
        first[job.key] = entry
    return sorted((job for job, _ in jobs), key=lambda job: job.key)


def only(jobs: list[Job], globs: list[str]) -> list[Job]:
    """Those with a name like one of `globs`; ValueError when there are none."""
    found = [job for job in jobs if any(fnmatch.fnmatchcase(job.name, glob) for glob in globs)]
    if not found:
        raise ValueError(f"--only {' '.join(globs)}: no cell has such a name; see --list")
    return found
