"""Training recipes, an entry each, and the learning rate of each step."""

from __future__ import annotations

import dataclasses
import math


@dataclasses.dataclass(frozen=True)
class Recipe:
    """The parameters of a training; raises ValueError naming a field that is out of range.

    The rate rises over `warmup` steps to `learning_rate`, follows a cosine to `final_rate` of it by `steps`
    (1 keeps it constant), and falls linearly to 0 over `cool_down` steps.
    """

    steps: int = 3000
    cool_down: int = 0
    batch: int = 16  # crops a pass
    accumulate: int = 1  # passes a step
    sequence: int = 64  # bytes a crop
    learning_rate: float = 3e-3
    final_rate: float = 0.05
    warmup: int = 200
    weight_decay: float = 0.0
    decay_vectors: bool = False  # also decay gammas, betas, a, b, c and scales
    beta2: float = 0.98
    clip_norm: float = 1.0  # 0 turns clipping off
    latent_rate: float = 10.0  # multiplies the rate of ternary latents, as if they were that much smaller
    log_scales: bool = False  # ternary scales move in proportion to their size; the embedding's begins at 0.1
    bfloat16: bool = False  # products of matrices in BF16 (autocast); faster where the CPU has AMX
    keep: str = "best"  # weights to export: those of the "best" validation, or the "last"
    validate_every: int = 500  # steps

    def __post_init__(self) -> None:
        least = {"steps": 1, "cool_down": 0, "batch": 1, "accumulate": 1, "sequence": 1, "learning_rate": 0,
                 "final_rate": 0, "warmup": 0, "weight_decay": 0, "clip_norm": 0, "latent_rate": 0,
                 "validate_every": 1}
        for name, low in least.items():
            value = getattr(self, name)
            if not math.isfinite(value) or value < low:
                raise ValueError(f"recipe: {name} is {value}, expected at least {low}")
        if not 0 < self.beta2 < 1:
            raise ValueError(f"recipe: beta2 is {self.beta2}, expected between 0 and 1")
        if self.keep not in ("best", "last"):
            raise ValueError(f"recipe: keep is '{self.keep}', expected best or last")

    @property
    def all_steps(self) -> int:
        """Optimiser steps of a whole run."""
        return self.steps + self.cool_down

    def rate(self, step: int) -> float:
        """Learning rate of `step` (from 0)."""
        if step < self.warmup:
            return self.learning_rate * (step + 1) / self.warmup
        if step >= self.steps:
            return self.learning_rate * self.final_rate * (1 - (step - self.steps) / max(1, self.cool_down))
        progress = (step - self.warmup) / max(1, self.steps - self.warmup)
        share = 0.5 * (1 + math.cos(math.pi * progress))
        return self.learning_rate * (self.final_rate + (1 - self.final_rate) * share)


RECIPES: dict[str, Recipe] = {
    "cosine": Recipe(),
    # The published head-to-head: PyTorch's AdamW at a constant rate, on all parameters.
    "published": Recipe(learning_rate=3e-4, final_rate=1.0, warmup=0, weight_decay=0.01, decay_vectors=True,
                        beta2=0.999, clip_norm=0.0, keep="last"),
    # The same budget, used as well as possible; each contender's best rate is in the experiment.
    "best": Recipe(final_rate=0.0, warmup=100, keep="last"),
    # For 944K parameters.
    "long": Recipe(steps=30000, batch=16, accumulate=4, sequence=128, learning_rate=3e-4, final_rate=0.1,
                   warmup=1000, weight_decay=0.1, bfloat16=True, validate_every=1000),
}
