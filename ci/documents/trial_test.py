"""How commands are taken from documents and run."""

from __future__ import annotations

import pathlib
import re

import pytest

from ci.documents import commands, exceptions, main, trial
from ci.documents.exceptions import Exceptions, GivenFile, LeftOut, Server
from ci.rooms import ROOT

DOCUMENT = """# Title

Text with `cat /none` in it.

    cat one.txt     # a comment
    model  variant
    cat not.there   # exit code 1

1. A list:

       X=1 cat > two.txt <<'END'
       cat in a document
       END
       cat two.txt \\
           one.txt

   {"not": "code"}

       {"given": [1,
         2]}
"""
NOTHING = Exceptions((), (), ())


def tried(folder: pathlib.Path, text: str, known: Exceptions = NOTHING, limit_s: float = 20) -> list[trial.Outcome]:
    (folder / "page.md").write_text(text, encoding="utf-8")
    return list(trial.run("page.md", folder, known, limit_s))


def test_commands_are_told_from_what_they_print() -> None:
    found = commands.commands(DOCUMENT)
    assert [each.title for each in found] == ["cat one.txt", "cat not.there", "X=1 cat > two.txt <<'END'", "cat two.txt \\"]
    assert [each.line for each in found] == [5, 7, 11, 14]
    assert [each.exit_code for each in found] == [0, 1, 0, 0]
    assert found[2].text.splitlines()[1:] == ["cat in a document", "END"] and found[3].text.count("\n") == 1


def test_a_json_block_is_found_by_its_first_key() -> None:
    assert commands.json_block(DOCUMENT, "given") == '{"given": [1,\n  2]}\n'
    with pytest.raises(ValueError, match="no indented block"):
        commands.json_block(DOCUMENT, "not")


def test_commands_run_in_order_and_wrong_exit_codes_are_told(tmp_path: pathlib.Path) -> None:
    (tmp_path / "one.txt").write_text("1")
    assert [each.wrong for each in tried(tmp_path, DOCUMENT)] == ["", "", "", ""]
    (tmp_path / "one.txt").unlink()
    (tmp_path / "not.there").write_text("")
    wrong = [each.wrong for each in tried(tmp_path, DOCUMENT)]
    assert wrong[0].startswith("exit code 1, the document says 0\n") and "one.txt" in wrong[0]
    assert wrong[1].startswith("exit code 0, the document says 1") and not wrong[2]


def test_a_pipe_fails_where_its_first_part_does(tmp_path: pathlib.Path) -> None:
    [outcome] = tried(tmp_path, "    cat none | cat\n")
    assert outcome.wrong


def test_a_command_that_does_not_end_is_told(tmp_path: pathlib.Path) -> None:
    [outcome] = tried(tmp_path, "    cat <(sleep 60)\n", limit_s=0.5)
    assert outcome.wrong == "did not end within 0.5 s" and outcome.seconds < 30


def test_variables_of_ours_are_not_passed_on(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATOME_DATA", "elsewhere")
    assert not tried(tmp_path, "    cat <<< \"${ATOME_DATA?}\"    # exit code 1\n")[0].wrong.startswith("exit code 0")


def test_a_server_serves_the_command_behind_it(tmp_path: pathlib.Path) -> None:
    known = Exceptions((), (Server("/usr/bin/python3 -m http.server 48123", 48123),), ())
    ask = "    /usr/bin/python3 -c 'import urllib.request as u; u.urlopen(\"http://127.0.0.1:48123/page.md\")'"
    outcomes = tried(tmp_path, f"    /usr/bin/python3 -m http.server 48123 --bind 127.0.0.1\n{ask}\n{ask}    # exit code 1\n", known)
    assert [each.wrong for each in outcomes] == ["", "", ""], "and ends with it"


def test_a_server_that_does_not_listen_is_told(tmp_path: pathlib.Path) -> None:
    [outcome] = tried(tmp_path, "    cat none\n", Exceptions((), (Server("cat", 48124),), ()))
    assert "does not listen" in outcome.wrong


def test_each_document_begins_without_files_in_tmp(tmp_path: pathlib.Path) -> None:
    text = "    cat page.md > /tmp/atome_trial_test\n    cat /tmp/atome_trial_test\n"
    assert [each.wrong for each in tried(tmp_path, text)] == ["", ""]
    assert not pathlib.Path("/tmp/atome_trial_test").exists()
    assert tried(tmp_path, "    cat /tmp/atome_trial_test\n")[0].wrong


def test_what_is_left_out_has_its_reason(tmp_path: pathlib.Path) -> None:
    known = Exceptions((LeftOut("cat not", "no file"),), (), (GivenFile("page.md", "given", "given.json"),))
    (tmp_path / "one.txt").write_text("1")
    assert [each.left_out for each in tried(tmp_path, DOCUMENT, known)] == ["", "no file", "", ""]
    assert (tmp_path / "given.json").read_text() == '{"given": [1,\n  2]}\n'


def test_every_exception_is_of_a_command() -> None:
    shown = [command.text for name in main.documents() for command in commands.read(ROOT / name)]
    assert not exceptions.read().stale(shown, main.documents())
    assert Exceptions((LeftOut("none", ""),), (), (GivenFile("none.md", "", ""),)).stale(shown, main.documents()) == ["none", "none.md"]


def test_no_command_of_ours_is_taken_for_output() -> None:
    """A line that begins as one of ours does is run, or is in the file of exceptions."""
    for name in main.documents():
        text = (ROOT / name).read_text(encoding="utf-8")
        lines = [line for _, block in commands.blocks(text) for line in block if re.match(r"(build/|ci/|/usr/bin/|cmake |make )\S", line)]
        found = "\n".join(command.text for command in commands.commands(text))
        assert not [line for line in lines if line not in found], name


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["NONE.md"], ["--in", "/tmp"]):
        with pytest.raises(SystemExit) as stopped:
            main.main(words)
        assert stopped.value.code == 2
    assert "README.md" in capsys.readouterr().err
    assert main.main(["--list", "README.md"]) == 0 and "left out: a lane of its own" in capsys.readouterr().out
