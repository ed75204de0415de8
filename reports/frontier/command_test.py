"""The command: its forms, its files, and what it says of what is wrong."""

from __future__ import annotations

import csv
import io
import json
import pathlib
import re
import subprocess
import sys

import pytest

from reports.frontier import __main__ as command
from reports.frontier import pictures, readme
from reports.frontier.testing import made_up

WHOLE, LOSSES = made_up.make(budgets=("base",), sizes=("6k", "60k", "160k"), cores=("m0", "m3"), chunks=60)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("frontier")
    made_up.write(folder, WHOLE, LOSSES)
    (folder / "sweep.json").write_text("{}")
    return folder / "sweep.json"


def _printed(capfd: pytest.CaptureFixture[str], *words: str | pathlib.Path, code: int = 0) -> str:
    assert command.main([*map(str, words), "--print-only"]) == code
    out, error = capfd.readouterr()
    assert (error == "") == (code == 0)
    return out if code == 0 else error


def test_the_table_keeps_to_80_columns(config: pathlib.Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = _printed(capfd, config)
    assert said.startswith("TinyStories, 1 000 steps (base), m3, 64 positions\n")
    assert max(map(len, said.splitlines())) <= 80 and "ternary-60k q15kv8" in said and "--wide shows them" in said
    wide = _printed(capfd, config, "--wide")
    assert "ternary_no_local-60k" in wide and "parameters" in wide and "--wide" not in wide


def test_options_choose(config: pathlib.Path, capfd: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(_printed(
        capfd, config, "--format", "csv", "--core", "all", "--text", "builtin", "--budget", "base", "--positions", "256"))))
    assert {(row["text"], row["budget"], row["core"], row["positions"]) for row in rows} == {
        ("builtin", "base", "m0", "256"), ("builtin", "base", "m3", "256")}
    assert len(rows) == 2 * (3 * 3 + 2), "plain transformers have learned 64 positions"
    flash, ram = ([float(row[name]) for row in csv.DictReader(io.StringIO(_printed(capfd, config, "--format", "csv", "--cost", name)))]
                  for name in ("flash", "ram"))
    assert flash == sorted(flash) and ram == sorted(ram)
    assert "is left out" in " ".join(_printed(capfd, config, "--positions", "256").split())


def test_json_is_what_frontier_json_is_of_a_part(config: pathlib.Path, tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]) -> None:
    part = json.loads(_printed(capfd, config, "--format", "json"))
    assert command.main([str(config), "--out", str(tmp_path / "out")]) == 0
    whole = json.loads((tmp_path / "out" / "frontier.json").read_text())
    assert len(part["candidates"]) == 17 and len(whole["candidates"]) == (17 + 11) * 2 * 2
    assert all(each in whole["candidates"] for each in part["candidates"])
    assert all(each in whole["at_the_same_cost"] for each in part["at_the_same_cost"])
    [row] = [each for each in part["candidates"] if (each["family"], each["size"], each["variant"]) == ("ternary", "60k", "q15")]
    assert row["low"] < row["perplexity"] < row["high"] and row["interval_over"] == "chunks and seeds"
    assert row["flash"] == 30_100 and set(row["standing"]) == {"flash", "ram", "cycles"}
    verdicts = {each["verdict"] for each in whole["at_the_same_cost"]}
    assert verdicts <= {"better", "worse", "undecided", "same", "alone", "dearer"} and "better" in verdicts
    for each in whole["at_the_same_cost"]:
        assert ("ratio" in each) == (each["verdict"] not in ("alone", "dearer"))
        assert each["verdict"] != "better" or each["high"] < 1
        assert each["verdict"] != "worse" or each["low"] > 1


def test_the_same_results_give_the_same_files(config: pathlib.Path, tmp_path: pathlib.Path) -> None:
    files = []
    for folder, seed in (("a", "1"), ("b", "2")):
        done = subprocess.run([sys.executable, "-m", "reports.frontier", config, "--out", tmp_path / folder, "--format", "md"],
                              cwd=command.__file__.rsplit("/", 3)[0], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        files.append({path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} | {"stdout": done.stdout})
    assert files[0] == files[1]
    names = {f"{text}-base-{cost}.png" for text in ("tinystories", "builtin") for cost in ("flash", "ram", "cycles")}
    assert set(files[0]) == names | {"frontier.json", "frontier.html", "stdout"}
    for name in names:
        assert files[0][name][:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(files[0][name][16:20], "big") == 1200
        assert b"Software" not in files[0][name] and b"tIME" not in files[0][name]
    page = files[0]["frontier.html"].decode()
    assert page.count("data:image/png;base64,") == len(names) and not re.search(r'(src|href)="(?!data:|#)', page)


def test_a_core_without_a_cost_has_no_panel(config: pathlib.Path) -> None:
    from reports.frontier.candidates import Library, Setting

    whole = json.loads(json.dumps(WHOLE))
    for cost in whole["costs"]:
        cost.pop("ram_bytes", None)
    library = Library(made_up.parsed(whole, LOSSES))
    settings = [Setting("tinystories", "base", core, 64) for core in ("m0", "m3")]
    assert pictures.draw(library, settings, "ram") is None
    found = pictures.draw(library, settings, "flash")
    assert found is not None and found.name == "tinystories-base-flash.png" and "Cortex-M3: ternary-6k" in found.description


def test_a_readme_gets_its_part_and_is_compared(config: pathlib.Path, tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n")
    words = [str(config), "--write-readme", str(path)]
    assert command.main([*words, "--check"]) == 1 and "another table" in capfd.readouterr().err
    assert command.main(words) == 0 and command.main([*words, "--check"]) == 0
    text = path.read_text()
    assert text.startswith(f"before\n{readme.BEGIN}\nTinyStories") and text.endswith(f"{readme.END}\nafter\n") and "old" not in text
    assert command.main([*words, "--core", "m0", "--check"]) == 1
    capfd.readouterr()
    for damaged in ("nothing", f"{readme.END}\n{readme.BEGIN}\n", f"{readme.BEGIN}\n{readme.END}\n" * 2):
        path.write_text(damaged)
        assert "needs these two lines once" in _printed(capfd, *words, code=2) and path.read_text() == damaged
    assert "No such file" in _printed(capfd, config, "--write-readme", tmp_path / "none.md", code=2)


@pytest.mark.parametrize(("words", "said"), [
    (["--text", "novel"], "--text novel: results have tinystories, builtin; name one of these, or all"),
    (["--budget", "search"], "--budget search: results have base;"),
    (["--core", "m33"], "--core m33: results have m0, m3"),
    (["--positions", "65"], "--positions 65: results have 64, 256"),
    (["--results", "/nowhere/results.json"], "/nowhere/results.json: cannot be read: No such file"),
])
def test_what_is_not_there_is_told(words: list[str], said: str, config: pathlib.Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert said in _printed(capfd, config, *words, code=2)


def test_results_without_anything_are_told(tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "no such file; give golden/frontier/sweep.json" in _printed(capfd, tmp_path / "sweep.json", code=2)
    (tmp_path / "sweep.json").write_text("{}")
    made_up.write(tmp_path, WHOLE | {"trainings": []}, {})
    assert "has no training with losses yet" in _printed(capfd, tmp_path / "sweep.json", code=2)
    made_up.write(tmp_path, WHOLE | {"costs": []}, LOSSES)
    assert "has no costs yet" in _printed(capfd, tmp_path / "sweep.json", code=2)


def test_a_failed_write_leaves_what_was_there(config: pathlib.Path, tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    assert command.main([str(config), "--out", str(tmp_path / "file")]) == 2
    assert (tmp_path / "file").read_text() == "mine" and "file" in capfd.readouterr().err


@pytest.mark.parametrize("words", [[], ["--cost", "money"], ["a", "--check"], ["a", "--format", "xml"]])
def test_usage_errors_are_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as error:
        command.main(words)
    assert error.value.code == 2
