"""Float64 oracle, straight from the formulas of the architecture; shares no arithmetic with the bit model.

    x = alpha_E E[token]
    per block, n = LayerNorm(x; gamma, beta, eps 1e-5):
      r      = softmax(R n)                          order local, state, sparse
      local  = sum_{j<K} C[c, j] n_{t-j}[c]
      s      = tanh(a) s + b n;  state = c s
      sparse = softmax over the k highest q.k_j / sqrt(h), ties to the lowest j, times v_j
      x     += r[0] local + r[1] state + r[2] sparse
    logits = U LayerNorm(x)
"""

from __future__ import annotations
from typing import Any

import numpy as np
import numpy.typing as npt

from golden.taps import LayerTaps, Taps
from golden.ternary_file import Block, Model

F64 = npt.NDArray[np.float64]


def layer_norm(x: F64, gamma: F64, beta: F64) -> F64:
    """(d,) -> (d,)."""
    centred = x - float(np.mean(x))
    deviation = float(np.mean(centred * centred) + 1e-5) ** 0.5
    result: F64 = centred / deviation * gamma + beta
    return result


def softmax(y: F64) -> F64:
    """Softmax of any length; sums to 1."""
    e: F64 = np.exp(y - np.max(y))
    return e / float(np.sum(e))


def entropy(p: F64) -> F64:
    """Entropy in nats, shape (1,); a probability of 0 adds nothing."""
    live = p[p > 0]
    return np.array([-float(np.sum(live * np.log(live)))])


class _Layer:
    def __init__(self, block: Block, max_seq: int) -> None:
        self.gamma, self.beta, self.b, self.c = (
            v.astype(np.float64) for v in (block.gamma, block.beta, block.b, block.c))
        self.decay = np.tanh(block.a.astype(np.float64))
        self.conv, self.wq, self.wk, self.wv, self.router = (
            w.dense(np.float64) for w in (block.conv, block.wq, block.wk, block.wv, block.router))
        self.max_seq = max_seq
        self.state: F64 = np.zeros(len(self.gamma))
        self.normed: list[F64] = []  # the last K positions, newest first
        self.keys: list[F64] = []  # the last max_seq positions, oldest first
        self.values: list[F64] = []

    def step(self, x: F64, t: int, top_k: int) -> LayerTaps:
        n = layer_norm(x, self.gamma, self.beta)
        r = softmax(self.router @ n)
        self.normed = [n, *self.normed][:self.conv.shape[1]]
        local: F64 = sum((self.conv[:, j] * past for j, past in enumerate(self.normed)),
                         start=np.zeros_like(n))
        self.state = self.decay * self.state + self.b * n
        state = self.c * self.state
        sparse, chosen, margin = self._attend(n, t, top_k)
        out = x + (r[0] * local + r[1] * state + r[2] * sparse)
        return LayerTaps(n, r, entropy(r), local, state, sparse, out, chosen, margin)

    def _attend(self, n: F64, t: int, top_k: int) -> tuple[F64, tuple[int, ...], float]:
        self.keys = [*self.keys, self.wk @ n][-self.max_seq:]
        self.values = [*self.values, self.wv @ n][-self.max_seq:]
        query = self.wq @ n
        # Computed row by row, not as a matrix product, because equal keys must give equal scores to the bit.
        scores = np.sum(np.stack(self.keys) * query, axis=1) / np.sqrt(len(query))
        order = np.argsort(-scores, kind="stable")
        chosen, rest = order[:top_k], order[top_k:top_k + 1]
        sparse = softmax(scores[chosen]) @ np.stack([self.values[j] for j in chosen])
        scale = float(np.max(np.abs(scores)))
        gap = float(scores[chosen[-1]] - scores[rest[0]]) if len(rest) else float("inf")
        first = t - len(self.keys) + 1
        return sparse, tuple(first + int(j) for j in chosen), gap / scale if scale else gap


class Oracle:
    """One model and its decoding state."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.embed = model.embed.dense(np.float64)
        self.unembed = model.unembed.dense(np.float64)
        self.gamma = model.final_gamma.astype(np.float64)
        self.beta = model.final_beta.astype(np.float64)
        self.reset()

    def reset(self) -> None:
        """Returns to position 0."""
        self.position = 0
        self.layers = [_Layer(block, self.model.config.max_seq) for block in self.model.blocks]

    def step(self, token: int) -> Taps[Any]:
        """Consumes one token; raises ValueError when it is outside the vocabulary."""
        if not 0 <= token < len(self.embed):
            raise ValueError(f"token {token} is outside the vocabulary of {len(self.embed)}")
        x = embedded = self.embed[token]
        layers = []
        for layer in self.layers:
            layers.append(layer.step(x, self.position, self.model.config.top_k))
            x = layers[-1].block_out
        n = layer_norm(x, self.gamma, self.beta)
        self.position += 1
        return Taps(embedded, layers, n, self.unembed @ n)
