"""The results of a run: model files, config.json and train_log.jsonl."""

from __future__ import annotations

import hashlib
import io
import json
import math
import pathlib
import platform
import zipfile
from typing import Any

import numpy as np
import torch

from golden.training.loss import evaluate
from golden.training.run import Run
from reports import whole_file

ALL_STEPS = "all steps done"  # the reason why a complete run stopped
CHUNK_BYTES = 64  # in the evaluation that all contenders share


def summary(run: Run, name: str, recipe_name: str, files: dict[str, bytes], stopped: str,
            test: bool) -> dict[str, Any]:
    """config.json of a run whose model has the weights of its files; losses in nats a byte."""
    tokens, best = run.text.validation, run.best
    losses = {str(length): evaluate(run.model, tokens, length)
              for length in sorted({CHUNK_BYTES, run.recipe.sequence}) if length < len(tokens)}
    loss = losses.get(str(CHUNK_BYTES))
    tested = {"test_perplexity": round(math.exp(evaluate(run.model, run.text.test, CHUNK_BYTES)), 6)} if test else {}
    return {
        "name": name,
        **run.contender.to_dict(),
        "parameters": run.contender.config.parameters,
        "recipe_name": recipe_name,
        "recipe": run.identity()["recipe"],
        "seed": run.seed,
        "steps": run.step,
        "stopped": stopped,
        "exported_step": best["step"],
        "final_loss": None if not run.log else run.log[-1]["train_loss"],
        "validation_loss": None if loss is None else round(loss, 6),
        "bits_per_byte": None if loss is None else round(loss / math.log(2), 4),
        "perplexity": None if loss is None else round(math.exp(loss), 4),
        **tested,
        "validation_perplexity_by_chunk_bytes": {
            length: round(math.exp(value), 4) for length, value in losses.items()},
        "train_seconds": round(run.seconds, 1),
        "train_cpu_seconds": round(run.cpu_seconds, 1),
        "device": run.device,
        "threads": torch.get_num_threads(),
        "text": run.text.facts,
        "versions": {"python": platform.python_version(), "torch": torch.__version__,
                     "numpy": np.__version__},
        "disk_bytes": {file: len(image) for file, image in files.items()},
        "sha256": {file: hashlib.sha256(image).hexdigest() for file, image in files.items()},
    }


def export(run: Run, out: pathlib.Path, name: str, recipe_name: str, stopped: str,
           test: bool = False) -> dict[str, Any]:
    """Writes the kept weights in every format of their kind, the log and the summary; returns the summary.

    config.json is written last and atomically, so a run with a config.json is complete.
    """
    run.model.load_state_dict(run.best["weights"])
    files = {name + ending: image for ending, image in run.model.export().items()}
    facts = summary(run, name, recipe_name, files, stopped, test)
    out.mkdir(parents=True, exist_ok=True)
    for file, image in files.items():
        whole_file.write(out / file, image)
    whole_file.write_text(out / "train_log.jsonl", "".join(json.dumps(row) + "\n" for row in run.log))
    whole_file.write_text(out / "config.json", json.dumps(facts, indent=2) + "\n")
    return facts


def pack(folder: pathlib.Path, path: pathlib.Path) -> None:
    """Everything in `folder` as one zip, written whole; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                entry = zipfile.ZipInfo(str(file.relative_to(folder)), (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes())
    whole_file.write(path, packed.getvalue())
