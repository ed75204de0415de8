"""Bit model: variant q15 of the numerical contract (engine/q15/numerics.md) in NumPy, bit for bit.

It streams, one token a step. All numbers are integers, except the taps, which are FP32 as for f32. With
`check_bounds` every sum is checked against the width that the contract promises.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from golden.bit_constants_q15 import NEVER, BlockConstants, NormConstants, Real, block_constants, norm_constants
from golden.bit_constants_q15 import power2, sign
from golden.bit_model import BoundError, Scaled, magnitude_bits, shift_right
from golden.float_bits import F32, I64, f32, fixed, from_int, log, scale2
from golden.taps import LayerTaps, Taps
from golden.ternary_file import Block, Model

_LN2 = float.fromhex("0x1.62e43p-32")  # times 2^-31
CACHE_BITS = (16, 8)
EPSILON = 42950  # 1e-5 times 2^32


def drop_rounded(v: I64, n: int) -> I64:
    """v / 2^n, halves up; n is kept within 0..31."""
    n = min(max(n, 0), 31)
    return (v + ((1 << n) >> 1)) >> n


def shift(v: I64, n: int) -> I64:
    """v / 2^n rounded down, or v * 2^-n."""
    return shift_right(v, n) if n >= 0 else v << -n


def ceil_log2(n: int) -> int:
    """Least b with n <= 2^b."""
    return (n - 1).bit_length()


@dataclasses.dataclass
class Term:
    """A vector of integers, its exponent, and the factor (sign, real) in the mix."""

    elements: I64
    exponent: int
    sign: int
    multiplier: int
    factor_exponent: int


def distances(best: int, scores: I64, scale: Real) -> list[int]:
    """The distance of each score below the best, in 2^-16 of a power of two; at most 2^21."""
    out = []
    for score in scores.tolist():
        product, n = (best - score) * scale.m, scale.k - 16
        value = product >> n if n >= 0 else (1 << 21 if product else 0)
        out.append(min(value, 1 << 21))
    return out


def shares(powers: list[int]) -> list[int]:
    """Each power over the sum of all, times 2^15, rounded down; at most 32767."""
    total = sum(powers)
    s = total.bit_length() - 17
    inverse = (2**32 - 1) // (total >> s)
    return [power * inverse >> (17 + s) for power in powers]


def factor(share: int, scale: Real) -> tuple[int, int]:
    """share * 2^-15 * scale as a 15-bit multiplier and its exponent."""
    product = share * (scale.m >> 16)
    drop = max(0, product.bit_length() - 15)
    return (product >> drop, scale.k - 1 - drop) if product else (0, NEVER)


class _Layer:
    """One block with its state: rings of normalised vectors, keys and values, state vector."""

    def __init__(self, name: str, block: Block, model: BitModelQ15) -> None:
        d, kernel = block.conv.trits.shape
        self.model, self.max_seq = model, model.model.config.max_seq
        self.k: BlockConstants = block_constants(name, block)
        self.taps = block.conv.trits.T.astype(np.int64)
        self.router, self.wq, self.wk, self.wv = (
            t.trits.astype(np.int64) for t in (block.router, block.wq, block.wk, block.wv))
        h = len(self.wk)
        self.history = np.zeros((kernel, d), np.int64)  # row j is q at t - j
        # Of position j in row j modulo max_seq: its key and value, and their shifts.
        self.keys = np.zeros((self.max_seq, h), np.int64)
        self.values = np.zeros((self.max_seq, d), np.int64)
        self.key_shifts, self.value_shifts = np.zeros((2, self.max_seq), np.int64)
        self.state = np.zeros(d, np.int64)
        self.query_bits = min(14, 16 - ceil_log2(h))

    def step(self, x: Scaled, t: int, top_k: int) -> LayerTaps:
        """Adds the block's pathways to `x`."""
        k, p = self.k, self.k.norm.precision
        q = self.model.layer_norm(x, k.norm)
        self.history = np.concatenate([q[None], self.history[:-1]])
        share, entropy = self._route(q)
        local = np.asarray(np.sum(self.taps * self.history, axis=0))
        self._recur(q)
        self._remember(q, t % self.max_seq)
        sparse, sparse_exponent, chosen, margin = self._attend(q, t, top_k)
        state_exponent = k.gain_exponent + p - 13
        self._mix(x, [Term(local, p, k.local_sign, *factor(share[0], k.local)),
                      Term(self.state, state_exponent, 1, *factor(share[1], Real(1 << 31, 31))),
                      Term(sparse, sparse_exponent, k.sparse_sign, *factor(share[2], k.sparse))])
        return LayerTaps(Scaled(q, p).floats(), scale2(from_int(np.array(share)), -15), entropy,
                         from_int(local) * k.local_scale, Scaled(self.state, state_exponent).floats(),
                         from_int(sparse) * scale2(k.sparse_scale, -sparse_exponent), x.floats(), chosen, margin)

    def _route(self, q: I64) -> tuple[list[int], F32]:
        y = self.k.router_sign * (self.router @ q)
        t = distances(int(np.max(y)), y, self.k.router)
        powers = [power2(v) for v in t]
        share = shares(powers)
        mean = np.array([sum(r * v for r, v in zip(share, t))])
        return share, log(scale2(from_int(np.array([sum(powers)])), -16)) + from_int(mean) * _LN2

    def _recur(self, q: I64) -> None:
        self.state = ((self.state * self.k.decay + 2**14) >> 15) + ((self.k.gain * q + 2**12) >> 13)
        self.model.bound("state", self.state, 2**31)

    def _remember(self, q: I64, slot: int) -> None:
        """Writes the key and the value of q, and their shifts, to a slot."""
        key, value, drop = self.wk @ q, self.wv @ q, self.k.key_drop
        if self.model.cache_bits == 16:
            self.keys[slot] = drop_rounded(key, drop)
        else:
            self.key_shifts[slot] = max(0, magnitude_bits(key) - 7 - drop)
            self.keys[slot] = np.clip(drop_rounded(key, drop + int(self.key_shifts[slot])), -127, 127)
        self.value_shifts[slot] = max(0, magnitude_bits(value) - 7)
        self.values[slot] = value >> self.value_shifts[slot]
        self.model.bound("key", self.keys[slot], 2**15)
        self.model.bound("key times its shift", self.keys[slot] << self.key_shifts[slot], 2**15)
        self.model.bound("value", self.values[slot] + 0.5, 128)

    def _attend(self, q: I64, t: int, top_k: int) -> tuple[I64, int, tuple[int, ...], float]:
        """The mix of values, its exponent, the positions chosen, and by how much of the largest score."""
        query = self.wq @ q
        drop = max(0, magnitude_bits(query) - self.query_bits)
        query = self.k.query_sign * drop_rounded(query, drop)
        positions = np.arange(max(0, t - self.max_seq + 1), t + 1)
        keys, shifts = self.keys[positions % self.max_seq], self.key_shifts[positions % self.max_seq]
        self.model.bound("query", query, 2**15)
        # No order of the terms has a greater partial sum.
        self.model.bound("score", np.sum(np.abs(query * keys), axis=1) << shifts, 2**31)
        scores = keys @ query << shifts
        order = np.argsort(-scores, kind="stable")
        chosen, rest = order[:top_k], order[top_k:top_k + 1]
        best = scores[chosen]
        weights = np.array(shares([power2(v) for v in distances(int(best[0]), best, self.k.score.scaled(drop))]))
        slots = positions[chosen] % self.max_seq
        most = int(np.max(self.value_shifts[slots]))
        weights = weights >> (most - self.value_shifts[slots])
        self.model.bound("sum of weights", np.sum(weights), 2**15 + 1)
        mixed = weights @ self.values[slots] + (np.sum(weights) >> 1)
        self.model.bound("mix of values", mixed, 2**23)
        gap = (float(best[-1]) - float(scores[rest[0]])) if len(rest) else float("inf")
        margin = gap / max(1.0, float(np.max(np.abs(scores))))
        return mixed, self.k.norm.precision + 15 - most, tuple(int(j) for j in positions[chosen]), margin

    def _mix(self, x: Scaled, terms: list[Term]) -> None:
        """Adds the sum of factor times vector to x."""
        limit, parts = x.exponent + 30 - magnitude_bits(x.elements), []
        for term in terms:
            drop = max(0, magnitude_bits(term.elements) - 15)
            exponent = min(NEVER, term.factor_exponent + term.exponent - drop)
            limit = min(limit, exponent)
            parts.append((term.sign * term.multiplier * (term.elements >> drop), exponent))
        limit -= 2
        x.elements = shift(x.elements, x.exponent - limit) + sum(
            shift_right(product, exponent - limit) for product, exponent in parts)
        x.exponent = limit
        self.model.bound("x", x.elements, 2**30 + 1)


class BitModelQ15:
    """One model and its decoding state. Raises ValueError naming the tensor when it refuses the model."""

    def __init__(self, model: Model, check_bounds: bool = False, cache_bits: int = 16) -> None:
        if cache_bits not in CACHE_BITS:
            raise ValueError(f"a cache of {cache_bits} bits: known are {CACHE_BITS}")
        self.model, self.check_bounds, self.cache_bits = model, check_bounds, cache_bits
        self.final = norm_constants(model.final_gamma, model.final_beta)
        self.unembed = model.unembed.trits.astype(np.int64)
        scale = scale2(f32(np.abs(model.unembed.scale)), -self.final.precision)
        if not (scale[0] < 2.0**96 and (scale[0] > 0 or model.unembed.scale == 0)):
            raise ValueError("unembed: a constant derived from it leaves FP32")
        self.logit_scale: F32 = scale
        self.reset()

    def reset(self) -> None:
        """Returns to position 0."""
        self.position = 0
        self.layers = [_Layer(f"block {i}", block, self) for i, block in enumerate(self.model.blocks)]

    def bound(self, what: str, values: Any, limit: int) -> None:
        """Raises BoundError when a magnitude reaches `limit`, if bounds are checked."""
        if self.check_bounds and int(np.max(np.abs(values))) >= limit:
            raise BoundError(f"{what}: magnitude {np.max(np.abs(values))}, expected less than {limit}")

    def bound_groups(self, q: I64) -> None:
        """The sum of five neighbours must fit int16."""
        if self.check_bounds:
            padded = np.concatenate([np.abs(q), np.zeros(-len(q) % 5, np.int64)])
            self.bound("five of q", padded.reshape(-1, 5).sum(axis=1), 2**15)

    def layer_norm(self, x: Scaled, norm: NormConstants) -> I64:
        """(d,) -> (d,): (x - mean) / sqrt(variance + 1e-5) * gamma + beta, times 2^P."""
        d = len(x.elements)
        down = magnitude_bits(x.elements) - 14
        c = drop_rounded(x.elements, down) if down > 0 else x.elements << -down
        p = x.exponent - down
        c = c - ((int(np.sum(c)) + (d << 15) + (d >> 1)) // d - (1 << 15))
        z = max(0, ceil_log2(d) // 2)
        squares = int(np.sum(drop_rounded(c, z) ** 2))
        self.bound("squares", squares, 2**31 + 1)
        n, epsilon = 32 - 2 * (p - z), EPSILON * d
        if n >= 0:
            total, a = squares + (epsilon >> min(n, 31)), 2 * (p - z)
        else:
            total, a = (squares >> min(-n, 31)) + epsilon, 32
        total = max(total, 1)
        a += 32 - total.bit_length()
        total = (total << (32 - total.bit_length())) // d
        up = 32 - total.bit_length()
        up -= (a + up) % 2
        root = math.isqrt(total << up if up >= 0 else total >> 1)
        g, half = (2**30 - 1) // root, (a + up) // 2
        w = 15 - magnitude_bits(c)
        y = ((c << w) * g + 2**14) >> 15
        drop = max(1, min(31, p + w + 15 - half + norm.gamma_exponent - norm.precision))
        q = drop_rounded(y * norm.gamma, drop) + norm.beta
        self.bound_groups(q)
        return q

    def step(self, token: int) -> Taps[Any]:
        """Consumes one token. Raises ValueError for a token outside the vocabulary."""
        config, embed = self.model.config, self.model.embed
        if not 0 <= token < config.vocab_size:
            raise ValueError(f"token {token} is outside the vocabulary of {config.vocab_size}")
        with np.errstate(over="ignore", under="ignore"):
            alpha = f32(embed.scale)
            exponent = 156 - max(1, int(np.abs(alpha).view(np.uint32)[0]) >> 23)
            x = Scaled(embed.trits[token].astype(np.int64) * fixed(alpha, exponent), exponent)
            embedded = x.floats()
            layers = [layer.step(x, self.position, config.top_k) for layer in self.layers]
            q = self.layer_norm(x, self.final)
            logits = sign(self.model.unembed.scale) * (self.unembed @ q)
            taps = Taps(embedded, layers, Scaled(q, self.final.precision).floats(),
                        from_int(logits) * self.logit_scale)
        self.position += 1
        if any(values.dtype != np.float32 for _, _, values in taps.in_order()):
            raise TypeError("a tap is not float32: an operation was promoted")
        return taps
