"""Trains one model on a text and exports it: a ternary one as ATOME01, 02 and 03, a plain one as PLAIN01.

    /usr/bin/python3 -m golden.training.train --contender ternary_60k --recipe published --text FILE --out DIR
Exit codes: 0 exported, 2 unusable input.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import pathlib
import signal
import sys
import time

import torch

from golden.training.contenders import CONTENDERS, Contender, parse_config
from golden.training.memory import keep_memory
from golden.training.model import PATHWAYS
from golden.training.recipes import RECIPES, Recipe
from golden.training.results import ALL_STEPS, CHUNK_BYTES, export, pack
from golden.training.run import Run
from golden.training.text import Text
from reports import console


def parse_arguments(argv: list[str] | None) -> argparse.Namespace:
    """Parses the command line; adds `contender`, a Contender, and `changed`, the changes of the recipe."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--contender", choices=CONTENDERS, help="a model by name")
    which.add_argument("--config", type=parse_config,
                       help="its sizes, name=value,...; with n_heads a plain transformer")
    parser.add_argument("--weights", choices=("fp32", "int8", "both"), default="fp32",
                        help="how to store a plain transformer given by --config; both: also as int8, in --out/int8")
    parser.add_argument("--drop", choices=PATHWAYS, help="ablation: train a ternary model without it")
    parser.add_argument("--text", type=pathlib.Path, required=True, help="training text, read as bytes")
    parser.add_argument("--train-tenths", type=int, default=9, choices=range(1, 10), metavar="1..9",
                        help="tenths of the text to train on; the next one validates, the rest is for --test "
                             "(default: 9)")
    parser.add_argument("--test", action="store_true", help="also report the perplexity of the text's rest")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for the exported model")
    parser.add_argument("--zip", type=pathlib.Path, help="also one file with all of --out")
    parser.add_argument("--name", default="model", help="stem of the model files (default: model)")
    parser.add_argument("--recipe", choices=RECIPES, default="cosine", help="default: cosine")
    for field in dataclasses.fields(Recipe):
        flag = "--" + field.name.replace("_", "-")
        if isinstance(field.default, bool):
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, help="instead of the recipe's")
        else:
            parser.add_argument(flag, type=type(field.default), metavar="X", help="instead of the recipe's")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--checkpoint", type=pathlib.Path, help="file to write and to resume from")
    parser.add_argument("--max-minutes", type=float, default=math.inf,
                        help="stop after this long and export the weights so far")
    args = parser.parse_args(argv)
    if args.test and args.train_tenths == 9:
        parser.error("--test needs a rest: --train-tenths of 1 to 8")
    if args.weights != "fp32" and not hasattr(args.config, "n_heads"):
        parser.error(f"--weights {args.weights}: only a plain transformer given by --config has a choice")
    if args.zip and args.out.resolve() in args.zip.resolve().parents:
        parser.error(f"--zip {args.zip}: it cannot hold itself; name a file outside of --out {args.out}")
    if args.threads < 1:
        parser.error("--threads must be at least 1")
    try:
        args.changed = {field.name: getattr(args, field.name) for field in dataclasses.fields(Recipe)
                        if getattr(args, field.name) is not None}
        args.chosen = dataclasses.replace(RECIPES[args.recipe], **args.changed)
        if args.contender:
            args.contender = dataclasses.replace(CONTENDERS[args.contender], drop=args.drop)
        else:
            plain = hasattr(args.config, "n_heads")
            weights = "fp32" if args.weights == "both" else args.weights
            args.contender = Contender("plain_" + weights if plain else "atome_ternary", args.config, args.drop)
    except ValueError as error:
        parser.error(str(error))
    return args


def train(run: Run, checkpoint: pathlib.Path | None, max_minutes: float, stop: list[str]) -> str:
    """Trains until the recipe's end, `max_minutes` or an entry in `stop`; returns the reason.

    A stop saves the checkpoint before the closing validation, so that a continued run reaches the same
    weights as one that never stopped.
    """
    started, first, steps = time.monotonic(), run.step, run.recipe.all_steps
    while run.step < steps and not stop:
        run.train_step()
        elapsed = time.monotonic() - started
        if run.step % run.recipe.validate_every == 0 or run.step == steps:
            row = run.validate()
            left = elapsed / (run.step - first) * (steps - run.step)
            print(f"step {row['step']}/{steps} lr {row['learning_rate']:.2e} "
                  f"train {row['train_loss']:.4f} validation {row['validation_loss']:.4f} "
                  f"perplexity {row['validation_perplexity']:.3f} elapsed {elapsed / 60:.1f} min "
                  f"ETA {left / 60:.1f} min", file=sys.stderr, flush=True)
            if checkpoint:
                run.save(checkpoint)
        if elapsed > 60 * max_minutes:
            stop.append("max-minutes")
    if run.step == steps and run.log:
        return ALL_STEPS
    if checkpoint:
        run.save(checkpoint)
    run.validate()
    return stop[0] if stop else ALL_STEPS


def main(argv: list[str] | None = None) -> int:
    """Runs the training; returns 0, or 2 for unusable inputs."""
    args = parse_arguments(argv)
    torch.set_num_threads(args.threads)
    keep_memory()
    torch.use_deterministic_algorithms(args.device == "cpu")
    stop: list[str] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: stop.append(signal.Signals(received).name))
    try:
        if args.device == "cuda" and not torch.cuda.is_available():
            raise ValueError("--device cuda: PyTorch finds no GPU; leave it out to train on the CPU")
        text = Text.read(args.text, args.chosen.sequence, args.contender.config.vocab_size,
                         args.train_tenths)
        if args.test and len(text.test) <= CHUNK_BYTES:
            raise ValueError(f"{args.text}: the test part has {len(text.test) - 1} bytes, fewer than a chunk of "
                             f"{CHUNK_BYTES}; give a longer text or fewer --train-tenths")
        run = Run(args.contender, args.chosen, args.seed, text, args.device)
        if args.checkpoint and args.checkpoint.exists():
            run.resume(args.checkpoint)
        if args.zip:
            args.zip.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    stopped = train(run, args.checkpoint, args.max_minutes, stop)
    facts = export(run, args.out, args.name, args.recipe, stopped, args.test)
    if args.weights == "both" and run.contender.kind == "plain_fp32":
        run.store_as_int8()
        export(run, args.out / "int8", args.name, args.recipe, stopped, args.test)
    if args.zip:
        pack(args.out, args.zip)
    print(f"train: {args.out}: perplexity {facts['perplexity']}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(console.run("train", main))
