"""An improvement notice in a profile: what it asks for, and what falls due when."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from auditcheck.rulebook import RulebookError, chosen, load
from auditcheck.rulebook.model import Rulebook
from auditcheck.rulebook.notices import calendar, evidence
from auditcheck.rulebook.profile import apply

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
def test_every_rule_that_names_a_place_is_evidence_there(rulebook: Rulebook, name: str) -> None:
    asked = chosen(rulebook, name).notice.references
    shown = {(f"{one.document}, {one.place.partition(':')[0]}", name) for one in asked for name in evidence(one, rulebook.rules)}
    documents = {one.document for one in asked}
    cited = {(source.source, rule.id) for rule in rulebook.rules.values() for source in rule.asked_by}
    assert {one for one in cited if any(one[0].startswith(f"{document}, ") for document in documents)} <= shown


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


@pytest.mark.parametrize(
    ("start", "initial", "reviews"),
    [
        # The corresponding day, or the month's last; counted from the notice's start each time, so that the 31st comes back.
        ("2014-08-31", "2014-10-31", ["2015-02-28", "2015-08-31", "2016-02-29"]),
        ("2014-11-30", "2015-01-30", ["2015-05-30", "2015-11-30", "2016-05-30"]),
        ("2012-02-29", "2012-04-29", ["2012-08-29", "2013-02-28", "2013-08-29"]),
        ("2013-12-31", "2014-02-28", ["2014-06-30", "2014-12-31", "2015-06-30"]),
        # Saturday 5 July 2014 and the Sunday of a bank holiday weekend stay where they are.
        ("2014-01-05", "2014-03-05", ["2014-07-05", "2015-01-05", "2015-07-05"]),
    ],
)
def test_months_end_as_the_rules_of_the_clock_say(rulebook: Rulebook, start: str, initial: str, reviews: list[str]) -> None:
    found = calendar(chosen(rulebook, "cheshire-east-2013").notice, date.fromisoformat(start))
    assert [one.day for one in found if one.what.startswith("Initial report")] == [initial]
    assert [one.day for one in found if one.what.startswith("Review of progress")] == reviews


def test_four_weeks_are_28_days_whatever_the_months(rulebook: Rulebook) -> None:
    found = calendar(chosen(rulebook, "cheshire-east-2013").notice, date(2015, 12, 25))
    boards = [date.fromisoformat(one.day) for one in found if one.what == "Meeting of the improvement board"]
    assert boards[:3] == [date(2016, 1, 22), date(2016, 2, 19), date(2016, 3, 18)]
    assert {(later - earlier).days for earlier, later in pairwise(boards)} == {28}


def test_what_nobody_checked_against_the_notice_says_so(rulebook: Rulebook) -> None:
    found = calendar(chosen(rulebook, "cambridgeshire-2013").notice, date(2013, 1, 31))
    marked = {one.what: one.mark for one in found if one.mark}
    assert set(marked) == {
        "Report of the improvement board's chair, with commentary against the targets",
        "Meeting of the improvement board",
    }
    assert all(mark.startswith("Unverified: ") for mark in marked.values())
    boards = [one.day for one in found if one.what == "Meeting of the improvement board"]
    assert {one.counted for one in found if one.what == "Meeting of the improvement board"} == {"every month from the notice's start"}
    assert (boards[:2], boards[-1], len(boards)) == (["2013-02-28", "2013-03-31"], "2014-01-31", 12)


@pytest.mark.parametrize("name", NOTICES)
def test_what_is_evidence_is_selected_so_that_a_run_has_it(rulebook: Rulebook, name: str) -> None:
    mine = chosen(rulebook, name)
    wanted = {one for reference in mine.notice.references for one in evidence(reference, rulebook.rules)}
    assert wanted <= {rule.id for rule in apply(rulebook, mine)}


def test_every_target_of_a_notice_is_of_something_that_a_reference_shows(rulebook: Rulebook) -> None:
    for name in NOTICES:
        mine = chosen(rulebook, name)
        shown = {one for reference in mine.notice.references for one in evidence(reference, rulebook.rules)}
        assert {target.measure for target in mine.targets} <= shown, name


def test_without_a_start_nothing_is_dated_but_nothing_is_left_out(rulebook: Rulebook) -> None:
    asked = chosen(rulebook, "cheshire-east-2013").notice
    found = calendar(asked, None)
    assert {one.day for one in found} == {""}
    assert {one.what for one in found} == {one.what for one in calendar(asked, date(2013, 8, 31))}


def test_a_day_that_the_notice_names_needs_no_start(rulebook: Rulebook) -> None:
    found = calendar(chosen(rulebook, "cheshire-west-and-chester-2011").notice, None)
    reviews = [(one.day, one.counted) for one in found if one.what.startswith("Review")]
    assert reviews == [("2011-10", "the month that the notice names"), ("2012-04", "the month that the notice names")]
    assert [one.day for one in found if one.what.startswith("Target day")] == ["2012-04", "2012-05"]


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
