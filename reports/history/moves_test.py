"""Where series moved: steps are found where they are, noise, outliers and other hosts are no moves."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from reports.history import moves
from reports.history.query import Point
from reports.history.store import Run


def _points(values: Sequence[int | float | str], margin: float | None = None, hosts: Sequence[str] = ()) -> list[Point]:
    interval = [(None, None) if margin is None else (float(v) - margin, float(v) + margin) for v in values]
    return [Point(Run("", "", hosts[i] if hosts else "", "", {}, "", None, None), value, *interval[i])
            for i, value in enumerate(values)]


@pytest.mark.parametrize("values, expected", [
    ([], []), ([1], []), ([1, 1, 1], []), ([1, 2, 2, 1, 1], [1, 3]), ([1.0, 1.0 + 2**-52], [1]),
    (["aa", "aa", "ab"], [2]), ([0, 1], [1])])
def test_exact_figures_move_with_any_change(values: list[int | float | str], expected: list[int]) -> None:
    assert moves.moves(_points(values), "exact") == expected


def test_interval_figures_move_when_they_leave_the_interval_of_their_level() -> None:
    assert moves.moves(_points([10, 10.4, 9.6, 10.5], 0.5), "interval") == []
    assert moves.moves(_points([10, 10.4, 10.6, 10.3], 0.5), "interval") == [2]
    assert moves.moves(_points([10 + i / 10 for i in range(12)], 0.55), "interval") == [6]  # a drift
    assert moves.moves(_points([10, 10.1]), "interval") == [1]  # no interval says that this is the same


def _noisy(generator: random.Random, count: int, noise: float, step_at: int, step: float) -> list[float]:
    """Seconds about 100, `step` times that from `step_at` on; one in 30 is an outlier of three times."""
    return [100 * generator.lognormvariate(0, noise) * (3 if generator.random() < 1 / 30 else 1)
            * (step if i >= step_at else 1) for i in range(count)]


def test_noise_and_outliers_are_no_moves_of_wall_time() -> None:
    generator = random.Random(7)
    found = sum(len(moves.moves(_points(_noisy(generator, 500, noise, 500, 1)), "wall")) for noise in [0.02, 0.1] * 10)
    assert found <= 2  # of 10 000 places


@pytest.mark.parametrize("step", [0.5, 1 / 1.2, 1.2, 2])
def test_steps_of_wall_time_are_found_where_they_are(step: float) -> None:
    """To two nights: an outlier beside the step may be of either side."""
    generator, near = random.Random(8), 0
    for _ in range(50):
        found = moves.moves(_points(_noisy(generator, 60, 0.02, 30, step)), "wall")
        near += len(found) == 1 and abs(found[0] - 30) <= 2
    assert near >= 47


def test_the_newest_points_and_another_host_are_no_moves_of_wall_time() -> None:
    values = [100.0] * 20 + [200.0] * moves.SHORTEST
    assert moves.moves(_points(values), "wall") == [20]
    assert moves.moves(_points(values[:-1]), "wall") == []
    hosts = ["a"] * 20 + ["b"] * 20
    assert moves.moves(_points([100.0] * 20 + [200.0] * 20, hosts=hosts), "wall") == []
    assert moves.moves(_points([100.0] * 20 + [200.0] * 10 + [100.0] * 10, hosts=hosts), "wall") == [30]
