"""Reports in Python: `from atome.reports import read, frame`. The rest of this folder makes pages and exports of them.

What a program of others may use is named here; these modules know each other by relative names, so that the folder can be
imported as `reports` and as `atome.reports`. They are loaded when one of these names is asked for, as the folder's helpers for
files and commands are used where there is neither protobuf nor pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .data_frame import frame
    from .report_file import Cell, Divergence, Environment, Figure, Key, Report, read, write

__all__ = ["Cell", "Divergence", "Environment", "Figure", "Key", "Report", "frame", "read", "write"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "frame":
        from .data_frame import frame

        return frame
    from . import report_file

    found: object = getattr(report_file, name)
    return found


def __dir__() -> list[str]:
    return __all__
