"""A report for people and for other programs: a page, Markdown, exports.

    atome report night.binpb --html page.html --markdown summary.md
    atome report night.binpb --baseline old.binpb --history history.sqlite \\
        --html page.html

Each output goes to the file that its option names; "-" is standard output.

Exit codes: 0 written, 2 usage or an unusable file.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Callable, Sequence

from reports import console, diff_file, report_file, whole_file
from reports.export import action, bencher, benchmark, csv_table, github, junit
from reports.page import build
from reports.page.rendering import html_page, markdown

# Option -> how it is made, and what it is.
OUTPUTS: dict[str, tuple[Callable[[build.Inputs], str], str]] = {
    "--html": (lambda inputs: html_page.render(build.document(inputs)), "the page: one file, which loads nothing"),
    "--markdown": (lambda inputs: markdown.render(build.summary(inputs)), "the same in short, for a pull request"),
    "--junit": (lambda inputs: junit.render(inputs.report, inputs.causes), "JUnit XML"),
    "--annotations": (lambda inputs: github.render(inputs.report, inputs.causes), "workflow commands of GitHub, one a cause"),
    "--benchmark": (lambda inputs: benchmark.render(inputs.report), "Google Benchmark's JSON"),
    "--csv": (lambda inputs: csv_table.render(inputs.report), "a figure a row"),
    "--bencher": (lambda inputs: bencher.render(inputs.report), "Bencher Metric Format"),
    "--action": (lambda inputs: action.render(inputs.report), "JSON of github-action-benchmark, customSmallerIsBetter"),
}
SHOW_CAUSES = ("--html", "--markdown", "--junit", "--annotations")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="atome report", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=pathlib.Path, metavar="REPORT", help="file of atome ... --report, merge or ci/nightly")
    compared = parser.add_mutually_exclusive_group()
    compared.add_argument("--baseline", type=pathlib.Path, metavar="OLD",
                          help="report to compare with: what `atome diff OLD REPORT` judges goes into the verdict")
    parser.add_argument("--partial", action="store_true",
                        help="with --baseline: REPORT is of some cells only, those it lacks are not a regression")
    parser.add_argument("--budgets", type=pathlib.Path, metavar="FILE", help="with --baseline: limits that are kept, too")
    compared.add_argument("--diff", type=pathlib.Path, metavar="JSON",
                          help="the same, from what `atome diff OLD REPORT --format json` printed")
    parser.add_argument("--history", type=pathlib.Path, metavar="DB", help="of `atome history`: trends")
    for option, (_, what) in OUTPUTS.items():
        parser.add_argument(option, metavar="FILE", help=what)
    return parser


def _inputs(arguments: argparse.Namespace) -> build.Inputs:
    report = report_file.read(arguments.report)
    diff = diff_file.read(arguments.diff) if arguments.diff else None
    if arguments.baseline:
        diff = diff_file.run(arguments.report, arguments.baseline, arguments.partial, arguments.budgets)
    shows = any(getattr(arguments, option.lstrip("-")) is not None for option in SHOW_CAUSES)
    judged = diff_file.run(arguments.report) if shows and not diff and any(cell.failed for cell in report.cells) else None
    if not arguments.history:
        return build.Inputs(report, diff, judged=judged)
    from reports.history import trends

    return build.Inputs(report, diff, trends(arguments.history), judged)


def _write(text: str, name: str) -> None:
    if name == "-":
        console.write(text)
    else:
        whole_file.write(pathlib.Path(name), text.encode(errors="replace"))


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    wanted = {option: name for option in OUTPUTS if (name := getattr(arguments, option.lstrip("-"))) is not None}
    if not wanted:
        parser.error(f"nothing to write; give one of {', '.join(OUTPUTS)}")
    for option in ("partial", "budgets"):
        if getattr(arguments, option) and not arguments.baseline:
            parser.error(f"--{option} goes with --baseline OLD")
    try:
        inputs = _inputs(arguments)
        for option, name in wanted.items():
            _write(OUTPUTS[option][0](inputs), name)
    except (OSError, ValueError, ModuleNotFoundError) as error:
        print(f"atome report: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(console.run("atome report", main))
