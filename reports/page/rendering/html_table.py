"""Tables as HTML: sorted and copied by page.js, which reads data-v."""

from __future__ import annotations

from reports.page.document import Column, Datum, Table
from reports.page.rendering.html_text import Html, element, join

MAX_NOTES = 20
LONG = 32  # characters; longer text may break anywhere
_MARKS = {"good": "✓", "near": "≈", "bad": "✗"}


class Notes:
    """Reasons under a table, each once, by letters."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def mark(self, note: str) -> str:
        number = self.seen.setdefault(note, len(self.seen))
        return chr(ord("a") + number) if number < MAX_NOTES else "*"

    def lines(self) -> list[tuple[str, str]]:
        """Letter and reason."""
        more = len(self.seen) - MAX_NOTES
        found = [(self.mark(note), note) for note in list(self.seen)[:MAX_NOTES]]
        return found + ([("*", f"{more} more reasons, which the report file has")] if more > 0 else [])


def _datum(datum: Datum, column: Column, notes: Notes, first: bool) -> Html:
    inner: object = element("code", datum.text) if column.code and datum.text else datum.text
    if column.marks and datum.tone in ("good", "near"):
        inner = element("span", _MARKS[datum.tone], role="img", aria_label=datum.text, class_=f"tone {datum.tone}")
    elif datum.tone and datum.text:
        mark = _MARKS.get(datum.tone, "")
        inner = element("span", element("span", mark, aria_hidden="true") if mark else "", inner, class_=f"tone {datum.tone}")
    if datum.link:
        inner = element("a", inner, href=f"#{datum.link}")
    note = element("sup", notes.mark(datum.note)) if datum.note else ""
    delta = element("span", datum.delta, class_="delta") if datum.delta else ""
    plain = str(datum.plain)
    kinds = ["n"] if column.numeric else ["m"] if column.marks else []
    kinds += ["long"] if len(datum.text) > LONG else []
    return element("th" if first else "td", inner, note, Html(" ") if delta else "", delta,
                   class_=" ".join(kinds) or None, scope="row" if first else None,
                   data_v=plain if plain != datum.text or column.marks else None)


def _head(column: Column) -> Html:
    hint = element("small", column.hint) if column.hint else ""
    return element("th", element("button", column.name or "\N{NO-BREAK SPACE}", type="button",
                                 title=f"{column.about or column.name}: sort" if column.name else "Sort"), hint,
                   scope="col", aria_sort="none", class_="n" if column.numeric else "m" if column.marks else None)


def table(found: Table) -> Html:
    notes, rows = Notes(), found.shown_rows()
    columns = found.shown_columns
    head = element("thead", element("tr", *(_head(column) for column in columns)))
    body = element("tbody", *(element("tr", *(_datum(datum, column, notes, place == 0)
                                              for place, (datum, column) in enumerate(zip(row, columns)))) for row in rows))
    under = [element("li", element("sup", mark), " ", note) for mark, note in notes.lines()]
    rest = found.left_out(len(rows))
    copy = element("button", "Copy", type="button", class_="copy", aria_label=f"Copy the table {found.caption}, as TSV")
    shown = join(
        element("div", element("p", f"⟷ {len(columns)} columns: scroll sideways", class_="hint", aria_hidden="true"),
                element("div", element("table", element("caption", found.caption, class_="hidden"), head, body), class_="scroll",
                        role="region", aria_label=found.caption, tabindex="0"), class_="frame"),
        element("ul", *under, class_="notes") if under else "", element("p", rest, class_="rest") if rest else "")
    if found.folded:
        return element("details", element("summary", found.caption, element("small", f" {found.total}")), copy, shown,
                       class_="table")
    return element("div", element("div", element("h3", found.caption), copy, class_="bar"), shown, class_="table")
