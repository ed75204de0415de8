"""The results of a sweep in the files that are committed: results.json and losses.npz beside sweep.json."""

from __future__ import annotations

import io
import json
import pathlib
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ci.sweep import trainings
from ci.sweep.config import Run, Sweep
from golden.training.recipes import RECIPES
from reports import whole_file
from reports.frontier.results import MODEL_ENDING, SCHEMA

REPORTED = ("base", "long")  # budgets; the search is for rates
# Of config.json, by the name in a row.
FACTS = {"config": "config", "parameters": "parameters", "validation_perplexity": "perplexity",
         "test_perplexity": "test_perplexity", "train_cpu_seconds": "train_cpu_seconds"}


def reported(sweep: Sweep, kept: trainings.Kept) -> list[Run]:
    """The runs whose rates are chosen, of both budgets."""
    rates = trainings.chosen_rates(sweep, kept)
    return [run for budget in REPORTED for run in sweep.reported(budget, rates)]


def model_file(files: dict[str, bytes], run: Run, family: str, kind: str) -> bytes:
    """The model of `family` that the training `run` gave."""
    folder = "int8/" if family != run.point.family.name else ""
    return files[f"{folder}{run.name}{MODEL_ENDING[kind]}"]


def training_rows(sweep: Sweep, kept: trainings.Kept) -> list[dict[str, Any]]:
    """A row for each reported training that is there, and family that it gives a model of."""
    rows = []
    for run in reported(sweep, kept):
        files = kept.get(trainings.job(sweep, run))
        if files is None:
            continue
        for family in sweep.families_of(run.point):
            facts = trainings.facts(files, family is not run.point.family)
            name = run.name + MODEL_ENDING[family.kind]
            rows.append({"text": run.text, "budget": run.budget, "family": family.name, "size": run.point.size,
                         "seed": run.seed, "rate": run.rate, **{ours: facts[theirs] for ours, theirs in FACTS.items()},
                         "file_bytes": facts["disk_bytes"][name], "sha256": facts["sha256"][name]})
    return rows


def search_rows(sweep: Sweep, kept: trainings.Kept) -> list[dict[str, Any]]:
    """What the search of rates saw: perplexities of the validation part."""
    rows = []
    for run in trainings.search(sweep, kept):
        files = kept.get(trainings.job(sweep, run))
        if files is not None:
            rows.append({"family": run.point.family.name, "size": run.point.size, "rate": run.rate,
                         "validation_perplexity": trainings.facts(files)["perplexity"]})
    return rows


def budgets(sweep: Sweep) -> dict[str, dict[str, int]]:
    """Steps, crops a step and bytes a crop, by budget that is reported."""
    whole = {}
    for name in REPORTED:
        changes = sweep.budgets[name]
        values = {field: getattr(RECIPES[sweep.recipe], field) for field in ("steps", "batch", "sequence")}
        whole[name] = values | {field: value for field, value in changes.items() if field in values}
    return whole


def results(sweep: Sweep, kept: trainings.Kept, costs: list[dict[str, Any]],
            engine: list[dict[str, Any]]) -> dict[str, Any]:
    """results.json, of rows of costs and of perplexities through the engine."""
    def of(row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(row[name] for name in ("text", "budget", "family", "size", "seed"))

    perplexities = {of(row): row["engine_perplexity"] for row in engine}
    search, rows = search_rows(sweep, kept), training_rows(sweep, kept)
    rows = [row | ({"engine_perplexity": perplexities[of(row)]} if of(row) in perplexities else {}) for row in rows]
    texts = {name: {"file": pathlib.PurePath(text["file"]).name, "sha256": kept.text(text["file"]),
                    "train_tenths": sweep.train_tenths} for name, text in sweep.texts.items()}
    families = {name: {"kind": family.kind, "drop": family.drop, "variants": list(family.variants)}
                for name, family in sweep.families.items()}
    return {"schema": SCHEMA, "about": sweep.about, "seeds": list(sweep.seeds), "rates": list(sweep.rates),
            "texts": texts, "budgets": budgets(sweep), "families": families, "search": search, "trainings": rows,
            "costs": costs}


def write_results(path: pathlib.Path, whole: dict[str, Any]) -> None:
    """A line a row, so that changes are readable."""
    parts = [f' "{name}": ' + ("[\n  " + ",\n  ".join(json.dumps(row) for row in value) + "\n ]"
             if isinstance(value, list) and value and isinstance(value[0], dict) else json.dumps(value))
             for name, value in whole.items()]
    whole_file.write(path, ("{\n" + ",\n".join(parts) + "\n}\n").encode())


def write_losses(path: pathlib.Path, losses: dict[str, NDArray[Any]]) -> None:
    """losses.npz, the same bytes for the same losses: nats of each chunk of the test part, float32."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(losses):
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            data = io.BytesIO()
            np.save(data, losses[name].astype(np.float32))
            archive.writestr(entry, data.getvalue())
    whole_file.write(path, out.getvalue())
