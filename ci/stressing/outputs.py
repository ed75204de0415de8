"""What commands print, where it is closed, full, or read only in part."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from ci.stressing.place import Place, Wrong, expect

# What prints, and what its words are; "{history}", "{report}" are made first.
PRINTERS: dict[str, tuple[str, ...]] = {
    "corpus": ("{atome}", "corpus"),
    "help": ("{atome}", "--help"),
    "help of a command": ("{atome}", "size", "--help"),
    "inspect": ("{atome}", "inspect", "{model}"),
    "size": ("{atome}", "size", "{model}", "--core", "m0"),
    "show": ("{atome}", "show", "{report}"),
    "history": ("{atome}", "history", "metrics", "--db", "{history}"),
    "help of history": ("{atome}", "history", "--help"),
    "report": ("{atome}", "report", "{report}", "--csv", "-"),
    "frontier": ("{atome}", "frontier", "{root}/golden/frontier/sweep.json", "--print-only"),
    "advise": ("{atome}", "advise", "--board", "bluepill"),
    "nightly": ("{root}/ci/nightly", "--list"),
    "readme": ("{root}/ci/readme", "--list", "README.md"),
}
QUICK = ("corpus", "history")


def _words(place: Place, words: tuple[str, ...]) -> list[str]:
    made = {"atome": place.atome, "model": place.model, "root": str(place.root)}
    needed = " ".join(words)
    if "{report}" in needed or "{history}" in needed:
        made["report"] = str(place.report())
    if "{history}" in needed:
        made["history"] = str(place.folder / "history.sqlite")
        expect(place.run(place.atome, "history", "add", made["report"], "--db", made["history"]), 0)
    return [word.format(**made) for word in words]


def _full(name: str) -> Callable[[Place], None]:
    def case(place: Place) -> None:
        words = _words(place, PRINTERS[name])
        expect(place.shell('"$@" > /dev/full', *words), 2, "cannot write to standard output")
        expect(place.shell('"$@" >&-', *words), 2, "cannot write to standard output")
    return case


def _head(name: str) -> Callable[[Place], None]:
    def case(place: Place) -> None:
        words = _words(place, PRINTERS[name])
        whole = place.run(*words)
        for reader in ("head -c 1 > /dev/null", "true"):
            done = place.shell(f'"$@" | {reader}; exit "${{PIPESTATUS[0]}}"', *words)
            expect(done, whole.code)
            if done.err != whole.err:
                raise Wrong(f"{reader}: it says {done.err.strip()!r}")
    return case


def _no_descriptors(place: Place) -> None:
    """A file that is opened would get the lowest free descriptor, that of output, and what is printed."""
    whole = place.run(place.atome, "corpus", "--bytes", "10000").out
    for closed in (">&-", "<&- >&- 2>&-"):
        out = place.folder / "stories.txt"
        expect(place.shell(f'"$1" corpus --bytes 10000 --out "$2" {closed}', place.atome, str(out)), 0)
        if out.read_bytes() != whole:
            raise Wrong(f"{closed}: the file has other bytes")
        report = place.folder / "report.json"
        place.shell(f'"$1" size "$2" --core m0 --report "$3" {closed}', place.atome, place.model, str(report))
        json.loads(report.read_text())


def cases() -> Iterator[tuple[str, str, Callable[[Place], None], bool]]:
    for name in PRINTERS:
        yield f"outputs/full or closed/{name}", "one message, exit code 2", _full(name), name in QUICK
    for name in PRINTERS:
        yield f"outputs/head/{name}", "exit code as without it, nothing said", _head(name), name in QUICK
    yield "outputs/no descriptors", "files have their own bytes", _no_descriptors, True
