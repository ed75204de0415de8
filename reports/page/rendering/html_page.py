"""The page: one file, which loads nothing. Its policy forbids all but its own style and its own script, by its hash."""

from __future__ import annotations

import base64
import hashlib
import itertools
import pathlib

from reports.page.document import Block, Detail, Document, Picture, Section, Table, Verdict
from reports.page.rendering.html_table import table
from reports.page.rendering.html_text import Html, element, join

_HERE = pathlib.Path(__file__).resolve().parent


def _picture(found: Picture) -> Html:
    data = element("details", element("summary", "Data"), table(found.data), class_="data")
    return element("figure", element("figcaption", found.title), element("div", Html(found.svg), class_="plot"), data)


def _command(what: str, command: str) -> Html:
    return element("div", element("span", what), element("button", "Copy", type="button", class_="copy",
                                                         aria_label="Copy the command"),
                   element("pre", element("code", command), tabindex="0"), class_="command")


def _detail(found: Detail) -> Html:
    facts = [join(element("dt", name), element("dd", value)) for name, value in found.facts]
    cause = [element("span", found.mark, class_="mark"), " ", element("strong", found.kind), " "] if found.mark else []
    return element("details", element("summary", *cause, element("span", found.summary, class_=f"tone {found.tone}")),
                   element("dl", *facts) if facts else "", *(_command(*each) for each in found.commands),
                   table(found.table) if found.table else "", id=found.id, class_=f"cause {found.tone}" if found.mark else "failure")


def _block(block: Block) -> Html:
    if isinstance(block, Table):
        return table(block)
    if isinstance(block, Picture):
        return _picture(block)
    if isinstance(block, Detail):
        return _detail(block)
    return element("p", block.text)


def _section(section: Section) -> Html:
    """Pictures that follow each other stand side by side; a section with nothing in it is a line."""
    if section.empty:
        return element("p", element("strong", section.title), ": ", section.empty, id=section.id, class_="empty")
    body: list[Html] = []
    for pictures, blocks in itertools.groupby(section.blocks, lambda block: isinstance(block, Picture)):
        shown = [_block(block) for block in blocks]
        body += [element("div", *shown, class_="pictures")] if pictures else shown
    return element("section", element("h2", section.title), *body, id=section.id)


def _verdict(verdict: Verdict) -> Html:
    tiles = [element("li", element("strong", number), " ", element("span", what), class_=tone or None)
             for number, what, tone in verdict.tiles]
    more = element("p", f"… and {verdict.more_causes} more causes, below", class_="more")
    return element("div", element("p", verdict.headline, class_="headline"),
                   *map(_detail, verdict.causes), more if verdict.more_causes else "",
                   element("ul", *(element("li", line) for line in verdict.lines), class_="lines"),
                   element("ul", *tiles, class_="tiles"), class_=f"verdict {verdict.tone}", role="status")


def render(document: Document) -> str:
    style, script = (Html((_HERE / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; "
              "form-action 'none'")
    head = join(Html('<meta charset="utf-8">'), Html(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
                Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
                Html('<meta name="color-scheme" content="light dark">'), Html('<link rel="icon" href="data:,">'),
                element("title", f"{document.verdict.headline} · {document.title}"), element("style", style))
    links = [element("a", section.title, href=f"#{section.id}") for section in document.sections if not section.empty]
    theme = element("button", "Theme: system", type="button", id="theme")
    body = join(
        element("a", "Skip to the verdict", href="#verdict", class_="skip"),
        element("header", element("div", element("h1", document.title), theme, class_="bar"),
                element("p", " · ".join(document.subtitle), class_="subtitle")),
        element("main", element("div", _verdict(document.verdict), id="verdict"),
                element("nav", *links, aria_label="Sections"), *(_section(section) for section in document.sections)),
        element("div", "", id="said", class_="hidden", role="status", aria_live="polite"), element("script", script))
    return f"<!DOCTYPE html>\n{element('html', element('head', head), element('body', body), lang='en')}\n"
