"""Reads named arrays of foreign models: NumPy's .npz, PyTorch's .pt and .pth, and .safetensors.

The files are untrusted: nothing in them is executed (no pickled objects; `weights_only` for PyTorch's), and what
they say of sizes is held against the file.
"""

from __future__ import annotations

import json
import math
import pathlib
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_BYTES = 4 * 2**30  # of all arrays of a file
_SAFETENSORS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "I16": "<i2",
                "I8": "<i1", "U8": "<u1", "BOOL": "?"}
_MOST_HEADER_BYTES = 100 * 10**6  # as the format's own library
_MOST_AXES = 8


class ArraysError(ValueError):
    """A file whose arrays cannot be read; the message says what to do."""


def read_arrays(path: pathlib.Path, key: str | None = None) -> dict[str, NDArray[Any]]:
    """Every array of the file by its name, in the file's order; the ending says the format.

    `key` names the entry of a PyTorch checkpoint that holds the state_dict. Raises ArraysError, or OSError.
    """
    readers = {".npz": _read_npz, ".safetensors": _read_safetensors}
    if path.suffix in (".pt", ".pth"):
        return _read_torch(path, key)
    if path.suffix not in readers:
        raise ArraysError(f"{path}: the ending is none of .npz, .pt, .pth, .safetensors; give a file in one of these formats")
    if key is not None:
        raise ArraysError(f"{path}: has no entries to choose from; leave out --key, which is for .pt and .pth")
    return readers[path.suffix](path)


def _read_npz(path: pathlib.Path) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > MOST_BYTES:
            raise ArraysError(f"{path}: its arrays take {size} bytes, more than {MOST_BYTES}; give the model's arrays alone")
        with np.load(path, allow_pickle=False) as arrays:
            return {name: np.asarray(arrays[name]) for name in arrays.files}
    except ArraysError:
        raise
    except (zipfile.BadZipFile, ValueError, EOFError, MemoryError, NotImplementedError, KeyError) as error:
        raise ArraysError(f"{path}: is not an .npz of plain arrays ({error}); write it with numpy.savez, without objects") from None


def _read_torch(path: pathlib.Path, key: str | None) -> dict[str, NDArray[Any]]:
    if not path.exists():
        raise FileNotFoundError(2, "No such file or directory", str(path))
    try:
        import torch
    except ModuleNotFoundError:
        raise ArraysError(f"{path}: reading it needs PyTorch, which this Python does not have; install it (ci/setup --train), or "
                          "save the state_dict as .npz or .safetensors") from None
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever an unpickler finds
        first = str(error).strip().splitlines()[:1]
        raise ArraysError(f"{path}: PyTorch does not load it as weights alone ({first[0] if first else type(error).__name__}); "
                          "save model.state_dict() with torch.save") from None

    def tensors(value: object) -> bool:
        return isinstance(value, Mapping) and bool(value) and all(isinstance(each, torch.Tensor) for each in value.values())

    if key is not None:
        if not isinstance(loaded, Mapping) or not tensors(loaded.get(key)):
            raise ArraysError(f"{path}: --key {key} is not a state_dict in it; {_keys_of(loaded, tensors)}")
        loaded = loaded[key]
    if not tensors(loaded):
        raise ArraysError(f"{path}: is not a state_dict; {_keys_of(loaded, tensors)}")
    return {str(name): _from_torch(tensor) for name, tensor in loaded.items()}


def _keys_of(loaded: object, tensors: Any) -> str:
    keys = [str(name) for name, value in loaded.items() if tensors(value)] if isinstance(loaded, Mapping) else []
    if keys:
        return f"give one of its entries that are: --key {', '.join(keys)}"
    return "save model.state_dict() with torch.save"


def _from_torch(tensor: Any) -> NDArray[Any]:
    import torch
    dense = tensor.detach().cpu()
    if dense.is_sparse or dense.is_quantized:
        dense = dense.to_dense() if dense.is_sparse else dense.dequantize()
    if dense.dtype == torch.bfloat16:  # NumPy has none
        dense = dense.float()
    array: NDArray[Any] = dense.numpy()
    return array


def _read_safetensors(path: pathlib.Path) -> dict[str, NDArray[Any]]:
    """u64 bytes of the header; the header, JSON: name -> dtype, shape, data_offsets; the data."""
    if path.stat().st_size > MOST_BYTES:
        raise ArraysError(f"{path}: has more than {MOST_BYTES} bytes; give a smaller model")
    data = path.read_bytes()

    def bad(what: str) -> ArraysError:
        return ArraysError(f"{path}: {what}; it is damaged or no safetensors file: save it again")

    if len(data) < 8:
        raise bad("ends before its header")
    (header_bytes,) = struct.unpack_from("<Q", data)
    if header_bytes > min(_MOST_HEADER_BYTES, len(data) - 8):
        raise bad(f"says that its header takes {header_bytes} bytes of {len(data)}")
    try:
        header = json.loads(data[8:8 + header_bytes])
    except (ValueError, RecursionError) as error:
        raise bad(f"has a header that is not JSON ({error})") from None
    if not isinstance(header, dict):
        raise bad("has a header that is not an object")
    body, arrays = memoryview(data)[8 + header_bytes:], {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        try:
            kind, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        except (KeyError, TypeError, ValueError):
            raise bad(f"tensor {name} lacks dtype, shape or data_offsets") from None
        if kind not in _SAFETENSORS:
            raise ArraysError(f"{path}: tensor {name} has dtype {kind}; known are {', '.join(_SAFETENSORS)}: convert it")
        numbers = [*shape, begin, end] if isinstance(shape, list) and len(shape) <= _MOST_AXES else [None]
        if any(type(number) is not int or number < 0 for number in numbers):
            raise bad(f"tensor {name} has a shape or offsets that are not whole numbers")
        dtype = np.dtype(_SAFETENSORS[kind])
        if not begin <= end <= len(body) or end - begin != math.prod(shape) * dtype.itemsize:
            raise bad(f"tensor {name} of shape {tuple(shape)} does not fit bytes {begin} to {end} of {len(body)}")
        array = np.frombuffer(body[begin:end], dtype).reshape(shape)
        if kind == "BF16":
            array = (array.astype("<u4") << np.uint32(16)).view("<f4")
        arrays[name] = array
    return arrays
