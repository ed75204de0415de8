"""What documents say and a program can check: links, paths, commands and their options."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import pathlib
import re
import shlex
import subprocess

import pytest

from ci.documents.main import documents
from ci.rooms import ROOMS, ROOT

BUILD = pathlib.Path(os.environ.get("ATOME_BUILD", ROOT / "build"))
DOCUMENTS = [ROOT / name for name in documents()]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE_SPAN = re.compile(r"`([^`]+)`")
ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")
OPTION = re.compile(r"--[a-z][a-z0-9-]*")
# Names that stand for others, and the model that golden/bring_your_own_model.md has its reader make.
PLACEHOLDER = re.compile(r"NAME|[*<>{}$]|golden/models/my\b")
# Script -> the module that has its options.
MAIN = {"ci/frontier": "ci/sweep/main.py", "ci/fuzz": "ci/fuzzing/main.py", "ci/hostile": "ci/containment/main.py",
        "ci/nightly": "ci/night/main.py", "ci/readme": "ci/documents/main.py",
        "ci/mutate": "ci/mutation/main.py", "ci/lanes": "ci/lane/main.py", "ci/stress": "ci/stressing/main.py",
        "ci/lint": "ci/lane/tidy.py"}
PLACE = re.compile(rf"(?:\.\./)*(?:{'|'.join(ROOMS)})/[\w./*{{}}$<>-]*\w")

needs_command = pytest.mark.skipif(not (BUILD / "atome").exists(), reason=f"no {BUILD}/atome: run ci/build, or set ATOME_BUILD")


@functools.cache
def text_of(document: pathlib.Path) -> str:
    return document.read_text()


def commands_in(text: str) -> list[list[str]]:
    """The words of each command: indented lines and code spans, split at pipes, without comments and assignments."""
    lines = [line for line in text.splitlines() if line.startswith("    ")]
    found = []
    for code in [*lines, *CODE_SPAN.findall(text)]:
        for part in re.split(r"\||&&|;", re.sub(r"\s#\s.*", "", code)):
            try:
                words = shlex.split(part)
            except ValueError:  # a quotation that the split cut
                words = part.split()
            while words and ASSIGNMENT.fullmatch(words[0]):
                words.pop(0)
            if words:
                found.append(words)
    return found


def heading_links(text: str) -> set[str]:
    """The anchors that a Markdown page has, as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@functools.cache
def help_of(command: str = "") -> str:
    process = subprocess.run([BUILD / "atome", *command.split(), "--help"], capture_output=True, text=True, timeout=60, check=False)
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_commands_are_found() -> None:
    text = "Say `atome a --b`:\n\n    X=1 build/atome c 'd e' | atome f   # not --this\n    other atome\n"
    assert commands_in(text) == [["build/atome", "c", "d e"], ["atome", "f"], ["other", "atome"], ["atome", "a", "--b"]]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: pathlib.Path) -> None:
    wrong = []
    for link in LINK.findall(text_of(document)):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name) if name else document
        if not target.exists() or (anchor and anchor not in heading_links(text_of(target.resolve()))):
            wrong.append(link)
    assert not wrong


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_paths_exist(document: pathlib.Path) -> None:
    wrong = []
    for words in commands_in(text_of(document)):
        for place in (word for word in words if PLACE.fullmatch(word) and not PLACEHOLDER.search(word)):
            if not any((folder / place).exists() for folder in (ROOT, document.parent)):
                wrong.append(place)
    assert not wrong


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_scripts_and_modules_exist_and_know_their_options(document: pathlib.Path) -> None:
    wrong = []
    for words in commands_in(text_of(document)):
        if re.fullmatch(r"ci/[a-z-]+", words[0]) and (ROOT / words[0]).is_file():
            source = (ROOT / words[0]).read_text()
            source += (ROOT / MAIN[words[0]]).read_text() if words[0] in MAIN else ""
            source += help_of("verify") if words[0] == "ci/verify" and (BUILD / "atome").exists() else ""
            options = [option for word in words for option in OPTION.findall(word) if not option.startswith("--benchmark")]
            wrong += [f"{words[0]} {option}" for option in options if option not in source]
        if "-m" in words[:-1] and "python3" in words[0] and words[words.index("-m") + 1].split(".")[0] in ROOMS:
            module = words[words.index("-m") + 1]
            wrong += [] if importlib.util.find_spec(module) else [module]
    assert not wrong


@needs_command
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_atome_has_the_commands_and_options(document: pathlib.Path) -> None:
    known = set(re.findall(r"^  ([a-z]+)  ", help_of(), re.MULTILINE))
    wrong = []
    for words in commands_in(text_of(document)):
        if words[0].split("/")[-1] != "atome" or len(words) < 2 or not re.fullmatch("[a-z]+", words[1]):
            continue
        if words[1] not in known:
            wrong.append(f"atome {words[1]}")
            continue
        options = [match.group() for word in words[2:] if (match := OPTION.match(word))]
        wrong += [f"atome {words[1]} {option}" for option in options if not re.search(rf"{option}(?![\w-])", help_of(words[1]))]
    assert not wrong


def test_the_example_of_a_core_has_the_keys_of_one() -> None:
    folder = ROOT / "emulation" / "boards"
    [example] = re.findall(r'^ +(\{"name": "m1".*?\}),$', text_of(folder / "add_a_core.md"), re.MULTILINE | re.DOTALL)
    for core in json.loads((folder / "cores.json").read_text())["cores"]:
        assert json.loads(example).keys() == core.keys(), core["name"]


def test_the_changelog_has_every_figure_that_was_renamed() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text().splitlines()
    figures = json.loads((ROOT / "proto" / "catalogue.json").read_text())["figures"]
    renamed = [(former["name"], figure["name"]) for figure in figures for former in figure.get("formerly", [])]
    assert renamed
    assert not [names for names in renamed if not any(all(f"`{name}`" in line for name in names) for line in lines)]
