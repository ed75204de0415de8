"""ci/frontier: what is missing is done, once, whatever happened before."""

from __future__ import annotations

import json
import pathlib
import signal
import time
from typing import Any

import pytest

from ci.sweep import collect
from ci.sweep.testing.repository import OURS, SWEEP, TRAININGS, Repository


def test_all_is_trained_and_measured_once(tmp_path: pathlib.Path) -> None:
    repository = Repository.make(tmp_path / "one")
    assert repository.run("--jobs", "2") == 0
    started = repository.started()
    assert len([line for line in started if line.startswith("train ")]) == TRAININGS
    assert len(set(started)) == len(started)
    rows = collect.training_rows(repository.sweep, repository.kept)
    assert {row["rate"] for row in rows} == {0.006}
    assert len(rows) == 2 * 4 + 2  # int8 comes with FP32
    assert repository.run() == 0
    assert repository.started() == []


def test_stages(tmp_path: pathlib.Path) -> None:
    repository = Repository.make(tmp_path / "one")
    assert repository.run("--stage", "measure") == 0
    assert repository.started() == []  # nothing is trained, so nothing can be measured
    assert repository.run("--stage", "train") == 0
    assert {line.split()[0] for line in repository.started()} == {"train"}
    assert repository.run("--stage", "measure") == 0
    assert {line.split()[0] for line in repository.started()} == {"size", "cycles", "ppl"}


def test_what_is_trained_is_measured_though_the_rest_is_not(tmp_path: pathlib.Path) -> None:
    repository = Repository.make(tmp_path / "one", {"base-plain_fp32-s-s1": "fail"})
    assert repository.run("--stage", "train") == 4
    started = repository.started()
    assert started.count("train one-base-plain_fp32-s-s1") == 1
    assert len(started) == TRAININGS
    assert repository.run("--stage", "measure") == 0
    names = {row["seed"] for row in repository.measurements().engine_rows() if row["family"] == "plain_int8"}
    assert names == {0}


def test_a_failed_search_leaves_out_its_point_only(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = Repository.make(tmp_path / "one", {"search-ternary-s-0.0025": "fail"})
    assert repository.run("--stage", "train") == 4
    assert "one-search-ternary-s-0.0025-s0: exit code 2: fake: no memory" in capsys.readouterr().err
    families = {row["family"] for row in collect.training_rows(repository.sweep, repository.kept)}
    assert families == {"ternary_no_local", "plain_fp32", "plain_int8"}


@pytest.mark.parametrize("stage", ["train", "measure"])
def test_killed_and_started_again(tmp_path: pathlib.Path, stage: str) -> None:
    undisturbed = Repository.make(tmp_path / "one")
    assert undisturbed.run() == 0
    repository = Repository.make(tmp_path / "two")
    if stage == "measure":
        assert repository.run("--stage", "train") == 0
    repository.behave({"": 0.05})  # every job takes a little
    repository.started()
    process, moment = repository.start("--jobs", "2"), time.monotonic() + 120
    out = tmp_path / "two/out" / ("trainings" if stage == "train" else "measured")
    already = len(list(out.glob("[!.]*"))) if stage == "train" else 0
    while len(list(out.glob("[!.]*"))) < already + 4 and process.poll() is None and time.monotonic() < moment:
        time.sleep(0.01)
    assert process.poll() is None, "it ended before it was killed"
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = [path for path in out.iterdir() if not path.name.startswith(".")]
    assert len(kept) >= 4
    done = len(repository.started())
    repository.behave({})
    assert repository.run("--jobs", "2") == 0
    again = repository.started()
    undisturbed_lines = len(undisturbed.started())
    at_work = 2  # jobs that were killed
    earlier = TRAININGS if stage == "measure" else 0
    assert undisturbed_lines <= earlier + done + len(again) <= undisturbed_lines + at_work
    assert repository.measurements().cost_rows() == undisturbed.measurements().cost_rows()
    assert collect.training_rows(repository.sweep, repository.kept) == collect.training_rows(undisturbed.sweep, undisturbed.kept)


def test_damaged_results_are_made_again(tmp_path: pathlib.Path) -> None:
    repository = Repository.make(tmp_path / "one")
    assert repository.run() == 0
    repository.started()
    training = next((tmp_path / "one/out/trainings").glob("one-base-ternary-s-s1.*"))
    training.write_bytes(training.read_bytes()[:-100])  # its directory is cut off
    report = next((tmp_path / "one/out/measured").glob("ppl-one-base-plain_int8-s-s1.*"))
    report.write_bytes(b"\xff\xff")
    assert repository.run() == 0
    started = repository.started()
    assert [line.split()[0] for line in started] == ["train", "ppl"]
    assert started[0] == "train one-base-ternary-s-s1"


def test_a_damaged_member_of_a_zip_is_seen(tmp_path: pathlib.Path) -> None:
    repository = Repository.make(tmp_path / "one")
    assert repository.run("--stage", "train") == 0
    repository.started()
    training = next((tmp_path / "one/out/trainings").glob("one-base-ternary-s-s0.*"))
    data = training.read_bytes()
    assert data.count(b"a ternary model") == 1
    training.write_bytes(data.replace(b"a ternary model", b"A ternary model"))  # its checksum differs
    assert repository.run("--stage", "train") == 0
    assert repository.started() == ["train one-base-ternary-s-s0"]


def test_another_text_or_budget_is_another_training(tmp_path: pathlib.Path) -> None:
    repository = Repository.make(tmp_path / "one")
    assert repository.run() == 0
    repository.started()
    (tmp_path / "one/text.txt").write_text("another " * 500)
    assert repository.run("--stage", "train") == 0
    assert len(repository.started()) == TRAININGS
    assert repository.run("--stage", "measure") == 0
    assert {line.split()[0] for line in repository.started()} == {"ppl"}  # the same models: costs are known
    changed = SWEEP | {"budgets": SWEEP["budgets"] | {"long": {"steps": 10}}}
    (tmp_path / "one/sweep.json").write_text(json.dumps(changed))
    assert repository.run("--stage", "train") == 0
    assert sorted(repository.started()) == ["train one-long-ternary-s-s0", "train one-long-ternary-s-s1"]


def test_list_and_only(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = Repository.make(tmp_path / "one")
    assert repository.run("--list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9 and repository.started() == []
    name, seconds, command = lines[0].split("\t")
    assert seconds.endswith(" s") and f"--name {name}" in command
    assert repository.run("--only", "plain_fp32") == 0
    names = [line.split()[1] for line in repository.started() if line.startswith("train ")]
    assert len(names) == 4 + 2 and all("plain_fp32" in name for name in names)
    assert repository.run("--stage", "measure", "--list") == 0
    assert {line.split("/")[1].split("-")[0] for line in capsys.readouterr().out.splitlines()
            if not line.startswith("ppl")} == {"plain_int8"}  # of FP32 all is measured


def test_a_crash_stops_nothing_else(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = Repository.make(tmp_path / "one", {"--core m7": "crash"})
    assert repository.run() == 4
    assert "cycles/ternary-s/m7/64/16: exit code -6" in capsys.readouterr().err
    rows = repository.measurements().cost_rows()
    assert not [row for row in rows if row["core"] == "m7" and "cycles_per_token" in row]
    assert [row for row in rows if row["board"] == "serial"]
    repository.behave({})
    repository.started()
    assert repository.run() == 0
    assert all("--core m7" in line for line in repository.started())


@pytest.mark.parametrize("changes, problem", [
    ({"rates": [0.1]}, "at least two rates"),
    ({"finalists": ["ternary-9k"]}, "'ternary-9k' is no point"),
    ({"rates_text": "two"}, "'two' is none of texts"),
    ({"texts": {"one": {"file": "absent.txt", "from": "ci/fetch-data"}}}, "make it: ci/fetch-data"),
])
def test_an_unusable_sweep(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any],
                           problem: str) -> None:
    repository = Repository.make(tmp_path / "one", **changes)
    assert repository.run() == 2
    said = capsys.readouterr().err
    assert problem in said and said.startswith("ci/frontier: ") and said.count("\n") == 1


def test_a_command_that_is_not_built(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = Repository.make(tmp_path / "one")
    (tmp_path / "one/build/atome").unlink()
    assert repository.run("--stage", "measure") == 2
    assert "build/atome is missing; run ci/build first" in capsys.readouterr().err


def test_options(capsys: pytest.CaptureFixture[str]) -> None:
    from ci.sweep import main

    for arguments, problem in ((["x", "--jobs", "0"], "--jobs must be at least 1"),
                               (["x", "--scheduler", "tcp://a:1"], "--scheduler needs --executor dask")):
        with pytest.raises(SystemExit) as ended:
            main.parse_arguments(arguments)
        assert ended.value.code == 2 and problem in capsys.readouterr().err


def test_one_point_on_dask(tmp_path: pathlib.Path) -> None:
    pytest.importorskip("distributed", reason="python3-distributed is not installed; run ci/setup --cluster")
    repository = Repository.make(tmp_path / "one")
    dask = ("--executor", "dask", "--jobs", "1", "--only", "plain_fp32")
    assert repository.run(*dask) == 0
    local = Repository.make(tmp_path / "two")
    assert local.run("--jobs", "2", "--only", "plain_fp32") == 0
    assert sorted(repository.started()) == sorted(local.started())
    assert repository.measurements().cost_rows() == local.measurements().cost_rows()


def test_the_committed_sweep_is_sound() -> None:
    from ci.sweep import config

    sweep = config.load(OURS / "golden/frontier/sweep.json")
    assert len({point.name for point in sweep.points}) == len(sweep.points)
