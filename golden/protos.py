"""The adapter for protobuf: golden cases to and from proto/trace.proto. No other module uses protobuf."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import golden
from golden.float_bits import bit_hash, bits, f32
from golden.golden_case import VARIANTS, CaseStep, GoldenCase, Variant
from golden.model_files import FileFacts
from golden.plain_model import PlainModel
from golden.ternary_file import Model
from proto import generated


def _fill_step(message: Any, step: CaseStep, full: bool) -> None:
    trace_pb2 = generated.load("trace")
    message.token = step.token
    message.oracle_logits.extend(f32(step.oracle.logits).tolist())
    for op, layer, values in step.bit.in_order():
        tap = message.taps.add(op=trace_pb2.Op.Value(f"OP_{op}"), bit_hash=bit_hash(values))
        if layer is not None:
            tap.layer = layer
        if full or op == "LOGITS":
            tap.bits.extend(bits(values).tolist())


def to_bytes(name: str, model: Model | PlainModel, files: Sequence[FileFacts], cases: Sequence[GoldenCase],
             generator: str, seed: int, variant: Variant = VARIANTS["f32"], accept: str = "") -> bytes:
    """A serialised GoldenTrace; the same arguments give the same bytes."""
    model_pb2, trace_pb2 = generated.load("model"), generated.load("trace")
    trace = trace_pb2.GoldenTrace(
        generator=generator, version=golden.__version__, seed=seed, variant=variant.number, accept=accept,
        model=model_pb2.Model(
            name=name, files=[model_pb2.ModelFile(format=f.version, sha256=f.sha256, size_bytes=f.size_bytes)
                              for f in files]))
    if isinstance(model, PlainModel):
        trace.model.plain.CopyFrom(model_pb2.PlainConfig(**model.config.to_dict(),
                                                         int8_weights=bool(model.quantized)))
    else:
        trace.model.config.CopyFrom(model_pb2.ModelConfig(**model.config.to_dict()))
    trace.tolerances.add(comparison="runner/bit-model", bound=0.0,
                         tolerance_class=trace_pb2.TOLERANCE_CLASS_BIT_EXACT)
    trace.tolerances.add(comparison="runner/oracle", bound=variant.tolerance,
                         tolerance_class=trace_pb2.TOLERANCE_CLASS_RELATIVE_TO_MAX_ABS)
    for case in cases:
        message = trace.cases.add(prompt=case.prompt, generated=case.generated)
        for index, step in enumerate(case.steps):
            _fill_step(message.steps.add(), step, index in case.full_taps_at)
    return bytes(trace.SerializeToString(deterministic=True))


def parse(data: bytes) -> Any:
    """The GoldenTrace message in `data`. Raises ValueError when `data` is not one."""
    from google.protobuf.message import DecodeError  # type: ignore[import]

    try:
        return generated.load("trace").GoldenTrace.FromString(data)
    except DecodeError as error:
        raise ValueError(f"not a golden trace: {error}; write it again") from None


def difference(actual: bytes, expected: bytes) -> str | None:
    """Explains the difference between two traces; None when they agree.

    The bit model's part must agree to the bit. The oracle's logits may differ by 1 ULP of FP32: float64
    sums and exp come from libraries that pick their code by CPU, and the last bit may round either way.
    """
    if actual == expected:
        return None
    one, other = parse(actual), parse(expected)
    pairs = [(a, b) for ca, cb in zip(one.cases, other.cases) for a, b in zip(ca.steps, cb.steps)]
    for index, (a, b) in enumerate(pairs):
        ours, theirs = f32(a.oracle_logits), f32(b.oracle_logits)
        if len(ours) != len(theirs) or np.any(np.abs(ours - theirs) > np.spacing(np.abs(theirs))):
            return f"step {index} (counted over all cases): oracle logits differ by more than 1 ULP"
        del a.oracle_logits[:], b.oracle_logits[:]
        if a != b:
            return f"step {index} (counted over all cases): token or taps differ"
    return None if one == other else "generator, version, seed, model, tolerances, acceptance or number of steps differ"
