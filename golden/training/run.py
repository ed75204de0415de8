"""One training run: crops, schedule, optimiser, validation, checkpoint and export."""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import math
import pathlib
import platform

import numpy as np
import torch
from torch.nn import functional

from golden.model_files import VERSIONS, encode, with_half_vectors
from golden.training.model import TernaryModel

FINAL_RATE = 0.05  # of the peak learning rate, at the end of the cosine
CLIP_NORM = 1.0


def split_text(data: bytes, sequence: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Cuts a text into chunks of `sequence` bytes and returns the first 90 % and the rest, flat.

    Both are int64 of (N,), each with the one byte after its last chunk that the last target needs.
    """
    tokens = torch.from_numpy(np.frombuffer(data, dtype=np.uint8).astype(np.int64))
    chunks = (len(tokens) - 1) // sequence
    cut = chunks * 9 // 10 * sequence
    if cut == 0:
        raise ValueError(f"text of {len(tokens)} bytes is too short for two chunks of {sequence}")
    return tokens[:cut + 1], tokens[cut:chunks * sequence + 1]


def learning_rate(step: int, args: argparse.Namespace) -> float:
    """Rate of `step` (from 0): linear warm-up to the peak, a cosine to FINAL_RATE of it by `steps`,
    then linearly to 0 over `cool_down` steps."""
    steps, warmup, peak = args.steps, args.warmup, args.learning_rate
    if step < warmup:
        return peak * (step + 1) / warmup
    if step >= steps:
        return peak * FINAL_RATE * (1 - (step - steps) / max(1, args.cool_down))
    progress = (step - warmup) / max(1, steps - warmup)
    return peak * (FINAL_RATE + (1 - FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * progress)))


@torch.no_grad()
def evaluate(model: TernaryModel, tokens: torch.Tensor, sequence: int, batch: int = 32) -> float:
    """Mean loss in nats a byte over chunks of `sequence`, each started with an empty state."""
    chunks = (len(tokens) - 1) // sequence
    inputs = tokens[:chunks * sequence].reshape(chunks, sequence)
    targets = tokens[1:chunks * sequence + 1].reshape(chunks, sequence)
    total = 0.0
    for start in range(0, chunks, batch):
        logits = model(inputs[start:start + batch]).reshape(-1, model.config.vocab_size)
        wanted = targets[start:start + batch].reshape(-1)
        total += functional.cross_entropy(logits, wanted, reduction="sum").item()
    return total / (chunks * sequence)


def recipe(args: argparse.Namespace) -> dict:
    """What decides the result, as it goes into config.json and the checkpoint."""
    names = ("steps", "cool_down", "batch", "sequence", "learning_rate", "latent_rate", "warmup",
             "weight_decay", "seed", "threads", "validate_every")
    return {"config": args.config.to_string(), **{name: getattr(args, name) for name in names}}


class Run:
    """One training run: everything that a checkpoint has to carry."""

    def __init__(self, args: argparse.Namespace, data: bytes) -> None:
        self.args = args
        torch.manual_seed(args.seed)
        self.model = TernaryModel(args.config)
        self.train_tokens, self.validation_tokens = split_text(data, args.sequence)
        latents = [p for p in self.model.parameters() if p.dim() == 2]
        vectors = [p for p in self.model.parameters() if p.dim() == 1]
        self.optimizer = torch.optim.AdamW(  # type: ignore[call-arg]  # stub lacks foreach
            [{"params": latents, "weight_decay": args.weight_decay, "rate": args.latent_rate},
             {"params": vectors, "weight_decay": 0.0, "rate": 1.0}],
            lr=args.learning_rate, betas=(0.9, 0.98), foreach=True)
        self.crops = torch.Generator().manual_seed(args.seed)
        self.step = 0
        self.log: list[dict] = []
        self.best: dict = {"loss": math.inf}

    def train_step(self) -> float:
        """One optimiser step on `batch` random crops; returns the loss in nats a byte."""
        args = self.args
        rate = learning_rate(self.step, args)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["rate"]
        starts = torch.randint(len(self.train_tokens) - args.sequence, (args.batch, 1),
                               generator=self.crops)
        crop = self.train_tokens[starts + torch.arange(args.sequence + 1)]
        logits = self.model(crop[:, :-1]).reshape(-1, args.config.vocab_size)
        loss = functional.cross_entropy(logits, crop[:, 1:].reshape(-1))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), CLIP_NORM)
        self.optimizer.step()
        self.model.clip()
        self.step += 1
        return loss.item()

    def validate(self, train_loss: float | None) -> dict:
        """Appends a log row, keeps the weights when they are the best so far; returns the row.

        `train_loss` is the mean since the last row in nats a byte, None when there were no steps.
        """
        args = self.args
        loss = evaluate(self.model, self.validation_tokens, args.sequence)
        rate = learning_rate(self.step - 1, args)
        row = {"step": self.step, "learning_rate": round(rate, 8),
               "train_loss": None if train_loss is None else round(train_loss, 5),
               "validation_loss": round(loss, 5), "validation_perplexity": round(math.exp(loss), 4)}
        self.log.append(row)
        if loss < self.best["loss"]:
            self.best = {"loss": loss, "step": self.step,
                         "weights": copy.deepcopy(self.model.state_dict())}
        return row

    def save(self, path: pathlib.Path) -> None:
        """Writes a checkpoint; an interrupted write leaves the one before."""
        partial = path.with_suffix(path.suffix + ".partial")
        torch.save({"recipe": recipe(self.args), "step": self.step, "log": self.log,
                    "best": self.best, "model": self.model.state_dict(),
                    "optimizer": self.optimizer.state_dict(), "crops": self.crops.get_state()}, partial)
        partial.replace(path)

    def resume(self, path: pathlib.Path) -> None:
        """Continues from a checkpoint; raises ValueError when it belongs to another recipe."""
        state = torch.load(path)
        if state["recipe"] != recipe(self.args):
            raise ValueError(f"{path}: checkpoint of another recipe: {state['recipe']}; "
                             "remove it or give its arguments")
        self.step, self.log, self.best = state["step"], state["log"], state["best"]
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.crops.set_state(state["crops"])

    def export(self, data: bytes, stopped: str) -> None:
        """Writes the best weights in every format, config.json and train_log.jsonl into --out."""
        args = self.args
        self.model.load_state_dict(self.best["weights"])
        weights = with_half_vectors(self.model.to_model())
        files = {f"{args.name}.atome0{version}": encode(weights, version) for version in VERSIONS}
        lengths = sorted({64, args.sequence})
        tokens = self.validation_tokens
        perplexity = {str(length): round(math.exp(evaluate(self.model, tokens, length)), 4)
                      for length in lengths if length < len(tokens)}
        summary = {
            "config": args.config.to_string(),
            "parameters": args.config.parameters,
            "recipe": recipe(args),
            "steps_done": self.step,
            "stopped": stopped,
            "best_step": self.best["step"],
            "validation_perplexity_by_chunk_bytes": perplexity,
            "text": {"file": args.text.name, "bytes": len(data),
                     "sha256": hashlib.sha256(data).hexdigest()},
            "versions": {"python": platform.python_version(), "torch": torch.__version__,
                         "numpy": np.__version__},
            "sha256": {name: hashlib.sha256(image).hexdigest() for name, image in files.items()},
        }
        args.out.mkdir(parents=True, exist_ok=True)
        for name, image in files.items():
            (args.out / name).write_bytes(image)
        (args.out / "config.json").write_text(json.dumps(summary, indent=2) + "\n")
        rows = "".join(json.dumps(row) + "\n" for row in self.log)
        (args.out / "train_log.jsonl").write_text(rows)
