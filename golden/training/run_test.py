"""Tests of a step: it does not wait for its device, and its losses are those of a plain loop."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from golden.config import ModelConfig  # noqa: E402
from golden.plain_model import PlainConfig  # noqa: E402
from golden.training.contenders import Contender  # noqa: E402
from golden.training.loss import cross_entropy  # noqa: E402
from golden.training.recipes import RECIPES  # noqa: E402
from golden.training.run import Run  # noqa: E402
from golden.training.text import Text, crops, split_text  # noqa: E402

TERNARY = Contender("atome_ternary", ModelConfig.parse("vocab_size=256,d_model=12,n_layers=2,d_head=5,kernel_size=3,"
                                                       "top_k=3,max_seq=16"))
PLAIN = Contender("plain_fp32", PlainConfig(256, 8, 1, 2, 8))
TEXT = Text({"sha256": ""}, *split_text(b"Once upon a time there was a little cat. It sat on the mat. " * 40, 16))
RECIPE = dataclasses.replace(RECIPES["best"], batch=2, accumulate=3, sequence=16, steps=20)
READS = ("item", "tolist", "numpy", "cpu", "__bool__", "__float__", "__int__", "__index__")


@pytest.mark.parametrize("contender", [TERNARY, PLAIN], ids=["ternary", "plain"])
@pytest.mark.parametrize("bfloat16", [False, True])
def test_a_step_reads_nothing_from_its_device(monkeypatch: pytest.MonkeyPatch, contender: Contender,
                                              bfloat16: bool) -> None:
    """With a GPU each such read would stop the processor until all that was asked is done."""
    run, reads = Run(contender, dataclasses.replace(RECIPE, bfloat16=bfloat16), 1, TEXT), []
    run.train_step()  # the optimiser's state is made
    counters = {id(state["step"]) for state in run.optimizer.state.values()}  # these lie beside the processor
    with monkeypatch.context() as patch:
        for name in READS:
            def look(tensor: Any, *args: Any, name: str = name, real: Any = getattr(torch.Tensor, name)) -> Any:
                if id(tensor) not in counters:
                    reads.append(name)
                return real(tensor, *args)

            patch.setattr(torch.Tensor, name, look)
        for _ in range(2):
            run.train_step()
        assert reads == []
        run.settle()
        assert reads == ["tolist"]
    assert len(run.recent) == 3


@pytest.mark.parametrize("contender", [TERNARY, PLAIN], ids=["ternary", "plain"])
def test_text_and_weights_lie_on_the_device_before_the_first_step(contender: Contender) -> None:
    run = Run(contender, RECIPE, 1, TEXT, "meta")
    tensors = [run.text.train, run.text.validation, run.text.test, *run.parameters, *run.model.parameters(),
               *(p.grad for p in run.model.parameters())]
    assert {tensor.device.type for tensor in tensors} == {"meta"}


def test_losses_are_those_of_a_plain_loop() -> None:
    """The loss of a step is the sum over its passes, each before the weights move."""
    run, generator = Run(TERNARY, RECIPE, 1, TEXT), torch.Generator().manual_seed(1)
    wanted = []
    for step in range(7):
        losses = []
        for _ in range(3):
            crop = crops(TEXT.train, 2, 16, generator)
            with torch.no_grad():
                losses.append(float(cross_entropy(run.model(crop[:, :-1]), crop[:, 1:]) / (3 * 2 * 16)))
        wanted.append(sum(losses))
        run.train_step()
        if step % 3 == 1:
            run.settle()
    run.settle()
    assert run.recent == wanted
    assert run.validate()["train_loss"] == round(sum(wanted) / 7, 5)
    assert run.recent == []
