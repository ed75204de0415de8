"""Results on disk: whole or not at all, whatever a killed run left behind."""

from __future__ import annotations

import json
import pathlib

import pytest

from ci.night.job import Ended, Job
from ci.night.store import Store
from reports.report_data import Key

JOB = Job("size/m0", Key(), ("atome", "size"), 30, 1, ())
ENDED = Ended(1, 2.5, b"report", b"out", b"err", "lost")


def _names(folder: pathlib.Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.name != ".lock")


WHOLE = ["results", *(f"results/key{name}" for name in ("", "/outcome.json", "/report.binpb", "/stderr", "/stdout"))]


def test_what_is_put_is_got_by_a_later_run(tmp_path: pathlib.Path) -> None:
    store = Store(tmp_path)
    assert store.get("key") is None
    store.put("key", JOB, ENDED)
    assert store.get("key") == ENDED and store.report_file("key").read_bytes() == b"report"
    store.put("key", JOB, Ended(0, 1.0))
    assert store.get("key") == Ended(0, 1.0)
    store.put("key", JOB, ENDED)
    store.close()
    assert _names(tmp_path) == WHOLE
    facts = json.loads((tmp_path / "results/key/outcome.json").read_text())
    assert len(facts.pop("sha256")) == 3
    assert facts == {"job": "size/m0", "command": "atome size", "exit_code": 1, "seconds": 2.5, "lost": "lost"}
    later = Store(tmp_path)
    assert later.get("key") == ENDED
    later.forget("key")
    later.forget("other")
    assert later.get("key") is None
    later.close()
    assert _names(tmp_path) == ["results"]


def test_what_a_killed_run_left_is_removed_and_blocks_nothing(tmp_path: pathlib.Path) -> None:
    store = Store(tmp_path)
    store.put("key", JOB, ENDED)
    store.close()
    for name in ("results/.new-key", "results/.new-old-key", "results/.new-another", "scratch/of-a-process"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "report.binpb").write_bytes(b"half")
    (tmp_path / "results/.new-file").write_bytes(b"half")
    later = Store(tmp_path)
    assert _names(tmp_path) == sorted([*WHOLE, "scratch"]) and later.get("key") == ENDED
    later.close()


def test_leftovers_that_appear_while_it_runs_block_neither_put_nor_forget(tmp_path: pathlib.Path) -> None:
    store = Store(tmp_path)
    for name in ("results/.new-key", "results/.new-old-key"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "stale").write_bytes(b"half")
    store.put("key", JOB, ENDED)
    (tmp_path / "results/.new-old-key").mkdir(exist_ok=True)
    (tmp_path / "results/.new-old-key/stale").write_bytes(b"half")
    store.put("key", JOB, ENDED)
    assert store.get("key") == ENDED
    store.close()
    assert _names(tmp_path) == WHOLE


@pytest.mark.parametrize("damage", ["no report", "no facts", "no JSON", "other JSON", "a list"])
def test_a_damaged_result_is_removed_and_measured_again(damage: str, tmp_path: pathlib.Path) -> None:
    store = Store(tmp_path)
    store.put("key", JOB, ENDED)
    facts = tmp_path / "results/key/outcome.json"
    if damage.startswith("no ") and damage != "no JSON":
        (facts if damage == "no facts" else facts.with_name("report.binpb")).unlink()
    else:
        facts.write_text({"no JSON": "{", "other JSON": '{"exit_code": 0}', "a list": "[]"}[damage])
    assert store.get("key") is None
    assert not (tmp_path / "results/key").exists()
    store.close()


def test_one_run_holds_the_folder_until_it_ends(tmp_path: pathlib.Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(ValueError, match="another run has it; wait for it, or give another --out"):
        Store(tmp_path)
    store.close()
    Store(tmp_path).close()


def test_durations_are_kept_and_damaged_ones_are_none(tmp_path: pathlib.Path) -> None:
    store = Store(tmp_path)
    assert store.durations() == {}
    store.keep_durations({"b": 1.5, "a": 2})
    assert store.durations() == {"a": 2.0, "b": 1.5}
    for text in ("{", "[1]", '{"a": null}', '{"a": "x"}'):
        (tmp_path / "durations.json").write_text(text)
        assert store.durations() == {}
    store.close()
