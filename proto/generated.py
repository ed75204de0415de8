"""Loads the modules that protoc generated in the build tree. Only the adapters use it."""

from __future__ import annotations

import importlib
import os
import pathlib
import sys
from typing import Any

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "build" / "python"


def load(name: str) -> Any:
    """Loads proto/<name>_pb2.py from $ATOME_PROTO_PYTHON, else from the build tree."""
    folder = pathlib.Path(os.environ.get("ATOME_PROTO_PYTHON", FOLDER))
    if not (folder / "proto" / f"{name}_pb2.py").is_file():
        raise ModuleNotFoundError(
            f"{folder}/proto/{name}_pb2.py is missing: run ci/build first, or set ATOME_PROTO_PYTHON to "
            "the folder that holds proto/*_pb2.py")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return importlib.import_module(f"proto.{name}_pb2")
