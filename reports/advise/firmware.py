"""The commands that make an advised model's firmware and run it, or train the model again."""

from __future__ import annotations

import os
import pathlib
import shlex

from reports.advise.chips import Chip
from reports.advise.choice import Candidate
from reports.advise.study import Study

USUAL = {"f32", "plain"}  # the variants that `atome firmware` takes unasked


def shown(path: pathlib.Path) -> str:
    """As a command here names it: short where it lies below this folder."""
    path, here = pathlib.Path(os.path.abspath(path)), pathlib.Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def program() -> str:
    """The `atome` that started this one."""
    started = os.environ.get("ATOME_COMMAND", "")
    return shown(pathlib.Path(started)) if started and pathlib.Path(started).is_relative_to(pathlib.Path.cwd()) else "atome"


def commands(best: Candidate, chip: Chip, study: Study) -> list[tuple[str, list[str]]]:
    """Titles, and the lines of a shell below each."""
    atome, place = program(), ["--board", chip.name] if chip.name else ["--core", chip.core]
    output = "my.hex" if chip.name else "my.elf"
    steps = []
    model = study.model_file(best.model)
    if model is None:
        trains, made = study.trained_again(best.model)
        steps.append(("Its model is not among the committed ones; in a checkout this trains it again", [trains]))
    words = [atome, "firmware", str(made) if model is None else shown(model), *place]
    words += [] if best.variant in USUAL else ["--variant", best.variant]
    words += [] if best.place == "flash" else ["--place", best.place]
    words += [] if study.positions == 64 else ["--max-seq", str(study.positions)]
    steps.append(("Its firmware, and a run in the emulator",
                  [shlex.join([*words, "-o", output]), shlex.join([atome, "run", output, *place])]))
    return steps


def broken(line: str, width: int) -> str:
    """A command, indented, that goes on in the next line where it is too long, as a shell takes it."""
    text, column = "   ", 3
    words = shlex.split(line)
    pairs: list[str] = []
    for word in words:  # an option stays with its value
        if pairs and pairs[-1].startswith("-") and " " not in pairs[-1] and not word.startswith("-"):
            pairs[-1] += f" {shlex.quote(word)}"
        else:
            pairs.append(shlex.quote(word))
    for pair in pairs:
        if column > 3 and column + 1 + len(pair) + 2 > width:
            text, column = f"{text} \\\n       ", 7
        text, column = f"{text} {pair}", column + 1 + len(pair)
    return text
