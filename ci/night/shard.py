"""A night split over machines that know nothing of each other."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from ci.night.job import Job


def parse(text: str) -> tuple[int, int]:
    """"2/4" as (2, 4): the second of four. ValueError."""
    number, _, count = text.partition("/")
    if not (number.isascii() and count.isascii() and number.isdigit() and count.isdigit()
            and 1 <= int(number) <= int(count)):
        raise ValueError(f"--shard {text}: write i/n, 1 <= i <= n, as 2/4")
    return int(number), int(count)


def take(jobs: Sequence[Job], number: int, count: int) -> list[Job]:
    """Shard `number` of `count`, in the order of `jobs`.

    Costliest first, each to the shard with the least so far: it follows from names and costs of the matrix alone, so that
    every machine splits alike whatever it has measured before.
    """
    loads = [(0.0, index) for index in range(count)]
    mine = set()
    for job in sorted(jobs, key=lambda job: (-job.cost_s, job.name)):
        load, index = heapq.heappop(loads)
        heapq.heappush(loads, (load + job.cost_s, index))
        if index == number - 1:
            mine.add(job.name)
    return [job for job in jobs if job.name in mine]
