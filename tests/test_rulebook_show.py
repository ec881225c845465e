"""What people and other programs are told about a rule."""

from __future__ import annotations

import json
from pathlib import Path

from test_rulebook_load import RULE, book

from auditcheck.rulebook import load, show


def test_the_list_has_a_line_a_rule(tmp_path: Path) -> None:
    lines = show.as_text_list(load(book(tmp_path)).rules.values()).splitlines()
    assert len(lines) == 2 and lines[1].split()[:5] == ["CPC-ICPC-01", "SG", "high", "active", "conference"]


def test_json_says_limits_in_words(tmp_path: Path) -> None:
    (row,) = json.loads(show.as_json(load(book(tmp_path)).rules.values()))
    assert row["limit"] == "nothing required from 1 March 2010 until the day before 15 April 2013; 15 working days from 15 April 2013"
    assert (row["check"], row["verified"], row["needs"][0]) == ("within", "secondary", "section_47_enquiries.started_on")
    assert row["asked_by"] == [{"source": "inspection report", "says": "conferences held in time"}]


def test_the_page_tells_the_whole_rule(tmp_path: Path) -> None:
    rulebook = load(book(tmp_path))
    page = " ".join(show.explain(rulebook.rules["CPC-ICPC-01"], rulebook.editions).split())
    for part in (
        "seen as another body quotes or describes it",
        "inspection report: conferences held in time",
        "15 working days from 15 April 2013; Working Together 2013 and what followed it; as quoted",
        "outcome is substantiated conference, and conference_required is not no",
        "only the child's ends it",
        "conferences.held_at (by enquiry_id) where kind is initial",
        "recorded as not required: conference_required is no",
        "Due on {due}, held on {happened}.",
        "3 in a row raise the severity to high",
        "Hold it.",
        "one past the limit 2015-06-30 E1 not_met",
    ):
        assert part in page


def test_conditions_of_every_sort_have_words(tmp_path: Path) -> None:
    where = (
        "{any: [{outcome: {blank: true}}, {not_seen_reason: {blank: false}}], none: [{unborn: started_on}], "
        "under_age: {years: 4, on: as_of}, first_in: referral_id, open: true, signed_off_on: {by: outcome_recorded_on}}"
    )
    needed = "signed_off_on, not_seen_reason, outcome_recorded_on, referral_id".replace(", ", ", section_47_enquiries.")
    rule = RULE.replace("{outcome: substantiated_conference, conference_required: {not: [no]}}", where)
    rulebook = load(book(tmp_path, rule.replace("needs: [", f"needs: [section_47_enquiries.{needed}, ")))
    page = " ".join(show.explain(rulebook.rules["CPC-ICPC-01"], rulebook.editions).split())
    assert "(outcome is blank; or not_seen_reason is filled in)" in page
    assert "none holds: (the child was not yet born (started_on))" in page
    assert "younger than 4 (the as-of date), and the earliest in its referral_id, and the record is open" in page
    assert "signed_off_on is on or before outcome_recorded_on" in page
