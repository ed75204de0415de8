"""The models to compare, an entry each, and their construction in PyTorch."""

from __future__ import annotations

import dataclasses
from typing import Any

from golden.config import ModelConfig
from golden.plain_model import PlainConfig
from golden.training.model import PATHWAYS, TernaryModel
from golden.training.plain import PlainTransformer

KINDS = {"atome_ternary": ModelConfig, "plain_fp32": PlainConfig, "plain_int8": PlainConfig}


@dataclasses.dataclass(frozen=True)
class Contender:
    """A model to train: its kind (of KINDS), its sizes and, for a ternary model, the dropped pathway."""

    kind: str
    config: ModelConfig | PlainConfig
    drop: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS or not isinstance(self.config, KINDS[self.kind]):
            raise ValueError(f"contender: kind '{self.kind}' does not fit {self.config.to_string()}")
        if self.drop is not None and (self.kind != "atome_ternary" or self.drop not in PATHWAYS):
            raise ValueError(f"contender: cannot drop '{self.drop}'; a ternary model drops one of "
                             f"{', '.join(PATHWAYS)}")

    def build(self, log_scales: bool = False) -> TernaryModel | PlainTransformer:
        """The model in PyTorch with random weights; `log_scales` affects only a ternary model."""
        if isinstance(self.config, ModelConfig):
            return TernaryModel(self.config, self.drop, log_scales)
        return PlainTransformer(self.config, self.kind.removeprefix("plain_"))

    def to_dict(self) -> dict[str, Any]:
        """The fields that a checkpoint and config.json record."""
        return {"kind": self.kind, "config": self.config.to_string(), "drop": self.drop}


def parse_config(text: str) -> ModelConfig | PlainConfig:
    """A ternary configuration, or a plain one when the text names n_heads; raises ValueError."""
    return PlainConfig.parse(text) if "n_heads" in text else ModelConfig.parse(text)


_TERNARY_60K = "vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4"
_TERNARY_944K = "vocab_size=256,d_model=256,n_layers=8,d_head=64,kernel_size=5,top_k=4"

CONTENDERS: dict[str, Contender] = {
    "ternary_60k": Contender("atome_ternary", ModelConfig.parse(_TERNARY_60K)),
    "ternary_944k": Contender("atome_ternary", ModelConfig.parse(_TERNARY_944K)),
    # The first has as many parameters as ternary_60k, the second as many bytes of flash.
    "plain_param_fair": Contender("plain_fp32", PlainConfig(256, 44, 3, 4, 44)),
    "plain_flash_fair": Contender("plain_fp32", PlainConfig(256, 8, 2, 4, 24)),
    "plain_int8": Contender("plain_int8", PlainConfig(256, 20, 2, 4, 20)),
}
