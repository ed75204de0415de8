"""End to end: measurements go through the report file into the history and into the formats of other
tools."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import time
from xml.etree import ElementTree

from process import BUILD, ROOT, atome, refused

MODEL = ROOT / "golden/models/tiny_odd/tiny_odd.atome02"


def _report(folder: pathlib.Path) -> pathlib.Path:
    path = folder / "report.binpb"
    assert atome("verify", MODEL, "--core", "host", "--report", path).returncode == 0
    return path


def test_from_a_run_to_a_trend(tmp_path: pathlib.Path) -> None:
    report, database = _report(tmp_path), tmp_path / "history.sqlite"
    for said in ("added", "is there already"):
        assert atome("history", "add", report, "--db", database).stdout == f"{report}: {said}\n"
    trend = atome("history", "tokens_matched", "--core", "host", "--db", database, "--format", "json")
    assert trend.returncode == 0, trend.stderr
    series, = json.loads(trend.stdout)
    assert (series["model"], [point["value"] for point in series["points"]]) == (MODEL.name, [32])
    assert "near it: tokens_matched" in refused("history", "tokens_mached", "--db", database)


def test_from_a_run_to_other_formats(tmp_path: pathlib.Path) -> None:
    done = atome("report", _report(tmp_path), "--junit", tmp_path / "junit.xml", "--csv", "-")
    assert done.returncode == 0 and "tokens_matched,,,32,tokens,exact" in done.stdout
    assert ElementTree.parse(tmp_path / "junit.xml").find("testsuite/testcase") is not None


def test_help_and_refusals_are_the_modules_own(tmp_path: pathlib.Path) -> None:
    assert "history METRIC" in atome("history", "--help").stdout
    assert "--junit FILE" in atome("report", "--help").stdout
    assert "required: REPORT" in refused("report")
    listed = atome("--help").stdout
    assert "  report  " in listed and "  history  " in listed


def test_the_folder_where_the_user_stands_does_not_matter(tmp_path: pathlib.Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/__init__.py").write_text("raise SystemExit(77)")
    done = subprocess.run([BUILD / "atome", "report", "--help"], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0 and "--junit" in done.stdout


def test_what_is_missing_is_named(tmp_path: pathlib.Path) -> None:
    assert "cannot run /no/python: install python3, or set ATOME_PYTHON" in refused("history", "runs", ATOME_PYTHON="/no/python")
    (tmp_path / "empty").mkdir()
    message = refused("history", "add", _report(tmp_path), "--db", tmp_path / "h.sqlite", ATOME_PROTO_PYTHON=tmp_path / "empty")
    assert "run ci/build first, or set ATOME_PROTO_PYTHON" in message


def test_the_users_own_tree_comes_first_and_signals_reach_it(tmp_path: pathlib.Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/report.py").write_text("import sys, time\nprint(sys.argv[1:], flush=True)\ntime.sleep(60)\n")
    (tmp_path / "reports/__init__.py").touch()
    process = subprocess.Popen([BUILD / "atome", "report", "a b", "--c"], env={**os.environ, "PYTHONPATH": str(tmp_path)},
                               stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "['a b', '--c']\n"
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait() == -signal.SIGTERM and time.monotonic() - began < 30
