"""Tests of flat parameters: the optimiser's steps are those over single ones, to the bit."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from torch import nn  # noqa: E402

from golden.config import ModelConfig  # noqa: E402
from golden.plain_model import PlainConfig  # noqa: E402
from golden.training.contenders import Contender  # noqa: E402
from golden.training.flat import flatten  # noqa: E402
from golden.training.loss import cross_entropy  # noqa: E402
from golden.training.recipes import RECIPES, Recipe  # noqa: E402
from golden.training.run import Run, parameter_groups  # noqa: E402
from golden.training.text import Text, crops, split_text  # noqa: E402

TERNARY = Contender("atome_ternary", ModelConfig.parse("vocab_size=256,d_model=12,n_layers=2,d_head=5,kernel_size=3,"
                                                       "top_k=3,max_seq=16"))
PLAIN = Contender("plain_fp32", PlainConfig(256, 8, 1, 2, 8))
TEXT = Text({"sha256": ""}, *split_text(b"Once upon a time there was a little cat. It sat on the mat. " * 40, 16))
SMALL = {"batch": 2, "sequence": 16, "warmup": 3, "steps": 20}


def single_groups(model: nn.Module, recipe: Recipe) -> list[dict[str, Any]]:
    """The groups as they are said in the recipe, with every parameter by itself."""
    groups = []
    for name, parameter in model.named_parameters():
        latent, vector = name.endswith("latent"), parameter.dim() == 1
        groups.append({"params": [parameter], "rate": recipe.latent_rate if latent else 1.0,
                       "weight_decay": recipe.weight_decay if recipe.decay_vectors or not vector else 0.0})
    return groups


@pytest.mark.parametrize("contender", [TERNARY, PLAIN], ids=["ternary", "plain"])
@pytest.mark.parametrize("name, changes", [("published", {}), ("best", {"clip_norm": 0.0}),
                                           ("best", {"clip_norm": 0.0, "weight_decay": 0.1, "log_scales": True})])
def test_steps_are_those_of_an_optimiser_of_single_parameters(contender: Contender, name: str, changes: dict[str, Any]) -> None:
    recipe = dataclasses.replace(RECIPES[name], **SMALL, **changes)
    run = Run(contender, recipe, 7, TEXT)
    torch.manual_seed(7)
    model = contender.build(recipe.log_scales)
    optimizer = torch.optim.AdamW(single_groups(model, recipe), betas=(0.9, recipe.beta2))
    generator = torch.Generator().manual_seed(7)
    for step in range(20):
        run.train_step()
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate(step) * group["rate"]
        optimizer.zero_grad(set_to_none=True)
        crop = crops(TEXT.train, recipe.batch, recipe.sequence, generator)
        (cross_entropy(model(crop[:, :-1]), crop[:, 1:]) / (recipe.batch * recipe.sequence)).backward()
        optimizer.step()
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                if key.endswith("latent"):
                    parameter.clamp_(-1.0, 1.0)
    theirs = model.state_dict()
    for key, value in run.model.state_dict().items():
        assert torch.equal(value, theirs[key]), key


def test_clipping_is_by_the_norm_of_all_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(TERNARY, dataclasses.replace(RECIPES["best"], **SMALL, clip_norm=0.25), 7, TEXT)
    seen: list[float] = []

    def look() -> None:
        gradients = [p.grad.double() for p in run.model.parameters() if p.grad is not None]
        seen.append(float(sum(g.square().sum() for g in gradients)) ** 0.5)

    monkeypatch.setattr(run.optimizer, "step", look)
    for _ in range(3):
        run.train_step()
    assert seen == pytest.approx([0.25] * 3, rel=1e-4)


@pytest.mark.parametrize("contender", [TERNARY, PLAIN], ids=["ternary", "plain"])
def test_every_parameter_is_a_view_of_one_flat_tensor(contender: Contender) -> None:
    model = contender.build()
    before = copy.deepcopy(model.state_dict())
    wholes = [group["params"][0] for group in parameter_groups(model, RECIPES["best"]).values()]
    for key, value in model.state_dict().items():
        assert torch.equal(value, before[key]), key
    assert sum(whole.numel() for whole in wholes) == sum(p.numel() for p in model.parameters())
    for whole in wholes:
        assert whole.grad is not None
        whole.data.fill_(3.0)
        whole.grad.fill_(5.0)
    for parameter in model.parameters():
        assert parameter.grad is not None
        assert parameter.unique().tolist() == [3] and parameter.grad.unique().tolist() == [5]
    model.load_state_dict(before)  # as a checkpoint is read: in place
    for whole in wholes:
        assert whole.unique().tolist() != [3]


def test_gradients_are_added_to_the_flat_tensor() -> None:
    one, two = nn.Parameter(torch.ones(2, 3)), nn.Parameter(torch.full((4,), 2.0))
    whole = flatten([one, two])
    assert whole.tolist() == [1.0] * 6 + [2.0] * 4
    for _ in range(2):
        (one.sum() + 3 * two.sum()).backward()
    assert whole.grad is not None and whole.grad.tolist() == [2.0] * 6 + [6.0] * 4
