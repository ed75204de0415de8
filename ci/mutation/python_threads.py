"""Work on many things, several at a time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable


def each(jobs: int, things: Iterable[str], work: Callable[[int, str], None]) -> None:
    """Calls `work` with the number of a thread, below `jobs`, and a thing. After an error no more are begun, and it is raised."""
    ahead: queue.SimpleQueue[str] = queue.SimpleQueue()
    problems: list[BaseException] = []
    for thing in things:
        ahead.put(thing)

    def run(number: int) -> None:
        while not problems:
            try:
                work(number, ahead.get_nowait())
            except queue.Empty:
                return
            except BaseException as error:  # noqa: BLE001 - raised below, in the caller's thread
                problems.append(error)

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():  # so that Ctrl-C is heard
            thread.join(0.2)
    if problems:
        raise problems[0]
