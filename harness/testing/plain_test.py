"""Plain transformers in every command: bits equal the bit model's, natively and as firmware in both
emulators."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest

from golden.plain_bit_model import PlainBitModel
from golden.plain_file import WEIGHTS, encode
from golden.plain_model import PlainModel
from golden.random_model import Source
from golden.random_plain import KINDS, random_plain_config, random_plain_model
from harness.testing.cells import has, load, number, parts
from harness.testing.process import FIRMWARE, ROOT, atome, needs_qemu, refused

MODELS = ROOT / "golden" / "models_plain"
TINY, TINY_INT8 = MODELS / "tiny_plain_fp32.plain01", MODELS / "tiny_plain_int8.plain01"
OPS = ["embed", "norm", "attention", "feed", "unembed", "other"]
SHAPES = 60  # random shapes, seeds from 0
EMULATED = 10  # the number of them that also run on each of CORES
CORES = ("m0", "m3", "m4f", "m7")  # one for each set of kernels of engine/targets
needs_plain = pytest.mark.skipif(not (FIRMWARE / "m3" / "generic-plain.elf").exists(),
                                 reason="no cross compiler, so no firmware was built")


def whole_sequence(model: PlainModel) -> tuple[list[int], list[bytes]]:
    """A prompt of three tokens, and the logits of each later step up to the last position."""
    source = Source(model.config.d_model)
    tokens = [source.integer(0, model.config.vocab_size - 1) for _ in range(min(3, model.config.max_seq))]
    prompt, bits, rows = list(tokens), PlainBitModel(model), []
    for position in range(model.config.max_seq):
        taps = bits.step(tokens[position])
        if position >= len(prompt) - 1:
            rows.append(taps.logits.tobytes())
            tokens.append(taps.best)
    return prompt, rows


def check(seed: int, folder: pathlib.Path, *options: str) -> None:
    weights = WEIGHTS[seed % 2]
    model = random_plain_model(random_plain_config(Source(seed), smallest=1 if seed % 3 == 0 else 8), seed,
                               list(KINDS)[seed // 2 % len(KINDS)], weights)
    prompt, expected = whole_sequence(model)
    path = folder / "m.plain01"
    path.write_bytes(encode(model))
    process = atome("logits", path, "--prompt-bytes", ",".join(map(str, prompt)), "--steps", str(len(expected)),
                    "--format", "json", *options)
    assert process.returncode == 0, f"seed {seed}: {process.stderr}"
    rows = [np.array(row, np.float32).tobytes() for row in json.loads(process.stdout)["logits"]]
    assert rows == expected, f"seed {seed} {options}: {model.config.to_string()} {weights}"


def test_bits_equal_the_bit_models(tmp_path: pathlib.Path) -> None:
    for seed in range(SHAPES):
        check(seed, tmp_path)


@needs_plain
@pytest.mark.parametrize("core", CORES)
def test_bits_equal_the_bit_models_on_a_core(core: str, tmp_path: pathlib.Path) -> None:
    for seed in range(EMULATED):
        check(seed, tmp_path, "--runner", "unicorn", "--core", core)


def test_verify_natively_with_every_tap() -> None:
    process = atome("verify", TINY, TINY_INT8, "--runner", "native", "--taps", "--format", "json")
    assert process.returncode == 0, process.stderr
    cells = load(process.stdout)
    assert [(cell["core"], cell["variant"], number(cell, "max_ulp")) for cell in cells] == 2 * [("host", "plain", 0)]
    assert number(cells[0], "max_relative_error") < 1e-6 and number(cells[1], "max_relative_error") < 2e-3


@needs_plain
@needs_qemu
@pytest.mark.parametrize("taps", [[], ["--taps"]])
def test_verify_on_cores_in_both_emulators(taps: list[str]) -> None:
    process = atome("verify", TINY, TINY_INT8, "--runner", "unicorn,qemu", "--core", "m0,m3,m4f,m7", "--format",
                    "json", *taps)
    assert process.returncode == 0, process.stderr + process.stdout
    cells = load(process.stdout)
    assert len(cells) == 16 and all(number(cell, "max_ulp") == 0 and cell["variant"] == "plain" for cell in cells)


@needs_plain
def test_cycles_by_op() -> None:
    process = atome("cycles", TINY, ROOT / "golden/models/tiny_odd/tiny_odd.atome02", "--core", "m0", "--positions",
                    "4:16", "--format", "json")
    assert process.returncode == 0, process.stderr
    plain, ternary = load(process.stdout)
    assert (plain["variant"], ternary["variant"]) == ("plain", "f32")
    by_op = parts(plain, "op", "cycles_per_token")
    assert set(by_op) == set(OPS) and has(ternary, "cycles_per_token", "op", "router")
    costs = [by_op[op] for op in OPS]
    assert sum(costs) == pytest.approx(number(plain, "cycles_per_token")) and min(costs[:5]) > 0
    assert costs[5] < 0.02 * sum(costs), "what belongs to no op is little"
    table = atome("cycles", TINY, ROOT / "golden/models/tiny_odd/tiny_odd.atome02", "--core", "m0", "--positions", "4:16")
    assert table.returncode == 0 and "router" in table.stdout
    [titles] = [line.split() for line in table.stdout.splitlines() if "attention" in line]
    assert [title for title in titles if title in OPS] == OPS


@needs_plain
def test_size() -> None:
    process = atome("size", TINY_INT8, "--core", "m0", "--format", "json")
    assert process.returncode == 0, process.stderr
    [cell] = load(process.stdout)
    assert cell["variant"] == "plain" and number(cell, "model_bytes") == TINY_INT8.stat().st_size + 40
    assert number(cell, "ram_bytes") > 0 and set(parts(cell, "board", "longest_max_seq").values()) == {20}


@pytest.mark.parametrize("command", ["cycles", "verify", "size"])
def test_a_variant_of_ternary_models(command: str) -> None:
    message = refused(command, TINY, "--variant", "q15")
    assert str(TINY) in message and "variant q15 does not run a plain transformer" in message
    message = refused(command, ROOT / "golden/models/tiny_odd/tiny_odd.atome02", "--variant", "plain")
    assert "variant plain does not run a three-pathway ternary model" in message


@needs_plain
@pytest.mark.parametrize("options", [[], ["--runner", "unicorn", "--core", "m3"]])
def test_no_position_is_left(options: list[str]) -> None:
    assert atome("logits", TINY, "--prompt-bytes", "1", "--steps", "24", *options).returncode == 0
    message = refused("logits", TINY, "--prompt-bytes", "1", "--steps", "25", *options)
    assert str(TINY) in message and "no position is left" in message and "step 24" in message


def test_the_vector_engine_has_none() -> None:
    assert "host-simd has no engine of variant plain" in refused("logits", TINY, "--prompt-bytes", "1", "--core",
                                                                 "host-simd")
    assert "host-simd has only an engine of f32" in refused("verify", TINY, "--core", "host-simd")


def test_damaged_files(tmp_path: pathlib.Path) -> None:
    data = bytearray(TINY.read_bytes())
    path = tmp_path / "m.plain01"
    for at, section in ((12, "header"), (len(data) - 2, "unembed"), (len(data) // 2, "weights")):
        damaged = bytearray(data)
        damaged[at] ^= 4
        path.write_bytes(damaged)
        message = refused("logits", path, "--prompt-bytes", "1")
        assert str(path) in message and "checksum" in message and section in message
    path.write_bytes(data[:-4])
    assert "bytes" in refused("logits", path, "--prompt-bytes", "1")


def test_a_configuration_of_ones_own() -> None:
    sizes = "vocab_size=37,d_model=14,n_layers=2,n_heads=2,d_ff=21"
    assert atome("logits", TINY, "--prompt-bytes", "1", "--config", sizes + ",max_seq=5").returncode == 0
    assert "no position is left" in refused("logits", TINY, "--prompt-bytes", "1", "--steps", "6", "--config",
                                            sizes + ",max_seq=5")
    assert str(TINY) in refused("logits", TINY, "--prompt-bytes", "1", "--config", sizes.replace("21", "22"))
    assert "n_heads is missing" in refused("logits", TINY, "--prompt-bytes", "1", "--config",
                                           "vocab_size=37,d_model=14,n_layers=2,d_ff=21")
