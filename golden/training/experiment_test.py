"""Tests of the experiments: committed ones are valid; a small one runs, goes on and is collected."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from golden.training import experiment, train  # noqa: E402

FOLDERS = sorted(path.parent for path in (pathlib.Path(__file__).parents[1] / "experiments").glob("*/experiment.json"))
SMALL: dict[str, Any] = {"what": "test", "text": "", "recipe": "published", "seeds": [3], "models": True,
         "contenders": {"plain_flash_fair": {"batch": 2, "steps": 2}},
         "variants": {"short": {"sequence": 16}, "long": {"sequence": 32, "learning_rate": 1e-3}}}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_committed_experiments_are_what_their_files_say(folder: pathlib.Path) -> None:
    wanted = experiment.Experiment.load(folder).runs()
    for arguments in wanted.values():
        train.parse_arguments([*arguments, "--out", "out"])
    results = folder / "results.json"
    rows = json.loads(results.read_text()) if results.exists() else []
    assert {row["name"] for row in rows} <= set(wanted)
    for path in folder.glob("*/*"):
        assert path.stat().st_size < 1 << 20 and path.parent.name in {row["name"] for row in rows}


def written(folder: pathlib.Path, changes: dict[str, Any]) -> pathlib.Path:
    """The small experiment in `folder`, with its text."""
    (folder / "text.txt").write_bytes(b"The cat sat on the mat. " * 40)
    values = {**SMALL, "text": str(folder / "text.txt"), **changes}
    (folder / "experiment.json").write_text(json.dumps(values))
    return folder


def test_switches_are_given_on_and_off(tmp_path: pathlib.Path) -> None:
    folder = written(tmp_path, {"variants": {"on": {"log_scales": True}, "off": {"log_scales": False, "final_rate": 0.5}}, "drop": ["state"]})
    runs = experiment.Experiment.load(folder).runs()
    assert list(runs) == ["plain_flash_fair-no_state-on-s3", "plain_flash_fair-no_state-off-s3"]
    common = ["--contender", "plain_flash_fair", "--recipe", "published", "--text", str(folder / "text.txt"), "--seed", "3", "--drop", "state",
              "--batch", "2", "--steps", "2"]
    assert list(runs.values()) == [[*common, "--log-scales"], [*common, "--no-log-scales", "--final-rate", "0.5"]]


def test_an_experiment_runs_and_is_collected(tmp_path: pathlib.Path) -> None:
    folder, work = written(tmp_path, {}), tmp_path / "work"
    command = [str(folder), "--work", str(work)]
    assert experiment.main([*command, "--only", "short"]) == 0
    assert experiment.main([*command, "--collect"]) == 2  # one is missing
    first = (work / "plain_flash_fair-short-s3" / "config.json").stat().st_mtime_ns
    assert experiment.main(command) == 0
    assert (work / "plain_flash_fair-short-s3" / "config.json").stat().st_mtime_ns == first
    assert experiment.main([*command, "--collect"]) == 0
    rows = json.loads((folder / "results.json").read_text())
    assert [(row["name"], row["recipe"]["sequence"], row["seed"]) for row in rows] == [
        ("plain_flash_fair-short-s3", 16, 3), ("plain_flash_fair-long-s3", 32, 3)]
    assert rows[1]["recipe"]["learning_rate"] == 1e-3
    files = sorted(path.name for path in (folder / "plain_flash_fair-short-s3").iterdir())
    assert files == ["config.json", "plain_flash_fair-short-s3.plain01", "train_log.jsonl"]


@pytest.mark.parametrize("changes, message", [
    ({"recipe": "none"}, "recipe 'none'"), ({"contenders": {"none": {}}}, "contenders 'none'"),
    ({"other": 1}, "other"), ({"variants": {"v": {"steps": 0}}}, "v: recipe: steps is 0"),
    ({"variants": {"v": {"speed": 0}}}, "v: .*speed")])
def test_unusable_experiments(tmp_path: pathlib.Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        experiment.Experiment.load(written(tmp_path, changes))


def test_a_missing_experiment_is_exit_code_2(tmp_path: pathlib.Path) -> None:
    assert experiment.main([str(tmp_path), "--work", str(tmp_path)]) == 2
