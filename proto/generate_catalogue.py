"""The build runs `generate_catalogue.py catalogue.json catalogue.h` to make a C++ header of the catalogue.

The header has an enumeration for each list, in the file's order, and a table with the facts of each entry.
"""

from __future__ import annotations

import json
import pathlib
import sys
from collections.abc import Iterable

HEAD = """// Generated from proto/catalogue.json by proto/generate_catalogue.py.
#ifndef ATOME_PROTO_CATALOGUE_H_
#define ATOME_PROTO_CATALOGUE_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace atome::catalogue {

"""
TAIL = """
}  // namespace atome::catalogue

#endif  // ATOME_PROTO_CATALOGUE_H_
"""
CLASSES = ("EXACT", "INTERVAL", "WALL")
BETTER = ("less", "more", "equal", "told")
SHOWN = ("text", "whole", "fixed1", "fixed2", "fixed3", "fixed4", "fixed6", "scientific", "scientific2", "percent", "share", "change",
         "ulp", "yes", "duration")


def enumerator(name: str) -> str:
    """ "cycles_per_token" as kCyclesPerToken."""
    return "k" + "".join(word.capitalize() for word in name.split("_"))


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def enum(name: str, words: Iterable[str]) -> str:
    return f"enum class {name} : uint8_t {{ {', '.join(enumerator(word) for word in words)} }};\n"


def table(name: str, row_type: str, fields: str, rows: list[str]) -> str:
    return (f"struct {row_type} {{\n  {fields}\n}};\ninline constexpr {row_type} {name}[] = {{\n  "
            + ",\n  ".join(rows) + ",\n};\n\n")


def finder(name: str, words: Iterable[str]) -> str:
    cases = "".join(f"  if (name == {quoted(word)}) return {name}::{enumerator(word)};\n" for word in words)
    return f"constexpr std::optional<{name}> Find{name}(std::string_view name) {{\n{cases}  return std::nullopt;\n}}\n\n"


def figure_row(figure: dict, parts: list[str]) -> str:
    mask = sum(1 << parts.index(part) for part in figure.get("parts", ()))
    return "{" + ", ".join((
        quoted(figure["name"]), quoted(figure["title"]), quoted(figure["short"]), quoted(figure.get("unit", "")),
        f"FigureClass::{enumerator(figure['class'].lower())}", f"Better::{enumerator(figure['better'])}",
        f"Shown::{enumerator(figure['show'])}", repr(float(figure.get("material", 0))), hex(mask),
        "true" if figure.get("absent_is_zero") else "false")) + "}"


def former_rows(figures: list[dict]) -> list[str]:
    return ["{" + ", ".join((quoted(former["name"]), quoted(former.get("kind", "")), quoted(former.get("part", "")),
                             f"Quantity::{enumerator(figure['name'])}")) + "}"
            for figure in figures for former in figure.get("formerly", ())]


def header(catalogue: dict) -> str:
    parts, figures = catalogue["parts"], catalogue["figures"]
    text = HEAD
    text += enum("Quantity", (figure["name"] for figure in figures))
    text += "// A figure belongs to the whole cell, or to a part of one of these kinds.\n"
    text += enum("PartKind", ["whole", *parts])
    text += "// In order of severity.\n" + enum("Outcome", (outcome["name"] for outcome in catalogue["outcomes"]))
    text += enum("Kind", (kind["name"] for kind in catalogue["kinds"]))
    text += enum("FigureClass", (name.lower() for name in CLASSES)) + enum("Better", BETTER) + enum("Shown", SHOWN) + "\n"
    text += finder("Shown", SHOWN)
    text += table("kQuantities", "QuantityRow",
                  "std::string_view name, title, short_title, unit;\n  FigureClass figure_class;\n  Better better;\n  Shown shown;\n"
                  "  double material;     // for INTERVAL: the relative change that counts\n"
                  "  uint32_t parts;      // bit n - 1: parts of PartKind n may have it\n"
                  "  bool absent_is_zero;  // an absent part counts as 0",
                  [figure_row(figure, parts) for figure in figures])
    text += table("kFormerNames", "FormerName", "std::string_view name, kind, part_kind;  // empty: any\n  Quantity now;",
                  former_rows(figures))
    text += "inline constexpr std::string_view kPartKinds[] = {" + ", ".join(map(quoted, ["", *parts])) + "};\n"
    text += table("kOutcomes", "OutcomeRow", "std::string_view name, text;\n  int exit_code;",
                  [f"{{{quoted(o['name'])}, {quoted(o['text'])}, {o['exit_code']}}}" for o in catalogue["outcomes"]])
    text += "inline constexpr std::string_view kKinds[] = {" + ", ".join(quoted(kind["name"]) for kind in catalogue["kinds"]) + "};\n\n"
    views = [{"kind": kind["name"], "tables": kind["tables"]} for kind in catalogue["kinds"]]
    text += "// The tables of each kind, as JSON.\n"
    text += f"inline constexpr std::string_view kViews = R\"json({json.dumps(views, ensure_ascii=False)})json\";\n"
    return text + TAIL


def main(arguments: list[str]) -> int:
    source, target = map(pathlib.Path, arguments)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(header(json.loads(source.read_text(encoding="utf-8"))), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
