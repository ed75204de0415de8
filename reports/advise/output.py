"""Answers as text for people."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from reports.advise import choice, firmware
from reports.advise.answer import Answer, Compared, Difference, Step
from reports.advise.choice import Candidate, Lack
from reports.advise.study import Study
from reports.history.output import line_width, table

WIDTH = 80
_NO_BREAK = "\u00a0"  # until lines are broken, then a space
HONEST = "Cycles are modelled. Perplexities are of models trained alike, {budget}; more training may turn the order."


def grouped(number: float) -> str:
    """In threes, which no line breaks."""
    return f"{number:,.0f}".replace(",", _NO_BREAK)


def milliseconds(number: float) -> str:
    """Three digits and more: "0.512", "12.3", "1 204"."""
    return grouped(number) if number >= 100 else f"{number:.3g}"


def _width() -> int:
    """Of prose; a wide terminal makes no long lines."""
    return min(line_width() or WIDTH, WIDTH)


def _filled(text: str, first: str = "", behind: str = "") -> str:
    lines = textwrap.fill(text, _width(), initial_indent=first, subsequent_indent=behind, break_long_words=False,
                          break_on_hyphens=False)
    return lines.replace(_NO_BREAK, " ") + "\n"


def named(candidate: Candidate) -> str:
    """ "ternary-60k q15, model in RAM"."""
    places = {"flash": "", "ram-code": ", code in RAM", "ram-model": ", model in RAM"}
    variant = "" if candidate.variant == "plain" else f" {candidate.variant}"
    return f"{candidate.model}{variant}{places.get(candidate.place, f', {candidate.place}')}"


def said(difference: Difference) -> str:
    """ "1.2 % worse [-0.4, 2.8]", and whether that leaves it undecided which is better."""
    amount = f"{abs(difference.percent):.3g} % {'worse' if difference.percent >= 0 else 'better'}"
    if difference.low is None or difference.high is None:
        return amount
    amount += f" [{difference.low:.3g}, {difference.high:.3g}]"
    if difference.low <= 0 <= difference.high:
        return f"undecided: {amount}"
    return amount if difference.decided else f"{amount}, undecided: one seed"


def _interval(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else f" [{ends[0]:.3f}, {ends[1]:.3f}]"


def _notes(study: Study) -> str:
    """What the figures are worth."""
    left_out = f"{' and '.join(study.left_out)}: left out, not trained for {study.positions} positions. " if study.left_out else ""
    return left_out + HONEST.format(budget=study.budget_in_words())


def _lack(lack: Lack) -> str:
    if lack.what == choice.TIME:
        return f"{milliseconds(lack.needs)} ms a token of {milliseconds(lack.has)}"
    return f"{grouped(lack.needs)} bytes of {lack.what} of {grouped(lack.has)}"


def _asked(found: Answer, study: Study) -> str:
    chip, limits = found.chip, found.limits
    name = f"{chip.title} ({chip.name})" if chip.name else chip.title
    free = [f"{grouped(has)} bytes of {what}{'' if has == whole else f' ({grouped(whole)} on the board)'}"
            for what, has, whole in (("flash", limits.flash_bytes, chip.flash_bytes), ("RAM", limits.ram_bytes, chip.ram_bytes))]
    time = "" if limits.ms_per_token is None else f", at most {milliseconds(limits.ms_per_token)} ms a token"
    return f"{name}: {chip.core} at {chip.clock_hz / 1e6:g} MHz, {' and '.join(free)}{time}; {study.positions} positions."


def _nothing(found: Answer) -> str:
    if found.untimed:
        return (f"Nothing is known to be fast enough: no cycles were modelled on this board. {named(found.untimed)} fits; "
                "ask without --ms-per-token.")
    if found.nearest is None:
        return "Nothing is known to fit: what models need on this chip was not measured."
    needs = " and ".join(_lack(lack) for lack in choice.lacks(found.nearest, found.limits))
    return f"Nothing fits. {named(found.nearest)} lacks least: it needs {needs}."


def _left(needed: int | None, has: int) -> str:
    return "not measured" if needed is None else f"{grouped(needed)} bytes, {grouped(has - needed)} left"


def _time(best: Candidate, found: Answer) -> str:
    if best.ms_per_token is None:
        return "not known: no cycles were modelled on this board"
    limit = found.limits.ms_per_token
    left = "" if limit is None else f", {milliseconds(limit - best.ms_per_token)} left"
    about = ("about ", " (estimated from fewer positions)") if best.estimated else ("", "")
    return f"{about[0]}{milliseconds(best.ms_per_token)} ms a token{left}: {grouped(1000 / best.ms_per_token)} tokens/s{about[1]}"


def _rows(found: Answer, best: Candidate, study: Study) -> list[tuple[str, str]]:
    """Titles, and what stands behind them."""
    perplexity = f"{best.perplexity:.3f}{_interval(study.interval(best))}"
    rows = [("perplexity", f"{perplexity} on the test part of {study.text}, {study.seeds_of(best.model)}"),
            ("flash", _left(best.flash_bytes, found.limits.flash_bytes)),
            ("RAM", _left(best.ram_bytes, found.limits.ram_bytes)), ("time", _time(best, found))]

    def beside(title: str, others: Sequence[Compared]) -> None:
        for other in others:
            rows.append((title, f"{named(other.candidate)}: {said(other.difference)}"))
            title = ""

    for other in found.lighter:
        candidate = other.candidate
        time = "" if candidate.ms_per_token is None else f", {milliseconds(candidate.ms_per_token)} ms a token"
        rows.append(("lighter" if other is found.lighter[0] else "",
                     f"{named(candidate)}: perplexity {candidate.perplexity:.3f}, {grouped(candidate.flash_bytes or 0)} bytes of flash, "
                     f"{grouped(candidate.ram_bytes or 0)} of RAM{time}"))
    beside("next best", [found.next_best] if found.next_best else [])
    beside("other families", [other for other in found.other_families if other != found.next_best])
    return rows


def _step(step: Step | None, found: Answer) -> str:
    if step is None:
        return f"none: on no larger board fits {'a model that is surely better' if found.best else 'any'}"
    chip = step.chip
    text = (f"{chip.title} ({chip.name}), {chip.core} at {chip.clock_hz / 1e6:g} MHz, {grouped(chip.flash_bytes)} bytes of flash, "
            f"{grouped(chip.ram_bytes)} of RAM: {named(step.candidate)}, perplexity {step.candidate.perplexity:.3f}")
    if step.difference is not None:
        text += f"; what fits here is {said(step.difference)}"
    return text


def as_text(found: Answer, study: Study, others: Sequence[tuple[Study, Candidate]] = ()) -> str:
    """All that is known for one chip. `others`: the best by other budgets of training."""
    text = _filled(_asked(found, study)) + "\n"
    rows = []
    if found.best is None:
        text += _filled(_nothing(found)) + "\n"
    else:
        text += named(found.best) + "\n\n"
        rows = _rows(found, found.best, study)
    rows.append(("next board up", _step(found.step, found)))
    rows += [(f"--budget {other.budget}", f"{named(best)}, perplexity {best.perplexity:.3f}{_interval(other.interval(best))}, "
              f"{other.budget_in_words()}") for other, best in others]
    column = max(len(title) for title, _ in rows) + 4
    for title, behind in rows:
        text += _filled(behind, f"  {title}".ljust(column), " " * column)
    if found.best is not None:
        steps = firmware.commands(found.best, found.chip, study)
        text += "\n" + "".join(f"{title}:\n\n" + "".join(f"{firmware.broken(line, _width())}\n" for line in lines) + "\n"
                               for title, lines in steps)
        text += _filled(_notes(study))
    return text


def _ahead(found: Answer) -> str:
    """By how much the next best is worse."""
    if found.next_best is None:
        return "-"
    difference = found.next_best.difference
    return "undecided" if difference.low is not None and not difference.decided else f"+{difference.percent:.3g} %"


def as_table(answers: Sequence[Answer], study: Study) -> str:
    """A line a chip."""
    rows = [["board", "model", "variant", "perplexity", "next best", "ms/token"]]
    for found in answers:
        best = found.best
        if best is None:
            why = "nothing fits" if found.nearest else "time not known" if found.untimed else "not measured"
            rows.append([found.chip.name, why, "", "", "", ""])
        else:
            time = "-" if best.ms_per_token is None else milliseconds(best.ms_per_token).replace(_NO_BREAK, " ")
            place = {"flash": "", "ram-model": " in RAM"}.get(best.place, f" {best.place}")
            rows.append([found.chip.name, str(best.model), f"{best.variant}{place}", f"{best.perplexity:.3f}", _ahead(found), time])
    limit = answers[0].limits.ms_per_token
    fast = "" if limit is None else f", at most {milliseconds(limit)} ms a token"
    return table(rows, right=(3, 4, 5)) + "\n" + _filled(
        f"Test part of {study.text}, {study.positions} positions{fast}. Next best: how much higher the perplexity of another model "
        f"is that fits, too. {_notes(study)}")
