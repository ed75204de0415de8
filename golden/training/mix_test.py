"""Tests of the sum of the pathways, against autograd of its formula."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from torch import Tensor  # noqa: E402

from golden.training.mix import _Mix, mix  # noqa: E402


def formula(x: Tensor, route: Tensor, *outs: Tensor | None) -> Tensor:
    for index, out in enumerate(outs):
        if out is not None:
            x = x + route[..., index:index + 1] * out
    return x


@pytest.mark.parametrize("missing", [None, 0, 1, 2])
def test_value_and_gradients(missing: int | None) -> None:
    torch.manual_seed(0)
    x, *outs = (torch.randn(4, 2, 5, dtype=torch.float64, requires_grad=True) for _ in range(4))
    route = torch.randn(4, 2, 3, dtype=torch.float64, requires_grad=True)
    given = [None if index == missing else out for index, out in enumerate(outs)]
    torch.testing.assert_close(_Mix.apply(x, route, *given), formula(x, route, *given), rtol=0, atol=0)
    inputs = [tensor for tensor in (x, route, *given) if tensor is not None]
    weights = torch.randn(4, 2, 5, dtype=torch.float64)
    got = torch.autograd.grad((_Mix.apply(x, route, *given) * weights).sum(), inputs)
    wanted = torch.autograd.grad((formula(x, route, *given) * weights).sum(), inputs)
    torch.testing.assert_close(got, wanted)
    assert torch.autograd.gradcheck(lambda *all_: _Mix.apply(*all_[:2], *given), (x, route))


def test_the_input_stays_and_short_pathways_are_added_in_fp32() -> None:
    torch.manual_seed(0)
    x = torch.randn(3, 2, 8)
    route, out = torch.randn(3, 2, 3).softmax(-1), torch.randn(3, 2, 8)
    before = x.clone()
    got = mix(x, route.bfloat16(), [out.bfloat16(), None, out])
    assert torch.equal(x, before) and got.dtype == torch.float32
    assert torch.equal(got, formula(x, route.bfloat16().float(), out.bfloat16().float(), None, out))
