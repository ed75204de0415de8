"""What is done with a night's report: the verdict against the baseline, the history, the page. Declared as steps."""

from __future__ import annotations

import dataclasses
import importlib.util
import pathlib
import subprocess
import sys
from collections.abc import Sequence

from ci.night.rows import REGRESSION, USAGE, worst
from reports import diff_file, whole_file
from reports.diff_file import Diff

BASELINE, BUDGETS = "ci/baselines/nightly.json.xz", "ci/baselines/budgets.json"
MAX_TOLD = 40  # changes of a severity


@dataclasses.dataclass(frozen=True)
class Step:
    what: str
    argv: tuple[str, ...]                             # {report}, {out}: the report's file, the folder of results
    module: str = ""                                  # of ours that it needs
    needs: tuple[str, ...] = ()                       # files without which there is nothing to do
    optional: tuple[tuple[str, str, str], ...] = ()   # file, option that takes it, the file again as the option wants it
    stdout: str = ""                                  # file that takes what it prints
    whole: bool = False                               # only of the report of a whole set
    gates: bool = False                               # its exit code is one of the night
    tells: bool = False                               # what it prints is a diff, of which people are told


STEPS = (
    Step("diff with the accepted baseline", ("build/atome", "diff", BASELINE, "{compared}", "--format", "json"),
         needs=(BASELINE,), optional=((BUDGETS, "--budgets", BUDGETS),), stdout="{out}/diff.json", gates=True, tells=True),
    Step("history", ("{python}", "-m", "reports.history", "add", "{report}"), "reports.history", whole=True),
    Step("page", ("{python}", "-m", "reports.report", "{report}", "--html", "{out}/page.html",
                  "--markdown", "{out}/summary.md"), "reports.report",
         optional=(("{out}/diff.json", "--diff", "{out}/diff.json"),
                   ("build/history.sqlite", "--history", "build/history.sqlite"))),
    Step("JUnit", ("{python}", "-m", "reports.report", "{report}", "--junit", "{out}/junit.xml"), "reports.report",
         optional=(("{out}/diff.json", "--diff", "{out}/diff.json"),)),
)


def _there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _say(text: str) -> None:
    print(f"ci/nightly: {text}", file=sys.stderr, flush=True)


def _tell(diff: Diff) -> None:
    print(f"{'PASS' if diff.passed else 'REGRESSION'} against the baseline: {diff.summary}")
    for severity in ("regression", "improvement"):
        found = [change for change in diff.changes if change.severity == severity]
        for change in found[:MAX_TOLD]:
            print(f"  {' '.join(str(change).split())}")
        if len(found) > MAX_TOLD:
            print(f"  and {len(found) - MAX_TOLD} more {severity}s; the page and diff.json have them")
    sys.stdout.flush()


def _run(step: Step, names: dict[str, str], root: pathlib.Path, partial: bool) -> int:
    def filled(word: str) -> str:
        for name, value in names.items():
            word = word.replace(f"{{{name}}}", value)
        return word

    argv = [filled(word) for word in step.argv]
    for path, option, value in step.optional:
        if (root / filled(path)).exists():
            argv += [option, filled(value)]
    if partial and "diff" in argv:
        argv.append("--partial")
    if not step.stdout:
        return subprocess.run(argv, cwd=root, check=False).returncode
    done = subprocess.run(argv, cwd=root, stdout=subprocess.PIPE, check=False)
    if done.stdout:
        whole_file.write(pathlib.Path(filled(step.stdout)), done.stdout)
        if step.tells and done.returncode in diff_file.EXIT_CODES:
            _tell(diff_file.parse(done.stdout, step.what))
    return done.returncode


def run(names: dict[str, str], root: pathlib.Path, whole: bool, partial: bool, steps: Sequence[Step] = STEPS) -> int:
    """All steps that can be done. What cannot be done is said and ends nothing.

    Returns REGRESSION when a step that gates says it, USAGE when one failed otherwise, so that nobody takes silence for a
    pass; else 0.
    """
    verdict = 0
    sys.stdout.flush()
    pathlib.Path(names["out"], "diff.json").unlink(missing_ok=True)
    for step in steps:
        lacking = [path for path in step.needs if not (root / path).exists()]
        if step.whole and not whole:
            continue
        if lacking or step.module and not _there(step.module):
            _say(f"{step.what}: left out, there is no {lacking[0] if lacking else f'module {step.module}'}")
            continue
        code = _run(step, names, root, partial)
        failed = code not in (0, REGRESSION)
        if failed:
            _say(f"{step.what}: exit code {code}; the report itself is whole")
        if step.gates and code:
            verdict = worst([verdict, USAGE if failed else REGRESSION])
    return verdict
