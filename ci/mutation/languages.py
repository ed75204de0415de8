"""The languages whose sources are mutated."""

from __future__ import annotations

from ci.mutation.cpp import Cpp
from ci.mutation.language import Language
from ci.mutation.python_language import Python


def all_of() -> list[Language]:
    return [Cpp(), Python()]
