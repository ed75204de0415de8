#!/usr/bin/python3
"""Stands for `atome` in tests of a sweep: figures by rules that tests know.

behaviour.json of the repository: part of a command line -> crash, or seconds to take; "perplexity" -> what `ppl` says.
"""

import json
import os
import pathlib
import sys
import time
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, os.environ["ATOME_FAKE_SOURCES"])

from reports import report_file  # noqa: E402
from reports.report_data import Cell, Figure, Key, Report  # noqa: E402

CYCLES = {"m0": 4000.0, "m0plus": 3900.0, "m3": 2000.0, "m4f": 500.0, "m7": 300.0, "m33": 0.0}
FLASH, MODEL, CHUNKS = 10_000, 1001, (4.0, 3.5)


def ram(variant: str, memory: int) -> int:
    return 1000 + memory * {"f32": 200, "q15": 100}.get(variant, 150)


def cycles(core: str, board: dict[str, Any], variant: str, window: tuple[int, int], place: str) -> float:
    """A line over positions; wait states and flash add their part, the model in RAM half of it."""
    each = CYCLES[core] * (2 if variant == "f32" else 1) * (10 + (window[0] + window[1] - 1) / 2)
    waits = board.get("wait_states", 0) + board.get("flash", {}).get("miss_cycles", 0)
    return each + 1000 * waits * (0.5 if place == "ram-model" else 1)


def figures(words: list[str], option: dict[str, str]) -> list[Cell]:
    command, model = words[0], os.path.basename(words[1])
    boards = json.loads((ROOT / "emulation/boards/boards.json").read_text())["boards"]
    named = {board["name"]: board for board in boards}
    memory = int(option.get("--max-seq", 256 if "-256" in model else 64))
    cells = []
    for variant in option["--variant"].split(","):
        if command == "ppl":
            value = json.loads((ROOT / "behaviour.json").read_text()).get("perplexity", 6.0)
            cells.append(Cell(Key("perplexity", "native", "host", model=model, variant=variant),
                              figures=[Figure("perplexity", value, low=value, high=value, samples=CHUNKS)]))
        for core in option.get("--core", "").split(",") if command == "size" else ():
            cell = Cell(Key("size", "elf", core, model=model, variant=variant), figures=[
                Figure("flash_bytes_needed", FLASH), Figure("ram_bytes_needed", ram(variant, memory)),
                Figure("model_bytes", MODEL)])
            for board in boards:
                if board["core"] == core:
                    need = {"flash": FLASH, "ram": ram(variant, memory)}
                    part = ("board", board["name"])
                    fits = need["flash"] <= board["flash_bytes"] and need["ram"] <= board["ram_bytes"]
                    cell.figures += [Figure("fits", int(fits), *part)]
                    for memory_name, bytes_ in need.items():
                        cell.figures += [Figure(f"{memory_name}_bytes_needed", bytes_, *part),
                                         Figure(f"board_{memory_name}_bytes", board[f"{memory_name}_bytes"], *part)]
            cells.append(cell)
        if command == "cycles":
            board = named.get(option.get("--board", ""), {})
            core = board.get("core") or option["--core"]
            begin, end = map(int, option["--positions"].split(":"))
            value = cycles(core, board, variant, (begin, end), option.get("--place", "flash"))
            cells.append(Cell(Key("cycles", "unicorn", core, board.get("name", ""), model, variant, "speed"),
                              figures=[Figure("cycles_per_token", value)]))
    return cells


def main(words: list[str]) -> int:
    line = " ".join(words[:words.index("--report")])
    with open(ROOT / "started", "a", encoding="utf-8") as file:
        file.write(line + "\n")
    behaviour = json.loads((ROOT / "behaviour.json").read_text())
    action = next((action for part, action in behaviour.items() if part in line), 0)
    if action == "crash":
        os.abort()
    time.sleep(action)
    option = {word: words[place + 1] for place, word in enumerate(words[:-1]) if word.startswith("--")}
    report_file.write(Report("fake", cells=figures(words, option)), option["--report"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
