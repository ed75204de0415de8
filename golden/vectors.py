"""Checks oracle and bit model against logits that PyTorch computed for the published models.

    /usr/bin/python3 -m golden.vectors ../shared/data/atome-lm/*.vectors.json
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import pathlib
import sys
import time

import numpy as np

from golden.bit_model import BitModel
from golden.config import ModelConfig
from golden.oracle import Oracle
from golden.taps import relative_error
from golden.ternary_file import decode
from reports import console

TOLERANCE_PYTORCH = 2e-6  # times max |logit|; PyTorch sums in float32, in its own order


@dataclasses.dataclass
class Result:
    """Figures of one vectors file; errors are max |delta| / max |logit| of a step."""

    name: str
    positions: int = 0
    wrong_tokens: int = 0
    bit_to_oracle: float = 0.0
    bit_to_pytorch: float = 0.0
    oracle_to_pytorch: float = 0.0
    bit_seconds: float = 0.0
    max_delta: float = 0.0
    max_logit: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether every token agrees and both references are within PyTorch's tolerance."""
        return (self.positions > 0 and self.wrong_tokens == 0
                and max(self.bit_to_pytorch, self.oracle_to_pytorch) <= TOLERANCE_PYTORCH)

    def row(self) -> str:
        """One line for people."""
        return (f"{self.name}: {'pass' if self.passed else 'FAIL'}, {self.positions} positions, "
                f"{self.wrong_tokens} wrong tokens; bit model to oracle {self.bit_to_oracle:.2e} "
                f"(max |delta| {self.max_delta:.2e}, max |logit| {self.max_logit:.2f}), to PyTorch "
                f"{self.bit_to_pytorch:.2e}; oracle to PyTorch {self.oracle_to_pytorch:.2e}; "
                f"bit model {self.positions / self.bit_seconds:.0f} tokens/s")


def check(path: pathlib.Path, cases: int | None = None) -> Result:
    """Runs all cases, or the first `cases`, of a file that lies beside its ATOME01 model."""
    vectors = json.loads(path.read_text())
    stored = vectors["files"]["ATOME01"]
    data = (path.parent / stored["file"]).read_bytes()
    if hashlib.sha256(data).hexdigest() != stored["sha256"]:
        raise ValueError(f"{stored['file']}: SHA-256 differs from the one in {path.name}")
    sizes = {k: v for k, v in vectors["config"].items() if k != "n_pathways"}
    longest = max(len(case["prompt"]) + len(case["generated"]) for case in vectors["cases"])
    model = decode(data, ModelConfig.from_dict({**sizes, "max_seq": longest}))
    bit_model, oracle = BitModel(model), Oracle(model)
    result = Result(path.name.removesuffix(".vectors.json"))
    for case in vectors["cases"][:cases]:
        bit_model.reset()
        oracle.reset()
        first, tokens = len(case["prompt"]) - 1, case["prompt"] + case["generated"]
        known = {first: case["logits_first"], len(tokens) - 2: case["logits_last"]}
        for position, token in enumerate(tokens):
            start = time.perf_counter()
            bit = bit_model.step(token)
            result.bit_seconds += time.perf_counter() - start
            exact = oracle.step(token)
            result.positions += 1
            error = relative_error(bit.logits, exact.logits)
            result.bit_to_oracle = max(result.bit_to_oracle, error)
            result.max_delta = max(result.max_delta, float(np.max(np.abs(bit.logits - exact.logits))))
            result.max_logit = max(result.max_logit, float(np.max(np.abs(exact.logits))))
            if first <= position < len(tokens) - 1:
                following = tokens[position + 1]
                result.wrong_tokens += (bit.best != following) + (exact.best != following)
            if position in known:
                expected = np.array(known[position])
                result.bit_to_pytorch = max(
                    result.bit_to_pytorch, relative_error(bit.logits, expected))
                result.oracle_to_pytorch = max(
                    result.oracle_to_pytorch, relative_error(exact.logits, expected))
    return result


def main(argv: list[str] | None = None) -> int:
    """Returns 0 when every file passes, 1 when one does not, 2 for unusable input."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=pathlib.Path, nargs="+", help="*.vectors.json beside its model")
    arguments = parser.parse_args(argv)
    try:
        results = [check(path) for path in arguments.files]
    except (OSError, ValueError, KeyError) as error:
        print(f"vectors: {error}", file=sys.stderr)
        return 2
    for result in results:
        print(result.row())
    return 0 if all(result.passed for result in results) else 1


if __name__ == "__main__":
    sys.exit(console.run("vectors", main))
