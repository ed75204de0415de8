"""Parameters that share one tensor, and so do their gradients.

A small model has some eighty parameters. An optimiser that takes them one by one spends its time on calls, a
thousand for a step; over one tensor the same arithmetic is a dozen.
"""

from __future__ import annotations

import torch
from torch import nn


def flatten(parameters: list[nn.Parameter]) -> nn.Parameter:
    """One parameter of (N,) with the values of all, in their order. From now on each of them, and its
    gradient, is a view of it: change them in place only, and zero the gradient of the result in place."""
    whole = nn.Parameter(torch.cat([p.detach().reshape(-1) for p in parameters]))
    whole.grad = torch.zeros_like(whole)
    start = 0
    for p in parameters:
        end = start + p.numel()
        p.data = whole.data[start:end].view(p.shape)
        p.grad = whole.grad[start:end].view(p.shape)
        start = end
    return whole
