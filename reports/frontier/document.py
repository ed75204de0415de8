"""All that the frontier says, as one object: frontier.json, and what the other forms are made of."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from typing import Any

from reports.frontier import at_cost, dominance, sentences, winners
from reports.frontier.at_cost import PARAMETERS
from reports.frontier.candidates import COSTS, Library, Setting, digits, row
from reports.frontier.sentences import Sentence

SCHEMA = "atome.frontier_report/1"


def candidate_rows(library: Library, setting: Setting) -> list[dict[str, Any]]:
    """Each candidate with how it stands by each cost that it has; parameters ascending."""
    choice = library.choice(setting)
    stands: dict[int, dict[str, Any]] = {}
    for cost in COSTS:
        for each in dominance.standings(choice, cost):
            stands.setdefault(id(each.candidate), {})[cost] = {"undominated": each.undominated, "surely": each.sure}
    return [row(each) | {"standing": stands.get(id(each), {})} for each in choice.candidates]


def _comparisons(library: Library, settings: Sequence[Setting]) -> list[dict[str, Any]]:
    """Families without a missing pathway, two by two, at the same cost."""
    rows = []
    families = winners.contenders(list(library.results.families.values()))
    for setting in settings:
        for family in families:
            for other in families:
                for cost in (PARAMETERS, *COSTS):
                    if family == other or (cost == PARAMETERS and setting.core != settings[0].core):
                        continue
                    for each in at_cost.compare(library.choice(setting), family, other, cost):
                        place = {} if cost == PARAMETERS else {"core": setting.core, "positions": setting.positions}
                        said: dict[str, Any] = {"text": setting.text, "budget": setting.budget, **place, "cost": cost,
                                                "family": family, "size": each.size, "against": other,
                                                "at": digits(each.cost, 9), "verdict": each.verdict}
                        for name, nats in (("ratio", each.estimate.nats), ("low", each.estimate.low), ("high", each.estimate.high)):
                            if nats is not None and not math.isnan(nats):
                                said[name] = digits(math.exp(nats))
                        rows.append(said)
    return rows


def settings_of(library: Library, texts: Sequence[str] = (), budgets: Sequence[str] = (), cores: Sequence[str] = (),
                positions: Sequence[int] = ()) -> list[Setting]:
    """Those that have trained models; empty sequences mean all."""
    return [Setting(text, budget, core, position) for text, budget in library.trained() for core in library.results.cores
            for position in library.positions() if (not texts or text in texts) and (not budgets or budget in budgets)
            and (not cores or core in cores) and (not positions or position in positions)]


def said(library: Library, settings: Sequence[Setting]) -> list[Sentence]:
    """Sentences about the texts and budgets of the settings: all cores."""
    there = list(dict.fromkeys((setting.text, setting.budget) for setting in settings))
    return [each for text, budget in there for each in sentences.of(library, text, budget)]


def make(library: Library, settings: Sequence[Setting]) -> dict[str, Any]:
    """The object of frontier.json."""
    found = library.results
    by_pair: dict[tuple[str, str], list[Setting]] = {}
    for setting in settings:
        if setting.positions == sentences.POSITIONS:
            by_pair.setdefault((setting.text, setting.budget), []).append(setting)
    return {
        "schema": SCHEMA, "about": found.about,
        "perplexity": "of the test part, in chunks of 64 bytes; low and high: 95 % over chunks, or over chunks and seeds",
        "seeds": list(found.seeds),
        "texts": {name: dataclasses.asdict(text) for name, text in found.texts.items()},
        "budgets": {name: dataclasses.asdict(budget) for name, budget in found.budgets.items()},
        "candidates": [dataclasses.asdict(setting) | each for setting in settings for each in candidate_rows(library, setting)],
        "at_the_same_cost": [each for of_cores in by_pair.values() for each in _comparisons(library, of_cores)],
        "sentences": [dataclasses.asdict(each) for each in said(library, settings)],
    }


def dump(whole: dict[str, Any]) -> str:
    """JSON with a line a row; the same object gives the same text."""
    parts = []
    for name, value in whole.items():
        lines = ",\n  ".join(json.dumps(each) for each in value) if isinstance(value, list) else ""
        several = isinstance(value, list) and value and isinstance(value[0], dict)
        parts.append(f' "{name}": ' + (f"[\n  {lines}\n ]" if several else json.dumps(value)))
    return "{\n" + ",\n".join(parts) + "\n}\n"
