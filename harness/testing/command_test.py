"""The `atome` command from the user's side: exit codes, messages, streams and formats."""

from __future__ import annotations

import concurrent.futures
import importlib
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
from typing import Any

import numpy as np
import pytest

from golden.bit_model import BitModel
from golden.config import ModelConfig
from golden.random_model import random_model
from golden.ternary_file import block_layout, decode, encode
from harness.testing.cells import KEY, Cell, csv_rows, figures, load, measured_again, number, parts, read, text
from harness.testing.process import BUILD, FIRMWARE, ROOT, SANITIZED, Process, atome, needs_firmware, needs_qemu, refused

GOLDEN = ROOT / "golden"
TINY = GOLDEN / "models" / "tiny_odd" / "tiny_odd.atome02"
SMALL = GOLDEN / "models" / "tiny_k1" / "tiny_k1.atome02"
DEMO = FIRMWARE / "m3" / "tiny_odd-f32.elf"
CELL_KEYS = {*KEY, "outcome", "figures", "unavailable"}
FIGURES = {"tokens_matched", "tokens_total", "max_ulp", "max_abs_error", "max_relative_error",
           "instructions_per_token", "instructions_total", "cycles_per_token", "cycles_total", "state_bytes",
           "logits_sha256"}

# --- Usage


@pytest.mark.parametrize("command", ["verify", "logits", "run", "cycles", "bench"])
def test_help_shows_an_example(command: str) -> None:
    process = atome(command, "--help")
    assert process.returncode == 0
    assert f"Example: atome {command} " in process.stdout
    assert process.stderr == ""


def test_help_lists_commands_and_exit_codes() -> None:
    process = atome("--help")
    assert process.returncode == 0
    for word in ("verify", "logits", "run", "Exit codes: 0 pass"):
        assert word in process.stdout


def test_version() -> None:
    process = atome("--version")
    assert process.returncode == 0
    assert process.stdout.strip()


@pytest.mark.parametrize(("words", "named"), [
    ([], "subcommand is required"),
    (["frobnicate"], "unknown command \"frobnicate\""),
    (["Verify"], "Verify"),
    (["verify", "--frobnicate"], "--frobnicate"),
    (["verify", "--runner", "spice"], "spice"),
    (["verify", "--core", "m99"], "m99"),
    (["verify", "--format", "xml"], "xml"),
    (["verify", "--jobs", "0"], "--jobs"),
    (["verify", "--jobs", "many"], "many"),
    (["verify", "--runner", "native", "--core", "m3"], "no core m3"),
    (["logits"], "MODEL is required"),
    (["logits", TINY, "--prompt-bytes", "1", "--runner", "spice"], "spice"),
    (["logits", TINY, "--prompt-bytes", "1", "--core", "m3"], "native"),
    (["logits", TINY, "--prompt-bytes", "1", "--core", "m99"], "m99"),
    (["logits", TINY, "--prompt-bytes", "1", "--variant", "q7"], "q7"),
    (["logits", TINY, "--prompt-bytes", "1", "--variant", "q15", "--core", "host-simd"], "q15"),
    (["logits", TINY, "--prompt-bytes", "1", "--runner", "unicorn", "--core", "host"], "host"),
    (["logits", TINY, "--prompt-bytes", "1", "--format", "csv"], "csv"),
    (["logits", TINY, "--prompt", "a", "--prompt-bytes", "1"], "--prompt"),
    (["run", DEMO], "give the --core or --board that the firmware is built for"),
    (["run", DEMO, "--core", "m99"], "m99"),
    (["run", DEMO, "--core", "m3", "--runner", "native"], "native"),
    (["run", DEMO, "--core", "m3", "--time-limit", "0"], "--time-limit"),
])
def test_wrong_words_are_named(words: list[str | pathlib.Path], named: str) -> None:
    assert named in refused(*words)


@pytest.mark.parametrize(("option", "known"), [("--runner", "native, unicorn, qemu"), ("--core", "m0, m0plus, m3")])
def test_known_names_are_listed(option: str, known: str) -> None:
    assert known in refused("verify", option, "nonsense")


def test_a_full_disk_is_no_success() -> None:
    if not pathlib.Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    with open("/dev/full", "w") as full:
        process = subprocess.run([BUILD / "atome", "logits", TINY, "--prompt-bytes", "1"], stdout=full,
                                 stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert process.returncode == 2
    assert "standard output" in process.stderr


# --- verify


def test_verify_of_q15_leaves_out_the_host_engine_that_has_none() -> None:
    process = atome("verify", TINY, "--variant", "q15", "--runner", "native", "--format", "json")
    assert process.returncode == 0, process.stderr
    assert [cell["core"] for cell in load(process.stdout)] == ["host"]
    assert "host-simd" in refused("verify", TINY, "--variant", "q15", "--core", "host-simd")


def check_passed(cell: Cell) -> None:
    assert CELL_KEYS <= set(cell)
    assert cell["outcome"] == "pass", cell["message"]
    assert cell["kind"] == "parity"
    assert cell["model"] == TINY.name
    assert cell["variant"] == "f32"
    assert cell["model_sha256"] and cell["build"] and cell["command"]
    assert bool(cell["build_sha256"]) == (cell["runner"] != "native")
    assert number(cell, "tokens_matched") == number(cell, "tokens_total") == 32
    assert number(cell, "max_ulp") == 0
    assert 0 < number(cell, "max_abs_error") < 1e-5
    assert number(cell, "max_relative_error") <= 1e-6
    assert number(cell, "state_bytes") > 0
    assert cell["message"] == ""
    assert set(figures(cell)) - {"cycles_basis"} == FIGURES - set(cell["unavailable"])
    assert set(cell["unavailable"]) <= FIGURES and all(cell["unavailable"].values())


def test_verify_natively() -> None:
    process = atome("verify", TINY, "--runner", "native", "--format", "json")
    assert process.returncode == 0
    assert process.stderr == ""
    cells = load(process.stdout)
    assert [(cell["runner"], cell["core"]) for cell in cells] == [("native", "host"), ("native", "host-simd")]
    for cell in cells:
        check_passed(cell)
        assert set(cell["unavailable"]) == {"instructions_per_token", "instructions_total", "cycles_per_token",
                                            "cycles_total"}


@needs_firmware
@needs_qemu
def test_verify_on_every_runner() -> None:
    process = atome("verify", TINY, "--core", "host,host-simd,m0,m3,m4f", "--format", "json")
    assert process.returncode == 0, process.stdout
    cells = load(process.stdout)
    assert [(cell["runner"], cell["core"]) for cell in cells] == [
        ("native", "host"), ("native", "host-simd"), *((runner, core) for runner in ("unicorn", "qemu") for core in ("m0", "m3", "m4f"))]
    for cell in cells:
        check_passed(cell)
    unicorn, qemu = cells[2:5], cells[5:]
    for one, other in zip(unicorn, qemu):
        assert one["build"] == other["build"]
        for figure in ("instructions_per_token", "instructions_total", "state_bytes"):
            assert number(one, figure) == number(other, figure) > 0
        assert (text(one, "cycles_basis"), text(other, "cycles_basis")) == ("operands", "blocks")
        # The M3's long products take 3 to 7 cycles by their operands, which blocks do not show.
        assert abs(number(one, "cycles_total") / number(other, "cycles_total") - 1) < 0.05
        if one["core"] == "m0":  # its instructions do not depend on data
            assert number(one, "cycles_total") == number(other, "cycles_total")
    assert number(unicorn[0], "instructions_per_token") > number(unicorn[2], "instructions_per_token")


@needs_firmware
def test_verify_compares_every_intermediate() -> None:
    """On a core without and with an FPU; the golden trace of this model keeps every value of every tap."""
    process = atome("verify", TINY, "--taps", "--runner", "unicorn", "--core", "m0,m4f", "--format", "json")
    assert process.returncode == 0
    for cell in load(process.stdout):
        check_passed(cell)
        assert "taps" in cell["build"]


def test_verify_gives_the_same_whatever_the_jobs() -> None:
    one, two, seven = (load(atome("verify", TINY, SMALL, "--runner", "native,unicorn", "--core", "host,m0,m3", "--jobs",
                                  jobs, "--format", "json").stdout) for jobs in ("1", "2", "7"))
    assert len(one) == 6 and one == two == seven


def test_verify_takes_all_models_of_the_repository() -> None:
    process = atome("verify", "--runner", "native", "--format", "csv")
    assert process.returncode == 0
    rows = csv_rows(process.stdout)
    assert [row["model"] for row in rows if row["figure"] == "tokens_matched"] == [
        *(path.name for path in sorted((GOLDEN / "models").glob("*/*.atome0?")) for _ in ("host", "host-simd")),
        *(path.name for path in sorted((GOLDEN / "models_plain").glob("*.plain01")))]
    assert {row["outcome"] for row in rows} == {"pass"}
    assert {row["value"] for row in rows if row["figure"] == "instructions_total"} == {""}


def test_verify_table_and_markdown() -> None:
    table = atome("verify", TINY, "--runner", "native").stdout
    assert "2 of 2 cells pass" in table
    assert "32/32" in table
    markdown = atome("verify", TINY, "--runner", "native", "--format", "md").stdout
    assert markdown.startswith("| model | variant | runner | core | outcome |")
    assert f"| {TINY.name} | f32 | native | host | pass | 32/32 | 0 ULP |" in markdown
    assert f"| {TINY.name} | f32 | native | host-simd | pass | 32/32 | 0 ULP |" in markdown


def copy_of_tiny(folder: pathlib.Path) -> pathlib.Path:
    shutil.copy(TINY.parent / "config.json", folder)
    return pathlib.Path(shutil.copy(TINY, folder))


def test_verify_without_a_trace(tmp_path: pathlib.Path) -> None:
    model = copy_of_tiny(tmp_path)
    data = bytearray(model.read_bytes())
    data[11] = (data[11] + 1) % 243  # other trits, so a different model
    model.write_bytes(data)
    message = refused("verify", model)
    assert str(model) in message
    assert "golden.trace" in message and "--trace" in message


def test_verify_with_the_trace_of_another_model() -> None:
    trace = GOLDEN / "traces" / "tiny_k1.trace"
    message = refused("verify", TINY, "--trace", trace)
    assert str(TINY) in message and str(trace) in message


@pytest.mark.parametrize("damage", [b"", b"\xff" * 50, b"not a trace"])
def test_verify_with_a_corrupt_trace(damage: bytes, tmp_path: pathlib.Path) -> None:
    trace = tmp_path / "damaged.trace"
    trace.write_bytes(damage)
    message = refused("verify", TINY, "--trace", trace)
    assert f"{trace}: corrupt trace" in message


def test_verify_with_a_cut_trace_never_passes(tmp_path: pathlib.Path) -> None:
    whole = (GOLDEN / "traces" / "tiny_odd.trace").read_bytes()
    trace = tmp_path / "cut.trace"
    for length in range(0, len(whole), 4801):
        trace.write_bytes(whole[:length])
        assert str(trace) in refused("verify", TINY, "--runner", "native", "--trace", trace), length


def test_verify_with_missing_files(tmp_path: pathlib.Path) -> None:
    missing = tmp_path / "nothing"
    assert str(missing) in refused("verify", missing)
    assert str(missing) in refused("verify", TINY, "--trace", missing)
    assert "is a folder" in refused("verify", tmp_path)


def test_verify_with_another_configuration() -> None:
    sizes = json.loads((TINY.parent / "config.json").read_text())["config"]
    assert atome("verify", TINY, "--runner", "native", "--config", sizes).returncode == 0
    other = sizes.replace("d_model=13", "d_model=12")
    message = refused("verify", TINY, "--config", other)
    assert str(TINY) in message and other in message and sizes in message
    assert "nonsense" in refused("verify", TINY, "--config", "nonsense=1")


def test_verify_in_an_empty_golden_folder(tmp_path: pathlib.Path) -> None:
    assert str(tmp_path) in refused("verify", ATOME_GOLDEN_DIR=tmp_path)


# --- verify --report


def test_report_files(tmp_path: pathlib.Path) -> None:
    report_pb2: Any = importlib.import_module("proto.report_pb2")
    reports = []
    for name in ("report.json", "report.binpb"):
        path = tmp_path / name
        process = atome("verify", TINY, "--core", "host", "--report", path, "--format", "json", ATOME_COMMIT="abc-dirty")
        assert process.returncode == 0, process.stderr
        if path.suffix == ".json":
            report = json.loads(path.read_text(encoding="utf-8"))
            command, environment = report["command"], report["environment"]
        else:
            message = report_pb2.Report.FromString(path.read_bytes())
            command = message.command
            environment = {field.name: value for field, value in message.environment.ListFields()}
            environment["tools"] = dict(environment["tools"])
        assert command.startswith(f"atome verify {TINY} --") and name in command
        assert environment["tools"]["unicorn"] and environment["tools"]["compiler"]
        assert environment["harness_version"] and ", " in environment["host"]
        assert environment["commit"] == "abc-dirty"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", environment.pop("date"))
        [cell] = read(path)
        assert [cell] == load(process.stdout)
        check_passed(cell)
        assert set(figures(cell)) == {"tokens_matched", "tokens_total", "max_ulp", "max_abs_error", "max_relative_error",
                                      "state_bytes", "logits_sha256"}
        assert set(cell["parts"]) == {"case"}
        assert all(set(of) == {"step_digests"} for of in cell["parts"]["case"].values())
        digests = parts(cell, "case", "step_digests")
        assert digests and all(re.fullmatch("([0-9a-f]{8})+", value) for value in digests.values())
        assert cell["unavailable"]["instructions_total"]
        reports.append((environment, cell))  # the two runs differ in the file they name and when
    assert reports[0] == reports[1]


def test_report_says_how_each_cell_is_measured_again(tmp_path: pathlib.Path) -> None:
    first = tmp_path / "first.json"
    atome("verify", TINY, SMALL, "--runner", "native", "--core", "host", "--taps", "--report", first)
    cells = read(first)
    assert len(cells) == 2
    for cell in cells:
        measured_again(cell, tmp_path / "again.json")


def test_report_of_one_cell_twice(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.json"
    process = atome("verify", TINY, TINY, "--core", "host", "--report", path)
    assert process.returncode == 2 and "2 of 2 cells pass" in process.stdout
    assert str(path) in process.stderr and "second cell" in process.stderr
    assert not path.exists()


def test_report_that_cannot_be_written_is_told_before_anything_is_measured(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "no" / "such" / "report.json"
    assert f"--report: {path}: cannot write: No such file or directory; make its folder with mkdir -p {path.parent}" in \
        refused("verify", TINY, "--runner", "native", "--report", path)
    assert "it is a folder; name a file in it" in refused("verify", TINY, "--runner", "native", "--report", tmp_path)
    assert "cannot write" in refused("verify", TINY, "--runner", "native", "--report", ""), "an unset variable is not a file"
    if os.geteuid() == 0 and shutil.which("setpriv"):
        process = subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", BUILD / "atome", "verify", TINY, "--report", "/report.json"],
                                 capture_output=True, text=True, timeout=60, check=False)
        assert process.returncode == 2 and process.stdout == ""
        assert "/report.json: cannot write: Permission denied; name a file in a folder that you may write" in process.stderr


def test_report_into_what_is_no_plain_file(tmp_path: pathlib.Path) -> None:
    fifo, link = tmp_path / "fifo.json", tmp_path / "null"
    os.mkfifo(fifo)
    link.symlink_to("/dev/null")
    with subprocess.Popen(["cat", fifo], stdout=subprocess.PIPE, text=True) as reader:
        assert atome("verify", TINY, "--runner", "native", "--report", fifo).returncode == 0
        assert json.loads(reader.communicate(timeout=60)[0])["cells"]
    assert atome("verify", TINY, "--runner", "native", "--report", link).returncode == 0
    assert fifo.is_fifo() and link.is_symlink() and link.is_char_device()
    (tmp_path / "by-name.json").symlink_to("report.json")
    assert atome("verify", TINY, "--runner", "native", "--report", tmp_path / "by-name.json").returncode == 0
    assert (tmp_path / "by-name.json").is_symlink() and json.loads((tmp_path / "report.json").read_text())["cells"]


# --- logits


def bits_of(process: Process) -> list[bytes]:
    assert process.returncode == 0, process.stderr
    return [np.array(row, dtype=np.float32).tobytes() for row in json.loads(process.stdout)["logits"]]


def expected_run(path: pathlib.Path, prompt: list[int], steps: int) -> tuple[list[int], list[bytes]]:
    """Tokens and logits of the bit model."""
    config = ModelConfig.parse(json.loads((path.parent / "config.json").read_text())["config"])
    model = BitModel(decode(path.read_bytes(), config))
    tokens, rows = list(prompt), []
    for position in range(len(prompt) + steps - 1):
        taps = model.step(tokens[position])
        if position >= len(prompt) - 1:
            rows.append(taps.logits.tobytes())
            tokens.append(taps.best)
    return tokens[len(prompt):], rows


@pytest.mark.parametrize("place", [("native", "host"), ("native", "host-simd"), ("unicorn", "m0"), ("unicorn", "m3"), ("qemu", "m3")],
                         ids=" ".join)
@pytest.mark.parametrize("name", ["tiny_odd", "tiny_v", "tiny_negative"])
def test_logits_come_back_to_the_bit(name: str, place: tuple[str, str]) -> None:
    runner, core = place
    if runner != "native" and not DEMO.exists():
        pytest.skip("no cross compiler, so no firmware was built")
    if runner == "qemu" and shutil.which("qemu-system-arm") is None:
        pytest.skip("no qemu-system-arm")
    path = GOLDEN / "models" / name / f"{name}.atome01"
    process = atome("logits", path, "--prompt-bytes", "3,1,4,1,5", "--steps", "20", "--format", "json",
                    "--runner", runner, "--core", core)
    tokens, rows = expected_run(path, [3, 1, 4, 1, 5], 20)
    assert bits_of(process) == rows
    assert json.loads(process.stdout)["tokens"] == tokens
    assert process.stderr == ""


def test_negative_zero_keeps_its_sign(tmp_path: pathlib.Path) -> None:
    """A JSON reader takes "-0" for the integer 0."""
    config = ModelConfig(vocab_size=9, d_model=8, n_layers=1, d_head=2, kernel_size=2, top_k=2, max_seq=8)
    model = random_model(config, 1)
    model.unembed.trits[4:] = 0
    model.unembed.scale = np.float32(-model.unembed.scale)
    path = tmp_path / "zero.atome01"
    path.write_bytes(encode(model))
    row = BitModel(model).step(2).logits
    assert np.signbit(row[4]) and row[4] == 0
    assert bits_of(atome("logits", path, "--config", config.to_string(), "--prompt-bytes", "2", "--format",
                         "json")) == [row.tobytes()]


def test_logits_table() -> None:
    process = atome("logits", TINY, "--prompt-bytes", "1,2", "--steps", "3")
    assert process.returncode == 0
    lines = process.stdout.splitlines()
    assert lines[0].split() == ["step", "token", "text", "logit"]
    tokens, rows = expected_run(TINY, [1, 2], 3)
    for line, token, row in zip(lines[1:], tokens, rows, strict=True):
        words = line.split()
        assert int(words[1]) == token
        assert np.float32(words[-1]) == np.frombuffer(row, np.float32)[token]


def test_prompt_as_text_is_its_bytes() -> None:
    path = GOLDEN / "models" / "atome_60k" / "atome_60k.atome01"
    prompt = "h\u00e9!"
    numbers = ",".join(map(str, prompt.encode()))
    assert (atome("logits", path, "--prompt", prompt, "--format", "json").stdout
            == atome("logits", path, "--prompt-bytes", numbers, "--format", "json").stdout != "")


@pytest.mark.parametrize(("words", "named"), [
    ([], "the prompt is empty"),
    (["--prompt", ""], "the prompt is empty"),
    (["--prompt-bytes", ""], "the prompt is empty"),
    (["--prompt-bytes", "1,,2"], "\"\" is not a token"),
    (["--prompt-bytes", "1,x"], "\"x\" is not a token"),
    (["--prompt-bytes", "-1"], "-1"),
    (["--prompt-bytes", "4294967296"], "4294967296"),
    (["--prompt-bytes", "0,37"], "token 37; the vocabulary ends at 36"),
    (["--prompt", "Once"], "has a vocabulary of 37 tokens, not the 256 bytes"),
    (["--prompt-bytes", "1", "--steps", "0"], "--steps"),
    (["--prompt-bytes", "1", "--steps", "-1"], "--steps"),
    (["--prompt-bytes", "1", "--steps", "1.5"], "--steps"),
])
def test_unusable_prompts(words: list[str], named: str) -> None:
    assert named in refused("logits", TINY, *words)


@needs_firmware
def test_a_prompt_too_long_for_the_firmware() -> None:
    message = refused("logits", TINY, "--prompt-bytes", ",".join(["1"] * 1100), "--runner", "unicorn")
    assert "2047" in message


def offsets(config: ModelConfig, version: int) -> dict[str, int]:
    """Offset of every tensor of a file, from the format's description; "wq 1" is block 1's."""
    at, found = 7, {}
    rows: list[tuple[str, tuple[int, ...]]] = [("embed", (config.vocab_size, config.d_model))]
    for layer in range(config.n_layers):
        rows += [(f"{name} {layer}", shape) for name, shape in block_layout(config)]
    rows += [("final gamma", (config.d_model,)), ("final beta", (config.d_model,))]
    rows += [("unembed", (config.vocab_size, config.d_model))]
    for name, shape in rows:
        found[name] = at
        count = int(np.prod(shape))
        at += 4 * count if len(shape) == 1 else 4 + -(-count // {1: 4, 2: 5}[version])
    return found


TINY_CONFIG = ModelConfig.parse(json.loads((TINY.parent / "config.json").read_text())["config"])


def damaged(folder: pathlib.Path, version: int, at: int, what: bytes) -> pathlib.Path:
    data = bytearray(TINY.with_suffix(f".atome0{version}").read_bytes())
    data[at:at + len(what)] = what
    path = folder / "damaged.model"
    path.write_bytes(data)
    return path


def refusal_of_damaged(path: pathlib.Path, *options: str) -> str:
    message = refused("logits", path, "--config", TINY_CONFIG.to_string(), "--prompt-bytes", "1", *options)
    assert str(path) in message
    return message


def test_a_model_cut_at_every_length(tmp_path: pathlib.Path) -> None:
    whole = SMALL.read_bytes()
    sizes = json.loads((SMALL.parent / "config.json").read_text())["config"]

    def check(length: int) -> None:
        path = tmp_path / f"cut{length}"
        path.write_bytes(whole[:length])
        message = refused("logits", path, "--config", sizes, "--prompt-bytes", "1")
        assert str(path) in message
        assert ("offset 0" if length < 7 else f"{length} bytes, {len(whole)} are expected") in message

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        # A sanitized process takes a second to start.
        list(pool.map(check, range(0, len(whole), 41 if SANITIZED else 1)))


def test_a_model_too_long(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "long"
    path.write_bytes(TINY.read_bytes() + b"\0")
    assert f"{TINY.stat().st_size} are expected" in refusal_of_damaged(path)


@pytest.mark.parametrize("magic", [b"ATOME00", b"ATOME03", b"atome01", b"\x7fELF..."])
def test_another_magic(magic: bytes, tmp_path: pathlib.Path) -> None:
    message = refusal_of_damaged(damaged(tmp_path, 2, 0, magic))
    assert "offset 0" in message and "ATOME02 or ATOME03" in message


@pytest.mark.parametrize(("version", "code"), [(1, b"\x80"), (2, b"\xf3")])
@pytest.mark.parametrize("tensor", ["embed", "conv 0", "wq 1", "wk 0", "wv 1", "router 1", "unembed"])
def test_an_invalid_code(tensor: str, version: int, code: bytes, tmp_path: pathlib.Path) -> None:
    at = offsets(TINY_CONFIG, version)[tensor] + 4
    message = refusal_of_damaged(damaged(tmp_path, version, at, code))
    assert f"offset {at} " in message and tensor.split()[0] in message
    if tensor[-1].isdigit():
        assert f"block {tensor[-1]}" in message


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("tensor", ["embed", "gamma 0", "beta 1", "conv 1", "a 0", "b 1", "c 0", "wv 0", "final gamma",
                                    "final beta", "unembed"])
def test_a_number_that_is_not_finite(tensor: str, value: float, tmp_path: pathlib.Path) -> None:
    at = offsets(TINY_CONFIG, 1)[tensor]
    message = refusal_of_damaged(damaged(tmp_path, 1, at, struct.pack("<f", value)))
    assert f"offset {at} " in message


@needs_firmware
@pytest.mark.parametrize(("at", "what"), [(0, b"x"), (7, b"\0\0\xc0\x7f"), (11, b"\xff")])
def test_firmware_refuses_a_damaged_model_too(at: int, what: bytes, tmp_path: pathlib.Path) -> None:
    refusal_of_damaged(damaged(tmp_path, 2, at, what), "--runner", "unicorn", "--core", "m0")


@pytest.mark.parametrize("sizes", [
    "vocab_size=37,d_model=14,n_layers=2,d_head=5,kernel_size=3,top_k=3",
    "vocab_size=37,d_model=13,n_layers=3,d_head=5,kernel_size=3,top_k=3",
    "vocab_size=65535,d_model=2048,n_layers=64,d_head=256,kernel_size=64,top_k=64,max_seq=65535"])
def test_a_configuration_that_does_not_fit(sizes: str) -> None:
    message = refused("logits", TINY, "--config", sizes, "--prompt-bytes", "1")
    assert str(TINY) in message and "--config" in message and sizes in message


@pytest.mark.parametrize("sizes", ["", "{", "vocab_size=37", "vocab_size=0", "vocab_size=37,vocab_size=37"])
def test_no_configuration(sizes: str) -> None:
    message = refused("logits", TINY, "--config", sizes or "=", "--prompt-bytes", "1")
    assert "vocab_size=256" in message  # how to write it


def test_no_configuration_beside_the_model(tmp_path: pathlib.Path) -> None:
    path = pathlib.Path(shutil.copy(TINY, tmp_path))
    message = refused("logits", path, "--prompt-bytes", "1")
    assert str(path) in message and "config.json" in message and "--config" in message
    (tmp_path / "config.json").write_text("[]")
    assert "config.json" in refused("logits", path, "--prompt-bytes", "1")


def test_missing_models(tmp_path: pathlib.Path) -> None:
    assert "No such file" in refused("logits", tmp_path / "nothing", "--prompt", "a")
    assert "is a folder" in refused("logits", tmp_path, "--prompt", "a")


# --- Missing tools


@needs_firmware
def test_missing_qemu_is_named(tmp_path: pathlib.Path) -> None:
    nowhere: dict[str, str | pathlib.Path] = {"PATH": tmp_path, "ATOME_QEMU": ""}
    process = atome("verify", TINY, "--runner", "qemu", "--core", "m3", "--format", "json", **nowhere)
    assert process.returncode == 2
    [cell] = load(process.stdout)
    assert cell["outcome"] == "missing"
    assert "qemu-system-arm" in cell["message"] and "install" in cell["message"]
    assert set(cell["unavailable"]) == FIGURES
    assert "qemu-system-arm" in refused("logits", TINY, "--prompt-bytes", "1", "--runner", "qemu", **nowhere)
    assert "qemu-system-arm" in refused("run", DEMO, "--core", "m3", "--runner", "qemu", **nowhere)
    assert "other-qemu" in refused("run", DEMO, "--core", "m3", "--runner", "qemu", ATOME_QEMU="other-qemu")


def test_missing_firmware_is_named(tmp_path: pathlib.Path) -> None:
    process = atome("verify", TINY, "--runner", "unicorn", "--core", "m3", "--format", "json",
                    ATOME_FIRMWARE_DIR=tmp_path)
    assert process.returncode == 2
    assert "missing" in process.stderr  # progress
    [cell] = load(process.stdout)
    assert cell["outcome"] == "missing"
    assert "ci/build" in cell["message"] and str(tmp_path) in cell["message"]
    message = refused("logits", TINY, "--prompt-bytes", "1", "--runner", "unicorn", ATOME_FIRMWARE_DIR=tmp_path)
    assert "ci/build" in message


def test_a_missing_tool_does_not_hide_what_passes(tmp_path: pathlib.Path) -> None:
    process = atome("verify", TINY, "--runner", "native,unicorn", "--core", "host,m3", "--format", "json",
                    ATOME_FIRMWARE_DIR=tmp_path)
    assert process.returncode == 2
    assert [cell["outcome"] for cell in load(process.stdout)] == ["pass", "missing"]
