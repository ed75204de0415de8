"""Traces: content, determinism, refusals; committed traces against a fresh run."""

from __future__ import annotations

import dataclasses
import pathlib

import numpy as np
import pytest

from golden import golden_case, make_tiny_models, make_traces, model_files, protos, trace
from golden.config import ModelConfig
from golden.float_bits import bit_hash
from golden.golden_case import DivergenceError, run_case
from golden.random_model import random_model
from golden.taps import LayerTaps
from golden.ternary_file import Ternary, decode, encode

ODD = make_traces.model_files("tiny_odd")


def write(arguments: list[str], out: pathlib.Path) -> int:
    return trace.main([*map(str, ODD), *arguments, "--out", str(out)])


def test_content(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "odd.trace"
    assert write(["--prompt", "\x01\x02", "--prompt-bytes", "36,0,5", "--steps", "4", "--seed", "9",
                  "--full-taps-at", "1", "--full-taps-at", "none"], out) == 0
    message = protos.parse(out.read_bytes())
    assert (message.version, message.seed, message.variant) == ("1.0", 9, 1)
    assert [f.format for f in message.model.files] == [1, 2, 3]
    assert [f.size_bytes for f in message.model.files] == [p.stat().st_size for p in ODD]
    assert message.model.config.vocab_size == 37 and message.model.name == "tiny_odd"
    assert [list(case.prompt) for case in message.cases] == [[1, 2], [36, 0, 5]]
    assert [(t.comparison, t.tolerance_class, t.bound) for t in message.tolerances] == [
        ("runner/bit-model", 1, 0.0), ("runner/oracle", 2, 1e-6)]
    for index, case in enumerate(message.cases):
        assert [s.token for s in case.steps] == [*case.prompt, *case.generated][:-1]
        for number, step in enumerate(case.steps):
            assert len(step.taps) == 3 + 2 * len(LayerTaps.OPS)
            assert [tap.HasField("layer") for tap in step.taps] == [False] + [True] * 14 + [False] * 2
            for tap in step.taps:
                full = tap.op == 10 or (index, number) == (0, 1)
                assert (len(tap.bits) > 0) == full
                if full:
                    assert tap.bit_hash == bit_hash(np.array(tap.bits, np.uint32).view(np.float32))
            logits = np.array(step.taps[-1].bits, np.uint32).view(np.float32)
            np.testing.assert_allclose(logits, step.oracle_logits, rtol=0, atol=1e-6 * np.abs(logits).max())
            if number >= len(case.prompt) - 1:
                assert case.generated[number - len(case.prompt) + 1] == np.argmax(logits)


def test_it_may_say_how_close_is_close_enough(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "odd.trace"
    for accept in ("relative:1e-5", "ulp:4", "tokens", "bits"):
        assert write(["--prompt-bytes", "1,2", "--steps", "2", "--accept", accept], out) == 0
        assert protos.parse(out.read_bytes()).accept == accept
    assert write(["--prompt-bytes", "1,2", "--steps", "2"], out) == 0
    assert protos.parse(out.read_bytes()).accept == ""
    with pytest.raises(SystemExit):
        write(["--prompt-bytes", "1", "--accept", "about"], out)
    assert "'about' is no acceptance; write bits" in capsys.readouterr().err


def test_same_arguments_same_bytes(tmp_path: pathlib.Path) -> None:
    for name in ("a", "b"):
        assert write(["--prompt-bytes", "1,2,3", "--steps", "3", "--full-taps-at", "all"], tmp_path / name) == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_difference_sees_one_bit_and_forgives_one_oracle_ulp() -> None:
    data = (make_traces.TRACES / "tiny_k1.trace").read_bytes()
    message = protos.parse(data)
    step = message.cases[1].steps[2]
    step.oracle_logits[0] = float(np.nextafter(np.float32(step.oracle_logits[0]), np.float32(9)))
    assert protos.difference(message.SerializeToString(), data) is None
    step.taps[-1].bits[0] ^= 1
    assert "taps differ" in (protos.difference(message.SerializeToString(), data) or "")
    step.taps[-1].bits[0] ^= 1
    step.oracle_logits[0] *= 1.001
    assert "oracle logits" in (protos.difference(message.SerializeToString(), data) or "")
    message.ParseFromString(data)
    message.seed += 1
    assert "seed" in (protos.difference(message.SerializeToString(), data) or "")


STRICT = dataclasses.replace(golden_case.VARIANTS["f32"], tolerance=0.0)


def test_divergence_is_refused_and_explained() -> None:
    """Two keys that are equal in FP32 but not in float64 make the references choose differently."""
    model = random_model(ModelConfig(11, 13, 2, 5, 3, 3, 6), 1)
    with pytest.raises(DivergenceError, match="5 of 5 steps diverge.*same positions"):
        run_case(model, [1, 2, 3], 3, [0], variant=STRICT)
    assert len(run_case(model, [1, 2, 3], 3, [0], 5, STRICT).steps) == 5


def test_near_ties_are_named() -> None:
    model = random_model(ModelConfig(11, 13, 2, 5, 3, 3, 6), 1)
    case = run_case(model, [1, 2, 3, 4, 5], 1, [0], 9, STRICT)
    step = case.steps[4]
    step.bit.layers[1].chosen = (0, 1, 99)
    assert "layer 1 attends to (0, 1, 99)" in (golden_case._explain(STRICT, 4, step.bit, step.oracle) or "")


def test_files_of_different_weights_are_refused(tmp_path: pathlib.Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    config = ModelConfig(*make_tiny_models.TINY_MODELS["tiny_odd"].shape)
    other = decode(ODD[1].read_bytes(), config)
    other.blocks[1].wv = Ternary(np.float32(0.5), other.blocks[1].wv.trits)
    (tmp_path / "other.atome02").write_bytes(encode(other, 2))
    assert trace.main([str(ODD[0]), str(tmp_path / "other.atome02"), "--prompt-bytes", "1",
                       "--out", str(tmp_path / "x")]) == 2
    assert "block 1 wv differs" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "message"), [
    (["--prompt-bytes", "1,37"], "outside the vocabulary"), (["--prompt", ""], "needs a prompt"),
    (["--prompt-bytes", "1", "--full-taps-at", "99"], "has steps 0 to 15"),
    (["--prompt-bytes", "1", "--config", "vocab_size=36,d_model=13,n_layers=2,d_head=5,kernel_size=3,top_k=3"],
     "tiny_odd.atome01: ")])
def test_unusable_input(arguments: list[str], message: str, tmp_path: pathlib.Path,
                        capsys: pytest.CaptureFixture[str]) -> None:
    assert write(arguments, tmp_path / "x") == 2
    assert message in capsys.readouterr().err


def test_missing_protos_name_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("ATOME_PROTO_PYTHON", str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="run ci/build first"):
        protos.parse(b"")


@pytest.mark.parametrize("name", make_tiny_models.TINY_MODELS)
def test_tiny_models_are_as_committed(name: str) -> None:
    folder = make_tiny_models.MODELS / name
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == make_tiny_models.images(name)
    config = model_files.find_config(folder / "x", None)
    model_files.load(make_traces.model_files(name), config)


@pytest.mark.parametrize("name", make_tiny_models.TINY_PLAIN_MODELS)
def test_tiny_plain_models_are_as_committed(name: str) -> None:
    path, = make_traces.model_files(name)
    assert path.read_bytes() == make_tiny_models.plain_image(name)


@pytest.mark.parametrize(("variant", "model"), [("plain", "tiny_odd.atome02"), ("q15", "tiny_plain_fp32.plain01")])
def test_a_variant_of_the_other_architecture(variant: str, model: str, tmp_path: pathlib.Path,
                                             capsys: pytest.CaptureFixture[str]) -> None:
    folder = make_tiny_models.PLAIN_MODELS if "plain" in model else make_tiny_models.MODELS / "tiny_odd"
    assert trace.main([str(folder / model), "--prompt-bytes", "1", "--variant", variant,
                       "--out", str(tmp_path / "t")]) == 2
    assert f"variant {variant}" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "variant"), [
    (name, variant) for name in make_traces.entries() for variant in make_traces.variants(name)])
def test_traces_are_as_committed(name: str, variant: str) -> None:
    files = make_traces.model_files(name)
    if not all(path.is_file() for path in files):
        pytest.skip(f"{files[0]} is missing")
    assert make_traces.check(name, make_traces.entries()[name], variant=variant) is None


def test_no_orphans() -> None:
    listed = {name: entry for name, entry in make_traces.entries().items()
              if make_traces.model_files(name)[0].is_file()}
    assert make_traces.orphans(listed) == []
    assert make_traces.orphans({"tiny_nothing": {}})[-2:] == [
        f"tiny_nothing has an entry but no {name}.trace" for name in ("tiny_nothing", "tiny_nothing-q15")]
