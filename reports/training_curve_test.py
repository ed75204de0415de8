"""The training curve is drawn from the committed log, the same each time, and bad logs are named."""

from __future__ import annotations

import pathlib

import pytest

from reports import training_curve

LOG = pathlib.Path(__file__).resolve().parents[1] / "golden" / "models" / "atome_60k" / "train_log.jsonl"


def test_the_same_log_gives_the_same_picture(tmp_path: pathlib.Path) -> None:
    pictures = []
    for name in ("one.svg", "two.svg"):
        assert training_curve.main([str(LOG), "--out", str(tmp_path / name)]) == 0
        pictures.append((tmp_path / name).read_bytes())
    assert pictures[0] == pictures[1]
    assert b"<svg" in pictures[0]


def test_the_log_is_read_in_order() -> None:
    rows = training_curve.read_log(LOG)
    steps = [row["step"] for row in rows]
    assert steps == sorted(steps) and len(steps) > 5
    assert rows[-1]["validation_loss"] < rows[0]["validation_loss"]


@pytest.mark.parametrize(("text", "named"), [
    ("", "is empty"), ("{", "line 1"), ('{"step": 1}\n', "line 1"), ("[1]\n", "line 1"),
    ('{"step": 1, "learning_rate": 1, "train_loss": 1, "validation_loss": 1}\nx\n', "line 2")])
def test_a_bad_log_is_named(text: str, named: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(text)
    assert training_curve.main([str(log), "--out", str(tmp_path / "x.svg")]) == 2
    message = capsys.readouterr().err
    assert str(log) in message and named in message
    assert not (tmp_path / "x.svg").exists()
