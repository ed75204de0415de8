"""A sweep of random models, measured by the real command; nothing is trained."""

from __future__ import annotations

import io
import json
import math
import os
import pathlib
import subprocess
import zipfile
from typing import Any

import numpy as np
import pytest

from ci.night.job import Ended
from ci.sweep import config, cycles, machines, main, measure, sizes, trainings
from ci.sweep.models import with_positions
from ci.sweep.testing.repository import OURS, PLAIN, SWEEP, TERNARY
from golden import atome03, plain_file
from golden.config import ModelConfig
from golden.oracle import Oracle
from golden.plain_model import PlainConfig, PlainModel
from golden.plain_oracle import PlainOracle
from golden.random_model import random_model
from golden.random_plain import random_plain_model
from golden.ternary_file import Model
from reports import report_file
from reports.report_data import Cell

ATOME = pathlib.Path(os.environ.get("ATOME_BUILD", OURS / "build")) / "atome"
pytestmark = pytest.mark.skipif(not os.access(OURS / "build/atome", os.X_OK), reason="no command was built; run ci/build")
BYTES = 3000


def _perplexity(model: Model | PlainModel, text: bytes) -> float:
    """Of the last tenth, in chunks of 64, in double precision."""
    oracle: Any = PlainOracle(model) if isinstance(model, PlainModel) else Oracle(model)
    chunks = (len(text) - 1) // 64
    losses = []
    for chunk in range(chunks * 9 // 10, chunks):
        oracle.reset()
        for at in range(chunk * 64, chunk * 64 + 64):
            logits = np.asarray(oracle.step(text[at]).logits, np.float64)
            highest = logits.max()
            losses.append(highest + math.log(np.exp(logits - highest).sum()) - logits[text[at + 1]])
    return math.exp(sum(losses) / len(losses))


def _zip(name: str, models: dict[str, tuple[str, bytes, float]]) -> bytes:
    """As the trainer writes it: by folder the ending, the file and the perplexity."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for folder, (ending, data, perplexity) in models.items():
            facts = {"perplexity": 9.0, "test_perplexity": round(perplexity, 6)}
            archive.writestr(f"{folder}config.json", json.dumps(facts))
            archive.writestr(f"{folder}{name}{ending}", data)
    return out.getvalue()


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with sweep.json, whose trainings lie in `out`."""
    folder = tmp_path_factory.mktemp("real")
    text = bytes(97 + value % 26 for value in np.random.default_rng(3).integers(0, 26, BYTES))
    (folder / "text.txt").write_bytes(text)
    values = SWEEP | {"seeds": [0], "finalists": [], "texts": {"one": {"file": str(folder / "text.txt"), "from": "echo"}},
                      "families": {name: family | {"variants": ["f32"] if name == "ternary" else ["plain"]}
                                   for name, family in SWEEP["families"].items() if name != "ternary_no_local"},
                      "sizes": {"s": {"ternary": TERNARY, "plain_fp32": PLAIN}}}
    (folder / "sweep.json").write_text(json.dumps(values))
    loaded = config.load(folder / "sweep.json")
    kept = trainings.Kept(folder / "out/trainings", OURS)
    ternary = random_model(ModelConfig.parse(TERNARY + ",max_seq=64"), 1)
    plain = {weights: random_plain_model(PlainConfig.parse(PLAIN), 1, weights=weights) for weights in ("fp32", "int8")}
    made = {"ternary": {"": (".atome03", atome03.encode(ternary), _perplexity(ternary, text))},
            "plain_fp32": {folder_: (".plain01", plain_file.encode(plain[weights]), _perplexity(plain[weights], text))
                           for folder_, weights in (("", "fp32"), ("int8/", "int8"))}}
    for _ in range(3):  # the search, the rate that it adds, and what is reported
        for runs in (trainings.search(loaded, kept), loaded.reported("base", trainings.chosen_rates(loaded, kept))):
            for run in runs:
                data = _zip(run.name, made[run.point.family.name])
                kept.put(trainings.job(loaded, run), Ended(0, 0.0, data))
    return folder


def _run(folder: pathlib.Path, *arguments: str) -> int:
    return main.main([str(folder / "sweep.json"), "--out", str(folder / "out"), "--stage", "measure", *arguments])


def _measurements(folder: pathlib.Path) -> measure.Measurements:
    loaded = config.load(folder / "sweep.json")
    return measure.Measurements(loaded, trainings.Kept(folder / "out/trainings", OURS), folder / "out", OURS)


def test_perplexities_are_those_of_double_precision(sweep: pathlib.Path) -> None:
    assert _run(sweep, "--only", "ppl") == 0
    rows = _measurements(sweep).engine_rows()  # raises where they differ by more than 1e-4
    assert [row["family"] for row in rows] == ["ternary", "plain_fp32", "plain_int8"]
    for row in rows:
        values = _measurements(sweep).losses()[f"one-base-{row['family']}-s-s0"]
        (perplexity,) = row["engine_perplexity"].values()
        assert len(values) == (BYTES - 1) // 64 - (BYTES - 1) // 64 * 9 // 10
        assert math.exp(float(values.sum()) / (64 * len(values))) == pytest.approx(perplexity, rel=1e-5)


def test_cycles_of_a_plain_transformer_are_a_line(sweep: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycles, "LONG_S", math.inf)
    runs = [("--only", f"plain_{weights}-s/{core}/") for weights in ("fp32", "int8") for core in ("m3", "m4f")]
    for only in runs:
        assert _run(sweep, *only) == 0
    whole = _cores(sweep)
    monkeypatch.setattr(cycles, "LONG_S", 0.0)
    for only in runs:
        assert _run(sweep, *only) == 0
    line = _cores(sweep)
    assert len(whole) == 8 and line.keys() == whole.keys()
    for key, value in whole.items():
        _, core, positions = key
        # Without an FPU cycles depend a little on values, which grow smaller where attention has more to choose from.
        limit = 1e-3 if core == "m4f" else {64: 5e-3, 256: 2e-2}[positions]
        assert line[key] == pytest.approx(value, rel=limit), key
        assert line[key] != value or core == "m4f", key


def _cores(folder: pathlib.Path) -> dict[tuple[str, str, int], float]:
    return {(row["family"], row["core"], row["positions"]): row["cycles_per_token"] for row in _measurements(folder).cost_rows()
            if not row["board"] and "cycles_per_token" in row and row["family"] != "ternary"}


def test_learned_positions_do_not_change_what_a_token_costs(tmp_path: pathlib.Path) -> None:
    """So a table that is repeated to 256 rows costs what a trained one would."""
    own = plain_file.encode(random_plain_model(PlainConfig.parse(PLAIN), 1))
    for core, limit in (("m4f", 1e-9), ("m3", 5e-3)):
        found = []
        for rows in (64, 256):
            path, report = tmp_path / f"{rows}.plain01", tmp_path / f"{rows}.json"
            path.write_bytes(with_positions(own, rows))
            subprocess.run([ATOME, "cycles", path, "--core", core, "--positions", "16:64", "--report", report], check=True,
                           stdout=subprocess.DEVNULL)
            figure = report_file.read(report).cells[0].figure("cycles_per_token")
            assert figure is not None and figure.number is not None
            found.append(figure.number)
        assert found[0] == pytest.approx(found[1], rel=limit)


def test_sizes_of_a_board_are_those_of_the_command(sweep: pathlib.Path) -> None:
    for only in ("size/plain_int8-s", "plain_int8-s/bluepill"):
        assert _run(sweep, "--only", only) == 0
    rows = {row["board"]: row for row in _measurements(sweep).cost_rows() if row["family"] == "plain_int8" and row["board"]}
    assert rows["bluepill"]["fits"]
    assert rows["bluepill"]["tokens_per_second"] == pytest.approx(72e6 / rows["bluepill"]["cycles_per_token"], rel=1e-4)
    assert rows["pico2"]["fits"] and "cycles_per_token" not in rows["pico2"]
    assert "nucleo-f411re" not in rows  # it fits, and was not measured


def test_a_small_model_and_an_fpu_tell_the_sizes_of_a_large_one(tmp_path: pathlib.Path) -> None:
    cells: dict[tuple[str, str], Cell] = {}
    for name, config in (("small", PLAIN), ("large", PLAIN.replace("d_ff=8", "d_ff=50").replace("d_model=8", "d_model=20"))):
        model = tmp_path / f"{name}.plain01"
        model.write_bytes(plain_file.encode(random_plain_model(PlainConfig.parse(config), 1)))
        subprocess.run([ATOME, "size", model, "--core", "m3,m4f", "--report", tmp_path / "sizes.json"], check=True,
                       stdout=subprocess.DEVNULL)
        cells |= {(name, cell.key.core): cell for cell in report_file.read(tmp_path / "sizes.json").cells}
    _, boards = machines.load(OURS)
    told = sizes.transferred(cells["small", "m3"], cells["large", "m4f"], boards)
    assert told is not None and sizes.needs(told) == sizes.needs(cells["large", "m3"])
    for board in boards:
        assert sizes.fit(told, board) == sizes.fit(cells["large", "m3"], board)
