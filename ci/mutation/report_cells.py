"""A run as a report: a cell a mutant, and one with the scores of the rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ci.mutation import output, scores
from ci.mutation.config import Config
from ci.mutation.judged import Judged
from ci.mutation.mutant import EQUIVALENT, SURVIVED, Mutant, Result
from ci.mutation.scores import Score
from reports.report_data import PASS, Cell, Figure, Key

NEAR, WRONG = "within", "mismatch"


def _mutant(mutant: Mutant, result: Result, judged: Judged | None, fate: str) -> Cell:
    """A survivor is within what a room's goal allows, or the cell of the scores fails."""
    outcome = NEAR if fate == SURVIVED else PASS
    message = ""
    if fate == SURVIVED:
        message = f"{result.tests} tests reach it, and none notices" if result.tests else "no test reaches it"
    figures = [Figure("mutant_change", output.changed(mutant)), Figure("mutant_fate", fate)]
    if result.by:
        figures.append(Figure("killed_by", result.by))
    # The id is at the end, so that mutants of a file stand together.
    return Cell(Key("mutant", detail=f"{mutant.place} {mutant.kind} {mutant.id}"), outcome, message,
                note=judged.reason if judged and fate in (SURVIVED, EQUIVALENT) else "", command=f"ci/mutate --run {mutant.id}",
                figures=figures)


def _score(rows: Sequence[Score], part: str) -> Cell:
    figures = []
    for row in rows:
        figures += [Figure("mutants", row.mutants, "room", row.room), Figure("mutants_killed", row.killed, "room", row.room),
                    Figure("mutants_survived", row.survived, "room", row.room),
                    Figure("mutants_equivalent", row.equivalent, "room", row.room),
                    Figure("mutation_score", round(row.percent, 1), "room", row.room),
                    Figure("mutation_goal", row.goal, "room", row.room)]
    missed = [f"{row.room}: {row.percent:.1f} %, and the goal is {row.goal:g} %" for row in rows if row.missed]
    figures.append(Figure("mutant_change", f"{sum(row.mutants for row in rows)} places of {len(rows)} rooms, one at a time"))
    figures.append(Figure("mutant_fate", f"{sum(row.killed for row in rows)} killed, {sum(row.survived for row in rows)} survived"))
    return Cell(Key("mutant", detail="scores by room" + (f", {part}" if part else "")), WRONG if missed else PASS, "\n".join(missed), command="ci/mutate", figures=figures)


def of(config: Config, mutants: Sequence[Mutant], results: Mapping[str, Result], judged: Mapping[str, Judged],
       part: str = "") -> list[Cell]:
    """Sorted by key; mutants without a result are left out. `part`: of the sources, where not all are mutated."""
    rows = scores.of(config, mutants, results, judged)
    cells = [_score(rows, part)] if rows else []
    for mutant in mutants:
        room, result = config.room(mutant.path), results.get(mutant.id)
        if room is not None and result is not None:
            cells.append(_mutant(mutant, result, judged.get(mutant.id), scores.outcome(result, judged)))
    return sorted(cells, key=lambda cell: cell.key)
