"""What the page says: its verdict with causes, numbers as people read them, differences."""

from __future__ import annotations

import dataclasses
import json
import math
import pathlib
import re

import pytest

from reports import catalogue, diff_file
from reports import report_file as rf
from reports.diff_file import Cause, Change, Diff
from reports.history import Series
from reports.page import build, document, words
from reports.page.charts import bars, lines
from reports.page.rendering import html_page, markdown
from reports.page.sections import differences, front, measured, mutants, slower, trend, verdict
from reports.testing import page_report as testing


@pytest.mark.parametrize(("value", "text"), [
    (0, "0"), (15216, "15 216"), (661054.208, "661 054"), (7.38168, "7.382"), (350.00000000000705, "350"), (485346.5, "485 347"),
    (1.5e-6, "1.50e-06"), (0.0123456, "0.01235"), (math.inf, "inf"), (math.nan, "nan"), (2**64 - 1, "1.845e+19"), ("x", "x")])
def test_numbers(value: rf.Value, text: str) -> None:
    assert words.number(value).replace(words.GROUP, " ") == text


@pytest.mark.parametrize(("value", "how", "text"), [
    (1234.6, "whole", "1 235"), (2**64 - 1, "whole", "1.845e+19"), (7.38, "fixed4", "7.3800"), (1.9e-6, "scientific", "1.9e-06"),
    (1.5, "percent", "1.5 %"), (0.985, "share", "98.50 %"), (1.00016, "change", "+0.016 %"), (0, "ulp", "0 ULP"), (1988291098, "ulp", "1 988 291 098 ULP"),
    (1, "yes", "yes"), (0, "yes", "no"), (0.0012, "duration", "1.200 ms"), (3e-9, "duration", "3.0 ns"), ("ab", "fixed4", "ab"),
    (1e300, "fixed6", "1e+300")])
def test_values_are_shown_as_the_catalogue_says(value: rf.Value, how: str, text: str) -> None:
    assert words.show(value, how).replace(words.GROUP, " ") == text


@pytest.mark.parametrize("value", [0, 1, 2**64 - 1, 0.5, -1e308, 5e-324, "text"])
def test_every_figure_can_be_shown(value: rf.Value) -> None:
    assert all(words.show(value, quantity.show) for quantity in catalogue.FIGURES.values())


def test_bits_are_shown_with_their_value() -> None:
    assert words.as_float(0x3F800001) == "0x3f800001 = 1.00000012"
    assert words.as_float(None) == "not recorded"


def fitting(grown: int = 0) -> rf.Report:
    """Of which no cell fails."""
    report = testing.report(False, False, grown)
    report.cells = [cell for cell in report.cells if cell.passed]
    return report


@pytest.mark.parametrize(("report", "tone", "headline"), [
    (fitting(), "good", "All 16 cells pass"),
    (testing.report(False), "bad", "4 of 20 cells fail"), (rf.Report("x"), "warn", "Nothing was measured"),
    (rf.Report("x", cells=[rf.Cell(rf.Key(), "missing")]), "bad", "1 of 1 cell fails")])
def test_the_verdict(report: rf.Report, tone: str, headline: str) -> None:
    found = verdict.verdict(report, None)
    assert (found.tone, found.headline) == (tone, headline)


def test_data_that_is_not_here_is_no_failure() -> None:
    absent = rf.Cell(rf.Key(core="host"), "missing", f"{rf.NOT_HERE}../stories.txt")
    found = verdict.verdict(rf.Report("x", cells=[rf.Cell(rf.Key(core="m0")), rf.Cell(rf.Key(core="m3")), absent]), None)
    assert (found.tone, found.headline) == ("good", "All 2 cells pass")
    assert ("1", "left out, without their data", "") in found.tiles
    nothing = verdict.verdict(rf.Report("x", cells=[absent]), None)
    assert (nothing.tone, nothing.headline) == ("warn", "Nothing was measured")
    other = rf.Cell(rf.Key(core="host"), "missing", "no QEMU")
    assert verdict.verdict(rf.Report("x", cells=[other]), None).tone == "bad"


def test_a_commit_is_short_above_and_whole_below() -> None:
    report = testing.report(False, False)
    report.environment.commit = f"{'0123456789ab' * 4}"[:40] + "-dirty"
    found = build.document(build.Inputs(report))
    assert "commit 0123456789ab-dirty" in found.subtitle
    assert report.environment.commit in html_page.render(found)


def bar(values: dict[str, float], largest: float = 0) -> document.Picture:
    return bars.stacked("a", "t", "bytes", {"m0": values}, ("one", "two", "three"), largest)


def test_bars_have_no_parts_that_are_nowhere_and_keep_their_colours() -> None:
    whole, part = bar({"one": 1, "two": 2, "three": 3}), bar({"two": 2, "three": 3})
    assert [column.name for column in part.data.columns] == ["", "two", "three", "total"]
    for number, picture in ((3, whole), (2, part)):
        assert sum(colour in picture.svg for colour in ("#0072b2", "#e69f00", "#009e73")) == number
    assert "#0072b2" not in part.svg


def test_flipped_bits_have_a_bar_a_region() -> None:
    cells = [testing.injection(), testing.injection("range", 0.0)]
    blocks = measured.section(catalogue.KINDS["injection"], cells, None).blocks
    pictures = [block for block in blocks if isinstance(block, document.Picture)]
    assert ["guard boot" in pictures[0].title, "guard range" in pictures[1].title] == [True, True]
    rows = {str(row[0].text): [str(each.text) for each in row[1:]] for row in pictures[0].data.rows}
    assert [column.name for column in pictures[0].data.columns] == ["", "masked", "check", "fault", "silent", "total"]
    assert rows == {"stack": ["25", "0", "50", "25", "100"], "model": ["0", "100", "0", "0", "100"]}
    # Silent corruption has its colour whether or not a picture has hangs.
    assert all("#d55e00" in picture.svg for picture in pictures[:1]) and "#d55e00" not in pictures[1].svg
    tables = [block for block in blocks if isinstance(block, document.Table)]
    assert len(tables) == 2 and len(tables[0].rows) == 4 and len(tables[1].rows) == 2


def test_pictures_of_a_kind_have_one_scale() -> None:
    def ticks(picture: document.Picture) -> list[str]:
        return re.findall(r">([\d.]+k?)</text>", picture.svg)

    assert ticks(bar({"one": 10})) == ["0", "2", "4", "6", "8", "10", "10"]
    assert ticks(bar({"one": 10}, 1000))[:3] == ["0", "200", "400"] == ticks(bar({"one": 1000}))[:3]
    cells = [dataclasses.replace(testing.cycles("m3", scale=scale), key=dataclasses.replace(testing.cycles("m3").key, variant=variant))
             for variant, scale in (("f32", 1.0), ("q15", 0.1))]
    pictures = [b for b in measured.section(catalogue.KINDS["cycles"], cells, None).blocks if isinstance(b, document.Picture)]
    assert [ticks(each)[:3] for each in pictures] == [["0", "2k", "4k"]] * 2


def test_what_fits_no_board_fails() -> None:
    found = verdict.verdict(rf.Report("x", cells=[rf.Cell(rf.Key(board="microbit"), "too_large")]), None)
    assert (found.tone, found.headline, found.lines[0]) == ("bad", "1 of 1 cell fails", "too large: parity microbit")
    assert ("1", "too large", "bad") in found.tiles


def test_a_pass_within_a_tolerance_has_a_colour_of_its_own() -> None:
    near = rf.Cell(rf.Key(core="m0", model="a"), "within", "within 4 ULP (reached 3), 48/48 tokens")
    both = [near, rf.Cell(rf.Key(core="m3", model="a"))]
    found = verdict.verdict(rf.Report("x", cells=both), None)
    assert (found.tone, found.headline) == ("near", "All 2 cells pass, 1 of them within a tolerance and not to the bit")
    assert {("1", "cells pass", "good"), ("1", "within", "near")} <= set(found.tiles)
    assert verdict.verdict(rf.Report("x", cells=[near]), None).headline == "The only cell passes, within a tolerance and not to the bit"
    assert verdict.verdict(rf.Report("x", cells=both), Diff(False)).tone == "bad"
    page = build.document(build.Inputs(rf.Report("x", cells=both)))
    assert "| Parity | 2 | 1 | ≈ 1 |" in markdown.render(page)
    html = html_page.render(page)
    assert "1 of 2 runs gave the bits" in html and "not to the bit (≈): 1." in html
    assert 'aria-label="within" class="tone near">≈<' in html and "Divergences and failures" not in html


def test_taps_are_offered_where_there_are_any() -> None:
    def offered(note: str, core: str = "m3", *figures: rf.Figure) -> bool:
        cell = rf.Cell(rf.Key("parity", "unicorn", core), "mismatch", command="build/atome verify x",
                       divergence=rf.Divergence(0, 1, "logits", note=note), figures=list(figures))
        return "--taps" in html_page.render(build.document(build.Inputs(rf.Report("x", cells=[cell]))))

    assert offered("")
    assert not offered("its banner says so, so the op cannot be named") and not offered("", "host-simd")
    assert not offered("", "m3", rf.Figure("accepted", "ulp:4"))


def test_the_worst_is_named_first() -> None:
    cells = [rf.Cell(rf.Key(core=name), name) for name in ("missing", "mismatch", "crashed", "too_large", "error")]
    said = verdict.verdict(rf.Report("x", cells=cells), None).lines
    assert [line.partition(":")[0] for line in said[:5]] == ["crashed", "mismatch", "too large", "error", "missing"]


def test_a_comparison_that_fails_says_no_other() -> None:
    said = verdict.verdict(fitting(), Diff(False))
    assert said.tone == "bad" and not any("No regressions" in line for line in said.lines)


def test_notes_are_folded_and_counted(tmp_path: pathlib.Path) -> None:
    rows = [{"severity": "note", "kind": f"n{i}"} for i in range(10_000)]
    (tmp_path / "d.json").write_text(json.dumps({"verdict": "pass", "totals": {"figures_compared": 1}, "changes": rows, "causes": []}))
    found = differences.section(diff_file.read(tmp_path / "d.json"))
    assert found is not None
    notes, = (block for block in found.blocks if isinstance(block, document.Table))
    assert (notes.folded, len(notes.rows), notes.total) == (True, 60, 10_000)


def causes_of(count: int) -> Diff:
    """So many, each of one change."""
    changes = [Change("regression", "worse", rf.Key(core=f"c{i}"), "max_ulp") for i in range(count)]
    return Diff(False, causes=[Cause("regression", "^", "cycles", f"c{i}", "w", f"cause {i}", (i,)) for i in range(count)], changes=changes,
                headline=f"{count} causes")


def test_causes_stand_in_the_verdict_the_worst_first_and_the_rest_below() -> None:
    found = build.document(build.Inputs(fitting(), causes_of(70)))
    assert found.verdict.headline == "70 causes" and found.verdict.more_causes == 62
    assert [cause.summary for cause in found.verdict.causes] == [f"cause {i}" for i in range(8)]
    below = next(section for section in found.sections if section.id == "differences")
    assert [block.summary for block in below.blocks if isinstance(block, document.Detail)] == [f"cause {i}" for i in range(8, 60)]
    assert any("10 more causes" in block.text for block in below.blocks if isinstance(block, document.Paragraph))


def test_a_cause_opens_to_what_changed_and_goes_on() -> None:
    cause = build.document(build.Inputs(fitting(), testing.diff())).verdict.causes[0]
    assert (cause.mark, cause.kind, cause.summary, cause.tone) == ("^", "flash", "Cortex-M0 a: +16 B, Exp 700 -> 716", "bad")
    assert cause.table and [row[1].text for row in cause.table.rows] == [
        "firmware_bytes", "engine_text_bytes", "symbol_bytes of symbol atome::Exp(float)"]
    assert cause.facts == [("of", "1 cell, 2 figures"), ("in full", "atome::Exp(float)")]
    assert cause.commands == [("Go on from here", "build/atome size --core m0 --symbols 20")]


def test_a_failing_cell_that_no_cause_has_is_named() -> None:
    cells = [rf.Cell(rf.Key(core="m0"), "mismatch"), rf.Cell(rf.Key(core="m3"), "crashed")]
    change = Change("regression", "fails", cells[0].key)
    cause = Cause("regression", "x", "bits", "m0", "it", "m0: it", (0,))
    found = verdict.verdict(rf.Report("x", cells=cells), None, Diff(False, changes=[change], causes=[cause], headline="1 cause, 1 cell"))
    assert found.headline == "1 of 2 cells fails, 1 cause, 1 cell" and found.lines[0] == "crashed: parity m3"
    better = Diff(True, changes=[change], causes=[dataclasses.replace(cause, severity="improvement")])
    assert verdict.verdict(rf.Report("x", cells=cells), better).headline == "2 of 2 cells fail"


def test_the_front_has_the_default_model_beside_the_baseline() -> None:
    cell = testing.cycles("m3", "bluepill")
    change = Change("regression", "worse", cell.key, "cycles_per_token", before="8000", after="10000", change="+2000 (+25 %)")
    over = dataclasses.replace(change, what="over budget", before="9000", change="+1000 over the budget")
    sizes = dataclasses.replace(testing.size("m3"), figures=[rf.Figure("ram_bytes_needed", 90, "board", "bluepill")])
    cells = [cell, testing.cycles("m0"), sizes, dataclasses.replace(cell, key=dataclasses.replace(cell.key, variant="q15"))]
    found = front.find(cells, Diff(False, changes=[change, over]))
    assert found and found.model == "a.atome03, f32, built for speed" and found.places == ["m3 bluepill"]
    assert found.points[("cycles_per_token", "m3 bluepill")] == front.Point(10000.0, 8000.0, "+2000 (+25 %)")
    assert found.points[("ram_bytes_needed", "m3 bluepill")] == front.Point(90.0, 90.0, "")
    alone = front.find([testing.cycles("m0")], None)
    assert alone and alone.places == ["m0"] and alone.points[("cycles_per_token", "m0")].before is None
    assert front.find([testing.size("m0")], None) is None


def test_the_accuracy_of_cycles_is_told_whole() -> None:
    note = "cycles within 4% mean, 9% worst: " + "of this and that, " * 30 + "to the end"
    report = rf.Report("x", cells=[dataclasses.replace(testing.cycles("m3"), note=note)])
    assert note in html_page.render(build.document(build.Inputs(report)))


def table_of(kind: str, cells: list[rf.Cell], place: int = 0,
             diff: Diff | None = None) -> tuple[list[str], list[list[str]]]:
    """Heads and texts of a table of a section; what is absent is a dash."""
    found = measured.section(catalogue.KINDS[kind], cells, diff)
    tables = [block for block in found.blocks if isinstance(block, document.Table)]
    return ([column.name for column in tables[place].columns],
            [[f"{datum.text}{f' {datum.delta}' if datum.delta else ''}".replace(words.GROUP, " ") for datum in row]
             for row in tables[place].rows])


def test_benchmarks_are_ratios_within_the_run() -> None:
    heads, rows = table_of("benchmark", [testing.benchmark("dot", 1e-3)])
    assert heads == ["measured", "median", "spread", "of the first", "the first", "outcome"]
    assert rows == [["dot", "1.000 ms", "20.0 %", "0.500", "plain", "pass"]]


def test_cycles_are_the_views_with_cores_and_boards_apart() -> None:
    cells = [testing.cycles("m0"), testing.cycles("m3", "bluepill")]
    assert table_of("cycles", cells) == (["core", "cycles/token", "instr/token", "outcome"], [["m0", "10 000", "10 000", "pass"]])
    assert table_of("cycles", cells, 1) == (["core", "cycles/token", "instr/token", "tokens/s", "outcome"],
                                            [["m3", "10 000", "10 000", "100.0", "pass"]])
    heads, rows = table_of("cycles", cells, 2)
    assert heads == ["core", *testing.OPS] and rows == [["m0", "1 000", "2 000", "3 000", "4 000"]]
    heads, rows = table_of("cycles", cells, 4)
    assert heads == ["core", "cycles/instr", *testing.OPS] and rows[0][:3] == ["m0", "1.00", "1 000"]


def test_a_cell_without_a_name_has_its_figures() -> None:
    cell = rf.Cell(rf.Key("perplexity"), figures=[rf.Figure("perplexity", 7.0)])
    assert table_of("perplexity", [cell]) == (["perplexity", "95 % interval"], [["7.0000", "—"]])


def test_differences_stand_beside_figures_but_not_beside_times() -> None:
    heads, rows = table_of("size", [testing.size("m0"), testing.size("m3")], 0, testing.diff())
    at = heads.index("firmware")
    assert [row[at] for row in rows] == ["12 300 +16 (+0.13 %)", "12 300"]
    heads, rows = table_of("benchmark", [testing.benchmark("dot", 1)], 0, testing.diff())
    assert rows[0][heads.index("median")] == "1.000 s"


def test_contenders_stand_by_experiment() -> None:
    heads, rows = table_of("ab", [testing.contender("f32"), testing.contender("q15")])
    assert [row[0] for row in rows] == ["f32", "q15"] and rows[0][heads.index("m3 flash needed")] == "35 088"
    assert "7.3800 [7.2200, 7.5500]" in rows[0]


def test_what_fits_a_board() -> None:
    found = measured.section(catalogue.KINDS["size"], [testing.size("m0")], None)
    matrix = next(b for b in found.blocks if isinstance(b, document.Table) and b.caption.startswith("Does it fit"))
    assert [(datum.text, datum.tone) for datum in matrix.rows[0][1:]] == [("yes, to 84", "good"), ("no", "bad")]


def test_a_regression_is_no_pass() -> None:
    said = verdict.verdict(fitting(), testing.diff())
    assert (said.tone, said.headline) == ("bad", "2 causes, 3 figures")


def night(place: int, value: float) -> tuple[str, str, int | float]:
    return f"2026-11-{place:02}", f"commit{place}", value


def trends(count: int, metric: str = "flash", moved: bool = True) -> list[Series]:
    return [Series(f"{metric} size m0 s{i}", "bytes", [night(1, 100), night(2, 101 + i)], "commit2" if moved else None, "worse")
            for i in range(count)]


def test_trends() -> None:
    found = trend.section([*trends(1), Series("empty", "", [], None)])
    assert [type(block) for block in found.blocks] == [document.Paragraph, document.Picture, document.Table]
    table = found.blocks[2]
    assert isinstance(table, document.Table) and [datum.text for datum in table.rows[0]] == [
        "flash size m0 s0", "100", "101", "+1 %", "2", "commit2"]


def test_at_most_eight_lines_are_drawn_each_with_a_look_of_its_own_and_the_rest_is_named() -> None:
    picture, rest = trend.section([*trends(10), *trends(3, "ram", False)]).blocks[1:3]
    assert isinstance(picture, document.Picture) and isinstance(rest, document.Paragraph)
    assert [column.name for column in picture.data.columns[2:]] == [f"s{i}" for i in range(8)]
    assert rest.text == "Moved too, and not drawn: flash s8; flash s9."
    for colour in ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999"):
        assert colour in picture.svg.lower()


def test_lines_that_would_lie_on_each_other_are_one() -> None:
    same = [Series(f"flash elf m{i} end", "bytes", [night(1, 10 * i), night(2, 11 * i)], "commit2") for i in (1, 2, 3)]
    picture = trend.section([*same, *trends(1)]).blocks[1]
    assert isinstance(picture, document.Picture)
    assert [column.name for column in picture.data.columns[2:]] == ["elf m1 end, 2 more alike", "size m0 s0"]


def test_where_nothing_moved_there_is_no_picture() -> None:
    said, table = trend.section(trends(5, moved=False)).blocks
    assert isinstance(said, document.Paragraph) and said.text == "None of 5 figures moved."
    assert isinstance(table, document.Table) and table.folded


def test_few_nights_are_named_below_however_many_there_are() -> None:
    many = lines.changes("a", "t", [lines.Line("x", [(f"2026-01-{i:02}", f"c{i}", float(i)) for i in range(1, 32)])])
    assert re.findall(r">(2026-01-\d\d)<", many.svg) == ["2026-01-01", "2026-01-11", "2026-01-21", "2026-01-31"]
    assert "2026-01-01" in lines.changes("a", "t", [lines.Line("x", [("2026-01-01", "c", 0.0)])]).svg


def test_nights_of_lines_are_merged_in_their_order() -> None:
    def line(*places: int) -> lines.Line:
        return lines.Line("x", [(f"d{place}", "c", 1.0) for place in places])

    assert [date for date, _ in lines.nights([line(3, 1, 9), line(3, 7, 9), line(2, 3)])] == ["d2", "d3", "d7", "d1", "d9"]


def test_one_night_is_no_trend() -> None:
    found = trend.section([Series("flash m0", "bytes", [("2026-11-24", "abc", 100)], None)])
    assert not found.blocks and "one night" in found.empty


def test_a_variant_that_another_one_beats_is_told() -> None:
    def cell(variant: str, core: str, cycles: float, board: str = "") -> rf.Cell:
        return rf.Cell(rf.Key("cycles", core=core, board=board, model="a.atome03", variant=variant),
                       figures=[rf.Figure("cycles_per_token", cycles)])

    cells = [cell("f32", "m3", 200), cell("q15", "m3", 100), cell("f32", "m7", 100), cell("q15", "m7", 113.4), cell("q15", "m7", 5, "x"),
             cell("f32", "m0", 7), cell("q15", "m0", 7), dataclasses.replace(cell("q15kv8", "m0", 1), outcome="mismatch")]
    found, = slower.table(cells)
    assert isinstance(found, document.Table)
    assert [[datum.text for datum in row] for row in found.rows] == [
        ["a.atome03", "f32", "m3 (100 % over q15)"], ["a.atome03", "q15", "m7 (13 % over f32)"]]
    assert not slower.table([])


def test_mutants_are_scores_by_room_and_then_what_survived() -> None:
    score = rf.Cell(rf.Key("mutant", detail="scores by room"), "mismatch", "engine: 66.7 %, and the goal is 97 %", figures=[
        rf.Figure(name, value, "room", "engine") for name, value in (
            ("mutants", 4), ("mutants_killed", 2), ("mutants_survived", 1), ("mutants_equivalent", 1), ("mutation_score", 66.7),
            ("mutation_goal", 97.0))])

    def mutant(place: str, fate: str, outcome: str, *more: rf.Figure, note: str = "") -> rf.Cell:
        figures = [rf.Figure("mutant_change", "< -> <="), rf.Figure("mutant_fate", fate), *more]
        return rf.Cell(rf.Key("mutant", detail=place), outcome, "no test reaches it" if fate == "survived" else "", note, figures=figures)

    cells = [score, mutant("engine/a.h:1:2", "killed", "pass", rf.Figure("killed_by", "Suite.Test")),
             mutant("engine/a.h:3:2", "survived", "within"), mutant("engine/a.h:4:2", "equivalent", "pass", note="both are 0"),
             mutant("engine/a.h:5:2", "killed", "pass", rf.Figure("killed_by", "Suite.Other"))]
    found = mutants.section(catalogue.KINDS["mutant"], cells, None)
    tables = [block for block in found.blocks if isinstance(block, document.Table)]
    assert [table.caption for table in tables] == ["Scores by room", "Survived", "Equivalent", "Noticed"]
    rows = [[[datum.text for datum in row] for row in table.rows] for table in tables]
    assert rows[0] == [["engine", "4", "2", "1", "1", "66.7 %", "97 %"]] and tables[0].rows[0][5].tone == "bad"
    assert rows[1:] == [[["engine/a.h:3:2", "< -> <=", "within", "no test reaches it"]],
                        [["engine/a.h:4:2", "< -> <=", "pass", "both are 0"]],
                        [["engine/a.h:1:2", "< -> <=", "pass", "Suite.Test"], ["engine/a.h:5:2", "< -> <=", "pass", "Suite.Other"]]]
    assert mutants.section(catalogue.KINDS["mutant"], [], None).empty == "not measured: the report has no cells of ci/mutate"
