"""Float64 oracle of the plain transformer, straight from its formulas; shares no arithmetic with the bit model.

    x = embed[token] + positions[t]
    per block: x += Wo attention(LN1(x));  x += W2 gelu(W1 LN2(x))
    logits = U LN_f(x)
Causal softmax over all positions so far, scores q.k / sqrt(head width); LayerNorm eps 1e-5; GELU's tanh form.
Weights of an int8 file are the float32 numbers that codes and scales stand for.
"""

from __future__ import annotations
from typing import Any

import numpy as np

from golden.oracle import F64, layer_norm, softmax
from golden.plain_model import PlainBlock, PlainModel
from golden.taps import PlainLayerTaps, Taps


def gelu(x: F64) -> F64:
    """Elementwise, the tanh form."""
    result: F64 = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    return result


class _Layer:
    def __init__(self, block: PlainBlock, n_heads: int) -> None:
        self.weights = {name: values.astype(np.float64) for name, values in vars(block).items()}
        self.n_heads = n_heads
        self.keys: list[F64] = []
        self.values: list[F64] = []

    def step(self, x: F64) -> PlainLayerTaps:
        w = self.weights
        n = layer_norm(x, w["gamma1"], w["beta1"])
        self.keys.append(w["wk"] @ n)
        self.values.append(w["wv"] @ n)
        attention = w["wo"] @ self._attend(w["wq"] @ n)
        x = x + attention
        feed = layer_norm(x, w["gamma2"], w["beta2"])
        forward = w["w2"] @ gelu(w["w1"] @ feed)
        return PlainLayerTaps(n, attention, feed, forward, x + forward)

    def _attend(self, query: F64) -> F64:
        heads = np.split(query, self.n_heads)
        keys = np.split(np.stack(self.keys), self.n_heads, axis=1)
        values = np.split(np.stack(self.values), self.n_heads, axis=1)
        return np.concatenate([softmax(k @ q / np.sqrt(len(q))) @ v for q, k, v in zip(heads, keys, values)])


class PlainOracle:
    """One model and its decoding state."""

    def __init__(self, model: PlainModel) -> None:
        self.model = model
        self.reset()

    def reset(self) -> None:
        """Returns to position 0."""
        self.position = 0
        self.layers = [_Layer(block, self.model.config.n_heads) for block in self.model.blocks]

    def step(self, token: int) -> Taps[Any]:
        """Consumes one token; raises ValueError when it is outside the vocabulary or no position is left."""
        self.model.check_step(token, self.position)
        x = embedded = (self.model.embed[token].astype(np.float64)
                        + self.model.positions[self.position].astype(np.float64))
        layers = []
        for layer in self.layers:
            layers.append(layer.step(x))
            x = layers[-1].block_out
        n = layer_norm(x, self.model.final_gamma.astype(np.float64), self.model.final_beta.astype(np.float64))
        self.position += 1
        return Taps(embedded, layers, n, self.model.unembed.astype(np.float64) @ n)
