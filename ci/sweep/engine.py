"""Perplexity of every reported training through the engine, and the losses of chunks that intervals need."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ci.night.job import Job
from ci.sweep import trainings
from ci.sweep.config import Sweep
from ci.sweep.measured import ENGINE, Measured, job
from ci.sweep.models import Model
from ci.sweep.trainings import Kept

LIMIT_S = 3600.0
TOLERANCE = 1e-4  # of the engine's perplexity to PyTorch's, relative
EXACT = ("f32", "plain")  # variants that compute what was trained; others have a rounding of their own
# Processor seconds a byte of text and parameter.
SECONDS = {"atome_ternary": 4e-11, "plain_fp32": 9e-10, "plain_int8": 2e-10}
TEST_SHARE = 10  # the last tenth


class Engine:
    """The reported trainings that are there."""

    def __init__(self, sweep: Sweep, kept: Kept, models: list[Model], measured: Measured, root: pathlib.Path) -> None:
        self._sweep, self._kept, self._measured = sweep, kept, measured
        self._bytes = {name: (root / text["file"]).stat().st_size for name, text in sweep.texts.items()}
        self._models = models

    def _job(self, model: Model) -> Job:
        """All variants of the first seed, and of the others the exact one."""
        run, variants = model.run, model.family.variants
        if run.seed != self._sweep.seeds[0]:
            variants = tuple(each for each in variants if each in EXACT)
        text = self._sweep.texts[run.text]["file"]
        seconds = SECONDS[model.family.kind] * run.point.parameters * self._bytes[run.text] / TEST_SHARE
        return job(f"ppl/{model.name}", ["ppl", model.path, "--text", text, "--split", "last-tenth", "--variant",
                                         ",".join(variants)], LIMIT_S, 0.2 + seconds * len(variants),
                   (model.path, text, *ENGINE))

    def jobs(self) -> list[Job]:
        return [self._job(model) for model in self._models]

    def _figures(self, model: Model) -> dict[str, tuple[float, tuple[float, ...]]]:
        """Perplexity and chunk losses by variant."""
        report = self._measured.get(self._job(model))
        figures = {cell.key.variant: cell.figure("perplexity") for cell in (report.cells if report else ())}
        return {variant: (float(found.value), found.samples) for variant, found in figures.items() if found is not None}

    def rows(self) -> list[dict[str, Any]]:
        """text, budget, family, size, seed and "engine_perplexity" by variant, of what is measured. ValueError names what
        differs from PyTorch's, all of it."""
        rows, wrong = [], []
        for model in self._models:
            found = {variant: round(value, 6) for variant, (value, _) in sorted(self._figures(model).items())}
            torch = self._test_perplexity(model)
            wrong += [f"{model.name}: {variant}: the engine's perplexity is {value}, PyTorch's {torch}"
                      for variant, value in found.items() if variant in EXACT and abs(value / torch - 1) > TOLERANCE]
            if found:
                rows.append({"text": model.run.text, "budget": model.run.budget, "family": model.family.name,
                             "size": model.run.point.size, "seed": model.run.seed, "engine_perplexity": found})
        if wrong:
            raise ValueError("\n".join(wrong))
        return rows

    def losses(self) -> dict[str, NDArray[Any]]:
        """Nats of each chunk of the test part, in order, float32, by name of a model; of the exact variant."""
        return {model.name: np.array(samples, np.float32) for model in self._models
                for variant, (_, samples) in self._figures(model).items() if variant in EXACT}

    def _test_perplexity(self, model: Model) -> float:
        files = self._kept.get(trainings.job(self._sweep, model.run))
        assert files is not None, "a model has its training"
        return float(trainings.facts(files, model.family is not model.run.point.family)["test_perplexity"])
