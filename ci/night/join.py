"""Cells of many processes, or reports of many machines, as one report."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Iterable, Sequence

from reports import report_file
from reports.report_file import Cell, Environment, Key, Report


def cells(parts: Iterable[tuple[str, Sequence[Cell]]]) -> list[Cell]:
    """All cells, sorted by key; two of one key that differ are a ValueError that names both parts."""
    found: dict[Key, tuple[str, Cell]] = {}
    for source, some in parts:
        for cell in some:
            other = found.setdefault(cell.key, (source, cell))
            if other[1] != cell:
                raise ValueError(f"{source} and {other[0]} both have cell {cell.key}, and they differ; measure it once")
    return [found[key][1] for key in sorted(found)]


def environments(some: Sequence[Environment]) -> Environment:
    """Where they agree, what they say; where not, all of it. The earliest date."""
    def told(values: Iterable[str]) -> str:
        return "; ".join(sorted({value for value in values if value}))

    names = sorted({name for environment in some for name in environment.tools})
    tools = {name: told(environment.tools.get(name, "") for environment in some) for name in names}
    dates = [environment.date for environment in some if environment.date]
    fields = {name: told(getattr(environment, name) for environment in some)
              for name in ("harness_version", "commit", "host")}
    return Environment(date=min(dates, default=""), tools=tools, **fields)


def files(paths: Sequence[pathlib.Path], command: str) -> Report:
    """The reports of shards as one."""
    reports = [report_file.read(path) for path in paths]
    sources = sorted({source for report in reports for source in (report.sources or [report.command])})
    return Report(command, environments([report.environment for report in reports]),
                  cells((str(path), report.cells) for path, report in zip(paths, reports)), sources)


def without(report: Report, keys: set[Key]) -> Report:
    return dataclasses.replace(report, cells=[cell for cell in report.cells if cell.key not in keys])
