"""The state recurrence of a whole sequence at once, and its gradient."""

from __future__ import annotations

from typing import Any

import torch


class _Recurrence(torch.autograd.Function):
    """s_t = decay * s_{t-1} + u_t along the first axis, in log2(T) steps over the whole sequence."""

    @staticmethod
    def scan(decay: torch.Tensor, u: torch.Tensor, reverse: bool) -> torch.Tensor:
        s, power, shift, length = u, decay, 1, u.shape[0]
        while shift < length:
            longer = torch.empty_like(s)
            if reverse:
                torch.addcmul(s[:-shift], s[shift:], power, out=longer[:-shift])
                longer[-shift:] = s[-shift:]
            else:
                torch.addcmul(s[shift:], s[:-shift], power, out=longer[shift:])
                longer[:shift] = s[:shift]
            s, power, shift = longer, power * power, 2 * shift
        return s

    @staticmethod
    def forward(ctx: Any, decay: torch.Tensor,  # type: ignore[override]
                u: torch.Tensor) -> torch.Tensor:
        s = _Recurrence.scan(decay, u, reverse=False)
        ctx.save_for_backward(decay, s)
        return s

    @staticmethod
    def backward(ctx: Any,  # type: ignore[override]
                 grad: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        decay, s = ctx.saved_tensors
        g = _Recurrence.scan(decay, grad, reverse=True)
        return (g[1:] * s[:-1]).sum(dim=(0, 1)), g


def recurrence(decay: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
    """s_t = decay * s_{t-1} + u_t with s_{-1} = 0; decay (d,), u and result (T, B, d)."""
    return _Recurrence.apply(decay, u.contiguous())
