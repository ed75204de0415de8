"""The trainings of a sweep as jobs, their results kept in a folder, and the rates that the search chooses."""

from __future__ import annotations

import hashlib
import io
import json
import math
import pathlib
import zipfile
from collections.abc import Iterable
from typing import Any

from ci.night.job import REPORT, WORK, Ended, Job
from ci.sweep.config import Point, Run, Sweep
from reports import whole_file
from reports.report_data import Key

LIMIT_S = 7200.0
# Processor seconds of a step of 16 x 64 bytes, about: a part that all have, and one that grows with parameters.
STEP_S = {"atome_ternary": (14e-3, 2e-7), "plain_fp32": (10e-3, 6e-8), "plain_int8": (10e-3, 6e-8)}


def job(sweep: Sweep, run: Run) -> Job:
    """The training of `run`; its report is a zip of what the trainer writes."""
    family, text = run.point.family, sweep.texts[run.text]
    changes = sweep.changes | family.changes | sweep.budgets[run.budget] | {"learning_rate": run.rate}
    argv = ["/usr/bin/python3", "-m", "golden.training.train", "--config", run.point.config, "--recipe", sweep.recipe,
            "--seed", str(run.seed), "--text", text["file"], "--train-tenths", str(sweep.train_tenths),
            "--name", run.name, "--out", f"{WORK}/out", "--zip", REPORT]
    if family.drop:
        argv += ["--drop", family.drop]
    if family.kind == "plain_fp32":
        argv += ["--weights", "both"]
    if run.budget != "search":
        argv += ["--test"]
    for name, value in changes.items():
        flag = name.replace("_", "-")
        argv += [f"--{flag}" if value else f"--no-{flag}"] if isinstance(value, bool) else [f"--{flag}", str(value)]
    steps = sweep.budgets[run.budget].get("steps", 3000)
    whole, each = STEP_S[family.kind]
    return Job(run.name, Key("", "", run.name, "", "", ""), tuple(argv), LIMIT_S,
               steps * (whole + each * run.point.parameters), (text["file"],))


class Kept:
    """Results of trainings, a zip each, in a folder. A result is of one job: that of another command or text does not
    count."""

    def __init__(self, folder: pathlib.Path, root: pathlib.Path) -> None:
        self._folder, self._root = folder, root
        self._texts: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def text(self, file: str) -> str:
        """SHA-256 of a text, relative to the root."""
        if file not in self._texts:
            self._texts[file] = hashlib.sha256((self._root / file).read_bytes()).hexdigest()
        return self._texts[file]

    def _path(self, job_: Job) -> pathlib.Path:
        asked = json.dumps([job_.argv, [self.text(file) for file in job_.reads]])
        return self._folder / f"{job_.name}.{hashlib.sha256(asked.encode()).hexdigest()[:12]}.zip"

    def put(self, job_: Job, ended: Ended) -> None:
        whole_file.write(self._path(job_), ended.report)

    def get(self, job_: Job) -> dict[str, bytes] | None:
        """Files by name, as "config.json" and "int8/config.json"; None: not trained yet, or damaged."""
        try:
            with zipfile.ZipFile(io.BytesIO(self._path(job_).read_bytes())) as archive:
                return {name: archive.read(name) for name in archive.namelist()}
        except (OSError, zipfile.BadZipFile):
            return None


def facts(files: dict[str, bytes], int8: bool = False) -> dict[str, Any]:
    """config.json of a training, or of its int8 form."""
    return dict(json.loads(files["int8/config.json" if int8 else "config.json"]))


def searched(sweep: Sweep, kept: Kept, point: Point, rates: Iterable[float]) -> dict[float, float]:
    """Perplexity on the validation part by rate, of the runs that are there."""
    found = {run.rate: kept.get(job(sweep, run)) for run in sweep.search(point, rates)}
    return {rate: facts(files)["perplexity"] for rate, files in found.items() if files is not None}


def _best(results: dict[float, float]) -> float:
    return min(results, key=lambda rate: (results[rate], rate))


def one_more_rate(results: dict[float, float]) -> float:
    """The rate to try after those of `results`, at least two: a step beyond the best where that is the first or last,
    else between the best and its better neighbour; two digits."""
    rates, best = sorted(results), _best(results)
    at = rates.index(best)
    if at == 0:
        more = best * best / rates[1]
    elif at == len(rates) - 1:
        more = best * best / rates[-2]
    else:
        more = math.sqrt(best * min(rates[at - 1], rates[at + 1], key=lambda rate: results[rate]))
    return float(f"{more:.2g}")


def search(sweep: Sweep, kept: Kept) -> list[Run]:
    """The search of rates as far as it is known: the same rates for every point, then one more for each that has
    results of these."""
    runs = []
    for point in sweep.points:
        runs += sweep.search(point, sweep.rates)
        results = searched(sweep, kept, point, sweep.rates)
        if len(results) == len(sweep.rates):
            runs += sweep.search(point, [one_more_rate(results)])
    return runs


def chosen_rates(sweep: Sweep, kept: Kept) -> dict[str, float]:
    """The rate with the lowest perplexity on the validation part, by point; points without all runs are left out."""
    rates: dict[str, float] = {}
    for point in sweep.points:
        results = searched(sweep, kept, point, sweep.rates)
        if len(results) == len(sweep.rates):
            results |= searched(sweep, kept, point, [one_more_rate(results)])
            if len(results) > len(sweep.rates):
                rates[point.name] = _best(results)
    return rates


def missing(sweep: Sweep, kept: Kept, runs: Iterable[Run]) -> list[Job]:
    """Jobs of `runs` that have no result."""
    jobs = [job(sweep, run) for run in runs]
    return [each for each in jobs if kept.get(each) is None]
