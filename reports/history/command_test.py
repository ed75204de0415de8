"""The command: what it prints of a history of twenty nights, its refusals, its speed at ten thousand nights."""

from __future__ import annotations

import csv
import io
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from reports import history
from reports import report_file as rf
from reports.history import schema
from reports.history.__main__ import main
from reports.history.trend import Series

ROOT = pathlib.Path(__file__).resolve().parents[2]


def _night(day: int) -> rf.Report:
    """At day 8 sparse costs more on m3, at day 14 the perplexity leaves its interval; the hash changes at day 3."""
    cycles = [rf.Figure("cycles_per_token", 1000 + 50 * (day >= 8)),
              rf.Figure("cycles_per_token", 500 + 50 * (day >= 8), "op", "sparse"),
              rf.Figure("cycles_per_token", 500, "op", "norm")]
    perplexity = 4.5 + 0.001 * day + 0.5 * (day >= 14)
    cells = [rf.Cell(rf.Key("cycles", "unicorn", "m3", model="tiny.atome02", variant="f32"), figures=cycles),
             rf.Cell(rf.Key("cycles", "unicorn", "m7", model="tiny.atome02", variant="f32"),
                     figures=[rf.Figure("cycles_per_token", 800.5)]),
             rf.Cell(rf.Key("perplexity", "native", "host", model="tiny.atome02", text="stories, two"),
                     figures=[rf.Figure("perplexity", perplexity, low=perplexity - 0.3, high=perplexity + 0.3)]),
             rf.Cell(rf.Key("parity", "qemu", "m3", model="tiny.atome02"), "mismatch",
                     figures=[rf.Figure("logits_sha256", "ab" * 32 if day < 3 else "cd" * 32)])]
    return rf.Report("ci/nightly", rf.Environment("0.1.0", f"{day:02}" * 20, "Debian", f"2026-01-{day:02}T04:00:00Z",
                                                  {"gcc": "12"}), cells)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("history")
    paths = [folder / f"{day}.binpb" for day in range(20, 0, -1)]  # the newest first
    for path in paths:
        rf.write(_night(int(path.stem)), path)
    assert main(["add", *map(str, paths), "--db", str(folder / "new" / "history.sqlite")]) == 0
    return folder / "new" / "history.sqlite"


def _printed(capsys: pytest.CaptureFixture[str], *words: str | pathlib.Path) -> str:
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def _refused(capsys: pytest.CaptureFixture[str], *words: str | pathlib.Path) -> str:
    try:
        assert main([str(word) for word in words]) == 2
    except SystemExit as end:  # argparse's own
        assert end.code == 2
    out, message = capsys.readouterr()
    assert out == ""
    return message


def test_a_trend_night_by_night_names_the_commit(database: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = _printed(capsys, "cycles_per_token", "--core", "m3", "--db", database)
    assert "cycles_per_token cycles unicorn m3 tiny.atome02 f32 (cycles, exact, nights: 20)" in text
    assert "2026-01-08T04:00:00Z  080808080808  1 050    +5 %  moved\n" in text
    assert "moved at 080808080808 (2026-01-08T04:00:00Z): 1 000 -> 1 050, +5 %, worse; the one before is 070707070707" in text
    shorter = _printed(capsys, "cycles_per_token[op=sparse]", "--last", "3", "--db", database)
    assert shorter.count("2026-01-") == 4 and "moved at 080808080808" in shorter  # also where it is not shown
    assert "never moved" in _printed(capsys, "cycles_per_token[op=norm]", "--db", database)
    assert "moved at 141414141414" in _printed(capsys, "perplexity", "--text", "stories, two", "--db", database)
    assert "ababababababa..." in _printed(capsys, "logits_sha256", "--db", database)


def test_formats(database: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = json.loads(_printed(capsys, "cycles_per_token", "--core", "m3,m7", "--format", "json", "--db", database, "--last", "0"))
    assert [(each["core"], each["moved_at"], len(each["points"])) for each in both] == [("m3", "08" * 20, 20), ("m7", None, 20)]
    assert both[1]["points"][4] == {"date": "2026-01-05T04:00:00Z", "commit": "05" * 20, "value": 800.5, "low": None,
                                    "high": None, "moved": False, "what": "same", "clock": ""}
    rows = list(csv.DictReader(io.StringIO(_printed(capsys, "perplexity", "--format", "csv", "--db", database))))
    assert [row["value"] for row in rows] == [repr(_night(day).cells[2].figures[0].value) for day in range(1, 21)]
    assert [row["date"] for row in rows if row["moved"] == "1"] == ["2026-01-14T04:00:00Z"]


def test_runs_and_metrics(database: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = _printed(capsys, "runs", "--last", "2", "--db", database).splitlines()
    assert len(runs) == 4 and runs[3].startswith("2026-01-20T04:00:00Z  202020202020  3 of 4 ")
    assert json.loads(_printed(capsys, "runs", "--format", "json", "--db", database))[0]["tools"] == {"gcc": "12"}
    metrics = _printed(capsys, "metrics", "--db", database).splitlines()
    assert "cycles_per_token           2" in metrics and "cycles_per_token[op]       2" in metrics


@pytest.mark.parametrize("words, why", [
    (["cycles_per_tokn"], "no figure cycles_per_tokn; near it: cycles_per_token"),
    (["cycles_per_token[op=spars]"], r"near it: cycles_per_token\[op=sparse\]"),
    (["perplexity[op]"], "no figure"), (["x]["], "is not a metric; write NAME"),
    (["cycles_per_token", "--core", "m9"], "no cycles_per_token of core m9; there is: m3, m7"),
    (["perplexity", "--plot", "a.gif"], "a.gif: a plot is written as .svg"),
    (["logits_sha256", "--plot", "a.svg"], "logits_sha256 is text"), ([], "required: METRIC"),
    (["add", "nothing.binpb"], "nothing.binpb: no report"), (["runs", "--what"], "--what"),
])
def test_refusals(database: pathlib.Path, capsys: pytest.CaptureFixture[str], words: list[str], why: str) -> None:
    assert re.search(why, _refused(capsys, *words, "--db", database))


def test_names_that_attack_reach_no_terminal(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "\x1b]0;x\a\r\x9b2J"
    cell = rf.Cell(rf.Key(core=evil), figures=[rf.Figure("step_digests", 1, "case", evil)])
    rf.write(rf.Report(evil, rf.Environment(evil, evil, evil, "2026-01-01"), [cell]), tmp_path / "r.json")
    for words in (["add", str(tmp_path / "r.json")], ["runs"], ["step_digests[case]"]):
        assert _printed(capsys, *words, "--db", tmp_path / "h.sqlite").replace("\n", "").isprintable()


def test_one_bad_report_keeps_all_out(database: pathlib.Path, tmp_path: pathlib.Path,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    rf.write(_night(25), good)
    rf.write(rf.Report("x", rf.Environment(date="today")), bad)
    assert "bad.json: its date" in _refused(capsys, "add", good, bad, "--db", database)
    assert "2026-01-25" not in _printed(capsys, "runs", "--db", database)


def test_a_plot_is_the_same_twice_and_names_the_move(database: pathlib.Path, tmp_path: pathlib.Path,
                                                     capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.svg", "b.svg", "a.png", "b.png", "a.pdf", "b.pdf"):
        _printed(capsys, "cycles_per_token", "--plot", tmp_path / name, "--db", database)
    for ending in ("svg", "png", "pdf"):
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
    assert "080808080808" in (tmp_path / "a.svg").read_text()  # matplotlib writes text as a comment beside its glyphs
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_what_a_page_asks_for(database: pathlib.Path, tmp_path: pathlib.Path) -> None:
    m3, m7, perplexity = history.trends(database, 15)
    assert m7 == Series("cycles_per_token cycles unicorn m7 tiny.atome02 f32", "cycles",
                        [(f"2026-01-{day:02}T04:00:00Z", f"{day:02}" * 20, 800.5) for day in range(6, 21)], None, "")
    assert (m3.moved_at, m3.judged) == ("08" * 20, "worse") and perplexity.moved_at == "14" * 20
    assert history.trends(database, 5)[0].moved_at is None  # before what is shown
    assert history.trends(tmp_path / "none.sqlite") == []


def test_ten_thousand_nights_among_a_million_figures_answer_in_a_second(tmp_path: pathlib.Path) -> None:
    nights, series = 10_000, 100
    with schema.opened(tmp_path / "h.sqlite", create=True) as connection, schema.transaction(connection):
        connection.executemany(
            "INSERT INTO run (digest, date, at, commit_id, command, harness_version, host, tools) VALUES (?, ?, ?, ?, '', '', "
            "'', '{}')", [(f"{i}", f"2000-01-01T00:00:{i % 60:02}Z", i, f"{i:040x}") for i in range(nights)])
        connection.execute("INSERT INTO cell VALUES (1, 'cycles', '', 'm3', '', '', '', '', '', '')")
        connection.executemany("INSERT INTO series VALUES (?, 1, 'cycles_per_token', 'op', ?)",
                               [(i, str(i)) for i in range(series)])
        connection.execute("INSERT INTO point SELECT series.id, at, run.id, run.id / 3000 + 0.5, NULL, NULL FROM series, run")
    # Of this process and its children: what others on the machine do is not its time.
    command = [sys.executable, "-m", "reports.history", "cycles_per_token[op=42]", "--db", str(tmp_path / "h.sqlite")]
    before = os.times()
    text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    after = os.times()
    assert "nights: 10000" in text and f"moved at {3 * 3000 - 1:040x}"[:21] in text
    assert after.children_user + after.children_system - before.children_user - before.children_system < 1
