"""What the intervals carry, as sentences: nothing is called better or worse that an interval does not.

    wins       over which range of flash, RAM or cycles which family writes best
    against    at which sizes the ternary model is better than a plain one at the same flash, RAM, cycles or parameters
    ablation   what a pathway is worth
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable, Sequence

from reports.frontier import at_cost, winners, words
from reports.frontier.at_cost import ALONE, DEARER, PARAMETERS, Comparison
from reports.frontier.candidates import COSTS, UNITS, Library, Setting
from reports.frontier.winners import Range

POSITIONS = 64  # of the chunks on which perplexities are measured
FEW = 3  # models may lack a cost where it is said who writes best by it; they are named
WINS, AGAINST, ABLATION = "wins", "against", "ablation"
SAME = {"flash": "as much flash", "ram": "as much RAM", "cycles": "as many cycles a token", PARAMETERS: "as many parameters"}


@dataclasses.dataclass(frozen=True)
class Sentence:
    about: str                # WINS, AGAINST or ABLATION
    text: str
    budget: str
    positions: int            # 0: no cost is in it
    cost: str                 # of COSTS, PARAMETERS or empty
    cores: tuple[str, ...]    # empty: no core is in it
    family: str               # that is spoken of; empty: all
    baseline: str
    heading: str              # what it is about: the text and the training
    words: str                # the sentence, without the heading


def percent(part: float) -> str:
    """Of a ratio less 1: two digits, no sign; below 10 % a tenth of a percent."""
    return f"{100 * abs(part):.0f}" if abs(part) >= 0.0995 else f"{100 * abs(part):.1f}"


def _by_how_much(comparisons: Sequence[Comparison]) -> str:
    """From the least to the most that the intervals allow: "4.1 to 12 %". In ratio to the other's perplexity."""
    ends = [abs(math.exp(end) - 1) for each in comparisons for end in (each.estimate.low, each.estimate.high) if end is not None]
    least, most = percent(min(ends)), percent(max(ends))
    return f"{least} %" if least == most else f"{least} to {most} %"


def _sizes(comparisons: Sequence[Comparison]) -> str:
    first, last = comparisons[0].size, comparisons[-1].size
    return f"at {first}" if first == last else f"at {first} and {last}" if len(comparisons) == 2 else f"from {first} to {last}"


def _part(verdict: str, columns: Sequence[Sequence[Comparison]], baseline: str) -> str:
    """Of neighbouring sizes with one verdict. `columns`: the sizes on each core."""
    where = _sizes(columns[0])
    several = [each for column in columns for each in column]
    if verdict == "better":
        return f"better {where} (perplexity {_by_how_much(several)} lower)"
    if verdict == "worse":
        return f"worse {where} (perplexity {_by_how_much(several)} higher)"
    if verdict == ALONE:
        return f"without a rival {where} (it costs less than any of {words.family(baseline)})"
    if verdict == DEARER:
        return f"beyond compare {where} (it costs more than any of {words.family(baseline)})"
    return f"the same {where}" if verdict == "same" else f"undecided {where}"


def _against(library: Library, settings: Sequence[Setting], family: str, baseline: str, cost: str) -> Iterable[Sentence]:
    """One sentence for the cores on which all verdicts are alike. `settings` differ in the core."""
    alike: dict[tuple[tuple[str, str], ...], list[tuple[str, list[Comparison]]]] = {}
    for setting in settings:
        found = at_cost.compare(library.choice(setting), family, baseline, cost)
        if found:
            alike.setdefault(tuple((each.size, each.verdict) for each in found), []).append((setting.core, found))
    for pattern, of_cores in alike.items():
        parts, begin = [], 0
        for verdict, group in itertools.groupby(pattern, key=lambda each: each[1]):
            end = begin + len(list(group))
            parts.append(_part(verdict, [found[begin:end] for _, found in of_cores], baseline))
            begin = end
        cores = () if cost == PARAMETERS else tuple(core for core, _ in of_cores)
        first = settings[0]
        where = f", on {words.cores(cores, [each.core for each in settings])}" if cores else ""
        yield Sentence(AGAINST, first.text, first.budget, first.positions if cores else 0, cost, cores, family, baseline,
                       words.heading(library.results, first), f"With {SAME[cost]} as {words.family(baseline)}{where}, "
                       f"{words.family(family)} is {words.listed(parts)}.")


def _of_range(found: Range, end: float | None, unit: str) -> str:
    where = f"from {words.amount(found.begin)} " + (f"to {words.amount(end)}" if end is not None else "on") + unit
    names = [words.family(name) for name in found.families]
    if found.alone:
        return f"{where} there is only {names[0]}"
    if len(names) > 1:
        return f"{where} {words.listed(names, 'or')}: nothing decides"
    return f"{where} {names[0]} writes best (perplexity lower by {percent(found.margin)} % at least)"


def _wins(library: Library, settings: Sequence[Setting], families: Sequence[str], cost: str) -> Iterable[Sentence]:
    """One sentence for the cores of which the same is said."""
    said: dict[str, list[str]] = {}
    for setting in settings:
        choice = library.choice(setting)
        lacking = choice.unmeasured(cost, families)
        found = winners.ranges(choice, families, cost)
        if len(lacking) > FEW:
            of_what = f"that of {len(lacking)} models was not measured"
            said.setdefault(f"who writes best by {words.COSTS[cost]} is not said: {of_what}", []).append(setting.core)
        elif found:
            ends: list[float | None] = [*(each.begin for each in found[1:]), None]
            parts = [_of_range(each, end, "" if number else f" {UNITS[cost]}")
                     for number, (each, end) in enumerate(zip(found, ends))]
            were = "were" if cost == "cycles" else "was"
            without = f" (without {words.listed(lacking)}, of which the {words.COSTS[cost]} {were} not measured)" if lacking else ""
            said.setdefault("; ".join(parts) + without, []).append(setting.core)
    first = settings[0] if settings else None
    for text, cores in said.items():
        if first is not None:
            where = words.cores(cores, [each.core for each in settings])
            yield Sentence(WINS, first.text, first.budget, first.positions, cost, tuple(cores), "", "",
                           words.heading(library.results, first), f"On {where}, {text}.")


def _ablations(library: Library, setting: Setting) -> Iterable[Sentence]:
    """Of any core: no cost is in it."""
    found = library.results
    for family in found.families.values():
        whole = found.measured_as(family.name)
        if not family.drop or whole == family.name:
            continue
        compared = at_cost.compare(library.choice(setting), family.name, whole, PARAMETERS)
        for verdict, group in itertools.groupby(compared, key=lambda each: each.verdict):
            sizes = list(group)
            said = {"worse": f"is {_by_how_much(sizes)} higher", "better": f"is {_by_how_much(sizes)} lower",
                    "same": "is the same"}.get(verdict, "may be higher or lower, undecided,")
            yield Sentence(ABLATION, setting.text, setting.budget, 0, "", (), family.name, whole, words.heading(found, setting),
                           f"Without {words.pathway(family.drop)} the perplexity of {words.family(whole)} {said} {_sizes(sizes)}.")


def of(library: Library, text: str, budget: str, positions: int = POSITIONS) -> list[Sentence]:
    """All that can be said of one text and budget. Costs are at `positions`; perplexities are of chunks of 64 bytes, so
    that with other positions than these nothing would be said that was measured."""
    found = library.results
    settings = [Setting(text, budget, core, positions) for core in found.cores]
    families = winners.contenders(list(found.families.values()))
    ternary = [name for name in families if found.families[name].kind == "atome_ternary"]
    said: list[Sentence] = []
    for family, baseline in itertools.product(ternary, [name for name in families if name not in ternary]):
        for cost in (PARAMETERS, *COSTS):
            said += _against(library, settings or [Setting(text, budget, "", positions)], family, baseline, cost)
    for cost in COSTS:
        said += _wins(library, settings, families, cost)
    return said + list(_ablations(library, Setting(text, budget, "", positions)))


