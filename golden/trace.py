"""Writes the golden trace of one model.

    /usr/bin/python3 -m golden.trace golden/models/tiny_odd/tiny_odd.atome01 \\
        golden/models/tiny_odd/tiny_odd.atome02 --prompt 'a b' --steps 8 --out /tmp/tiny_odd.trace
Several model files must hold the same weights; the trace lists all of them. Exit codes: 0 written, 1 bit
model and oracle disagree, 2 unusable input.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import sys
from collections.abc import Sequence

from golden import protos
from golden.bit_model import NonFiniteError
from golden.golden_case import VARIANTS, DivergenceError, run_case, variant_of
from golden.model_files import load_any
from reports import console, whole_file


def text_prompt(text: str) -> list[int]:
    """UTF-8 bytes as tokens."""
    return list(text.encode())


def token_prompt(text: str) -> list[int]:
    """'72,105' -> [72, 105]."""
    return [int(part) for part in text.split(",")]


def step_list(text: str) -> list[int] | None:
    """'0,5' -> [0, 5], 'none' -> [], 'all' -> None (every step)."""
    if text in ("all", "none"):
        return None if text == "all" else []
    return token_prompt(text)


def acceptance(text: str) -> str:
    """In the words of `atome verify --accept`, which knows the limits of their numbers."""
    if not re.fullmatch(r"bits|tokens|ulp:\d+|relative:[\d.]+(e-?\d+)?", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is no acceptance; write bits, ulp:N as ulp:4, relative:X as "
                                         "relative:1e-5, or tokens")
    return text


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """Parses the command line; prompts of both kinds keep their order."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=pathlib.Path, nargs="+", help="model files of any format")
    parser.add_argument("--config", help="vocab_size=256,...; default: config.json beside the first model")
    parser.add_argument("--prompt", dest="prompts", type=text_prompt, action="append",
                        help="text; repeatable, a case each")
    parser.add_argument("--prompt-bytes", dest="prompts", type=token_prompt, action="append",
                        help="tokens, as 72,105 (values over 255 where the vocabulary has them)")
    parser.add_argument("--steps", type=int, default=16, help="tokens to generate a case (default: 16)")
    parser.add_argument("--seed", type=int, default=0, help="recorded as the source of the model or prompts")
    parser.add_argument("--full-taps-at", type=step_list, action="append", metavar="STEPS",
                        help="steps recorded with every value: 0,5 or all or none; once for every case or "
                             "once for each (default: 0)")
    parser.add_argument("--allow-divergence", type=int, default=0, metavar="N",
                        help="steps a case that may differ from the oracle (default: 0)")
    parser.add_argument("--variant", choices=VARIANTS, help="default: f32, or plain for a plain transformer")
    parser.add_argument("--accept", type=acceptance,
                        help="how close runners must be unless a command says otherwise: bits, ulp:N, relative:X or "
                             "tokens (default: nothing is said, which means bits)")
    parser.add_argument("--generator", default="python3 -m golden.trace", help="recorded in the trace")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="file to write")
    arguments = parser.parse_args(argv)
    if not arguments.prompts:
        parser.error("give at least one --prompt or --prompt-bytes")
    arguments.full_taps_at = arguments.full_taps_at or [[0]]
    if len(arguments.full_taps_at) == 1:
        arguments.full_taps_at *= len(arguments.prompts)
    if len(arguments.full_taps_at) != len(arguments.prompts):
        parser.error(f"--full-taps-at: {len(arguments.full_taps_at)} given for {len(arguments.prompts)} "
                     "prompts; give one, or one a prompt")
    return arguments


def build(models: Sequence[pathlib.Path], config: str | None, prompts: Sequence[Sequence[int]], steps: int,
          full_taps_at: Sequence[Sequence[int] | None], seed: int, generator: str,
          allow_divergence: int = 0, variant: str | None = None, accept: str = "") -> bytes:
    """The trace as bytes; `full_taps_at` has one entry a prompt. Raises what its parts raise."""
    model, facts = load_any(models, config)
    chosen = variant_of(model, variant)
    cases = [run_case(model, prompt, steps, full, allow_divergence, chosen)
             for prompt, full in zip(prompts, full_taps_at, strict=True)]
    return protos.to_bytes(models[0].stem, model, facts, cases, generator, seed, chosen, accept)


def main(argv: Sequence[str] | None = None) -> int:
    """Writes the trace; see the module for exit codes."""
    a = parse_arguments(argv)
    try:
        data = build(a.models, a.config, a.prompts, a.steps, a.full_taps_at, a.seed, a.generator,
                     a.allow_divergence, a.variant, a.accept or "")
        whole_file.write(a.out, data)
    except (DivergenceError, NonFiniteError) as error:
        print(f"trace: {a.models[0]}: {error}", file=sys.stderr)
        return 1
    except (OSError, ValueError, ModuleNotFoundError) as error:
        print(f"trace: {error}", file=sys.stderr)
        return 2
    print(f"trace: {a.out}: {len(data)} bytes, {len(a.prompts)} cases", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(console.run("trace", main))
