"""Keeps every night's figures and says how they went.

    atome history add REPORT... [--db FILE]
    atome history METRIC [--core m3] [--model NAME] ... [--last N]
        [--format table|json|csv] [--plot FILE.svg]
        [--checkout FOLDER] [--order commits|added|date]
    atome history runs
    atome history metrics

METRIC is a figure's name, of whole cells; of their parts as
instructions_per_token[op=sparse], or instructions_per_token[op] for all.

Exit codes: 0 done, 2 usage, an unusable file, or an unknown metric.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
import sys
from collections.abc import Callable, Sequence

from reports import console, report_file
from reports.history import checkout, order, output, query, schema, store, trend
from reports.report_data import Key

DATABASE = pathlib.Path("build/history.sqlite")
FIELDS = [field.name for field in dataclasses.fields(Key)]
WHOLE = ("text", "detail")  # may hold commas


def _parser(usage: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="atome history", usage=f"atome history {usage}", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=pathlib.Path, default=DATABASE, help="default: %(default)s")
    return parser


def _add(argv: Sequence[str]) -> str:
    parser = _parser("add REPORT... [--db FILE]")
    parser.add_argument("report", type=pathlib.Path, nargs="+", help="file of atome ... --report, merge or ci/nightly")
    arguments = parser.parse_args(argv)
    reports = [report_file.read(path) for path in arguments.report]
    for path, report in zip(arguments.report, reports):
        store.check(report, str(path))
    with schema.opened(arguments.db, create=True) as connection:
        added = store.add(connection, reports)
    return "".join(f"{path}: {'added' if new else 'is there already'}\n" for path, new in zip(arguments.report, added))


def _runs(argv: Sequence[str]) -> str:
    parser = _parser("runs [--last N] [--format table|json]")
    parser.add_argument("--last", type=int, default=30, help="of so many; 0: all; default: %(default)s")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    arguments = parser.parse_args(argv)
    with schema.opened(arguments.db) as connection:
        runs = list(store.runs(connection).values())[-max(0, arguments.last):]
    if arguments.format == "json":
        return json.dumps([dataclasses.asdict(run) for run in runs], indent=1) + "\n"
    rows = [["date", "commit", "cells passed", "host", "command"]]
    for run in runs:
        cells = "unknown" if run.cells is None else f"{run.passed} of {run.cells}"
        rows.append([run.date, output.commit(run), cells, run.host, output.shown(run.command, 60)])
    return output.table(rows)


def _metrics(argv: Sequence[str]) -> str:
    arguments = _parser("metrics [--db FILE]").parse_args(argv)
    with schema.opened(arguments.db) as connection:
        rows = [[name, str(count)] for name, count in query.metrics(connection).items()]
    return output.table([["metric", "series"], *rows], right=(1,))


def _trend(argv: Sequence[str]) -> str:
    parser = _parser("METRIC [--core m3] ... [--last N] [--plot FILE]")
    parser.add_argument("metric", metavar="METRIC")
    for field in FIELDS:
        comma = "" if field in WHOLE else "[,...]"
        parser.add_argument(f"--{field.replace('_', '-')}", dest=field, metavar=f"NAME{comma}",
                            help=f"only cells of this {field.replace('_', ' ')}")
    parser.add_argument("--last", type=int, default=30, help="show so many nights; 0: all; default: %(default)s")
    parser.add_argument("--checkout", type=pathlib.Path, metavar="FOLDER", help="git checkout whose commits were measured; "
                        "default: the one around the current folder, else the sources of this program")
    parser.add_argument("--order", choices=order.CHOICES, default=order.CHOICES[0],
                        help="of nights: of commits as a checkout has them, else as added; as added; or by date")
    parser.add_argument("--format", choices=list(output.FORMATS), default="table")
    parser.add_argument("--plot", type=pathlib.Path, metavar="FILE", help="also draw it: .svg, .png or .pdf")
    arguments = parser.parse_args(argv)
    only = {field: [value] if field in WHOLE else value.split(",")
            for field in FIELDS if (value := getattr(arguments, field)) is not None}
    last = max(0, arguments.last)
    if arguments.checkout and not checkout.top(arguments.checkout):
        raise ValueError(f"{arguments.checkout}: no git checkout, or git is missing; name a folder of one with --checkout")
    folders = [arguments.checkout] if arguments.checkout else trend.FOLDERS
    with schema.opened(arguments.db) as connection:
        runs = store.runs(connection)
        places = order.of(runs, folders, arguments.order)
        trends = trend.read(connection, arguments.metric, only, runs, places)
    if arguments.plot:
        from reports.history import plot  # matplotlib takes longer than all the rest

        plot.plot(trends, last, arguments.plot)
    return output.FORMATS[arguments.format](trends, last, places.said)


COMMANDS: dict[str, Callable[[Sequence[str]], str]] = {"add": _add, "runs": _runs, "metrics": _metrics}


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        command = COMMANDS.get(words[0]) if words else None
        text = command(words[1:]) if command else _trend(words)
        console.write(text)
    except (OSError, ValueError, ModuleNotFoundError) as error:
        print(f"atome history: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(console.run("atome history", main))
