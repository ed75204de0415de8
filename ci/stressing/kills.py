"""Commands killed at random moments: what they write is whole or not there, and the next run goes on as if nothing was."""

from __future__ import annotations

import pathlib
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence

from ci.stressing import files
from ci.stressing.place import Place, Wrong, expect, only, same

NAMES = ("corpus", "report of size", "folded", "page", "history")
QUICK = ("corpus",)


def killed(place: Place, argv: Sequence[str], after_s: float) -> bool:
    """Whether it was killed before it ended."""
    process = subprocess.Popen(argv, cwd=place.folder, env=place.environment(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(after_s)
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True


def _moments(place: Place, argv: Sequence[str], count: int, seed: int) -> Iterator[float]:
    """Over the time that it takes, and most of them at its end, where it writes; then ever earlier, for a host that got faster."""
    began = time.monotonic()
    expect(place.run(*argv), 0)
    took = time.monotonic() - began
    moments = random.Random(seed)
    for turn in range(count):
        yield took * (moments.uniform(0, 1.1) if turn % 2 else moments.triangular(0.5, 1.1, 1.0))
    for turn in range(1, 9):
        yield took / 2 ** turn


def _loop(name: str, count: int, seed: int) -> Callable[[Place], None]:
    def case(place: Place) -> None:
        folder = place.folder / "out"
        folder.mkdir()
        out = folder / "file.json"  # the ending is the format of a report
        argv = files.words(place, name, out)
        kills = 0
        for turn, moment in enumerate(_moments(place, argv, count, seed)):
            if turn >= count and kills:
                break
            kills += killed(place, argv, moment)
            _check(name, out)
        if not kills:
            raise Wrong("nothing was killed: it ended before each moment")
        expect(place.run(*argv), 0)
        _check(name, out)
        if name != "history":
            only(folder, "file.json")
    return case


def _check(name: str, out: pathlib.Path) -> None:
    """The file ends as a whole one does."""
    if name == "history":
        with sqlite3.connect(out) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise Wrong("the history is damaged")
        connection.close()
        return
    data = out.read_bytes()
    ends = {"corpus": (200_000, b""), "report of size": (0, b"}\n"), "folded": (0, b"\n"), "page": (0, b"</html>\n")}
    size, end = ends[name]
    if (size and len(data) != size) or not data.rstrip().endswith(end.strip()) or not data:
        raise Wrong(f"{name} is torn: {len(data)} bytes, ending {data[-20:]!r}")


def _reader(count: int) -> Callable[[Place], None]:
    def case(place: Place) -> None:
        """Two writers by turns over one file, read all the while."""
        out = place.folder / "file"
        texts = [place.run(place.atome, "corpus", "--bytes", "300000", "--seed", seed).out for seed in ("1", "2")]
        out.write_bytes(texts[0])
        loop = f'for i in $(seq {count}); do "$1" corpus --bytes 300000 --seed "$3" --out "$2"; done'
        writers = [subprocess.Popen(["bash", "-c", loop, "bash", place.atome, str(out), seed], stderr=subprocess.DEVNULL)
                   for seed in ("1", "2")]
        while any(writer.poll() is None for writer in writers):
            same(out, texts)
            time.sleep(0.001)
        if any(writer.returncode for writer in writers):
            raise Wrong("a writer failed")
        only(place.folder, "file")
    return case


def cases(count: int, seed: int) -> Iterator[tuple[str, str, Callable[[Place], None], bool]]:
    for name in NAMES:
        yield f"kills/{name}", f"{count} kills, no torn file", _loop(name, count, seed), name in QUICK
    yield "kills/two writers and a reader", "each read is whole", _reader(count), False
