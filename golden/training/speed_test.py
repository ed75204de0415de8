"""Tests of the comparison of two trainers' speed."""

from __future__ import annotations

import pathlib

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: ci/setup --train")

from golden.training import speed  # noqa: E402


def test_sixteen_times_the_work_takes_longer(capsys: pytest.CaptureFixture[str]) -> None:
    command = [str(speed.HERE), "--contender", "plain_flash_fair", "--steps", "2", "--turns", "3"]
    assert speed.main([*command, "--ours", "batch=256", "--ours", "learning_rate=0.001"]) == 0
    said = {text[:24].strip(): text[24:].split()[0] for text in capsys.readouterr().out.splitlines()}
    assert list(said) == ["before, ms a step", "here, ms a step", "here / before"]
    before, here, ratio = (float(value) for value in said.values())
    assert 0 < before < here and ratio > 2


@pytest.mark.parametrize("flags, message", [
    (["--ours", "steps=0"], "recipe: steps is 0"), (["--ours", "speed=1"], "speed"), (["--text", "none.txt"], "none.txt")])
def test_a_trainer_that_does_not_run_is_told(capsys: pytest.CaptureFixture[str], flags: list[str],
                                             message: str) -> None:
    assert speed.main([str(speed.HERE), "--steps", "1", "--turns", "2", "--contender", "plain_flash_fair", *flags]) == 2
    assert message in capsys.readouterr().err


def test_a_folder_without_a_trainer_is_told(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str],
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert speed.main([str(tmp_path), "--steps", "1"]) == 2
    assert f"{tmp_path}: ModuleNotFoundError" in capsys.readouterr().err


@pytest.mark.parametrize("flags", [["--steps", "0"], ["--turns", "1"]])
def test_unusable_flags(flags: list[str]) -> None:
    with pytest.raises(SystemExit) as error:
        speed.main([str(speed.HERE), *flags])
    assert error.value.code == 2
