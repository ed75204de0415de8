"""The three-pathway ternary model in PyTorch, for training.

A block adds r_t[0] local_t + r_t[1] state_t + r_t[2] sparse_t to x_t, with n_t = LayerNorm(x_t):
  r_t      = softmax(R n_t)
  local_t  = sum over j < K of C[:, j] * n_{t-j}, j = 0 the current position
  state_t  = c * s_t, s_t = tanh(a) * s_{t-1} + b * n_t
  sparse_t = sum over the k best j <= t of softmax(q_t . k_j / sqrt(h)) v_j
and the logits are U LayerNorm(x_t) with x_t = E[token_t] before the first block.
Shapes: B sequences, T positions, d channels, V bytes. Time comes first inside the model: (T, B, d).

An ablation drops one pathway: the weights of this pathway alone are zero and untrained, so its output is
zero. The router stays, so the dropped pathway's share of the softmax can reduce what is added to x_t. The
file is an ordinary model.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from golden import ternary_file
from golden.config import ModelConfig
from golden.model_files import VERSIONS, encode, with_half_vectors
from golden.training.best import OUT_OF_SIGHT, all_but_best
from golden.training.convolution import convolution
from golden.training.mix import mix
from golden.training.recurrence import recurrence
from golden.training.ternary_weight import TernaryWeight

NORM_EPSILON = 1e-5
PATHWAYS = ("local", "state", "sparse")
DROPPED = {"local": ("conv",), "state": ("a", "b", "c"), "sparse": ("wq", "wk", "wv")}  # zero, by pathway
HALVES = ("gamma", "beta", "a", "b", "c")  # vectors of a block, FP16 in a file


class TernaryBlock(nn.Module):
    """One block; input and output (T, B, d)."""

    def __init__(self, config: ModelConfig, drop: str | None = None,
                 log_scales: bool = False) -> None:
        super().__init__()
        d, h = config.d_model, config.d_head
        self.config, self.drop = config, drop
        self.gamma = nn.Parameter(torch.ones(d))
        self.beta = nn.Parameter(torch.zeros(d))
        self.conv = TernaryWeight(d, config.kernel_size, 1 / math.sqrt(config.kernel_size), log_scales)
        decay = torch.linspace(0.0, 0.98, d)  # memories of one to fifty positions
        self.a = nn.Parameter(torch.atanh(decay))
        self.b = nn.Parameter(torch.sqrt(1.0 - decay**2))
        self.c = nn.Parameter(torch.ones(d))
        self.wq = TernaryWeight(h, d, 1 / math.sqrt(d), log_scales)
        self.wk = TernaryWeight(h, d, 1 / math.sqrt(d), log_scales)
        self.wv = TernaryWeight(d, d, 1 / math.sqrt(d), log_scales)
        self.router = TernaryWeight(3, d, 1 / math.sqrt(d), log_scales)
        for name in DROPPED[drop] if drop else ():
            value = getattr(self, name)
            parameter = value.latent if isinstance(value, TernaryWeight) else value
            nn.init.zeros_(parameter)

    def local(self, n: torch.Tensor) -> torch.Tensor:
        """Depthwise causal convolution of n (T, B, d)."""
        return convolution(n, self.conv().t())

    def state(self, n: torch.Tensor) -> torch.Tensor:
        """State space pathway of n (T, B, d)."""
        return self.c * recurrence(torch.tanh(self.a), self.b * n)

    def sparse(self, n: torch.Tensor, blocked: torch.Tensor) -> torch.Tensor:
        """Top-k attention over n (T, B, d); `blocked` (T, T) is OUT_OF_SIGHT where t may not see j, else 0."""
        q, k, v = (functional.linear(n, weight()).transpose(0, 1)
                   for weight in (self.wq, self.wk, self.wv))
        scores = torch.bmm(q / math.sqrt(self.config.d_head), k.transpose(1, 2)).float() + blocked
        weights = (scores + all_but_best(scores.detach(), self.config.top_k)).softmax(-1)
        return torch.bmm(weights, v).transpose(0, 1)

    def forward(self, x: torch.Tensor, blocked: torch.Tensor) -> torch.Tensor:
        n = functional.layer_norm(x, x.shape[-1:], self.gamma, self.beta, NORM_EPSILON)
        route = functional.linear(n, self.router()).softmax(-1)
        outs = [None if pathway == self.drop else self.sparse(n, blocked) if pathway == "sparse"
                else getattr(self, pathway)(n) for pathway in PATHWAYS]
        return mix(x, route, outs)


class TernaryModel(nn.Module):
    """Byte-level decoder with ternary weights and FP32 vectors."""

    def __init__(self, config: ModelConfig, drop: str | None = None,
                 log_scales: bool = False) -> None:
        super().__init__()
        d = config.d_model
        self.config = config
        self.embed = TernaryWeight(config.vocab_size, d, 0.1 if log_scales else 1.0, log_scales)
        self.blocks = nn.ModuleList(TernaryBlock(config, drop, log_scales) for _ in range(config.n_layers))
        self.final_gamma = nn.Parameter(torch.ones(d))
        self.final_beta = nn.Parameter(torch.zeros(d))
        self.unembed = TernaryWeight(config.vocab_size, d, 1 / math.sqrt(d), log_scales)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Logits (B, T, V) of tokens (B, T); attention sees the last `max_seq` positions."""
        position = torch.arange(tokens.shape[1], device=tokens.device)
        age = position[:, None] - position[None, :]
        blocked = OUT_OF_SIGHT * ((age < 0) | (age >= self.config.max_seq)).float()
        x = functional.embedding(tokens.t(), self.embed())
        for block in self.blocks:
            x = block(x, blocked)
        x = functional.layer_norm(x, x.shape[-1:], self.final_gamma, self.final_beta, NORM_EPSILON)
        return functional.linear(x, self.unembed()).transpose(0, 1)

    @torch.no_grad()
    def to_model(self) -> ternary_file.Model:
        """The quantised weights as they go into a model file."""

        def export(value: Any) -> Any:
            """A vector as float32, a weight as Ternary."""
            if isinstance(value, TernaryWeight):
                return value.export()
            return value.cpu().numpy().astype(np.float32)

        fields = [name for name, _ in ternary_file.block_layout(self.config)]
        blocks = [ternary_file.Block(**{name: export(getattr(block, name)) for name in fields})
                  for block in self.blocks]
        return ternary_file.Model(self.config, export(self.embed), blocks, export(self.final_gamma),
                                  export(self.final_beta), export(self.unembed))

    @torch.no_grad()
    def export(self) -> dict[str, bytes]:
        """File images by file name ending; the model takes over the weights of the files."""
        for name, parameter in self.named_parameters():
            if name.rpartition(".")[2] in (*HALVES, "final_gamma", "final_beta"):
                parameter.copy_(parameter.half().float())
        model = with_half_vectors(self.to_model())
        return {f".atome0{version}": encode(model, version) for version in VERSIONS}
