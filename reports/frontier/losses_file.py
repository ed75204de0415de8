"""losses.npz: the losses of each training, chunk by chunk. Untrusted: sizes are checked before memory is taken, and
nothing in it is run."""

from __future__ import annotations

import io
import pathlib
import zipfile
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 256 << 20    # of the file, and of all arrays together
MAX_ARRAYS = 20_000
MAX_NATS = 1e6           # of a chunk


def _array(data: bytes) -> NDArray[Any]:
    """One float32 vector in numpy's format; ValueError: it is another thing."""
    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):  # type: ignore[no-untyped-call]
        raise ValueError("another version of numpy's format")
    shape, _, kind = np.lib.format.read_array_header_1_0(stream)  # type: ignore[no-untyped-call]
    rest = data[stream.tell():]
    if kind != np.dtype("<f4") or len(shape) != 1 or shape[0] < 1 or 4 * shape[0] != len(rest):
        raise ValueError("must be one row of float32")
    values = np.frombuffer(rest, kind)
    if not np.all(np.isfinite(values)) or values.min() < 0 or values.max() > MAX_NATS:
        raise ValueError(f"losses must be from 0 to {MAX_NATS:g}")
    return values


def read(path: pathlib.Path, remedy: str) -> dict[str, NDArray[Any]]:
    """Arrays by key. ValueError names file, key and remedy."""
    where = str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"holds over {MAX_BYTES} bytes")
        found: dict[str, NDArray[Any]] = {}
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ARRAYS or sum(entry.file_size for entry in entries) > MAX_BYTES:
                raise ValueError(f"holds over {MAX_ARRAYS} arrays or {MAX_BYTES} bytes")
            for entry in entries:
                where = f"{path}: {entry.filename!r}"
                name = entry.filename.removesuffix(".npy")
                if name in found or name == entry.filename or entry.flag_bits & 1:
                    raise ValueError("twice, encrypted, or no array")
                found[name] = _array(archive.read(entry))
        return found
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror or error}; {remedy}") from None
    except (ValueError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, SyntaxError) as error:
        raise ValueError(f"{where}: damaged: {str(error).splitlines()[0] if str(error) else type(error).__name__}; "
                         f"{remedy}") from None
