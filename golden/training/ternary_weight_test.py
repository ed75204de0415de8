"""Tests of ternary weights: thresholds, and the gradient against autograd of the formula."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from torch import Tensor  # noqa: E402

from golden.training.ternary_weight import TernaryWeight, _Quantise, trits_of  # noqa: E402


def test_thresholds_and_gradient() -> None:
    weight = TernaryWeight(1, 4, 0.25)
    with torch.no_grad():
        weight.latent.copy_(torch.tensor([[2.0, -0.1, 0.3, -1.6]]))
    assert weight.trits().tolist() == [[1.0, 0.0, 0.0, -1.0]]  # thresholds at half of mean |W| = 1
    assert weight()[0].tolist() == pytest.approx([0.25, 0.0, 0.0, -0.25])
    latent_gradient, scale_gradient = torch.autograd.grad(
        weight().sum(), (weight.latent, weight.scale))
    assert latent_gradient.tolist() == [[0.25] * 4]  # straight through
    assert scale_gradient.item() == pytest.approx(0.0, abs=1e-6)  # the sum of the trits


@pytest.mark.parametrize("log_scale", [False, True])
def test_gradient_is_that_of_scale_times_latent_plus_a_constant(log_scale: bool) -> None:
    torch.manual_seed(1)
    latent = torch.empty(5, 7, dtype=torch.float64).uniform_(-1, 1).requires_grad_()
    raw = torch.tensor([-0.7], dtype=torch.float64, requires_grad=True)
    grad = torch.randn(5, 7, dtype=torch.float64)

    def scale() -> Tensor:
        return raw.exp() if log_scale else raw

    straight = scale() * (latent + (trits_of(latent) - latent).detach())
    ours = _Quantise.apply(latent, scale())
    torch.testing.assert_close(ours, straight)
    got = torch.autograd.grad((ours * grad).sum(), (latent, raw))
    torch.testing.assert_close(got, torch.autograd.grad((straight * grad).sum(), (latent, raw)))
    assert got[1].shape == raw.shape
    assert torch.autograd.gradcheck(lambda s: _Quantise.apply(latent.detach(), s), (raw,))


def test_trits_are_of_the_three_values_and_a_latent_of_zeros_has_none() -> None:
    torch.manual_seed(2)
    latent = torch.randn(40, 30)
    trits, mean = trits_of(latent), latent.abs().mean()
    assert torch.equal(trits, torch.where(latent.abs() > mean / 2, latent.sign(), torch.zeros(())))
    assert trits_of(torch.zeros(3, 4)).abs().sum() == 0
    assert trits_of(torch.tensor([[0.5, -1.5, 1.0, 1.0]])).tolist() == [[0.0, -1.0, 1.0, 1.0]]  # 0.5 rounds to even
    weight = TernaryWeight(6, 8, 0.5, log_scale=True)
    exported = weight.export()
    assert exported.trits.tolist() == weight.trits().tolist() and exported.scale == pytest.approx(0.5)
