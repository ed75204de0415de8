"""`atome convert` writes the same bytes as golden/convert.py, and leaves the target alone when it fails."""

from __future__ import annotations

import concurrent.futures
import csv
import hashlib
import io
import itertools
import json
import os
import pathlib
import resource
import shutil
import subprocess
import zlib

import numpy as np
import pytest

from golden import convert
from golden.config import ModelConfig
from golden.model_files import VERSIONS, encode
from golden.random_model import KINDS, Source, random_config, random_model
from harness.testing.process import BUILD, ROOT, atome, refused

MODELS = ROOT / "golden" / "models"
TINY = MODELS / "tiny_odd" / "tiny_odd.atome02"
PLAIN = ROOT / "golden" / "models_plain" / "tiny_plain_int8.plain01"
TINY_CONFIG = json.loads((TINY.parent / "config.json").read_text())["config"]
SHARED = ROOT.parent / "shared" / "data" / "atome-lm"
PUBLISHED = sorted(SHARED.glob("*.atome0[12]"))
SHAPES = 36


def config_of(model: pathlib.Path) -> str:
    """The configuration of a model of the repository, or of a published model."""
    beside = model.parent / "config.json"
    if beside.exists():
        config: str = json.loads(beside.read_text())["config"]
        return config
    vectors = json.loads((SHARED / f"{model.name.split('.')[0]}.vectors.json").read_text())
    sizes = {key: value for key, value in vectors["config"].items() if key != "n_pathways"}
    return ModelConfig.from_dict(sizes).to_string()


def both(source: pathlib.Path, config: str, version: int, folder: pathlib.Path, *options: str) -> str | None:
    """The difference between the results of the two converters; None when they agree."""
    ours, theirs = (folder / f"{who}-{source.name}.atome0{version}" for who in ("ours", "theirs"))
    words = ["--config", config, *options]
    process = atome("convert", source, ours, *words)
    code = convert.main([str(source), str(theirs), *words])
    if process.returncode != code:
        return f"{source} to {version}: exit code {process.returncode}, expected {code}: {process.stderr}"
    if code == 0 and ours.read_bytes() != theirs.read_bytes():
        return f"{source} to {version} {options}: other bytes"
    return None


@pytest.mark.parametrize("compiler", [["cc", "-std=c99", "-x", "c"], ["c++", "-std=c++20", "-x", "c++"]], ids=["c", "c++"])
def test_a_c_array_has_the_bytes_aligned(compiler: list[str], tmp_path: pathlib.Path) -> None:
    reference = tmp_path / "my.atome03"
    for target in (reference, tmp_path / "my-model.h"):
        assert atome("convert", TINY, target, "--max-seq", "7").returncode == 0
    (tmp_path / "program").write_text("""#include <stdio.h>
#include "engine/atome.h"
#include "my-model.h"
int main(void) {
  static const atome_config config = MY_MODEL_CONFIG;
  fwrite(my_model.bytes, 1, sizeof my_model.bytes, stdout);
  return (uintptr_t)my_model.bytes % 4 != 0 || config.max_seq != 7 || config.d_model != MY_MODEL_D_MODEL;
}
""", encoding="utf-8")
    subprocess.run([*compiler, "-Wall", "-Wextra", "-Werror", "-pedantic", f"-I{ROOT}", tmp_path / "program", "-o", tmp_path / "run"],
                   check=True)
    assert subprocess.run([tmp_path / "run"], check=True, capture_output=True).stdout == reference.read_bytes()
    again = tmp_path / "again" / "my-model.h"
    again.parent.mkdir()
    assert atome("convert", reference, again).returncode == 0
    assert again.read_bytes() == (tmp_path / "my-model.h").read_bytes()


@pytest.mark.parametrize("half", [[], ["--half-vectors"]])
@pytest.mark.parametrize("model", sorted(MODELS.glob("*/*.atome0?")) + PUBLISHED, ids=lambda path: path.name)
def test_the_bytes_of_the_reference(model: pathlib.Path, half: list[str], tmp_path: pathlib.Path) -> None:
    for version in VERSIONS:
        assert both(model, config_of(model), version, tmp_path, *half) is None


@pytest.mark.skipif(not PUBLISHED, reason=f"{SHARED} is not there")
def test_the_published_models_were_there() -> None:
    assert len(PUBLISHED) >= 5


def check_shape(seed: int, folder: pathlib.Path) -> list[str]:
    """Differences of a random model, from one format to all."""
    source = Source(77_000 + seed)
    config = random_config(source, smallest=1)
    model = random_model(config, seed, list(KINDS)[seed % len(KINDS)])
    if seed % 7 == 3:  # just inside the range of FP16
        model.final_gamma[0] = [2.0**-24, 65504, -0.0, -(2.0**-14)][seed % 4]
    if seed % 7 == 4:  # outside the range of FP16
        model.final_beta[-1] = [65520, 1e-30, -3e38, 2.0**-25][seed % 4]
    path = folder / f"{seed}.model"
    path.write_bytes(encode(model, 1 + seed % 3))
    half = ["--half-vectors"] if seed % 2 else []
    with np.errstate(over="ignore"):
        found = [both(path, config.to_string(), version, folder, *half) for version in VERSIONS]
    return [each for each in found if each]


def test_random_shapes(tmp_path: pathlib.Path) -> None:
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = [fault for each in pool.map(check_shape, range(SHAPES), [tmp_path] * SHAPES) for fault in each]
    assert not faults, "\n".join(faults)
    assert sum(path.name.startswith("ours") for path in tmp_path.iterdir()) > 2.5 * SHAPES, "most were written"


@pytest.mark.parametrize("through", [(1, 3, 1), (2, 3, 2), (3, 1, 3), (3, 2, 3), (1, 2, 1)])
@pytest.mark.parametrize("name", ["tiny_odd", "atome_60k"])
def test_round_trips(name: str, through: tuple[int, int, int], tmp_path: pathlib.Path) -> None:
    here = MODELS / name / f"{name}.atome0{through[0]}"
    words = ["--config", config_of(here)]
    for step, version in enumerate(through[1:]):
        there = tmp_path / f"{step}.atome0{version}"
        assert atome("convert", here, there, *words).returncode == 0
        here = there
    assert here.read_bytes() == (MODELS / name / f"{name}.atome0{through[0]}").read_bytes()


def test_figures(tmp_path: pathlib.Path) -> None:
    source, target = MODELS / "atome_60k" / "atome_60k.atome02", tmp_path / "m.atome03"
    found = json.loads(atome("convert", source, target, "--format", "json").stdout)
    assert found["parameters"] == 60800
    assert (found["bytes_before"], found["bytes_after"]) == (17613, target.stat().st_size)
    assert found["bits_per_weight_before"] == pytest.approx(17613 * 8 / 60800)
    for side in ("before", "after"):
        assert sum(row[f"bytes_{side}"] for row in found["sections"]) == found[f"bytes_{side}"]
    assert sum(row["parameters"] for row in found["sections"]) == 60800
    assert [row["section"] for row in found["sections"]][:4] == ["header", "embed", "block 0 vectors", "block 0 weights"]
    table = atome("convert", source, target).stdout
    assert table.splitlines()[-1].split() == ["file", "60", "800", "ATOME02", "17", "613", "2.317", "ATOME03", "15", "176",
                                              "1.997"]
    rows = list(csv.DictReader(io.StringIO(atome("convert", source, target, "--format", "csv").stdout)))
    assert (rows[-1]["section"], rows[-1]["bytes_after"]) == ("file", "15176")
    assert "| ---: |" in atome("convert", source, target, "--format", "md").stdout


def test_an_atome03_file_needs_no_configuration(tmp_path: pathlib.Path) -> None:
    alone = tmp_path / "alone.atome03"
    shutil.copy(TINY.with_suffix(".atome03"), alone)
    assert atome("convert", alone, tmp_path / "m.atome02").returncode == 0
    assert (tmp_path / "m.atome02").read_bytes() == TINY.read_bytes()
    message = refused("convert", tmp_path / "m.atome02", tmp_path / "m.atome03")
    assert "config.json" in message and "--config" in message


def test_max_seq_is_what_the_file_then_says(tmp_path: pathlib.Path) -> None:
    target = tmp_path / "m.atome03"
    assert atome("convert", TINY, target, "--max-seq", "777").returncode == 0
    assert int.from_bytes(target.read_bytes()[20:22], "little") == 777
    again = tmp_path / "again.atome03"
    assert atome("convert", target, again).returncode == 0
    assert again.read_bytes() == target.read_bytes()


def test_the_model_runs_the_same(tmp_path: pathlib.Path) -> None:
    target = tmp_path / "m.atome03"
    assert atome("convert", TINY, target).returncode == 0
    words = ["--prompt-bytes", "1,2,3", "--steps", "6", "--format", "json"]
    assert atome("logits", TINY, *words).stdout == atome("logits", target, *words).stdout


def test_damaged_bytes_of_atome03_are_named(tmp_path: pathlib.Path) -> None:
    """Conversion and loading both name the damaged section; convert_test.cc tries every byte."""
    path = MODELS / "tiny_k1" / "tiny_k1.atome03"
    whole = path.read_bytes()
    sections = json.loads(atome("convert", path, tmp_path / "m.atome01", "--format", "json").stdout)["sections"]
    names = [row["section"] for row in sections for _ in range(row["bytes_before"])]
    assert len(names) == len(whole)

    def check(at: int) -> str | None:
        damaged = tmp_path / f"{at}.atome03"
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1:])
        words = ["convert", damaged, tmp_path / f"{at}.atome02"] if at % 2 else ["logits", damaged, "--prompt-bytes", "1"]
        process = atome(*words)
        expected = f"({names[at]})" if at >= 8 else "" if "config.json" in process.stderr else "offset 0"
        if process.returncode == 2 and f"{damaged}: " in process.stderr and expected in process.stderr and not process.stdout:
            return None
        return f"byte {at}: {process.returncode} {process.stderr}"

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = [fault for fault in pool.map(check, range(0, len(whole), 7)) if fault]
    assert not faults, "\n".join(faults)
    assert not list(tmp_path.glob("*.atome02"))


@pytest.mark.parametrize("damage", ["code", "value", "cut", "long", "magic", "empty"])
def test_a_failure_leaves_the_target(damage: str, tmp_path: pathlib.Path) -> None:
    data = TINY.read_bytes()
    image, part = {"code": (data[:11] + b"\xff" + data[12:], "offset 11 (embed)"),
                   "value": (data[:7] + b"\0\0\xc0\x7f" + data[11:], "offset 7 (embed)"),
                   "cut": (data[:-1], "1024 bytes, 1025 are expected"),
                   "long": (data + b"\0", "1026 bytes, 1025 are expected"),
                   "magic": (b"ELEPHANT" + data, "give an ATOME01, ATOME02 or ATOME03 file"),
                   "empty": (b"", "give an ATOME01, ATOME02 or ATOME03 file")}[damage]
    source, target = tmp_path / "in.atome02", tmp_path / "out.atome03"
    source.write_bytes(image)
    target.write_bytes(b"precious")
    message = refused("convert", source, target, "--config", TINY_CONFIG)
    assert message.startswith(f"atome: {source}: ") and part in message and "; " in message
    assert target.read_bytes() == b"precious" and len(list(tmp_path.iterdir())) == 2


def test_a_full_disk_leaves_the_target(tmp_path: pathlib.Path) -> None:
    target = tmp_path / "out.atome01"
    target.write_bytes(b"precious")
    # Python ignores SIGXFSZ, and so does a child that does not get the signals back.
    process = subprocess.run([BUILD / "atome", "convert", TINY, target], capture_output=True, text=True, check=False,
                             timeout=60, restore_signals=False,
                             preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
    assert process.returncode == 2 and f"{target}: cannot write: File too large" in process.stderr
    assert target.read_bytes() == b"precious" and len(list(tmp_path.iterdir())) == 1


def test_the_source_is_no_target(tmp_path: pathlib.Path) -> None:
    source = tmp_path / "m.atome02"
    shutil.copy(TINY, source)
    link = tmp_path / "link.atome03"
    link.symlink_to(source)
    for target in (source, link, tmp_path / ".." / tmp_path.name / "m.atome02"):
        assert "is the source itself" in refused("convert", source, target, "--config", TINY_CONFIG)
    assert source.read_bytes() == TINY.read_bytes() and link.is_symlink()


def test_half_vectors_too_large(tmp_path: pathlib.Path) -> None:
    data = bytearray(TINY.with_suffix(".atome01").read_bytes())
    gamma = 7 + 4 + -(-37 * 13 // 4)
    data[gamma:gamma + 4] = np.float32(-70000).tobytes()
    source, target = tmp_path / "m.atome01", tmp_path / "m.atome03"
    source.write_bytes(data)
    message = refused("convert", source, target, "--config", TINY_CONFIG, "--half-vectors")
    assert f"{source}: block 0 gamma[0] is -70000" in message and not target.exists()
    assert atome("convert", source, target, "--config", TINY_CONFIG).returncode == 0


@pytest.mark.parametrize("variant", ["f32", "f32kv16", "q15", "q15kv8"])
def test_a_prepared_image_says_what_it_is_and_is_not_taken_for_a_model(variant: str, tmp_path: pathlib.Path) -> None:
    image = tmp_path / "my.image"
    digest = hashlib.sha256(TINY.read_bytes()).hexdigest()
    for layout in ("columns", "tiles"):
        process = atome("convert", TINY, image, "--prepare", "--variant", variant, "--layout", layout)
        assert process.returncode == 0, process.stderr
        what = f"a prepared image for {variant} in {layout}, made of the model with SHA-256 {digest}"
        data = image.read_bytes()
        assert process.stdout.startswith(f"{image}: {what}, ")
        assert data.startswith(b"ATOMEIMG") and zlib.crc32(data[:-4]) == int.from_bytes(data[-4:], "little")
    for words in (["inspect", image], ["verify", image], ["size", image], ["convert", image, tmp_path / "my.atome03"],
                  ["firmware", image, "--core", "m3", "-o", tmp_path / "my.elf"]):
        message = refused(*words)
        assert f"{image}: is {what}, for a device; give that model's file" in message


def test_builds_and_the_command_prepare_the_same_image(tmp_path: pathlib.Path) -> None:
    tool = BUILD / "engine" / "prepare" / "atome_prepare"
    dimensions = ",".join(word.split("=")[1] for word in TINY_CONFIG.split(","))
    for variant, layout in itertools.product(("f32", "f32kv16", "q15", "q15kv8"), ("columns", "tiles")):
        ours, theirs = tmp_path / "ours.image", tmp_path / "theirs.image"
        words = ["--prepare", "--variant", variant, "--layout", layout, "--config", TINY_CONFIG]
        assert atome("convert", TINY, ours, *words).returncode == 0
        subprocess.run([tool, TINY, dimensions, variant, layout, theirs], check=True)
        assert ours.read_bytes() == theirs.read_bytes()
    for words in ([], [TINY, "1,2", "f32", "tiles", ours], [TINY, dimensions, "plain", "tiles", ours],
                  ["/nowhere", dimensions, "f32", "tiles", ours], [TINY, dimensions, "f32", "tiles", "/nowhere/image"]):
        assert subprocess.run([tool, *words], capture_output=True, check=False).returncode == 2


def test_an_image_as_a_c_array_is_aligned_for_the_engine(tmp_path: pathlib.Path) -> None:
    header = tmp_path / "my.h"
    assert atome("convert", TINY, header, "--prepare").returncode == 0
    text = header.read_text()
    assert "uint64_t word;" in text and "ATOMEIMG" in text and "#define MY_CONFIG {" in text


@pytest.mark.parametrize(("words", "part"), [
    ([TINY, "/tmp/m.atome03", "--prepare"], "give a TARGET in .image or .h"),
    ([TINY, "/tmp/m.image"], "its ending chooses"), ([TINY, "/tmp/m.atome03", "--layout", "tiles"], "give --prepare"),
    ([TINY, "/tmp/m.atome03", "--variant", "q15"], "give --prepare"),
    ([TINY, "/tmp/m.image", "--prepare", "--layout", "rows"], "--layout"),
    ([TINY, "/tmp/m.image", "--prepare", "--variant", "f32,q15"], "name one"),
    ([TINY, "/tmp/m.image", "--prepare", "--half-vectors"], "exclude each other"),
    ([TINY, "/tmp/m.image", "--prepare", "--format", "json"], "leave it out"),
    ([PLAIN, "/tmp/m.image", "--prepare"], "has no prepared images"),
])
def test_bad_words_of_prepare_are_named(words: list[str], part: str) -> None:
    assert part in refused("convert", *words)


@pytest.mark.parametrize(("words", "part"), [
    ([], "SOURCE"), ([TINY], "TARGET"), ([TINY, "/tmp/m"], ".atome01, .atome02, .atome03 or .h"),
    ([TINY, "/tmp/m.atome04"], "its ending chooses"), (["/nowhere/m.atome01", "/tmp/m.atome03"], "No such file"),
    ([TINY, "/nowhere/m.atome03"], "/nowhere/m.atome03: cannot write: No such file"),
    ([TINY, "/tmp/m.atome03", "--config", "d_model=0"], "d_model is \"0\""),
    ([TINY, "/tmp/m.atome03", "--config", TINY_CONFIG.replace("d_model=13", "d_model=14")], "check --config"),
    ([TINY.with_suffix(".atome03"), "/tmp/m.atome02", "--config", TINY_CONFIG.replace("d_model=13", "d_model=14")],
     "d_model=13,"),
    ([TINY, "/tmp/m.atome03", "--max-seq", "0"], "--max-seq"), ([TINY, "/tmp/m.atome03", "--max-seq", "65536"], "--max-seq"),
    ([TINY, "/tmp/m.atome03", "--format", "xml"], "--format"), ([TINY, "/tmp/m.atome03", "more"], "more"),
])
def test_bad_words_are_named(words: list[str], part: str) -> None:
    assert part in refused("convert", *words)
