"""Recipes: fields at the ends of their ranges, and learning rates by hand."""

from __future__ import annotations

import math

import pytest

from golden.training.recipes import RECIPES, Recipe

LEAST = {"steps": 1, "cool_down": 0, "batch": 1, "accumulate": 1, "sequence": 1, "learning_rate": 0, "final_rate": 0, "warmup": 0,
         "weight_decay": 0, "clip_norm": 0, "latent_rate": 0, "validate_every": 1}


@pytest.mark.parametrize("name, least", LEAST.items())
def test_fields_at_their_least(name: str, least: int) -> None:
    assert getattr(Recipe(**{name: least}), name) == least  # type: ignore[arg-type]
    for value in (least - 1, least - 0.001, math.nan, math.inf):
        with pytest.raises(ValueError, match=f"recipe: {name} is .*, expected at least {least}"):
            Recipe(**{name: value})  # type: ignore[arg-type]


def test_beta2_and_keep() -> None:
    for beta2 in (0.0, 1.0, -0.5, 1.5, math.nan):
        with pytest.raises(ValueError, match="beta2 is .*, expected between 0 and 1"):
            Recipe(beta2=beta2)
    assert Recipe(beta2=0.001).beta2 == 0.001
    with pytest.raises(ValueError, match="keep is 'first', expected best or last"):
        Recipe(keep="first")


def test_rates_by_hand() -> None:
    """Up in 4 steps to 8, a cosine to a quarter of it by step 12, then down to 0 in 4."""
    recipe = Recipe(steps=12, cool_down=4, learning_rate=8.0, final_rate=0.25, warmup=4)
    assert recipe.all_steps == 16
    assert [recipe.rate(step) for step in range(5)] == [2, 4, 6, 8, 8]
    assert recipe.rate(8) == pytest.approx(5) and recipe.rate(6) == pytest.approx(2 + 6 * (1 + math.sqrt(0.5)) / 2)
    assert [recipe.rate(step) for step in (12, 13, 14, 15, 16)] == [2, 1.5, 1, 0.5, 0]
    constant = Recipe(steps=3, learning_rate=1.0, final_rate=1.0, warmup=0)
    assert [constant.rate(step) for step in range(4)] == [1, 1, 1, 1]
    assert Recipe(steps=4, warmup=4, learning_rate=4.0).rate(3) == 4


def test_the_published_recipe_is_that_of_the_published_comparison() -> None:
    """AdamW as PyTorch has it: 3e-4, decay 0.01 of all parameters, no clipping, constant."""
    published = RECIPES["published"]
    assert (published.learning_rate, published.weight_decay, published.beta2, published.clip_norm, published.decay_vectors) == (
        3e-4, 0.01, 0.999, 0.0, True)
    assert {published.rate(step) for step in (0, 1, published.steps - 1)} == {3e-4}
    assert not any(RECIPES[name].decay_vectors or RECIPES[name].log_scales for name in ("cosine", "best", "long"))
    assert [name for name, recipe in RECIPES.items() if recipe.bfloat16] == ["long"]
    assert {name: recipe.keep for name, recipe in RECIPES.items()} == {"cosine": "best", "published": "last", "best": "last", "long": "best"}
