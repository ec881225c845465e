"""What a notice asks stands in the board's book, with the evidence; and only what the book may show."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from commands import audit, folder

from auditcheck.board.asked import NO_STANDARD, NO_TREND, QUESTION, Evidence, Shows, brief
from auditcheck.rulebook.load import load
from auditcheck.rulebook.notices import Reference
from auditcheck.rulebook.profile import chosen


def section(page: str, key: str) -> str:
    """The words of a section."""
    found = page.partition(f'<h2 id="{key}"')[2].partition("<h2 ")[0]
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", found)))


def test_every_reference_of_the_notice_is_in_section_nine(tmp_path: Path) -> None:
    run = audit(
        folder(tmp_path / "export"), tmp_path / "out", "--profile", "cheshire-east-2013", "--without", "pages", "--without", "cases"
    )
    page = (run.out / "board" / "book.html").read_text("utf-8")
    said = section(page, "notice")
    asked = chosen(load(examples=False), "cheshire-east-2013").notice.references
    assert len(asked) > 20
    for one in asked:
        assert one.place in said and re.sub(r"\s+", " ", one.action) in said
        assert not one.none or f"No evidence: {one.none}." in said
    assert "The records supplied show nothing of this." in said
    assert "What the notice asks, and every rule and measure that shows something of it" in section(page, "tables")


def test_without_a_notice_the_section_says_so(tmp_path: Path) -> None:
    run = audit(folder(tmp_path / "export"), tmp_path / "out", "--profile", "working-together", "--without", "pages", "--without", "cases")
    assert "The profile writes down no improvement notice." in section((run.out / "board" / "book.html").read_text("utf-8"), "notice")


def test_what_is_hidden_or_not_there_is_no_figure() -> None:
    reference = Reference("A notice", "IN9", "Audits are fed back")
    told, hidden, nothing, why = (Evidence(f"R-{n}", "A rule", figure=figure) for n, figure in enumerate(("96.3%", "c", "z", "")))
    assert Shows(reference, (told, hidden, nothing, why)).says == "With a figure: 1 of 4 rules and measures. Hidden (c): 1."
    assert Shows(reference, (hidden, why)).says == "What the records show of this is hidden (c)."
    assert Shows(reference, (nothing, why)).says == "The records supplied show nothing of this."
    assert brief(Shows(reference, (told, hidden, nothing)))["first"] == ["A rule: 96.3%"]


def test_what_waits_for_a_person_or_a_standard_is_not_said_of_the_records() -> None:
    reference = Reference("A notice", "IN3", "Views are heard")
    person, standard, other = (Evidence(f"R-{n}", "A rule", why=why) for n, why in enumerate((QUESTION, NO_STANDARD, "not in this run")))
    assert Shows(reference, (person, standard)).says == "No figure: it takes a person who reads the file, or a local standard."
    assert Shows(reference, (person, standard, other)).says == "The records supplied show nothing of this."


def test_all_that_stands_beside_a_figure_is_said_of_it() -> None:
    counts = {"n": "112 of 127", "range": "81.6 to 92.6%", "unknown": "c"}
    one = Evidence("R-1", "A rule", figure="88.2%", trend="Better: real change", target="at least 90%: not met", **counts)
    told = ["88.2% (112 of 127, 95% range 81.6 to 92.6%, can't be told: c)", "Trend: better, real change", "Target: at least 90%: not met"]
    assert one.sentences == told
    few = Evidence("R-1", "A rule", figure="bounds only", n="3 of 40", bounds="5.0 to 60.0%", unknown="40", trend=NO_TREND)
    assert few.sentences == [
        "bounds only (3 of 40, between 5.0 and 60.0% whatever the others hold, can't be told: 40)",
        "No trend: counted on one day",
    ]
    assert Evidence("R-1", "A rule", figure="c", n="c of c", trend=NO_TREND).sentences == ["Hidden (c)", NO_TREND]
    assert Evidence("R-1", "A rule", figure="z", n="0 of 0", trend="No monthly figures").sentences == ["Nothing to count"]
