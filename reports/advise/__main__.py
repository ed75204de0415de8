"""Says which trained model writes best on a board or chip, from committed results.

    atome advise --board bluepill [--ms-per-token 50] [--positions 64|256]
    atome advise --board nucleo-f411re --ram 64K --family ternary,plain_int8
    atome advise --core m3 --clock 72 --flash 128K --ram 20K
    atome advise --board all

The best is the lowest perplexity on a part of the text that no training and no
choice has seen, of the models that fit flash and RAM and are fast enough.

Exit codes: 0 there is one, 1 on a chip that was named nothing fits, 2 usage or
unusable results.
"""

from __future__ import annotations

import argparse
import math
import os
import pathlib
import re
import sys
from collections.abc import Callable, Sequence

from reports import console
from reports.advise import chips, choice, json_output, output
from reports.advise.answer import Sources, answer
from reports.advise.chips import Chip
from reports.advise.choice import Limits
from reports.advise.study import Study

RESULTS = pathlib.Path("frontier") / "results.json"  # in the folder of golden data
GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "golden"
MOST_BYTES = 1 << 32


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        """One line, as for every other mistake."""
        raise ValueError(f"{message}; atome help advise lists the options")


def byte_count(word: str) -> int:
    """"20480", "20K" or "1M": bytes, K and M of 1024."""
    match = re.fullmatch(r"(\d{1,10})([KkMm]?)", word)
    count = int(match[1]) * {"": 1, "k": 1 << 10, "m": 1 << 20}[match[2].lower()] if match else 0
    if not 0 < count <= MOST_BYTES:
        raise argparse.ArgumentTypeError(f"{word!r} is no number of bytes from 1 to 4096M; write 20480, 20K or 1M")
    return count


def _positive(most: float, unit: str) -> Callable[[str], float]:
    def read(word: str) -> float:
        try:
            number = float(word)
        except ValueError:
            number = math.nan
        if not 0 < number <= most:
            raise argparse.ArgumentTypeError(f"{word!r} is no number of {unit} above 0, at most {most:g}")
        return number
    return read


def words(text: str) -> list[str]:
    """Of a list with commas."""
    found = [word for word in text.split(",") if word]
    if not found:
        raise argparse.ArgumentTypeError("needs a word, or several with commas")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="atome advise", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                     usage="atome advise --board A,B,... [OPTION]...\n"
                           "       atome advise --core CORE --clock MHZ --flash N --ram N [OPTION]...")
    parser.add_argument("--board", type=words, action="extend", default=[], metavar="A,B,...",
                        help="boards, or all: a line each")
    parser.add_argument("--core", metavar="CORE", help="of a chip that is no board: m0, m3, ...; flash that never waits")
    parser.add_argument("--clock", type=_positive(10000, "MHz"), metavar="MHZ", help="of that chip")
    parser.add_argument("--flash", type=byte_count, metavar="BYTES", help="that the firmware may take: 131072, 128K, 1M; "
                        "of a board by default all")
    parser.add_argument("--ram", type=byte_count, metavar="BYTES", help="likewise")
    parser.add_argument("--ms-per-token", type=_positive(1e9, "milliseconds"), metavar="X", help="the most milliseconds of a token; "
                        "default: any")
    parser.add_argument("--positions", type=int, choices=[64, 256], default=64,
                        help="that attention sees; default: %(default)s")
    parser.add_argument("--family", type=words, action="extend", default=[], metavar="A,B,...",
                        help="only these families; default: all")
    parser.add_argument("--text", default="", metavar="NAME",
                        help="that models are trained on: tinystories or builtin; default: tinystories")
    parser.add_argument("--budget", default="", metavar="NAME",
                        help="of training: base, or long, which few models have; default: base")
    parser.add_argument("--results", type=pathlib.Path, metavar="FILE", help="other results than the committed ones")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    return parser


def _asked(arguments: argparse.Namespace) -> list[Chip]:
    """The chips in question. ValueError says which options do not go together."""
    if bool(arguments.board) == bool(arguments.core):
        raise ValueError("needs --board NAME (all: every board), or --core with --clock, --flash and --ram")
    if arguments.board:
        if arguments.clock is not None:
            raise ValueError("--clock is for --core; a board's figures are of its own clock and wait states")
        return chips.named(arguments.board)
    missing = [f"--{name}" for name in ("clock", "flash", "ram") if getattr(arguments, name) is None]
    if missing:
        raise ValueError(f"--core needs {' and '.join(missing)} too")
    # It is as large as what the firmware may take.
    return [Chip("", "A chip that is no board", arguments.core, round(arguments.clock * 1e6), arguments.flash, arguments.ram)]


def _limits(chip: Chip, arguments: argparse.Namespace) -> Limits:
    """What is asked, of a chip that has less what it has."""
    return Limits(min(arguments.flash or chip.flash_bytes, chip.flash_bytes), min(arguments.ram or chip.ram_bytes, chip.ram_bytes),
                  arguments.ms_per_token)


def _run(argv: Sequence[str]) -> tuple[str, int]:
    arguments = _parser().parse_args(argv)
    asked = _asked(arguments)
    path = arguments.results or pathlib.Path(os.environ.get("ATOME_GOLDEN_DIR") or GOLDEN) / RESULTS
    study = Study.read(path, arguments.text, arguments.budget, arguments.positions, arguments.family)
    for chip in asked:
        study.check_core(chip)
    boards = list(chips.boards().values())
    sources = Sources(study.candidates, study.compare)
    answers = [answer(chip, _limits(chip, arguments), boards, sources) for chip in asked]
    if arguments.format == "json":
        text = json_output.as_json(answers, study)
    elif len(answers) > 1:
        text = output.as_table(answers, study)
    else:
        ranked = [(other, choice.ranked(other.candidates(asked[0]), answers[0].limits)) for other in study.by_other_budgets()]
        text = output.as_text(answers[0], study, [(other, fitting[0]) for other, fitting in ranked if fitting])
    every = "all" in arguments.board
    answered = [found.best is not None for found in answers]
    return text, 0 if (any(answered) if every else all(answered)) else 1


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    try:
        text, code = _run(sys.argv[1:] if argv is None else argv)
        console.write(text)
        return code
    except (OSError, ValueError, ModuleNotFoundError) as error:
        print(f"atome advise: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(console.run("atome advise", main))
