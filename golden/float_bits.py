"""Primitives of the numerical contract (engine/f32/numerics.md, "Primitives") in NumPy.

Every float argument and result is a float32 array of at least one dimension. NumPy promotes a float32
*scalar* to float64 when it meets a Python number, but not an array. So a scalar is an array of shape (1,),
and any slip to float64 shows in the dtype of the result.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
I64 = npt.NDArray[np.int64]

INT32_MAX = 2**31 - 1
_MIN_NORMAL = 2.0**-126
_EXP_COEFFICIENTS = tuple(float.fromhex(c) for c in (
    "0x1.6a21acp-10", "0x1.123b6ap-7", "0x1.5558fap-5", "0x1.55549p-3", "0x1.fffffcp-2"))
_LOG2_E = float.fromhex("0x1.715476p+0")
_LN2_HIGH = float.fromhex("0x1.63p-1")
_LN2_LOW = float.fromhex("-0x1.bd0106p-13")
_LN2 = float.fromhex("0x1.62e43p-1")


def f32(value: Any) -> F32:
    """`value`, one number or several, rounded to a float32 array of one dimension."""
    return np.atleast_1d(np.asarray(value, dtype=np.float32))


def check_f32(x: F32) -> F32:
    """Returns `x`; raises TypeError when it is not a float32 array of at least one dimension."""
    if x.dtype != np.float32 or x.ndim < 1:
        raise TypeError(f"expected a float32 array, got {x.dtype} with {x.ndim} dimensions")
    return x


def from_int(n: I64) -> F32:
    """float(.) of the contract: int64 to binary32, one rounding to nearest even."""
    if n.dtype != np.int64 or n.ndim < 1:
        raise TypeError(f"expected an int64 array, got {n.dtype} with {n.ndim} dimensions")
    return n.astype(np.float32)


def scale2(x: F32, n: int | I64) -> F32:
    """x * 2^n; zero, subnormals and results under 2^-126 give +0, results of 2^128 or more give infinity."""
    wide = np.ldexp(check_f32(x).astype(np.float64), n)  # exact: |n| stays far below 900
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        scaled = wide.astype(np.float32)
        flushed = (np.abs(x) < _MIN_NORMAL) | (np.abs(wide) < _MIN_NORMAL)
    return np.where(flushed, np.float32(0), scaled)


def fixed(x: F32, p: int) -> I64:
    """x * 2^p rounded to nearest even, saturated at +-(2^31 - 1); NaN counts as infinity of its sign."""
    wide = np.rint(np.ldexp(check_f32(x).astype(np.float64), p))  # exact except for the wanted rounding
    wide = np.where(np.isnan(wide), np.copysign(np.inf, x), wide)
    saturated: I64 = np.clip(wide, -INT32_MAX, INT32_MAX).astype(np.int64)
    return saturated


def exp(x: F32) -> F32:
    """e^x for x <= 40; 0 for x <= -87 and NaN."""
    live = check_f32(x) > -87
    x = np.where(live, x, np.float32(0))
    with np.errstate(under="ignore"):
        t = x * _LOG2_E
        n = np.trunc(t + np.copysign(np.float32(0.5), t)).astype(np.int64)
        steps = from_int(n)
        r = (x - steps * _LN2_HIGH) - steps * _LN2_LOW
        y = np.full_like(r, _EXP_COEFFICIENTS[0])
        for coefficient in _EXP_COEFFICIENTS[1:]:
            y = y * r + coefficient
        y = y * (r * r) + r
    return np.where(live, scale2(y + 1, n), np.float32(0))


def tanh(x: F32) -> F32:
    """tanh, for parameters only; absolute error under 2e-7."""
    m: F32 = np.minimum(np.abs(check_f32(x)), np.float32(10))
    y: F32 = 1 - 2 / (exp(m + m) + 1)
    return np.where(x < 0, -y, y)


def log(z: F32) -> F32:
    """Natural logarithm for z in [1, 4), by the series of 2 atanh((z - 1) / (z + 1))."""
    halved = check_f32(z) >= 1.5
    m = np.where(halved, z / 2, z)
    with np.errstate(under="ignore"):
        u = (m - 1) / (m + 1)
        w = u * u
        y = f32(2) / 9
        for divisor in (7, 5, 3):
            y = y * w + f32(2) / divisor
        y = y * w + 2
        result: F32 = u * y + from_int(halved.astype(np.int64)) * _LN2
    return result


def ordered_sum(x: F32) -> F32:
    """Sum in index order, each addition rounded; shape (1,)."""
    return np.cumsum(check_f32(x))[-1:]


def bits(x: F32) -> npt.NDArray[np.uint32]:
    """IEEE-754 bit patterns."""
    return check_f32(x).view(np.uint32)


def bit_hash(x: F32) -> int:
    """FNV-1a, 64 bits, over the little-endian bytes of `x`."""
    value = 0xCBF29CE484222325
    for byte in bits(x).astype("<u4").tobytes():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value
