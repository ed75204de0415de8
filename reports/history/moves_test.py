"""Where series moved: steps are found where they are, noise, outliers and other hosts are no moves."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence

import pytest

from reports.catalogue import FIGURES
from reports.history import moves
from reports.history.query import Point
from reports.history.store import Run

EXACT, WALL = FIGURES["ram_bytes"], FIGURES["seconds"]
INTERVAL = dataclasses.replace(FIGURES["perplexity"], material=0.0)


def _points(values: Sequence[int | float | str], margin: float | None = None, hosts: Sequence[str] = ()) -> list[Point]:
    interval = [(None, None) if margin is None else (float(v) - margin, float(v) + margin) for v in values]
    return [Point(Run("", "", hosts[i] if hosts else "", "", {}, "", None, None), value, *interval[i])
            for i, value in enumerate(values)]


@pytest.mark.parametrize("values, expected", [
    ([], []), ([1], []), ([1, 1, 1], []), ([1, 2, 2, 1, 1], [1, 3]), ([1.0, 1.0 + 2**-52], [1]),
    (["aa", "aa", "ab"], [2]), ([0, 1], [1])])
def test_exact_figures_move_with_any_change(values: list[int | float | str], expected: list[int]) -> None:
    assert moves.moves(_points(values), EXACT) == expected


def test_interval_figures_move_when_they_leave_the_interval_of_their_level() -> None:
    assert moves.moves(_points([10, 10.4, 9.6, 10.5], 0.5), INTERVAL) == []
    assert moves.moves(_points([10, 10.4, 10.6, 10.3], 0.5), INTERVAL) == [2]
    assert moves.moves(_points([10 + i / 10 for i in range(12)], 0.55), INTERVAL) == [6]  # a drift
    material = dataclasses.replace(INTERVAL, material=0.05)
    assert moves.moves(_points([10, 10.4, 10.5, 10.4, 9.9], 1), material) == [2, 4]
    assert moves.moves(_points([0, 0.4, -0.4], 1), material) == []  # of which there is no share
    assert moves.moves(_points([10, 10.1]), INTERVAL) == [1]  # no interval says that this is the same


def _noisy(generator: random.Random, count: int, noise: float, step_at: int, step: float) -> list[float]:
    """Seconds about 100, `step` times that from `step_at` on; one in 30 is an outlier of three times."""
    return [100 * generator.lognormvariate(0, noise) * (3 if generator.random() < 1 / 30 else 1)
            * (step if i >= step_at else 1) for i in range(count)]


def test_noise_and_outliers_are_no_moves_of_wall_time() -> None:
    generator = random.Random(7)
    found = sum(len(moves.moves(_points(_noisy(generator, 500, noise, 500, 1)), WALL)) for noise in [0.02, 0.1] * 10)
    assert found <= 2  # of 10 000 places


@pytest.mark.parametrize("step", [0.5, 1 / 1.2, 1.2, 2])
def test_steps_of_wall_time_are_found_where_they_are(step: float) -> None:
    """To two nights: an outlier beside the step may be of either side."""
    generator, near = random.Random(8), 0
    for _ in range(50):
        found = moves.moves(_points(_noisy(generator, 60, 0.02, 30, step)), WALL)
        near += len(found) == 1 and abs(found[0] - 30) <= 2
    assert near >= 47


def test_the_newest_points_and_another_host_are_no_moves_of_wall_time() -> None:
    values = [100.0] * 20 + [200.0] * moves.SHORTEST
    assert moves.moves(_points(values), WALL) == [20]
    assert moves.moves(_points(values[:-1]), WALL) == []
    hosts = ["a"] * 20 + ["b"] * 20
    assert moves.moves(_points([100.0] * 20 + [200.0] * 20, hosts=hosts), WALL) == []
    assert moves.moves(_points([100.0] * 20 + [200.0] * 10 + [100.0] * 10, hosts=hosts), WALL) == [30]


@pytest.mark.parametrize("name, values, said", [
    ("ram_bytes", (1, 2), "worse"), ("ram_bytes", (2, 1), "better"), ("tokens_per_second", (1, 2), "better"),
    ("symbol_bytes", (1, 2), ""), ("max_seq", (1, 2), ""), ("ram_bytes", (1, 1), ""), ("logits_sha256", ("a", "b"), "")])
def test_a_move_is_judged_by_the_catalogue(name: str, values: tuple[int | str, int | str], said: str) -> None:
    before, after = _points(values)
    assert moves.judged(before, after, FIGURES[name]) == said
