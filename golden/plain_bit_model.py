"""Bit model of variant plain: the contract engine/plain/numerics.md in NumPy float32 and int64."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from golden.bit_constants_q15 import power2
from golden.bit_model import NonFiniteError
from golden.float_bits import F32, I64, exp, f32, fixed, from_int, scale2
from golden.plain_model import Int8, PlainBlock, PlainModel
from golden.taps import PlainLayerTaps, Taps

_EPSILON = f32(float.fromhex("0x1.4f8b58p-17"))
_GELU_LINEAR = f32(float.fromhex("0x1.988454p+0"))
_GELU_CUBIC = f32(float.fromhex("0x1.2444f2p-4"))
_LOG2_E = f32(float.fromhex("0x1.715476p+0"))


def chained_sum(terms: F32) -> F32:
    """sum(t) of the contract over the last axis: four chains, then (s0 + s1) + (s2 + s3)."""
    chains = [np.add.accumulate(terms[..., j::4], axis=-1)[..., -1] if terms.shape[-1] > j
              else np.zeros(terms.shape[:-1], np.float32) for j in range(4)]
    result: F32 = (chains[0] + chains[1]) + (chains[2] + chains[3])
    return result


def _finite(x: F32, what: str) -> F32:
    if not np.all(np.isfinite(x)):
        raise NonFiniteError(f"{what}: not finite")
    return x


def to_codes(x: F32, bits: int) -> tuple[I64, int]:
    """codes(x, bits) of the contract, and p."""
    _finite(x, "a vector to be coded")
    biased = max(1, int(np.max(np.abs(x)).view(np.uint32)) >> 23)
    p = 126 + bits - biased
    return _rounded(x, p, bits), p


def _rounded(x: F32, p: int | I64, bits: int) -> I64:
    """min(floor(|x| 2^p + 1/2), 2^bits - 1), with the sign of x; exact in float64."""
    wide = np.floor(np.ldexp(np.abs(x).astype(np.float64), p) + 0.5)
    codes: I64 = np.minimum(wide, 2.0**bits - 1).astype(np.int64)
    return np.where(np.signbit(x), -codes, codes)


def _ceil_log2(value: int) -> int:
    return (value - 1).bit_length()


def layer_norm(x: F32, gamma: F32, beta: F32) -> F32:
    """norm(x; gamma, beta)."""
    share = f32(1) / f32(len(x))
    c = x - chained_sum(x) * share
    r = 1 / np.sqrt(chained_sum(c * c) * share + _EPSILON)
    result: F32 = c * r * gamma + beta
    return result


def gelu(x: F32) -> F32:
    """Elementwise."""
    v = x * (_GELU_LINEAR + _GELU_CUBIC * (x * x))
    y = np.where(-v < 40, -v, np.float32(40))
    result: F32 = x / (1 + exp(y))
    return result


def gelu_int8(x: F32) -> F32:
    """Elementwise; the exponential is computed in integers."""
    v = x * (_GELU_LINEAR + _GELU_CUBIC * (x * x)) * _LOG2_E
    shares = np.array([0xFFFFFFFF // (65536 + power2(min(int(t), 2**21))) for t in fixed(np.abs(v), 16)], np.int64)
    return scale2(x * from_int(np.where(np.signbit(v), 65536 - shares, shares)), -16)


def softmax(scores: F32) -> tuple[F32, F32]:
    """e and I of the contract. Raises NonFiniteError."""
    most = scores[:1]
    for score in scores[1:]:
        most = np.where(score > most, score, most)
    e = exp(scores - most)
    total = np.add.accumulate(e)[-1:]
    if not total[0] >= 1:
        raise NonFiniteError("attention: a score is not finite")
    return e, 1 / total


class _Layer:
    """A block; the two derived classes have the arithmetic of FP32 and int8 weights."""

    def __init__(self, model: PlainModel, index: int) -> None:
        self.block: PlainBlock = model.blocks[index]
        self.n_heads = model.config.n_heads
        self.width = model.config.head_width
        self.scale = 1 / np.sqrt(f32(self.width))
        self.codes = {name: model.quantized.get(f"block {index} {name}")
                      for name in ("wq", "wk", "wv", "wo", "w1", "w2")}

    def step(self, x: F32) -> PlainLayerTaps:
        b = self.block
        n = layer_norm(x, b.gamma1, b.beta1)
        self.remember(self.product("wk", n), self.product("wv", n))
        attention = self.product("wo", self.attend(self.product("wq", n)))
        x = x + attention
        feed = layer_norm(x, b.gamma2, b.beta2)
        forward = self.product("w2", self.activate(self.product("w1", feed)))
        return PlainLayerTaps(n, attention, feed, forward, _finite(x + forward, "x"))

    def product(self, name: str, x: F32) -> F32:
        return product(getattr(self.block, name), self.codes[name], x)

    def heads(self, x: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
        return np.split(x, self.n_heads, axis=-1)

    def activate(self, x: F32) -> F32:
        raise NotImplementedError

    def remember(self, key: F32, value: F32) -> None:
        raise NotImplementedError

    def attend(self, query: F32) -> F32:
        raise NotImplementedError


def product(matrix: F32, codes: Int8 | None, x: F32) -> F32:
    """W x, for FP32 weights or for codes."""
    if codes is None:
        return chained_sum(matrix * x)
    columns = len(x)
    quantized, p = to_codes(x, 15 - max(0, _ceil_log2(columns) - 9))
    sums = codes.codes.astype(np.int64) @ quantized
    assert np.all(np.abs(sums) < 2**31)
    return from_int(sums) * scale2(codes.scales, -p)


class _FloatLayer(_Layer):
    """Keys and values in FP32."""

    activate = staticmethod(gelu)

    def __init__(self, model: PlainModel, index: int) -> None:
        super().__init__(model, index)
        self.keys: list[F32] = []
        self.values: list[F32] = []

    def remember(self, key: F32, value: F32) -> None:
        self.keys.append(key)
        self.values.append(value)

    def attend(self, query: F32) -> F32:
        parts = []
        for q, k, v in zip(self.heads(query), self.heads(np.stack(self.keys)), self.heads(np.stack(self.values))):
            e, inverse = softmax(chained_sum(k * q) * self.scale)
            parts.append(np.add.accumulate(e[:, None] * v, axis=0)[-1] * inverse)
        return np.concatenate(parts)


class _CodeLayer(_Layer):
    """Keys and values as codes, with one exponent a position."""

    activate = staticmethod(gelu_int8)

    def __init__(self, model: PlainModel, index: int) -> None:
        super().__init__(model, index)
        self.bits = min(15, (31 - _ceil_log2(self.width)) // 2)
        self.keys: list[I64] = []
        self.values: list[I64] = []
        self.key_exponents: list[int] = []
        self.value_exponents: list[int] = []

    def remember(self, key: F32, value: F32) -> None:
        for vector, bits, rows, exponents in ((key, self.bits, self.keys, self.key_exponents),
                                              (value, 15, self.values, self.value_exponents)):
            codes, p = to_codes(vector, bits)
            rows.append(codes)
            exponents.append(p)

    def attend(self, query: F32) -> F32:
        codes, p = to_codes(query, self.bits)
        values = np.array(self.value_exponents)
        least, scale = int(values.min()), fixed(self.scale * _LOG2_E, 30)
        n = p + np.array(self.key_exponents) - 18
        parts = []
        for q, k, v in zip(self.heads(codes), self.heads(np.stack(self.keys)), self.heads(np.stack(self.values))):
            sums = k @ q
            scores = (sums * scale) >> 32
            up = [max(-2**30, min(2**30, int(s) << max(0, -int(shift)))) for s, shift in zip(scores, n)]
            scores = np.where(n >= 0, scores >> np.clip(n, 0, 31), np.array(up))
            powers = np.array([power2(min(int(scores.max() - s), 2**21)) for s in scores])
            shift = int(powers.sum()).bit_length() - 15
            total = ((powers + 2**(shift - 1)) >> shift).sum()
            shifts = np.minimum(shift + values - least, 31)
            mixed = ((powers + 2**(shifts - 1)) >> shifts) @ v
            assert np.all(np.abs(sums) < 2**31) and np.all(np.abs(mixed) < 2**31)
            parts.append(from_int(mixed) * scale2(1 / from_int(np.array([total])), -least))
        return np.concatenate(parts)


class PlainBitModel:
    """One model and its decoding state."""

    def __init__(self, model: PlainModel) -> None:
        self.model = model
        self.reset()

    def reset(self) -> None:
        """Returns to position 0."""
        self.position = 0
        kind = _CodeLayer if self.model.quantized else _FloatLayer
        self.layers = [kind(self.model, index) for index in range(self.model.config.n_layers)]

    def step(self, token: int) -> Taps[Any]:
        """Consumes one token. Raises ValueError for an unknown token or position, and NonFiniteError."""
        self.model.check_step(token, self.position)
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            x = embedded = self.model.embed[token] + self.model.positions[self.position]
            layers = []
            for layer in self.layers:
                layers.append(layer.step(x))
                x = layers[-1].block_out
            n = layer_norm(x, self.model.final_gamma, self.model.final_beta)
            logits = product(self.model.unembed, self.model.quantized.get("unembed"), n)
        self.position += 1
        return Taps(embedded, layers, n, _finite(logits, "a logit"))
