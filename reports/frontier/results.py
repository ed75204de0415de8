"""Results of the frontier: results.json and losses.npz as objects.

    found = results.read(pathlib.Path("golden/frontier/results.json"))
    found.points                                      one a text, budget, family and size, with the losses of its seeds
    found.cost("ternary", "60k", "q15", "m3", 64)     what the model costs on a core; None: not measured
    found.board_cost("ternary", "60k", "q15", "bluepill", 64)

Both files are untrusted: whatever is damaged raises ValueError, one line with the file, the place and the remedy.
What is absent in the file is None here or missing from a mapping, never 0.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.frontier import losses_file
from reports.frontier.fields import Fields, Place

SCHEMA = "atome.frontier/1"
LOSSES = "losses.npz"     # beside results.json
MODEL_ENDING = {"atome_ternary": ".atome03", "plain_fp32": ".plain01", "plain_int8": ".plain01"}  # of a file, by kind
CHUNK_BYTES = 64          # of text; each chunk begins with an empty state
MAX_BYTES = 64 << 20      # of results.json
MAX_ROWS = 100_000        # of one list
AGREE = 2e-3              # relative, of a perplexity and that of its losses
# The variant whose losses are kept, by kind of model: the reference of its engine.
REFERENCE = {"atome_ternary": "f32", "plain_fp32": "plain", "plain_int8": "plain"}
REMEDY = "write it again: ci/frontier golden/frontier/sweep.json --collect"


@dataclasses.dataclass(frozen=True)
class Text:
    name: str
    file: str
    sha256: str
    train_tenths: int  # of ten; one more chooses, the last one tests


@dataclasses.dataclass(frozen=True)
class Budget:
    """Of training: `steps` of `batch` crops of `sequence` bytes."""
    name: str
    steps: int
    batch: int
    sequence: int


@dataclasses.dataclass(frozen=True)
class Family:
    name: str
    kind: str    # of REFERENCE
    drop: str    # the pathway that it lacks; empty: none
    variants: tuple[str, ...]

    @property
    def reference(self) -> str:
        """The variant whose losses losses.npz has."""
        return REFERENCE[self.kind]


@dataclasses.dataclass(frozen=True)
class Training:
    """One trained model."""
    text: str
    budget: str
    family: str
    size: str
    seed: int
    rate: float
    config: str
    parameters: int
    validation_perplexity: float | None
    test_perplexity: float | None
    engine_perplexity: Mapping[str, float]  # by variant
    file_bytes: int | None
    sha256: str
    train_cpu_seconds: float | None

    @property
    def key(self) -> str:
        """Of its losses in losses.npz."""
        return f"{self.text}-{self.budget}-{self.family}-{self.size}-s{self.seed}"


@dataclasses.dataclass(frozen=True)
class Cost:
    """What a model costs on a core, or on a board: then `board` is its name."""
    family: str
    size: str
    variant: str
    core: str
    board: str
    positions: int                    # 64 or 256: what the memory holds, and where cycles are measured
    fits: bool | None                 # None: a core, which has no limits
    cycles_per_token: float | None
    tokens_per_second: float | None
    flash_bytes: int | None
    ram_bytes: int | None
    place: str                        # where the weights lie: "flash"; "ram-model": copied to RAM
    why: str                          # it does not fit


@dataclasses.dataclass(frozen=True)
class Point:
    """A family at a size, trained on a text by a budget: once a seed."""
    text: str
    budget: str
    family: Family
    size: str
    trainings: tuple[Training, ...]   # seeds ascending, all with losses
    losses: NDArray[Any]                # [seeds][chunks], float64: nats of each chunk of CHUNK_BYTES, reference variant

    @property
    def parameters(self) -> int:
        return self.trainings[0].parameters

    @property
    def name(self) -> str:
        return f"{self.family.name}-{self.size}"

    @property
    def most_positions(self) -> int | None:
        """That the model can see: a plain transformer those that it has learned, a ternary model any (None)."""
        found = re.search(r"(?:^|,)max_seq=(\d{1,9})(?:,|$)", self.trainings[0].config)
        return int(found[1]) if found and self.family.kind != "atome_ternary" else None

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(training.seed for training in self.trainings)


@dataclasses.dataclass(frozen=True)
class Results:
    path: pathlib.Path
    about: str
    seeds: tuple[int, ...]
    texts: Mapping[str, Text]
    budgets: Mapping[str, Budget]
    families: Mapping[str, Family]
    trainings: tuple[Training, ...]   # all, those without losses too
    costs: tuple[Cost, ...]           # as measured; ask `cost` and `board_cost`
    points: tuple[Point, ...]         # parameters ascending within text and budget
    _cost: Mapping[tuple[str, str, str, str, str, int], tuple[Cost, ...]] = dataclasses.field(repr=False, compare=False)

    def measured_as(self, family: str) -> str:
        """The family whose costs are this one's: of one without a pathway, the whole one, as the engine computes
        the zero pathway too."""
        own = self.families[family]
        whole = [other.name for other in self.families.values() if other.kind == own.kind and not other.drop]
        return whole[0] if own.drop and whole else family

    def cost(self, family: str, size: str, variant: str, core: str, positions: int) -> Cost | None:
        return next(iter(self._cost.get((self.measured_as(family), size, variant, core, "", positions), ())), None)

    def board_cost(self, family: str, size: str, variant: str, board: str, positions: int) -> Cost | None:
        """The first of board_costs: from flash. None: not measured; a Cost whose `fits` is False has `why`."""
        return next(iter(self.board_costs(family, size, variant, board, positions)), None)

    def board_costs(self, family: str, size: str, variant: str, board: str, positions: int) -> tuple[Cost, ...]:
        """One a place of the model, as in the file; none: not measured."""
        core = self.board_cores.get(board, "")
        return self._cost.get((self.measured_as(family), size, variant, core, board, positions), ())

    @functools.cached_property
    def board_cores(self) -> dict[str, str]:
        """The core of each board that has costs."""
        return {cost.board: cost.core for cost in self.costs if cost.board}

    @property
    def cores(self) -> tuple[str, ...]:
        """That models were measured on by themselves; a board's core need not be one."""
        return tuple(sorted({cost.core for cost in self.costs if not cost.board}))

    def point(self, text: str, budget: str, family: str, size: str) -> Point | None:
        return next((point for point in self.points if (point.text, point.budget, point.family.name, point.size)
                     == (text, budget, family, size)), None)


def _training(row: Fields, found: Mapping[str, Any]) -> Training:
    text, budget, family = (row.one_of(name, found[f"{name}s" if name != "family" else "families"])
                            for name in ("text", "budget", "family"))
    return Training(text, budget, family, row.name("size"), row.count("seed", least=0), row.number("rate"),
                    row.text("config"), row.count("parameters"), row.number_or_none("validation_perplexity"),
                    row.number_or_none("test_perplexity"), row.numbers("engine_perplexity"),
                    row.count_or_none("file_bytes"), row.text_or_empty("sha256"), row.number_or_none("train_cpu_seconds"))


def _cost(row: Fields, families: Mapping[str, Family]) -> Cost:
    family = row.one_of("family", families)
    board = row.text_or_empty("board")
    fits = row.flag("fits") if board else None
    return Cost(family, row.name("size"), row.one_of("variant", families[family].variants), row.name("core"), board,
                row.count("positions"), fits, row.number_or_none("cycles_per_token"),
                row.number_or_none("tokens_per_second"), row.count_or_none("flash_bytes"), row.count_or_none("ram_bytes"),
                row.text_or_empty("place"), row.text_or_empty("why"))


def _once(place: Place, keys: Sequence[Any]) -> None:
    seen: dict[Any, int] = {}
    for number, key in enumerate(keys):
        if key in seen:
            raise place.error(f"row {number} is of the same as row {seen[key]}: {key}")
        seen[key] = number


def _points(place: Place, trainings: Sequence[Training], families: Mapping[str, Family],
            losses: Mapping[str, NDArray[Any]]) -> tuple[Point, ...]:
    grouped: dict[tuple[str, str, str, str], list[Training]] = {}
    for training in trainings:
        if training.key in losses:
            grouped.setdefault((training.text, training.budget, training.family, training.size), []).append(training)
    chunks: dict[str, int] = {}
    points = []
    for (text, budget, family, size), rows in grouped.items():
        rows.sort(key=lambda row: row.seed)
        if len({row.parameters for row in rows}) > 1 or len({row.config for row in rows}) > 1:
            raise place.error(f"{rows[0].key}: its seeds differ in config or parameters")
        for row in rows:
            found = losses[row.key]
            if chunks.setdefault(text, len(found)) != len(found):
                raise place.error(f"{LOSSES}: {row.key}: {len(found)} chunks, others of {text} have {chunks[text]}")
            of_losses = float(np.exp(np.mean(found, dtype=np.float64) / CHUNK_BYTES))
            said = row.test_perplexity
            if said is not None and abs(of_losses / said - 1) > AGREE:
                raise place.error(f"{row.key}: test_perplexity {said:.6g}, but {LOSSES} says {of_losses:.6g}")
        points.append(Point(text, budget, families[family], size, tuple(rows),
                            np.stack([losses[row.key] for row in rows]).astype(np.float64)))
    order = {name: number for number, name in enumerate(families)}
    points.sort(key=lambda point: (point.text, point.budget, point.parameters, order[point.family.name], point.size))
    return tuple(points)


def _families(whole: Fields) -> dict[str, Family]:
    families = {}
    for name, each in whole.objects("families").items():
        kind = each.one_of("kind", REFERENCE)
        variants = tuple(each.names("variants"))
        if REFERENCE[kind] not in variants:
            raise each.place.error(f"variants: needs {REFERENCE[kind]}, whose losses are kept")
        families[name] = Family(name, kind, each.text_or_empty("drop"), variants)
    return families


def parse(text: str, losses: Mapping[str, NDArray[Any]], path: pathlib.Path) -> Results:
    """The content of both files; `path` is of results.json, for messages. ValueError: damaged."""
    place = Place(str(path), "", REMEDY)
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise place.error(f"is not JSON: {error}") from None
    whole = Fields(place, values)
    if whole.text("schema") != SCHEMA:
        raise place.error(f"schema is '{whole.text('schema')}', this version reads {SCHEMA}")
    texts = {name: Text(name, each.text("file"), each.text_or_empty("sha256"), each.count("train_tenths"))
             for name, each in whole.objects("texts").items()}
    budgets = {name: Budget(name, each.count("steps"), each.count("batch"), each.count("sequence"))
               for name, each in whole.objects("budgets").items()}
    families = _families(whole)
    known = {"texts": texts, "budgets": budgets, "families": families}
    trainings = tuple(_training(row, known) for row in whole.rows("trainings", MAX_ROWS))
    _once(place.at("trainings"), [training.key for training in trainings])
    costs = tuple(_cost(row, families) for row in whole.rows("costs", MAX_ROWS))
    keys = [(cost.family, cost.size, cost.variant, cost.core, cost.board, cost.positions) for cost in costs]
    _once(place.at("costs"), [(*key, cost.place) for key, cost in zip(keys, costs)])
    by_key: dict[tuple[str, str, str, str, str, int], tuple[Cost, ...]] = {}
    for key, cost in zip(keys, costs):
        by_key[key] = (*by_key.get(key, ()), cost)
    unknown = sorted(set(losses) - {training.key for training in trainings})
    if unknown:
        raise place.error(f"{LOSSES} has losses of {unknown[0]}, which is none of trainings")
    return Results(path, whole.text_or_empty("about"), tuple(whole.counts("seeds")), texts, budgets, families, trainings,
                   costs, _points(place.at("trainings"), trainings, families, losses), by_key)


def read(path: pathlib.Path, losses: pathlib.Path | None = None) -> Results:
    """results.json at `path`, with losses.npz beside it or at `losses`. ValueError: missing or damaged."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError(f"holds over {MAX_BYTES} bytes")
        text = data.decode()
    except (OSError, ValueError) as error:
        why = (error.strerror or error) if isinstance(error, OSError) else error
        raise ValueError(f"{path}: cannot be read: {why}; {REMEDY}") from None
    return parse(text, losses_file.read(losses or path.with_name(LOSSES), REMEDY), path)
