"""The page of any report parses, loads nothing, runs nothing of the report's, and is the same each time."""

from __future__ import annotations

import dataclasses
import html.parser
import random
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import catalogue
from reports import report_file as rf
from reports import report_file_test as strategies
from reports.diff_file import MARKS, SEVERITIES, Cause, Change, Diff
from reports.page import build
from reports.page.rendering import html_page, markdown
from reports.testing import page_report as testing

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Balanced(html.parser.HTMLParser):
    """Collects elements; refuses what is not closed in order, and an id that comes twice."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.words.append(data)


def parsed(report: rf.Report, diff: Diff | None = None) -> tuple[str, Balanced]:
    page = html_page.render(build.document(build.Inputs(report, diff)))
    parser = Balanced()
    parser.feed(page)
    parser.close()
    assert not parser.open
    ids = [attributes["id"] for _, attributes in parser.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {a["href"] for tag, a in parser.seen if tag == "a"}
    assert targets <= {f"#{each}" for each in ids}
    return page, parser


def test_names_that_attack_are_text() -> None:
    page, parser = parsed(testing.report(), testing.diff())
    assert [tag for tag, _ in parser.seen].count("script") == 1
    assert "<script>alert" not in page and "\0" not in page and "\N{RIGHT-TO-LEFT OVERRIDE}" not in page
    assert "<script>alert(1)</script>" in "".join(parser.words)
    assert not [name for _, attributes in parser.seen for name in attributes if name.startswith("on")]


def test_it_loads_nothing() -> None:
    _, parser = parsed(testing.report())
    assert not [a["src"] for _, a in parser.seen if "src" in a]
    assert {a["href"] for tag, a in parser.seen if tag == "link"} == {"data:,"}
    policy = next(a["content"] or "" for tag, a in parser.seen if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy and "script-src 'sha256-" in policy


def test_the_same_report_gives_the_same_bytes() -> None:
    assert parsed(testing.report())[0] == parsed(testing.report())[0]


def test_figures_have_words_and_data() -> None:
    page, parser = parsed(testing.report())
    charts = [a for tag, a in parser.seen if tag == "svg"]
    assert len(charts) >= 5
    ids = {a.get("id") for _, a in parser.seen}
    for chart in charts:
        assert chart["role"] == "img" and set((chart["aria-labelledby"] or "").split()) <= ids
    assert page.count('<details class="data">') == len(charts)
    assert "currentColor" in page and "DejaVu" not in page and "#010203" not in page


def test_what_is_missing_says_why() -> None:
    _, parser = parsed(testing.report())
    text = " ".join(parser.words)
    for reason in ("does not fit: 88 840 bytes", "the host's instructions are not counted", "no history was given"):
        assert f"not measured: {reason}" in text
    assert "too large: cycles unicorn m0 microbit" in text


def test_only_failed_cells() -> None:
    cells = [testing.parity("a", core, outcome) for core, outcome in (("m0", "crashed"), ("m3", "error"), ("m7", "missing"))]
    text = " ".join(parsed(rf.Report("x", cells=cells))[1].words)
    assert "3 of 3 cells fail" in text and "usage fault" in text


def test_an_empty_report() -> None:
    text = " ".join(parsed(rf.Report("x"))[1].words)
    assert "Nothing was measured" in text and "not measured: the report has no cells of atome ppl" in text


def test_two_thousand_cells_are_quick_and_bounded() -> None:
    cells = [dataclasses.replace(cell, key=dataclasses.replace(cell.key, model=f"{cell.key.model}{number}"))
             for number in range(100) for cell in testing.report().cells[:20]]
    report = rf.Report("x", cells=cells)
    begin = time.process_time()
    diff = Diff(True, changes=[Change("note", "changed", cell.key, f.name, f.part_kind, f.part, change="+1")
                               for cell in cells for f in cell.figures])
    page, parser = parsed(report, diff)
    summary = markdown.render(build.summary(build.Inputs(report, diff)))
    assert time.process_time() - begin < 60
    assert len(page) < 6_000_000 and len(summary.encode()) < 60_000
    assert re.search(r"Not shown: \d+ more", " ".join(parser.words))


EXTREMES: list[rf.Value] = [0, 2**64 - 1, -1.0, 1e308, -1e308, 5e-324, 0.0, "text", ""]


@pytest.mark.parametrize("seed", range(8))
def test_any_values_of_known_figures_have_a_page(seed: int) -> None:
    """Extremes where the sections, charts and differences expect figures of the usual size."""
    chance = random.Random(seed)
    report = testing.report()
    for cell in report.cells:
        for place, figure in enumerate(cell.figures):
            if chance.random() < 0.2:
                value = chance.choice(EXTREMES)
                number = 0.0 if isinstance(value, str) else float(value)
                cell.figures[place] = dataclasses.replace(figure, value=value, low=number, high=number, samples=(number,) * 2)
    parsed(report, testing.diff())
    markdown.render(build.summary(build.Inputs(report, testing.diff())))


CHANGES = st.builds(Change, strategies.TEXT, strategies.TEXT, strategies.KEYS, st.sampled_from(["", *catalogue.FIGURES]),
                    *[strategies.TEXT] * 6)
CAUSES = st.builds(Cause, st.sampled_from(SEVERITIES), st.sampled_from(MARKS), *[strategies.TEXT] * 4,
                   st.lists(st.integers(0, 2), max_size=3).map(tuple), st.lists(strategies.TEXT, max_size=2).map(tuple),
                   st.integers(0, 9), st.integers(0, 9), strategies.TEXT)
DIFFS = st.none() | st.builds(Diff, st.booleans(), strategies.TEXT, st.integers(0, 9), st.lists(strategies.TEXT, max_size=2),
                              st.lists(CHANGES, min_size=3, max_size=3), strategies.TEXT, st.lists(CAUSES, max_size=12))


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=25)
@given(report=strategies.REPORTS, diff=DIFFS)
def test_any_report_has_a_page_and_a_summary(report: rf.Report, diff: Diff | None) -> None:
    parsed(report, diff)
    assert len(markdown.render(build.summary(build.Inputs(report, diff))).encode()) < 60_000
