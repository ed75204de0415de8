"""Which model for which chip, from committed results: a table, frontier.json,
pictures and a page.

    atome frontier golden/frontier/sweep.json [--core m3] [--cost ram]
    atome frontier golden/frontier/sweep.json --format csv --core all
    atome frontier golden/frontier/sweep.json --write-readme README.md [--check]

Beside CONFIG lie results.json and losses.npz, which
ci/frontier CONFIG --collect writes.

Exit codes: 0 done, 1 --check found another table, 2 usage or an unusable file.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Sequence

from reports import console, whole_file
from reports.frontier import document, output, readme, results, sentences
from reports.frontier.candidates import COSTS, Library, Setting

OUT = pathlib.Path("build/frontier")
EVERY = "all"


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="atome frontier", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=pathlib.Path, metavar="CONFIG", help="as golden/frontier/sweep.json")
    parser.add_argument("--results", type=pathlib.Path, metavar="FILE",
                        help="another results.json, with losses.npz beside it")
    parser.add_argument("--text", metavar="NAME", help="of results.json, or all; default: the first")
    parser.add_argument("--budget", metavar="NAME", help="of training, or all; default: the first")
    parser.add_argument("--core", metavar="NAME", help="or all; default: m3, where it was measured")
    parser.add_argument("--positions", metavar="N", help="64 or 256, or all; default: 64, where it was measured")
    parser.add_argument("--cost", choices=COSTS, default="flash", help="to sort by; default: flash")
    parser.add_argument("--format", choices=list(output.FORMATS), default="table", help="of what is printed; default: table")
    parser.add_argument("--wide", action="store_true", help="all candidates and columns, numbers in full")
    parser.add_argument("--out", type=pathlib.Path, metavar="DIR", default=OUT,
                        help="folder of frontier.json, frontier.html and pictures; default: build/frontier")
    parser.add_argument("--print-only", action="store_true", help="write no files")
    parser.add_argument("--write-readme", type=pathlib.Path, metavar="FILE", help="put the Markdown between the marks of this file")
    parser.add_argument("--check", action="store_true", help="with --write-readme: only compare")
    arguments = parser.parse_args(argv)
    if arguments.check and not arguments.write_readme:
        parser.error("--check needs --write-readme FILE")
    return arguments


def _chosen(option: str, value: str | None, there: Sequence[str], default: str) -> list[str]:
    """What an option names, of what is there."""
    if value is None:
        value = default if default in there else next(iter(there), EVERY)
    if value != EVERY and value not in there:
        raise ValueError(f"--{option} {value}: results have {', '.join(there) or 'none'}; name one of these, or {EVERY}")
    return list(there) if value == EVERY else [value]


def selected(library: Library, arguments: argparse.Namespace) -> list[Setting]:
    """The settings that options name. ValueError: an unknown name, or nothing was trained so."""
    if not library.trained():
        raise ValueError(f"{library.results.path}: has no training with losses yet; {results.REMEDY}")
    if not library.results.cores:
        raise ValueError(f"{library.results.path}: has no costs yet; {results.REMEDY}")
    first = library.trained()[0]
    texts = _chosen("text", arguments.text, list(library.results.texts), first[0])
    budgets = _chosen("budget", arguments.budget, list(library.results.budgets), first[1])
    cores = _chosen("core", arguments.core, library.results.cores, "m3")
    positions = _chosen("positions", arguments.positions, list(map(str, library.positions())), "64")
    found = document.settings_of(library, texts, budgets, cores, list(map(int, positions)))
    if not found:
        trained = ", ".join(f"{text} by {budget}" for text, budget in library.trained())
        raise ValueError(f"nothing was trained on {', '.join(texts)} by {', '.join(budgets)}; what was: {trained}")
    return found


def write_files(library: Library, out: pathlib.Path) -> None:
    """Everything is made before anything is written."""
    from reports.frontier import page, pictures  # matplotlib takes longer than all the rest

    out.mkdir(parents=True, exist_ok=True)
    drawn = []
    for text, budget in library.trained():
        settings = document.settings_of(library, [text], [budget], positions=[sentences.POSITIONS])
        drawn += [picture for cost in COSTS if (picture := pictures.draw(library, settings, cost)) is not None]
    files = {"frontier.json": document.dump(document.make(library, document.settings_of(library))).encode(),
             **{picture.name: picture.png for picture in drawn},
             "frontier.html": page.render(library, drawn).encode()}
    for name, data in files.items():
        whole_file.write(out / name, data)


def run(arguments: argparse.Namespace) -> int:
    if not arguments.config.is_file():
        raise ValueError(f"{arguments.config}: no such file; give golden/frontier/sweep.json")
    library = Library(results.read(arguments.results or arguments.config.with_name("results.json")))
    settings = selected(library, arguments)
    if arguments.write_readme:
        markdown = output.as_markdown(library, settings, arguments.cost, arguments.wide)
        if not arguments.check:
            readme.write(arguments.write_readme, markdown)
        elif not readme.is_current(arguments.write_readme, markdown):
            print(f"atome frontier: {arguments.write_readme} has another table than the results give; run this without --check",
                  file=sys.stderr)
            return 1
        return 0
    text = output.FORMATS[arguments.format](library, settings, arguments.cost, arguments.wide)
    if not arguments.print_only:
        write_files(library, arguments.out)
    console.write(text)
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    arguments = parse_arguments(argv)
    try:
        return run(arguments)
    except (OSError, ValueError) as error:
        print(f"atome frontier: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(console.run("atome frontier", main))
