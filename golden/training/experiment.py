"""Runs the trainings of an experiment, one after another, and collects their results.

    /usr/bin/python3 -m golden.training.experiment golden/experiments/published --work /tmp/published
    /usr/bin/python3 -m golden.training.experiment golden/experiments/published --work /tmp/published --collect
An interrupted run goes on from its checkpoint in --work; a complete run is not repeated. --collect copies
complete runs into the experiment's folder. Exit codes: 0 done, 2 unusable input or runs missing.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
import shutil
import sys
from typing import Any

from golden.training import train
from golden.training.contenders import CONTENDERS
from golden.training.model import PATHWAYS
from golden.training.recipes import RECIPES
from golden.training.results import ALL_STEPS
from reports import console, whole_file

FIELDS = {"what", "text", "recipe", "contenders", "drop", "variants", "seeds", "models"}


@dataclasses.dataclass(frozen=True)
class Experiment:
    """experiment.json: every contender with every drop, variant and seed; see `load` for defaults."""

    what: str
    text: str  # path from the top of the repository
    recipe: str
    contenders: dict[str, dict[str, Any]]  # each with its own changes of the recipe
    drop: list[str]  # pathways to leave out, a run each; empty means one run of the whole model
    variants: dict[str, dict[str, Any]]  # changes of the recipe by name; empty means the recipe itself
    seeds: list[int]
    models: bool  # keep model files and logs, not only results.json

    @classmethod
    def load(cls, folder: pathlib.Path) -> Experiment:
        """Raises OSError, or ValueError naming the field at fault."""
        path = folder / "experiment.json"
        try:
            values = json.loads(path.read_text())
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}: {error}") from None
        values = {"drop": [], "variants": {}, "seeds": [0], "models": True, **values}
        if set(values) != FIELDS:
            raise ValueError(f"{path}: unknown or missing fields {sorted(set(values) ^ FIELDS)}")
        known = {"recipe": list(RECIPES), "contenders": list(CONTENDERS), "drop": list(PATHWAYS)}
        for field, names in known.items():
            for name in [values[field]] if field == "recipe" else values[field]:
                if name not in names:
                    raise ValueError(f"{path}: {field} '{name}', expected one of {', '.join(names)}")
        for name, changes in (values["variants"] | values["contenders"]).items():
            try:
                dataclasses.replace(RECIPES[values["recipe"]], **changes)
            except (TypeError, ValueError) as error:
                raise ValueError(f"{path}: {name}: {error}") from None
        return cls(**values)

    def runs(self) -> dict[str, list[str]]:
        """The trainer's arguments for each run by name, seed by seed."""
        every = {}
        for seed in self.seeds:
            for contender, own in self.contenders.items():
                for drop in self.drop or [""]:
                    for variant, changes in (self.variants or {"": {}}).items():
                        parts = (contender, f"no_{drop}" if drop else "", variant, f"s{seed}")
                        name = "-".join(part for part in parts if part)
                        every[name] = ["--contender", contender, "--recipe", self.recipe, "--text", self.text,
                                       "--seed", str(seed), *(["--drop", drop] if drop else [])]
                        for field, value in (own | changes).items():
                            flag = "--" + field.replace("_", "-")
                            no = flag.replace("--", "--no-", 1)
                            every[name] += ([flag if value else no] if isinstance(value, bool)
                                            else [flag, str(value)])
        return every


def finished(folder: pathlib.Path) -> dict[str, Any] | None:
    """config.json of a run that made all its steps, else None."""
    path = folder / "config.json"
    facts = json.loads(path.read_text()) if path.exists() else {}
    return facts if facts.get("stopped") == ALL_STEPS else None


def collect(experiment: Experiment, folder: pathlib.Path, work: pathlib.Path) -> int:
    """Copies complete runs into `folder` and writes results.json; returns how many are missing."""
    results, missing = [], 0
    for name in experiment.runs():
        facts = finished(work / name)
        if facts is None:
            missing += 1
            continue
        results.append(facts)
        if experiment.models:
            (folder / name).mkdir(exist_ok=True)
            for path in sorted((work / name).iterdir()):
                if path.suffix in (".json", ".jsonl", ".atome03", ".plain01"):
                    shutil.copyfile(path, folder / name / path.name)
    whole_file.write_text(folder / "results.json", json.dumps(results, indent=1) + "\n")
    for row in sorted(results, key=lambda row: row["perplexity"]):
        print(f"{row['perplexity']:8.4f}  {row['name']}")
    return missing


def main(argv: list[str] | None = None) -> int:
    """Runs or collects one experiment; see the module for exit codes."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="folder with an experiment.json")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder of checkpoints and outputs")
    parser.add_argument("--only", default="", help="run only trainings whose name contains this")
    parser.add_argument("--list", action="store_true", help="print the trainings' arguments and run nothing")
    parser.add_argument("--collect", action="store_true", help="copy results into the experiment's folder")
    args = parser.parse_args(argv)
    try:
        experiment = Experiment.load(args.folder)
    except (OSError, ValueError) as error:
        print(f"experiment: {error}", file=sys.stderr)
        return 2
    if args.collect:
        missing = collect(experiment, args.folder, args.work)
        print(f"experiment: {missing} runs are not complete", file=sys.stderr)
        return 2 if missing else 0
    for name, arguments in experiment.runs().items():
        if args.only not in name:
            continue
        arguments += ["--name", name, "--out", str(args.work / name),
                      "--checkpoint", str(args.work / f"{name}.checkpoint")]
        if args.list:
            print(" ".join(arguments))
        elif not finished(args.work / name):
            print(f"experiment: {name}", file=sys.stderr, flush=True)
            status = train.main(arguments)
            if status or not finished(args.work / name):
                print("experiment: interrupted; the same command goes on from here", file=sys.stderr)
                return status or 2
    return 0


if __name__ == "__main__":
    sys.exit(console.run("experiment", main))
