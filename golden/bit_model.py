"""Bit model: variant f32 of the numerical contract (engine/numerics.md) in NumPy, bit for bit.

Streaming, one token a step. Integers are int64; a sum over them whose terms' magnitudes add up to less
than 2^53 runs as a float64 matrix product, which is then exact in any order. Floats are float32 arrays,
a single number of shape (1,); see golden/float_bits.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from golden.bit_constants import NormConstants, block_constants, finite, norm_constants
from golden.float_bits import F32, I64, exp, f32, fixed, from_int, log, scale2
from golden.taps import LayerTaps, Taps
from golden.ternary_file import Block, Model

F64 = npt.NDArray[np.float64]
_EPSILON = float.fromhex("0x1.4f8b58p-17")


class NonFiniteError(ArithmeticError):
    """An activation is not finite: the status NON_FINITE."""


class BoundError(AssertionError):
    """An integer left the range the contract promises (only with check_bounds)."""


def _bound(what: str, magnitudes: Any, limit: float) -> None:
    if not float(np.max(magnitudes)) < limit:
        raise BoundError(f"{what}: magnitude {np.max(magnitudes)}, expected less than {limit}")


def _total(n: I64) -> I64:
    """Exact sum, shape (1,)."""
    return np.array([np.sum(n)])


def layer_norm(x: F32, norm: NormConstants) -> F32:
    """(d,) -> (d,): (x - mean) / sqrt(variance + 1e-5) * gamma + beta, by integer moments."""
    if not np.all(np.isfinite(x)):
        raise NonFiniteError("a LayerNorm input is not finite")
    width = f32(len(x))
    biased_exponent = int(np.max(np.abs(x)).view(np.uint32)) >> 23
    p = 152 - max(1, biased_exponent)
    c0 = fixed(x, p)
    mean = fixed(from_int(_total(c0)) * (1 / width), 0)
    c = c0 - mean
    squares = _total(c * c)
    with np.errstate(over="ignore", under="ignore"):
        variance = scale2(from_int(squares) * (1 / width), -2 * p) + _EPSILON
        if not np.isfinite(variance[0]):
            raise NonFiniteError("a LayerNorm variance is not finite")
        return from_int(c) * scale2(1 / np.sqrt(variance), -p) * norm.gamma + norm.beta


def round_shift(v: I64, z: int) -> I64:
    """v / 2^z rounded, halves up."""
    return (v + (1 << (z - 1))) >> z if z else v


class _Layer:
    """One block with its state: ring of keys and values, convolution history, state vector."""

    def __init__(self, name: str, block: Block, max_seq: int, check_bounds: bool) -> None:
        d, kernel = block.conv.trits.shape
        h = block.wq.trits.shape[0]
        self.h, self.max_seq, self.check_bounds = h, max_seq, check_bounds
        self.k = block_constants(name, block)
        self.b, self.c = block.b, block.c
        self.taps = block.conv.trits.T.astype(np.int64)  # (K, d)
        self.weights: F64 = np.concatenate(  # (3 + 2h + d, d)
            [block.router.trits, block.wk.trits, block.wq.trits, block.wv.trits]).astype(np.float64)
        self.state = np.zeros(d, np.float32)
        self.history = np.zeros((kernel, d), np.int64)  # row j is q at t - j
        self.keys = np.zeros((max_seq, h), np.int64)
        self.values = np.zeros((max_seq, d), np.int64)

    def step(self, x: F32, t: int, top_k: int) -> LayerTaps:
        n = layer_norm(x, self.k.norm)
        q = fixed(n, self.k.norm.precision)
        if self.check_bounds:
            _bound("L1 norm of q", np.sum(np.abs(q).astype(np.float64), keepdims=True), 2**31)
        products = (self.weights @ q.astype(np.float64)).astype(np.int64)
        router, entropy = self._route(products[:3])
        local = self._convolve(q)
        self.state = self.k.decay * self.state + self.b * n
        state = self.c * self.state
        sparse, chosen, margin = self._attend(products[3:], t, top_k)
        out = x + ((router[:1] * local + router[1:2] * state) + router[2:] * sparse)
        return LayerTaps(n, router, entropy, local, state, sparse, out, chosen, margin)

    def _route(self, sums: I64) -> tuple[F32, F32]:
        """(3,) sums -> softmax (3,) and its entropy (1,)."""
        y = from_int(sums) * self.k.router_scale
        below = y - np.max(y)
        e = exp(below)
        total = (e[:1] + e[1:2]) + e[2:]
        r = e / total
        terms = np.where(r == 0, np.float32(0), r * below)
        return r, log(total) - ((terms[:1] + terms[1:2]) + terms[2:])

    def _convolve(self, q: I64) -> F32:
        self.history = np.concatenate([q[None], self.history[:-1]])
        if self.check_bounds:
            _bound("convolution", np.abs(self.history).sum(axis=0).astype(np.float64), 2**31)
        return from_int(np.sum(self.taps * self.history, axis=0)) * self.k.local_scale

    def _attend(self, products: I64, t: int, top_k: int) -> tuple[F32, tuple[int, ...], float]:
        """Products (2h + d,) of key, query, value -> sparse (d,), chosen positions, score margin."""
        h, slot = self.h, t % self.max_seq
        self.keys[slot] = round_shift(products[:h], self.k.shift)
        query = self.k.query_sign * round_shift(products[h:2 * h], self.k.shift)
        self.values[slot] = products[2 * h:]
        positions = np.arange(max(0, t - self.max_seq + 1), t + 1)
        scores = self.keys[positions % self.max_seq] @ query
        order = np.argsort(-scores, kind="stable")
        chosen, rest = order[:top_k], order[top_k:top_k + 1]
        best = scores[chosen]
        e = exp(from_int(best - best[0]) * self.k.score_scale)
        weights = fixed(e / np.cumsum(e)[-1:], 30)
        values = self.values[positions[chosen] % self.max_seq]
        if self.check_bounds:
            keys = self.keys[positions % self.max_seq].astype(np.float64)
            _bound("score", np.abs(keys) @ np.abs(query.astype(np.float64)), 2**62)
            _bound("sparse", weights.astype(np.float64) @ np.abs(values.astype(np.float64)), 2**63)
        sparse = from_int(weights @ values) * self.k.value_scale
        gap = (float(best[-1]) - float(scores[rest[0]])) if len(rest) else float("inf")
        margin = gap / max(1.0, float(np.max(np.abs(scores))))
        return sparse, tuple(int(j) for j in positions[chosen]), margin


class BitModel:
    """One model and its decoding state. Raises ValueError naming the tensor when it must be refused."""

    def __init__(self, model: Model, check_bounds: bool = False) -> None:
        self.model, self.check_bounds = model, check_bounds
        self.final = norm_constants("final gamma, beta", model.final_gamma, model.final_beta, 1)
        self.unembed: F64 = model.unembed.trits.astype(np.float64)
        self.logit_scale = finite("unembed", scale2(f32(model.unembed.scale), -self.final.precision))
        self.reset()

    def reset(self) -> None:
        """Back to position 0."""
        config = self.model.config
        self.position = 0
        self.layers = [_Layer(f"block {i}", block, config.max_seq, self.check_bounds)
                       for i, block in enumerate(self.model.blocks)]

    def step(self, token: int) -> Taps:
        """Consumes one token. Raises ValueError (token) or NonFiniteError; then only reset() helps."""
        config, embed = self.model.config, self.model.embed
        if not 0 <= token < config.vocab_size:
            raise ValueError(f"token {token} is outside the vocabulary of {config.vocab_size}")
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            trits = embed.trits[token].astype(np.float32)
            x = embedded = np.where(trits == 0, np.float32(0), trits * f32(embed.scale))
            layers = []
            for layer in self.layers:
                layers.append(layer.step(x, self.position, config.top_k))
                x = layers[-1].block_out
            n = layer_norm(x, self.final)
            q = fixed(n, self.final.precision)
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
