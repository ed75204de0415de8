"""A weight that is ternary in the forward pass and continuous to the optimiser."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn

from golden import ternary_file


class TernaryWeight(nn.Module):
    """scale * trits of (rows, columns): trits = round(clamp(W / mean |W|, -1, 1)) of the latent W.

    The scale is learned separately. With scale = mean |W| the latents would grow by orders of magnitude to
    reach the scale that the loss needs; the trits would then hardly move and stop learning. Latents stay
    within -1 and 1 (`clip`). The gradient passes straight through the rounding to the latents.
    With `log_scale` the optimiser moves the logarithm of the scale, so a step is in proportion to the scale.
    """

    def __init__(self, rows: int, columns: int, scale: float, log_scale: bool = False) -> None:
        super().__init__()
        self.log_scale = log_scale
        self.latent = nn.Parameter(torch.empty(rows, columns).uniform_(-1.0, 1.0))
        self.raw_scale = nn.Parameter(torch.tensor([math.log(scale) if log_scale else scale]))

    @property
    def scale(self) -> torch.Tensor:
        """The scale, (1,)."""
        return self.raw_scale.exp() if self.log_scale else self.raw_scale

    @torch.no_grad()
    def trits(self) -> torch.Tensor:
        """Float tensor (rows, columns) of -1, 0 and +1."""
        return (self.latent / self.latent.abs().mean().clamp_min(1e-8)).clamp(-1.0, 1.0).round()

    @torch.no_grad()
    def clip(self) -> None:
        """Keeps the latents within reach of their thresholds; call after every optimiser step."""
        self.latent.clamp_(-1.0, 1.0)

    def forward(self) -> torch.Tensor:
        correction = self.trits() - self.latent.detach()
        return self.scale * (self.latent + correction)

    def export(self) -> ternary_file.Ternary:
        """The weight for a model file."""
        scale = np.float32(self.scale.item())
        return ternary_file.Ternary(scale, self.trits().cpu().numpy().astype(np.int8))
