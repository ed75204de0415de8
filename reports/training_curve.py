"""Plots a training log: perplexity of both halves of the text, and the learning rate, over steps.

    /usr/bin/python3 reports/training_curve.py golden/models/atome_60k/train_log.jsonl --out curve.svg

Exit codes: 0 written, 2 unusable input.
"""

from __future__ import annotations

import argparse
import json
import math
import pathlib
import sys
from reports import console
from collections.abc import Sequence

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams["svg.hashsalt"] = "atome"  # the same log gives the same bytes
from matplotlib import pyplot as plt  # noqa: E402  (the backend must be chosen first)

# Okabe and Ito's colour-blind-safe palette.
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"


def read_log(path: pathlib.Path) -> list[dict[str, float]]:
    """Rows of a train_log.jsonl, in order of step. ValueError names the line that is none."""
    rows = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            row = json.loads(line)
            rows.append({key: float(row[key]) for key in ("step", "learning_rate", "train_loss", "validation_loss")})
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}: line {number} is no row of a training log ({error!r}); "
                             "give a train_log.jsonl of golden.training.train") from None
    if not rows:
        raise ValueError(f"{path}: is empty; give a train_log.jsonl of golden.training.train")
    return rows


def plot(rows: Sequence[dict[str, float]], title: str, out: pathlib.Path) -> None:
    """Writes the figure; its format follows the suffix of `out` (svg, png, pdf). Losses are nats a byte."""
    steps = [row["step"] for row in rows]
    figure, (top, bottom) = plt.subplots(2, sharex=True, height_ratios=[3, 1], figsize=(8, 5.5))
    for key, label, colour, style in (("train_loss", "training", BLUE, "--"),
                                      ("validation_loss", "validation", ORANGE, "-")):
        top.plot(steps, [math.exp(row[key]) for row in rows], style, color=colour, label=label)
    best = min(rows, key=lambda row: row["validation_loss"])
    value = math.exp(best["validation_loss"])
    top.plot(best["step"], value, "o", color=ORANGE)
    top.annotate(f"{value:.2f}", (best["step"], value), (-8, -12), textcoords="offset points", ha="right")
    top.set(title=title, ylabel="perplexity a byte")
    top.legend()
    bottom.plot(steps, [row["learning_rate"] for row in rows], color=GREY)
    bottom.set(xlabel="step", ylabel="learning rate")
    for axis in (top, bottom):
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None)
    plt.close(figure)


def main(argv: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", type=pathlib.Path, help="train_log.jsonl")
    parser.add_argument("--title", help="default: the folder's name")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="file to write: .svg, .png or .pdf")
    arguments = parser.parse_args(argv)
    try:
        plot(read_log(arguments.log), arguments.title or f"Training of {arguments.log.resolve().parent.name}",
             arguments.out)
    except (OSError, ValueError) as error:
        print(f"training_curve: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(console.run("training_curve", main))
