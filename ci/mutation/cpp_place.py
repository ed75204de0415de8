"""A place of C++ that can be changed, as found and as kept on disk."""

from __future__ import annotations

import dataclasses

from ci.mutation.mutant import Mutant

# How a place is written into the sources; cpp_write.py has one function for each.
BINARY = "binary"        # operands stay, another operator; data: start and end of the operator, its text, the other's
CONSTANT = "constant"    # data: what is added
LOGICAL = "logical"      # data: start and end of the operator, its text
FORCED = "forced"        # data: "true" or "false"
NEGATED = "negated"
TERNARY = "ternary"      # another expression of the same type; data: its text
STATEMENT = "statement"  # left out; data: the end of the statement with its semicolon
RETURNED = "returned"    # `return {};` first; data: the end of the statement with its semicolon
LABEL = "label"          # a case that a switch does not have; data: its text


@dataclasses.dataclass(frozen=True)
class Place:
    """`start` and `end` are offsets of what is wrapped."""
    form: str
    start: int
    end: int
    data: tuple[str | int, ...]
    mutant: Mutant
    compile_time: bool = False  # within a constexpr function, which may be for the compiler alone

    def as_json(self) -> list[object]:
        return [self.form, self.start, self.end, list(self.data), dataclasses.asdict(self.mutant), self.compile_time]


def of_json(data: list[object]) -> Place:
    form, start, end, values, mutant, compile_time = data
    return Place(form, start, end, tuple(values), Mutant(**mutant), compile_time)  # type: ignore
