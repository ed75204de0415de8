"""Bit model: variant f32 of the numerical contract (engine/f32/numerics.md) in NumPy, bit for bit.

It streams, one token a step. Integers are int64. A sum of integers whose magnitudes add up to less than 2^53
runs as a float64 matrix product, which is then exact in any order. Floats are float32 arrays; a single number
has shape (1,), see golden/float_bits.py.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from golden.bit_constants import NormConstants, block_constants, finite, norm_constants
from golden.float_bits import F32, I64, f32, fixed, from_int, log, scale2
from golden.integer_scalars import (EPSILON, EPSILON_EXPONENT, NEVER, Factor, Softmax, high, inverse_root, product,
                                    reciprocal, softmax)
from golden.taps import LayerTaps, Taps
from golden.ternary_file import Block, Model

F64 = npt.NDArray[np.float64]
_LN2 = float.fromhex("0x1.62e43p-1")
LEAST_EXPONENT = -96  # for vectors whose elements are finite in FP32
CACHE_BITS = (32, 16)


class NonFiniteError(ArithmeticError):
    """An activation is not finite; the engine's status NON_FINITE."""


class BoundError(AssertionError):
    """An integer left the range that the contract promises (only with check_bounds)."""


def _bound(what: str, magnitudes: Any, limit: float) -> None:
    if not float(np.max(magnitudes)) < limit:
        raise BoundError(f"{what}: magnitude {np.max(magnitudes)}, expected less than {limit}")


def mul_high(a: I64, b: I64) -> I64:
    """Upper half of the 64-bit products of int32s."""
    high: I64 = (a * b) >> 32
    return high


def shift_right(v: I64, n: int) -> I64:
    """v / 2^n rounded down; n is at most 31."""
    shifted: I64 = v >> min(n, 31)
    return shifted


def magnitude_bits(v: I64) -> int:
    """Number of bits of the longest element; v < 0 counts as -v - 1."""
    return int(np.bitwise_or.reduce(v ^ (v >> 63))).bit_length()


@dataclasses.dataclass
class Scaled:
    """Numbers as int32 elements times 2^-exponent, one exponent for all."""

    elements: I64
    exponent: int

    def floats(self) -> F32:
        """The numbers in FP32, as a tap shows them."""
        return scale2(from_int(self.elements), -self.exponent)


def mul_high_rounded(a: I64, b: I64) -> I64:
    """The same rounded to nearest, halves up."""
    return (a * b + 2**31) >> 32


def layer_norm(x: Scaled, norm: NormConstants) -> I64:
    """(d,) -> (d,): (x - mean) / sqrt(variance + 1e-5) * gamma + beta, times 2^P."""
    d, drop = len(x.elements), max(0, magnitude_bits(x.elements) - 25)
    mean = (int(np.sum(x.elements)) + (d >> 1)) // d
    c = (x.elements - mean + (1 << drop >> 1)) >> drop
    p = x.exponent - drop
    squares = int(np.sum(c * c))
    g = _inverse_deviation(squares, p, d)
    room = max(0, 31 - (squares.bit_length() + 1) // 2)  # no |c_i| exceeds the square root
    n = p + room + norm.gamma_exponent + g.exponent - 64 - norm.precision
    scaled = mul_high(norm.gamma, np.array([g.multiplier >> min(max(n - room, 0), 31)]))
    u = mul_high_rounded(c << max(room - max(n, 0), 0), scaled)
    return (u << min(max(-n, 0), 31)) + norm.beta


def _inverse_deviation(squares: int, p: int, d: int) -> Factor:
    """1 / sqrt(variance + 1e-5), of d squares that sum to `squares` in units of 2^-2p."""
    up, d_bits = 31 - squares.bit_length(), d.bit_length()
    variance = high(squares << up if up >= 0 else squares >> -up, reciprocal(d << (31 - d_bits)))
    exponent = 2 * p + up + d_bits - 2
    common = min(exponent, EPSILON_EXPONENT)
    total = (variance >> min(exponent - common, 31)) + (EPSILON >> min(EPSILON_EXPONENT - common, 31))
    return inverse_root(max(total, 1), common)


def round_shift(v: I64, z: int) -> I64:
    """v / 2^z rounded, halves up."""
    return (v + (1 << (z - 1))) >> z if z else v


def narrow(v: I64, least: int = 0) -> tuple[I64, int]:
    """v as int16 and their shift, which is `least` or more."""
    n = max(least, magnitude_bits(v) - 15)
    return v >> n, n


def query_shift(query: I64, z: int) -> int:
    """Least shift at which the magnitudes of a query that was shifted by z add up to less than 2^16."""
    reach = int(np.sum(((query ^ (query >> 63)) >> z) + 1))
    limit = (2**16 - len(query)) >> z
    n = 0
    while reach > limit << n:
        n += 1
    return n


class _Layer:
    """One block with its state: ring of keys and values, convolution history, state vector."""

    def __init__(self, name: str, block: Block, max_seq: int, check_bounds: bool, cache_bits: int) -> None:
        d, kernel = block.conv.trits.shape
        h = block.wq.trits.shape[0]
        self.h, self.max_seq, self.check_bounds, self.cache_bits = h, max_seq, check_bounds, cache_bits
        self.k = block_constants(name, block)
        self.b, self.c = block.b, block.c
        self.taps = block.conv.trits.T.astype(np.int64)  # (K, d)
        self.weights: F64 = np.concatenate(  # (3 + 2h + d, d)
            [block.router.trits, block.wk.trits, block.wq.trits, block.wv.trits]).astype(np.float64)
        self.state = Scaled(np.zeros(d, np.int64), NEVER)
        self.history = np.zeros((kernel, d), np.int64)  # row j is q at t - j
        self.keys = np.zeros((max_seq, h), np.int64)
        self.values = np.zeros((max_seq, d), np.int64)
        self.key_shifts = np.zeros(max_seq, np.int64)  # with a cache of 16 bits, else all 0
        self.value_shifts = np.zeros(max_seq, np.int64)

    def step(self, x: Scaled, t: int, top_k: int) -> LayerTaps:
        """Adds the block's pathways to `x`."""
        q = layer_norm(x, self.k.norm)
        if self.check_bounds:
            _bound("L1 norm of q", np.sum(np.abs(q).astype(np.float64), keepdims=True), 2**31)
            _bound("x", np.abs(x.elements), 2**30 + 1)
        products = (self.weights @ q.astype(np.float64)).astype(np.int64)
        route, router, entropy = self._route(products[:3])
        local = self._convolve(q)
        state = self._recur(q)
        sparse, chosen, margin = self._attend(products[3:], t, top_k)
        factors = [product(factor, share, drop) for factor, share, drop in zip(
            (self.k.local_factor, Factor(1 << 30, 30), self.k.value_factor), route.shares, route.drops)]
        self._mix(x, list(zip(factors, (Scaled(local, self.k.norm.precision), state, sparse))))
        return LayerTaps(Scaled(q, self.k.norm.precision).floats(), router, entropy,
                         from_int(local) * self.k.local_scale, state.floats(),
                         from_int(sparse.elements) * scale2(self.k.value_scale, self.k.norm.precision - sparse.exponent),
                         x.floats(), chosen, margin)

    def _mix(self, x: Scaled, terms: list[tuple[Factor, Scaled]]) -> None:
        """Adds the sum of factor times vector to x."""
        bits = magnitude_bits(x.elements)
        exponent = min(x.exponent + 30 - bits, *(
            factor.exponent + vector.exponent - 1 - magnitude_bits(vector.elements) for factor, vector in terms)) - 2
        if exponent < LEAST_EXPONENT:
            raise NonFiniteError("the output of a block is not finite")
        up = exponent - x.exponent
        total = x.elements << up if up > 0 else shift_right(x.elements, -up)
        for factor, vector in terms:
            drop = factor.exponent + vector.exponent - 32 - exponent
            total = total + mul_high(np.array([factor.multiplier >> min(max(drop, 0), 31)]),
                                     vector.elements << max(-drop, 0))
        x.elements, x.exponent = total, exponent

    def _recur(self, q: I64) -> Scaled:
        """s = decay s + b c n. This s is c times the state of the formulas, so it is read without c."""
        k, room = self.k, max(0, 29 - magnitude_bits(self.state.elements))
        faded = self.state.exponent + room - 1
        q_room = 31 - magnitude_bits(q)
        added = k.gain_exponent + k.norm.precision + q_room - 32
        exponent = min(faded, added - 2)
        drop = min(added - exponent, 31)
        s = shift_right((k.decay * (self.state.elements << room) + 2**31) >> 32, faded - exponent)
        s += (mul_high(k.gain, q << q_room) + (1 << (drop - 1))) >> drop
        if self.check_bounds:
            _bound("state", np.abs(s), 2**29 + 1)
        if exponent < LEAST_EXPONENT:
            raise NonFiniteError("a state is not finite")
        self.state = Scaled(s, exponent)
        return self.state

    def _route(self, sums: I64) -> tuple[Softmax, F32, F32]:
        """(3,) sums -> their softmax, its shares (3,) and its entropy (1,) as taps show them."""
        y = [-int(v) if self.k.router.multiplier < 0 else int(v) for v in sums]
        scale = Factor(abs(self.k.router.multiplier), self.k.router.exponent)
        route = softmax([max(y) - v for v in y], scale)
        r = scale2(from_int(np.array(route.shares)), np.array([-30 - drop for drop in route.drops]))
        terms = r * scale2(from_int(np.array(route.distances)), -25)
        total = scale2(from_int(np.array([route.total])), route.total_drop - 30)
        return route, r, log(total) + ((terms[:1] + terms[1:2]) + terms[2:]) * f32(_LN2)

    def _convolve(self, q: I64) -> I64:
        self.history = np.concatenate([q[None], self.history[:-1]])
        if self.check_bounds:
            _bound("convolution", np.abs(self.history).sum(axis=0).astype(np.float64), 2**31)
        return np.asarray(np.sum(self.taps * self.history, axis=0))

    def _attend(self, products: I64, t: int, top_k: int) -> tuple[Scaled, tuple[int, ...], float]:
        """Products (2h + d,) of key, query, value -> sparse (d,), chosen positions, score margin."""
        h, slot, query_drop = self.h, t % self.max_seq, 0
        key = round_shift(products[:h], self.k.shift)
        query = self.k.query_sign * round_shift(products[h:2 * h], self.k.shift)
        value = products[2 * h:]
        if self.cache_bits == 16:
            key, self.key_shifts[slot] = narrow(key)
            query, query_drop = narrow(query, query_shift(query, self.k.shift))
            value, self.value_shifts[slot] = narrow(value)
        self.keys[slot], self.values[slot] = key, value
        positions = np.arange(max(0, t - self.max_seq + 1), t + 1)
        slots = positions % self.max_seq
        scores = (self.keys[slots] @ query) << (self.key_shifts[slots] + query_drop)
        order = np.argsort(-scores, kind="stable")
        chosen, rest = order[:top_k], order[top_k:top_k + 1]
        best = scores[chosen]
        weights = np.array(softmax([int(best[0]) - int(score) for score in best], self.k.score).weights())
        if self.check_bounds:
            magnitudes = np.abs(self.keys[slots]).astype(np.float64) @ np.abs(query.astype(np.float64))
            _bound("score", magnitudes * 2.0**(self.key_shifts[slots] + query_drop), 2**62)
            if self.cache_bits == 16:
                _bound("score of 16 bits", magnitudes, 2**31)
                _bound("query", np.sum(np.abs(query)), 2**16)
        sparse = self._mix_values(weights, slots[chosen])
        gap = (float(best[-1]) - float(scores[rest[0]])) if len(rest) else float("inf")
        margin = gap / max(1.0, float(np.max(np.abs(scores))))
        return sparse, tuple(int(j) for j in positions[chosen]), margin

    def _mix_values(self, weights: I64, slots: I64) -> Scaled:
        """The sum of weights in 2^-30 times the values in these slots."""
        values, precision = self.values[slots], self.k.norm.precision
        if self.cache_bits == 32:
            if self.check_bounds:
                _bound("sparse", weights.astype(np.float64) @ np.abs(values.astype(np.float64)), 2**63)
            return Scaled((weights @ values) >> 30, precision)
        shifts = self.value_shifts[slots]
        greatest = int(np.max(shifts))
        few = np.minimum(weights >> (15 + greatest - shifts), 2**15 - 1)
        if self.check_bounds:
            _bound("sparse", few @ np.abs(values), 2**31)
        return Scaled(few @ values, precision + 15 - greatest)


class BitModel:
    """One model and its decoding state; `cache_bits` 16 is variant f32kv16.

    Raises ValueError naming the tensor when it refuses the model.
    """

    def __init__(self, model: Model, check_bounds: bool = False, cache_bits: int = 32) -> None:
        if cache_bits not in CACHE_BITS:
            raise ValueError(f"a cache of {cache_bits} bits: known are {CACHE_BITS}")
        self.model, self.check_bounds, self.cache_bits = model, check_bounds, cache_bits
        self.final = norm_constants("final gamma, beta", model.final_gamma, model.final_beta, 1)
        self.unembed: F64 = model.unembed.trits.astype(np.float64)
        self.logit_scale = finite("unembed", scale2(f32(model.unembed.scale), -self.final.precision))
        self.reset()

    def reset(self) -> None:
        """Returns to position 0."""
        config = self.model.config
        self.position = 0
        self.layers = [_Layer(f"block {i}", block, config.max_seq, self.check_bounds, self.cache_bits)
                       for i, block in enumerate(self.model.blocks)]

    def step(self, token: int) -> Taps[Any]:
        """Consumes one token. Raises ValueError (token) or NonFiniteError; after that only reset() helps."""
        config, embed = self.model.config, self.model.embed
        if not 0 <= token < config.vocab_size:
            raise ValueError(f"token {token} is outside the vocabulary of {config.vocab_size}")
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            alpha = f32(embed.scale)
            exponent = 156 - max(1, int(np.abs(alpha).view(np.uint32)[0]) >> 23)
            x = Scaled(embed.trits[token].astype(np.int64) * fixed(alpha, exponent), exponent)
            embedded = x.floats()
            layers = [layer.step(x, self.position, config.top_k) for layer in self.layers]
            q = layer_norm(x, self.final)
            n = Scaled(q, self.final.precision).floats()
            if self.check_bounds:
                _bound("L1 norm of q", np.sum(np.abs(q).astype(np.float64), keepdims=True), 2**31)
            logits = from_int((self.unembed @ q.astype(np.float64)).astype(np.int64)) * self.logit_scale
        if not np.all(np.isfinite(logits)):
            raise NonFiniteError("a logit is not finite")
        self.position += 1
        taps = Taps(embedded, layers, n, logits)
        if any(values.dtype != np.float32 for _, _, values in taps.in_order()):
            raise TypeError("a tap is not float32: an operation was promoted")
        return taps
