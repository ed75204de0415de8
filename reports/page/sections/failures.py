"""Every cell that did not pass: where it diverged, what it said, and what to run next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports import catalogue
from reports.page import words
from reports.page.document import MAX_COMMAND, Block, Detail, Paragraph, Section, clip
from reports.report_data import Cell, Divergence, Key

MAX_DETAILS = 60
_HELP = {"too_large": "name a larger board, a shorter --max-seq or a smaller variant",
         "missing": "install what is missing (ci/setup), build, and run the command again",
         "crashed": "run the command again; a time limit is raised with --time-limit",
         "error": "read the message; the model, the prompt or the limits are not what the runner takes"}


def _order(cells: Sequence[Cell]) -> list[Cell]:
    """Divergences first."""
    return sorted((cell for cell in cells if cell.failed), key=lambda cell: cell.divergence is None)


def ids(cells: Sequence[Cell]) -> dict[Key, str]:
    return {cell.key: f"failure-{number}" for number, cell in enumerate(_order(cells)[:MAX_DETAILS], 1)}


def _divergence(found: Divergence) -> list[tuple[str, str]]:
    def said(value: int | None) -> str:
        return "not recorded" if value is None else str(value)

    return [("case", str(found.case)), ("step", str(found.step)), ("layer", said(found.layer)),
            ("op", clip(found.op) or "not recorded"), ("index", said(found.index)),
            ("expected", words.as_float(found.expected_bits)), ("actual", words.as_float(found.actual_bits)),
            ("distance", f"{words.number(found.ulp)} ULP" if found.ulp is not None else "not recorded"),
            *([("note" if found.index is not None else "why not recorded", clip(found.note))] if found.note else [])]


def _has_no_taps(cell: Cell) -> bool:
    """As its run said, or an older one of the engine for hosts did not say."""
    return cell.key.core == "host-simd" or (cell.divergence is not None and "the op cannot be named" in cell.divergence.note)


def _commands(cell: Cell) -> list[tuple[str, str]]:
    if not cell.command:
        return []
    command = clip(cell.command, MAX_COMMAND)
    found = [("Run this cell again", command)]
    if cell.key.kind == "parity" and cell.outcome == "mismatch" and "--taps" not in command \
            and cell.figure("accepted") is None and not _has_no_taps(cell):  # taps are held to the bit
        found.append(("Find the first op that differs: compare every intermediate", f"{command} --taps"))
    return found


def _detail(cell: Cell, name: str) -> Detail:
    outcome = catalogue.OUTCOMES[cell.outcome]
    facts = _divergence(cell.divergence) if cell.divergence else []
    facts += [(what, clip(value, 1000)) for what, value in (
        ("message", cell.message), ("note", cell.note), ("build", cell.build), ("model's SHA-256", cell.model_sha256),
        ("what to do", _HELP.get(cell.outcome, ""))) if value]
    return Detail(name, f"{outcome.text}: {clip(str(cell.key), 200)}", outcome.tone, facts, _commands(cell))


def _bounded(found: Sequence[Cell], names: Mapping[Key, str]) -> list[Block]:
    blocks: list[Block] = [_detail(cell, names[cell.key]) for cell in found[:MAX_DETAILS]]
    if len(found) > MAX_DETAILS:
        blocks.append(Paragraph(f"Not shown: {len(found) - MAX_DETAILS} more cells; the report file has them."))
    return blocks


def section(cells: Sequence[Cell]) -> Section | None:
    found = _order(cells)
    if not found:
        return None
    said = Paragraph(f"{words.count(len(found), 'cell')} failed. Each opens to what is known and the command to go on with.")
    return Section("failures", "Divergences and failures", [said, *_bounded(found, ids(cells))])

