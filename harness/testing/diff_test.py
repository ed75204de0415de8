"""`atome diff`, `budget` and `accept`: planted regressions are named, reruns pass, baselines stay
complete."""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import pathlib
import resource
import subprocess
from typing import Any, Callable

import pytest

from harness.testing.process import ROOT, Process, atome, needs_firmware, refused

MODEL = ROOT / "golden" / "models" / "atome_60k" / "atome_60k.atome03"
OLD_FORM = ROOT / "harness/report/testdata/old_form.json"
BUDGETS = ROOT / "ci" / "baselines" / "budgets.json"
CORES = ("m0", "m3", "m7")
Report = dict[str, Any]


def cell(kind: str, core: str, figures: dict[str, Any], parts: dict[str, Any] | None = None, **more: str) -> dict[str, Any]:
    return {"kind": kind, "core": core, "model": "m.atome03", "variant": "f32", "build_kind": "speed",
            "outcome": "pass", **more, "figures": figures, "parts": parts or {}}


def night() -> Report:
    """A small nightly report: each kind of cell on each core."""
    cells = []
    for core in CORES:
        cells.append(cell("parity", core, {"tokens_matched": 6, "tokens_total": 6, "logits_sha256": "ab" * 32}, {"case": {
            "0": {"step_digests": "00000000" + "11111111" + "22222222"},
            "1": {"step_digests": "33333333" + "44444444" + "55555555"}}}, runner="unicorn"))
        cells.append(cell("cycles", core, {"cycles_per_token": 236625.5}, {"op": {
            "sparse": {"cycles_per_token": 126105.0}, "unembed": {"cycles_per_token": 42585.25}}},
            runner="unicorn", detail="positions 16:64"))
        cells.append(cell("size", core, {
            "engine_text_bytes": 10936, "code_bytes": 14712, "firmware_bytes": 15232, "state_bytes": 99840, "stack_bytes": 696,
            "ram_bytes": 103872}, {
            "section": {".text.engine": {"section_bytes": 10936}},
            "symbol": {"atome_step": {"symbol_bytes": 5000}, "atome_open": {"symbol_bytes": 700}}}, runner="elf"))
    nats = [120.0 + 17 * (i % 5) for i in range(60)]
    cells.append(cell("perplexity", "host", {
        "perplexity": {"value": 7.38, "low": 7.2, "high": 7.6, "samples": nats, "sample_counts": [64] * 60},
        "bits_per_byte": {"value": 2.883, "low": 2.85, "high": 2.92},
        "host_tokens_per_second": 321000.0}, text="corpus"))
    cells.append(cell("benchmark", "host", {"seconds": {"value": 1.0, "samples": [1.0, 1.01, 0.99, 1.02, 1.0]}}, detail="step"))
    return {"schema": "atome.report/2", "command": "night", "environment": {"commit": "abc"}, "cells": cells}


def find(report: Report, kind: str, core: str, part_kind: str = "", part: str = "") -> dict[str, Any]:
    """The figures of a cell, or of a part of it."""
    one = next(each for each in report["cells"] if (each["kind"], each["core"]) == (kind, core))
    figures: dict[str, Any] = one["parts"][part_kind][part] if part_kind else one["figures"]
    return figures


def figures_in(one: dict[str, Any]) -> int:
    return len(one["figures"]) + sum(len(figures) for parts in one["parts"].values() for figures in parts.values())


def write(path: pathlib.Path, report: Report) -> pathlib.Path:
    path.write_text(json.dumps(report))
    return path


def diff(folder: pathlib.Path, before: Report, after: Report, *words: str | pathlib.Path) -> Process:
    return atome("diff", write(folder / "old.json", before), write(folder / "new.json", after), *words)


def regressions(process: Process) -> list[dict[str, str]]:
    assert process.returncode == 3, process.stdout + process.stderr
    result = json.loads(process.stdout)
    assert result["verdict"] == "regression"
    return [change for change in result["changes"] if change["severity"] == "regression"]


def one_bit(report: Report) -> None:
    find(report, "parity", "m3")["logits_sha256"] = "ac" + "ab" * 31
    find(report, "parity", "m3", "case", "1")["step_digests"] = "333333334444444455555557"


def more_text(report: Report) -> None:
    for name in ("engine_text_bytes", "code_bytes", "firmware_bytes"):
        find(report, "size", "m0")[name] += 16
    find(report, "size", "m0", "section", ".text.engine")["section_bytes"] += 16
    find(report, "size", "m0", "symbol", "atome_step")["symbol_bytes"] += 16


def slower_op(report: Report) -> None:
    find(report, "cycles", "m7", "op", "sparse")["cycles_per_token"] *= 1.01
    find(report, "cycles", "m7")["cycles_per_token"] += 1261.05


def worse_perplexity(report: Report) -> None:
    found = find(report, "perplexity", "host")["perplexity"]
    found["value"] *= 1.01
    found["samples"] = [nats + 64 * 0.00995 for nats in found["samples"]]


def worse_perplexity_of_other_chunks(report: Report) -> None:
    found = find(report, "perplexity", "host")["perplexity"]
    found["value"] *= 1.01
    del found["samples"], found["sample_counts"]


def more_stack(report: Report) -> None:
    find(report, "size", "m3")["stack_bytes"] += 64
    find(report, "size", "m3")["ram_bytes"] += 64


# What is planted, where, in which figures, why each got worse, and the cause that people read.
PLANTED: list[tuple[Callable[[Report], None], str, set[str], str, str]] = [
    (one_bit, "m3", {"logits_sha256", "step_digests"}, "case 1 from step 2",
     "x bits  Cortex-M3 f32 m: case 1, step 2: other logits or tokens; it passes, so the golden trace is another"),
    (more_text, "m0", {"engine_text_bytes", "code_bytes", "firmware_bytes", "section_bytes"}, "atome_step +16",
     "^ flash  Cortex-M0 f32 m: +16 B, atome_step 5 000 -> 5 016"),
    (slower_op, "m7", {"cycles_per_token"}, "sparse +1261.05",
     "^ cycles  Cortex-M7 f32 m: 236 626 -> 237 887 (+0.5 %), sparse +1.0 %"),
    (worse_perplexity, "host", {"perplexity"}, "", "^ perplexity  f32 m: 7.3800 -> 7.4538 (+1.0 %)"),
    (worse_perplexity_of_other_chunks, "host", {"perplexity"}, "", "^ perplexity  f32 m: 7.3800 -> 7.4538 (+1.0 %)"),
    (more_stack, "m3", {"stack_bytes", "ram_bytes"}, "stack_bytes +64", "^ ram  Cortex-M3 f32 m: +64 B, stack 696 -> 760"),
]


@pytest.mark.parametrize("plant, core, names, why, cause", PLANTED, ids=[each[0].__name__ for each in PLANTED])
def test_a_planted_regression_is_caught_named_and_exits_3(
        plant: Callable[[Report], None], core: str, names: set[str], why: str, cause: str, tmp_path: pathlib.Path) -> None:
    before, after = night(), night()
    plant(after)
    found = regressions(diff(tmp_path, before, after, "--format", "json"))
    assert {(row["core"], row["figure"]) for row in found} == {(core, name) for name in names}
    assert any(why in row["why"] for row in found)
    table = diff(tmp_path, before, after)
    assert table.returncode == 3
    assert table.stdout.splitlines()[:2] == [f"REGRESSION: 1 cause, {len(found)} figure{'s'[:len(found) > 1]}", cause]
    assert why in diff(tmp_path, before, after, "--all").stdout
    # The other way round it is better, but for bits, which must be equal.
    back = diff(tmp_path, after, before)
    assert back.returncode == (3 if plant is one_bit else 0), back.stdout
    if plant is not one_bit:
        assert back.stdout.startswith("PASS: better: 1 cause, ") and "\nv " in back.stdout and "atome accept" in back.stdout


def test_all_that_was_planted_is_read_off_a_terminal_of_80_by_24(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    after = night()
    plants = {plant: cause for plant, *_, cause in PLANTED if plant is not worse_perplexity_of_other_chunks}
    for plant in plants:
        plant(after)
    for core in CORES:
        find(after, "cycles", core)["cycles_per_token"] += 20000
        find(after, "cycles", core, "op", "unembed")["cycles_per_token"] += 20000
    process = diff(tmp_path, night(), after)
    screen = process.stdout.splitlines()
    assert process.returncode == 3 and len(screen) <= 24 and max(map(len, screen)) <= 80, process.stdout
    text = " ".join(process.stdout.split())
    assert text.startswith("REGRESSION: 5 causes, 16 figures x bits ")
    for plant, cause in plants.items():
        if plant is not slower_op:  # as large a growth of another op on all cores explains it better
            assert " ".join(cause.split()) in text
    assert "Cortex-M7 f32 m: 236 626 -> 257 887 (+9.0 %), unembed +47.0 %; also 2 cores" in text


def test_a_report_alone_says_what_fails_in_it(tmp_path: pathlib.Path) -> None:
    report = write(tmp_path / "night.json", night())
    process = atome("diff", report)
    assert process.returncode == 0 and process.stdout.startswith("PASS: all 11 cells pass\n"), process.stdout
    assert "compared with nothing: 11 cells" in process.stdout
    failed = night()
    for one in failed["cells"][:4:3]:
        one |= {"outcome": "crashed", "message": "fault at 0x10", "command": "build/atome verify m"}
    process = atome("diff", write(report, failed), "--format", "json")
    result = json.loads(process.stdout)
    assert process.returncode == 3 and result["verdict"] == "regression" and result["totals"]["cells_compared"] == 0
    assert result["headline"] == "1 cause, 2 figures"
    cause, = result["causes"]
    assert cause == {
        "severity": "regression", "mark": "x", "kind": "crash", "where": "Unicorn f32 m", "names": [], "cells": 2, "figures": 2,
        "what": "crashed: fault at 0x10; 2 of 3 cells", "text": "Unicorn f32 m: crashed: fault at 0x10; 2 of 3 cells",
        "changes": [0, 1], "next": "build/atome verify m"}


def test_twenty_reruns_with_nothing_changed_pass(tmp_path: pathlib.Path) -> None:
    for run in range(20):
        again = night()
        again["environment"] = {"commit": "def", "date": f"{run}", "host": "another"}
        again["cells"] = again["cells"][run % 5:] + again["cells"][:run % 5]
        find(again, "perplexity", "host")["host_tokens_per_second"] *= 0.4 + 0.1 * run
        seconds = find(again, "benchmark", "host")["seconds"]
        seconds["samples"] = [second * (0.5 + 0.1 * run) for second in seconds["samples"]]
        process = diff(tmp_path, night(), again)
        assert process.returncode == 0 and process.stdout.startswith("PASS: nothing "), process.stdout


@needs_firmware
def test_real_reruns_pass_and_have_the_figures_that_the_readme_says(tmp_path: pathlib.Path) -> None:
    (tmp_path / "text.txt").write_text("Once upon a time there was a little dog. " * 60)
    (tmp_path / "ab.json").write_text(json.dumps({
        "name": "small", "text": "text.txt", "split": "all", "cores": ["m3"], "baseline": "f32", "contenders": [
            {"name": "f32", "model": str(MODEL)}, {"name": "q15", "model": str(MODEL), "variant": "q15"}]}))
    commands: dict[str, list[str | pathlib.Path]] = {
        "verify": [ROOT / "golden/models/tiny_odd/tiny_odd.atome02", "--core", "host,m3"],
        "cycles": [MODEL, "--board", "nucleo-f411re"],
        "size": [MODEL, "--board", "bluepill", "--variant", "q15kv8", "--max-seq", "32"],
        "ppl": [MODEL, "--text", tmp_path / "text.txt", "--variant", "q15", "--against-variant", "f32"],
        "ab": [tmp_path / "ab.json", "--out", tmp_path / "out"],
        "bench": ["--suite", "kernels", "--min-time", "0.001", "--repetitions", "1"]}
    readme = (ROOT / "harness/report/README.md").read_text()
    for name, words in commands.items():
        reports = [tmp_path / f"{name}{run}.json" for run in (0, 1)]
        for report in reports:
            process = atome(name, *words, "--report", report)
            assert process.returncode == 0, f"{name}: {process.stderr}"
        process = atome("diff", *reports, "--format", "json")
        result = json.loads(process.stdout)
        assert process.returncode == 0, process.stdout
        assert result["totals"]["figures_compared"] > 0 and result["totals"]["cells_only_before"] == 0
        assert {change["what"] for change in result["changes"]} <= {"wall time"}
        for one in json.loads(reports[0].read_text())["cells"]:
            row = next(line for line in readme.splitlines() if line.startswith(f"| {one['kind']} | "))
            of_cell, of_parts = (set(column.split("`")[1::2]) for column in row.split("|")[3:5])
            assert set(one["figures"]) <= of_cell
            assert {figure for parts in one.get("parts", {}).values() for part in parts.values() for figure in part} <= of_parts


def test_cells_and_figures_that_vanish_or_fail(tmp_path: pathlib.Path) -> None:
    before, after = night(), night()
    del after["cells"][0]
    del find(after, "size", "m3")["stack_bytes"]
    after["cells"][-1]["outcome"] = "crashed"
    after["cells"][-1]["message"] = "fault at 0x10"
    found = regressions(diff(tmp_path, before, after, "--format", "json"))
    assert {(row["what"], row["figure"]) for row in found} == {
        ("cell vanished", ""), ("figure vanished", "stack_bytes"), ("fails", "")}
    assert "fault at 0x10" in [row["why"] for row in found]
    found = regressions(diff(tmp_path, before, after, "--format", "json", "--partial"))
    assert {row["what"] for row in found} == {"figure vanished", "fails"}
    assert [row["what"] for row in regressions(diff(tmp_path, after, after, "--format", "json"))] == ["still fails"]


def test_formats_agree(tmp_path: pathlib.Path) -> None:
    before, after = night(), night()
    more_stack(after)
    result = json.loads(diff(tmp_path, before, after, "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(diff(tmp_path, before, after, "--format", "csv").stdout)))
    causes = {index: str(number) for number, cause in enumerate(result["causes"], 1) for index in cause["changes"]}
    assert [row.pop("cause") for row in rows] == [causes.get(index, "") for index in range(len(rows))]
    assert rows == result["changes"] and result["headline"] == "1 cause, 2 figures"
    markdown = diff(tmp_path, before, after, "--format", "md").stdout
    assert markdown.startswith("**REGRESSION: 1 cause, 2 figures**\n") and "| ram_bytes | worse | 103872 | 103936 | +64 (+0.0616 %) |" in markdown
    totals = result["totals"]
    assert totals["figures_compared"] == sum(map(figures_in, before["cells"]))
    assert totals["cells_compared"] == len(before["cells"])


def test_wall_time_gates_only_when_asked(tmp_path: pathlib.Path) -> None:
    slow = night()
    found = find(slow, "benchmark", "host")["seconds"]
    found["samples"] = [second * 1.5 for second in found["samples"]]
    assert diff(tmp_path, night(), slow).returncode == 0
    assert [row["figure"] for row in regressions(diff(tmp_path, night(), slow, "--gate-wall", "20", "--format", "json"))] == ["seconds"]
    assert diff(tmp_path, night(), slow, "--gate-wall", "60").returncode == 0


def test_budgets(tmp_path: pathlib.Path) -> None:
    report = write(tmp_path / "night.json", night())
    budgets = tmp_path / "budgets.json"

    def budget(at_most: float, core: str = "m3") -> pathlib.Path:
        budgets.write_text(json.dumps({"budgets": [{"where": {"core": core}, "figure": "cycles_per_token", "at_most": at_most}]}))
        return budgets

    assert atome("budget", report, "--budgets", budget(236626)).returncode == 0
    found = regressions(atome("budget", report, "--budgets", budget(236625), "--format", "json"))
    assert [(row["what"], row["core"], row["before"], row["after"]) for row in found] == [("over budget", "m3", "236625", "236625.5")]
    assert diff(tmp_path, night(), night(), "--budgets", budget(236625)).returncode == 3
    found = regressions(atome("budget", report, "--budgets", budget(1, "m33"), "--format", "json"))
    assert [row["what"] for row in found] == ["budget of nothing"]
    # A check that compared nothing does not pass.
    found = regressions(atome("budget", report, "--budgets", budget(1, "m33"), "--partial", "--format", "json"))
    assert [row["what"] for row in found] == ["nothing compared"] and "measure what one is of" in found[0]["why"]
    assert diff(tmp_path, night(), night(), "--budgets", budget(1, "m33"), "--partial").returncode == 0
    budgets.write_text('{"budgets": []}')
    assert "/budgets: is []" in refused("budget", report, "--budgets", budgets)
    budgets.write_text('{"budgets": [{"figure": "bpb", "at_most": 1}]}')
    assert '/budgets/0/figure: is "bpb", which is "bits_per_byte" now' in refused("budget", report, "--budgets", budgets)
    budgets.write_text('{"budgets": [{"figure": "ram_bytes", "limit": 1}]}')
    assert "/budgets/0/limit: unknown key" in refused("budget", report, "--budgets", budgets)


@needs_firmware
def test_an_empty_name_is_no_file(tmp_path: pathlib.Path) -> None:
    """An unset variable gives an empty name; without the check nothing would be compared."""
    report = write(tmp_path / "r.json", night())
    for words in (("diff", "", report), ("diff", report, ""), ("diff", ""), ("diff", report, report, "--budgets", ""), ("budget", report, "--budgets", "")):
        assert "name a file" in refused(*words) or "cannot" in refused(*words)


def test_the_repository_keeps_its_budgets(tmp_path: pathlib.Path) -> None:
    words = [MODEL, "--variant", "f32,f32kv16,q15,q15kv8", "--report"]
    cycles, size = tmp_path / "cycles.json", tmp_path / "size.json"
    assert atome("cycles", *words, cycles).returncode == 0
    assert atome("size", *words, size, "--build", "speed,size").returncode == 0
    both = json.loads(cycles.read_text())
    both["cells"] += json.loads(size.read_text())["cells"]
    process = atome("budget", write(tmp_path / "both.json", both), "--budgets", BUDGETS)
    assert process.returncode == 0, process.stdout


def accept(folder: pathlib.Path, report: Report, reason: str, *words: str, name: str = "nightly.json") -> Process:
    return atome("accept", write(folder / "report.json", report), "--reason", reason,
                 "--baseline", folder / "b" / name, "--log", folder / "b" / "accepted.jsonl", *words)


@pytest.mark.parametrize("name", ["nightly.json", "nightly.json.xz"])
def test_accept_then_nothing_differs_and_the_log_says_what_did(tmp_path: pathlib.Path, name: str) -> None:
    assert accept(tmp_path, night(), "first", name=name).returncode == 0
    later = night()
    more_stack(later)
    baseline, log = tmp_path / "b" / name, tmp_path / "b" / "accepted.jsonl"
    report = write(tmp_path / "later.json", later)
    assert atome("diff", baseline, report).returncode == 3
    assert accept(tmp_path, later, "a ring for the DMA", name=name).returncode == 0
    assert atome("diff", baseline, report).returncode == 0
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert [entry["why"] for entry in entries] == ["first", "a ring for the DMA"]
    assert {row["figure"] for row in entries[1]["changes"]} == {"stack_bytes", "ram_bytes"}
    assert all(entry["who"] and entry["when"].endswith("Z") and entry["commit"] == "abc" for entry in entries)
    kept = baseline.read_bytes(), log.read_bytes()
    again = accept(tmp_path, later, "once more", name=name)
    assert again.returncode == 0 and "nothing changes" in again.stderr and again.stdout == ""
    assert (baseline.read_bytes(), log.read_bytes()) == kept


def test_accept_refuses(tmp_path: pathlib.Path) -> None:
    report = write(tmp_path / "night.json", night())
    words = ["--baseline", tmp_path / "b.json", "--log", tmp_path / "l.jsonl"]
    assert "no reason" in refused("accept", report, "--reason", " ", *words)
    assert "--reason" in refused("accept", report, *words)
    failed = night()
    failed["cells"][0]["outcome"] = "mismatch"
    assert "does not pass: mismatch" in refused("accept", write(report, failed), "--reason", "r", *words)
    dirty = night()
    dirty["environment"]["commit"] = "abc-dirty"
    said = refused("accept", write(report, dirty), "--reason", "r", *words)
    assert "its tree has changes that no commit has (abc-dirty)" in said and "--dirty" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["night.json"]
    assert atome("accept", report, "--reason", "r", "--dirty", "a trial", *words).returncode == 0
    assert json.loads((tmp_path / "l.jsonl").read_text())["dirty"] == "a trial"


def test_the_baseline_changes_by_the_lines_that_changed(tmp_path: pathlib.Path) -> None:
    accept(tmp_path, night(), "first")
    baseline = tmp_path / "b" / "nightly.json"
    before = baseline.read_text().splitlines()
    later = night()
    more_stack(later)
    accept(tmp_path, later, "second")
    after = baseline.read_text().splitlines()
    assert len(before) == len(after)
    changed = [line for old, line in zip(before, after) if old != line]
    assert len(changed) == 2 and all("_bytes" in line for line in changed)
    assert "host_tokens_per_second" not in baseline.read_text() and "samples" in baseline.read_text()


def test_bad_input_is_refused(tmp_path: pathlib.Path) -> None:
    good = write(tmp_path / "good.json", night())
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert "bad.json" in refused("diff", good, bad)
    assert "nowhere.json" in refused("diff", tmp_path / "nowhere.json", good)
    twice = night()
    twice["cells"].append(copy.deepcopy(twice["cells"][0]))
    assert "twice.json" in refused("diff", good, write(tmp_path / "twice.json", twice))


def test_a_report_of_the_old_form_is_the_same_measurement(tmp_path: pathlib.Path) -> None:
    new, binary = tmp_path / "new.json", tmp_path / "new.binpb"
    for written in (new, binary):
        assert atome("merge", written, OLD_FORM).returncode == 0
    names = {"ab bpb -> bits_per_byte", "size bytes of symbol -> symbol_bytes", "perplexity kl_mean of against -> kl_mean_nats"}
    for pair in ((OLD_FORM, new), (new, OLD_FORM), (OLD_FORM, binary), (OLD_FORM, OLD_FORM)):
        process = atome("diff", *pair, "--format", "json")
        result = json.loads(process.stdout)
        assert process.returncode == 0 and result["changes"] == [], process.stdout
        assert result["totals"]["figures_equal"] == result["totals"]["figures_compared"] > 100
        assert names < set(result["renamed"])
        for output in ("table", "md"):
            line, = [line for line in atome("diff", *pair, "--format", output).stdout.splitlines() if line.startswith("renamed: ")]
            assert names < set(line.removeprefix("renamed: ").split(", "))
    assert "renamed" not in atome("diff", new, binary).stdout
    changed = json.loads(new.read_text())
    size = next(one for one in changed["cells"] if one["kind"] == "size")
    size["parts"]["board"]["bluepill"]["flash_bytes_needed"] += 1
    found = regressions(atome("diff", OLD_FORM, write(tmp_path / "changed.json", changed), "--format", "json"))
    assert [(row["figure"], row["part"]) for row in found] == [("flash_bytes_needed", "bluepill")]


def test_show_prints_any_report_in_every_format(tmp_path: pathlib.Path) -> None:
    report = write(tmp_path / "night.json", night())
    table = atome("show", report)
    assert table.returncode == 0 and "236 626" in table.stdout and table.stdout.endswith("11 of 11 cells pass\n")
    assert table.stderr == ""
    rows = list(csv.DictReader(io.StringIO(atome("show", report, "--format", "csv").stdout)))
    assert len(rows) == sum(map(figures_in, night()["cells"]))
    again = tmp_path / "again.json"
    again.write_text(atome("show", report, "--format", "json").stdout)
    assert atome("show", again, "--format", "json").stdout == again.read_text()
    old = atome("show", OLD_FORM, "--format", "md")
    assert old.returncode == 0 and "| " in old.stdout and old.stderr.startswith("renamed: ab bpb -> bits_per_byte, ")
    failed = night()
    failed["cells"][0] |= {"outcome": "crashed", "message": "fault at 0x10"}
    process = atome("show", write(tmp_path / "failed.json", failed))
    assert process.returncode == 0 and "crashed: parity unicorn m0 m.atome03 f32 speed: fault at 0x10" in process.stdout
    assert "nowhere.json" in refused("show", tmp_path / "nowhere.json")


def test_a_large_night_is_quick(tmp_path: pathlib.Path) -> None:
    large = night()
    large["cells"] = [cell("cycles", "m3", {}, {"op": {f"op{j}": {"cycles_per_token": i + j} for j in range(300)}}, detail=f"cell {i}")
                      for i in range(500)]
    before = write(tmp_path / "before.json", large)
    find(large, "cycles", "m3", "op", "op7")["cycles_per_token"] += 1
    after = write(tmp_path / "after.json", large)
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime  # the host may be busy with others
    process = atome("diff", before, after)
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began
    assert process.returncode == 3 and "150 000 figures, of which 149 999 equal" in process.stdout
    assert seconds < 20, f"{seconds:.1f} s, most of it JSON read twice"
