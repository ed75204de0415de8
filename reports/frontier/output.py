"""The frontier as text: a table for people, Markdown, CSV and JSON."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reports.frontier import document, sentences, words
from reports.frontier.candidates import COSTS, Library, Setting
from reports.history.output import line_width, table

Row = Mapping[str, Any]
_NAMES = {"flash": "flash", "ram": "RAM", "cycles": "cycles"}
MARKS = {"undominated": "*", "undecided": "o"}
LEGEND = ("undominated by F flash, R RAM, C cycles a token: * surely, o by the estimate alone, which the intervals do not "
          "carry; k is 1000")
ONE_SEED = "Intervals of a model with one seed are over chunks of text alone; of models trained anew they say nothing."
AT_OTHER_POSITIONS = ("Perplexities are of chunks of 64 bytes, costs at {positions} positions. A transformer that has learned fewer "
                      "positions is left out.")


def interval(each: Row) -> str:
    return f"[{each['low']:.2f}, {each['high']:.2f}]" if "low" in each else ""


def model(each: Row) -> str:
    return f"{each['family']}-{each['size']}" + ("" if each["variant"] == "plain" else f" {each['variant']}")


def mark(each: Row, cost: str) -> str:
    """Empty where it is dominated or has no such cost."""
    standing = each["standing"].get(cost)
    return MARKS["undominated" if standing["surely"] == "undominated" else "undecided"] if standing and standing["undominated"] else ""


def by_cost(rows: Sequence[Row], cost: str, wide: bool) -> list[Row]:
    """The cheapest first; those without the cost last. Unless `wide`, those that are undominated by some cost."""
    shown = [each for each in rows if wide or any(mark(each, name) for name in COSTS)]
    return sorted(shown, key=lambda each: (each.get(cost, float("inf")), each["perplexity"], model(each)))


def _lines(rows: Sequence[Row], wide: bool) -> list[list[str]]:
    amount = words.grouped if wide else words.amount
    lines = [["model", *(["parameters", "seeds"] if wide else []), "perplexity", "95 %", *_NAMES.values(), "F", "R", "C"]]
    for each in rows:
        more = [words.grouped(each["parameters"]), str(len(each["seeds"]))] if wide else []
        lines.append([model(each), *more, f"{each['perplexity']:.2f}", interval(each),
                      *(amount(each[cost]) if cost in each else "-" for cost in COSTS),
                      *(mark(each, cost) for cost in COSTS)])
    return lines


def _wrapped(text: str, first: str = "") -> str:
    width = line_width()
    return text if width is None else textwrap.fill(text, width, subsequent_indent=" " * len(first), break_long_words=False,
                                                    break_on_hyphens=False)


def _title(library: Library, setting: Setting) -> str:
    return f"{words.heading(library.results, setting)}, {setting.core}, {setting.positions} positions"


def _notes(setting: Setting, shown: Sequence[Row]) -> list[str]:
    """What has to be known to read these rows."""
    notes = [ONE_SEED] if any(len(each["seeds"]) == 1 for each in shown) else []
    return notes + ([] if setting.positions == sentences.POSITIONS else [AT_OTHER_POSITIONS.format(positions=setting.positions)])


def as_table(library: Library, settings: Sequence[Setting], cost: str, wide: bool) -> str:
    blocks = []
    for setting in settings:
        rows = document.candidate_rows(library, setting)
        shown = by_cost(rows, cost, wide)
        count = f"{len(rows) - len(shown)} more are dominated by all three: --wide shows them\n" if len(shown) < len(rows) else ""
        lines = _lines(shown, wide)
        right = tuple(range(1, len(lines[0]) - 3))
        notes = "".join(_wrapped(note) + "\n" for note in _notes(setting, shown))
        blocks.append(f"{_title(library, setting)}\n\n{table(lines, right)}{count}{notes}")
    text = "\n".join(blocks) + _wrapped(LEGEND) + "\n"
    heading = ""
    for each in document.said(library, settings):
        if each.heading != heading:
            heading = each.heading
            text += f"\n{heading}, held-out text, 64 positions:\n"
        text += _wrapped(f"- {each.words}", "- ") + "\n"
    return text


def as_markdown(library: Library, settings: Sequence[Setting], cost: str, wide: bool) -> str:
    blocks = []
    for setting in settings:
        shown = by_cost(document.candidate_rows(library, setting), cost, wide)
        lines = ["| model | parameters | perplexity, 95 % | flash | RAM | cycles a token | undominated by |",
                 "| --- | ---: | --- | ---: | ---: | ---: | --- |"]
        for each in shown:
            costs = " | ".join(words.grouped(each[name]) if name in each else "" for name in COSTS)
            names = [_NAMES[name] if mark(each, name) == "*" else f"{_NAMES[name]} (not surely)" for name in COSTS if mark(each, name)]
            lines.append(f"| {model(each)} | {words.grouped(each['parameters'])} | {each['perplexity']:.2f} {interval(each)} "
                         f"| {costs} | {', '.join(names)} |")
        notes = "".join(f"\n\n{note}" for note in _notes(setting, shown))
        blocks.append(f"{_title(library, setting)}:\n\n" + "\n".join(lines) + notes)
    heading, said = "", ""
    for sentence in document.said(library, settings):
        if sentence.heading != heading:
            heading = sentence.heading
            said += f"\n{heading}:\n\n"
        said += f"- {sentence.words}\n"
    return "\n\n".join(blocks) + "\n" + said


def as_csv(library: Library, settings: Sequence[Setting], cost: str, wide: bool) -> str:
    """All candidates, whatever `wide` says; empty fields are absent figures."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = ["family", "size", "variant", "parameters", "perplexity", "low", "high", "interval_over", *COSTS]
    writer.writerow(["text", "budget", "core", "positions", *names, "seeds", *(f"undominated_by_{name}" for name in COSTS),
                     *(f"surely_by_{name}" for name in COSTS)])
    for setting in settings:
        for each in by_cost(document.candidate_rows(library, setting), cost, True):
            stand = [each["standing"].get(name, {}) for name in COSTS]
            writer.writerow([setting.text, setting.budget, setting.core, setting.positions, *(each.get(name, "") for name in names),
                             " ".join(map(str, each["seeds"])), *(int(one["undominated"]) if one else "" for one in stand),
                             *(one.get("surely", "") for one in stand)])
    return out.getvalue()


def as_json(library: Library, settings: Sequence[Setting], cost: str, wide: bool) -> str:
    return document.dump(document.make(library, settings))


FORMATS: dict[str, Callable[[Library, Sequence[Setting], str, bool], str]] = {
    "table": as_table, "json": as_json, "csv": as_csv, "md": as_markdown}
