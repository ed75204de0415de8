"""A weight that is ternary in the forward pass and continuous to the optimiser."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import nn

from golden import ternary_file


def trits_of(latent: torch.Tensor) -> torch.Tensor:
    """round(clamp(W / mean |W|, -1, 1)) of a latent W, a float tensor of -1, 0 and +1."""
    return (latent / latent.abs().mean().clamp_min(1e-8)).clamp_(-1.0, 1.0).round_()


class _Quantise(torch.autograd.Function):
    """scale * trits in six operations; the gradient passes straight through the rounding to the latents."""

    @staticmethod
    def forward(ctx: Any, latent: torch.Tensor,  # type: ignore[override]
                scale: torch.Tensor) -> torch.Tensor:
        trits = trits_of(latent)
        ctx.save_for_backward(trits, scale)
        return trits * scale

    @staticmethod
    def backward(ctx: Any,  # type: ignore[override]
                 grad: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        trits, scale = ctx.saved_tensors
        return grad * scale, torch.dot(grad.reshape(-1), trits.reshape(-1)).reshape(1)


class TernaryWeight(nn.Module):
    """scale * trits of (rows, columns), trits by `trits_of` the latent.

    The scale is learned separately. With scale = mean |W| the latents would grow by orders of magnitude to
    reach the scale that the loss needs; the trits would then hardly move and stop learning. Latents stay
    within -1 and 1, to which the optimiser clips them after each step (`run.py`).
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
        return trits_of(self.latent)

    def forward(self) -> torch.Tensor:
        return _Quantise.apply(self.latent, self.scale)

    def export(self) -> ternary_file.Ternary:
        """The weight for a model file."""
        scale = np.float32(self.scale.item())
        return ternary_file.Ternary(scale, self.trits().cpu().numpy().astype(np.int8))
