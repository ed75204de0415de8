"""The table that says which of someone else's arrays is which of our tensors, and the arrays that it finds.

A JSON object:
  "architecture"  "ternary" or "plain"
  "config"        sizes that no shape says: {"top_k": 4, "max_seq": 64} or {"n_heads": 4}
  "tensors"       our name -> theirs. Those of a block (NAMES) have {layer} in theirs, the block's number from 0.
                  A number instead of a name fills a vector, as 0 for a norm without bias. An object has "from", their
                  name, and optionally
                    "rows": [from, to)     rows of their array, as stored
                    "transpose": true      then theirs is (in, out)
                    "flip": true           then their last axis is reversed, as of a convolution's oldest weight first
                    "scale": name          theirs times this one number
  "ignore"        patterns of names that are no weights, as "*.attn.mask"
Without "tensors", theirs are called as ours: embed, blocks.0.wq, ...
"""

from __future__ import annotations

import dataclasses
import difflib
import fnmatch
import json
import pathlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden import plain_model
from golden.config import ModelConfig
from golden.plain_model import PlainConfig

LAYER = "{layer}"
ARCHITECTURES = ("ternary", "plain")
OUTSIDE = {"ternary": ("embed", "unembed", "final_gamma", "final_beta"),
           "plain": ("embed", "positions", "unembed", "final_gamma", "final_beta")}
IN_BLOCK = {"ternary": ("gamma", "beta", "conv", "a", "b", "c", "wq", "wk", "wv", "router"),
            "plain": ("gamma1", "beta1", "wq", "wk", "wv", "wo", "gamma2", "beta2", "w1", "w2")}
# Sizes that shapes do not say, the required ones first; max_seq of a plain transformer is that of its positions.
CONFIG = {"ternary": ("top_k", "max_seq"), "plain": ("n_heads",)}
RANGES = {"ternary": ModelConfig.ranges, "plain": PlainConfig.ranges}
VECTORS = ("gamma", "beta", "a", "b", "c", "final_gamma", "final_beta", *plain_model.VECTORS)
_SHOWN = 8  # names in a message
_SEARCHED = 2000  # names that are looked at for the nearest


class TableError(ValueError):
    """A table, or arrays that do not fit it; the message says what to do."""


@dataclasses.dataclass(frozen=True)
class Source:
    """Where one of our tensors comes from; `constant` fills a vector instead."""

    name: str = ""
    transpose: bool = False
    flip: bool = False
    rows: tuple[int, int] | None = None
    scale: str | None = None
    constant: float | None = None


@dataclasses.dataclass(frozen=True)
class Found:
    """An array that became one of ours: float64 in our orientation, and the number it is to be multiplied by."""

    ours: str  # in messages: "wq of block 1"
    theirs: str
    values: NDArray[Any]
    scale: float | None = None

    def wrong(self, what: str) -> TableError:
        """The error about it."""
        return TableError(f"{self.ours} ({self.theirs}): {what}")


@dataclasses.dataclass(frozen=True)
class NameTable:
    """A parsed table."""

    architecture: str = "ternary"
    config: Mapping[str, int] = dataclasses.field(default_factory=dict)
    tensors: Mapping[str, Source] = dataclasses.field(default_factory=dict)
    ignore: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.architecture not in ARCHITECTURES:
            raise TableError(f"architecture is {self.architecture!r}; give one of {', '.join(ARCHITECTURES)}")
        self._check_known("tensors", self.tensors, (*OUTSIDE[self.architecture], *IN_BLOCK[self.architecture]))
        self._check_known("config", self.config, CONFIG[self.architecture])
        for name, value in self.config.items():
            low, high = RANGES[self.architecture][name]
            if type(value) is not int or not low <= value <= high:
                raise TableError(f"config/{name}: is {value!r}; give a whole number from {low} to {high}")
        for ours, source in self.tensors.items():
            self._check_source(ours, source)

    @staticmethod
    def _check_known(where: str, names: Mapping[str, object], known: Sequence[str]) -> None:
        for name in names:
            if name not in known:
                raise TableError(f"{where}/{name}: is unknown; known are {', '.join(known)}")

    def _check_source(self, ours: str, source: Source) -> None:
        if source.constant is not None:
            if ours not in VECTORS:
                raise TableError(f"tensors/{ours}: is the number {source.constant}, which only vectors may be; give their name")
            return
        wanted = int(ours in IN_BLOCK[self.architecture])
        for name in (source.name, source.scale):
            if name is not None and name.count(LAYER) != wanted:
                raise TableError(f"tensors/{ours}: {name!r} has {LAYER} {name.count(LAYER)} times; " + (
                    f"put it where the block's number is, as in 'blocks.{LAYER}.{ours}'" if wanted else "it is of no block: take it out"))

    def source(self, ours: str) -> Source:
        """Where the tensor comes from, by default of the same name."""
        in_block = ours in IN_BLOCK[self.architecture]
        return self.tensors.get(ours, Source(f"blocks.{LAYER}.{ours}" if in_block else ours))


def parse_table(json_value: Any) -> NameTable:
    """The table that a JSON value says; raises TableError naming the place."""
    if not isinstance(json_value, dict):
        raise TableError('is not an object; give {"architecture": ..., "tensors": {...}}')
    known = [field.name for field in dataclasses.fields(NameTable)]
    for name in json_value:
        if name not in known:
            raise TableError(f"{name}: is unknown; known are {', '.join(known)}")
    for name, kind in (("config", dict), ("tensors", dict), ("ignore", list), ("architecture", str)):
        if not isinstance(json_value.get(name, kind()), kind):
            raise TableError(f"{name}: is no {'array' if kind is list else 'object' if kind is dict else 'text'}")
    if not all(isinstance(pattern, str) for pattern in json_value.get("ignore", [])):
        raise TableError('ignore: has what is no text; give patterns as "*.mask"')
    tensors = {ours: _parse_source(ours, value) for ours, value in json_value.get("tensors", {}).items()}
    return NameTable(json_value.get("architecture", "ternary"), json_value.get("config", {}), tensors, json_value.get("ignore", []))


def _parse_source(ours: str, value: Any) -> Source:
    where = f"tensors/{ours}"
    if isinstance(value, str):
        return Source(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Source(constant=float(value))
    if not isinstance(value, dict) or not isinstance(value.get("from"), str):
        raise TableError(f'{where}: is no name, number or object with "from"; give their name')
    checks: dict[str, Callable[[Any], bool]] = {
        "from": lambda each: True, "transpose": lambda each: isinstance(each, bool), "flip": lambda each: isinstance(each, bool),
        "scale": lambda each: isinstance(each, str),
        "rows": lambda each: isinstance(each, list) and len(each) == 2 and all(type(row) is int for row in each)
                and 0 <= each[0] < each[1]}
    for name, given in value.items():
        if name not in checks or not checks[name](given):
            raise TableError(f"{where}/{name}: is {given!r}; known are from and scale (names), transpose and flip (true), rows ([from, to))")
    rows = value.get("rows")
    return Source(value["from"], value.get("transpose", False), value.get("flip", False), (rows[0], rows[1]) if rows else None,
                  value.get("scale"))


def read_table(path: pathlib.Path) -> NameTable:
    """The table in a JSON file; raises TableError naming file and place, or OSError."""
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        named = dict(pairs)
        if len(named) < len(pairs):
            raise ValueError("a name is twice in one object")
        return named

    try:
        return parse_table(json.loads(path.read_text(), object_pairs_hook=once))
    except TableError as error:
        raise TableError(f"{path}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise TableError(f"{path}: is not JSON ({error})") from None


def find(table: NameTable, arrays: Mapping[str, NDArray[Any]]) -> tuple[dict[str, Found], list[dict[str, Found]]]:
    """Our tensors outside of blocks, and those of each block, by our names.

    Raises TableError: a name that no array has, with the nearest; an array that is neither used nor ignored; a
    number that is not finite; rows that are not there.
    """
    n_layers = _count_layers(table, arrays)
    used: set[str] = set()
    missing: list[str] = []

    def array(name: str) -> NDArray[Any] | None:
        used.add(name)
        if name not in arrays:
            missing.append(name)
        return arrays.get(name)

    def take(ours: str, layer: int | None) -> Found:
        source, label = table.source(ours), ours if layer is None else f"{ours} of block {layer}"
        if source.constant is not None:
            return Found(label, "a number", np.array(source.constant))
        theirs = source.name.replace(LAYER, str(layer))
        found = Found(label, theirs, np.empty(0))
        values = array(theirs)
        scale = None if source.scale is None else array(source.scale.replace(LAYER, str(layer)))
        if values is None or (source.scale is not None and scale is None):
            return found
        number = None
        if scale is not None:
            if scale.size != 1:
                raise found.wrong(f"its scale has {scale.size} numbers; the formats have one a tensor: multiply the rest in")
            number = float(_numbers(found, scale).reshape(-1)[0])
        return dataclasses.replace(found, values=_oriented(found, source, _numbers(found, values)), scale=number)

    outside = {ours: take(ours, None) for ours in OUTSIDE[table.architecture]}
    blocks = [{ours: take(ours, layer) for ours in IN_BLOCK[table.architecture]} for layer in range(n_layers)]
    if missing:
        raise TableError(_missing_text(missing, arrays))
    rest = [name for name in arrays if name not in used and not any(fnmatch.fnmatchcase(name, each) for each in table.ignore)]
    if rest:
        raise TableError(f"{len(rest)} arrays have no place in the model: {_listed(rest)}; name them in the table's tensors, or, if "
                         'they are no weights, in "ignore" (--ignore PATTERN)')
    return outside, blocks


def _count_layers(table: NameTable, arrays: Mapping[str, NDArray[Any]]) -> int:
    layers: set[int] = set()
    for ours in IN_BLOCK[table.architecture]:
        before, _, after = table.source(ours).name.partition(LAYER)
        pattern = re.compile(re.escape(before) + r"(0|[1-9]\d{0,5})" + re.escape(after))
        layers |= {int(match[1]) for match in map(pattern.fullmatch, arrays) if match and table.source(ours).constant is None}
    most = RANGES[table.architecture]["n_layers"][1]
    if not layers:
        names = [table.source(ours).name for ours in ("wq", "wk", "wv")]
        raise TableError(f"no block is found: no array is called as {', '.join(names)}; there are {_listed(list(arrays))}; give the table "
                         "their names")
    if max(layers) >= most:
        raise TableError(f"a block has the number {max(layers)}, and models have at most {most} blocks; number them from 0")
    return max(layers) + 1


def _numbers(found: Found, values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.kind not in "fiub":
        raise found.wrong(f"is of {values.dtype}, not of numbers; convert it to float32")
    numbers = values.astype(np.float64)
    bad = np.argwhere(~np.isfinite(numbers))
    if len(bad):
        raise found.wrong(f"element {bad[0].tolist()} is {numbers[tuple(bad[0])]}; models have finite numbers")
    return numbers


def _oriented(found: Found, source: Source, values: NDArray[Any]) -> NDArray[Any]:
    if source.rows is not None:
        begin, end = source.rows
        if values.ndim == 0 or end > len(values):
            raise found.wrong(f"rows {begin} to {end} of shape {values.shape} are asked for; give rows that are there")
        values = values[begin:end]
    if values.ndim == 3 and values.shape[1] == 1:  # of a depthwise Conv1d
        values = values[:, 0]
    if source.transpose:
        values = values.T
    return values[..., ::-1] if source.flip else values


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(str(name) for name in names[:_SHOWN]) or "none"
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def _missing_text(missing: Sequence[str], arrays: Mapping[str, NDArray[Any]]) -> str:
    known = list(arrays)[:_SEARCHED]
    parts = []
    for name in missing[:_SHOWN]:
        near = difflib.get_close_matches(name, known, 3, 0.5)
        parts.append(f"{name} (nearest: {', '.join(near)})" if near else name)
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    return f"{len(missing)} arrays are missing: {', '.join(parts)}{more}; correct the table, or the file"
