"""Writes arrays of someone else's model as model files, and checks the files against the arrays.

    /usr/bin/python3 -m golden.export theirs.pt --table names.json --config top_k=4 --out my.atome03

ARRAYS is a PyTorch state_dict (.pt, .pth), .npz or .safetensors. golden/name_table.py says what a table holds. The
ending of --out chooses the format: .atome01, .atome02, .atome03, or .plain01 for "architecture": "plain"; repeat it
for several. Beside .atome01 and .atome02, which do not hold their sizes, a config.json is written.
Each file is read back, and the float64 oracle of it compared with one of the arrays that never saw a file.
Exit codes: 0 written, 1 a check failed, 2 unusable input.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden import model_files, plain_file
from golden.config import ModelConfig
from golden.foreign_model import Difference, Exported, build, difference, largest, oracle_of
from golden.name_table import ARCHITECTURES, CONFIG, NameTable, Source, TableError, read_table
from golden.named_arrays import read_arrays
from golden.plain_model import PlainConfig, PlainModel
from golden.taps import relative_error
from golden.ternarise import RULES
from golden.ternary_file import Model
from reports import console, whole_file

ENDINGS = {"ternary": {".atome01": 1, ".atome02": 2, ".atome03": 3}, "plain": {".plain01": 4}}
TOLERANCE = 1e-6  # of a step's largest logit: vectors and scales become FP32
EXPECTED_TOLERANCE = 1e-4  # of --expect, which another program computed, perhaps in FP32
_MOST_EXPECTED = 4096


def encode(model: Model | PlainModel, ending: str) -> bytes:
    """The file image in the format of that ending."""
    if isinstance(model, PlainModel):
        return plain_file.encode(model)
    return model_files.encode(model, ENDINGS["ternary"][ending])


def decode(data: bytes, config: ModelConfig | PlainConfig) -> Model | PlainModel:
    """The model in a file image."""
    return model_files.decode(data, config) if isinstance(config, ModelConfig) else plain_file.decode(data)


def export(arrays: Mapping[str, NDArray[Any]], table: NameTable, targets: Sequence[pathlib.Path],
           ternarise: str = "exact", weights: str = "fp32") -> tuple[Exported, dict[pathlib.Path, Difference]]:
    """Writes every target, reads it back, and gives the difference of its oracle to that of the arrays.

    Raises ValueError as `build` does, and for a target whose ending is not of the architecture, or beside whose
    config.json other sizes stand; OSError when it cannot be written.
    """
    endings = ENDINGS[table.architecture]
    for target in targets:
        if target.suffix not in endings:
            raise TableError(f"{target}: a {table.architecture} model has files that end in {', '.join(endings)}; give such a name")
    exported = build(arrays, table, ternarise, weights)
    model = exported.model
    notes = {target.parent / "config.json" for target in targets if target.suffix in (".atome01", ".atome02")}
    for note in notes:
        _check_note(note, model.config.to_string())
    differences = {}
    for target in targets:
        whole_file.write(target, encode(model, target.suffix))
        differences[target] = difference(decode(target.read_bytes(), model.config), model)
    for note in notes:
        if not note.exists():
            whole_file.write_text(note, json.dumps({"config": model.config.to_string()}, indent=2) + "\n")
    return exported, differences


def expected_difference(path: pathlib.Path, model: Model | PlainModel) -> Difference:
    """Of the model's oracle to logits (T, V) that another program computed for tokens (T,), in an .npz."""
    arrays = read_arrays(path)
    tokens, logits = arrays.get("tokens"), arrays.get("logits")
    if tokens is None or logits is None or tokens.dtype.kind not in "iu" or logits.dtype.kind != "f":
        raise TableError(f"{path}: has no whole numbers \"tokens\" and real \"logits\"; save both with numpy.savez")
    if tokens.ndim != 1 or logits.shape != (len(tokens), model.config.vocab_size) or not 1 <= len(tokens) <= _MOST_EXPECTED:
        raise TableError(f"{path}: tokens {tokens.shape} and logits {logits.shape}; give 1 to {_MOST_EXPECTED} tokens, and "
                         f"{model.config.vocab_size} logits after each")
    oracle = oracle_of(model)
    return largest(relative_error(oracle.step(token).logits, row.astype(np.float64)) for token, row in zip(tokens.tolist(), logits))


def _check_note(note: pathlib.Path, config: str) -> None:
    try:
        there = json.loads(note.read_text())["config"]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError):
        there = None
    if there != config:
        raise TableError(f"{note}: says {there}, but the model is {config}; give --out in a folder of its own")


def _parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    from golden.trace import text_prompt, token_prompt
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arrays", type=pathlib.Path, help="ends in .npz, .pt, .pth or .safetensors")
    parser.add_argument("--key", help="entry of a PyTorch checkpoint that is the state_dict")
    parser.add_argument("--table", type=pathlib.Path, help="JSON file: which of their names is which of ours")
    parser.add_argument("--map", action="append", default=[], metavar="OURS=THEIRS", help="one name, as wq=layers.{layer}.q.weight; repeatable")
    parser.add_argument("--architecture", choices=ARCHITECTURES, help="without a table (default: by the ending of --out)")
    parser.add_argument("--config", help="sizes that no shape says: top_k=4,max_seq=64; of a plain transformer n_heads=4")
    parser.add_argument("--ignore", action="append", default=[], metavar="PATTERN", help="names that are no weights, as '*.mask'; repeatable")
    parser.add_argument("--ternarise", choices=RULES, default="exact",
                        help="exact: weights are -s, 0, +s already; absmean: by BitNet b1.58's rule (default: exact)")
    parser.add_argument("--weights", choices=plain_file.WEIGHTS, default="fp32", help="of a plain transformer (default: fp32)")
    parser.add_argument("--out", type=pathlib.Path, action="append", required=True, metavar="FILE", help="file to write; repeatable")
    parser.add_argument("--expect", type=pathlib.Path, metavar="FILE.npz",
                        help="your own program's \"logits\" (T, V) for \"tokens\" (T,), to which the export is held")
    parser.add_argument("--trace", type=pathlib.Path, metavar="FILE", help="also write the golden trace of all files")
    parser.add_argument("--prompt", dest="prompts", type=text_prompt, action="append", metavar="TEXT", help="of the trace: text; repeatable")
    parser.add_argument("--prompt-bytes", dest="prompts", type=token_prompt, action="append", metavar="TOKENS", help="of the trace: tokens, as 72,105; repeatable")
    parser.add_argument("--steps", type=int, default=16, help="of the trace: tokens to generate (default: 16)")
    arguments = parser.parse_args(argv)
    if (arguments.trace is None) != (not arguments.prompts):
        parser.error("--trace and --prompt or --prompt-bytes belong together; give both or neither")
    return arguments


def _table_of(a: argparse.Namespace) -> NameTable:
    usual = "plain" if a.out[0].suffix in ENDINGS["plain"] else "ternary"
    table = NameTable(a.architecture or usual) if a.table is None else read_table(a.table)
    if a.architecture not in (None, table.architecture):
        raise TableError(f"{a.table}: is of architecture {table.architecture}; leave out --architecture {a.architecture}")
    tensors, config = dict(table.tensors), dict(table.config)
    for pair in a.map:
        ours, equals, theirs = pair.partition("=")
        if not equals:
            raise TableError(f"--map {pair}: is not OURS=THEIRS; give it as wq=layers.{{layer}}.q.weight")
        tensors[ours] = Source(theirs)
    for pair in a.config.split(",") if a.config else []:
        name, _, number = pair.partition("=")
        if not number.isdecimal():
            raise TableError(f"--config {pair}: is not name=number; give it as {CONFIG[table.architecture][0]}=4")
        config[name.strip()] = int(number)
    return NameTable(table.architecture, config, tensors, [*table.ignore, *a.ignore])


def _say(line: str) -> None:
    print(f"export: {line}", file=sys.stderr)


def _trace(a: argparse.Namespace, config: str | None) -> int:
    from golden import trace
    prompts = [word for tokens in a.prompts for word in ("--prompt-bytes", ",".join(map(str, tokens)))]
    return trace.main([*map(str, a.out), *prompts, "--steps", str(a.steps), "--out", str(a.trace), *(["--config", config] if config else [])])


def main(argv: Sequence[str] | None = None) -> int:
    """Exports; see the module for exit codes."""
    a = _parse_arguments(argv)
    try:
        exported, differences = export(read_arrays(a.arrays, a.key), _table_of(a), a.out, a.ternarise, a.weights)
        expected = None if a.expect is None else expected_difference(a.expect, exported.model)
    except (OSError, ValueError, MemoryError) as error:
        _say(str(error) or type(error).__name__)
        return 2
    model, failed = exported.model, False
    _say(f"{model.config.to_string()}")
    for target, of_file in differences.items():
        good = of_file.relative <= TOLERANCE
        failed |= not good
        _say(f"{target}: {target.stat().st_size} bytes; its logits differ from those of the arrays by at most {of_file.relative:.1e} of a "
             f"step's largest" + ("" if good else f", at step {of_file.step}, but at most {TOLERANCE:.0e} is rounding to FP32: a number is "
                                  "out of FP32's reach, or two attention scores nearly tie and other positions are chosen"))
    if a.ternarise != "exact" or a.weights != "fp32":
        moved = difference(model, exported.before).relative
        _say(f"what {a.ternarise if a.weights == 'fp32' else a.weights} does to the model: logits move by up to {moved:.1e} of a step's largest")
    if expected is not None:
        good = expected.relative <= EXPECTED_TOLERANCE
        failed |= not good
        _say(f"{a.expect}: logits differ by at most {expected.relative:.1e} of a step's largest, at step {expected.step}" + (
            "" if good else f", more than {EXPECTED_TOLERANCE:.0e}: a name, a transpose, a convolution's direction or a size is not "
            "as in that program, or it computes another architecture"))
    if failed:
        return 1
    return 0 if a.trace is None else _trace(a, model.config.to_string() if isinstance(model, Model) else None)


if __name__ == "__main__":
    sys.exit(console.run("export", main))
