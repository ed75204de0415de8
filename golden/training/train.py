"""Trains a ternary model on a text and exports it as ATOME01 and ATOME02.

    /usr/bin/python3 -m golden.training.train --config vocab_size=256,d_model=64,... --text FILE --out DIR
"""

from __future__ import annotations

import argparse
import math
import pathlib
import signal
import sys
import time

import torch

from golden.config import ModelConfig
from golden.training.run import Run


def parse_arguments(argv: list[str] | None) -> argparse.Namespace:
    """Command line of the trainer."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=ModelConfig.parse, required=True, help="name=value,...")
    parser.add_argument("--text", type=pathlib.Path, required=True, help="training text, read as bytes")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for the exported model")
    parser.add_argument("--name", default="model", help="stem of the model files (default: model)")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--cool-down", type=int, default=0,
                        help="steps after --steps in which the rate falls from 5 %% of the peak to 0")
    parser.add_argument("--batch", type=int, default=16, help="crops a step")
    parser.add_argument("--sequence", type=int, default=128, help="bytes a crop")
    parser.add_argument("--learning-rate", type=float, default=3e-3, help="peak rate")
    parser.add_argument("--latent-rate", type=float, default=10.0,
                        help="rate of the latent ternary weights, times the learning rate")
    parser.add_argument("--warmup", type=int, default=200, help="steps to the peak rate")
    parser.add_argument("--weight-decay", type=float, default=0.0, help="of the latent weights")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--validate-every", type=int, default=500, help="steps")
    parser.add_argument("--checkpoint", type=pathlib.Path, help="file to write and to resume from")
    parser.add_argument("--max-minutes", type=float, default=math.inf,
                        help="stop after this long and export the best weights so far")
    args = parser.parse_args(argv)
    for name in ("steps", "batch", "sequence", "warmup", "threads", "validate_every"):
        if getattr(args, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    return args


def main(argv: list[str] | None = None) -> int:
    """Runs the training; returns 0, or 2 for unusable inputs."""
    args = parse_arguments(argv)
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)
    stop: list[str] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: stop.append(signal.Signals(received).name))
    try:
        data = args.text.read_bytes()
        run = Run(args, data)
        if args.checkpoint and args.checkpoint.exists():
            run.resume(args.checkpoint)
    except (OSError, ValueError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    steps = args.steps + args.cool_down
    started, first, recent = time.monotonic(), run.step, []
    while run.step < steps and not stop:
        recent.append(run.train_step())
        elapsed = time.monotonic() - started
        if elapsed > 60 * args.max_minutes:
            stop.append("max-minutes")
        if run.step % args.validate_every == 0 or run.step == steps or stop:
            row = run.validate(sum(recent) / len(recent))
            recent.clear()
            left = elapsed / (run.step - first) * (steps - run.step)
            print(f"step {row['step']}/{steps} lr {row['learning_rate']:.2e} "
                  f"train {row['train_loss']:.4f} validation {row['validation_loss']:.4f} "
                  f"perplexity {row['validation_perplexity']:.3f} elapsed {elapsed / 60:.1f} min "
                  f"ETA {left / 60:.1f} min", file=sys.stderr, flush=True)
            if args.checkpoint:
                run.save(args.checkpoint)
    if not run.log:
        run.validate(None)
    run.export(data, stop[0] if stop else "all steps done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
