"""The lists of a real run in a real browser: readable, reachable by keyboard, no wider than the window, printable, whole without script."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import DESK, PHONE, SMALL_PHONE, opened, sheets_of_paper, sideways, violations
from commands import NORTHSHIRE, audit
from playwright.sync_api import Page, expect

#: One of every kind of list.
PAGES = (
    *("index.html", "quality.html", "restricted/index.html"),
    *("teams/northshire-west.html", "teams/no-team.html", "challenge/northshire-west.html"),
)
SHOWN = "tr[data-rule]:visible"


@pytest.fixture(scope="module")
def northshire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the invented authority, the second in its ledger, with every page it has."""
    place = tmp_path_factory.mktemp("browser")
    more = ("--profile", "local-example", "--ledger", place / "ledger.sqlite", "--without", "cases")
    audit(NORTHSHIRE, place / "before", *more, "--without", "pages", "--without", "workbook", as_of="2015-06-29")
    return audit(NORTHSHIRE, place / "out", *more).out


@pytest.fixture
def team(northshire: Path) -> Path:
    return northshire / "teams" / "northshire-west.html"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [SMALL_PHONE, DESK])
def test_every_kind_of_page_is_accessible_and_no_wider_than_the_window(northshire: Path, name: str, width: int) -> None:
    with opened(northshire / name, width) as page:
        assert violations(page) == [] and sideways(page) == 0


def test_a_row_on_a_phone_is_a_card(team: Path) -> None:
    with opened(team, PHONE) as page:
        row = page.locator("table.findings tbody tr").first
        box = row.locator("td").last.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= PHONE
        before = row.locator("td").last.evaluate("cell => getComputedStyle(cell, '::before').content")
        assert before == '"Next step: "'


def test_a_table_stays_a_table_to_a_screen_reader(team: Path) -> None:
    for width in (PHONE, DESK):
        with opened(team, width) as page:
            tree = page.locator("table.findings").first.aria_snapshot()
            assert tree.startswith("- table") and "- rowheader" in tree and "- cell" in tree, width


def test_filters_by_keyboard_say_what_they_hide(team: Path) -> None:
    with opened(team) as page:
        every = page.locator(SHOWN).count()
        page.locator("#severity").focus()
        page.keyboard.press("ArrowDown")
        shown = page.locator(SHOWN).count()
        assert 0 < shown < every
        expect(page.get_by_role("status")).to_have_text(f"Showing {shown} of {every} rows.")
        assert page.url.endswith("#severity=high")
        assert set(page.locator(SHOWN).evaluate_all("rows => rows.map(row => row.dataset.severity)")) == {"high"}
        assert page.locator(".hidden-rows:visible").first.text_content().startswith("Filters hide")  # type: ignore[union-attr]
        page.locator("#clear").press("Enter")
        assert page.locator(SHOWN).count() == every and "#" not in page.url and not page.locator(".hidden-rows:visible").count()
        assert page.evaluate("document.activeElement.id") == "search"


def test_a_link_keeps_the_filters_and_never_what_was_typed(team: Path) -> None:
    with opened(team, fragment="severity=high&rule=no-such-rule") as page:
        assert page.locator("#severity").input_value() == "high" and page.locator("#rule").input_value() == ""
        page.locator("#search").fill("C12")
        assert page.url.endswith("#severity=high&rule=no-such-rule") and "C12" not in page.url
        assert all("c12" in text.lower() for text in page.locator(SHOWN).all_text_contents())
        page.locator("#search").fill("nothing says this")
        expect(page.get_by_role("status")).to_contain_text("Clear filters to see them.")


def order(page: Page) -> list[str]:
    return page.locator("table.findings").first.locator("tbody tr td:nth-child(5)").all_text_contents()


def test_sorting_by_keyboard_is_announced(northshire: Path) -> None:
    with opened(northshire / "index.html") as page:
        table = page.locator("table.findings").first
        assert table.locator("th[aria-sort]").first.get_attribute("aria-sort") == "none"
        table.get_by_role("button", name="Working days over").focus()
        page.keyboard.press("Enter")
        days = [int(text) for text in order(page) if text]
        assert days == sorted(days, reverse=True) and order(page)[len(days) :] == [""] * (len(order(page)) - len(days))
        assert table.locator("th:has-text('Working days over')").get_attribute("aria-sort") == "descending"
        expect(page.get_by_role("status")).to_contain_text("Sorted by working days over, descending")
        page.keyboard.press("Space")
        assert [int(text) for text in order(page) if text] == sorted(days)


def test_a_heading_that_stays_hides_nothing_that_has_the_focus(team: Path) -> None:
    with opened(team) as page:
        for link in page.locator("table.findings tbody a").all()[:40]:
            link.focus()
            link.scroll_into_view_if_needed()
            at = link.bounding_box()
            assert at is not None
            middle = (at["x"] + 2, at["y"] + at["height"] / 2)
            assert link.evaluate("(link, [x, y]) => link.contains(document.elementFromPoint(x, y))", middle), link.text_content()


def test_the_law_and_every_part_are_one_link_away(team: Path) -> None:
    with opened(team) as page:
        for link in page.locator("a[href^='#']").evaluate_all("links => links.map(link => link.hash)"):
            assert page.locator(link).count() == 1, link


def test_without_scripts_every_row_is_there_and_no_form(northshire: Path) -> None:
    for name in ("index.html", "teams/northshire-west.html"):
        with opened(northshire / name) as page:
            every = page.locator("tr[data-rule]").count()
        with opened(northshire / name, scripts=False) as page:
            assert page.locator(SHOWN).count() == every > 0
            assert not page.locator("form").is_visible() and not page.locator("thead button").count()


def test_on_paper_stand_today_and_soon_and_every_part_when_asked(team: Path) -> None:
    with opened(team) as page:
        short = sheets_of_paper(page)
        page.emulate_media(media="print")
        assert page.locator("#act-today, #due-soon").evaluate_all("all => all.every(one => one.offsetHeight > 0)")
        assert not page.locator("#known").is_visible() and not page.locator("#filters").is_visible()
        assert page.locator("table.findings thead").first.evaluate("head => getComputedStyle(head).display") == "table-header-group"
        page.emulate_media(media="screen")
        page.get_by_role("button", name="Print every part").press("Enter")
        page.emulate_media(media="print")
        assert page.locator("#known").is_visible() and sheets_of_paper(page) > short


def test_on_paper_the_service_shows_only_what_is_for_today(northshire: Path) -> None:
    with opened(northshire / "index.html") as page:
        page.emulate_media(media="print")
        assert set(page.locator("table.findings tbody tr:visible").evaluate_all("rows => rows.map(row => row.dataset.when)")) == {
            "Act today"
        }
