"""The depthwise causal convolution of a whole sequence, and its gradient."""

from __future__ import annotations

from typing import Any

import torch


class _Convolution(torch.autograd.Function):
    """Adds shifted sequences in place, because autograd's pads and slices would copy the sequence for each of
    K taps."""

    @staticmethod
    def forward(ctx: Any, n: torch.Tensor,  # type: ignore[override]
                weight: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(n, weight)
        out = n * weight[0]
        for j in range(1, min(len(weight), len(n))):
            out[j:].addcmul_(n[:-j], weight[j])
        return out

    @staticmethod
    def backward(ctx: Any,  # type: ignore[override]
                 grad: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        n, weight = ctx.saved_tensors
        grad_n, grad_weight = grad * weight[0], torch.zeros_like(weight)
        grad_weight[0] = (grad * n).sum(dim=(0, 1))
        for j in range(1, min(len(weight), len(n))):
            grad_n[:-j].addcmul_(grad[j:], weight[j])
            grad_weight[j] = (grad[j:] * n[:-j]).sum(dim=(0, 1))
        return grad_n, grad_weight


def convolution(n: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """out_t = sum over j < K of weight[j] * n_{t-j}; n and out (T, B, d), weight (K, d)."""
    return _Convolution.apply(n, weight)
