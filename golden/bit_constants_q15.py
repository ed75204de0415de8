"""Constants that the bit model of variant q15 derives from a model (engine/q15/numerics.md); integers only."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from golden.bit_constants import common_exponent
from golden.float_bits import F32, I64, f32, fixed, scale2
from golden.ternary_file import Block

NEVER = 1 << 20  # an exponent that never limits the common exponent
GROUP_LIMIT = 30720  # for the sum of five |q|, 1/16 under int16
LOG2_E = 0xB8AA3B29  # times 2^-31


@dataclasses.dataclass
class Real:
    """m * 2^-k, not negative: 2^31 <= m < 2^32, or m = 0 and k = NEVER."""

    m: int
    k: int

    def times(self, other: Real) -> Real:
        """Product, rounded down."""
        if not (self.m and other.m):
            return Real(0, NEVER)
        product = self.m * other.m
        drop = 32 if product >= 1 << 63 else 31
        return Real(product >> drop, self.k + other.k - drop)

    def scaled(self, n: int) -> Real:
        """This number times 2^n."""
        return Real(self.m, self.k - n) if self.m else self


def real(n: int, k: int) -> Real:
    """n * 2^-k for n > 0 of at most 32 bits."""
    up = 32 - n.bit_length()
    return Real(n << up, k + up)


def magnitude(alpha: np.float32) -> Real:
    """|alpha|; a subnormal number counts as zero."""
    word = int(np.abs(f32(alpha)).view(np.uint32)[0])
    biased = word >> 23
    return Real((word & 0x7FFFFF | 0x800000) << 8, 158 - biased) if biased else Real(0, NEVER)


def sign(alpha: np.float32) -> int:
    """-1, 0 or 1; 0 for a subnormal number."""
    return int(np.sign(alpha)) if magnitude(alpha).m else 0


def multiply(x: F32, y: F32) -> F32:
    """x * y rounded toward zero; subnormal numbers, arguments or product, count as zero."""
    def mantissa(v: F32) -> tuple[I64, I64]:
        word = v.view(np.uint32).astype(np.int64)
        biased = word >> 23 & 0xFF
        return np.where(biased > 0, word & 0x7FFFFF | 0x800000, 0), biased

    (a, i), (b, j) = mantissa(x), mantissa(y)
    product = a * b  # 47 or 48 bits
    long = product >> 47
    biased = i + j - 127 + long
    bits = np.where((product == 0) | (biased <= 0), 0,
                    np.where(biased >= 255, 0x7F800000, (biased << 23) + ((product >> (23 + long)) & 0x7FFFFF)))
    bits |= ((x.view(np.uint32) ^ y.view(np.uint32)) & 0x80000000).astype(np.int64)
    return bits.astype(np.uint32).view(np.float32)


def power2(t: int) -> int:
    """2^(-t / 2^16) times 2^16, for t >= 0; error under 2 units."""
    f, y = (t >> 1) & 0x7FFF, 450
    for coefficient in (-3495, 15700, -45421, 65536):
        y = coefficient + ((y * f) >> 15)
    return y >> min(t >> 16, 31)


def common15(x: F32) -> int:
    """The p at which the greatest magnitude of fixed(x, p) has 15 bits."""
    return common_exponent(x) - 16


def fixed15(x: F32, p: int) -> I64:
    """fixed(x, p) for the p of common15, kept within +-32767."""
    return np.clip(fixed(x, p), -32767, 32767)


@dataclasses.dataclass
class NormConstants:
    """A LayerNorm's vectors, (d,) each: gamma times 2^gamma_exponent, beta and output times 2^P."""

    gamma: I64
    gamma_exponent: int
    beta: I64
    precision: int


def norm_constants(gamma: F32, beta: F32) -> NormConstants:
    """Chooses P so that five neighbours of q add up to an int16, with q's Euclidean norm under 2^15 /
    sqrt(5)."""
    d = len(gamma)
    greatest = max(np.max(np.abs(gamma)), np.max(np.abs(beta)))
    p0 = common_exponent(f32(greatest)) - 1
    total = sum(int(fixed(f32(np.max(np.abs(v))), p0)[0]) for v in (gamma, beta))
    bound, n = total * (math.isqrt(5 * d * 256) + 1), 0
    while bound > GROUP_LIMIT << n:
        n += 1
    precision = min(127, p0 + 4 - n)
    g = common15(gamma)
    return NormConstants(fixed15(gamma, g), g, fixed(beta, precision), precision)


@dataclasses.dataclass
class BlockConstants:
    """Constants of one block; vectors of shape (d,)."""

    norm: NormConstants
    router_sign: int
    router: Real  # |alpha_R| log2(e) 2^-P
    query_sign: int
    key_drop: int  # z
    score: Real  # |alpha_Q alpha_K| log2(e) / sqrt(h) 2^(z - 2P)
    local_sign: int
    local: Real  # |alpha_conv|
    sparse_sign: int
    sparse: Real  # |alpha_wv|
    decay: I64  # tanh(a) times 2^15
    gain: I64  # b c times 2^gain_exponent
    gain_exponent: int
    local_scale: F32  # of the taps
    sparse_scale: F32  # not times 2^-P


def decay(a: F32) -> I64:
    """tanh(a) times 2^15, at most 32767 in magnitude."""
    magnitudes = np.minimum(fixed(np.abs(a), 16), 10 << 16)
    out = []
    for value, negative in zip(magnitudes.tolist(), np.signbit(a).tolist()):
        e = power2(value * 189097 >> 16)
        y = min(32767, (((65536 - e) << 15) + (65536 + e) // 2) // (65536 + e))
        out.append(-y if negative else y)
    return np.array(out)


def block_constants(name: str, block: Block) -> BlockConstants:
    """All constants of one block; raises ValueError naming the tensor when b c leaves FP32."""
    norm = norm_constants(block.gamma, block.beta)
    p, (h, d) = norm.precision, block.wq.trits.shape
    key_drop = max(0, ((d - 1).bit_length() + 1) // 2 - 1)
    gain = multiply(block.b, block.c)
    if not np.all(np.isfinite(gain)):
        raise ValueError(f"{name} b, c: a constant derived from it is not finite; its values are too large")
    pair = magnitude(block.wq.scale).times(magnitude(block.wk.scale))
    inverse_root = real(LOG2_E // math.isqrt(min(h << 24, 2**32 - 1)), 19)
    return BlockConstants(
        norm=norm,
        router_sign=sign(block.router.scale),
        router=magnitude(block.router.scale).times(real(LOG2_E, 31)).scaled(-p),
        query_sign=sign(block.wq.scale) * sign(block.wk.scale),
        key_drop=key_drop,
        score=pair.times(inverse_root).scaled(key_drop - 2 * p),
        local_sign=sign(block.conv.scale), local=magnitude(block.conv.scale),
        sparse_sign=sign(block.wv.scale), sparse=magnitude(block.wv.scale),
        decay=decay(block.a),
        gain=fixed15(gain, common15(gain)), gain_exponent=common15(gain),
        local_scale=scale2(f32(block.conv.scale), -p), sparse_scale=f32(block.wv.scale))
