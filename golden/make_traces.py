"""Regenerates the committed golden traces that golden/traces/traces.json lists, or checks them.

    /usr/bin/python3 -m golden.make_traces            # writes; skips models that are not there
    /usr/bin/python3 -m golden.make_traces --check    # compares; a missing model or an orphan fails
Exit codes: 0 pass, 1 a check failed, 2 unusable input.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
from typing import Any

from golden import protos, trace
from golden.bit_model import NonFiniteError
from golden.golden_case import DivergenceError
from golden.make_tiny_models import MODELS, PLAIN_MODELS
from golden.model_files import VERSIONS
from reports import console, whole_file

TRACES = pathlib.Path(__file__).resolve().parent / "traces"
GENERATOR = "python3 -m golden.make_traces"


def entries(folder: pathlib.Path = TRACES) -> dict[str, Any]:
    """Model name -> entry of traces.json.

    An entry has `cases`, each with `prompt` (text, or a list of tokens) and `full_taps_at` (steps, or "all"),
    and `generate`, the tokens a case. It may also have `seed`, the model's (default 0), `folder`, the parent
    of the model's folder, relative to golden/, and `variants`, those with a trace.
    """
    loaded: dict[str, Any] = json.loads((folder / "traces.json").read_text())
    return loaded


def is_plain(name: str) -> bool:
    """Whether a committed model is a plain transformer."""
    return (PLAIN_MODELS / f"{name}.plain01").is_file()


def model_files(name: str) -> list[pathlib.Path]:
    """The files of a committed model, one a format; a plain transformer or a trained model has only one."""
    if is_plain(name):
        return [PLAIN_MODELS / f"{name}.plain01"]
    folder = MODELS.parent / entries().get(name, {}).get("folder", MODELS.name)
    versions = VERSIONS if folder == MODELS else ("3",)
    return [folder / name / f"{name}.atome0{version}" for version in versions]


def variants(name: str) -> tuple[str, ...]:
    """The variants with a trace of this model.

    Keys of 8 bits differ from those of 16 only in rounding; two models are enough to check that.
    """
    return ("plain",) if is_plain(name) else tuple(entries().get(name, {}).get("variants", ("f32", "q15")))


def stem(name: str, variant: str) -> str:
    """The stem of the trace's file: the model's name and, except for f32 and plain, the variant's."""
    return name if variant in ("f32", "plain") else f"{name}-{variant}"


def build(name: str, entry: dict[str, Any], variant: str = "f32") -> bytes:
    """One trace; raises what golden.trace.build raises."""
    prompts = [trace.text_prompt(case["prompt"]) if isinstance(case["prompt"], str) else case["prompt"]
               for case in entry["cases"]]
    full = [None if case["full_taps_at"] == "all" else case["full_taps_at"] for case in entry["cases"]]
    return trace.build(model_files(name), None, prompts, entry["generate"], full, entry.get("seed", 0),
                       f"{GENERATOR} {name}", variant=variant)


def orphans(listed: dict[str, Any], folder: pathlib.Path = TRACES) -> list[str]:
    """A sentence for each trace file without an entry and each entry without a file."""
    present = {path.stem for path in folder.glob("*.trace")}
    wanted = {stem(name, variant): name for name in listed for variant in variants(name)}
    return ([f"{name}.trace has no entry in traces.json" for name in sorted(present - set(wanted))]
            + [f"{wanted[name]} has an entry but no {name}.trace" for name in sorted(set(wanted) - present)])


def check(name: str, entry: dict[str, Any], folder: pathlib.Path = TRACES, variant: str = "f32") -> str | None:
    """Explains the fault of one committed trace; None when it has none."""
    path = folder / f"{stem(name, variant)}.trace"
    if not path.is_file():
        return "the trace file is missing"
    return protos.difference(build(name, entry, variant), path.read_bytes())


def main(argv: list[str] | None = None) -> int:
    """Writes or checks every trace; see the module for exit codes."""
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the committed files")
    arguments = parser.parse_args(argv)
    listed = entries()
    faults = orphans(listed) if arguments.check else []
    try:
        for name, variant in [(name, variant) for name in listed for variant in variants(name)]:
            entry = listed[name]
            missing = [path for path in model_files(name) if not path.is_file()]
            if arguments.check:
                fault = f"{missing[0]} is missing" if missing else check(name, entry, variant=variant)
                faults += [f"{stem(name, variant)}: {fault}"] if fault else []
            elif missing:
                print(f"make_traces: {name} skipped: {missing[0]} is missing", file=sys.stderr)
            else:
                data = build(name, entry, variant=variant)
                whole_file.write(TRACES / f"{stem(name, variant)}.trace", data)
                print(f"make_traces: {stem(name, variant)}.trace: {len(data)} bytes", file=sys.stderr)
    except (DivergenceError, NonFiniteError) as error:
        faults.append(f"{name}: {error}")
    except (OSError, ValueError, ModuleNotFoundError) as error:
        print(f"make_traces: {error}", file=sys.stderr)
        return 2
    for fault in faults:
        print(f"make_traces: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(console.run("make_traces", main))
