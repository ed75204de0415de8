"""Starts python_worker.py, asks it, and reads its answers."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

OURS = pathlib.Path(__file__).resolve().parents[2]


class Processes:
    """Of one run. Each process has a folder of its own below `work`, and lives as long as its request."""

    def __init__(self, root: pathlib.Path, work: pathlib.Path) -> None:
        self.root, self.work = root, work
        build = os.environ.get("ATOME_BUILD", str(root / "build"))
        self._environment = {
            **os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys((str(root), str(OURS)))), "ATOME_BUILD": build, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
            "ATOME_PROTO_PYTHON": os.environ.get("ATOME_PROTO_PYTHON", str(pathlib.Path(build) / "python")),
            "PYTHONPYCACHEPREFIX": str(work / "bytecode"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "MPLCONFIGDIR": str(work / "matplotlib"),
            "PYTHONHASHSEED": "0"}
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def ask(self, name: str, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Answers as they come. ValueError where the process ends before the last one."""
        scratch = self.work / name
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        asked = {**request, "root": str(self.root), "scratch": str(scratch)}
        with open(scratch / "errors", "wb") as errors:
            process = subprocess.Popen(["/usr/bin/python3", "-m", "ci.mutation.python_worker"], cwd=self.root, env=self._environment,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.close()
            for line in process.stdout:
                yield json.loads(line)
            if process.wait():
                raise ValueError(f"the process of tests ended with exit code {process.returncode}: "
                                 + (scratch / "errors").read_text(errors="replace")[-500:].strip())
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
        shutil.rmtree(scratch, ignore_errors=True)
