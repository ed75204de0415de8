"""The models that trainings gave, as files that `atome` reads."""

from __future__ import annotations

import dataclasses
import os
import pathlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ci.sweep import collect, trainings
from ci.sweep.config import Family, Run, Sweep
from golden import plain_file
from golden.plain_model import Int8
from golden.ternary_file import ModelFileError
from reports import whole_file
from reports.frontier.results import MODEL_ENDING


@dataclasses.dataclass(frozen=True)
class Model:
    run: Run
    family: Family  # that of the run, or one that is trained as it
    path: str       # of its file, from the repository's root where it lies below it

    @property
    def point(self) -> str:
        return f"{self.family.name}-{self.run.point.size}"

    @property
    def name(self) -> str:
        return f"{self.run.text}-{self.run.budget}-{self.point}-s{self.run.seed}"

    @property
    def plain(self) -> bool:
        return self.family.kind != "atome_ternary"


def with_positions(data: bytes, count: int) -> bytes:
    """A PLAIN01 file with `count` learned positions instead of its own, which are repeated or cut: of the same cost, but not
    a model that predicts beyond its own. Raises ModelFileError."""
    def rows(values: NDArray[Any]) -> NDArray[Any]:
        return np.resize(values, (count, *values.shape[1:]))  # repeats whole rows

    model = plain_file.decode(data)
    quantized = dict(model.quantized)
    if quantized:
        codes = quantized["positions"]
        quantized["positions"] = Int8(rows(codes.scales), rows(codes.codes))
    config = dataclasses.replace(model.config, max_seq=count)
    return plain_file.encode(dataclasses.replace(model, config=config, positions=rows(model.positions),
                                                 quantized=quantized))


class Models:
    """Model files in a folder, written where they are not there already. They are of these trainings, byte by byte."""

    def __init__(self, sweep: Sweep, kept: trainings.Kept, folder: pathlib.Path, root: pathlib.Path) -> None:
        self._sweep, self._kept, self._folder, self._root = sweep, kept, folder, root
        folder.mkdir(parents=True, exist_ok=True)

    def _file(self, name: str, data: bytes) -> str:
        path = self._folder.resolve() / name
        if not path.is_file() or path.read_bytes() != data:
            whole_file.write(path, data)
        return os.path.relpath(path, self._root) if path.is_relative_to(self._root) else str(path)

    def of(self, runs: Iterable[Run]) -> list[Model]:
        """The models of those of `runs` that are trained, of each family that they give."""
        found = []
        for run in runs:
            files = self._kept.get(trainings.job(self._sweep, run))
            for family in self._sweep.families_of(run.point) if files is not None else []:
                model = Model(run, family, "")
                name = model.name + MODEL_ENDING[family.kind]
                found.append(dataclasses.replace(
                    model, path=self._file(name, collect.model_file(files or {}, run, family.name, family.kind))))
        return found

    def longer(self, model: Model, positions: int) -> Model:
        """A plain transformer with more learned positions, whose number its file fixes; a ternary model as it is."""
        if not model.plain:
            return model
        path = self._root / model.path
        try:
            data = with_positions(path.read_bytes(), positions)
        except ModelFileError as error:
            raise ValueError(f"{path}: {error}; remove its training from the folder of results, and train it again") from None
        return dataclasses.replace(model, path=self._file(f"{path.stem}-{positions}{path.suffix}", data))
