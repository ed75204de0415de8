"""The plain transformer in PyTorch, for training; the baseline of the ternary model.

x_t = E[token_t] + P[t], then in each block x += Wo attention(LayerNorm(x)) and x += W2 gelu(W1 LayerNorm(x)).
The logits are U LayerNorm(x). Attention is causal, with the heads side by side; GELU has its tanh form;
linear layers have no bias. Shapes as in `model.py`, but B comes first.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
import torch
from torch import nn
from torch.nn import functional

from golden import plain_file, plain_model
from golden.plain_model import PlainConfig

NORM_EPSILON = 1e-5


class PlainBlock(nn.Module):
    """One block; input and output (B, T, d)."""

    gamma1: nn.Parameter
    beta1: nn.Parameter
    wq: nn.Parameter
    wk: nn.Parameter
    wv: nn.Parameter
    wo: nn.Parameter
    gamma2: nn.Parameter
    beta2: nn.Parameter
    w1: nn.Parameter
    w2: nn.Parameter

    def __init__(self, config: PlainConfig) -> None:
        super().__init__()
        d = config.d_model
        self.config = config
        for name in plain_model.VECTORS:
            start = torch.ones(d) if name.startswith("gamma") else torch.zeros(d)
            self.register_parameter(name, nn.Parameter(start))
        for name, (rows, columns) in plain_model.matrix_shapes(config).items():
            bound = 1 / math.sqrt(columns)
            self.register_parameter(
                name, nn.Parameter(torch.empty(rows, columns).uniform_(-bound, bound)))

    def attention(self, n: torch.Tensor, future: torch.Tensor) -> torch.Tensor:
        """Causal attention of n (B, T, d); `future` (T, T) is -inf above the diagonal, else 0."""
        batch, length, d = n.shape
        heads, width = self.config.n_heads, self.config.head_width
        stacked = functional.linear(n, torch.cat([self.wq, self.wk, self.wv]))
        q, k, v = stacked.view(batch, length, 3, heads, width).permute(2, 0, 3, 1, 4).reshape(
            3, batch * heads, length, width)
        scores = torch.baddbmm(future, q, k.transpose(1, 2), alpha=1 / math.sqrt(width))
        mixed = torch.bmm(scores.softmax(-1), v).view(batch, heads, length, width)
        return functional.linear(mixed.transpose(1, 2).reshape(batch, length, d), self.wo)

    def forward(self, x: torch.Tensor, future: torch.Tensor) -> torch.Tensor:
        d = x.shape[-1:]
        n = functional.layer_norm(x, d, self.gamma1, self.beta1, NORM_EPSILON)
        x = x + self.attention(n, future)
        n = functional.layer_norm(x, d, self.gamma2, self.beta2, NORM_EPSILON)
        hidden = functional.gelu(functional.linear(n, self.w1), approximate="tanh")
        return x + functional.linear(hidden, self.w2)


class PlainTransformer(nn.Module):
    """Byte-level plain transformer; `weights` ("fp32" or "int8") is the form of the matrices in its file."""

    def __init__(self, config: PlainConfig, weights: str = "fp32") -> None:
        super().__init__()
        d = config.d_model
        self.config, self.weights = config, weights
        self.embed = nn.Parameter(torch.randn(config.vocab_size, d))
        self.positions = nn.Parameter(torch.randn(config.max_seq, d))
        self.blocks = nn.ModuleList(PlainBlock(config) for _ in range(config.n_layers))
        self.final_gamma = nn.Parameter(torch.ones(d))
        self.final_beta = nn.Parameter(torch.zeros(d))
        self.unembed = nn.Parameter(torch.empty(config.vocab_size, d).uniform_(-1, 1) / math.sqrt(d))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Logits (B, T, V) of tokens (B, T), T at most `max_seq`."""
        length = tokens.shape[1]
        future = torch.full((length, length), -math.inf, device=tokens.device).triu(1)
        x = functional.embedding(tokens, self.embed) + self.positions[:length]
        for block in self.blocks:
            x = block(x, future)
        x = functional.layer_norm(x, x.shape[-1:], self.final_gamma, self.final_beta, NORM_EPSILON)
        return functional.linear(x, self.unembed)

    @torch.no_grad()
    def to_model(self) -> plain_model.PlainModel:
        """The weights for a model file, not yet quantised."""
        def blocks_of(block: PlainBlock) -> plain_model.PlainBlock:
            names = (*plain_model.VECTORS, *plain_model.MATRICES)
            return plain_model.PlainBlock(**{name: numpy(getattr(block, name)) for name in names})

        def numpy(value: torch.Tensor) -> NDArray[Any]:
            return value.cpu().numpy().astype(np.float32)

        return plain_model.PlainModel(
            self.config, numpy(self.embed), numpy(self.positions), [blocks_of(block) for block in self.blocks],
            numpy(self.final_gamma), numpy(self.final_beta), numpy(self.unembed))

    @torch.no_grad()
    def export(self) -> dict[str, bytes]:
        """File images by file name ending; the model takes over the weights of the files."""
        model = self.to_model()
        if self.weights == "int8":
            model = plain_model.quantize(model)
        named = model.matrices()
        for name, parameter in self.named_parameters():
            key = name.replace("blocks.", "block ").replace(".", " ")
            if key in named:
                parameter.copy_(torch.from_numpy(named[key]))
        return {".plain01": plain_file.encode(model)}
