"""An improvement notice in a profile: what it asks for, and what falls due when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from auditcheck.rulebook import RulebookError, chosen, load
from auditcheck.rulebook.model import Rulebook
from auditcheck.rulebook.notices import calendar

NOTICES = ("cheshire-east-2013", "cheshire-west-and-chester-2011", "cambridgeshire-2013")


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load(examples=False)


def mine(folder: Path, notice: str) -> Path:
    file = folder / "mine.yaml"
    file.write_text(f"id: mine\ntitle: Mine\nrules: all\nnotice:\n  start: given\n{notice}", encoding="utf-8")
    return file


def test_the_table_of_progress_has_its_twenty_five_references(rulebook: Rulebook) -> None:
    asked = chosen(rulebook, "cheshire-east-2013").notice.references
    assert [one.place for one in asked] == [f"IN{n}" for n in range(1, 26)]


@pytest.mark.parametrize("name", NOTICES)
def test_every_reference_has_evidence_or_says_why_it_can_have_none(rulebook: Rulebook, name: str) -> None:
    for one in chosen(rulebook, name).notice.references:
        place = f"{one.document}, {one.place}"
        cited = [rule.id for rule in rulebook.rules.values() if any(asked.source == place for asked in rule.asked_by)]
        assert bool(cited or one.evidence) != bool(one.none), one


@pytest.mark.parametrize("name", NOTICES)
def test_no_place_that_a_rule_names_is_left_out(rulebook: Rulebook, name: str) -> None:
    asked = chosen(rulebook, name).notice.references
    documents, known = {one.document for one in asked}, {f"{one.document}, {one.place}" for one in asked}
    cited = {source.source for rule in rulebook.rules.values() for source in rule.asked_by}
    assert {one for one in cited if any(one.startswith(f"{document}, ") for document in documents)} <= known


def test_the_calendar_counts_from_the_day_that_is_given(rulebook: Rulebook) -> None:
    asked = chosen(rulebook, "cheshire-east-2013").notice
    found = calendar(asked, date(2013, 8, 31))
    days = {what: [one.day for one in found if one.what == what] for what in {one.what for one in found}}
    assert days["Initial report of the improvement board's chair"] == ["2013-10-31"]
    assert days["Review of progress by the Department for Education"] == ["2014-02-28", "2014-08-31", "2015-02-28"]
    assert days["Report of the improvement board's chair, with commentary against the targets"] == [
        "2014-02-28",
        "2014-08-31",
        "2015-02-28",
    ]
    boards = days["Meeting of the improvement board"]
    assert (boards[0], boards[-1], len(boards)) == ("2013-09-28", "2015-02-14", 19)
    assert [one.day for one in found] == sorted(one.day for one in found)


def test_without_a_start_nothing_is_dated_but_nothing_is_left_out(rulebook: Rulebook) -> None:
    asked = chosen(rulebook, "cheshire-east-2013").notice
    found = calendar(asked, None)
    assert {one.day for one in found} == {""}
    assert {one.what for one in found} == {one.what for one in calendar(asked, date(2013, 8, 31))}


def test_a_day_that_the_notice_names_needs_no_start(rulebook: Rulebook) -> None:
    found = calendar(chosen(rulebook, "cheshire-west-and-chester-2011").notice, None)
    assert [(one.day, one.counted) for one in found if one.day] == [
        ("2011-10", "the month that the notice names"),
        ("2012-04", "the month that the notice names"),
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("  obligations: [{what: A report}]\n", "expected when it falls due: at, every or on"),
        ("  obligations: [{what: A report, every: 6 months}]\n", "'every' alone, expected 'until' beside it"),
        ("  obligations: [{what: A report, at: [soon]}]\n", "'soon' is not a length of time"),
        ("  obligations: [{what: A report, on: [2012-02-30]}]\n", "'2012-02-30' is no date"),
        ("  obligations: [{what: A report, on: [2012-13]}]\n", "'2012-13' is no date"),
        ("  references: [{document: D, place: A}]\n", "'action' is missing"),
        ("  references: [{document: D, place: A, action: B, evidence: [AGG-CASE-01]}]\n", "did you mean 'AGG-CASE-02'?"),
        ("  references: [{document: D, place: A, action: B}, {document: D, place: A, action: C}]\n", "expected each place once"),
        (f"  references: [{{document: D, place: A, action: B, says: {'word ' * 21}}}]\n", "a quote of 21 words, expected at most 20"),
    ],
)
def test_what_is_wrong_with_a_notice_is_said_with_its_line(rulebook: Rulebook, tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(RulebookError) as refused:
        chosen(rulebook, mine(tmp_path, written))
    assert said in str(refused.value) and "mine.yaml:6:" in str(refused.value)
