"""Memory that glibc keeps for the next tensor.

By default a tensor over 128 KB is mapped anew and given back at once, a thousand page faults a step; they take a tenth
of the time.
"""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3  # of <malloc.h>


def keep_memory() -> None:
    """Keeps freed memory in this process. Does nothing where the C library has no mallopt."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, 1 << 30)
        mallopt(_TRIM_THRESHOLD, 2**31 - 1)
        mallopt(_TOP_PAD, 1 << 26)
