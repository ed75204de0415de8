"""sweep.json: families of models by sizes, texts, budgets, rates and seeds."""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Iterable
from typing import Any

from golden.config import ModelConfig
from golden.plain_model import PlainConfig

FIELDS = {"about", "texts", "train_tenths", "recipe", "changes", "budgets", "rates", "rates_text", "seeds", "families",
          "sizes", "finalists"}
BUDGETS = ("search", "base", "long")


@dataclasses.dataclass(frozen=True)
class Family:
    """A kind of model. `trained_as`: another family whose training this one's is, as int8 of FP32 weights."""
    name: str
    kind: str
    drop: str = ""
    changes: dict[str, Any] = dataclasses.field(default_factory=dict)  # of the recipe
    variants: tuple[str, ...] = ()
    trained_as: str = ""


@dataclasses.dataclass(frozen=True)
class Point:
    """A model to train: a family at a size."""
    family: Family
    size: str
    config: str  # name=value,...

    @property
    def name(self) -> str:
        return f"{self.family.name}-{self.size}"

    @property
    def parameters(self) -> int:
        if "n_heads" in self.config:
            return PlainConfig.parse(self.config).parameters
        return ModelConfig.parse(self.config).parameters


@dataclasses.dataclass(frozen=True)
class Run:
    """One training of a point."""
    point: Point
    text: str
    budget: str  # of BUDGETS
    seed: int
    rate: float

    @property
    def name(self) -> str:
        searched = f"-{self.rate:g}" if self.budget == "search" else ""
        return f"{self.text}-{self.budget}-{self.point.name}{searched}-s{self.seed}"


@dataclasses.dataclass(frozen=True)
class Sweep:
    about: str
    texts: dict[str, dict[str, Any]]  # name -> {"file", "from": the command that makes it}
    train_tenths: int
    recipe: str
    changes: dict[str, Any]
    budgets: dict[str, dict[str, Any]]  # changes of the recipe by budget
    rates: tuple[float, ...]
    rates_text: str  # on which rates are chosen, for all texts
    seeds: tuple[int, ...]
    families: dict[str, Family]
    points: tuple[Point, ...]  # those that are trained, sizes ascending
    finalists: tuple[Point, ...]  # trained by the long budget too, on rates_text

    def families_of(self, point: Point) -> list[Family]:
        """The families that one training gives models of: its own, and those trained as it."""
        return [point.family, *(f for f in self.families.values() if f.trained_as == point.family.name)]

    def search(self, point: Point, rates: Iterable[float]) -> list[Run]:
        """`point` at each rate, with the first seed."""
        return [Run(point, self.rates_text, "search", self.seeds[0], rate) for rate in rates]

    def reported(self, budget: str, rates: dict[str, float]) -> list[Run]:
        """Every seed of every point whose rate is known, seed by seed: all on each text, the finalists by the long
        budget on that of the rates. `rates` by name of a point."""
        points, texts = (self.finalists, [self.rates_text]) if budget == "long" else (self.points, list(self.texts))
        return [Run(point, text, budget, seed, rates[point.name])
                for text in texts for seed in self.seeds for point in points if point.name in rates]


def _require(condition: bool, path: pathlib.Path, what: str) -> None:
    if not condition:
        raise ValueError(f"{path}: {what}")


def load(path: pathlib.Path) -> Sweep:
    """Reads a sweep. Raises OSError, or ValueError naming the file and the place."""
    try:
        values = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    _require(isinstance(values, dict) and set(values) == FIELDS, path,
             f"needs the fields {', '.join(sorted(FIELDS))}; unknown or missing: "
             f"{', '.join(sorted(set(values) ^ FIELDS)) if isinstance(values, dict) else 'all'}")
    _require(set(values["budgets"]) == set(BUDGETS), path, f"budgets: expected {', '.join(BUDGETS)}")
    _require(values["rates_text"] in values["texts"], path, f"rates_text: '{values['rates_text']}' is none of texts")
    _require(len(values["rates"]) > 1 and bool(values["seeds"]), path, "at least two rates and one seed")
    families: dict[str, Family] = {}
    for name, fields in values["families"].items():
        try:
            arguments: dict[str, Any] = {**fields, "variants": tuple(fields["variants"])}
            families[name] = Family(name, **arguments)
        except (TypeError, KeyError) as error:
            raise ValueError(f"{path}: families: {name}: {error}") from None
        _require(families[name].trained_as in ("", *values["families"]), path,
                 f"families: {name}: trained_as '{families[name].trained_as}' is no family")
    points = []
    for size, configs in values["sizes"].items():
        for name, config in configs.items():
            where = f"sizes: {size}: {name}"
            _require(name in families, path, f"{where}: no such family")
            _require(not families[name].trained_as, path, f"{where}: is trained as {families[name].trained_as if name in families else ''}")
            points.append(Point(families[name], size, config))
            try:
                points[-1].parameters
            except ValueError as error:
                raise ValueError(f"{path}: {where}: {error}") from None
    named = {point.name: point for point in points}
    for name in values["finalists"]:
        _require(name in named, path, f"finalists: '{name}' is no point; one is {next(iter(named), 'missing')}")
    return Sweep(values["about"], values["texts"], values["train_tenths"], values["recipe"], values["changes"], values["budgets"],
                 tuple(values["rates"]), values["rates_text"], tuple(values["seeds"]), families, tuple(points),
                 tuple(named[name] for name in values["finalists"]))
