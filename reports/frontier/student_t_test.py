"""Against closed forms, and against the harness's series, which knows whole degrees of freedom only."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.frontier import student_t

TAILS = [0.4, 0.1, 0.025, 0.0175, 1e-3, 1e-5, 1e-7]


@pytest.mark.parametrize("beyond", TAILS)
def test_one_and_two_degrees_have_closed_forms(beyond: float) -> None:
    assert student_t.quantile(beyond, 1) == pytest.approx(1 / math.tan(math.pi * beyond), rel=1e-9)
    inside = 1 - 2 * beyond
    assert student_t.quantile(beyond, 2) == pytest.approx(inside * math.sqrt(2 / (1 - inside * inside)), rel=1e-8)


# Abramowitz and Stegun, "Handbook of Mathematical Functions", table 26.10.
@pytest.mark.parametrize(("beyond", "degrees", "printed"), [
    (0.025, 3, 3.182), (0.025, 4, 2.776), (0.025, 10, 2.228), (0.025, 30, 2.042), (0.005, 5, 4.032), (0.0005, 3, 12.924),
    (0.05, 24, 1.711), (0.25, 7, 0.711)])
def test_the_printed_table(beyond: float, degrees: int, printed: float) -> None:
    assert student_t.quantile(beyond, degrees) == pytest.approx(printed, abs=6e-4)


def _outside(t: float, degrees: int) -> float:
    """Abramowitz and Stegun, 26.7.3 and 26.7.4, halved."""
    x = math.atan2(t, math.sqrt(degrees))
    square, odd = math.cos(x) ** 2, degrees % 2
    term = math.cos(x) if odd else 1.0
    total = 0.0 if degrees == 1 else term
    for k in range(3 if odd else 2, degrees, 2):
        term *= square * (k - 1) / k
        total += term
    inside = 2 / math.pi * (x + math.sin(x) * total) if odd else math.sin(x) * total
    return (1 - inside) / 2


@given(st.floats(0, 40), st.integers(1, 40))
def test_whole_degrees_agree_with_the_series(t: float, degrees: int) -> None:
    assert student_t.tail(t, degrees) == pytest.approx(_outside(t, degrees), rel=1e-7, abs=1e-13)


@given(st.floats(1e-6, 0.49), st.floats(1, 200))
def test_a_quantile_has_its_tail_and_falls_with_degrees(beyond: float, degrees: float) -> None:
    found = student_t.quantile(beyond, degrees)
    assert student_t.tail(found, degrees) == pytest.approx(beyond, rel=1e-8)
    assert student_t.quantile(beyond, degrees + 0.5) < found


@pytest.mark.parametrize(("beyond", "degrees"), [(0.0, 3), (0.5, 3), (0.1, 0.5), (math.nan, 3), (0.1, math.nan)])
def test_what_has_no_quantile_is_refused(beyond: float, degrees: float) -> None:
    with pytest.raises(ValueError, match="quantile"):
        student_t.quantile(beyond, degrees)
