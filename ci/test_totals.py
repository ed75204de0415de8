"""Totals of test cases of one lane, from what ctest and the tests it ran have written (JUnit XML).

    python3 ci/test_totals.py build

A test of ctest with its own file, test_results/<test>.xml, counts by the cases in it; any other is one case. Exit
code 0, or 1 when a case failed or there is none.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import sys
import xml.etree.ElementTree as ElementTree

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


def outcome_of(case: ElementTree.Element) -> tuple[str, str]:
    """What became of a case, and why it was skipped."""
    if case.find("failure") is not None or case.find("error") is not None:
        return FAILED, ""
    skipped = case.find("skipped")
    if skipped is not None:
        return SKIPPED, (skipped.get("message") or "no reason given").strip().splitlines()[-1]
    return PASSED, ""


def totals_of(build: pathlib.Path) -> tuple[collections.Counter[str], collections.Counter[str]]:
    """Cases by outcome, and skipped ones by reason. A test that ended badly has at least one failure."""
    results = build / "test_results"
    outcomes: collections.Counter[str] = collections.Counter()
    reasons: collections.Counter[str] = collections.Counter()
    for test in ElementTree.parse(results / "ctest" / "all.xml").iter("testcase"):
        own = results / f"{test.get('name')}.xml"
        try:
            cases = list(ElementTree.parse(own).iter("testcase")) if own.exists() else [test]
        except ElementTree.ParseError:  # it died while it wrote
            cases = []
        found = [outcome_of(case) for case in cases]
        whole = outcome_of(test)
        if whole[0] == FAILED and (FAILED, "") not in found:
            found.append(whole)
        outcomes.update(outcome for outcome, _ in found)
        reasons.update(reason for outcome, reason in found if outcome == SKIPPED)
    return outcomes, reasons


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, help="build folder of a lane that ci/test ran")
    outcomes, reasons = totals_of(parser.parse_args().build)
    for reason, count in sorted(reasons.items()):
        print(f"  skipped {count}: {reason}")
    print(f"{outcomes.total()} test cases: " + ", ".join(f"{outcomes[key]} {key}" for key in (PASSED, SKIPPED, FAILED)))
    return 1 if outcomes[FAILED] or not outcomes.total() else 0


if __name__ == "__main__":
    sys.exit(main())
