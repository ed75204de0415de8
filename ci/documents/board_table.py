"""The table of README.md that says what each kind of model costs on one board, measured again.

    /usr/bin/python3 -m ci.documents.board_table            prints it
    /usr/bin/python3 -m ci.documents.board_table --check    exit code 1 when README.md has another
    /usr/bin/python3 -m ci.documents.board_table --write    puts it there

Every number is that of `atome ppl`, `cycles` or `size`, whose commands it runs; ATOME_BUILD names another build than build/.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from ci.rooms import ROOT
from reports import console, whole_file

README = ROOT / "README.md"
BOARD = "nucleo-f411re"
MODELS = "golden/experiments/stories"
HEAD = "| model and engine | parameters | perplexity | flash | RAM | cycles a token | tokens/s |"
RULE = "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"

Cell = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Row:
    title: str
    model: str
    variant: str

    @property
    def path(self) -> str:
        return f"{MODELS}/{self.model.split('.', maxsplit=1)[0]}/{self.model}"


ROWS = (
    Row("ternary, f32", "ternary_60k-s0.atome03", "f32"),
    Row("ternary, q15 (integers only)", "ternary_60k-s0.atome03", "q15"),
    Row("plain transformer, int8, as much flash", "plain_int8-s0.plain01", "plain"),
    Row("plain transformer, FP32, as much flash", "plain_flash_fair-s0.plain01", "plain"),
    Row("plain transformer, FP32, as many parameters", "plain_param_fair-s0.plain01", "plain"),
)


def grouped(number: float) -> str:
    """1234567 -> "1 234 567"."""
    return f"{round(number):,}".replace(",", " ")


def _number(figures: dict[str, Any], name: str) -> float:
    figure = figures[name]
    return float(figure["value"] if isinstance(figure, dict) else figure)


def _measure(*words: str) -> Cell:
    build = pathlib.Path(os.environ.get("ATOME_BUILD", ROOT / "build"))
    done = subprocess.run([build / "atome", *words, "--format", "json"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ValueError(f"atome {' '.join(words)}: exit code {done.returncode}: {done.stderr.strip()}")
    [cell] = json.loads(done.stdout)["cells"]
    return dict(cell)


def _parameters(model: pathlib.Path) -> int:
    """Of the model's config.json."""
    return int(json.loads((model.parent / "config.json").read_text(encoding="utf-8"))["parameters"])


def line(row: Row) -> str:
    """A row of the table; ValueError when something cannot be measured."""
    words = (row.path, "--variant", row.variant)
    predicted = _measure("ppl", *words)
    cost = _measure("cycles", *words, "--board", BOARD)["figures"]
    size = _measure("size", *words, "--board", BOARD)["parts"]["board"][BOARD]
    perplexity = _number(predicted["figures"], "perplexity")
    return (f"| {row.title} | {grouped(_parameters(ROOT / row.path))} | {perplexity:.2f} | {grouped(_number(size, 'flash_bytes_needed'))} "
            f"| {grouped(_number(size, 'ram_bytes_needed'))} | {grouped(_number(cost, 'cycles_per_token'))} "
            f"| {grouped(_number(cost, 'tokens_per_second'))} |")


def table() -> str:
    return "\n".join([HEAD, RULE, *map(line, ROWS)]) + "\n"


def in_text(text: str) -> str:
    """The table that a document has; ValueError when it has none."""
    found = re.search(rf"{re.escape(HEAD)}\n(?:\|.*\n)+", text)
    if found is None:
        raise ValueError(f"README.md has no table that begins with {HEAD}")
    return found[0]


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="board_table", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="compare with README.md")
    what.add_argument("--write", action="store_true", help="put it into README.md")
    arguments = parser.parse_args(argv)
    try:
        measured = table()
        text = README.read_text(encoding="utf-8")
        if arguments.write:
            whole_file.write(README, text.replace(in_text(text), measured).encode())
        elif arguments.check and measured != in_text(text):
            print(f"README.md has another table than is measured:\n{measured}\nput it there with --write", file=sys.stderr)
            return 1
        elif not arguments.check:
            print(measured, end="")
    except (OSError, ValueError, KeyError) as error:
        print(f"board_table: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(console.run("board_table", main))
