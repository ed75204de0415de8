"""The page in Chromium: wide and narrow, light and dark, sorted, opened and copied. Skipped where there is none."""

from __future__ import annotations

import pathlib
import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest

from reports.page import build
from reports.page.rendering import html_page
from reports.testing import page_report as testing

webdriver = pytest.importorskip("selenium.webdriver", reason="no python3-selenium: ci/setup --page installs it")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="no chromium: ci/setup --page installs it")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield found
    found.quit()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: pathlib.Path = tmp_path_factory.mktemp("page") / "page.html"
    inputs = build.Inputs(testing.report(), testing.diff())
    path.write_text(html_page.render(build.document(inputs)), encoding="utf-8")
    return path.as_uri()


def opened(browser: Any, address: str, width: int = 1280, scheme: str = "light") -> None:
    """Fresh, without errors on its console."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia",
                            {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.get(address)
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 768, 375])
def test_nothing_overflows_and_every_figure_is_there(browser: Any, address: str, width: int, scheme: str) -> None:
    opened(browser, address, width, scheme)
    browser.execute_script("for (const each of document.querySelectorAll('details')) each.open = true;")
    scroll, inner = browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
    assert inner == width and scroll <= inner
    sizes = browser.execute_script("return [...document.querySelectorAll('figure svg')].map(each => "
                                   "[each.getBoundingClientRect().width, each.getBoundingClientRect().height])")
    assert len(sizes) >= 5 and all(0.6 * min(width, 500) < wide < width and high > 60 for wide, high in sizes)
    paper, ink = browser.execute_script("const style = getComputedStyle(document.body);"
                                        "return [style.backgroundColor, style.color]")
    light = [int(each.split("(")[1].split(",")[0]) for each in (paper, ink)]
    assert (light[0] > 200 > 100 > light[1]) if scheme == "light" else (light[0] < 100 < 200 < light[1])
    drawn = browser.execute_script("return getComputedStyle(document.querySelector('figure svg text')).fill")
    assert drawn == ink


@pytest.mark.parametrize("width, height", [(1400, 900), (390, 844)])
def test_causes_are_on_the_first_screen_and_open(browser: Any, address: str, width: int, height: int) -> None:
    opened(browser, address, width)
    bottoms = browser.execute_script("return [...document.querySelectorAll('#verdict .cause > summary')]"
                                     ".map(each => each.getBoundingClientRect().bottom)")
    assert len(bottoms) == 2 and max(bottoms) < height
    cause = browser.find_element("id", "cause-1")
    cause.find_element("css selector", "summary").click()
    assert "firmware_bytes" in cause.text and "build/atome size --core m0 --symbols 20" in cause.text


def test_a_table_that_is_wider_than_the_screen_says_so(browser: Any, address: str) -> None:
    said = ("const frame = document.querySelector('#size > div.table .frame'), scroll = frame.querySelector('.scroll');"
            "return [frame.querySelector('.hint').getClientRects().length, frame.className]")
    opened(browser, address, 1280)
    narrow = "return [...document.querySelectorAll('#parity .frame')].map(each => each.className)[0]"
    assert browser.execute_script(narrow) == "frame"
    opened(browser, address, 375)
    assert browser.execute_script(said) == [1, "frame wide behind"]
    browser.execute_script("document.querySelector('#size > div.table .scroll').scrollLeft = 1e6")
    deadline = time.monotonic() + 5
    while browser.execute_script(said)[1] != "frame wide before" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert browser.execute_script(said)[1] == "frame wide before"


SHOWN = ("return [...document.querySelector('#cycles > div.table tbody').rows]"
          ".map(row => row.cells[arguments[0]].textContent.trim())")


def test_a_table_is_sorted_by_click_and_by_keyboard(browser: Any, address: str) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(browser, address)
    button = browser.find_element("css selector", "#cycles > div.table thead button")
    head = button.find_element("xpath", "..")
    assert head.get_attribute("aria-sort") == "none"
    button.click()
    assert head.get_attribute("aria-sort") == "ascending" and browser.execute_script(SHOWN, 0) == ["m0", "m3", "m7"]
    button.send_keys(Keys.ENTER)
    assert head.get_attribute("aria-sort") == "descending" and browser.execute_script(SHOWN, 0) == ["m7", "m3", "m0"]


def test_numbers_sort_as_numbers_and_gaps_stay_below(browser: Any, address: str) -> None:
    opened(browser, address)
    table = "[...document.querySelectorAll('#cycles > div.table')].find(each => each.textContent.includes('boards'))"
    values = f"return [...{table}.querySelector('tbody').rows].map(row => row.cells[2].textContent.trim()[0])"
    for _ in range(2):
        browser.execute_script(f"{table}.querySelectorAll('thead button')[2].click()")
        assert browser.execute_script(values)[-1] == "—"


def test_a_failing_cell_leads_to_its_divergence(browser: Any, address: str) -> None:
    opened(browser, address, 375)
    detail = browser.find_element("id", "failure-1")
    assert detail.get_attribute("open") is None
    link = browser.find_element("css selector", "#parity a[href='#failure-1']")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center', inline: 'end'})", link)
    link.click()
    deadline = time.monotonic() + 5
    while detail.get_attribute("open") is None and time.monotonic() < deadline:
        time.sleep(0.05)
    for text in ("0x3f800001 = 1.00000012", "1 ULP", "sparse", "--taps"):
        assert text in detail.text


def test_a_table_is_copied_as_tsv(browser: Any, address: str) -> None:
    opened(browser, address)
    browser.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    button = browser.find_element("css selector", "#cycles > div.table .copy")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    deadline = time.monotonic() + 5
    while button.text != "Copied" and time.monotonic() < deadline:
        time.sleep(0.05)
    copied = browser.execute_async_script("navigator.clipboard.readText().then(arguments[0], arguments[0])")
    lines = [line.split("\t") for line in copied.splitlines()]
    assert lines[0][:2] == ["core", "cycles/token"]
    assert lines[1][:2] == ["m0", "10000.0"] and len(lines) == 4


def test_the_theme_is_chosen(browser: Any, address: str) -> None:
    opened(browser, address)
    theme = browser.find_element("id", "theme")
    seen = []
    for _ in range(3):
        theme.click()
        seen.append((theme.text, browser.execute_script("return document.documentElement.dataset.theme ?? ''")))
    assert seen == [("Theme: light", "light"), ("Theme: dark", "dark"), ("Theme: system", "")]
