"""golden.export: arrays with other names become the model files that our own writer makes of the same model."""

from __future__ import annotations

import json
import os
import pathlib
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray
import pytest

from golden import export as exporter
from golden import model_files, name_table, plain_file, plain_model, ternarise
from golden.config import ModelConfig
from golden.foreign_model import build, difference, oracle_of
from golden.name_table import Found, NameTable, TableError, parse_table
from golden.named_arrays import ArraysError, read_arrays
from golden.plain_model import PlainConfig, PlainModel
from golden.random_model import random_model
from golden.random_plain import random_plain_model
from golden.ternary_file import Model, Ternary, block_layout

Arrays = dict[str, NDArray[Any]]
SHAPE = ModelConfig(vocab_size=37, d_model=12, n_layers=3, d_head=5, kernel_size=4, top_k=3, max_seq=16)
PLAIN = PlainConfig(vocab_size=37, d_model=12, n_layers=2, n_heads=3, d_ff=20, max_seq=10)
# Names as in a PyTorch model: query, key and value in one, a Conv1d, a linear layer kept (in, out).
TABLE: dict[str, Any] = {
    "architecture": "ternary",
    "config": {"top_k": 3, "max_seq": 16},
    "tensors": {
        "embed": "tok.weight", "unembed": "head.weight", "final_gamma": "norm.weight", "final_beta": "norm.bias",
        "gamma": "layers.{layer}.norm.weight", "beta": "layers.{layer}.norm.bias",
        "conv": {"from": "layers.{layer}.conv.weight", "flip": True},
        "a": "layers.{layer}.ssm.a", "b": "layers.{layer}.ssm.b", "c": "layers.{layer}.ssm.c",
        "wq": {"from": "layers.{layer}.qkv.weight", "rows": [0, 5]},
        "wk": {"from": "layers.{layer}.qkv.weight", "rows": [5, 10]},
        "wv": {"from": "layers.{layer}.qkv.weight", "rows": [10, 22]},
        "router": {"from": "layers.{layer}.router", "transpose": True, "scale": "layers.{layer}.router_scale"}},
    "ignore": ["*.mask"]}


def dense(value: Ternary | NDArray[Any]) -> NDArray[Any]:
    return value.dense(np.float32) if isinstance(value, Ternary) else value


def foreign(model: Model) -> Arrays:
    """The model's numbers under the names and in the forms of TABLE; qkv's three scales must be one."""
    arrays = {"tok.weight": dense(model.embed), "head.weight": dense(model.unembed), "norm.weight": model.final_gamma,
              "norm.bias": model.final_beta, "causal.mask": np.zeros((3, 3))}
    for layer, block in enumerate(model.blocks):
        arrays |= {f"layers.{layer}.{name}": value for name, value in {
            "norm.weight": block.gamma, "norm.bias": block.beta, "conv.weight": dense(block.conv)[:, None, ::-1],
            "ssm.a": block.a, "ssm.b": block.b, "ssm.c": block.c,
            "qkv.weight": np.concatenate([dense(block.wq), dense(block.wk), dense(block.wv)]),
            "router": block.router.trits.T, "router_scale": np.array([block.router.scale])}.items()}
    return arrays


def named_as_ours(model: Model | PlainModel) -> Arrays:
    arrays = {name: dense(getattr(model, name)) for name in ("embed", "unembed", "final_gamma", "final_beta")}
    if isinstance(model, PlainModel):
        arrays["positions"] = model.positions
    for layer, block in enumerate(model.blocks):
        arrays |= {f"blocks.{layer}.{name}": dense(value) for name, value in vars(block).items()}
    return arrays


def positive(model: Model) -> Model:
    """With scales above 0, as found in a dense tensor."""
    for tensor in (model.embed, model.unembed, *(getattr(block, name) for block in model.blocks
                                                 for name, shape in block_layout(SHAPE) if len(shape) == 2)):
        tensor.scale = np.abs(tensor.scale)
    return model


@pytest.fixture(name="model")
def model_fixture() -> Model:
    return positive(random_model(SHAPE, 7))


def test_other_names_and_forms_give_the_same_bytes(model: Model, tmp_path: pathlib.Path) -> None:
    targets = [tmp_path / f"m.atome0{version}" for version in model_files.VERSIONS]
    exported, differences = exporter.export(foreign(model), parse_table(TABLE), targets)
    assert exported.model.config == SHAPE
    for version, target in zip(model_files.VERSIONS, targets):
        assert target.read_bytes() == model_files.encode(model, version)
        assert differences[target].relative < 1e-7
    assert model_files.find_config(targets[0], None) == SHAPE


@pytest.mark.parametrize("weights", plain_file.WEIGHTS)
def test_plain_transformers(weights: str, tmp_path: pathlib.Path) -> None:
    model, target = random_plain_model(PLAIN, 5), tmp_path / "m.plain01"
    table = NameTable("plain", {"n_heads": 3})
    exported, differences = exporter.export(named_as_ours(model), table, [target], weights=weights)
    assert target.read_bytes() == plain_file.encode(model, weights)
    assert differences[target].relative < 1e-12
    moved = difference(exported.model, exported.before).relative
    assert 1e-4 < moved < 0.1 if weights == "int8" else moved == 0


def test_float64_arrays_differ_by_what_fp32_rounds(model: Model, tmp_path: pathlib.Path) -> None:
    arrays = {name: values.astype(np.float64) * (1 + 1e-9 * (np.arange(values.size) % 7).reshape(values.shape) * (values.ndim == 1))
              for name, values in named_as_ours(model).items()}
    target = tmp_path / "m.atome03"
    _, differences = exporter.export(arrays, NameTable(config={"top_k": 3, "max_seq": 16}), [target])
    assert 0 < differences[target].relative < exporter.TOLERANCE


def test_the_check_sees_a_wrong_file(model: Model, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One trit that the writer turns is a failed check, exit code 1."""
    def turned(of: Any, ending: str) -> bytes:
        of.blocks[1].wv.trits[3, 4] = 1 - abs(of.blocks[1].wv.trits[3, 4])
        return model_files.encode(of, 3)

    monkeypatch.setattr(exporter, "encode", turned)
    np.savez(tmp_path / "m.npz", **named_as_ours(model))
    assert exporter.main([str(tmp_path / "m.npz"), "--config", "top_k=3", "--out", str(tmp_path / "m.atome03")]) == 1


@pytest.mark.parametrize(("change", "said"), [
    ({"wq": "layers.{layer}.q.weight"}, "3 arrays are missing: layers.0.q.weight (nearest: layers.0.qkv.weight"),
    ({"wq": {"from": "layers.{layer}.qkv.weight", "rows": [0, 6]}}, "wk of block 0 (layers.0.qkv.weight): has shape (5, 12), expected (6, 12)"),
    ({"wv": {"from": "layers.{layer}.qkv.weight", "rows": [10, 23]}}, "rows 10 to 23 of shape (22, 12) are asked for"),
    ({"router": {"from": "layers.{layer}.router", "scale": "layers.{layer}.router_scale"}}, 'expected (3, 12); say "transpose": true in the table'),
    ({"router": {"from": "layers.{layer}.router", "scale": "layers.{layer}.ssm.a"}}, "its scale has 12 numbers"),
    ({"gamma": 1}, "3 arrays have no place in the model: layers.0.norm.weight, layers.1.norm.weight"),
    ({"wq": "qkv.weight"}, "tensors/wq: 'qkv.weight' has {layer} 0 times; put it where the block's number is"),
    ({"embed": "tok.{layer}"}, "tensors/embed: 'tok.{layer}' has {layer} 1 times; it is of no block"),
    ({"wz": "x"}, "tensors/wz: is unknown; known are embed, unembed"),
    ({"wq": 1}, "tensors/wq: is the number 1.0, which only vectors may be"),
    ({"wq": {"from": "x{layer}", "row": [0, 1]}}, "tensors/wq/row: is [0, 1]; known are from"),
    ({"wq": {"from": "x{layer}", "rows": [3, 3]}}, "tensors/wq/rows: is [3, 3]"),
    ({"wq": []}, "tensors/wq: is no name, number or object"),
])
def test_wrong_tables_are_named(model: Model, change: dict[str, Any], said: str) -> None:
    with pytest.raises(TableError) as error:
        build(foreign(model), parse_table(TABLE | {"tensors": TABLE["tensors"] | change}))
    assert said in str(error.value)


@pytest.mark.parametrize(("change", "said"), [
    ({"config": {"max_seq": 4}}, "top_k follows from no shape; give --config top_k=4"),
    ({"config": {"top_k": 65}}, "config/top_k: is 65; give a whole number from 1 to 64"),
    ({"config": {"n_heads": 4}}, "config/n_heads: is unknown; known are top_k, max_seq"),
    ({"config": []}, "config: is no object"),
    ({"architecture": "rnn"}, "architecture is 'rnn'; give one of ternary, plain"),
    ({"ignore": [7]}, "ignore: has what is no text"),
    ({"ignore": []}, "1 arrays have no place in the model: causal.mask"),
    ({"names": {}}, "names: is unknown; known are architecture"),
])
def test_wrong_settings_are_named(model: Model, change: dict[str, Any], said: str) -> None:
    with pytest.raises(TableError) as error:
        build(foreign(model), parse_table(TABLE | change))
    assert said in str(error.value)


@pytest.mark.parametrize(("name", "wrong", "said"), [
    ("tok.weight", np.full((37, 12), "x"), "embed (tok.weight): is of <U1, not of numbers"),
    ("layers.2.ssm.b", np.full(12, np.nan), "b of block 2 (layers.2.ssm.b): element [0] is nan"),
    ("layers.1.ssm.b", np.full(12, 1e39), "b of block 1 (layers.1.ssm.b): has a number too large for FP32"),
    ("tok.weight", np.zeros(12), "embed (tok.weight): has shape (12,), expected two axes"),
    ("layers.1.ssm.b", np.zeros(13), "has shape (13,), expected (12,)"),
    ("layers.64.ssm.b", np.zeros(12), "a block has the number 64, and models have at most 64 blocks"),
    ("layers.4.ssm.b", np.zeros(12), "arrays are missing: layers.3.norm.weight"),
    ("layers.0.conv.weight", np.zeros((12, 2, 4)), "conv of block 0 (layers.0.conv.weight): has shape (12, 2, 4), expected two axes"),
])
def test_wrong_arrays_are_named(model: Model, name: str, wrong: NDArray[Any], said: str) -> None:
    with pytest.raises(TableError) as error:
        build(foreign(model) | {name: wrong}, parse_table(TABLE))
    assert said in str(error.value)


def test_constants_fill_vectors(model: Model) -> None:
    arrays = {name: value for name, value in named_as_ours(model).items() if not name.endswith("beta")}
    table = parse_table({"config": {"top_k": 3}, "tensors": {"beta": 0, "final_beta": 0.5}})
    built = build(arrays, table).model
    assert not np.any(built.blocks[1].beta) and np.all(built.final_beta == 0.5)  # type: ignore[union-attr]


def test_what_is_not_ternary_is_named(model: Model) -> None:
    arrays = foreign(model)
    scale = float(model.blocks[1].conv.scale)
    arrays["layers.1.conv.weight"][2, 0, 3] = scale * 0.75
    with pytest.raises(TableError) as error:
        build(arrays, parse_table(TABLE))
    # Their last tap is our first.
    assert f"conv of block 1 (layers.1.conv.weight): element [2, 0] is {np.float32(scale * 0.75):.9g}, not 0 or +-{scale:.9g}" in str(error.value)
    assert "--ternarise absmean" in str(error.value)


def test_absmean_is_the_published_rule() -> None:
    values = np.array([[0.5, -0.1, 0.9], [-1.4, 0.0, 0.1]])  # mean of |w| is 0.5
    scale, trits = ternarise.absmean(Found("w", "w", values))
    assert scale == 0.5 and trits.tolist() == [[1, 0, 1], [-1, 0, 0]]
    assert ternarise.absmean(Found("w", "w", np.zeros((2, 2))))[1].tolist() == [[0, 0], [0, 0]]
    assert ternarise.exact(Found("w", "w", np.zeros((2, 2))))[0] == 0


def test_absmean_exports_what_it_computes(tmp_path: pathlib.Path) -> None:
    rng = np.random.default_rng(3)
    arrays = {name: rng.normal(size=value.shape) if value.ndim == 2 else value for name, value in named_as_ours(random_model(SHAPE, 2)).items()}
    target, table = tmp_path / "m.atome02", NameTable(config={"top_k": 3, "max_seq": 16})
    exported, differences = exporter.export(arrays, table, [target], "absmean")
    assert differences[target].relative < exporter.TOLERANCE
    assert difference(exported.model, exported.before).relative > 0.01
    read = model_files.load([target], SHAPE)[0]
    assert read.embed.scale == np.float32(np.mean(np.abs(arrays["embed"])))
    with pytest.raises(TableError, match="--weights int8"):
        build(arrays, table, "absmean", "int8")
    with pytest.raises(TableError, match="--ternarise absmean"):
        build(arrays, NameTable("plain", {"n_heads": 3}), "absmean")


@pytest.mark.parametrize("words, what", [(["--ternarise", "absmean"], "absmean"), (["--weights", "int8", "--architecture", "plain"], "int8")])
def test_what_a_rule_costs_is_said(words: list[str], what: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = what == "int8"
    model: Model | PlainModel = random_plain_model(PLAIN, 2) if plain else random_model(SHAPE, 2)
    np.savez(tmp_path / "m.npz", **named_as_ours(model))
    config = ["--config", "n_heads=3"] if plain else ["--config", "top_k=3,max_seq=16"]
    assert exporter.main([str(tmp_path / "m.npz"), *words, *config, "--out", str(tmp_path / ("m.plain01" if plain else "m.atome02"))]) == 0
    assert f"what {what} does to the model: logits move by up to " in capsys.readouterr().err


def test_arrays_without_blocks_and_long_lists_are_named() -> None:
    arrays = {f"a{i}": np.zeros(2) for i in range(20)}
    with pytest.raises(TableError, match=r"^no block is found: no array is called as blocks.\{layer\}.wq, blocks.\{layer\}.wk, blocks.\{layer\}.wv; there are a0, "):
        build(arrays, NameTable(config={"top_k": 3}))
    names = [f"a{i}" for i in range(name_table._SHOWN)]
    assert name_table._listed([]) == "none" and name_table._listed(names) == ", ".join(names)
    assert name_table._listed([*names, "b"]) == ", ".join(names) + " and 1 more"
    assert " more" not in name_table._missing_text(names, {}) and " and 2 more; " in name_table._missing_text([*names, "b", "c"], {})


@pytest.mark.parametrize("number, good", [(63, True), (64, False)])
def test_as_many_blocks_as_models_have(number: int, good: bool) -> None:
    arrays = {f"blocks.{number}.wq": np.zeros(2), "blocks.0.wq": np.zeros(2), "blocks.01.wq": np.zeros(2), "blocks.7.wq.x": np.zeros(2)}
    if good:
        assert name_table._count_layers(NameTable(), arrays) == 64
    else:
        with pytest.raises(TableError, match="a block has the number 64, and models have at most 64 blocks"):
            name_table._count_layers(NameTable(), arrays)


def save_safetensors(path: pathlib.Path, arrays: Arrays) -> None:
    names = {np.dtype("f4"): "F32", np.dtype("f8"): "F64", np.dtype("i1"): "I8", np.dtype("f2"): "F16"}
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, values in arrays.items():
        data = np.ascontiguousarray(values).tobytes()
        header[name] = {"dtype": names[values.dtype], "shape": values.shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def test_files_of_arrays(model: Model, tmp_path: pathlib.Path) -> None:
    arrays = foreign(model)
    np.savez_compressed(tmp_path / "m.npz", **arrays)
    save_safetensors(tmp_path / "m.safetensors", arrays)
    for name in ("m.npz", "m.safetensors"):
        read = read_arrays(tmp_path / name)
        assert list(read) == list(arrays)
        assert all(np.array_equal(read[each], arrays[each]) for each in arrays)


def test_bfloat16_is_half_of_a_float(tmp_path: pathlib.Path) -> None:
    header = b'{"x": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}'
    (tmp_path / "x.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + b"\x80\x3f\x20\xc0")
    assert read_arrays(tmp_path / "x.safetensors")["x"].tolist() == [1, -2.5]


@pytest.mark.parametrize(("header", "said"), [
    (b"[]", "not an object"), (b"{", "not JSON"), (b'{"x": 1}', "lacks dtype"), (b"[" * 5000, "not JSON"),
    (b'{"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}', "does not fit bytes 0 to 4 of 8"),
    (b'{"x": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]}}', "does not fit bytes 4 to 12 of 8"),
    (b'{"x": {"dtype": "F32", "shape": [-1, -2], "data_offsets": [0, 8]}}', "not whole numbers"),
    (b'{"x": {"dtype": "F32", "shape": [true], "data_offsets": [0, 4]}}', "not whole numbers"),
    (b'{"x": {"dtype": "F32", "shape": 2, "data_offsets": [0, 8]}}', "not whole numbers"),
    (b'{"x": {"dtype": "F32", "shape": [' + b"9," * 99 + b'9], "data_offsets": [0, 8]}}', "not whole numbers"),
    (b'{"x": {"dtype": "E4M3", "shape": [8], "data_offsets": [0, 8]}}', "has dtype E4M3"),
])
def test_damaged_safetensors(tmp_path: pathlib.Path, header: bytes, said: str) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(8))
    with pytest.raises(ArraysError, match=said):
        read_arrays(path)


def test_files_above_4_gib_are_refused_unread(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "m.safetensors"
    path.touch()
    os.truncate(path, 2**32 + 1)  # of which nothing is on the disk
    with pytest.raises(ArraysError, match="has more than 4294967296 bytes; give a smaller model"):
        read_arrays(path)


def test_models_of_one_token_can_be_compared() -> None:
    model = random_model(ModelConfig(1, 4, 1, 2, 2, 1, 4), 1)
    assert difference(model, model).relative == 0.0


def test_unreadable_files(tmp_path: pathlib.Path) -> None:
    for name, data, said in (("a.safetensors", b"1234567", "ends before"), ("a.safetensors", b"\xff" * 9, "says that its header takes"),
                             ("a.npz", b"x", "is not an .npz"), ("a.bin", b"", "the ending is none of")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ArraysError, match=said):
            read_arrays(tmp_path / name)
    np.savez(tmp_path / "o.npz", x=np.array([{}], dtype=object))
    with pytest.raises(ArraysError, match="without objects"):
        read_arrays(tmp_path / "o.npz")
    for name in ("none.npz", "none.safetensors", "none.pt"):
        with pytest.raises(FileNotFoundError):
            read_arrays(tmp_path / name)
    with pytest.raises(ArraysError, match="leave out --key"):
        read_arrays(tmp_path / "o.npz", "model")


def test_random_damage_of_files_is_refused_or_read(model: Model, tmp_path: pathlib.Path) -> None:
    np.savez(tmp_path / "m.npz", **foreign(model))
    save_safetensors(tmp_path / "m.safetensors", foreign(model))
    rng = np.random.default_rng(1)
    for name in ("m.npz", "m.safetensors"):
        whole = (tmp_path / name).read_bytes()
        for _ in range(60):
            damaged = bytearray(whole[:rng.integers(1, len(whole)) if rng.random() < 0.3 else None])
            damaged[rng.integers(len(damaged)) if rng.random() < 0.5 else rng.integers(min(200, len(damaged)))] ^= 1 << rng.integers(8)
            (tmp_path / name).write_bytes(damaged)
            try:
                build(read_arrays(tmp_path / name), parse_table(TABLE))
            except ValueError:
                continue


def test_the_command_with_trace_and_expected_logits(model: Model, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(tmp_path / "m.npz", **foreign(model))
    (tmp_path / "table.json").write_text(json.dumps(TABLE))
    tokens = np.arange(20) % 37
    oracle = oracle_of(model)
    logits = np.stack([oracle.step(int(token)).logits for token in tokens])
    np.savez(tmp_path / "expected.npz", tokens=tokens, logits=logits.astype(np.float32))
    words = [str(tmp_path / "m.npz"), "--table", str(tmp_path / "table.json"), "--out", str(tmp_path / "m.atome02"),
             "--out", str(tmp_path / "m.atome03"), "--expect", str(tmp_path / "expected.npz")]
    assert exporter.main([*words, "--trace", str(tmp_path / "m.trace"), "--prompt-bytes", "1,2", "--steps", "3"]) == 0
    said = capsys.readouterr().err
    assert "m.atome02: " in said and "expected.npz: logits differ by at most" in said and (tmp_path / "m.trace").stat().st_size > 100
    assert "does to the model" not in said and "more than" not in said and "but at most" not in said
    assert exporter.main([*words, "--config", "top_k=2", "--out", str(tmp_path / "other" / "m.atome03")]) == 2
    assert "config.json: says" in capsys.readouterr().err, "the folder has another configuration"
    only = [words[0], *words[1:3], "--out", str(tmp_path / "m.atome03"), *words[7:]]
    assert exporter.main([*only, "--config", "top_k=1"]) == 1
    assert "is not as in that program" in capsys.readouterr().err
    logits[7, 3] = np.nan
    np.savez(tmp_path / "expected.npz", tokens=tokens, logits=logits)
    assert exporter.main(only) == 1
    assert "at step 7, more than" in capsys.readouterr().err
    np.savez(tmp_path / "expected.npz", tokens=tokens[:5], logits=logits)
    assert exporter.main(only) == 2
    assert "logits after each" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "said"), [
    (["--out", "m.plain01", "--architecture", "ternary"], "a ternary model has files that end in .atome01"),
    (["--out", "m.plain01"], "arrays are missing: positions, blocks.0.gamma1"),
    (["--out", "m.atome03"], "top_k follows from no shape"),
    (["--out", "m.atome03", "--config", "top_k"], "--config top_k: is not name=number"),
    (["--out", "m.atome03", "--map", "wq"], "--map wq: is not OURS=THEIRS"),
    (["--out", "m.atome03", "--table", "none.json"], "none.json"),
    (["--out", "none/m.atome03", "--config", "top_k=3"], "none/m.atome03"),
    (["--out", "m.atome03", "--architecture", "plain", "--config", "n_heads=3"], "m.atome03: a plain model"),
])
def test_wrong_words(model: Model, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
                     words: list[str], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("m.npz", **named_as_ours(model))
    assert exporter.main(["m.npz", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_state_dict_of_pytorch(model: Model, tmp_path: pathlib.Path) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (ci/setup --train)")
    state = {name: torch.from_numpy(np.ascontiguousarray(values)) for name, values in foreign(model).items()}
    torch.save(state, tmp_path / "m.pt")
    exporter.export(read_arrays(tmp_path / "m.pt"), parse_table(TABLE), [tmp_path / "m.atome03"])
    assert (tmp_path / "m.atome03").read_bytes() == model_files.encode(model, 3)
    torch.save({"step": 7, "model": state}, tmp_path / "checkpoint.pth")
    with pytest.raises(ArraysError, match="--key model"):
        read_arrays(tmp_path / "checkpoint.pth")
    assert len(read_arrays(tmp_path / "checkpoint.pth", "model")) == len(state)
    torch.save({"x": torch.tensor([1.0, -2.5], dtype=torch.bfloat16)}, tmp_path / "half.pt")
    assert read_arrays(tmp_path / "half.pt")["x"].tolist() == [1, -2.5]
    torch.save(pathlib.PurePosixPath("x"), tmp_path / "object.pt")
    with pytest.raises(ArraysError, match="as weights alone"):
        read_arrays(tmp_path / "object.pt")


def test_a_state_dict_without_pytorch_says_what_to_do(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    (tmp_path / "m.pt").write_bytes(b"x")
    with pytest.raises(ArraysError, match="ci/setup --train"):
        read_arrays(tmp_path / "m.pt")


def test_the_names_are_those_of_the_models() -> None:
    """name_table lists the tensors once more, for both architectures."""
    from golden import name_table
    assert name_table.IN_BLOCK["ternary"] == tuple(name for name, _ in block_layout(SHAPE))
    assert set(name_table.IN_BLOCK["plain"]) == {*plain_model.VECTORS, *plain_model.MATRICES}
