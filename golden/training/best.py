"""The k largest scores of each row, and nothing of the others."""

from __future__ import annotations

import torch

OUT_OF_SIGHT = -1e30  # instead of -inf, whose low bits may not change: it would be NaN


@torch.no_grad()
def all_but_best(scores: torch.Tensor, k: int) -> torch.Tensor:
    """0 at the k largest of each row of `scores` (..., J), and OUT_OF_SIGHT at all others. FP32 within +-1e29, to
    which OUT_OF_SIGHT may have been added.

    k maxima in turn, because torch.topk takes many times as long. The low bits of each score become its column, so
    that no two are equal and a maximum is one entry; scores that agree in their first 24 - log2 J bits count as
    equal. Which of equals is kept does not matter here: in the first block equal bytes tie exactly, and have
    equal values too. Comparisons write floats, because those that write bool are ten times slower.
    """
    columns = scores.shape[-1]
    if k >= columns:
        return torch.zeros_like(scores)
    low = (1 << (columns - 1).bit_length()) - 1
    column = torch.arange(columns, dtype=torch.int32, device=scores.device)
    left = scores.contiguous().view(torch.int32).bitwise_and(~low).bitwise_or_(column).view(torch.float32)
    now = torch.empty_like(left)  # 1 where the maximum of a row is, else 0
    for _ in range(k):
        torch.ge(left, left.amax(-1, keepdim=True), out=now)
        left.add_(now, alpha=2 * OUT_OF_SIGHT)
    # What is chosen lies at twice OUT_OF_SIGHT by now, or thrice.
    return torch.ge(left, 1.5 * OUT_OF_SIGHT, out=now).mul_(OUT_OF_SIGHT)
