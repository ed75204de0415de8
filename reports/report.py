"""Writes a report in the formats of others, each to the file that its option names; "-" is standard output.

    /usr/bin/python3 -m reports.report REPORT --junit junit.xml --csv figures.csv

Exit codes: 0 written, 2 usage, or a file that is no report.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
from collections.abc import Callable, Sequence

from reports import report_file
from reports.export import action, bencher, benchmark, csv_table, junit

OUTPUTS: dict[str, tuple[Callable[[report_file.Report], str], str]] = {
    "--junit": (junit.render, "JUnit XML"),
    "--benchmark": (benchmark.render, "Google Benchmark's JSON"),
    "--csv": (csv_table.render, "a figure a row"),
    "--bencher": (bencher.render, "Bencher Metric Format"),
    "--action": (action.render, "JSON of github-action-benchmark, customSmallerIsBetter"),
}


def _write(text: str, name: str) -> None:
    """Whole or not at all."""
    if name == "-":
        sys.stdout.write(text)
        return
    path = pathlib.Path(name)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8", newline="")
    beside.replace(path)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="atome report", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=pathlib.Path, metavar="REPORT", help="file of atome ... --report or merge")
    for option, (_, what) in OUTPUTS.items():
        parser.add_argument(option, metavar="FILE", help=what)
    arguments = parser.parse_args(argv)
    wanted = {option: name for option in OUTPUTS if (name := getattr(arguments, option.lstrip("-"))) is not None}
    if not wanted:
        parser.error(f"nothing to write; give one of {', '.join(OUTPUTS)}")
    try:
        report = report_file.read(arguments.report)
        for option, name in wanted.items():
            _write(OUTPUTS[option][0](report), name)
        sys.stdout.flush()
    except (OSError, ValueError, ModuleNotFoundError) as error:
        print(f"atome report: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
