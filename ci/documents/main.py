"""Tries every command of every document, as a new user would, in a clean clone that has nothing beside it.

    ci/readme                          clones the last commit into a temporary folder, builds it there, tries all
    ci/readme README.md                the commands of some documents
    ci/readme --in /tmp/clone          in a clone that is there and built; its files may be written
    ci/readme --list                   only says what would be run, what not, and why
A command passes when it ends with code 0, or with the one that a comment behind it says, as "# exit code 1". What is not run
is in ci/documents/exceptions.json, with reasons. Exit codes: 0 all as the documents say, 1 not so, 2 usage.
"""

from __future__ import annotations

import argparse
import contextlib
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence

from ci.documents import commands, exceptions, trial
from ci.rooms import ROOMS, ROOT


def documents(root: pathlib.Path = ROOT) -> list[str]:
    """All Markdown files of the repository, the root's first."""
    found = [*sorted(root.glob("*.md")), *sorted(path for top in ROOMS for path in (root / top).rglob("*.md"))]
    return [path.relative_to(root).as_posix() for path in found]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ci/readme", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", nargs="*", metavar="DOCUMENT", help="from the repository's root; default: all")
    parser.add_argument("--in", dest="checkout", type=pathlib.Path, metavar="FOLDER", help="a clone that is built")
    parser.add_argument("--list", action="store_true", help="run nothing")
    parser.add_argument("--limit", type=float, default=trial.LIMIT_S, metavar="SECONDS",
                        help="that one command may take (default: %(default)s)")
    return parser


@contextlib.contextmanager
def _clone() -> Iterator[pathlib.Path]:
    with tempfile.TemporaryDirectory(prefix="atome-readme-") as folder:
        clone = pathlib.Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", ROOT, clone], check=True)
        subprocess.run([clone / "ci" / "build"], check=True, stdout=sys.stderr)
        yield clone


def _list(names: list[str], known: exceptions.Exceptions) -> int:
    for name in names:
        for command in commands.read(ROOT / name):
            why = known.reason(command.text)
            print(f"{name}:{command.line}: {command.title}{f'   [left out: {why}]' if why else ''}")
    return 0


def _try(names: list[str], checkout: pathlib.Path, known: exceptions.Exceptions, limit_s: float) -> int:
    tried = failed = left_out = 0
    for name in names:
        for outcome in trial.run(name, checkout, known, limit_s):
            left_out += bool(outcome.left_out)
            tried += not outcome.left_out
            failed += bool(outcome.wrong)
            state = f"left out, {outcome.left_out}" if outcome.left_out else "WRONG" if outcome.wrong else "ok"
            print(f"{outcome.place}: {outcome.command.title}: {state} ({outcome.seconds:.0f} s)", flush=True)
            if outcome.wrong:
                print("    " + outcome.wrong.replace("\n", "\n    "), flush=True)
    print(f"{tried - failed} of {tried} commands do what their documents say; {left_out} left out")
    return 1 if failed else 0


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    everything = documents()
    names = arguments.documents or everything
    if unknown := [name for name in names if name not in everything]:
        parser.error(f"no document of the repository: {', '.join(unknown)}; names are as README.md, harness/README.md")
    known = exceptions.read()
    if arguments.list:
        return _list(names, known)
    if arguments.checkout is not None:
        checkout = arguments.checkout.resolve()
        if not (checkout / "build" / "atome").exists():
            parser.error(f"--in {arguments.checkout}: there is no build/atome; run ci/build there first")
        return _try(names, checkout, known, arguments.limit)
    with _clone() as checkout:
        return _try(names, checkout, known, arguments.limit)


if __name__ == "__main__":
    sys.exit(main())
