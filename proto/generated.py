"""Loads the modules that protoc generated in the build tree. Only the adapters use it."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pathlib
import sys
from typing import Any

_HERE = pathlib.Path(__file__).resolve()
_BUILT, _INSTALLED = _HERE.parents[1] / "build" / "python", _HERE.parents[3] / "lib" / "atome" / "python"
FOLDER = _BUILT if _BUILT.is_dir() else _INSTALLED


def load(name: str) -> Any:
    """Loads proto/<name>_pb2.py from $ATOME_PROTO_PYTHON, else from Python's path, the build or the installed tree."""
    module, named = f"proto.{name}_pb2", os.environ.get("ATOME_PROTO_PYTHON")
    if named is None and importlib.util.find_spec(module):
        return importlib.import_module(module)
    folder = pathlib.Path(named or FOLDER)
    if not (folder / "proto" / f"{name}_pb2.py").is_file():
        raise ModuleNotFoundError(
            f"{folder}/proto/{name}_pb2.py is missing: run ci/build first, or set ATOME_PROTO_PYTHON to "
            "the folder that holds proto/*_pb2.py")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return importlib.import_module(module)
