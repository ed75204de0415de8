"""`atome generate`: the same bytes on every runner for a seed, by the formula of harness/generate/sampler.h."""

from __future__ import annotations

import json
import math
import os
import pathlib
import pty
import subprocess

import pytest

from harness.testing.process import BUILD, FIRMWARE, ROOT, atome, needs_firmware, needs_qemu, refused

MODEL = ROOT / "golden/models/atome_60k/atome_60k.atome03"
PROMPT = "Once upon a time"
SAMPLED = ("--steps", "10", "--temperature", "0.9", "--top-k", "20", "--top-p", "0.95", "--seed", "3")


def generate(*words: str) -> bytes:
    process = subprocess.run([BUILD / "atome", "generate", MODEL, "--prompt", PROMPT, *words], capture_output=True,
                             timeout=120, check=False)
    assert process.returncode == 0, process.stderr
    return process.stdout


def logits(prompt: list[int], steps: int = 1) -> tuple[list[int], list[list[float]]]:
    process = atome("logits", MODEL, "--prompt-bytes", ",".join(map(str, prompt)), "--steps", str(steps), "--format", "json")
    found = json.loads(process.stdout)
    return found["tokens"], found["logits"]


MASK = 2**64 - 1


def mix(z: int) -> int:
    """The finaliser of SplitMix64."""
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def sampled(steps: int, temperature: float, top_k: int, top_p: float, seed: int) -> bytes:
    """The text, from logits alone and by Python's exp."""
    text, state = list(PROMPT.encode()), mix(seed) + mix(MASK) & MASK
    for _ in range(steps):
        row = logits(text)[1][0]
        order = sorted(range(len(row)), key=lambda token: -row[token])[:top_k]
        weights = [math.exp((row[token] - row[order[0]]) / temperature) for token in order]
        kept = next(count for count in range(1, len(order) + 1) if sum(weights[:count]) >= top_p * sum(weights))
        state = state + 0x9E3779B97F4A7C15 & MASK
        drawn = (mix(state) >> 11) * 2.0**-53 * sum(weights[:kept])
        text.append(order[next(at for at in range(kept) if sum(weights[:at + 1]) > drawn)])
    return bytes(text)


def test_without_temperature_it_is_what_logits_prints() -> None:
    tokens, _ = logits(list(PROMPT.encode()), 20)
    for words in ((), ("--core", "host-simd"), ("--seed", "7", "--top-k", "3")):
        assert generate("--temperature", "0", "--steps", "20", *words) == PROMPT.encode() + bytes(tokens)


def test_a_seed_is_a_text_by_the_formula() -> None:
    expected = sampled(10, 0.9, 20, 0.95, 3)
    assert generate(*SAMPLED) == generate(*SAMPLED, "--core", "host-simd") == expected
    assert generate(*SAMPLED[:-1], "4") != expected


@needs_firmware
@pytest.mark.parametrize("words", [("--core", "m3"), ("--core", "m0"),
                                   pytest.param(("--core", "m3", "--runner", "qemu"), marks=needs_qemu)])
def test_it_is_the_same_text_on_every_runner(words: tuple[str, ...]) -> None:
    process = atome("generate", MODEL, "--prompt", PROMPT, *SAMPLED, *words)
    assert process.stdout.encode() == generate(*SAMPLED)
    assert process.stderr.startswith("10 tokens, ") and process.stderr.endswith(" modelled cycles a token\n")


@needs_firmware
def test_variants_have_their_own_text_alike_everywhere() -> None:
    words = ("--variant", "q15", *SAMPLED)
    assert generate(*words) == generate(*words, "--core", "m3")


@needs_firmware
def test_firmware_that_is_given_writes_as_well() -> None:
    given = FIRMWARE / "m3/atome_60k-f32.elf"  # ours, as if it were another's
    process = atome("generate", MODEL, "--prompt", PROMPT, *SAMPLED, "--firmware", given)
    assert process.stdout.encode() == generate(*SAMPLED) and "modelled cycles a token" in process.stderr
    assert "--firmware" in refused("generate", MODEL, "--prompt", PROMPT, "--firmware", given, "--core", "host")


def test_the_first_token_comes_at_once_and_a_reader_that_leaves_ends_it() -> None:
    with subprocess.Popen([BUILD / "atome", "generate", MODEL, "--prompt", "a", "--steps", "1000000"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None and len(process.stdout.read(3)) == 3
        process.stdout.close()
        assert process.wait(30) == 0  # not its fault, as with any command


def test_a_terminal_gets_no_commands() -> None:
    def shown(*words: str) -> bytes:
        ours, theirs = pty.openpty()
        with subprocess.Popen([BUILD / "atome", "generate", MODEL, "--prompt-bytes", "27,91,50,74,195,164,10,155", "--steps", "1",
                               "--temperature", "0", *words], stdout=theirs, stderr=subprocess.DEVNULL) as process:
            assert process.wait(30) == 0
        os.close(theirs)
        found = os.read(ours, 1000)
        os.close(ours)
        return found

    assert shown().startswith("\\x1b[2Jä\r\n\\x9b".encode())
    assert shown("--raw").startswith(b"\x1b[2J\xc3\xa4\r\n\x9b")


@pytest.mark.parametrize(("words", "says"), [
    ((str(ROOT / "golden/models/tiny_odd/tiny_odd.atome03"), "--prompt", "a"), "its vocabulary is 37, so its tokens are not bytes"),
    ((str(MODEL),), "the prompt is empty; give --prompt TEXT"),
    ((str(MODEL), "--prompt-bytes", "1,x"), '"x" is not a token'),
    ((str(MODEL), "--prompt-bytes", "256"), "the vocabulary ends at 255"),
    ((str(MODEL), "--prompt", "a", "--temperature", "-1"), "--temperature"),
    ((str(MODEL), "--prompt", "a", "--temperature", "nan"), "--temperature"),
    ((str(MODEL), "--prompt", "a", "--top-p", "0"), "--top-p"),
    ((str(MODEL), "--prompt", "a", "--top-p", "1.1"), "--top-p"),
    ((str(MODEL), "--prompt", "a", "--seed", "-1"), "--seed"),
    ((str(MODEL), "--prompt", "a", "--steps", "0"), "--steps"),
    ((str(MODEL), "--prompt", "a", "--core", "m3", "--runner", "native"), "native"),
    ((str(MODEL), "--prompt", "a", "--core", "m99"), "m99"),
    ((str(MODEL), "--prompt", "a", "--core", "host-simd", "--variant", "q15"), "only of f32"),
    (("/nowhere.atome03", "--prompt", "a"), "/nowhere.atome03")])
def test_bad_input_is_refused(words: tuple[str, ...], says: str) -> None:
    assert says in refused("generate", *words)


@needs_firmware
def test_firmware_that_is_not_there_or_runs_too_long(tmp_path: pathlib.Path) -> None:
    process = atome("generate", MODEL, "--prompt", PROMPT, "--core", "m3", "--steps", "1", ATOME_FIRMWARE_DIR=tmp_path)
    assert process.returncode == 2 and str(tmp_path) in process.stderr
    process = atome("generate", MODEL, "--prompt", PROMPT, "--core", "m3", "--time-limit", "0.001")
    assert process.returncode == 4 and "stopped after 1 ms" in process.stderr
