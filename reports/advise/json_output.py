"""Answers as JSON for programs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from reports.advise import choice, firmware
from reports.advise.answer import Answer, Compared, Difference
from reports.advise.choice import Candidate
from reports.advise.study import Study


def _difference_json(difference: Difference | None) -> dict[str, Any] | None:
    if difference is None:
        return None
    return {"percent": difference.percent, "low": difference.low, "high": difference.high, "decided": difference.decided}


def _candidate_json(candidate: Candidate | None) -> dict[str, Any] | None:
    if candidate is None:
        return None
    fields = {**dataclasses.asdict(candidate), **dataclasses.asdict(candidate.model)}
    return {name: value for name, value in fields.items() if name not in ("model", "why_not") and value is not None}


def _compared_json(others: Sequence[Compared]) -> list[dict[str, Any]]:
    return [{**(_candidate_json(each.candidate) or {}), "worse_by": _difference_json(each.difference)} for each in others]


def _answer_json(found: Answer, study: Study) -> dict[str, Any]:
    out: dict[str, Any] = {"chip": dataclasses.asdict(found.chip), "limits": dataclasses.asdict(found.limits),
                           "best": _candidate_json(found.best)}
    if found.best is not None:
        out["next_best"] = next(iter(_compared_json([found.next_best] if found.next_best else [])), None)
        out["other_families"], out["lighter"] = _compared_json(found.other_families), _compared_json(found.lighter)
        out["commands"] = [line for _, lines in firmware.commands(found.best, found.chip, study) for line in lines]
    else:
        out["nearest"] = _candidate_json(found.nearest)
        out["lacks"] = [dataclasses.asdict(lack) for lack in choice.lacks(found.nearest, found.limits)] if found.nearest else []
    out["next_board"] = None if found.step is None else {
        "board": found.step.chip.name, **(_candidate_json(found.step.candidate) or {}),
        "this_is_worse_by": _difference_json(found.step.difference)}
    return out


def as_json(answers: Sequence[Answer], study: Study) -> str:
    """One object: what was asked, and an answer a chip."""
    whole = {"schema": "atome.advice/1", "text": study.text, "budget": study.budget, "positions": study.positions,
             "cycles": "modelled", "answers": [_answer_json(found, study) for found in answers]}
    return json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
