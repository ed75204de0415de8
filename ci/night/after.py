"""What is done with a night's report: the verdict against the baseline, the history, the page. Declared as steps."""

from __future__ import annotations

import dataclasses
import importlib.util
import pathlib
import subprocess
import sys
from collections.abc import Sequence

from ci.night.rows import REGRESSION, USAGE, worst
from reports import whole_file

BASELINE, BUDGETS = "ci/baselines/nightly.json.xz", "ci/baselines/budgets.json"
DIFF = ("build/atome", "diff", BASELINE, "{compared}")
MADE = ("diff.json", "page.html")  # in the folder of results; what a step did not make anew is not left there


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
    told: tuple[str, ...] = ()                        # the same for people, on the terminal when all else is done


STEPS = (
    Step("diff with the accepted baseline", (*DIFF, "--format", "json"), needs=(BASELINE,),
         optional=((BUDGETS, "--budgets", BUDGETS),), stdout="{out}/diff.json", gates=True, told=DIFF),
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


class _Run:
    """One command at a time, with its words filled in."""

    def __init__(self, names: dict[str, str], root: pathlib.Path, partial: bool) -> None:
        self.names, self.root, self.partial = names, root, partial

    def filled(self, word: str) -> str:
        for name, value in self.names.items():
            word = word.replace(f"{{{name}}}", value)
        return word

    def argv(self, words: Sequence[str], step: Step) -> list[str]:
        argv = [self.filled(word) for word in words]
        for path, option, value in step.optional:
            if (self.root / self.filled(path)).exists():
                argv += [option, self.filled(value)]
        if self.partial and "diff" in argv:
            argv.append("--partial")
        return argv

    def step(self, step: Step) -> int:
        argv = self.argv(step.argv, step)
        if not step.stdout:
            return subprocess.run(argv, cwd=self.root, check=False).returncode
        done = subprocess.run(argv, cwd=self.root, stdout=subprocess.PIPE, check=False)
        if done.stdout:
            whole_file.write(pathlib.Path(self.filled(step.stdout)), done.stdout)
        return done.returncode

    def tell(self, step: Step) -> None:
        subprocess.run(self.argv(step.told, step), cwd=self.root, check=False)


def run(names: dict[str, str], root: pathlib.Path, whole: bool, partial: bool, steps: Sequence[Step] = STEPS) -> int:
    """All steps that can be done. What cannot be done is said and ends nothing.

    Returns REGRESSION when a step that gates says it, USAGE when one failed otherwise, so that nobody takes silence for a
    pass; else 0.
    """
    verdict = 0
    sys.stdout.flush()
    for name in MADE:
        pathlib.Path(names["out"], name).unlink(missing_ok=True)
    one, told = _Run(names, root, partial), []
    for step in steps:
        lacking = [path for path in step.needs if not (root / path).exists()]
        if step.whole and not whole:
            continue
        if lacking or step.module and not _there(step.module):
            _say(f"{step.what}: left out, there is no {lacking[0] if lacking else f'module {step.module}'}")
            continue
        code = one.step(step)
        failed = code not in (0, REGRESSION)
        if failed:
            _say(f"{step.what}: exit code {code}; the report itself is whole")
        if step.gates and code:
            verdict = worst([verdict, USAGE if failed else REGRESSION])
        if step.told and not failed:
            told.append(step)
    for step in told:
        one.tell(step)
    return verdict
