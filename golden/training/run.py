"""One training run: optimiser, steps, validation and checkpoint."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
import math
import pathlib
import pickle
import time
from typing import Any

import torch
from torch import nn

from golden.training.contenders import Contender
from golden.training.flat import flatten
from golden.training.loss import cross_entropy, evaluate
from golden.training.recipes import Recipe
from golden.training.text import Text, crops
from reports import whole_file

PROGRESS = ("step", "log", "recent", "seconds", "cpu_seconds")  # fields of a Run, as JSON in a checkpoint


def parameter_groups(model: nn.Module, recipe: Recipe) -> dict[str, dict[str, Any]]:
    """The optimiser's groups by name, one flat parameter each: "latents" of ternary weights, "matrices",
    "vectors"; "rate" multiplies the learning rate but does not change the decay."""
    members: dict[str, list[nn.Parameter]] = {"latents": [], "matrices": [], "vectors": []}
    for name, parameter in model.named_parameters():
        kind = "latents" if name.endswith("latent") else "matrices" if parameter.dim() == 2 else "vectors"
        members[kind].append(parameter)
    decays = {"latents": True, "matrices": True, "vectors": recipe.decay_vectors}
    return {kind: {"params": [flatten(list_)], "weight_decay": recipe.weight_decay if decays[kind] else 0.0,
                   "rate": recipe.latent_rate if kind == "latents" else 1.0}
            for kind, list_ in members.items() if list_}


class Run:
    """A model with all the state that a checkpoint must hold.

    Progress fields: `step`, `log` (a row a validation), `best` (loss, step, weights), `recent` (losses since
    the last row), and `seconds` (wall) and `cpu_seconds` of training, summed over all interruptions.
    A step does not wait for its device: text and weights are there, and losses come from it in `settle`.
    """

    def __init__(self, contender: Contender, recipe: Recipe, seed: int, text: Text,
                 device: str = "cpu") -> None:
        self.contender, self.recipe, self.seed, self.device = contender, recipe, seed, device
        torch.manual_seed(seed)
        self.model = contender.build(recipe.log_scales).to(device)
        self.text = text.to(device)
        groups = parameter_groups(self.model, recipe)
        self.parameters = [group["params"][0] for group in groups.values()]
        self.latents = groups["latents"]["params"][0] if "latents" in groups else None
        self.optimizer = torch.optim.AdamW(list(groups.values()), lr=recipe.learning_rate,
                                           betas=(0.9, recipe.beta2))
        self.crops = torch.Generator().manual_seed(seed)
        self.step, self.seconds, self.cpu_seconds = 0, 0.0, 0.0
        self.log: list[dict[str, Any]] = []
        self.recent: list[float] = []
        self._passes: list[torch.Tensor] = []  # losses of passes, on the device, since the last `settle`
        self.best: dict[str, Any] = {"loss": math.inf, "weights": None}

    def identity(self) -> dict[str, Any]:
        """The inputs that decide the result; a checkpoint fits only a run with the same ones."""
        return {"contender": self.contender.to_dict(), "recipe": dataclasses.asdict(self.recipe),
                "seed": self.seed, "text": self.text.facts["sha256"],
                "train_tenths": self.text.facts.get("train_tenths", 9)}

    def train_step(self) -> None:
        """One optimiser step on `batch` * `accumulate` random crops."""
        recipe, started, cpu_started = self.recipe, time.monotonic(), time.process_time()
        for group in self.optimizer.param_groups:
            group["lr"] = recipe.rate(self.step) * group["rate"]
        self.optimizer.zero_grad(set_to_none=False)  # the gradients share one tensor
        count = recipe.batch * recipe.accumulate * recipe.sequence
        for _ in range(recipe.accumulate):
            crop = crops(self.text.train, recipe.batch, recipe.sequence, self.crops)
            with torch.autocast(self.device, torch.bfloat16, enabled=recipe.bfloat16):
                logits = self.model(crop[:, :-1])
            loss = cross_entropy(logits, crop[:, 1:]) / count
            loss.backward()
            self._passes.append(loss.detach())
        if recipe.clip_norm:
            torch.nn.utils.clip_grad_norm_(self.parameters, recipe.clip_norm)
        self.optimizer.step()
        if self.latents is not None:
            self.latents.data.clamp_(-1.0, 1.0)  # within reach of their thresholds
        self.step += 1
        self.seconds += time.monotonic() - started
        self.cpu_seconds += time.process_time() - cpu_started

    def settle(self) -> None:
        """Waits for the device and brings `recent` up to date."""
        started, cpu_started = time.monotonic(), time.process_time()
        losses, each = torch.stack(self._passes).tolist() if self._passes else [], self.recipe.accumulate
        self.recent += [sum(losses[start:start + each]) for start in range(0, len(losses), each)]
        self._passes.clear()
        self.seconds += time.monotonic() - started
        self.cpu_seconds += time.process_time() - cpu_started

    def store_as_int8(self) -> None:
        """From now on a plain transformer is exported as int8; its training does not know the form of its file."""
        self.contender = dataclasses.replace(self.contender, kind="plain_int8")
        self.model.weights = "int8"

    def validate(self) -> dict[str, Any]:
        """Appends a log row and keeps the weights when they are the best so far; returns the row."""
        self.settle()
        loss = evaluate(self.model, self.text.validation, self.recipe.sequence)
        train_loss = sum(self.recent) / len(self.recent) if self.recent else None
        self.recent.clear()
        row = {"step": self.step, "learning_rate": round(self.recipe.rate(max(0, self.step - 1)), 8),
               "train_loss": None if train_loss is None else round(train_loss, 5),
               "validation_loss": round(loss, 5), "validation_perplexity": round(math.exp(loss), 4)}
        self.log.append(row)
        if loss < self.best["loss"] or self.recipe.keep == "last":
            self.best = {"loss": loss, "step": self.step, "weights": copy.deepcopy(self.model.state_dict())}
        return row

    def save(self, path: pathlib.Path) -> None:
        """Writes a checkpoint; an interrupted write leaves the previous one.

        It holds only tensors and one JSON text, so that loading it cannot run code.
        """
        self.settle()
        facts = {"identity": self.identity(), "best": {**self.best, "weights": None},
                 **{name: getattr(self, name) for name in PROGRESS}}
        packed = io.BytesIO()
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save({"facts": json.dumps(facts), "best": self.best["weights"], "model": self.model.state_dict(),
                    "optimizer": self.optimizer.state_dict()["state"], "crops": self.crops.get_state()},
                   packed)
        whole_file.write(path, packed.getvalue())

    def resume(self, path: pathlib.Path) -> None:
        """Continues from a checkpoint; raises ValueError when it is damaged or belongs to another run."""
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
            facts = json.loads(state["facts"])
            theirs = dict(facts["identity"])
        except (RuntimeError, KeyError, TypeError, ValueError, EOFError, pickle.UnpicklingError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ValueError(f"{path}: not a checkpoint of this trainer, or damaged ({reason}); "
                             "remove it to start again") from None
        for name, mine in self.identity().items():
            if theirs.get(name) != mine:
                raise ValueError(f"{path}: checkpoint of another {name}: {theirs.get(name)}, not {mine}; "
                                 "remove it, name another file or give its arguments")
        for name in PROGRESS:
            setattr(self, name, facts[name])
        self.best = {**facts["best"], "weights": state["best"]}
        self.model.load_state_dict(state["model"])
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": state["optimizer"], "param_groups": groups})
        self.crops.set_state(state["crops"].cpu())
