"""Weights made ternary: found to be so already, or by BitNet's rule."""

from __future__ import annotations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden.name_table import Found

EPSILON = 1e-5  # keeps a tensor of zeros from a division by zero


def exact(found: Found) -> tuple[float, NDArray[Any]]:
    """Scale and trits of values that are -s, 0 and +s, to the bit; a tensor of zeros has scale 0.

    Raises TableError naming a value that is not.
    """
    scale = float(np.max(np.abs(found.values), initial=0.0))
    wrong = np.argwhere((np.abs(found.values) != scale) & (found.values != 0))
    if len(wrong):
        at = tuple(wrong[0])
        raise found.wrong(f"element {list(map(int, at))} is {found.values[at]:.9g}, not 0 or +-{scale:.9g}: it is not ternary; export what "
                          "the model computes with, or ask for a rule: --ternarise absmean")
    return scale, np.sign(found.values).astype(np.int8)


def absmean(found: Found) -> tuple[float, NDArray[Any]]:
    """Scale and trits by the rule of BitNet b1.58 (Ma et al. 2024, arXiv:2402.17764, equations 1 to 3).

    gamma = mean |W|, trits = max(-1, min(1, round(W / (gamma + epsilon)))); the scale is gamma. Halves are rounded
    to even, as PyTorch does.
    """
    gamma = float(np.mean(np.abs(found.values)))
    return gamma, np.clip(np.rint(found.values / (gamma + EPSILON)), -1, 1).astype(np.int8)


RULES = {"exact": exact, "absmean": absmean}
