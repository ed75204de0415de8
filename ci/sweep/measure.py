"""All that is measured of a sweep's trainings, and the rows that it gives to the results."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ci.night.job import Job
from ci.sweep import collect, machines
from ci.sweep.config import Sweep
from ci.sweep.costs import Costs
from ci.sweep.engine import Engine
from ci.sweep.measured import ATOME, Measured
from ci.sweep.models import Models
from ci.sweep.trainings import Kept


class Measurements:
    """Of the trainings that `kept` has when this is made; models and reports lie in folders of `out`."""

    def __init__(self, sweep: Sweep, kept: Kept, out: pathlib.Path, root: pathlib.Path) -> None:
        """Raises OSError, or ValueError naming a file."""
        self.measured = Measured(out / "measured", root)
        models = Models(sweep, kept, out / "models", root)
        self.models = models.of(collect.reported(sweep, kept))
        self._costs = Costs(sweep, kept, models, self.measured, *machines.load(root))
        self._engine = Engine(sweep, kept, self.models, self.measured, root)

    def missing_sizes(self) -> list[Job]:
        """What to measure first: it says which boards are worth more."""
        return self.measured.missing(self._costs.size_jobs())

    def missing(self) -> list[Job]:
        """All else to measure, as far as sizes tell."""
        return self.measured.missing([*self._costs.cycle_jobs(), *self._engine.jobs()])

    def cost_rows(self) -> list[dict[str, Any]]:
        """`costs` of results.json."""
        return self._costs.rows()

    def engine_rows(self) -> list[dict[str, Any]]:
        """text, budget, family, size, seed and engine_perplexity: of those of `trainings` that are measured. Raises
        ValueError where the engine's perplexity is not PyTorch's."""
        return self._engine.rows()

    def losses(self) -> dict[str, NDArray[Any]]:
        """losses.npz."""
        return self._engine.losses()


def check_command(root: pathlib.Path) -> None:
    """Raises ValueError where there is no command to measure with."""
    if not (root / ATOME).is_file():
        raise ValueError(f"{root / ATOME} is missing; run ci/build first")
