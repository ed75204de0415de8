"""Constants that the bit model derives from a model's scales and vectors (engine/f32/numerics.md)."""

from __future__ import annotations

import dataclasses

import numpy as np

from golden.float_bits import F32, I64, f32, fixed, ordered_sum, scale2, tanh
from golden.integer_scalars import LOG2_E, NEVER, Factor, high
from golden.ternary_file import Block

MAX_PRECISION = 87


@dataclasses.dataclass
class NormConstants:
    """A LayerNorm's vectors as int32, (d,) each: gamma times 2^gamma_exponent, beta and output times 2^P."""

    gamma: I64
    gamma_exponent: int
    beta: I64
    precision: int


@dataclasses.dataclass
class BlockConstants:
    """Scales of one block as float32 arrays of shape (1,); vectors as int32 of shape (d,)."""

    norm: NormConstants
    router: Factor  # to powers of two, with the scale's sign
    local_scale: F32
    value_scale: F32
    query_sign: int
    shift: int  # z: queries and keys drop this many bits
    score: Factor  # A, to powers of two
    local_factor: Factor  # alpha of conv
    value_factor: Factor  # alpha of wv
    decay: I64  # times 2^31
    gain: I64  # b c times 2^gain_exponent
    gain_exponent: int


def finite(name: str, value: F32) -> F32:
    """Returns `value`; raises ValueError naming the tensor when it is infinite or NaN."""
    if not np.all(np.isfinite(value)):
        raise ValueError(f"{name}: a constant derived from it is not finite; its values are too large")
    return value


def bounded(name: str, value: F32) -> F32:
    """Returns `value`; raises ValueError naming the tensor when int32s times it could leave FP32."""
    if not np.all(np.abs(value) < 2.0**96):
        raise ValueError(f"{name}: a constant derived from it is too large")
    return value


def common_exponent(x: F32) -> int:
    """The p at which the greatest magnitude of fixed(x, p) has 31 bits."""
    return 157 - max(1, int(np.max(np.abs(x)).view(np.uint32)) >> 23)


def split(x: F32) -> Factor:
    """A number of shape (1,) with all its bits; zero and subnormal numbers give 0."""
    biased = int(np.abs(x).view(np.uint32)[0]) >> 23
    return Factor(int(fixed(x, 157 - biased)[0]), 157 - biased) if biased else Factor(0, NEVER)


def to_powers_of_two(x: F32) -> Factor:
    """|x| * log2(e), with the sign of x: by it a number becomes the exponent of a power of two."""
    factor = split(np.abs(x))
    if factor.multiplier == 0:
        return factor
    multiplier = 2 * high(factor.multiplier, LOG2_E)
    return Factor(-multiplier if x[0] < 0 else multiplier, factor.exponent - 1)


def norm_constants(name: str, gamma: F32, beta: F32, taps: int) -> NormConstants:
    """Chooses P so that neither the L1 norm of q nor `taps` taps of one channel leave int32."""
    with np.errstate(over="ignore", under="ignore"):
        width = np.sqrt(f32(len(gamma)))
        length = np.sqrt(ordered_sum(gamma * gamma))
        row = width * length + ordered_sum(np.abs(beta))
        channel = f32(taps) * (width * np.max(np.abs(gamma), keepdims=True)
                               + np.max(np.abs(beta), keepdims=True))
        bound = finite(name, np.maximum(row, channel) * np.float32(1.0078125))
    exponent = int(np.frexp(bound)[1][0]) if bound[0] >= 2.0**-126 else -126
    precision = min(MAX_PRECISION, 31 - exponent)
    p = common_exponent(gamma)
    return NormConstants(fixed(gamma, p), p, fixed(beta, precision), precision)


def least_shift(d_head: int) -> int:
    """Least z with d_head <= 4^z."""
    z = 0
    while 4**z < d_head:
        z += 1
    return z


def block_constants(name: str, block: Block) -> BlockConstants:
    """All constants of one block; raises ValueError naming the tensor at fault."""
    norm = norm_constants(f"{name} gamma, beta", block.gamma, block.beta, block.conv.trits.shape[1])
    p, d_head = norm.precision, block.wq.trits.shape[0]
    shift = least_shift(d_head)
    with np.errstate(over="ignore", under="ignore"):
        factor = f32(block.wq.scale) * f32(block.wk.scale)
        gain = finite(f"{name} b, c", block.b * block.c)
        score = np.abs(factor) * (1 / np.sqrt(f32(d_head)))
    return BlockConstants(
        norm=norm,
        router=to_powers_of_two(finite(f"{name} router", scale2(f32(block.router.scale), -p))),
        local_scale=bounded(f"{name} conv", scale2(f32(block.conv.scale), -p)),
        value_scale=bounded(f"{name} wv", scale2(f32(block.wv.scale), -p)),
        query_sign=int(np.sign(factor[0])),
        shift=shift,
        score=to_powers_of_two(finite(f"{name} wq, wk", scale2(score, 2 * shift - 2 * p))),
        local_factor=split(f32(block.conv.scale)),
        value_factor=split(f32(block.wv.scale)),
        decay=fixed(tanh(block.a), 31),
        gain=fixed(gain, common_exponent(gain)),
        gain_exponent=common_exponent(gain))
