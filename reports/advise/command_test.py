"""The command on made-up results: its text and JSON, its exit codes, its refusals, damaged files."""

from __future__ import annotations

import json
import pathlib
import re
from typing import Any

import pytest

from reports.advise import __main__ as command
from reports.advise import chips, firmware, output
from reports.advise.answer import Difference
from reports.frontier.testing import made_up

WHOLE, LOSSES = made_up.make(budgets=("base",), chunks=40)
BLUEPILL = chips.boards()["bluepill"]


def _costs() -> list[dict[str, Any]]:
    """Those of cores, and of every board of a Cortex-M3 and M33 at 64 positions, as the sweep has them."""
    rows = [dict(row) for row in WHOLE["costs"] if not row["board"]]
    for row in [row for row in rows if row["positions"] == 64 and row["core"] == "m3"]:
        for board in chips.boards().values():
            if board.core in ("m3", "m33"):
                fits = row["flash_bytes"] <= board.flash_bytes and row["ram_bytes"] <= board.ram_bytes
                found = row | {"board": board.name, "core": board.core, "fits": fits}
                cycles = found.pop("cycles_per_token")
                if fits:
                    found["place"] = "flash"
                    if board.core == "m3":
                        found |= {"cycles_per_token": 1.5 * cycles, "tokens_per_second": board.clock_hz / (1.5 * cycles)}
                else:
                    found |= {"why": "RAM: needs more"}
                    del found["flash_bytes"], found["ram_bytes"]
                rows.append(found)
    return rows


@pytest.fixture(scope="module", name="path")
def fixture_path(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    whole = WHOLE | {"costs": _costs()}
    for row in whole["trainings"]:  # as the sweep's plain transformers
        row["config"] = "n_heads=4,max_seq=64" if row["family"].startswith("plain") else "d_model=8"
    return made_up.write(tmp_path_factory.mktemp("results"), whole, LOSSES)


def _said(capsys: pytest.CaptureFixture[str], path: pathlib.Path, *words: str, code: int = 0) -> str:
    assert command.main([*words, "--results", str(path)]) == code
    out, err = capsys.readouterr()
    assert err == ""
    return out


def _json(capsys: pytest.CaptureFixture[str], path: pathlib.Path, *words: str, code: int = 0) -> dict[str, Any]:
    found = json.loads(_said(capsys, path, *words, "--format", "json", code=code))
    return dict(found["answers"][0])


def _refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert command.main(words) == 2
    out, message = capsys.readouterr()
    assert out == "" and message.startswith("atome advise: ") and message.count("\n") == 1
    return message


def _expected(limits: tuple[int, int, float], families: tuple[str, ...]) -> tuple[str, str]:
    """The family and size of the best on a Blue Pill, from the rows themselves."""
    best: dict[tuple[str, str], float] = {}
    for row in WHOLE["trainings"]:
        if row["text"] == "tinystories" and row["family"] in families:
            key = row["family"], row["size"]
            best[key] = best.get(key, 1.0) * row["test_perplexity"] ** (1 / 3)
    flash, ram, ms = limits
    able = {(row["family"], row["size"]) for row in _costs() if row["board"] == "bluepill" and row["fits"]
            and row["flash_bytes"] <= flash and row["ram_bytes"] <= ram and row["cycles_per_token"] / 72e3 <= ms}
    return min((key for key in best if (key[0].split("_no_")[0], key[1]) in able), key=lambda key: best[key])


@pytest.mark.parametrize(("words", "limits", "families"), [
    ((), (131072, 20480, 1e9), tuple(made_up.FAMILIES)),
    (("--ms-per-token", "20"), (131072, 20480, 20), tuple(made_up.FAMILIES)),
    (("--flash", "64K"), (65536, 20480, 1e9), tuple(made_up.FAMILIES)),
    (("--ram=6000", "--family", "plain_int8,plain_fp32"), (131072, 6000, 1e9), ("plain_int8", "plain_fp32")),
    (("--family", "plain_fp32", "--family", "ternary_no_local", "--ms-per-token", "30"), (131072, 20480, 30), ("plain_fp32", "ternary_no_local"))])
def test_the_best_is_that_of_the_rows(capsys: pytest.CaptureFixture[str], path: pathlib.Path, words: tuple[str, ...],
                                      limits: tuple[int, int, float], families: tuple[str, ...]) -> None:
    best = _json(capsys, path, "--board", "bluepill", *words)["best"]
    assert (best["family"], best["size"]) == _expected(limits, families)
    assert best["flash_bytes"] <= limits[0] and best["ram_bytes"] <= limits[1] and best["ms_per_token"] <= limits[2]
    assert _json(capsys, path, *words, "--board", "bluepill")["best"] == best, "options in any order"


def test_the_text_says_it_all_in_80_columns(capsys: pytest.CaptureFixture[str], path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = _said(capsys, path, "--board", "bluepill", "--ms-per-token", "50")
    found = _json(capsys, path, "--board", "bluepill", "--ms-per-token", "50")
    best = found["best"]
    assert max(map(len, text.splitlines())) <= 80
    assert text.startswith("Blue Pill, STM32F103C8 (bluepill): m3 at 72 MHz, 131 072 bytes of flash")
    left = f"{BLUEPILL.ram_bytes - best['ram_bytes']:,} left".replace(",", " ")
    flat = " ".join(text.split())
    assert f"{best['family']}-{best['size']}" in text and left in text and f"{best['perplexity']:.3f} [" in text
    for title in ("perplexity", "flash", "RAM", "time", "next best", "other families", "next board up"):
        assert f"\n  {title}  " in text
    assert found["next_board"]["board"] in text and "Cycles are modelled." in flat and "1000 steps of 16 x 64 bytes" in flat
    assert found["limits"]["ms_per_token"] == 50 and best["ms_per_token"] <= 50
    worse = found["next_best"]["worse_by"]
    assert worse["low"] < worse["percent"] < worse["high"] and worse["decided"] == (worse["low"] > 0 or worse["high"] < 0)
    difference = "undecided: " * (not worse["decided"]) + f"{worse['percent']:.3g} % worse [{worse['low']:.3g}, {worse['high']:.3g}]"
    assert difference in flat


def test_differences_say_what_their_intervals_carry() -> None:
    assert output.said(Difference(5.0, 2.0, 8.0, True)) == "5 % worse [2, 8]"
    assert output.said(Difference(5.0, -2.0, 12.0)) == "undecided: 5 % worse [-2, 12]"
    assert output.said(Difference(5.0, 2.0, 8.0)) == "5 % worse [2, 8], undecided: one seed"
    assert output.said(Difference(-1.234)) == "1.23 % better"


def test_one_seed_decides_nothing(capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path) -> None:
    whole, losses = made_up.make(budgets=("base",), chunks=40, seeds=(0,))
    path = made_up.write(tmp_path, whole | {"costs": _costs()}, losses)
    found = _json(capsys, path, "--board", "bluepill")
    assert not found["next_best"]["worse_by"]["decided"] and found["next_board"] is None
    assert "undecided: one seed" in " ".join(_said(capsys, path, "--board", "bluepill").split())
    assert "undecided" in _said(capsys, path, "--board", "all")


def test_other_budgets_are_named_with_their_best(capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path) -> None:
    whole, losses = made_up.make(budgets=("base", "long"), chunks=40)
    path = made_up.write(tmp_path, whole | {"costs": _costs()}, losses)
    best = _json(capsys, path, "--board", "bluepill", "--budget", "long")["best"]
    text = " ".join(_said(capsys, path, "--board", "bluepill").split())
    assert f"--budget long {best['family']}-{best['size']}" in text and f"perplexity {best['perplexity']:.3f} [" in text
    assert "3000 steps of 16 x 64 bytes" in text and best["perplexity"] < _json(capsys, path, "--board", "bluepill")["best"]["perplexity"]
    assert "--budget long" not in _said(capsys, path, "--board", "bluepill", "--ram", "1", code=1)


def test_a_table_has_a_line_a_board(capsys: pytest.CaptureFixture[str], path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = _said(capsys, path, "--board", "all")
    assert max(map(len, text.splitlines())) <= 80
    lines = {line.split()[0]: line for line in text.splitlines() if line}
    assert set(chips.boards()) <= set(lines)
    assert "not measured" in lines["rp2040"] and lines["pico2"].endswith(" -"), "no costs, no cycles"
    assert "nothing fits" in _said(capsys, path, "--board", "stm32vldiscovery,bluepill", "--ram", "3000", "--family", "plain_fp32,ternary",
                                   "--ms-per-token", "1", code=1)


def test_where_nothing_fits_it_says_what_lacks_least(capsys: pytest.CaptureFixture[str], path: pathlib.Path) -> None:
    words = ("--board", "bluepill", "--family", "plain_fp32,ternary", "--ram", "2000")
    found = _json(capsys, path, *words, code=1)
    rows = [row for row in _costs() if row["core"] == "m3" and not row["board"] and row["positions"] == 64 and row["family"] in ("plain_fp32", "ternary")]
    least = min(rows, key=lambda row: max(row["ram_bytes"] / 2000, row["flash_bytes"] / 131072))
    assert found["best"] is None and (found["nearest"]["family"], found["nearest"]["size"]) == (least["family"], least["size"])
    assert found["lacks"] == [{"what": "RAM", "needs": least["ram_bytes"], "has": 2000}]
    text = " ".join(_said(capsys, path, *words, code=1).split())
    assert "Nothing fits." in text and f"it needs {least['ram_bytes']:,} bytes of RAM of 2 000".replace(",", " ") in text
    assert "no cycles were modelled" in _said(capsys, path, "--board", "pico2", "--ms-per-token", "5", code=1)
    assert "was not measured" in _said(capsys, path, "--board", "rp2040", code=1)


def test_a_chip_that_is_no_board_is_judged_by_its_core(capsys: pytest.CaptureFixture[str], path: pathlib.Path) -> None:
    words = ("--core", "m4f", "--clock", "64", "--flash", "128K", "--ram", "16K")
    best = _json(capsys, path, *words)["best"]
    row, = [row for row in _costs() if (row["core"], row["board"], row["positions"]) == ("m4f", "", 64)
            and all(row[name] == best[name] for name in ("family", "size", "variant"))]
    assert best["ms_per_token"] == pytest.approx(row["cycles_per_token"] / 64e3) and best["ram_bytes"] == row["ram_bytes"]
    exact = ("--flash", str(best["flash_bytes"]), "--ram", str(best["ram_bytes"]), "--ms-per-token", repr(best["ms_per_token"]))
    assert _json(capsys, path, *words, *exact)["best"] == best, "at equality it fits"
    for name in ("flash", "ram"):
        assert _json(capsys, path, *words, *exact, f"--{name}", str(best[f"{name}_bytes"] - 1))["best"] != best


def test_at_256_positions_only_what_has_learned_so_many(capsys: pytest.CaptureFixture[str], path: pathlib.Path) -> None:
    text = _said(capsys, path, "--board", "bluepill", "--positions", "256")
    assert "plain_fp32 and plain_int8: left out" in text and "about " in text and "(estimated" in " ".join(text.split())
    found = _json(capsys, path, "--board", "bluepill", "--positions", "256")
    best = found["best"]
    rows = {(row["board"], row["positions"]): row for row in _costs() if row["core"] == "m3" and row["board"] in ("", "bluepill")
            and all(row[name] == best[name] for name in ("family", "size", "variant"))}
    ratio = rows["", 256]["cycles_per_token"] / rows["", 64]["cycles_per_token"]
    assert best["estimated"] and best["ram_bytes"] == rows["", 256]["ram_bytes"]
    assert best["ms_per_token"] == pytest.approx(ratio * rows["bluepill", 64]["cycles_per_token"] / 72e3)
    assert "for 256 positions" in _refused(capsys, "--board", "bluepill", "--positions", "256", "--family", "plain_int8", "--results", str(path))


def test_the_model_in_ram_is_another_choice(capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path) -> None:
    costs = _costs()
    row = next(row for row in costs if row["board"] == "bluepill" and row["fits"] and row["family"] == "plain_int8" and row["size"] == "6k")
    costs.append(row | {"place": "ram-model", "cycles_per_token": 100.0, "tokens_per_second": 72e4, "ram_bytes": row["ram_bytes"] + 8000})
    path = made_up.write(tmp_path, WHOLE | {"costs": costs}, LOSSES)
    words = ("--board", "bluepill", "--family", "plain_int8", "--flash", str(row["flash_bytes"]))
    found = _json(capsys, path, *words)
    assert (found["best"]["place"], found["best"]["ms_per_token"]) == ("ram-model", 100 / 72e3)
    assert [each["place"] for each in found["lighter"]] == ["flash"]
    assert _json(capsys, path, *words, "--ram", str(row["ram_bytes"]))["best"]["place"] == "flash"
    assert "model in RAM" in _said(capsys, path, *words)


def test_the_commands_are_those_of_the_model(capsys: pytest.CaptureFixture[str], path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--board", "bluepill", "--family", "plain_int8")
    found = _json(capsys, path, *words)
    size = found["best"]["size"]
    train, make, _ = found["commands"]
    assert train == f"ci/frontier golden/frontier/sweep.json --only plain_fp32-{size}"
    assert f" build/frontier/models/tinystories-base-plain_int8-{size}-s0.plain01 " in make
    model = path.parent / "models" / f"tinystories-base-plain_int8-{size}-s1.plain01"
    model.parent.mkdir()
    model.touch()
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("ATOME_COMMAND", str(path.parent / "build" / "atome"))
    firmware_line, run_line = _json(capsys, path, *words)["commands"]
    assert firmware_line == f"build/atome firmware models/{model.name} --board bluepill -o my.hex"
    assert run_line == "build/atome run my.hex --board bluepill"
    ours = _json(capsys, path, "--core", "m3", "--clock", "72", "--flash", "1M", "--ram", "1M", "--family", "ternary", "--positions", "256")
    (model.parent / f"tinystories-base-ternary-{ours['best']['size']}-s0.atome03").touch()
    ours = _json(capsys, path, "--core", "m3", "--clock", "72", "--flash", "1M", "--ram", "1M", "--family", "ternary", "--positions", "256")
    variant = "" if ours["best"]["variant"] == "f32" else f" --variant {ours['best']['variant']}"
    assert ours["commands"][0].endswith(f".atome03 --core m3{variant} --max-seq 256 -o my.elf")


def test_a_long_command_goes_on_as_a_shell_takes_it() -> None:
    line = "build/atome firmware 'a b' --board bluepill " + "x" * 60 + " -o my.hex"
    text = firmware.broken(line, 80)
    assert max(map(len, text.splitlines())) <= 80 and re.sub(r" \\\n +", " ", text).strip() == line


@pytest.mark.parametrize(("words", "why"), [
    ((), "needs --board NAME"), (("--board", "bluepill", "--core", "m3"), "needs --board NAME"),
    (("--board", "blupill"), "did you mean bluepill? known: mps2-an385, "), (("--board", "zzz"), "unknown board 'zzz'; known: "),
    (("--board", ","), "needs a word"), (("--board", "bluepill", "--clock", "8"), "--clock is for --core"),
    (("--core", "m3", "--ram", "1K"), "--core needs --clock and --flash too"),
    (("--core", "m9", "--clock", "1", "--flash", "1", "--ram", "1"), "unknown core 'm9'; known: m0, m3, m4f, m7"),
    (("--board", "bluepill", "--ms-per-token", "0"), "'0' is no number of milliseconds above 0"),
    (("--board", "bluepill", "--ms-per-token", "nan"), "'nan' is no number"), (("--board", "bluepill", "--ms-per-token", "fast"), "'fast' is no number"),
    (("--board", "bluepill", "--ram", "20KB"), "write 20480, 20K or 1M"), (("--board", "bluepill", "--flash", "0"), "write 20480, 20K or 1M"),
    (("--board", "bluepill", "--flash", "99999M"), "write 20480"), (("--board", "bluepill", "--positions", "65"), "choose from 64, 256"),
    (("--board", "bluepill", "--family", "ternry"), "did you mean ternary?"), (("--board", "bluepill", "--text", "novels"), "known: tinystories, builtin"),
    (("--board", "bluepill", "--budget", "long"), "unknown budget 'long'; known: base"), (("--board", "bluepill", "--what"), "--what"),
    (("bluepill",), "unrecognized arguments: bluepill"), (("--board", "bluepill", "--format", "xml"), "choose from 'table', 'json'")])
def test_refusals_are_one_line(capsys: pytest.CaptureFixture[str], path: pathlib.Path, words: tuple[str, ...], why: str) -> None:
    assert why in _refused(capsys, *words, "--results", str(path))


def test_damaged_results_are_told(capsys: pytest.CaptureFixture[str], path: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert "no.json: cannot be read" in _refused(capsys, "--board", "bluepill", "--results", str(tmp_path / "no.json"))
    damaged = json.loads(path.read_text())
    damaged["costs"][3]["flash_bytes"] = -1
    assert "/costs/3/flash_bytes" in _refused(capsys, "--board", "bluepill", "--results", str(made_up.write(tmp_path, damaged, LOSSES)))
    path.with_name("cut.json").write_text(path.read_text()[:-100])
    assert "cut.json: is not JSON" in _refused(capsys, "--board", "bluepill", "--results", str(path.with_name("cut.json")))


def test_ram_is_what_firmware_is_linked_for() -> None:
    """Memories without a gap; an end-to-end test holds all boards to `atome size`."""
    boards = chips.boards()
    assert [boards[name].ram_bytes for name in ("bluepill", "rp2040", "stm32f407", "arduino-due")] == [20480, 270336, 131072, 65536]


def test_what_a_board_says_only_in_words_is_told_in_bytes_of_its_core(capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path) -> None:
    whole, losses = made_up.make(budgets=("base",), chunks=40, sizes=("1m",), families=("plain_fp32",))
    path = made_up.write(tmp_path, whole, losses)
    found = _json(capsys, path, "--board", "bluepill", code=1)
    row = next(row for row in whole["costs"] if row["core"] == "m3" and not row["board"])
    assert [lack["needs"] for lack in found["lacks"]] == [row["flash_bytes"], row["ram_bytes"]]


def test_a_damaged_table_of_boards_is_told(tmp_path: pathlib.Path) -> None:
    for content in ("{}", "[", '{"boards": [{"name": "x"}]}', '{"boards": [{"memories": []}]}'):
        (tmp_path / "boards.json").write_text(content)
        with pytest.raises(ValueError, match=r"boards\.json: no table of boards"):
            chips.boards(tmp_path / "boards.json")


def test_a_variant_that_was_not_measured_is_no_candidate(capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path) -> None:
    whole = json.loads(json.dumps(WHOLE | {"costs": _costs()}))
    for row in whole["trainings"]:
        row["engine_perplexity"] = {name: value for name, value in row["engine_perplexity"].items() if name in ("f32", "plain")}
    whole["costs"] = [row for row in whole["costs"] if row["family"] != "plain_fp32"]
    path = made_up.write(tmp_path, whole, LOSSES)
    found = _json(capsys, path, "--board", "bluepill", "--family", "ternary,plain_fp32")
    assert found["best"]["variant"] == "f32" and found["other_families"] == [] and found["lighter"] == []
    assert _json(capsys, path, "--board", "bluepill", "--family", "plain_fp32", code=1)["nearest"] is None
