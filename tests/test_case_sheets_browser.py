"""Case sheets in a real browser: readable, reachable, no wider than the window, and two sides of paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import DESK, PHONE, SMALL_PHONE, opened, sheets_of_paper, sideways, violations
from commands import NORTHSHIRE, audit

from auditcheck.reports.slugs import case_file

#: On a protection plan with 5 things to do, looked after, with 10 things to do, with late reviews.
SHEETS = ("C04", "C39", "C12", "C16")


@pytest.fixture(scope="module")
def northshire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the invented authority."""
    words = ("--profile", "local-example", "--without", "workbook", "--without", "pages", "--without", "board")
    return audit(NORTHSHIRE, tmp_path_factory.mktemp("sheets") / "run", *words).out


@pytest.mark.parametrize("width", [SMALL_PHONE, pytest.param(PHONE, marks=pytest.mark.deep), DESK])
@pytest.mark.parametrize("child", SHEETS)
def test_a_sheet_is_accessible_and_no_wider_than_the_window(northshire: Path, child: str, width: int) -> None:
    with opened(northshire / case_file(child), width) as page:
        assert sideways(page) == 0
        assert violations(page) == []


def test_a_sheet_prints_on_two_sides_and_with_the_tables_where_they_are_asked_for(northshire: Path) -> None:
    with opened(northshire / case_file("C39")) as page:
        assert sheets_of_paper(page) == 2
        page.get_by_role("link", name="All events and checks").click()
        assert sheets_of_paper(page) == 2
        page.get_by_role("link", name="choose this link").click()
        assert sheets_of_paper(page) > 4


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.deep)])
def test_most_sheets_print_on_two_sides_and_none_on_more_than_three(northshire: Path, every: int) -> None:
    sides = []
    for file in sorted(northshire.glob("cases/*.html"))[::every]:
        with opened(file) as page:
            sides.append(sheets_of_paper(page))
    assert max(sides) <= 3 and sides.count(2) > len(sides) / 2


def test_the_drawing_has_a_name_and_what_it_shows_in_words(northshire: Path) -> None:
    with opened(northshire / case_file("C04")) as page:
        drawing = page.get_by_role("img", name="Timeline of child C04")
        assert drawing.count() == 1
        assert "events in" in str(page.locator("desc").text_content())
