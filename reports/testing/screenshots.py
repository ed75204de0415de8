"""Pictures of the page for documents: of a report as it is, and with three faults planted into it.

    /usr/bin/python3 -m reports.testing.screenshots build/nightly/report.binpb --partial

Writes reports/screenshot.png and reports/screenshot_red.png with Chromium (ci/setup --page). Needs a build (ci/build).
"""

from __future__ import annotations

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

from reports import report, report_file
from reports.testing import faults

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIZE = (1400, 900)


def shoot(page: pathlib.Path, out: pathlib.Path, width: int = SIZE[0], height: int = SIZE[1]) -> None:
    """The top of a page, in the light theme."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise FileNotFoundError("chromium is missing: ci/setup --page installs it")
    subprocess.run([chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},{height}",
                    f"--screenshot={out}", page.as_uri()], check=True, capture_output=True, timeout=120)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=pathlib.Path, metavar="REPORT")
    parser.add_argument("--baseline", type=pathlib.Path, default=ROOT / "ci" / "baselines" / "nightly.json.xz")
    parser.add_argument("--budgets", type=pathlib.Path, default=ROOT / "ci" / "baselines" / "budgets.json")
    parser.add_argument("--partial", action="store_true", help="REPORT is of some cells only")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "reports", metavar="FOLDER")
    arguments = parser.parse_args()
    whole = report_file.read(arguments.report)
    with tempfile.TemporaryDirectory() as folder:
        for name, planted in (("screenshot", ()), ("screenshot_red", faults.THREE)):
            measured, page = (pathlib.Path(folder) / f"{name}.{ending}" for ending in ("binpb", "html"))
            report_file.write(faults.planted(whole, *planted), measured)
            words = [str(measured), "--baseline", str(arguments.baseline), "--budgets", str(arguments.budgets), "--html", str(page), *(["--partial"] if arguments.partial else [])]
            if report.main(words) != 0:
                return 2
            shoot(page, arguments.out / f"{name}.png")
            print(arguments.out / f"{name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
