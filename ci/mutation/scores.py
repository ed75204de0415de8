"""Scores by room: how many mutants the tests killed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from ci.mutation.config import Config
from ci.mutation.judged import Judged
from ci.mutation.mutant import EQUIVALENT, SURVIVED, Mutant, Result


@dataclasses.dataclass
class Score:
    room: str
    goal: float
    killed: int = 0
    survived: int = 0
    equivalent: int = 0

    @property
    def mutants(self) -> int:
        return self.killed + self.survived + self.equivalent

    @property
    def percent(self) -> float:
        """Of those that are not equivalent; 100 where there is none."""
        counted = self.killed + self.survived
        return 100 * self.killed / counted if counted else 100.0

    @property
    def missed(self) -> bool:
        return self.percent < self.goal


def outcome(result: Result, judged: Mapping[str, Judged]) -> str:
    """A kill is a kill, whatever people said; a survivor may be equivalent."""
    entry = judged.get(result.id)
    return EQUIVALENT if result.outcome == SURVIVED and entry and entry.verdict == "equivalent" else result.outcome


def of(config: Config, mutants: Iterable[Mutant], results: Mapping[str, Result], judged: Mapping[str, Judged]) -> list[Score]:
    """In the order of mutate.json; rooms without results are left out."""
    scores = {room.path: Score(room.path, room.goal) for room in config.rooms}
    for mutant in mutants:
        room, result = config.room(mutant.path), results.get(mutant.id)
        if room is None or result is None:
            continue
        score, what = scores[room.path], outcome(result, judged)
        score.killed += result.caught
        score.survived += what == SURVIVED
        score.equivalent += what == EQUIVALENT
    return [score for score in scores.values() if score.mutants]


def table(scores: list[Score]) -> str:
    lines = [f"{'room':<26}{'mutants':>8}{'killed':>8}{'survived':>10}{'equivalent':>12}{'score':>8}{'goal':>6}"]
    whole = Score("all", 0)
    for score in scores:
        whole.killed += score.killed
        whole.survived += score.survived
        whole.equivalent += score.equivalent
    for score in [*scores, whole] if len(scores) > 1 else scores:
        goal = f"{score.goal:.0f}" + ("!" if score.missed else " ") if score is not whole else ""
        lines.append(f"{score.room:<26}{score.mutants:>8}{score.killed:>8}{score.survived:>10}{score.equivalent:>12}"
                     f"{score.percent:>8.1f}{goal:>6}")
    return "".join(line.rstrip() + "\n" for line in lines)
