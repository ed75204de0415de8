"""Sources with mutants in them, of which one is chosen at run time. Lines stay where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ci.mutation import cpp_place
from ci.mutation.cpp_place import Place

N = "::atome_mutate::"
OPERATORS = {"<": "kLess", "<=": "kLessEqual", ">": "kGreater", ">=": "kGreaterEqual", "==": "kEqual", "!=": "kNotEqual",
             "+": "kAdd", "-": "kSubtract", "*": "kMultiply", "/": "kDivide", "%": "kModulo", "&": "kAnd", "|": "kOr",
             "^": "kXor", "<<": "kLeft", ">>": "kRight"}


class _Text:
    """Insertions at offsets; of those at one place what opens a larger part stands further out."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._opens: list[tuple[int, int, int, str]] = []
        self._closes: list[tuple[int, int, int, str]] = []
        self._replaced: list[tuple[int, int, str]] = []

    def wrap(self, start: int, end: int, level: int, before: str, after: str) -> None:
        """`level`: the higher, the further out, of those around the same part."""
        self._opens.append((start, -end, -level, before))
        self._closes.append((end, -start, level, after))

    def replace(self, start: int, end: int, by: str) -> None:
        self._replaced.append((start, end, by))

    def written(self) -> bytes:
        edits = [(at, 0, order, at, text) for order, (at, _, _, text) in enumerate(sorted(self._closes))]
        edits += [(at, 2, order, at, text) for order, (at, _, _, text) in enumerate(sorted(self._opens))]
        edits += [(start, 1, 0, end, text) for start, end, text in self._replaced]
        out, at = [], 0
        for start, _, _, end, text in sorted(edits):
            out += [self._text[at:start], text.encode()]
            at = max(at, end)
        return b"".join([*out, self._text[at:]])


def _alternatives(places: Sequence[Place], numbers: Mapping[str, int], what: Sequence[str]) -> str:
    return ", ".join(f"{N}Alternative<{numbers[place.mutant.id]}, {value}>" for place, value in zip(places, what))


def _write(text: _Text, form: str, start: int, end: int, places: Sequence[Place], numbers: Mapping[str, int]) -> None:
    ids = [numbers[place.mutant.id] for place in places]
    data = [place.data for place in places]
    if form == cpp_place.BINARY:
        word = str(data[0][2])
        assigns = word.endswith("=") and word not in OPERATORS
        base = [str(each[3]).removesuffix("=") if assigns else str(each[3]) for each in data]
        others = _alternatives(places, numbers, [N + OPERATORS[each] for each in base])
        operator = OPERATORS[word.removesuffix("=") if assigns else word]
        text.wrap(start, end, 1, f"{N}Binary<{N}{operator}, {others}>::{'Assign' if assigns else 'Of'}(", ")")
        text.replace(int(data[0][0]), int(data[0][1]), ",")
    elif form == cpp_place.LOGICAL:
        both = "true" if data[0][2] == "&&" else "false"
        text.wrap(start, end, 1, f"({N}Decides<{ids[0]}, {both}>(static_cast<bool>(", "))")
        text.replace(int(data[0][0]), int(data[0][1]), f")) ? {N}Decided<{ids[0]}, {both}>() : static_cast<bool>(")
    elif form == cpp_place.CONSTANT:
        text.wrap(start, end, 2, f"{N}Constants<{_alternatives(places, numbers, [str(each[0]) for each in data])}>::Of(", ")")
    elif form == cpp_place.FORCED:
        alternatives = _alternatives(places, numbers, [str(each[0]) for each in data])
        text.wrap(start, end, 3, f"{N}Forced<{alternatives}>::Of(static_cast<bool>(", "))")
    elif form == cpp_place.NEGATED:
        for number in ids:
            text.wrap(start, end, 2, f"({N}On({number}) != static_cast<bool>(", "))")
    elif form == cpp_place.TERNARY:
        for number, each in zip(ids, data):
            text.wrap(start, end, 2, f"({N}On({number}) ? ({each[0]}) : (", "))")
    elif form == cpp_place.STATEMENT:
        text.wrap(start, end, 5, f"{{ if (!{N}On({ids[0]})) ", " }")
    elif form == cpp_place.RETURNED:
        text.wrap(start, end, 5, f"{{ if ({N}On({ids[0]})) return {{}}; ", " }")
    else:
        cases = ", ".join(f"{N}Case<{number}, ({each[0]})>{{}}" for number, each in zip(ids, data))
        text.wrap(start, end, 4, f"{N}LeftOut(", f", {cases})")


def instrumented(source: bytes, places: Sequence[Place], numbers: Mapping[str, int]) -> bytes:
    """`numbers`: of each mutant by its id, the same in no two mutants of a program."""
    groups: dict[tuple[str, int, int], list[Place]] = {}
    for place in places:
        groups.setdefault((place.form, place.start, place.end), []).append(place)
    text = _Text(source)
    for (form, start, end), group in groups.items():
        _write(text, form, start, end, group, numbers)
    return text.written()
