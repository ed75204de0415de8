"""Plants small faults, mutants, in the sources, and says which of them no test notices.

    ci/mutate                          the sample of ci/mutation/mutate.json
    ci/mutate --only emulation/timing  files whose paths begin so; --sample N: so many of them
    ci/mutate --changed                lines that are not as on main
    ci/mutate --survivors              what the kept results say, without running anything
    ci/mutate --show ID, --run ID      one mutant: what it changes; which test notices it
Killed, it goes on where it was. Exit codes: 0 every room has its goal; 1 one has not, or `equivalent.json` names a mutant
that is not there; 2 usage or a missing tool.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import pathlib
import shlex
import sys
from collections.abc import Sequence

from ci.mutation import choose, config, confine, judged, languages, output, report_cells, scores
from ci.mutation.language import ALL, UNIT, Bench, Language
from ci.mutation.mutant import Mutant, Result
from ci.mutation.progress import Progress
from ci.mutation.store import Store
from ci.night import environment
from reports import report_file, whole_file
from reports.report_data import Environment, Report

MOST_CHANGED = 100  # mutants of --changed, which is to take less than five minutes
ROOT = pathlib.Path(__file__).resolve().parents[2]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ci/mutate", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], metavar="PREFIX", help="files whose paths begin so; may be given again")
    parser.add_argument("--language", action="append", default=[], metavar="NAME", help="cpp or python (default: both)")
    parser.add_argument("--changed", nargs="?", const="", metavar="REV",
                        help="mutants of lines that differ from this revision (default: where the branch left main)")
    parser.add_argument("--sample", type=int, metavar="N", help=f"at most so many mutants (default: all; with --changed {MOST_CHANGED})")
    parser.add_argument("--all", action="store_true", help="every place, not the share that mutate.json gives")
    parser.add_argument("--list", action="store_true", help="print the mutants and run nothing")
    parser.add_argument("--survivors", action="store_true", help="print what kept results say survived and run nothing")
    parser.add_argument("--show", metavar="ID", help="print what a mutant changes")
    parser.add_argument("--run", metavar="ID", help="run one mutant anew and print which test fails")
    parser.add_argument("--fresh", action="store_true", help="run again what was run")
    parser.add_argument("--trust-kills", action="store_true",
                        help="a mutant that was killed stays so though that test has changed: while tests are written")
    parser.add_argument("--near", action="store_true", help="only the nearest test binary of each room")
    parser.add_argument("--unit", action="store_true", help="only unit tests, not those of the whole command")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="at a time (default: %(default)s)")
    parser.add_argument("--report", type=pathlib.Path, metavar="FILE", help="default: report.binpb of the work folder")
    parser.add_argument("--work", type=pathlib.Path, metavar="DIR", help="default: build/mutate")
    return parser


def _work(arguments: argparse.Namespace, root: pathlib.Path) -> pathlib.Path:
    return pathlib.Path(arguments.work or root / "build" / "mutate").resolve()


class Session:
    """The mutants that the arguments name, and their languages."""

    def __init__(self, arguments: argparse.Namespace, root: pathlib.Path) -> None:
        self.root, self.work = root, _work(arguments, root)
        self.config = config.load(root / "ci" / "mutation" / "mutate.json")
        self.judged = judged.load(root / "ci" / "mutation" / "equivalent.json")
        self.language_of: dict[str, Language] = {}
        self.mutants: list[Mutant] = []
        self.everything: list[Mutant] = []  # of the files that were read
        self.read: set[str] = set()
        known = {language.name: language for language in languages.all_of()}
        for name in arguments.language:
            if name not in known:
                raise ValueError(f"--language {name}: give one of {', '.join(known)}")
        lines = None
        if arguments.changed is not None:
            lines = choose.changed_lines(root, arguments.changed or choose.base(root))
        for name, language in known.items():
            if not arguments.language or name in arguments.language:
                self._of_language(language, arguments, lines)
        one = arguments.show or arguments.run
        if one:
            self.mutants = [mutant for mutant in self.everything if mutant.id == one]
            if not self.mutants:
                raise ValueError(f"there is no mutant {one}; --list --all prints those that there are")
        most = arguments.sample if arguments.sample is not None else MOST_CHANGED if lines is not None else len(self.mutants)
        if most < len(self.mutants):
            self.mutants = choose.fewest(self.mutants, most)

    def bench(self, arguments: argparse.Namespace) -> Bench:
        return Bench(self.root, self.work, self.config, arguments.jobs, near=arguments.near, unit=arguments.unit)

    def _of_language(self, language: Language, arguments: argparse.Namespace, lines: dict[str, set[int]] | None) -> None:
        paths = [path for path in language.files(self.root) if self.config.room(path) and choose.within(path, arguments.only)]
        if lines is not None:
            paths = [path for path in paths if path in lines]
        found = language.generate(self.root, self.work / language.name, paths, arguments.jobs)
        self.read.update(paths)
        self.everything += found
        self.language_of.update({mutant.id: language for mutant in found})
        if lines is not None:
            found = [mutant for mutant in found if mutant.line in lines[mutant.path]]
        elif not arguments.all:
            found = choose.sample(found, self.config)
        self.mutants += found


def _run(session: Session, store: Store, arguments: argparse.Namespace) -> dict[str, Result]:
    """Runs what has no result that stands; the results of all."""
    results: dict[str, Result] = {}
    begun: dict[str, Result] = {}
    left: dict[str, tuple[Language, list[Mutant]]] = {}
    bench = session.bench(arguments)
    for mutant in session.mutants:
        language = session.language_of[mutant.id]
        again = arguments.fresh or arguments.run
        kept = None if again else store.get(mutant, language, bench.met, arguments.trust_kills)
        if kept is not None:
            results[mutant.id] = kept
            continue
        left.setdefault(language.name, (language, []))[1].append(mutant)
        half = None if again or bench.met != ALL else store.get(mutant, language, UNIT, arguments.trust_kills)
        if half is not None:
            begun[mutant.id] = half
    progress = Progress(sys.stderr, sum(len(mutants) for _, mutants in left.values()))
    try:
        for name, (language, mutants) in left.items():
            by_id = {mutant.id: mutant for mutant in mutants}

            def told(result: Result, by_id: dict[str, Mutant] = by_id, language: Language = language) -> None:
                results[result.id] = result
                store.put(by_id[result.id], language, result, bench.met)
                progress.ended(result)

            def paused(result: Result, by_id: dict[str, Mutant] = by_id, language: Language = language) -> None:
                store.put(by_id[result.id], language, result, UNIT)

            language.run(dataclasses.replace(bench, work=session.work / name, say=progress.say, begun=begun), mutants, told, paused)
    finally:
        progress.close()
    return results


def _keep(session: Session, results: dict[str, Result], survivors: str, arguments: argparse.Namespace) -> None:
    """The survivors as text, and the report, in the work folder or where --report says."""
    whole_file.write(session.work / "survivors.txt", survivors.encode())
    part = ", ".join([*arguments.only, *arguments.language, *(["changed lines"] if arguments.changed is not None else [])])
    cells = report_cells.of(session.config, session.mutants, results, session.judged, part)
    if not cells:
        return
    words = [*(word for prefix in arguments.only for word in ("--only", prefix)), *(["--all"] if arguments.all else [])]
    report = Report(shlex.join(["ci/mutate", *words]), environment.of(session.root, environment.now(), Environment()), cells)
    report_file.write(report, arguments.report or session.work / "report.binpb")


def _confine(arguments: argparse.Namespace, root: pathlib.Path) -> None:
    work = _work(arguments, root)
    os.environ["TMPDIR"] = str(work / "tmp")
    caches = [pathlib.Path(os.environ.get("CCACHE_DIR", "")), pathlib.Path.home() / ".cache" / "ccache", pathlib.Path.home() / ".ccache"]
    confine.confine([root / "build", work, work / "tmp", *(cache for cache in caches if cache.is_absolute() and cache.is_dir()),
                     *([arguments.report.resolve().parent] if arguments.report else [])])


def main(argv: Sequence[str] | None = None, root: pathlib.Path = ROOT, confined: bool = False) -> int:
    """The command, on the repository at `root`; returns its exit code. `confined`: this process, and what it starts, gives up to write
    elsewhere than a run does."""
    arguments = _parser().parse_args(argv)
    try:
        if arguments.jobs < 1:
            raise ValueError(f"--jobs {arguments.jobs}: give at least 1")
        if confined and not (arguments.list or arguments.show or arguments.survivors):
            _confine(arguments, root)
        session = Session(arguments, root)
        if arguments.list:
            print(output.listing(session.mutants), end="")
            return 0
        if arguments.show:
            print(output.change(session.mutants[0], root), end="")
            return 0
        store = Store(session.work, root, alone=not arguments.survivors)
        try:
            if arguments.survivors:
                found = {mutant.id: store.get(mutant, session.language_of[mutant.id], session.bench(arguments).met, arguments.trust_kills)
                         for mutant in session.mutants}
                results = {name: result for name, result in found.items() if result is not None}
            else:
                results = _run(session, store, arguments)
        finally:
            store.close()
        if arguments.run:
            print(output.change(session.mutants[0], root) + output.told(results.get(arguments.run)), end="")
            return 0
        left = output.survivors(session.mutants, results, session.judged)
        print(left, end="")
        rows = scores.of(session.config, session.mutants, results, session.judged)
        print(scores.table(rows), end="")
        if not arguments.survivors:
            _keep(session, results, left, arguments)
        stale = judged.stale(session.judged, session.everything, session.read)
        for entry in stale:
            print(f"ci/mutate: ci/mutation/equivalent.json: {entry.id} ({entry.path}: {entry.change}) is not there any more; "
                  "remove it, or give the id of today's", file=sys.stderr)
        return 1 if stale or any(row.missed for row in rows) else 0
    except (OSError, ValueError) as error:
        print(f"ci/mutate: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nci/mutate: interrupted; the same command goes on from here", file=sys.stderr, flush=True)
        os._exit(130)  # the processes that run end with this one
