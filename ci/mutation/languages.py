"""The languages whose sources are mutated."""

from __future__ import annotations

from ci.mutation.language import Language


def all_of() -> list[Language]:
    return []
