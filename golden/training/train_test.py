"""Tests of the command: outputs, determinism, interruptions, recipes and unusable inputs."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import pathlib
import signal

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from golden import plain_file, ternary_file  # noqa: E402
from golden.config import ModelConfig  # noqa: E402
from golden.training import run, train  # noqa: E402
from golden.training.recipes import RECIPES, Recipe  # noqa: E402

TERNARY = "vocab_size=256,d_model=12,n_layers=2,d_head=5,kernel_size=3,top_k=3,max_seq=7"
PLAIN = "vocab_size=256,d_model=8,n_layers=1,n_heads=2,d_ff=8,max_seq=64"
TEXT = b"Once upon a time there was a little cat. The cat sat on the mat. " * 40


def arguments(folder: pathlib.Path, config: str = TERNARY, steps: int = 6) -> list[str]:
    """Arguments of a short run in `folder`; writes the text there."""
    folder.mkdir(exist_ok=True)
    (folder / "text.txt").write_bytes(TEXT)
    return ["--config", config, "--text", str(folder / "text.txt"), "--out", str(folder / "out"),
            "--steps", str(steps), "--batch", "2", "--sequence", "16", "--warmup", "2",
            "--validate-every", "2", "--checkpoint", str(folder / "checkpoint")]


def exported(folder: pathlib.Path) -> dict[str, bytes]:
    """Files of a run except config.json, which has times."""
    return {path.name: path.read_bytes() for path in sorted((folder / "out").iterdir())
            if path.name != "config.json"}


@pytest.mark.parametrize("extra", [[], ["--accumulate", "2", "--drop", "state", "--keep", "last"]])
def test_training_is_deterministic_and_writes_its_outputs(tmp_path: pathlib.Path, extra: list[str]) -> None:
    for name in ("one", "two"):
        assert train.main(arguments(tmp_path / name) + extra) == 0
    files = exported(tmp_path / "one")
    assert files == exported(tmp_path / "two")
    assert sorted(files) == ["model.atome01", "model.atome02", "model.atome03", "train_log.jsonl"]
    summary = json.loads((tmp_path / "one" / "out" / "config.json").read_text())
    ternary_file.decode(files["model.atome02"], ModelConfig.parse(summary["config"]))
    assert summary["disk_bytes"] == {name: len(files[name]) for name in sorted(files) if "atome" in name}
    assert (summary["kind"], summary["steps"], summary["seed"]) == ("atome_ternary", 6, 0)
    assert [json.loads(row)["step"] for row in files["train_log.jsonl"].splitlines()] == [2, 4, 6]


def test_loss_falls_and_the_seed_counts(tmp_path: pathlib.Path) -> None:
    losses = []
    for seed in ("0", "1"):
        folder = tmp_path / seed
        assert train.main([*arguments(folder, PLAIN, 40), "--seed", seed, "--learning-rate", "1e-2"]) == 0
        rows = [json.loads(row) for row in exported(folder)["train_log.jsonl"].splitlines()]
        assert rows[-1]["validation_loss"] < 0.8 * rows[0]["validation_loss"]
        losses.append(rows[-1]["validation_loss"])
        plain_file.decode(exported(folder)["model.plain01"])
    assert losses[0] != losses[1]


@pytest.mark.parametrize("config", [TERNARY, PLAIN])
def test_stopped_training_resumes_to_the_same_bits(tmp_path: pathlib.Path, config: str) -> None:
    assert train.main(arguments(tmp_path / "whole", config)) == 0
    parts = arguments(tmp_path / "parts", config)
    for _ in range(5):  # each stops after one step
        assert train.main([*parts, "--max-minutes", "0"]) == 0
    stopped = json.loads((tmp_path / "parts" / "out" / "config.json").read_text())
    assert (stopped["steps"], stopped["stopped"]) == (5, "max-minutes")
    assert train.main(parts) == 0
    assert exported(tmp_path / "parts") == exported(tmp_path / "whole")
    assert train.main(parts) == 0  # nothing left to do
    assert exported(tmp_path / "parts") == exported(tmp_path / "whole")


@pytest.mark.parametrize("where", ["between checkpoints", "while writing one"])
def test_killed_training_resumes_to_the_same_bits(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
                                                  where: str) -> None:
    killed, step, replace = arguments(tmp_path / "killed"), run.Run.train_step, pathlib.Path.replace

    def die_after_five(self: run.Run) -> None:
        step(self)
        if self.step == 5:
            os.kill(os.getpid(), signal.SIGKILL)

    def die_at_the_second(self: pathlib.Path, target: pathlib.Path) -> pathlib.Path:
        if target.exists():
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(self, target)

    with monkeypatch.context() as patch:
        if where == "between checkpoints":
            patch.setattr(run.Run, "train_step", die_after_five)
        else:
            patch.setattr(pathlib.Path, "replace", die_at_the_second)
        process = multiprocessing.get_context("fork").Process(target=train.main, args=(killed,))
        process.start()
        process.join()
    assert process.exitcode == -signal.SIGKILL
    assert (tmp_path / "killed" / "checkpoint").exists() and not (tmp_path / "killed" / "out").exists()
    assert train.main(killed) == 0
    assert train.main(arguments(tmp_path / "whole")) == 0
    assert exported(tmp_path / "killed") == exported(tmp_path / "whole")


def test_recipes_are_valid_and_follow_their_schedules() -> None:
    assert {"published", "long", "best", "cosine"} <= set(RECIPES)
    for recipe in RECIPES.values():
        rates = [recipe.rate(step) for step in range(recipe.all_steps)]
        assert 0 <= min(rates) and max(rates) == pytest.approx(recipe.learning_rate)
        assert rates[recipe.warmup:] == sorted(rates[recipe.warmup:], reverse=True)
        assert rates[:recipe.warmup] == sorted(rates[:recipe.warmup])
    published, best = RECIPES["published"], RECIPES["best"]
    assert published.rate(0) == published.rate(2999) == 3e-4
    budget = [(r.steps, r.batch * r.accumulate, r.sequence) for r in (published, best)]
    assert budget == [(3000, 16, 64)] * 2
    long = RECIPES["long"]
    assert long.rate(long.steps) == pytest.approx(3e-5)
    assert (long.weight_decay, long.clip_norm, long.bfloat16) == (0.1, 1.0, True)
    with pytest.raises(ValueError, match="steps is 0"):
        dataclasses.replace(published, steps=0)


def test_flags_of_the_committed_model_are_the_recipe_they_were() -> None:
    flags = ("--steps 24000 --cool-down 5000 --batch 8 --sequence 128 --learning-rate 4e-3 --latent-rate 10 "
             "--warmup 200 --weight-decay 0 --seed 0 --validate-every 1000")
    args = train.parse_arguments(["--config", TERNARY, "--text", "t", "--out", "o", *flags.split()])
    assert args.chosen == Recipe(steps=24000, cool_down=5000, batch=8, sequence=128, learning_rate=4e-3,
                                 validate_every=1000)
    assert args.chosen.rate(23999) == pytest.approx(0.05 * 4e-3, rel=1e-3)
    assert args.chosen.rate(29000) == 0


@pytest.mark.parametrize("text, message", [
    (b"", "empty"), (b"Once", "too short"), (TEXT + b"\0", f"NUL at byte {len(TEXT)}"), (None, "No such file")])
def test_unusable_texts(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], text: bytes | None,
                        message: str) -> None:
    command = arguments(tmp_path)
    (tmp_path / "text.txt").unlink()
    if text is not None:
        (tmp_path / "text.txt").write_bytes(text)
    assert train.main(command) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("change, message", [
    (["--config", PLAIN], "another contender"), (["--learning-rate", "1e-3"], "another recipe"),
    (["--seed", "1"], "another seed"), (None, "damaged")])
def test_checkpoints_of_other_runs_stay(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str],
                                        change: list[str] | None, message: str) -> None:
    command, checkpoint = arguments(tmp_path), tmp_path / "checkpoint"
    assert train.main([*command, "--max-minutes", "0"]) == 0
    if change is None:
        checkpoint.write_bytes(checkpoint.read_bytes()[:1000])
    kept = checkpoint.read_bytes()
    assert train.main(command + (change or [])) == 2
    assert message in capsys.readouterr().err
    assert checkpoint.read_bytes() == kept


@pytest.mark.parametrize("flags", [["--steps", "0"], ["--config", "d_model=1"], ["--keep", "most"],
                                   ["--recipe", "none"], ["--config", PLAIN, "--drop", "local"]])
def test_unusable_flags(tmp_path: pathlib.Path, flags: list[str]) -> None:
    with pytest.raises(SystemExit) as error:
        train.main(arguments(tmp_path) + flags)
    assert error.value.code == 2
