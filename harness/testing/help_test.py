"""What `atome` says of itself: help, suggestions, manual pages, completion, and options in any order."""

from __future__ import annotations

import functools
import pathlib
import re
import shutil
import subprocess

import pytest

from harness.testing.process import ROOT, atome, refused

WIDTH = 80
PYTHON = ("advise", "frontier", "history", "report")
# A word that each list option takes; a new one is named here.
WORDS = {"--core": "m3", "--runner": "unicorn", "--variant": "f32", "--build": "speed", "--board": "nucleo-f411re", "--console": "semihosting",
         "--memory": "0x20000000:1K", "--functions": "main", "--mark": "Reset,main", "--suite": "host", "--from": "/nowhere/from.json", "--boards": "/nowhere/boards.json",
         "--region": "model", "--guard": "boot", "--flip": "0x20000000.0@1"}
MORE = {"firmware": ["--core", "m3", "-o", "/tmp/my.bin"], "run": ["--core", "m3", "--annotate"]}  # that a command must have
GLOBAL_HELP = atome("--help").stdout
COMMANDS = re.findall(r"^  ([a-z]+)  ", GLOBAL_HELP, re.MULTILINE)


def help_of(command: str) -> str:
    process = atome("help", command)
    assert process.returncode == 0, process.stderr
    return process.stdout


def list_options(command: str) -> list[str]:
    return re.findall(r"^  (--[a-z-]+) A,B,\.\.\.", help_of(command), re.MULTILINE)


@functools.cache
def bash_script() -> str:
    return atome("completion", "bash").stdout


def completed(*words: str) -> list[str]:
    """What a real bash offers for the last of the words."""
    script = bash_script() + f"""
COMP_WORDS=({' '.join(map(repr, ('atome', *words)))}); COMP_CWORD={len(words)}
_atome; printf '%s\\n' "${{COMPREPLY[@]}}" """
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, timeout=60).stdout.split()


def test_help_is_narrow_and_has_a_line_a_command() -> None:
    assert GLOBAL_HELP == atome("help").stdout
    assert len(COMMANDS) == len(set(COMMANDS)) >= 24
    listed = [line for line in GLOBAL_HELP.splitlines() if re.match("  [a-z]+  ", line)]
    assert all(len(line) <= WIDTH for line in listed)
    assert re.findall(r"^[A-Z][a-z ]+$", GLOBAL_HELP, re.MULTILINE)[1:] == [
        "Check and measure", "Models and firmware", "Reports", "This program", "Environment"]
    for command in COMMANDS:
        text = help_of(command)
        assert [line for line in text.splitlines() if len(line) > WIDTH] == [], command
        assert command == "help" or text == atome(command, "--help").stdout


def test_every_variable_that_the_program_reads_is_in_the_help() -> None:
    listed = set(re.findall(r"^  ([A-Z_]+)  ", GLOBAL_HELP, re.MULTILINE))
    assert {"NO_COLOR", "COLUMNS"} <= listed
    read = set()
    for folder in ("harness", "emulation", "engine", "reports"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".cc", ".h", ".py") and "test" not in path.stem and "testing" not in path.parts:
                read |= set(re.findall(r'"(ATOME_[A-Z_]+)"', path.read_text()))
    assert read and read == {name for name in listed if name.startswith("ATOME_")}


@pytest.mark.parametrize("command", [command for command in COMMANDS if command not in PYTHON])
def test_a_list_option_leaves_the_word_behind_it(command: str) -> None:
    usage = re.search(r"^Usage: (.*(?:\n  .*)*)", help_of(command), re.MULTILINE)
    assert usage
    positional = re.findall(r" \[?([A-Z]+)(?:\.\.\.)?\]?", re.sub(r"--[a-z]+ [A-Z]+|\[OPTION\]", "", usage[1]))
    for option in list_options(command):
        if not positional:
            continue
        files = ["/nowhere/first", "/nowhere/second"][:len(positional)]
        message = refused(command, *MORE.get(command, []), option, WORDS[option], *files)
        assert re.search(r"/nowhere/[a-z.]+: cannot (open|write)", message), (option, message)
        assert message == refused(command, *MORE.get(command, []), *files, option, WORDS[option])


@pytest.mark.parametrize(("words", "meant"), [
    (["verfy"], "verify"), (["help", "cicles"], "cycles"), (["verify", "--coer", "m3"], "--core"), (["size", "--bord=x"], "--board"),
    (["diff", "--bugets", "b.json"], "--budgets"), (["verify", "--format", "tabel"], "table"), (["verify", "--core", "m4ff"], "m4f"),
    (["size", "--board", "nucelo-f411re"], "nucleo-f411re"), (["size", "--variant", "q15kv9"], "q15kv8"), (["size", "--build", "spede"], "speed"),
    (["verify", "--runner", "unicron"], "unicorn"), (["bench", "--suite", "kernel"], "kernels"), (["man", "verifi"], "verify"),
    (["completion", "bsh"], "bash")])
def test_what_was_meant_is_said(words: list[str], meant: str) -> None:
    assert f'did you mean "{meant}"?' in refused(*words)


def test_what_is_far_from_everything_is_not_guessed() -> None:
    for words in (["frobnicate"], ["verify", "--frobnicate"], ["verify", "--core", "toaster"]):
        assert "did you mean" not in refused(*words)


def test_help_of_what_is_no_command() -> None:
    assert 'unknown command "toast"' in refused("help", "toast")
    assert atome("help", "help").returncode == 0


# --- Completion


def test_bash_completes_commands_options_and_words() -> None:
    assert completed("ver") == ["verify"]
    assert set(COMMANDS) <= set(completed(""))
    assert completed("verify", "--cor") == ["--core"]
    assert "m0plus" in completed("verify", "--core", "") and completed("verify", "--core", "m4f") == ["m4f"]
    assert completed("verify", "--core", "m3,m7,m0p") == ["m3,m7,m0plus"], "behind a comma"
    assert completed("verify", "--core", "=", "m0p") == ["m0plus"], "as bash splits --core=m0p"
    assert completed("size", "--board", "nucleo-f411") == ["nucleo-f411re"]
    assert completed("help", "cyc") == ["cycles"]
    assert completed("completion", "f") == ["fish"]
    assert completed("verify", "golden/mod") == [], "names of files are bash's"
    assert completed("report", "--ht") == ["--html"] and "csv" in completed("history", "cycles_per_token", "--format", "")
    assert completed("advise", "--board", "bluepill,nucleo-f411") == ["bluepill,nucleo-f411re"] and "m4f" in completed("history", "--core", "m")
    for command in COMMANDS:
        assert "--help" in completed(command, "--he")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script(shell: str) -> None:
    script = atome("completion", shell)
    assert script.returncode == 0 and "verify" in script.stdout and "m0plus" in script.stdout
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell}")
    subprocess.run([shell, "-n"], input=script.stdout, text=True, check=True, timeout=60)


# --- Manual pages


def test_man_pages(tmp_path: pathlib.Path) -> None:
    assert atome("man", "--out", tmp_path / "man1").returncode == 0
    pages = {path.name: path.read_text() for path in (tmp_path / "man1").iterdir()}
    assert set(pages) == {"atome.1", *(f"atome-{command}.1" for command in COMMANDS)}
    assert pages["atome.1"] == atome("man").stdout and pages["atome-verify.1"] == atome("man", "verify").stdout
    for name, page in pages.items():
        assert page.startswith(f'.TH {name[:-2].upper()} 1 "" "atome ')
        if shutil.which("mandoc"):
            lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning"], input=page, capture_output=True, text=True, timeout=60, check=False)
            assert [line for line in lint.stdout.splitlines() if "missing date" not in line] == [], name
        if shutil.which("groff"):
            shown = subprocess.run(["groff", "-man", "-Tascii", "-ww"], input=page, capture_output=True, text=True, timeout=60, check=True)
            assert shown.stderr == ""
            assert "--help" in re.sub(".\b", "", shown.stdout) or name == "atome.1"
    assert "leave out the command" in refused("man", "verify", "--out", tmp_path)
