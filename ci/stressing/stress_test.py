"""The quick cases of the stress lane on this build, and that a case which is wrong is told."""

from __future__ import annotations

import os
import pathlib
import re

import pytest

from ci.rooms import ROOT
from ci.stressing import main, place

BUILD = pathlib.Path(os.environ.get("ATOME_BUILD", ROOT / "build"))


def test_the_quick_cases(capsys: pytest.CaptureFixture[str]) -> None:
    code = main.main(["--quick", "--build", str(BUILD)])
    said = capsys.readouterr().out
    assert code == 0 and "WRONG" not in said, said
    assert re.search(r"(\d+) of \1 cases as they must be\n$", said) or "skipped" in said, said


def test_a_command_that_does_wrong_is_told(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "atome").write_text("#!/bin/sh\n[ $# -lt 4 ] || printf half > \"$5\"\necho it\nexit 0\n")
    (tmp_path / "atome").chmod(0o755)
    only = ["--only", "outputs/full*/corpus", "--only", "kills/corpus", "--only", "files/left over"]
    assert main.main([*only, "--kills", "1", "--build", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert said.count("WRONG") == 3 and said.endswith("0 of 3 cases as they must be\n"), said


def test_usage(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--build", str(tmp_path)]) == 2
    assert "run ci/build first" in capsys.readouterr().err
    assert main.main(["--only", "no such"]) == 2
    assert main.main(["--list", "--quick"]) == 0
    assert "outputs/head/corpus" in capsys.readouterr().out


def test_what_is_held(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_bytes(b"half")
    with pytest.raises(place.Wrong, match="file is torn: 4 bytes"):
        place.same(tmp_path / "file", [b"whole", b""])
    place.same(tmp_path / "file", [b"half"])
    with pytest.raises(place.Wrong, match="holds file, not other"):
        place.only(tmp_path, "other")
    for done, why in [(place.Done(1, b"", "why"), "exit code 1, not 2: why"), (place.Done(2, b"", "Traceback (most"), "it fell"),
                      (place.Done(2, b"", "other"), "no 'said'")]:
        with pytest.raises(place.Wrong, match=why):
            place.expect(done, 2, "said")
    place.expect(place.Done(2, b"", "it\n  said"), 2, "it said")
