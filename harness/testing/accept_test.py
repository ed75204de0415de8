"""`atome verify --accept`: tolerances, how a pass within one is shown, and what a diff says of it."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

from golden import protos
from golden.float_bits import bit_hash
from harness.testing import cells
from harness.testing.process import BUILD, ROOT, atome, needs_firmware, refused

MODEL = ROOT / "golden/models/tiny_odd/tiny_odd.atome02"
LARGE = ROOT / "golden/models/atome_60k/atome_60k.atome03"
TRACES = ROOT / "golden/traces"


def verify(*words: str | pathlib.Path, code: int = 0) -> list[cells.Cell]:
    process = atome("verify", *words, "--format", "json")
    assert process.returncode == code, process.stderr
    return cells.load(process.stdout)


def q15(accept: str, code: int = 0) -> cells.Cell:
    """The integer-only engine held to the trace of f32: near, and never to the bit."""
    [cell] = verify(LARGE, "--variant", "q15", "--trace", TRACES / "atome_60k.trace", "--core", "host", "--accept", accept, code=code)
    assert (cell["variant"], cell["detail"]) == ("q15", "against f32")
    return cell


@pytest.mark.parametrize("accept", ["bits", "ulp:1", "relative:1e-5", "tokens"])
def test_what_is_to_the_bit_is_a_pass_whatever_is_accepted(accept: str) -> None:
    [cell] = verify(MODEL, "--core", "host", "--accept", accept)
    assert cell["outcome"] == "pass" and cells.number(cell, "max_ulp") == 0
    assert cells.has(cell, "accepted") == (accept != "bits")


def test_another_engine_passes_within_a_tolerance_only(tmp_path: pathlib.Path) -> None:
    near = q15("tokens")
    assert near["outcome"] == "within" and near["message"].startswith("48/48 tokens; logits not judged: relative ")
    reached = cells.number(near, "max_relative_error")
    assert 1e-5 < reached < 0.1
    cells.measured_again(near, tmp_path / "again.json")

    exactly = q15(f"relative:{reached!r}")
    assert exactly["outcome"] == "within" and cells.text(exactly, "accepted").startswith("relative:")
    beyond = q15(f"relative:{reached * (1 - 1e-12)!r}", code=1)
    assert beyond["outcome"] == "mismatch" and beyond["divergence"]["op"] == "logits"
    assert "to the oracle; accepted is relative:" in beyond["message"]
    distance = abs(float(beyond["divergence"]["actual"]) - float(beyond["divergence"]["expected"]))
    assert 0 < distance <= cells.number(near, "max_abs_error") * (1 + 1e-6)

    ulp = q15("ulp:16", code=1)
    assert ulp["divergence"]["ulp"] > 16 and "layer" not in ulp["divergence"]
    assert q15("bits", code=1)["outcome"] == "mismatch"


def test_a_pass_within_a_tolerance_is_shown_apart_and_regresses(tmp_path: pathlib.Path) -> None:
    near, page, junit = tmp_path / "near.json", tmp_path / "page.html", tmp_path / "junit.xml"
    words = ("verify", LARGE, "--core", "host", "--variant", "q15", "--trace", TRACES / "atome_60k.trace")
    process = atome(*words, "--accept", "tokens", "--report", near)
    assert "  within " in process.stdout
    assert "1 of 1 cells pass, 1 of them within a tolerance and not to the bit" in process.stdout
    exact = json.loads(near.read_text())
    exact["cells"][0]["outcome"] = "pass"
    (tmp_path / "exact.json").write_text(json.dumps(exact))
    lost = atome("diff", tmp_path / "exact.json", near)
    assert lost.returncode == 3 and "no longer to the bit" in lost.stdout
    assert atome("diff", near, tmp_path / "exact.json").returncode == atome("diff", near, near).returncode == 0
    assert atome("report", near, "--html", page, "--junit", junit).returncode == 0
    assert "within a tolerance and not to the bit" in page.read_text() and 'class="verdict near"' in page.read_text()
    assert "within: parity native host atome_60k.atome03 q15" in junit.read_text()


def test_a_trace_says_what_it_accepts_and_the_command_overrules_it(tmp_path: pathlib.Path) -> None:
    # A trace that the engine cannot have to the bit: one logit of the bit model is 3 ULP higher.
    message = protos.parse((TRACES / "tiny_odd.trace").read_bytes())
    tap = message.cases[0].steps[1].taps[-1]
    values = np.array(tap.bits, np.uint32)
    values[2] += 3
    tap.bits[:] = values.tolist()
    tap.bit_hash = bit_hash(values.view(np.float32))
    path = tmp_path / "near.trace"

    def outcome(accept: str, *words: str) -> tuple[int, str]:
        message.accept = accept
        path.write_bytes(message.SerializeToString())
        process = atome("verify", MODEL, "--core", "host-simd", "--trace", path, "--format", "json", *words)
        return process.returncode, cells.load(process.stdout)[0]["outcome"] if process.stdout else process.stderr

    assert outcome("") == outcome("bits") == (1, "mismatch")
    assert outcome("ulp:3") == outcome("relative:1e-5") == outcome("tokens") == (0, "within")
    assert outcome("ulp:2") == (1, "mismatch")
    assert outcome("tokens", "--accept", "ulp:2") == outcome("tokens", "--accept", "bits") == (1, "mismatch")
    assert outcome("bits", "--accept", "ulp:3") == (0, "within")
    code, said = outcome("relative:\x1b[2Jnear")
    assert code == 2 and f"{path}: accept: " in said and "write bits, ulp:N" in said and "\x1b" not in said


@needs_firmware
def test_firmware_is_held_to_a_tolerance_as_well() -> None:
    found = verify(MODEL, "--core", "m3", "--runner", "unicorn", "--accept", "relative:1e-5")
    assert [cell["outcome"] for cell in found] == ["pass"]
    assert cells.text(found[0], "accepted") == "relative:1e-05"


@needs_firmware
def test_a_contender_of_an_ab_is_held_to_its_trace(tmp_path: pathlib.Path) -> None:
    (tmp_path / "text.txt").write_text("Once upon a time there was a little girl. " * 40)
    # The same weights in a file that no trace knows.
    assert atome("convert", LARGE, tmp_path / "other.atome03", "--max-seq", "63").returncode == 0
    contenders = [{"name": "held", "model": str(LARGE), "accept": "relative:1e-5"}, {"name": "free", "model": str(LARGE)},
                  {"name": "unknown", "model": str(tmp_path / "other.atome03"), "accept": "bits"}]
    config = tmp_path / "held.json"
    config.write_text(json.dumps({"name": "held", "text": "text.txt", "cores": ["m3"], "positions": "0:2", "baseline": "free",
                                  "contenders": contenders}))
    process = atome("ab", config, "--out", tmp_path / "out", "--format", "json")
    held, free, unknown = cells.load(process.stdout)
    assert process.returncode == 2 and [cell["outcome"] for cell in (held, free, unknown)] == ["pass", "pass", "missing"]
    assert cells.text(held, "accepted") == "relative:1e-05" and cells.text(held, "reached", "core", "m3").startswith("relative ")
    assert not cells.has(free, "accepted") and "no trace of variant f32" in unknown["message"]
    made = json.loads((tmp_path / "out/ab_results.json").read_text())["cells"]
    parity = [cell for cell in made if cell["kind"] == "parity" and cell["outcome"] == "pass"]
    assert len(parity) == 1 and parity[0]["command"].startswith(f"{cells.PROGRAM} verify --runner unicorn --accept relative:1e-05 ")


@pytest.mark.parametrize("accept", ["", "bit", "ulp", "ulp:0", "ulp:-1", "ulp:0x4", "relative:nan", "relative:2", "relative:-1e-5", "relative:1,5"])
def test_what_makes_no_sense_is_refused(accept: str) -> None:
    said = refused("verify", MODEL, "--accept", accept)
    assert f'--accept: "{accept}" is no acceptance' in said and "write bits, ulp:N" in said
