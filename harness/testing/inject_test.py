"""`atome inject`: what becomes of flipped bits, and that each row can be made again."""

from __future__ import annotations

import csv
import pathlib
import shlex

import pytest

from harness.testing.cells import Cell, load, parts
from harness.testing.process import BUILD, ROOT, atome, needs_firmware, refused

MODELS = ROOT / "golden" / "models"
TINY = MODELS / "tiny_odd" / "tiny_odd.atome03"
REGIONS = ["model", "code", "constants", "state", "logits", "data", "stack", "register", "instruction"]
OUTCOMES = ["masked", "parity", "check", "fault", "hang", "garbled", "silent"]


def injected(*words: object) -> Cell:
    process = atome("inject", *map(str, words), "--format", "json")
    assert process.returncode == 0, process.stderr + process.stdout
    cell, = load(process.stdout)
    return cell


def share(cell: Cell, region: str, outcome: str) -> float:
    return parts(cell, "region", f"{outcome}_share")[region]


def rows_of(path: pathlib.Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@needs_firmware
def test_a_campaign_is_the_same_for_any_number_of_jobs(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # where the commands of rows are run
    words = [TINY, "--variant", "q15", "--tokens", 2, "--flips", 4]
    cell = injected(*words, "--jobs", 4, "--outcomes", tmp_path / "4.csv")
    assert cell == injected(*words, "--jobs", 1, "--outcomes", tmp_path / "1.csv")
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "4.csv").read_bytes()
    assert set(parts(cell, "region", "flips")) == set(REGIONS)
    rows = rows_of(tmp_path / "1.csv")
    assert [row["region"] for row in rows] == [region for region in REGIONS for _ in range(4)]
    for region in REGIONS:
        own = [row["outcome"] for row in rows if row["region"] == region]
        for outcome in OUTCOMES:
            assert share(cell, region, outcome) == own.count(outcome) / 4
    # The first of each outcome, again by the command that its row names.
    for outcome in sorted({row["outcome"] for row in rows}):
        row = next(row for row in rows if row["outcome"] == outcome)
        words_of_row = shlex.split(row["command"])
        assert words_of_row[0] == "build/atome"
        again = atome(*words_of_row[1:])
        assert again.returncode == 0, again.stderr
        assert again.stdout.startswith(f"{row['flip']}: {outcome}"), again.stdout


@needs_firmware
def test_damage_of_an_idle_device_is_seen_when_it_starts(tmp_path: pathlib.Path) -> None:
    words = [TINY, "--variant", "q15", "--tokens", 2, "--at", "boot", "--outcomes", tmp_path / "all.csv"]
    cell = injected(*words, "--region", "model", "--flips", 60)
    assert share(cell, "model", "silent") == share(cell, "model", "parity") == 0
    seen = [row for row in rows_of(tmp_path / "all.csv") if row["outcome"] == "check"]
    assert len(seen) >= 50 and any("checksum" in row["why"] for row in seen)


@needs_firmware
def test_a_guard_sees_what_the_usual_firmware_does_not() -> None:
    words = [TINY, "--variant", "q15", "--tokens", 3, "--region", "model", "--at", "token:0", "--flips", 25]
    usual = injected(*words)
    guarded = injected(*words, "--guard", "scrub+range", "--scrub-bytes", 65536)
    assert share(usual, "model", "check") == 0
    assert share(guarded, "model", "check") >= 0.8 and share(guarded, "model", "silent") == 0
    assert guarded["figures"]["cycles_per_token"] > usual["figures"]["cycles_per_token"]
    assert guarded["figures"]["flash_bytes"] > usual["figures"]["flash_bytes"]


@needs_firmware
def test_a_cycle_is_of_one_block(tmp_path: pathlib.Path) -> None:
    def at(when: str, core: str) -> int:
        injected(TINY, "--variant", "q15", "--tokens", 1, "--core", core, "--region", "register", "--flips", 1, "--at", when, "--outcomes",
                 tmp_path / "one.csv")
        row, = rows_of(tmp_path / "one.csv")
        return int(row["flip"].split("@")[1])

    assert at("cycle:0", "m3") == 0
    found = [at(f"cycle:{cycle}", "m3") for cycle in (3000, 3001, 3002, 3003, 3020)]
    assert found == sorted(found) and 1000 < found[0] < 3000 and found[-1] > found[0]
    assert at("3000", "m3") == 3000
    assert at("cycle:3000", "m0") != found[0], "this core takes other times"


def test_bits_of_files() -> None:
    name = MODELS / "tiny_k1" / "tiny_k1"
    checked = injected(f"{name}.atome03", "--region", "file", "--tokens", 1)
    assert share(checked, "file", "check") == 1
    assert parts(checked, "region", "flips")["file"] == 8 * pathlib.Path(f"{name}.atome03").stat().st_size
    image = injected(f"{name}.atome03", "--region", "image", "--tokens", 1, "--variant", "q15")
    assert share(image, "image", "check") == 1
    unchecked = injected(f"{name}.atome01", "--region", "file", "--tokens", 1)
    assert 0 < share(unchecked, "file", "check") < 1
    assert sum(share(unchecked, "file", outcome) for outcome in OUTCOMES) == pytest.approx(1)
    told = atome("inject", f"{name}.atome01", "--region", "file", "--flip", "0x0.0").stdout
    assert told.startswith("0x0.0: check: ")


def test_what_is_wrong_is_told_in_one_line() -> None:
    for words, told in [(["--region", "rom"], "rom"), (["--guard", "all"], "all"), (["--at", "noon"], "noon"), (["--bits", "9"], "9"),
                        (["--at", "cycle:4000000000", "--variant", "q15"], "modelled cycles"),
                        (["--region", "file,model"], "name one kind"), (["--region", "file", "--core", "m3"], "leave them out"),
                        (["--flip", "r99.1@5"], "r3.17@5000"), (["--flip", "r1.1@5", "--flips", "3"], "--flips"),
                        (["--core", "m99"], "m99"), (["--at", "token:99", "--tokens", "2", "--variant", "q15"], "give more --tokens")]:
        message = refused("inject", str(TINY), *words)
        assert told in message and len(message.strip().splitlines()) <= 2, message
    assert "no_model.atome03" in refused("inject", str(BUILD / "no_model.atome03"))
