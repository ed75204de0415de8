"""Elements of HTML; everything that is not Html is escaped."""

from __future__ import annotations

import html


class Html(str):
    """Text that is HTML already."""


def escape(value: object) -> str:
    return value if isinstance(value, Html) else html.escape(str(value), quote=True)


def join(*children: object) -> Html:
    return Html("".join(escape(child) for child in children))


def element(tag: str, *children: object, **attributes: object) -> Html:
    """<tag attributes>children</tag>. class_ is class, aria_label aria-label; None and False are left out."""
    said = "".join(f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
                   for name, value in attributes.items() if value is not None and value is not False)
    return Html(f"<{tag}{said}>{join(*children)}</{tag}>")
