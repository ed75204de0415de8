"""A report for people and for other programs: a page, Markdown, exports.

    atome report night.binpb --html page.html --markdown summary.md
    atome report night.binpb --baseline ci/baseline.binpb --diff diff.json --history history.sqlite --html page.html

Exit codes: 0 written, 2 usage or an unusable file.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
from collections.abc import Callable, Sequence

from reports import report_file
from reports.page import build, diff_file, html_page, markdown

# Option -> what it writes, and how that is made.
OUTPUTS: dict[str, tuple[str, Callable[[build.Inputs], str]]] = {
    "html": ("the page: one file, which loads nothing", lambda inputs: html_page.render(build.document(inputs))),
    "markdown": ("the same, short, for a pull request or a job's summary",
                 lambda inputs: markdown.render(build.document(inputs))),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="atome report", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=pathlib.Path, help="file of atome ... --report, merge or ci/nightly")
    parser.add_argument("--baseline", type=pathlib.Path, metavar="OLD", help="report to show differences to")
    parser.add_argument("--diff", type=pathlib.Path, metavar="JSON",
                        help="what `atome diff OLD NEW --format json` printed: its judgement goes into the verdict")
    parser.add_argument("--history", type=pathlib.Path, metavar="DB", help="of `atome history`: trends")
    for name, (what, _) in OUTPUTS.items():
        parser.add_argument(f"--{name}", type=pathlib.Path, metavar="FILE", help=f"write {what}")
    return parser


def _inputs(arguments: argparse.Namespace) -> build.Inputs:
    report = report_file.read(arguments.report)
    baseline = report_file.read(arguments.baseline) if arguments.baseline else None
    diff = diff_file.read(arguments.diff) if arguments.diff else None
    if not arguments.history:
        return build.Inputs(report, baseline, diff)
    from reports.history import trends

    return build.Inputs(report, baseline, diff, trends(arguments.history))


def _write(path: pathlib.Path, text: str) -> None:
    """The file whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    beside.replace(path)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    wanted = {name: path for name in OUTPUTS if (path := getattr(arguments, name))}
    if not wanted:
        parser.error("nothing to write; give " + " or ".join(f"--{name} FILE" for name in OUTPUTS))
    try:
        inputs = _inputs(arguments)
        for name, path in wanted.items():
            _write(path, OUTPUTS[name][1](inputs))
    except (OSError, ValueError) as error:
        print(f"atome report: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
