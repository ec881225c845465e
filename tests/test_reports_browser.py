"""The pages of a real run in a real browser: readable, reachable by keyboard, no wider than the window, printable."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import DESK, PHONE, SMALL_PHONE, opened, sideways, violations
from commands import NORTHSHIRE, audit


@pytest.fixture(scope="module")
def northshire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the invented authority, with every page it has."""
    return audit(NORTHSHIRE, tmp_path_factory.mktemp("browser") / "out", "--profile", "local-example").out


@pytest.mark.parametrize("width", [SMALL_PHONE, PHONE, DESK])
def test_every_page_is_accessible_and_no_wider_than_the_window(northshire: Path, width: int) -> None:
    for path in sorted(p for p in northshire.rglob("*.html") if p.parent.name != "cases"):  # those have tests of their own
        with opened(path, width) as page:
            assert violations(page) == [], path.name
            assert sideways(page) == 0, path.name
