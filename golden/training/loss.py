"""Cross entropy, and the evaluation that every contender shares."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class _CrossEntropy(torch.autograd.Function):
    """Keeps the exponentials for the gradient; PyTorch's function computes them twice."""

    @staticmethod
    def forward(ctx: Any, logits: torch.Tensor,  # type: ignore[override]
                targets: torch.Tensor) -> torch.Tensor:
        shifted = logits - logits.amax(dim=1, keepdim=True)
        wanted = shifted.gather(1, targets[:, None])
        exponentials = shifted.exp_()
        sums = exponentials.sum(dim=1, keepdim=True)
        ctx.save_for_backward(exponentials, sums, targets)
        return (sums.log() - wanted).sum()

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, None]:  # type: ignore[override]
        exponentials, sums, targets = ctx.saved_tensors
        out = exponentials * (grad / sums)
        out[torch.arange(len(targets), device=out.device), targets] -= grad
        return out, None


def cross_entropy(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Sum of the losses in nats. Logits (B, T, V) may be a view of (T, B, V); targets are (B, T)."""
    if not logits.is_contiguous():
        logits, targets = logits.transpose(0, 1), targets.t()
    return _CrossEntropy.apply(logits.float().reshape(-1, logits.shape[-1]), targets.reshape(-1))


@torch.no_grad()
def evaluate(model: nn.Module, tokens: torch.Tensor, sequence: int, batch: int = 32) -> float:
    """Mean loss in nats a byte over chunks of `sequence`; each starts with an empty state."""
    chunks = (len(tokens) - 1) // sequence
    inputs = tokens[:chunks * sequence].reshape(chunks, sequence)
    targets = tokens[1:chunks * sequence + 1].reshape(chunks, sequence)
    total = sum(cross_entropy(model(inputs[start:start + batch]), targets[start:start + batch]).item()
                for start in range(0, chunks, batch))
    return total / (chunks * sequence)
