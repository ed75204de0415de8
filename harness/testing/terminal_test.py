"""What commands print on a terminal of 80 columns: lines that fit, colours, folded verifications."""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import termios

import pytest

from harness.testing.process import BUILD, FIRMWARE, ROOT, atome, needs_firmware

MODELS = ROOT / "golden" / "models"
TINY = MODELS / "tiny_odd" / "tiny_odd.atome03"
BYTES = MODELS / "atome_60k" / "atome_60k.atome03"  # of text
OTHER = MODELS / "tiny_k1" / "tiny_k1.atome03"
WIDTH = 80
CODE = re.compile(r"\x1b\[[0-9;]*[mK]")


def on_terminal(*words: str | pathlib.Path, width: int = WIDTH, **environment: str) -> tuple[int, str]:
    """Exit code, and all that a terminal of this width gets."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    variables = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    with subprocess.Popen([BUILD / "atome", *words], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                          env=dict(variables, TERM="xterm", **environment)) as process:
        os.close(slave)
        got = b""
        while True:
            try:
                more = os.read(master, 1 << 16)
            except OSError:  # the other side is closed
                break
            if not more:
                break
            got += more
        os.close(master)
    return process.returncode, got.decode().replace("\r\n", "\n")


def lines_of(text: str) -> list[str]:
    """As a screen has them: a carriage return draws a line anew."""
    return [CODE.sub("", part) for line in text.split("\n") for part in line.split("\r")]


def check(*words: str | pathlib.Path, codes: tuple[int, ...] = (0,), width: int = WIDTH) -> str:
    code, text = on_terminal(*words, width=width)
    assert code in codes, text
    assert [line for line in lines_of(text) if len(re.sub(r"/\S+/", "", line)) > width] == [], "but for long names of folders"
    return text


@pytest.fixture(name="report", scope="module")
def report_of_cells(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("report") / "report.json"
    assert atome("verify", TINY, OTHER, "--runner", "native", "--report", path).returncode == 0
    return path


@needs_firmware
def test_verify_of_a_model_has_a_row_a_cell() -> None:
    text = check("verify", TINY, "--core", "host,m3", "--runner", "native,unicorn")
    assert "left out:" in text and "--wide shows all" in text and "2 of 2 cells pass" in text
    assert re.search(r"^unicorn +m3 +\x1b\[32mpass\x1b\[0m", text, re.MULTILINE), "green"
    whole = on_terminal("verify", TINY, "--core", "host,m3", "--runner", "native,unicorn", "--wide")[1]
    piped = atome("verify", TINY, "--core", "host,m3", "--runner", "native,unicorn").stdout
    assert piped in CODE.sub("", whole), "--wide has what a pipe gets"


def test_verify_of_models_has_a_line_a_model_and_unfolds_what_fails(tmp_path: pathlib.Path, report: pathlib.Path) -> None:
    text = check("verify", TINY, OTHER, "--runner", "native")
    assert re.findall(r"^(tiny\S+) +f32 +\x1b\[32m(\d of \d)\x1b", text, re.MULTILINE) == [("tiny_odd.atome03", "2 of 2"), ("tiny_k1.atome03", "2 of 2")]
    assert "host-simd" not in text, "rows of cells are folded"
    assert text.rstrip().endswith("\x1b[32m4 of 4 cells pass\x1b[0m")
    changed = json.loads(report.read_text())
    changed["cells"][1]["outcome"] = "mismatch"
    changed["cells"][1]["message"] = "logit 3 " + "is not what the trace has, " * 20
    (tmp_path / "changed.json").write_text(json.dumps(changed))
    text = check("show", tmp_path / "changed.json")
    assert "\x1b[31m1 of 2\x1b[0m" in text and "\x1b[32m2 of 2\x1b[0m" in text
    rows = re.findall(r"^(?:tiny\S+ +)?f32 +native +(\S+) +(\w+)", CODE.sub("", text), re.MULTILINE)
    assert rows == [(changed["cells"][1]["core"], "mismatch")], "the cell that fails alone"
    assert text.rstrip().endswith("\x1b[31m3 of 4 cells pass\x1b[0m")


def test_a_terminal_without_colours(report: pathlib.Path) -> None:
    assert "\x1b[" in on_terminal("show", report)[1]
    assert "\x1b[" not in on_terminal("show", report, NO_COLOR="1")[1]
    assert "\x1b[" not in on_terminal("show", report, TERM="dumb")[1] if "TERM" not in os.environ else True
    assert "\x1b[" not in atome("show", report).stdout


@needs_firmware
@pytest.mark.parametrize("words", [
    ["cycles", TINY, "--core", "m0,m4f", "--specialise", "built"],
    ["cycles", TINY, "--board", "bluepill,nucleo-f411re", "--specialise", "built"],
    ["size", TINY, "--core", "m3,m4f", "--specialise", "built", "--symbols", "5"],
    ["size", TINY, "--board", "bluepill,nucleo-f411re,rp2040", "--variant", "f32,q15", "--specialise", "built"],
    ], ids=lambda words: " ".join(map(str, words[:1] + words[2:3])))
def test_firmware_on_a_terminal(words: list[str | pathlib.Path]) -> None:
    check(*words, codes=(0, 1))


@needs_firmware
def test_a_run_on_a_terminal() -> None:
    _, text = on_terminal("run", FIRMWARE / "m3" / "tiny_odd-f32.elf", "--core", "m3")
    ours = [line for line in lines_of(text) if line.startswith("atome:")]
    assert ours and max(map(len, ours)) <= WIDTH, "the lines of the firmware are its own"


@pytest.mark.parametrize("words", [
    ["ppl", BYTES, "--limit", "640"], ["ppl", BYTES, "--limit", "1280", "--variant", "q15,q15kv8", "--against-variant", "f32"],
    ["inspect", TINY], ["silicon", "--core", "m4", "--worst", "5"], ["logits", TINY, "--prompt-bytes", "1,2", "--steps", "3"]],
    ids=lambda words: words[0])
def test_the_host_on_a_terminal(words: list[str | pathlib.Path]) -> None:
    check(*words)


def test_a_conversion_on_a_terminal(tmp_path: pathlib.Path) -> None:
    check("convert", TINY, tmp_path / "out.atome02")


@needs_firmware
def test_ab_on_a_terminal(tmp_path: pathlib.Path) -> None:
    (tmp_path / "text.txt").write_bytes(atome("corpus", "--bytes", "4000").stdout.encode())
    (tmp_path / "ab.json").write_text(json.dumps({
        "name": "small", "text": "text.txt", "chunk": 32, "cores": ["m3"], "baseline": "ternary-in-floats",
        "contenders": [{"name": "ternary-in-floats", "model": str(BYTES)}, {"name": "ternary-in-integers", "model": str(BYTES), "variant": "q15"}]}))
    check("ab", tmp_path / "ab.json", "--out", tmp_path / "out", "--specialise", "built")


def test_differences_and_histories_on_a_terminal(tmp_path: pathlib.Path, report: pathlib.Path) -> None:
    changed = json.loads(report.read_text())
    for cell in changed["cells"]:
        cell["figures"]["state_bytes"] += 1000
    (tmp_path / "new.json").write_text(json.dumps(changed))
    check("diff", report, report)
    check("diff", report, tmp_path / "new.json", codes=(0, 3))
    check("history", "add", report, "--db", tmp_path / "db")
    check("history", "add", tmp_path / "new.json", "--db", tmp_path / "db")
    for words in (["state_bytes"], ["state_bytes", "--core", "host"], ["runs"], ["metrics"]):
        check("history", *words, "--db", tmp_path / "db")


def test_narrow_and_wide_terminals(report: pathlib.Path) -> None:
    for width in (40, 60, 100, 300):
        check("show", report, width=width)
