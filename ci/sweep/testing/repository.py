"""A small repository whose trainer and command are fakes, and a sweep of two sizes and three families."""

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

from ci.sweep import config, main, measure, trainings
from golden import plain_file
from golden.plain_model import PlainConfig
from golden.random_plain import random_plain_model

OURS = pathlib.Path(__file__).resolve().parents[3]
TERNARY = "vocab_size=256,d_model=8,n_layers=1,d_head=8,kernel_size=5,top_k=4"
PLAIN = "vocab_size=256,d_model=8,n_layers=1,n_heads=2,d_ff=8,max_seq=64"
SWEEP: dict[str, Any] = {
    "about": "a test", "train_tenths": 8, "recipe": "best", "changes": {},
    "texts": {"one": {"file": "text.txt", "from": "echo"}},
    "budgets": {"search": {"steps": 3, "warmup": 1}, "base": {"steps": 5}, "long": {"steps": 9}},
    "rates": [0.0025, 0.006, 0.015], "rates_text": "one", "seeds": [0, 1],
    "families": {
        "ternary": {"kind": "atome_ternary", "variants": ["f32", "q15"]},
        "ternary_no_local": {"kind": "atome_ternary", "drop": "local", "variants": ["f32"]},
        "plain_fp32": {"kind": "plain_fp32", "variants": ["plain"]},
        "plain_int8": {"kind": "plain_int8", "trained_as": "plain_fp32", "variants": ["plain"]}},
    "sizes": {"s": {"ternary": TERNARY, "ternary_no_local": TERNARY, "plain_fp32": PLAIN}},
    "finalists": ["ternary-s"],
}
TRAININGS = 3 * (3 + 1) + 3 * 2 + 2  # the search and its further rate, base by two seeds, long by two


def _board(name: str, core: str, ram: int, waits: int = 0, miss: int = 0) -> dict[str, Any]:
    return {"name": name, "core": core, "clock_hz": 1_000_000, "wait_states": waits, "flash": {"miss_cycles": miss},
            "flash_bytes": 20_000, "ram_bytes": ram}


BOARDS = [_board("small", "m0", 8_000), _board("calm", "m3", 20_000), _board("twin_a", "m3", 12_000, 2, 2),
          _board("twin_b", "m3", 20_000, 2, 2), _board("serial", "m0plus", 20_000, 0, 40),
          _board("new", "m33", 20_000, 1, 1)]
CORES = [{"name": name, "fpu": name in ("m4f", "m7", "m33"), "no_cycles": "unknown" if name == "m33" else ""}
         for name in ("m0", "m0plus", "m3", "m4f", "m7", "m33")]


@dataclasses.dataclass
class Repository:
    root: pathlib.Path

    @classmethod
    def make(cls, root: pathlib.Path, behaviour: Mapping[str, object] | None = None, **changes: Any) -> Repository:
        """`behaviour`: of both fakes. `changes`: of SWEEP."""
        for folder in ("build", "emulation/boards", "engine", "golden/training", "models"):
            (root / folder).mkdir(parents=True)
        shutil.copy(OURS / "ci/sweep/testing/fake_atome.py", root / "build/atome")
        (root / "build/atome").chmod(0o755)
        shutil.copy(OURS / "ci/sweep/testing/fake_train.py", root / "golden/training/train.py")
        (root / "emulation/boards/boards.json").write_text(json.dumps({"boards": BOARDS}))
        (root / "emulation/boards/cores.json").write_text(json.dumps({"cores": CORES}))
        (root / "engine/engine.h").write_text("1")
        (root / "text.txt").write_text("once upon a time " * 200)
        (root / "sweep.json").write_text(json.dumps(SWEEP | changes))
        (root / "models/atome_ternary").write_bytes(b"a ternary model")
        for weights in ("fp32", "int8"):
            model = random_plain_model(PlainConfig.parse(PLAIN), 1, weights=weights)
            (root / f"models/plain_{weights}").write_bytes(plain_file.encode(model))
        made = cls(root)
        made.behave(behaviour or {})
        return made

    def behave(self, behaviour: Mapping[str, object]) -> None:
        (self.root / "behaviour.json").write_text(json.dumps(behaviour))

    def _arguments(self, arguments: tuple[str, ...]) -> list[str]:
        return [str(self.root / "sweep.json"), "--out", str(self.root / "out"), *arguments]

    def run(self, *arguments: str) -> int:
        os.environ["ATOME_FAKE_SOURCES"] = str(OURS)
        return main.main(self._arguments(arguments), self.root)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """As a process, for who wants to kill it."""
        code = "import pathlib, sys; from ci.sweep.main import main; sys.exit(main(sys.argv[2:], pathlib.Path(sys.argv[1])))"
        return subprocess.Popen([sys.executable, "-c", code, str(self.root), *self._arguments(arguments)], cwd=OURS,
                                env={**os.environ, "PYTHONPATH": str(OURS), "ATOME_FAKE_SOURCES": str(OURS)},
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def started(self) -> list[str]:
        """Command lines since the last call."""
        path = self.root / "started"
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    @property
    def sweep(self) -> config.Sweep:
        return config.load(self.root / "sweep.json")

    @property
    def kept(self) -> trainings.Kept:
        return trainings.Kept(self.root / "out/trainings", self.root)

    def measurements(self) -> measure.Measurements:
        return measure.Measurements(self.sweep, self.kept, self.root / "out", self.root)
