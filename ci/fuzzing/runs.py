"""One run of libFuzzer: a target over its corpus and what it makes of it."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import time

from ci.fuzzing.targets import ROOT, Target

INPUT_LIMIT_S = 10  # slower inputs are findings
MEMORY_LIMIT_MB = 1024
FOUND = re.compile(r"Test unit written to (\S+)")
WHY = re.compile(r"(?:ERROR: \S+: .*|.*runtime error: .*|fuzz: does not hold: .*|SUMMARY: .*)")
EXECUTED = re.compile(r"stat::number_of_executed_units: (\d+)")
COVERED = re.compile(r"cov: (\d+) ")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """Of one target. `finding`: the path of an input that fails; `why` it does, in the sanitizer's words."""
    target: Target
    executions: int
    seconds: float
    edges: int
    finding: pathlib.Path | None
    why: str = ""

    @property
    def repeat(self) -> str:
        """The command that fails again."""
        return f"{_shown(self.target.program)} {_shown(self.finding)}" if self.finding else ""

    @property
    def promise(self) -> str:
        """The command that makes the finding a test."""
        return f"cp {_shown(self.finding)} {_shown(self.target.corpus)}/" if self.finding else ""


def _shown(path: pathlib.Path | None) -> str:
    """As one types it at the root of the repository."""
    if path is None:
        return ""
    return shlex.quote(str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path))


def command(target: Target, runs: int, seed: int, work: pathlib.Path, findings: pathlib.Path) -> list[str]:
    """libFuzzer's; what it finds new goes to the folder `work`, inputs that fail to `findings`."""
    words = [str(target.program), f"-runs={runs}", f"-seed={seed}", f"-max_len={target.most_bytes}", f"-timeout={INPUT_LIMIT_S}",
             f"-rss_limit_mb={MEMORY_LIMIT_MB}", f"-artifact_prefix={findings}/{target.name}-", "-print_final_stats=1"]
    if target.dictionary is not None:
        words.append(f"-dict={target.dictionary}")
    return [*words, str(work), str(target.corpus)]


def outcome_of(target: Target, log: str, code: int, seconds: float) -> Outcome:
    """Reads what libFuzzer printed."""
    executed, covered, found = EXECUTED.search(log), COVERED.findall(log), FOUND.search(log)
    why = WHY.findall(log)
    finding = pathlib.Path(found[1]) if found else None
    if code != 0 and finding is None:  # a leak at the end, or an end without a word
        finding = target.program
    return Outcome(target, int(executed[1]) if executed else 0, seconds, int(covered[-1]) if covered else 0, finding,
                   why[0] if why else "" if code == 0 else f"exit code {code}")


def fuzz(target: Target, runs: int, seed: int, findings: pathlib.Path) -> Outcome:
    """Runs a target; a seed gives the same inputs again."""
    findings.mkdir(parents=True, exist_ok=True)
    settings = {"ASAN_OPTIONS": "detect_leaks=1:malloc_context_size=3:quarantine_size_mb=8",
                "UBSAN_OPTIONS": "print_stacktrace=1"}
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as work:
        done = subprocess.run(command(target, runs, seed, pathlib.Path(work), findings), cwd=ROOT, env=os.environ | settings,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    log = done.stdout.decode(errors="replace")
    (findings / f"{target.name}.log").write_text(log)
    return outcome_of(target, log, done.returncode, time.monotonic() - begun)
