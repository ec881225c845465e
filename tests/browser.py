"""Pages in a real browser: Debian's Chromium, headless and offline, as a reader on a file share would open them.

    with opened(out / "index.html", width=320) as page:
        assert violations(page) == [] and sideways(page) == 0

One browser serves a whole test process; every page opened is a fresh window with nothing remembered. A test is skipped only where the
machine has no Chromium at all (`make test` installs it).
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

PHONE, SMALL_PHONE, DESK = 375, 320, 1280  # CSS pixels across
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def opened(path: Path, width: int = DESK, fragment: str = "", scripts: bool = True) -> Iterator[Page]:
    """The page at ``path`` (``#fragment`` added) in a window ``width`` pixels wide.

    On leaving, anything the page complained of (a script that broke, something its own policy forbade, a file that is not there) fails
    the test.
    """
    window = _chromium().new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts, offline=True, locale="en-GB")
    page, complaints = window.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"can't be fetched: {request.url}"))
    try:
        page.goto(path.resolve().as_uri() + (f"#{fragment}" if fragment else ""))
        yield page
    finally:
        window.close()
    assert complaints == []


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its best practice, one line an element: rule, what it asks for, where.

    Rows out of view that a page lays out only when they come into it (content-visibility) are laid out first: axe would measure guesses.
    """
    page.evaluate("document.styleSheets[0]?.insertRule('* { content-visibility: visible !important }')")
    found: dict[str, Any] = Axe().run(page, options={"runOnly": _STANDARDS, "resultTypes": ["violations"]}).response
    return [f"{rule['id']}: {rule['help']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]


def sideways(page: Page) -> int:
    """How many pixels the page as a whole (not a table in a pane of its own) can be scrolled sideways; 0 is what a reader needs."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def sheets_of_paper(page: Page) -> int:
    """How many pages it prints on, by its own print style."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def picture(page: Page, path: Path) -> None:
    """The whole page as a PNG, for a person to look at."""
    page.screenshot(path=path, full_page=True)


@cache
def _chromium() -> Browser:
    found = os.environ.get("AUDITCHECK_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium; or name it in AUDITCHECK_CHROMIUM)")
    driver = sync_playwright().start()
    browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"] if os.geteuid() == 0 else [])
    atexit.register(lambda: (browser.close(), driver.stop()))
    return browser
