"""Where series moved: steps are found where they are, noise, outliers and other hosts are no moves."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence

import pytest

from reports.catalogue import FIGURES, Quantity
from reports.history import moves, wall
from reports.history.moves import Kind
from reports.history.query import Point
from reports.history.store import Run

EXACT, WALL = FIGURES["ram_bytes"], FIGURES["seconds"]
INTERVAL = dataclasses.replace(FIGURES["perplexity"], material=0.0)


def _points(values: Sequence[int | float | str], margin: float | None = None, hosts: Sequence[str] = ()) -> list[Point]:
    interval = [(None, None) if margin is None else (float(v) - margin, float(v) + margin) for v in values]
    return [Point(Run("", "", hosts[i] if hosts else "", "", {}, "", None, None), value, *interval[i], place=i)
            for i, value in enumerate(values)]


def _verdicts(points: Sequence[Point], quantity: Quantity, parents: Sequence[tuple[int, ...]] = ()) -> list[moves.Verdict]:
    """One after another, unless parents say otherwise."""
    line: list[tuple[int, ...]] = [(i - 1,) if i else () for i in range(len(points))]
    return moves.verdicts(points, parents or line, quantity, [(("host", point.run.host),) for point in points])


def _moved(points: Sequence[Point], quantity: Quantity, parents: Sequence[tuple[int, ...]] = ()) -> list[int]:
    return [i for i, verdict in enumerate(_verdicts(points, quantity, parents)) if verdict.kind == Kind.MOVED]


@pytest.mark.parametrize("values, expected", [
    ([], []), ([1], []), ([1, 1, 1], []), ([1, 2, 2, 1, 1], [1, 3]), ([1.0, 1.0 + 2**-52], [1]),
    (["aa", "aa", "ab"], [2]), ([0, 1], [1])])
def test_exact_figures_move_with_any_change(values: list[int | float | str], expected: list[int]) -> None:
    assert _moved(_points(values), EXACT) == expected


def test_interval_figures_move_when_they_leave_the_interval_of_their_level() -> None:
    assert _moved(_points([10, 10.4, 9.6, 10.5], 0.5), INTERVAL) == []
    assert _moved(_points([10, 10.4, 10.6, 10.3], 0.5), INTERVAL) == [2]
    assert _moved(_points([10 + i / 10 for i in range(12)], 0.55), INTERVAL) == [6]  # a drift
    material = dataclasses.replace(INTERVAL, material=0.05)
    assert _moved(_points([10, 10.4, 10.5, 10.4, 9.9], 1), material) == [2, 4]
    assert _moved(_points([0, 0.4, -0.4], 1), material) == []  # of which there is no share
    assert _moved(_points([10, 10.1]), INTERVAL) == [1]  # no interval says that this is the same


@pytest.mark.parametrize("value, moved", [(9.5, False), (9.4375, True), (10.5, False), (10.5625, True)])
def test_the_ends_of_an_interval_are_inside(value: float, moved: bool) -> None:
    assert _moved(_points([10, value], 0.5), INTERVAL) == [1] * moved


@pytest.mark.parametrize("first, value, moved", [(8, 10, True), (8, 9.9375, False), (10, 8, True), (10, 8.0625, False), (0.5, 0, False)])
def test_as_much_as_is_material_is_a_move(first: float, value: float, moved: bool) -> None:
    """A quarter of the lesser value, both within the interval; of 0 there is no share."""
    assert _moved(_points([first, value], 4), dataclasses.replace(INTERVAL, material=0.25)) == [1] * moved


@pytest.mark.parametrize("share, moved", [(1.05, False), (1.0500001, True), (0.95, False), (0.9499999, True)])
def test_wall_time_moves_by_more_than_five_percent(share: float, moved: bool) -> None:
    assert wall.moves([100.0] * 12 + [100.0 * share] * 12) == [12] * moved


@pytest.mark.parametrize("noises, moved", [(2.999999, False), (3.000001, True)])
def test_wall_time_moves_by_more_than_three_times_its_noise(noises: float, moved: bool) -> None:
    """Values 1 from their side's median, so that noise is 1.4826."""
    step = noises * 1.4826
    assert wall._differ([-1.0, 1.0] * 6, [step - 1, step + 1] * 6) == moved


def _noisy(generator: random.Random, count: int, noise: float, step_at: int, step: float) -> list[float]:
    """Seconds about 100, `step` times that from `step_at` on; one in 30 is an outlier of three times."""
    return [100 * generator.lognormvariate(0, noise) * (3 if generator.random() < 1 / 30 else 1)
            * (step if i >= step_at else 1) for i in range(count)]


def test_noise_and_outliers_are_no_moves_of_wall_time() -> None:
    generator = random.Random(7)
    found = sum(len(_moved(_points(_noisy(generator, 500, noise, 500, 1)), WALL)) for noise in [0.02, 0.1] * 10)
    assert found <= 2  # of 10 000 places


@pytest.mark.parametrize("step", [0.5, 1 / 1.2, 1.2, 2])
def test_steps_of_wall_time_are_found_where_they_are(step: float) -> None:
    """To two nights: an outlier beside the step may be of either side."""
    generator, near = random.Random(8), 0
    for _ in range(50):
        found = _moved(_points(_noisy(generator, 60, 0.02, 30, step)), WALL)
        near += len(found) == 1 and abs(found[0] - 30) <= 2
    assert near >= 47


def test_the_newest_points_and_another_host_are_no_moves_of_wall_time() -> None:
    values = [100.0] * 20 + [200.0] * wall.SHORTEST
    assert _moved(_points(values), WALL) == [20]
    assert _moved(_points(values[:-1]), WALL) == []
    hosts = ["a"] * 20 + ["b"] * 20
    assert _moved(_points([100.0] * 20 + [200.0] * 20, hosts=hosts), WALL) == []
    assert _moved(_points([100.0] * 20 + [200.0] * 10 + [100.0] * 10, hosts=hosts), WALL) == [30]


@pytest.mark.parametrize("name, values, said", [
    ("ram_bytes", (1, 2), "worse"), ("ram_bytes", (2, 1), "better"), ("tokens_per_second", (1, 2), "better"),
    ("symbol_bytes", (1, 2), ""), ("max_seq", (1, 2), ""), ("ram_bytes", (1, 1), ""), ("logits_sha256", ("a", "b"), "")])
def test_a_move_is_judged_by_the_catalogue(name: str, values: tuple[int | str, int | str], said: str) -> None:
    before, after = _points(values)
    assert moves.judged(before, after, FIGURES[name]) == said


def test_a_difference_between_tools_is_no_move_of_a_commit() -> None:
    def kinds(values: Sequence[int], hosts: str) -> list[str]:
        return [verdict.kind.value for verdict in _verdicts(_points(values, hosts=list(hosts)), EXACT)]

    assert kinds([100, 120], "ab") == ["first", "tools"]
    assert kinds([100, 120, 100, 120], "abab") == ["first", "tools", "same", "same"]  # each host has its level
    assert kinds([100, 120, 110, 132], "abab") == ["first", "tools", "moved", "moved"]
    # What a change of hosts hid is found when the first host comes back.
    assert kinds([100, 120, 120, 120], "abab") == ["first", "tools", "moved", "same"]
    assert kinds([100, 100, 120, 120], "abab") == ["first", "same", "moved", "same"]  # told once
    assert kinds([100, 100, 120, 120, 100], "aabba") == ["first", "same", "tools", "same", "same"]


def test_one_commit_measured_again_makes_no_move() -> None:
    points = [point._replace(place=place) for point, place in
              zip(_points([100, 100, 120, 120, 130], hosts=list("aabaa")), [0, 0, 0, 0, 1])]
    found = _verdicts(points, EXACT, [(), (0,)])
    assert [(verdict.kind.value, verdict.before) for verdict in found] == [
        ("first", None), ("repeat", 0), ("tools", 1), ("differs", 1), ("moved", 3)]
    wall_points = [point._replace(place=0) for point in _points([100.0] * 9 + [200.0] * 9)]
    assert [verdict.kind for verdict in _verdicts(wall_points, WALL, [()])].count(Kind.DIFFERS) == 1
    assert not _moved(wall_points, WALL, [()])


def test_a_move_that_was_found_at_the_same_commit_is_told_once() -> None:
    def kinds(values: Sequence[int], places: Sequence[int], hosts: str) -> list[str]:
        points = [point._replace(place=place) for point, place in zip(_points(values, hosts=list(hosts)), places)]
        return [verdict.kind.value for verdict in _verdicts(points, EXACT, [(), (0,), (1,)])]

    assert kinds([100, 100, 120, 120], [0, 0, 1, 1], "abab") == ["first", "repeat", "moved", "repeat"]
    # What moved before b was measured explains nothing that came after.
    assert kinds([100, 120, 100, 120, 120], [0, 1, 1, 2, 2], "aabab") == ["first", "moved", "tools", "same", "moved"]


def test_branches_are_compared_with_what_they_come_from() -> None:
    fork = [(), (0,), (0,), (1, 2)]  # 1 and 2 from 0, both merged in 3
    assert _moved(_points([100, 110, 100, 110]), EXACT, fork) == [1]
    assert _moved(_points([100, 110, 120, 130]), EXACT, fork) == [1, 2, 3]
    assert _moved(_points([100, 100, 100, 110]), EXACT, fork) == [3]
    # A series without points at 1, and at 2, of a merge: 0 lies before 2 and says nothing about 4.
    without = [point for point in _points([100, 0, 110, 0, 100]) if point.place in (0, 2, 4)]
    assert _moved(without, EXACT, [(), (0,), (0,), (1,), (2, 3)]) == [1, 2]


def test_a_level_goes_on_along_its_line() -> None:
    """A drift is seen on the branch that drifts, by the interval of the point that it began with."""
    values = [10, 10.3, 10, 10.6, 10.1]
    assert _moved(_points(values, 0.5), INTERVAL, [(), (0,), (0,), (1,), (2,)]) == [3]


def _slowly(points: Sequence[Point], parents: Sequence[tuple[int, ...]]) -> list[bool]:
    """Of exact figures without a change of tools: whether each differs from all its nearest ancestors."""
    above: list[set[int]] = []
    for mine in parents:
        above.append({each for parent in mine for each in above[parent] | {parent}})
    found = []
    for point in points:
        near = {other.place: other.value for other in points if other.place in above[point.place]}
        near = {place: value for place, value in near.items() if not any(place in above[other] for other in near)}
        found.append(bool(near) and point.value not in near.values())
    return found


@pytest.mark.parametrize("seed", range(60))
def test_moves_in_random_histories(seed: int) -> None:
    generator = random.Random(seed)
    parents = [tuple(sorted(generator.sample(range(max(0, i - 5), i), min(i, generator.choice([1, 1, 2, 3])))))
               for i in range(40)]
    points = [point for point in _points([generator.choice([1, 2]) for _ in parents]) if generator.random() < 0.6]
    moved = set(_moved(points, EXACT, parents))
    assert [i in moved for i in range(len(points))] == _slowly(points, parents)
