"""Histories whose dates lie: commits measured again, clocks that are wrong, other tools; in a checkout and without one."""

from __future__ import annotations

import datetime
import os
import pathlib
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from reports import report_file as rf
from reports.history import checkout, order, schema, store, trend
from reports.history.__main__ import main


class Night(NamedTuple):
    commit: str
    value: int
    day: int  # of 2026, from 1
    tools: dict[str, str] = {"compiler": "GCC 12"}
    host: str = "here"


def _report(night: Night) -> rf.Report:
    date = datetime.datetime(2026, 1, 1, 2) + datetime.timedelta(days=night.day - 1)
    cell = rf.Cell(rf.Key("cycles", "unicorn", "m3"), figures=[rf.Figure("cycles_per_token", night.value)])
    return rf.Report("x", rf.Environment("0.1.0", night.commit, night.host, date.strftime("%Y-%m-%dT%H:%M:%SZ"), night.tools),
                     [cell])


def _trend(path: pathlib.Path, calls: Sequence[Sequence[Night]], folder: pathlib.Path, by: str = "commits") -> trend.Trend:
    db = path / "h.sqlite"
    db.unlink(missing_ok=True)
    with schema.opened(db, create=True) as connection:
        for nights in calls:
            store.add(connection, [_report(night) for night in nights])
        runs = store.runs(connection)
        found, = trend.read(connection, "cycles_per_token", {}, runs, order.of(runs, [folder], by))
    return found


def _told(found: trend.Trend) -> list[tuple[str, rf.Value, str]]:
    return [(point.run.commit, point.value, verdict.kind.value) for point, verdict in zip(found.points, found.verdicts)]


A, B, C = "aaaa111", "bbbb222", "cccc333"


def test_a_commit_measured_again_is_at_its_old_place(tmp_path: pathlib.Path) -> None:
    nights = [Night(A, 100, 1), Night(B, 100, 2), Night(C, 110, 3), Night(A, 100, 4)]
    for calls in ([nights], [[night] for night in nights]):
        assert _told(_trend(tmp_path, calls, tmp_path)) == [
            (A, 100, "first"), (A, 100, "repeat"), (B, 100, "same"), (C, 110, "moved")]


def test_a_clock_that_is_behind_moves_nothing(tmp_path: pathlib.Path) -> None:
    nights = [Night(A, 100, 40), Night(B, 100, 41), Night(C, 110, 11)]
    for calls in ([nights], [[night] for night in nights]):
        found = _trend(tmp_path, calls, tmp_path)
        assert _told(found) == [(A, 100, "first"), (B, 100, "same"), (C, 110, "moved")]
        assert [point.clock for point in found.points] == ["", "", "dated before what was added earlier"]
    by_date = _trend(tmp_path, [nights], tmp_path, by="date")
    assert [commit for commit, _, _ in _told(by_date)] == [C, A, B]


def test_another_compiler_is_no_move(tmp_path: pathlib.Path) -> None:
    newer = {"compiler": "GCC 13", "arm_gcc": "13.3"}
    found = _trend(tmp_path, [[Night(A, 100, 1), Night(A, 120, 2, newer), Night(B, 120, 3, newer), Night(C, 130, 4, newer)]], tmp_path)
    assert _told(found) == [(A, 100, "first"), (A, 120, "tools"), (B, 120, "same"), (C, 130, "moved")]
    # An emulator that takes no part, and Python, are no tools of this figure.
    others = {"compiler": "GCC 12", "qemu": "8", "python": "3.12"}
    assert _told(_trend(tmp_path, [[Night(A, 100, 1), Night(B, 120, 2, others)]], tmp_path))[1] == (B, 120, "moved")


def test_without_a_commit_each_run_is_a_place(tmp_path: pathlib.Path) -> None:
    found = _trend(tmp_path, [[Night("", 100, 1), Night("", 110, 2), Night("", 110, 3)]], tmp_path)
    assert _told(found) == [("", 100, "first"), ("", 110, "moved"), ("", 110, "same")]


def test_a_tree_with_changes_lies_behind_its_commit_and_nothing_descends_from_it(tmp_path: pathlib.Path) -> None:
    nights = [Night(A, 100, 1), Night(B, 100, 2), Night(f"{A}-dirty", 150, 3), Night(f"{A}-dirty", 100, 4), Night(C, 100, 5)]
    assert _told(_trend(tmp_path, [nights], tmp_path)) == [
        (A, 100, "first"), (f"{A}-dirty", 150, "moved"), (f"{A}-dirty", 100, "same"), (B, 100, "same"), (C, 100, "same")]
    # Where the commit itself was not measured, its tree with changes stands for it.
    never = [Night(A, 100, 1), Night(f"{B}-dirty", 100, 2), Night(f"{B}-dirty", 110, 3), Night(C, 110, 4)]
    assert [kind for _, _, kind in _told(_trend(tmp_path, [never], tmp_path))] == ["first", "same", "moved", "same"]


@pytest.mark.parametrize("days, expected", [
    ([20, 19, 18, 17], [17, 18, 19, 20]),                      # the newest first: by date
    ([1, 10, 11, 12, 2, 3, 4, 5], [1, 2, 3, 4, 5, 10, 11, 12]),  # as a shell sorts names
    ([31, 32, 2], [31, 32, 2]), ([2, 40, 3], [2, 40, 3]),      # one clock behind, one ahead
    ([5, 5, 5], [5, 5, 5]), ([1], [1]), ([], [])])
def test_reports_of_one_call_lie_as_given_unless_that_is_no_order_of_time(days: list[int], expected: list[int]) -> None:
    assert [days[i] for i in store._in_turn(days)] == expected


class Repository:
    """A checkout with commits of known dates, a day apart."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder, self._made = folder, 0
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str) -> str:
        date = f"2026-01-{self._made + 1:02}T00:00:00Z"
        settings = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, "GIT_CONFIG_GLOBAL": "/dev/null",
                    "GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@x", "GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@x"}
        return subprocess.run(["git", "-C", str(self.folder), *words], check=True, capture_output=True, text=True,
                              env={**os.environ, **settings}).stdout.strip()

    def commit(self) -> str:
        self._made += 1
        self.git("commit", "-q", "--allow-empty", "-m", str(self._made))
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: pathlib.Path) -> Repository:
    return Repository(tmp_path / "checkout")


def test_commits_lie_as_the_checkout_has_them(tmp_path: pathlib.Path, repository: Repository) -> None:
    a, b, c = (repository.commit() for _ in range(3))
    # C first, then the older ones; short names are the same commits; an unknown one stays where it was added.
    nights = [Night(c, 110, 9), Night(a, 100, 10), Night("0123456789", 100, 11), Night(b[:9], 100, 12), Night(a[:8], 100, 13)]
    found = _trend(tmp_path, [[night] for night in nights], repository.folder)
    assert _told(found) == [(a, 100, "first"), (a[:8], 100, "repeat"), (b[:9], 100, "same"), ("0123456789", 100, "same"),
                            (c, 110, "moved")]
    assert not any(point.clock for point in found.points)  # measured again later is no wrong clock
    early = _trend(tmp_path, [[Night(a, 100, 5), Night(c, 100, 2)]], repository.folder)
    assert [point.clock for point in early.points] == ["", "dated before its commit was made"]


def test_a_merge_is_compared_with_both_sides(tmp_path: pathlib.Path, repository: Repository) -> None:
    a = repository.commit()
    repository.git("checkout", "-q", "-b", "side")
    side = repository.commit()
    repository.git("checkout", "-q", "main")
    b = repository.commit()
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    merge, after = repository.git("rev-parse", "HEAD"), repository.commit()
    nights = [Night(a, 100, 10), Night(b, 100, 11), Night(side, 110, 12), Night(merge, 110, 13), Night(after, 120, 14)]
    found = _trend(tmp_path, [nights], repository.folder)
    assert {commit: kind for commit, _, kind in _told(found)} == {
        a: "first", b: "same", side: "moved", merge: "same", after: "moved"}


def test_rebased_commits_are_compared_with_the_commit_that_they_stand_on(tmp_path: pathlib.Path, repository: Repository) -> None:
    a, old = repository.commit(), repository.commit()
    repository.git("reset", "-q", "--hard", a)
    base = repository.commit()
    new = repository.commit()
    nights = [Night(a, 100, 10), Night(old, 150, 11), Night(base, 100, 12), Night(new, 150, 13)]
    found = _trend(tmp_path, [nights], repository.folder)
    assert {commit: kind for commit, _, kind in _told(found)} == {a: "first", old: "moved", base: "same", new: "moved"}


def test_what_is_no_hash_never_reaches_git(repository: Repository) -> None:
    a = repository.commit()
    assert checkout.known(repository.folder, ["--all", "HEAD", "main", a + "\nHEAD", "", "x" * 40, "0" * 40, a]) == {a: a}
    assert checkout.known(repository.folder / "none", [a]) == {}
    assert checkout.ancestry(repository.folder, []) == checkout.Ancestry({}, {})


def test_the_command_says_which_order_it_is(tmp_path: pathlib.Path, repository: Repository, monkeypatch: pytest.MonkeyPatch,
                                            capsys: pytest.CaptureFixture[str]) -> None:
    a, b = repository.commit(), repository.commit()
    newer = {"compiler": "GCC 13"}
    for i, night in enumerate([Night(a, 100, 9), Night(a, 120, 10, newer), Night(b, 121, 11, newer), Night(b, 122, 12, newer)]):
        rf.write(_report(night), tmp_path / f"{i}.json")
    db = str(tmp_path / "h.sqlite")
    assert main(["add", *(str(tmp_path / f"{i}.json") for i in range(4)), "--db", db]) == 0
    capsys.readouterr()
    assert main(["cycles_per_token", "--db", db, "--checkout", str(repository.folder)]) == 0
    text = capsys.readouterr().out
    assert f"other tools at {a[:12]} (2026-01-10T02:00:00Z): 100 -> 120, +20 %, worse; compiler GCC 12 -> GCC 13\n" in text
    assert f"moved at {b[:12]} (2026-01-11T02:00:00Z): 120 -> 121, +0.833 %, worse; the one before is {a[:12]}\n" in text
    assert f"differs at {b[:12]} (2026-01-12T02:00:00Z), the same commit and tools as before: 121 -> 122" in text
    assert text.endswith(f"order: of commits in {repository.folder}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(trend, "FOLDERS", (pathlib.Path(),))
    assert main(["cycles_per_token", "--db", db]) == 0
    assert capsys.readouterr().out.endswith("order: as added; no checkout here knows the commits (--checkout FOLDER names one)\n")
    assert main(["cycles_per_token", "--db", db, "--order", "date"]) == 0
    assert "order: by date; " in capsys.readouterr().out
    assert main(["cycles_per_token", "--db", db, "--checkout", str(tmp_path / "none")]) == 2
    assert "none: no git checkout" in capsys.readouterr().err
