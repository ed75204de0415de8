"""Fields of JSON from outside: each is checked as it is taken, and what is wrong says where it stands."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from typing import Any

MAX_TEXT = 400
MAX_NUMBER = 1e15
NAME = re.compile(r"[A-Za-z0-9_.]{1,40}")  # also part of a key, whose parts are joined by "-"


@dataclasses.dataclass(frozen=True)
class Place:
    """Somewhere in a file: "/costs/3"."""
    file: str
    path: str
    remedy: str

    def at(self, name: str | int) -> Place:
        return dataclasses.replace(self, path=f"{self.path}/{name}")

    def error(self, what: str) -> ValueError:
        return ValueError(f"{self.file}: {self.path + ': ' if self.path else ''}{what}; {self.remedy}")


class Fields:
    """An object's fields. Methods raise ValueError when a field is not what it should be; those of `..._or_none` and
    `..._or_empty` only when it is there."""

    def __init__(self, place: Place, values: Any) -> None:
        if not isinstance(values, dict):
            raise place.error("must be an object")
        self.place, self._values = place, values

    def _take(self, name: str) -> Any:
        if name not in self._values:
            raise self.place.error(f"lacks '{name}'")
        return self._values[name]

    def _number(self, name: str, value: Any, least: float, whole: bool) -> float:
        kinds: tuple[type, ...] = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not -MAX_NUMBER <= value <= MAX_NUMBER:
            raise self.place.at(name).error(f"must be a {'whole ' if whole else ''}number up to {MAX_NUMBER:g}")
        if value < least or (not whole and value == least):
            raise self.place.at(name).error(f"must be {'at least' if whole else 'above'} {least:g}; what is unknown is left out")
        number: float = value
        return number

    def number(self, name: str) -> float:
        """Above 0."""
        return float(self._number(name, self._take(name), 0.0, False))

    def number_or_none(self, name: str) -> float | None:
        return self.number(name) if name in self._values else None

    def count(self, name: str, least: int = 1) -> int:
        return int(self._number(name, self._take(name), least, True))

    def count_or_none(self, name: str) -> int | None:
        return self.count(name) if name in self._values else None

    def _text(self, name: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > MAX_TEXT or not value.isprintable():
            raise self.place.at(name).error(f"must be a text of at most {MAX_TEXT} printable characters")
        return value

    def text(self, name: str) -> str:
        return self._text(name, self._take(name))

    def text_or_empty(self, name: str) -> str:
        return self.text(name) if name in self._values else ""

    def _named(self, name: str, value: Any) -> str:
        if not isinstance(value, str) or not NAME.fullmatch(value):
            raise self.place.at(name).error("must be a name: letters, digits, '_' and '.'")
        return value

    def name(self, name: str) -> str:
        return self._named(name, self._take(name))

    def one_of(self, name: str, choices: Iterable[str]) -> str:
        value, known = self.text(name), list(choices)
        if value not in known:
            raise self.place.at(name).error(f"'{value}' is none of {', '.join(known) or 'nothing'}")
        return value

    def flag(self, name: str) -> bool:
        value = self._take(name)
        if not isinstance(value, bool):
            raise self.place.at(name).error("must be true or false")
        return value

    def _list(self, name: str, limit: int) -> list[Any]:
        value = self._take(name)
        if not isinstance(value, list) or len(value) > limit:
            raise self.place.at(name).error(f"must be a list of at most {limit}")
        return value

    def names(self, name: str) -> list[str]:
        return [self._named(f"{name}/{i}", value) for i, value in enumerate(self._list(name, 100))]

    def counts(self, name: str) -> list[int]:
        """From 0."""
        return [int(self._number(f"{name}/{i}", value, 0, True)) for i, value in enumerate(self._list(name, 1000))]

    def rows(self, name: str, limit: int) -> Iterator[Fields]:
        for i, value in enumerate(self._list(name, limit)):
            yield Fields(self.place.at(name).at(i), value)

    def _object(self, name: str) -> Fields:
        return Fields(self.place.at(name), self._take(name))

    def objects(self, name: str) -> dict[str, Fields]:
        """Objects by name."""
        whole = self._object(name)
        return {whole._named(key, key): whole._object(key) for key in whole._values}

    def numbers(self, name: str) -> dict[str, float]:
        """Numbers above 0 by name; none where the field is missing."""
        if name not in self._values:
            return {}
        whole = self._object(name)
        return {whole._named(key, key): whole.number(key) for key in whole._values}
