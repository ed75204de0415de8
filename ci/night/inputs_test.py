"""What a result follows from: a change of it is another key, a change of anything else is not."""

from __future__ import annotations

import dataclasses
import hashlib
import pathlib
import shutil

import pytest

from ci.night import inputs
from ci.night.job import REPORT, WORK, Job
from reports.report_data import Key

JOB = Job("a", Key(), ("build/atome", "size", "m", "--report", REPORT), 30, 1, ("models/m", "traces/*.trace"))


@pytest.fixture(name="root")
def _root(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    for name in ("ATOME_BUILD", "ATOME_COMMAND", "ATOME_PROTO_PYTHON", "ATOME_QEMU", "ATOME_QEMU_PLUGIN", "ATOME_COMMIT"):
        monkeypatch.delenv(name, raising=False)
    for name in ("models/m", "models/other", "traces/b.trace", "traces/a.trace", "traces/notes", "tool"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    return tmp_path


def _key(root: pathlib.Path, job: Job = JOB) -> str:
    return inputs.content_key(job, inputs.Contents(root), [str(root / "tool")])


def test_files_of_a_name_or_a_pattern_are_sorted_with_their_hashes(root: pathlib.Path) -> None:
    contents = inputs.Contents(root)

    def sha(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    assert contents.of("models/m") == [("models/m", sha("models/m"))]
    assert contents.of("traces/*.trace") == [(name, sha(name)) for name in ("traces/a.trace", "traces/b.trace")]
    assert contents.of("traces/[b].trace") == contents.of("traces/b.trac?") == [("traces/b.trace", sha("traces/b.trace"))]
    assert contents.of("models/none") == contents.of("none/*") == contents.of("models") == []
    (root / "models/m").write_text("changed")
    assert contents.of("models/m") == [("models/m", sha("models/m"))]  # of one night: read once


def test_the_key_follows_from_the_command_and_all_that_it_reads(root: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _key(root)
    assert len(first) == 64 and _key(root) == first
    assert _key(root, dataclasses.replace(JOB, limit_s=1, cost_s=9, name="b", wall=True)) == first
    assert _key(root, dataclasses.replace(JOB, argv=(*JOB.argv, "--taps"))) != first
    for name in ("models/m", "traces/a.trace", "tool"):
        (root / name).write_text("changed")
        assert _key(root) != first
        (root / name).write_text(name)
    for name in ("models/other", "traces/notes"):
        (root / name).write_text("changed")
    assert _key(root) == first
    (root / "traces/c.trace").write_text("")
    assert _key(root) != first
    (root / "traces/c.trace").unlink()
    monkeypatch.setenv("ATOME_COMMIT", "abc")
    monkeypatch.setenv("OTHER", "1")
    assert _key(root) == first
    monkeypatch.setenv("ATOME_QEMU", "/x")
    assert _key(root) != first


def test_tools_are_the_command_its_libraries_and_qemu(root: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    atome = root / "build/atome"
    with pytest.raises(ValueError, match="atome is missing; run ci/build first"):
        inputs.tools(root)
    atome.parent.mkdir()
    atome.write_bytes(pathlib.Path("/bin/ls").read_bytes())
    with pytest.raises(ValueError, match="atome is missing; run ci/build first"):
        inputs.tools(root)  # not to be executed
    atome.chmod(0o755)
    monkeypatch.setenv("ATOME_QEMU", "/some/qemu")
    found = inputs.tools(root)
    assert found[0] == str(atome) and found[-2:] == ["/some/qemu", "build/emulation/atome_count_plugin.so"]
    assert any(name.endswith("/libc.so.6") for name in found[1:-2]) and found[1:-2] == sorted(found[1:-2])
    monkeypatch.setenv("ATOME_QEMU_PLUGIN", "/some/plugin.so")
    assert inputs.tools(root)[-1] == "/some/plugin.so"
    monkeypatch.delenv("ATOME_QEMU")
    monkeypatch.setattr(shutil, "which", {"qemu-system-arm": "/found/qemu"}.get)
    assert inputs.tools(root)[-2:] == ["/found/qemu", "/some/plugin.so"]
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert not [name for name in inputs.tools(root) if "qemu" in name]


def test_what_a_person_types_has_no_files_of_the_night() -> None:
    job = dataclasses.replace(JOB, argv=("build/atome", "ab", "a.json", "--jobs", "1", "--out", f"{WORK}/ab", "--report", REPORT))
    assert job.command == "build/atome ab a.json --jobs 1" and JOB.command == "build/atome size m"
