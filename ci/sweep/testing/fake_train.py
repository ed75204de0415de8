"""Stands for golden.training.train in tests: a zip of models that lie ready, with a perplexity that follows from the rate.

behaviour.json of the repository: part of a run's name -> fail, or seconds to take.
"""

import json
import math
import pathlib
import sys
import time
import zipfile

BEST_RATE = 0.006


def main(words: list[str]) -> int:
    options = {word: words[place + 1] for place, word in enumerate(words[:-1]) if word.startswith("--")}
    root, name = pathlib.Path(__file__).resolve().parents[2], options["--name"]
    with open(root / "started", "a", encoding="utf-8") as log:
        log.write(f"train {name}\n")
    behaviour = json.loads((root / "behaviour.json").read_text())
    action = next((action for part, action in behaviour.items() if part in name), 0)
    if action == "fail":
        print("fake: no memory", file=sys.stderr)
        return 2
    time.sleep(action)
    perplexity = 5 + abs(math.log(float(options["--learning-rate"]) / BEST_RATE))
    kinds = {"": "plain_fp32", "int8/": "plain_int8"} if "n_heads" in options["--config"] else {"": "atome_ternary"}
    with zipfile.ZipFile(options["--zip"], "w") as archive:
        for folder, kind in kinds.items():
            file = name + (".atome03" if kind == "atome_ternary" else ".plain01")
            data = (root / "models" / kind).read_bytes()
            facts = {"name": name, "config": options["--config"], "parameters": 1000, "perplexity": perplexity,
                     "train_cpu_seconds": 1.0, "disk_bytes": {file: len(data)}, "sha256": {file: "0" * 64}}
            archive.writestr(f"{folder}config.json", json.dumps(facts | {"test_perplexity": 6.0}))
            archive.writestr(folder + file, data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
