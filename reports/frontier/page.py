"""The frontier as one page that loads nothing: pictures, sentences and tables, by text and budget."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from reports.frontier import document, output, sentences, words
from reports.frontier.candidates import COSTS, Library, Setting
from reports.frontier.pictures import Picture
from reports.page import document as page
from reports.page.document import Column, Datum, Section, Table, Verdict, clip
from reports.page.rendering import html_page
from reports.page.rendering.html_text import element

HOW = (
    "Perplexity is that of the test part of a text, in chunks of 64 bytes, which no training and no choice has seen: the geometric mean "
    "over seeds. Intervals are of 95 %, over chunks of text and over seeds.",
    "A model is undominated by a cost when nothing that costs at most as much has a lower perplexity; surely so when the intervals of "
    "the paired differences say it, else by the estimates alone. Variants of one model are told apart by their estimates.",
    "Two families at the same cost: between two sizes of a family its loss is taken as a line over the logarithm of the cost. What one "
    "sentence says of several sizes holds jointly. Who writes best over a range takes only what was trained; differences below half "
    "a percent decide nothing there.",
    "Flash and RAM are what a chip must have, cycles a token are modelled; a family without a pathway costs what the whole one costs.",
)


def _shown(picture: Picture, data: Table) -> page.Picture:
    image = element("img", class_="chart", alt=clip(picture.description, 1500),
                    src=f"data:image/png;base64,{base64.b64encode(picture.png).decode()}")
    return page.Picture(picture.title, clip(picture.description, 1500), str(image).replace("></img>", ">"), data)


def _table(library: Library, settings: Sequence[Setting], wide: bool) -> Table:
    """`wide`: all candidates, else those that are undominated by some cost."""
    columns = [Column("core"), Column("model"), Column("parameters", True), Column("perplexity", True), Column("low", True),
               Column("high", True), Column("flash", True), Column("RAM", True), Column("cycles", True, about="cycles a token"),
               *(Column(f"by {name}", about=f"undominated by {name}") for name in ("flash", "RAM", "cycles"))]
    rows = []
    for setting in settings:
        for each in output.by_cost(document.candidate_rows(library, setting), "flash", wide):
            perplexities = [Datum(f"{each[name]:.3f}", each[name]) if name in each else Datum("–")
                            for name in ("perplexity", "low", "high")]
            costs = [Datum(words.grouped(each[name]), each[name]) if name in each else Datum("–") for name in COSTS]
            said = [Datum({"*": "surely", "o": "by estimate", "": ""}[output.mark(each, name)]) for name in COSTS]
            rows.append([Datum(setting.core), Datum(output.model(each)), Datum(words.grouped(each["parameters"]), each["parameters"]),
                         *perplexities, *costs, *said])
    title = "All candidates" if wide else "Undominated by flash, RAM or cycles"
    return Table(f"{title}, {settings[0].positions} positions", columns, rows, folded=wide, row_noun="candidates", source="frontier.json")


def _section(library: Library, text: str, budget: str, pictures: Sequence[Picture]) -> Section:
    settings = document.settings_of(library, [text], [budget], positions=[sentences.POSITIONS])
    if not settings:
        return Section(f"{text}-{budget}", f"{text}, {budget}", empty=f"no costs at {sentences.POSITIONS} positions")
    undominated, everything = (_table(library, settings, wide) for wide in (False, True))
    said = [page.Paragraph(each.words) for each in document.said(library, settings)]
    drawn = [_shown(each, undominated) for each in pictures if each.name.startswith(f"{text}-{budget}-")]
    return Section(f"{text}-{budget}", words.heading(library.results, settings[0]), [*drawn, *said, everything])  # what is seen at a glance comes first


def render(library: Library, pictures: Sequence[Picture]) -> str:
    """HTML. `pictures` are those that pictures.draw made."""
    found = library.results
    points = len({(point.family.name, point.size) for point in found.points})
    verdict = Verdict("good", f"{points} models trained, {len(found.points)} with text and budget", HOW, [
        (str(points), "families by sizes", ""), (str(len(found.trainings)), "trainings", ""), (str(len(found.texts)), "texts", ""),
        (str(len(found.cores)), "cores", ""), (str(len(found.seeds)), "seeds", "")])
    sections = [_section(library, text, budget, pictures) for text, budget in library.trained()]
    return html_page.render(page.Document("Which model for this chip", [found.about] if found.about else [], verdict, sections))
