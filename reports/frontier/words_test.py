"""Numbers and lists in plain English, at the ends of their forms."""

from __future__ import annotations

import pytest

from reports.frontier import words


@pytest.mark.parametrize("number, text", [
    (0, "0"), (1, "1"), (12.34, "12.3"), (999.4, "999"), (999.6, "1k"), (1000, "1k"), (33149, "33.1k"), (999400, "999k"), (999600, "1M"), (1_214_000, "1.21M"),
    (999_600_000, "1G"), (2.5e9, "2.5G")])
def test_amounts_have_three_digits(number: float, text: str) -> None:
    assert words.amount(number) == text


@pytest.mark.parametrize("number, text", [(0, "0"), (999, "999"), (1000, "1 000"), (1234567.4, "1 234 567"), (999.6, "1 000")])
def test_long_numbers_are_grouped(number: float, text: str) -> None:
    assert words.grouped(number) == text


@pytest.mark.parametrize("parts, text", [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_lists(parts: list[str], text: str) -> None:
    assert words.listed(parts) == text and words.listed(parts, "or") == text.replace(" and ", " or ")


def test_cores_and_names() -> None:
    assert words.cores(["m3", "m0"], ["m0", "m3"]) == "every core" and words.cores(["m0"], ["m0"]) == "m0"
    assert words.cores(["m0"], ["m0", "m3"]) == "m0" and words.cores(["m0", "m3"], ["m0", "m3", "m7"]) == "m0 and m3"
    assert (words.title("ternary"), words.title("ternary", "state"), words.title("other")) == ("ternary", "ternary without state", "other")
    assert words.pathway("sparse") == "its sparse pathway (attention)" and words.pathway("x") == "its x pathway"
    assert words.family("plain_int8") == "the plain int8 transformer" and words.text("builtin") == "the built-in text" and words.text("x") == "x"
