"""Results on disk: what a kill or a loss of power left of one is no result."""

from __future__ import annotations

import pathlib

import pytest

from ci.night.job import Ended, Job
from ci.night.store import Store
from reports.report_data import Key

KEY = "0" * 64
ENDED = Ended(1, 2.5, b"report", b"out", b"err")


def _job() -> Job:
    return Job(name="size/a", argv=("build/atome", "size"), key=Key(), limit_s=1, cost_s=1, reads=())


@pytest.fixture(name="store")
def fixture_store(tmp_path: pathlib.Path) -> Store:
    store = Store(tmp_path)
    store.put(KEY, _job(), ENDED)
    assert store.get(KEY) == ENDED
    return store


@pytest.mark.parametrize("name", ["report.binpb", "stdout", "stderr", "outcome.json"])
@pytest.mark.parametrize("content", [None, b"", b"other", b"[]", b"{}"])
def test_a_result_that_is_not_whole_is_none(store: Store, tmp_path: pathlib.Path, name: str, content: bytes | None) -> None:
    path = tmp_path / "results" / KEY / name
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert store.get(KEY) is None
    assert not (tmp_path / "results" / KEY).exists()  # it is measured again


def test_durations_that_are_damaged_are_none(store: Store, tmp_path: pathlib.Path) -> None:
    store.keep_durations({"a": 1.5})
    assert store.durations() == {"a": 1.5}
    for text in ("", "[]", "{\"a\": []}", "{", "{\"a\": \"x\"}"):
        (tmp_path / "durations.json").write_text(text)
        assert store.durations() == {}
