"""A report for the tests of the page: every kind of cell and outcome, and names that attack whoever prints them."""

from __future__ import annotations

import dataclasses
from typing import Any

from reports.diff_file import Cause, Change, Diff
from reports.report_data import Cell, Divergence, Environment, Figure, Key, Report

EVIL = "<script>alert(1)</script>\"'&|`*_[x](javascript:alert(1))$x$\N{RIGHT-TO-LEFT OVERRIDE}\0\n# @all"
CORES = ("m0", "m3", "m7")
OPS = ("embed", "norm", "sparse", "other")


def parity(model: str, core: str, outcome: str = "pass", runner: str = "unicorn") -> Cell:
    cell = Cell(Key("parity", runner, core, model=model, variant="f32"), outcome,
                command=f"build/atome verify {model} --runner {runner} --core {core} --variant f32")
    if outcome in ("pass", "mismatch"):
        cell.figures = [Figure("tokens_matched", 48), Figure("tokens_total", 48),
                        Figure("max_ulp", 0)]
        cell.unavailable = {"cycles_per_token": "the host's instructions are not counted"}
    else:
        cell.message = "usage fault at 0x00001f3c"
    if outcome == "mismatch":
        cell.divergence = Divergence(0, 17, "sparse", 2, 41, 0x3F800000, 0x3F800001, 1)
    return cell


def cycles(core: str, board: str = "", scale: float = 1.0) -> Cell:
    costs = [(op, 1000.0 * (place + 1) * scale) for place, op in enumerate(OPS)]
    names = ("cycles_per_token", "instructions_per_token")
    figures = [Figure(name, sum(cost for _, cost in costs)) for name in names]
    figures += [Figure(name, cost, "op", op) for op, cost in costs for name in names]
    figures += [Figure("tokens_per_second", 100.0)] if board else []
    return Cell(Key("cycles", "unicorn", core, board, "a.atome03", "f32", "speed", detail="positions 16:64"),
                figures=figures, command=f"build/atome cycles --core {core}", note="accurate to 5 %")


def size(core: str, grown: int = 0) -> Cell:
    values = {"engine_text_bytes": 9000 + grown, "library_text_bytes": 900, "startup_text_bytes": 2000,
              "rodata_bytes": 400, "data_bytes": 0, "model_bytes": 15216, "firmware_bytes": 12300 + grown,
              "state_bytes": 41984, "stack_bytes": 588, "bss_bytes": 2312, "logits_bytes": 1024, "ram_bytes": 45908,
              "max_seq": 64}
    figures = [Figure(name, value) for name, value in values.items()]
    figures += [Figure("symbol_bytes", 700 + grown, "symbol", "atome::Exp(float)"),
                Figure("symbol_bytes", 80, "symbol", EVIL), Figure("fits", 1, "board", "bluepill"),
                Figure("longest_max_seq", 84, "board", "bluepill"), Figure("fits", 0, "board", "microbit")]
    return Cell(Key("size", "elf", core, model="a.atome03", variant="f32", build_kind="speed"), figures=figures,
                command=f"build/atome size --core {core}")


def perplexity(variant: str) -> Cell:
    figures = [Figure("perplexity", 7.38, low=7.22, high=7.55), Figure("tokens", 50048),
               Figure("bits_per_byte", 2.88, low=2.85, high=2.91),
               Figure("perplexity_ratio", 1.00016, "against", "a.atome03 f32", low=1.00005, high=1.0003)]
    return Cell(Key("perplexity", "native", "host", model="a.atome03", variant=variant, text="stories"),
                figures=figures, command="build/atome ppl a.atome03")


def contender(name: str) -> Cell:
    figures = [Figure("parameters", 60800), Figure("bits_per_weight", 1.997), Figure("file_bytes", 15176),
               Figure("perplexity", 7.38, low=7.22, high=7.55)]
    figures += [Figure(what, value, "core", core) for core in CORES for what, value in (
        ("cycles_per_token", 661054.2), ("flash_bytes_needed", 35088), ("ram_bytes_needed", 105280))]
    return Cell(Key("ab", "native", detail=f"variants: {name}"), figures=figures, command="build/atome ab x.json")


def benchmark(name: str, seconds: float) -> Cell:
    figure = Figure("seconds", seconds, samples=(seconds * 0.9, seconds * 1.1))
    ratio = Figure("time_ratio", 0.5, "against", "plain", samples=(0.4, 0.6))
    return Cell(Key("benchmark", "native", "host", detail=name), figures=[figure, ratio], command="build/atome bench")


def injection(guard: str = "boot", silent: float = 0.25) -> Cell:
    """Of two regions, in one of which nothing is masked."""
    shares = {"stack": {"masked": 0.5 - silent, "fault": 0.5, "silent": silent}, "model": {"check": 1.0}}
    figures = [Figure("cycles_per_token", 180000.0), Figure("flash_bytes", 27000)]
    for region, found in shares.items():
        figures.append(Figure("flips", 100, "region", region))
        figures += [Figure(f"{name}_share", found.get(name, 0.0), "region", region, low=0.0, high=1.0)
                    for name in ("masked", "parity", "check", "fault", "hang", "garbled", "silent")]
    return Cell(Key("injection", "unicorn", "m3", "", "a.atome03", "q15", "speed", detail=f"guard {guard}, at run, 8 tokens, seed 1"),
                figures=figures, command="build/atome inject a.atome03")


def report(evil: bool = True, failing: bool = True, grown: int = 0, scale: float = 1.0) -> Report:
    cells = [parity("a.atome03", core) for core in CORES] + [parity("a.atome03", "host", runner="native")]
    if failing:
        cells += [parity("b.atome03", "m3", "mismatch"), parity("b.atome03", "m7", "crashed"),
                  parity("b.atome03", "m0", "missing")]
    cells += [cycles(core, scale=scale) for core in CORES] + [cycles("m3", "bluepill"), size("m0", grown), size("m3")]
    too_large = Cell(Key("cycles", "unicorn", "m0", "microbit", "a.atome03", "f32", "speed", detail="positions 16:64"),
                     "too_large", "does not fit: 88 840 bytes of RAM too many")
    cells += [too_large, perplexity("f32"), perplexity("q15"), contender("f32"), contender("q15"),
              benchmark("dot", 1e-3), benchmark("norm", 3e-6)]
    if evil:
        cells += [parity(EVIL, EVIL, "error"), Cell(Key("ab", text=EVIL, detail=f"{EVIL}: {EVIL}"), message=EVIL, note=EVIL)]
    environment = Environment("0.1.0", "9b7a5562c5d1", "Debian", "2026-11-25T05:49:08Z", {"qemu": "7.2"})
    return Report("ci/nightly", environment, cells, ["atome verify", "atome cycles"])


def diff(grown: int = 16) -> Diff:
    """Of a report against itself with firmware of m0 that is so much smaller."""
    key, change = size("m0").key, f"+{grown} (+0.13 %)"
    changes = [Change("regression", "worse", key, name, before="12300", after=str(12300 + grown), change=change,
                      why="atome::Exp(float) grew") for name in ("firmware_bytes", "engine_text_bytes")]
    changes += [Change("note", "changed", key, "symbol_bytes", "symbol", "atome::Exp(float)", "700", str(700 + grown), change),
                Change("improvement", "better", cycles("m3").key, "cycles_per_token", change="-1.00 %"),
                Change("note", "wall time", benchmark("dot", 1).key, "seconds", change="1.2 times"),
                Change("note", "new cell", parity(EVIL, EVIL).key)]
    causes = [Cause("regression", "^", "flash", "Cortex-M0 a", "+16 B, Exp 700 -> 716", "Cortex-M0 a: +16 B, Exp 700 -> 716", (0, 1, 2),
                    ("atome::Exp(float)",), 1, 2, "build/atome size --core m0 --symbols 20"),
              Cause("improvement", "v", "cycles", "Cortex-M3 a", "-1.00 %", "Cortex-M3 a: -1.00 %", (3,), (), 1, 1)]
    return Diff(False, "2 regressions, 1 improvement, 3 notes", 123, ["the commit: a, now b"], changes, "2 causes, 3 figures", causes)


def diff_json() -> dict[str, Any]:
    """As `atome diff --format json` prints what `diff` gives."""
    found = diff()
    names = {"name": "figure"}
    changes = [{names.get(field, field): value for field, value in dataclasses.asdict(change).items() if field != "key"}
               | dataclasses.asdict(change.key) for change in found.changes]
    return {"verdict": "regression", "summary": found.summary, "headline": found.headline, "environment": found.environment,
            "totals": {"figures_compared": found.compared}, "changes": changes,
            "causes": [dataclasses.asdict(cause) for cause in found.causes]}
