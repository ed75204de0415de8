"""Writes what is committed of a sweep: results.json, losses.npz and the models that nothing dominates."""

from __future__ import annotations

import pathlib

from ci.sweep import collect
from ci.sweep.config import Sweep
from ci.sweep.measure import Measurements
from ci.sweep.trainings import Kept
from reports import whole_file
from reports.frontier import results
from reports.frontier.candidates import COSTS, Library, Setting
from reports.frontier.dominance import standings

LARGEST_MODEL = 1_000_000  # bytes; a larger one is trained again by who wants it


def undominated(found: results.Results) -> set[str]:
    """Keys of first trainings whose point is undominated in anything: any text, budget, core, positions and cost."""
    library, keys = Library(found), set()
    for text, budget in library.trained():
        for core in sorted({cost.core for cost in found.costs if not cost.board}):
            for positions in library.positions():
                choice = library.choice(Setting(text, budget, core, positions))
                keys |= {each.candidate.point.trainings[0].key for cost in COSTS for each in standings(choice, cost)
                         if each.undominated}
    return keys


def keep(sweep: Sweep, kept: Kept, measurements: Measurements, root: pathlib.Path,
         folder: pathlib.Path) -> str:
    """Into `folder`; returns a line about it. Raises OSError, or ValueError where the engine's perplexity is not PyTorch's."""
    whole = collect.results(sweep, kept, measurements.cost_rows(), measurements.engine_rows())
    collect.write_losses(folder / "losses.npz", measurements.losses())
    collect.write_results(folder / "results.json", whole)
    wanted = undominated(results.read(folder / "results.json"))
    names = set()
    (folder / "models").mkdir(exist_ok=True)
    for model in measurements.models:
        data = (root / model.path).read_bytes()
        if model.name in wanted and len(data) <= LARGEST_MODEL:
            names.add(pathlib.PurePath(model.path).name)
            whole_file.write(folder / "models" / pathlib.PurePath(model.path).name, data)
    for path in (folder / "models").iterdir():
        if path.name not in names:
            path.unlink()
    larger = f" ({len(wanted) - len(names)} are larger than {LARGEST_MODEL} bytes)" if len(names) < len(wanted) else ""
    return (f"{len(whole['trainings'])} trainings, {len(whole['costs'])} costs, {len(names)} of {len(wanted)} undominated "
            f"models{larger} in {folder}")
