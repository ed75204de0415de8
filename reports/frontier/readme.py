"""What a document has between two marks: the frontier's Markdown, put there or compared."""

from __future__ import annotations

import pathlib
import re

from reports import whole_file

BEGIN, END = "<!-- frontier: written by atome frontier --write-readme -->", "<!-- frontier: end -->"


def between(text: str, path: pathlib.Path) -> str:
    """What stands between the marks; ValueError when they are not there once, in order."""
    found = re.findall(rf"{re.escape(BEGIN)}\n(.*?){re.escape(END)}", text, re.DOTALL)
    if len(found) != 1 or text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"{path}: needs these two lines once, around the place of the table:\n{BEGIN}\n{END}")
    return str(found[0])


def _read(path: pathlib.Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def is_current(path: pathlib.Path, markdown: str) -> bool:
    return between(_read(path), path) == markdown


def write(path: pathlib.Path, markdown: str) -> None:
    text = _read(path)
    there = f"{BEGIN}\n{between(text, path)}{END}"
    whole_file.write(path, text.replace(there, f"{BEGIN}\n{markdown}{END}").encode())
