"""Writes a model file in another format, chosen by the last digit of the target's name.

    /usr/bin/python3 -m golden.convert golden/models/tiny_odd/tiny_odd.atome01 /tmp/tiny_odd.atome03
The weights stay the same to the bit, except with --half-vectors. Exit codes: 0 written, 2 unusable input.
"""

from __future__ import annotations

import argparse
import pathlib
import sys

from golden.model_files import VERSIONS, encode, find_config, load, with_half_vectors
from reports import console, whole_file


def main(argv: list[str] | None = None) -> int:
    """Converts one file; see the module for exit codes."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("target", type=pathlib.Path, help="ends in .atome01, .atome02 or .atome03")
    parser.add_argument("--config", help="vocab_size=256,...; default: config.json beside the source")
    parser.add_argument("--half-vectors", action="store_true",
                        help="round vectors to FP16: a different model, 2 bytes a value smaller in ATOME03")
    a = parser.parse_args(argv)
    versions = {f".atome0{version}": version for version in VERSIONS}
    if a.target.suffix not in versions:
        parser.error(f"{a.target}: expected a name that ends in one of {', '.join(versions)}")
    try:
        model, _ = load([a.source], find_config(a.source, a.config))
        data = encode(with_half_vectors(model) if a.half_vectors else model, versions[a.target.suffix])
        whole_file.write(a.target, data)
    except (OSError, ValueError) as error:
        print(f"convert: {error}", file=sys.stderr)
        return 2
    print(f"convert: {a.target}: {len(data)} bytes", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(console.run("convert", main))
