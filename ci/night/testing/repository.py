"""A small repository whose `atome` is fake_atome.py, for the tests of a night."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from ci.night import main
from reports import report_file
from reports.report_data import Cell, Report

OURS = pathlib.Path(__file__).resolve().parents[3]
MATRIX: dict[str, Any] = {
    "lists": {"cores": ["m0", "m3"]},
    "entries": [
        {"name": "parity", "command": "verify", "runners": ["unicorn", "qemu"], "cores": ["$cores"],
         "models": ["golden/models/*.atome03"], "variants": ["f32", "q15"], "builds": ["speed"],
         "quick": {"cores": ["m3"]}, "limit_s": 30, "cost_s": 0.3},
        {"name": "sizes", "command": "size", "cores": ["$cores"], "models": ["golden/models/*.atome03"],
         "variants": ["f32"], "builds": ["speed", "size"], "key": {"runner": "elf"}, "limit_s": 30, "cost_s": 0.5},
    ],
}
CELLS = 24  # of MATRIX


@dataclasses.dataclass
class Repository:
    root: pathlib.Path

    @classmethod
    def make(cls, root: pathlib.Path, behaviour: Mapping[str, object] | None = None,
             matrix: dict[str, Any] = MATRIX) -> Repository:
        """`behaviour`: see fake_atome.py."""
        for folder in ("build", "ci", "emulation/boards", "golden/models"):
            (root / folder).mkdir(parents=True)
        shutil.copy(OURS / "ci/night/testing/fake_atome.py", root / "build/atome")
        (root / "build/atome").chmod(0o755)
        shutil.copy(OURS / "emulation/boards/boards.json", root / "emulation/boards")
        for name in ("a", "b"):
            (root / f"golden/models/{name}.atome03").write_text(name)
        (root / "ci/matrix.json").write_text(json.dumps(matrix))
        (root / "behaviour.json").write_text(json.dumps(behaviour or {}))
        return cls(root)

    def run(self, *arguments: str) -> int:
        return main.main(["--no-after", *arguments], self.root)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """As a process, for who wants to kill it."""
        code = ("import pathlib, signal, sys; from ci.night.main import main; "
                "signal.signal(signal.SIGINT, signal.default_int_handler); "  # which who started us may ignore
                "sys.exit(main(sys.argv[2:], pathlib.Path(sys.argv[1])))")
        return subprocess.Popen([sys.executable, "-c", code, str(self.root), "--no-after", *arguments], cwd=OURS,
                                env={**os.environ, "PYTHONPATH": str(OURS)}, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def report(self, out: str = "build/nightly") -> Report:
        return report_file.read(self.root / out / "report.binpb")

    def cells(self, out: str = "build/nightly") -> list[Cell]:
        return self.report(out).cells

    def started(self) -> list[str]:
        """Command lines since the last call."""
        path = self.root / "started"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines
