"""The sum of the pathways by their shares, and its gradient."""

from __future__ import annotations

from typing import Any

import torch


class _Mix(torch.autograd.Function):
    """In place, because autograd would keep a product and a sum of each pathway."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, route: torch.Tensor,  # type: ignore[override]
                *outs: torch.Tensor | None) -> torch.Tensor:
        ctx.save_for_backward(route, *outs)
        mixed = x.clone()
        for index, out in enumerate(outs):
            if out is not None:
                mixed.add_(out * route[..., index:index + 1])
        return mixed

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[Any, ...]:  # type: ignore[override]
        route, *outs = ctx.saved_tensors
        grad_route, grad_outs = torch.zeros_like(route), [None] * len(outs)
        for index, out in enumerate(outs):
            if out is not None:
                grad_outs[index] = grad * route[..., index:index + 1]
                grad_route[..., index] = (grad * out).sum(-1)
        return grad, grad_route, *grad_outs


def mix(x: torch.Tensor, route: torch.Tensor, outs: list[torch.Tensor | None]) -> torch.Tensor:
    """x + sum over i of route[..., i] * outs[i]; x and outs (T, B, d), route (T, B, len(outs)). None adds nothing."""
    return _Mix.apply(x, route.float(), *[None if out is None else out.float() for out in outs])
