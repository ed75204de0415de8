"""Reports in Python: `from atome.reports import read, frame`. The rest of this folder makes pages and exports of them.

What a program of others may use is named here; these modules know each other by relative names, so that the folder can be
imported as `reports` and as `atome.reports`.
"""

from .frame import frame
from .report_file import Cell, Divergence, Environment, Figure, Key, Report, read, write

__all__ = ["Cell", "Divergence", "Environment", "Figure", "Key", "Report", "frame", "read", "write"]
