"""The places of a history's runs: a commit is one place, however often and whenever it was measured.

Places lie in the order of commits where a checkout knows them. Others keep their slot in the order in which they were
added: a date may be wrong, and a commit that is measured again stays where it was. Each place has parents, with which
its figures are compared: the nearest measured ancestors of its commit, else the place before it.

A tree with changes ("-dirty") is a place of its own behind its commit, from which nothing descends, unless that commit
was never measured itself. A run without a commit is a place of its own.
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping, Sequence

from reports.history import checkout, store

DIRTY = "-dirty"
CHOICES = ("commits", "added", "date")
SLACK_S = 3600  # of clocks, and of reports of one night, which are added in any order


@dataclasses.dataclass(frozen=True)
class Order:
    place_of: dict[int, int]        # by run
    rank: dict[int, int]            # by run: places first, then as added
    parents: list[tuple[int, ...]]  # by place: earlier ones
    clocks: dict[int, str]          # by run: what is wrong with its date
    said: str                       # which order it is


@dataclasses.dataclass
class _Place:
    commit: str      # without -dirty
    dirty: bool
    runs: list[int]


def _places(runs: Mapping[int, store.Run], full: Mapping[str, str]) -> list[_Place]:
    """In the order of their first runs."""
    found: list[_Place] = []
    clean: dict[str, _Place] = {}
    for run, about in runs.items():
        name = about.commit.removesuffix(DIRTY)
        dirty = name != about.commit
        name = full.get(name, name)
        if name and not dirty and name in clean:
            clean[name].runs.append(run)
            continue
        place = _Place(name, dirty, [run])
        found.append(place)
        if name and not dirty:
            clean[name] = place
    return found


def _in_order_of_commits(stem: Sequence[_Place], rank: Mapping[str, int]) -> list[_Place]:
    """Places of known commits by rank, in the slots that these have; the others stay in theirs."""
    ranked = iter(sorted((place for place in stem if place.commit in rank), key=lambda place: rank[place.commit]))
    return [next(ranked) if place.commit in rank else place for place in stem]


def _clocks_behind(runs: Mapping[int, store.Run], full: Mapping[str, str], made: Mapping[str, int]) -> dict[int, str]:
    found: dict[int, str] = {}
    newest: int | None = None
    for run, about in runs.items():
        at, commit = store.seconds(about.date), about.commit.removesuffix(DIRTY)
        committed = made.get(full.get(commit, commit))
        if committed is not None:
            if at < committed - SLACK_S:
                found[run] = "dated before its commit was made"
        elif newest is not None and at < newest - SLACK_S:
            found[run] = "dated before what was added earlier"
        newest = at if newest is None else max(at, newest)
    return found


def _said(by: str, folder: pathlib.Path | None, commits: int, known: int) -> str:
    if by == "date":
        return "by date; a clock that is wrong, or an old commit measured again, looks like a move"
    if not known:
        why = "" if by == "added" else "; no checkout here knows the commits (--checkout FOLDER names one)"
        return f"as added{why}"
    more = f"; {commits - known} of {commits} are not in it and lie as they were added" if known < commits else ""
    return f"of commits in {folder}{more}"


def _knowing(folders: Sequence[pathlib.Path], names: set[str]) -> tuple[pathlib.Path | None, dict[str, str]]:
    """The first checkout around one of the folders that knows any of the names."""
    for folder in folders:
        top = checkout.top(folder)
        if top and (full := checkout.known(top, names)):
            return top, full
    return None, {}


def of(runs: Mapping[int, store.Run], folders: Sequence[pathlib.Path] = (), by: str = "commits") -> Order:
    """Of runs as `store.runs` gives them, in the order of being added; checkouts are looked for around `folders`."""
    names = {name for run in runs.values() if (name := run.commit.removesuffix(DIRTY))}
    folder, full = _knowing(folders if by == "commits" else (), names)
    ancestry = checkout.ancestry(folder, full.values()) if folder else checkout.Ancestry({}, {})
    full = {name: commit for name, commit in full.items() if commit in ancestry.nearest}
    rank = {commit: i for i, commit in enumerate(ancestry.nearest)}
    if by == "date":
        runs = dict(sorted(runs.items(), key=lambda item: store.seconds(item[1].date)))

    places = _places(runs, full)
    clean = {place.commit for place in places if place.commit and not place.dirty}
    leaves: dict[str, list[_Place]] = {}  # trees with changes, by their commit, which was measured without, too
    stem = []
    for place in places:
        if place.dirty and place.commit in clean:
            leaves.setdefault(place.commit, []).append(place)
        else:
            stem.append(place)

    place_of: dict[int, int] = {}
    parents: list[tuple[int, ...]] = []
    last: dict[str, int] = {}  # the place that stands for a commit
    before: int | None = None

    def put(place: _Place, its_parents: tuple[int, ...]) -> int:
        place_of.update(dict.fromkeys(place.runs, len(parents)))
        parents.append(its_parents)
        return len(parents) - 1

    for place in _in_order_of_commits(stem, rank):
        ancestors = tuple(last[each] for each in ancestry.nearest.get(place.commit, ()))
        if place.commit in last:  # another tree with changes of a commit that was never measured without
            ancestors = (last[place.commit],)
        before = put(place, ancestors or (() if before is None else (before,)))
        if place.commit:
            last[place.commit] = before
        for leaf in leaves.get(place.commit, ()) if not place.dirty else ():
            put(leaf, (before,))
    clocks = {} if by == "date" else _clocks_behind(runs, full, ancestry.made)
    ranked = sorted(runs, key=place_of.__getitem__)  # stable: as added where the place is the same
    return Order(place_of, {run: i for i, run in enumerate(ranked)}, parents, clocks, _said(by, folder, len(names), len(full)))
