"""How long a step of training takes here, against the trainer of another checkout of this repository.

    git worktree add --detach build/before HEAD
    /usr/bin/python3 -m golden.training.speed build/before --contender ternary_60k --ours bfloat16=1

On a shared machine only ratios mean something, and only by turns: a process of each checkout, some steps there, as many
here, and again. Prints processor milliseconds a step and the ratio, each as median and quartiles over the turns. One
thread, recipe `best`. Exit codes: 0 measured, 2 a trainer did not run.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
from collections.abc import Sequence

from golden.training.contenders import CONTENDERS
from reports import console

HERE = pathlib.Path(__file__).resolve().parents[2]
# What a checkout runs: steps whenever a line asks for some. It uses only what every trainer so far has.
STEPS = """
import dataclasses, pathlib, sys
from golden.training import contenders, recipes, run, text
import torch
try:
    from golden.training.memory import keep_memory
    keep_memory()
except ImportError:
    pass
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
recipe = recipes.RECIPES["best"]
for word in sys.argv[3:]:
    name, value = word.split("=")
    recipe = dataclasses.replace(recipe, **{name: type(getattr(recipe, name))(float(value))})
it = run.Run(contenders.CONTENDERS[sys.argv[1]], recipe, 0, text.Text.read(pathlib.Path(sys.argv[2]), 64, 256))
print("ready", flush=True)
for line in sys.stdin:
    before = it.cpu_seconds
    for _ in range(int(line)):
        it.train_step()
    print(it.cpu_seconds - before, flush=True)
"""


class Trainer:
    """A trainer in a process of its own."""

    def __init__(self, tree: pathlib.Path, arguments: Sequence[str]) -> None:
        """Starts it and waits until it is ready; raises ValueError with its last line."""
        environment = {**os.environ, "PYTHONPATH": str(tree), "OPENBLAS_NUM_THREADS": "1"}
        self._tree = tree
        self._process = subprocess.Popen([sys.executable, "-c", STEPS, *arguments], env=environment, text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._answer()

    def _answer(self) -> str:
        assert self._process.stdout and self._process.stderr
        said = self._process.stdout.readline()
        if not said:
            raise ValueError(f"{self._tree}: {(self._process.stderr.read().splitlines() or ['no word from it'])[-1]}")
        return said

    def step_ms(self, steps: int) -> float:
        """Processor milliseconds of a step, the mean of so many."""
        assert self._process.stdin
        self._process.stdin.write(f"{steps}\n")
        self._process.stdin.flush()
        return 1000 * float(self._answer()) / steps

    def end(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.communicate()


def line(name: str, values: list[float], digits: int) -> str:
    """Median and quartiles of at least two values."""
    low, middle, high = (f"{value:.{digits}f}" for value in statistics.quantiles(values, n=4, method="inclusive"))
    return f"{name:24s} {middle} [{low}, {high}]"


def main(argv: list[str] | None = None) -> int:
    """Measures by turns; see the module for exit codes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=pathlib.Path, help="the other checkout")
    parser.add_argument("--contender", choices=CONTENDERS, default="ternary_60k", help="default: ternary_60k")
    parser.add_argument("--text", type=pathlib.Path, default=HERE / "README.md", help="read as bytes (default: README)")
    parser.add_argument("--steps", type=int, default=10, help="of a turn (default: 10)")
    parser.add_argument("--turns", type=int, default=15, help="default: 15")
    parser.add_argument("--ours", action="append", default=[], metavar="FIELD=NUMBER",
                        help="a change of the recipe here alone, as bfloat16=1; may be repeated")
    args = parser.parse_args(argv)
    if args.steps < 1 or args.turns < 2:
        parser.error("--steps must be at least 1 and --turns at least 2")
    arguments, trainers = [args.contender, str(args.text.resolve())], []
    before: list[float] = []
    now: list[float] = []
    try:
        trainers.append(Trainer(args.before.resolve(), arguments))
        trainers.append(Trainer(HERE, [*arguments, *args.ours]))
        for trainer in trainers:
            trainer.step_ms(2)  # caches and memory fill
        for _ in range(args.turns):
            before.append(trainers[0].step_ms(args.steps))
            now.append(trainers[1].step_ms(args.steps))
    except (OSError, ValueError) as error:
        print(f"speed: {error}", file=sys.stderr)
        return 2
    finally:
        for trainer in trainers:
            trainer.end()
    print(line("before, ms a step", before, 1))
    print(line("here, ms a step", now, 1))
    print(line("here / before", [ours / theirs for ours, theirs in zip(now, before)], 2))
    return 0


if __name__ == "__main__":
    sys.exit(console.run("speed", main))
