"""Several at once: reports of one class, limits of one rule, copies in one run, plans that stand side by side. Each says its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from telling import Told, outcomes, told

CHILDREN = [{"child_id": f"C{n}", "family_id": family} for n, family in ((1, "F1"), (2, "F1"), (3, "F2"), (4, "F2"), (5, ""))]
PLAN = {"plan_id": "P1", "child_id": "C1", "kind": "child_in_need", "started_on": "2015-01-05"}
VISITS = {"table": "visits", "at": "visited_at", "match": "child_id"}


# ---- reports before a meeting

REPORTS = {"table": "conference_reports", "at": "shared_at", "match": "conference_id"}
BEFORE = {"meeting": "held_at", "class": "recipient", "each": ["parent"], "reports": REPORTS}


def shared(held: str, *reports: Mapping[str, str], limit: list[dict[str, str]] | None = None, **more: Any) -> dict[str, Any]:
    """What is said of one meeting, given the reports for the parent."""
    meeting = {"conference_id": "K1", "child_id": "C1", "kind": "initial", "held_at": held}
    some = [
        {"report_id": f"T{n}", "child_id": "C1", "conference_id": "K1", "recipient": "parent", "shared_at": "", "not_shared_reason": ""}
        | one
        for n, one in enumerate(reports)
    ]
    needs = ["conferences.held_at", "conference_reports.shared_at", "conference_reports.recipient"]
    tables = {"children": CHILDREN, "conferences": [meeting], "conference_reports": some}
    limits = limit or [{"from": "1950-01-01", "is": "3 days"}]
    return told("conferences", {"before": BEFORE | more}, needs, tables, limit=limits, uses=["conference_reports.not_shared_reason"])["K1"]


@pytest.mark.parametrize(
    ("other", "outcome"), [({"not_shared_reason": "in prison"}, "not_applicable"), ({}, "not_met"), ({"shared_at": "2015-06-01"}, "met")]
)
def test_a_reason_for_one_report_is_none_for_another(other: dict[str, str], outcome: str) -> None:
    found = shared("2015-06-10", {"not_shared_reason": "too ill"}, other, excused="not_shared_reason")
    assert found["outcome"] == outcome


@pytest.mark.parametrize(("other", "over"), [({"shared_at": "2015-06-01"}, 2), ({}, None)])
def test_how_late_is_not_told_where_a_report_has_no_date(other: dict[str, str], over: int | None) -> None:
    found = shared("2015-06-10", {"shared_at": "2015-06-09"}, other)
    assert (found["outcome"], found["over"]) == ("not_met", over)


def test_a_report_of_an_unreadable_day_before_an_early_meeting_may_have_been_in_time() -> None:
    assert shared("1965-06-10", {"shared_at": "in spring"})["outcome"] == "cannot_tell"


def test_how_late_is_told_by_the_limit_of_its_time() -> None:
    limit = [{"from": "2010-01-01", "until": "2014-01-01", "is": "3 days"}, {"from": "2014-01-01", "is": "48 hours"}]
    assert [
        (found["over"], found["unit"])
        for day in ("2013-06-10", "2015-06-10T10:00")
        for found in [shared(day, {"shared_at": day}, limit=limit)]
    ] == [(3, "days"), (2880, "minutes")]


# ---- one after another, and side by side


def test_a_visit_too_soon_after_another_is_not_late() -> None:
    visits = [{"visit_id": f"V{n}", "child_id": "C1", "visited_at": f"2015-06-0{n}"} for n in (1, 3)]
    apart = {"apart": {"at": "visited_at", "after": VISITS}}
    limit = [{"from": "2010-01-01", "is": "1 week"}]
    found = told("visits", apart, ["visits.visited_at"], {"children": CHILDREN, "visits": visits}, limit=limit)
    assert {name: (row["outcome"], row["over"]) for name, row in found.items()} == {"V1": ("met", None), "V3": ("not_met", None)}


def test_each_plan_names_the_first_of_those_beside_it() -> None:
    days = {"P1": "2015-01-05", "P2": "2015-02-05", "P3": "2015-03-05"}
    plans = [{**PLAN, "plan_id": name, "started_on": day, "ended_on": ""} for name, day in days.items()]
    plans += [{**one, "plan_id": one["plan_id"].replace("P", "Q"), "child_id": "C2"} for one in plans]
    for rows in (plans, plans[::-1]):
        needs = ["plans.started_on", "plans.ended_on"]
        found = told("plans", {"alone": {"starts": "started_on", "ends": "ended_on"}}, needs, {"children": CHILDREN, "plans": rows})
        assert {name: row["event"] for name, row in found.items()} == {"P1": "", "P2": "P1", "P3": "P1", "Q1": "", "Q2": "Q1", "Q3": "Q1"}


# ---- copies

TEXT = "he was hungry and late for school on four days and his mother did not know where he slept"
ALMOST = TEXT.replace("four days", "five nights")  # two words of twenty differ
DISTINCT = {"field": "risk_analysis", "siblings": "child_id.family_id", "at": "started_on", "near": "near", "alike": "alike"}


def copied(texts: list[tuple[str, str, str]], alike: str = "90%") -> Told:
    """What is said of assessments: id, child and text."""
    rows = [{"assessment_id": name, "child_id": child, "started_on": "2015-04-01", "risk_analysis": text} for name, child, text in texts]
    needs = ["assessments.risk_analysis", "assessments.started_on", "children.family_id"]
    settings = {"near": "6 months", "alike": alike}
    return told("assessments", {"distinct": DISTINCT}, needs, {"children": CHILDREN, "assessments": rows}, settings=settings)


def test_each_copy_says_how_much_of_it_is_the_same() -> None:
    found = copied([("A1", "C1", TEXT), ("A2", "C2", TEXT), ("A3", "C3", TEXT), ("A4", "C4", ALMOST)], "80%")
    assert [row["reason"].split()[-3] for row in found.values()] == ["100%", "100%", "89%", "89%"]


def test_one_word_of_a_hundred_is_one_per_cent() -> None:
    one, other = (" ".join(["the", *(f"{letter}{n}" for n in range(99))]) for letter in "ab")
    assert [outcomes(copied([("A1", "C1", one), ("A2", "C2", other)], share)) for share in ("1%", "2%")] == [
        {"A1": "not_met", "A2": "not_met"}, {"A1": "met", "A2": "met"},
    ]  # fmt: skip


def test_a_text_on_which_the_rows_of_a_record_disagree_is_not_called_short() -> None:
    found = copied([("A1", "C1", TEXT), ("A1", "C1", ALMOST), ("A2", "C2", " ".join(TEXT.split()[::-1]))])
    assert (found["A1"]["outcome"], found["A1"]["reason"]) == ("cannot_tell", "Cannot tell: the text can't be read")


def test_a_child_without_a_family_beside_one_that_has_none_of_its_own() -> None:
    children = [{"child_id": "C1", "family_id": "F1"}, {"child_id": "C2", "family_id": ""}]
    rows = [{"assessment_id": f"A{n}", "child_id": f"C{n}", "started_on": "2015-04-01", "risk_analysis": TEXT} for n in (1, 2)]
    needs = ["assessments.risk_analysis", "assessments.started_on", "children.family_id"]
    settings = {"near": "6 months", "alike": "90%"}
    for some, expected in ((rows, {"A1": "not_applicable", "A2": "cannot_tell"}), (rows[1:], {"A2": "cannot_tell"})):
        found = told("assessments", {"distinct": DISTINCT}, needs, {"children": children, "assessments": some}, settings=settings)
        assert outcomes(found) == expected


# ---- visits again and again

VISIT = {"visit_id": "V1", "child_id": "C1", "visited_at": "2015-03-18"}
FIVE_DAYS = [{"from": "1950-01-01", "is": "5 days"}]


def recurring(plans: list[Mapping[str, str]], visits: list[Mapping[str, str]], **more: Any) -> dict[str, str]:
    requires = {"recurs": {"of": VISITS | more.pop("of", {}), **more}}
    uses = ["visits.visited_at", "visits.child_seen", "plans.ended_on"]
    tables = {"children": CHILDREN, "plans": plans, "visits": visits}
    return outcomes(told("plans", requires, ["plans.started_on"], tables, uses=uses, limit=FIVE_DAYS))


@pytest.mark.parametrize("names", [("P1", "P2"), ("P2", "P1")])
@pytest.mark.parametrize("started", ["2015-01-05", "in spring"])
def test_of_two_plans_the_one_that_began_last_answers_for_a_visit_whatever_it_is_called(started: str, names: tuple[str, str]) -> None:
    """Its duty ends before the next is due. Of the other, which goes on, no start can be read, or an earlier one."""
    first, last = names
    plans = [{**PLAN, "plan_id": first, "started_on": started, "ended_on": "2015-06-25"}]
    plans.append({**PLAN, "plan_id": last, "started_on": "2015-02-02", "ended_on": "2015-03-20"})
    assert recurring(plans, [VISIT]) == {"V1": "not_applicable"}


@pytest.mark.parametrize(("day", "outcome"), [("2015-01-05", "cannot_tell"), ("2015-01-04", "not_met")])
def test_a_visit_on_the_day_that_starts_the_series_may_be_the_first_of_it(day: str, outcome: str) -> None:
    visits = [{**VISIT, "visited_at": day, "child_seen": ""}, {**VISIT, "visit_id": "V2", "child_id": "C2", "child_seen": "yes"}]
    assert recurring([PLAN], visits, of={"where": {"child_seen": "yes"}}, starts="started_on") == {"P1": outcome}


def test_a_plan_that_ended_before_it_began_has_no_visit_in_between() -> None:
    plans = [{**PLAN, "ended_on": "2014-12-01"}, {**PLAN, "plan_id": "P2", "child_id": "C2"}]
    visits = [{**VISIT, "visited_at": "2014-12-20"}, {**VISIT, "visit_id": "V2", "child_id": "C2"}]
    assert recurring(plans, visits) == {"V2": "not_met"}


# ---- what is told of a breach, and what of a doubt


def existing(*plans: Mapping[str, str], visits: list[Mapping[str, str]] | None = None, **more: Any) -> Told:
    exists = {"any": [VISITS], **more.pop("exists", {})}
    uses = ["visits.visited_at", "plans.ended_on", *more.pop("uses", [])]
    tables = {"children": CHILDREN, "plans": plans or [PLAN], "visits": visits or [{**VISIT, "child_id": "C2"}]}
    return told("plans", {"exists": exists}, ["plans.started_on"], tables, uses=uses, **more)


def test_what_is_asked_of_an_old_plan_names_how_old_it_must_be() -> None:
    once = {"recent": "recent", "once_past": {"from": "started_on", "limit": "limit"}}
    found = existing(exists=once, settings={"recent": "9 days"}, limit=FIVE_DAYS)["P1"]
    assert (found["outcome"], found["limit"]) == ("not_met", "5 days")


def test_what_is_no_series_never_grows_worse() -> None:
    """Whatever a rule says of so many in a row."""
    found = existing(exists={"recent": "limit"}, limit=FIVE_DAYS, escalates={"after": 1, "to": "high"})["P1"]
    assert (found["outcome"], found["message"]) == ("not_met", "So.")


@pytest.mark.parametrize("ended", ["1966-01-05", "2015-01-06"])
def test_what_was_never_done_is_not_late_by_any_number_of_days(ended: str) -> None:
    found = existing({**PLAN, "started_on": "1965-01-05", "ended_on": ended})["P1"]
    assert (found["outcome"], found["over"]) == ("not_met", None)


def test_of_the_latest_visits_alone_none_hides_another_where_there_is_none() -> None:
    found = existing(visits=[{**VISIT, "visited_at": ""}], coverage={"visits": "latest_only"}, exists={"recent": "limit"}, limit=FIVE_DAYS)
    assert outcomes(found) == {"P1": "not_met"}


@pytest.mark.parametrize(("referral", "outcome"), [("R1", "met"), ("", "cannot_tell")])
def test_of_a_plan_without_a_referral_nothing_is_known_that_stands_there(referral: str, outcome: str) -> None:
    referrals = [{"referral_id": "R1", "child_id": "C1", "received_at": "2015-01-01", "no_further_action": ""}]
    groups = [{"core_group_id": "G1", "child_id": "C1", "plan_id": "P1", "held_on": "2015-02-01"}]
    tables = {"children": CHILDREN, "plans": [{**PLAN, "referral_id": referral}], "referrals": referrals, "core_groups": groups}
    where = {"subject.referral_id.no_further_action": {"not": "yes"}}
    exists = {"exists": {"any": [{"table": "core_groups", "at": "held_on", "match": "plan_id", "where": where}]}}
    needs = ["core_groups.held_on", "core_groups.plan_id", "plans.referral_id", "referrals.no_further_action"]
    assert outcomes(told("plans", exists, needs, tables)) == {"P1": outcome}


def test_of_plans_without_a_referral_none_is_its_first() -> None:
    """Also where nobody can say whether a plan is of the kind that is asked about."""
    plans = [{**PLAN, "kind": "???", "referral_id": ""}, {**PLAN, "plan_id": "P2", "kind": "child_protection", "referral_id": ""}]
    where = {"first_in": "referral_id", "kind": "child_protection"}
    found = existing(*plans, where=where, uses=["plans.kind", "plans.referral_id"])
    assert outcomes(found) == {"P1": "not_applicable", "P2": "not_applicable"}


def test_a_word_that_counts_as_blank_is_no_blank_date() -> None:
    states = {"states": {"all": [{"field": "document_on"}, {"field": "child_views"}], "also_blank": ["see plan"]}}
    plans = [{**PLAN, "document_on": "see plan", "child_views": "glad"}]
    plans.append({**PLAN, "plan_id": "P2", "document_on": "2015-01-05", "child_views": "see plan"})
    needs = ["plans.document_on", "plans.child_views"]
    assert outcomes(told("plans", states, needs, {"children": CHILDREN, "plans": plans})) == {"P1": "cannot_tell", "P2": "not_met"}


def test_an_episode_of_nobody_that_begins_at_some_time_passes_no_duty_on() -> None:
    within = {"within": {"trigger": "returned_at", "event": "interviewed_at", "passes_on": "went_missing_at"}}
    begins = {"M1": ("C1", "2015-05-30"), "M2": ("", "in May")}
    episodes = [
        {"missing_id": name, "child_id": child, "went_missing_at": day, "returned_at": "2015-06-01", "interviewed_at": ""}
        for name, (child, day) in begins.items()
    ]
    needs = [f"missing_episodes.{name}" for name in ("went_missing_at", "returned_at", "interviewed_at")]
    found = told("missing_episodes", within, needs, {"children": CHILDREN, "missing_episodes": episodes}, limit=FIVE_DAYS)
    assert found["M1"]["outcome"] == "not_met"


@pytest.mark.parametrize("held", ["", "2015-06-20"])
def test_a_review_that_lies_ahead_of_a_child_who_is_of_age_by_then_is_owed_to_nobody(held: str) -> None:
    child = {"child_id": "C1", "date_of_birth": "1997-07-09"}
    review = {"review_id": "V1", "child_id": "C1", "due_on": "2015-07-05", "held_on": held}
    needs = ["reviews.due_on", "reviews.held_on", "children.date_of_birth"]
    within = {"within": {"trigger": "due_on", "event": "held_on"}}
    assert outcomes(told("reviews", within, needs, {"children": [child], "reviews": [review]}, limit=FIVE_DAYS)) == {"V1": "not_applicable"}


# ---- groups of a plan

GROUPS = {"table": "core_groups", "at": "held_on", "match": "plan_id"}


def held(day: str, name: str = "G1", plan: str = "P1", child: str = "C1", attended: str = "yes") -> dict[str, str]:
    return {"core_group_id": name, "child_id": child, "plan_id": plan, "held_on": day, "parent_attended": attended}


def of_groups(requires: Mapping[str, Any], plans: list[Mapping[str, str]], *groups: Mapping[str, str], **more: Any) -> dict[str, str]:
    uses = ["core_groups.held_on", "core_groups.plan_id", "core_groups.parent_attended", "plans.ended_on"]
    tables = {"children": CHILDREN, "plans": plans, "core_groups": groups}
    return outcomes(told("plans", requires, ["plans.started_on"], tables, uses=uses, **more))


@pytest.mark.parametrize(("earlier", "outcome"), [("", "cannot_tell"), ("no", "cannot_tell"), ("yes", "not_met")])
def test_of_two_groups_of_the_last_day_the_latest_may_be_either(earlier: str, outcome: str) -> None:
    absent = {"absent": {**GROUPS, "when": "ended_on", "pick": "last", "where": {"none": [{"parent_attended": "no"}]}}}
    plans = [{**PLAN, "ended_on": "2015-04-01"}]
    assert of_groups(absent, plans, held("2015-03-01", attended=earlier), held("2015-03-01", "G2")) == {"P1": outcome}


@pytest.mark.parametrize(("day", "outcome"), [("2015-02-01", "not_met"), ("2015-03-02", "cannot_tell")])
def test_a_group_of_no_plan_may_be_the_latest_if_it_is_later_than_the_last_of_the_plan(day: str, outcome: str) -> None:
    absent = {"absent": {**GROUPS, "when": "ended_on", "pick": "last", "where": {"parent_attended": "no"}}}
    plans = [{**PLAN, "plan_id": "P2", "child_id": "C2", "ended_on": ""}, {**PLAN, "ended_on": "2015-04-01"}]
    groups = [held("2015-01-10", "G2", "P2", "C2"), held(day, "G9", "P9"), held("2015-03-01", attended="no")]
    assert of_groups(absent, plans, *groups)["P1"] == outcome


@pytest.mark.parametrize(("day", "outcome"), [("2015-01-05", "not_met"), ("2015-01-06", "cannot_tell")])
def test_of_the_latest_groups_alone_one_of_no_plan_may_hide_another_from_the_day_after_the_start_on(day: str, outcome: str) -> None:
    within = {"within": {"trigger": "started_on", "event": {**GROUPS, "where": {"parent_attended": "yes"}}}}
    stray, other = held(day, "G9", "P9", attended="no"), held("2015-06-01", "G2", "P2", "C2")
    plans = [PLAN, {**PLAN, "plan_id": "P2", "child_id": "C2"}]
    assert of_groups(within, plans, stray, other, limit=FIVE_DAYS, coverage={"core_groups": "latest_only"})["P1"] == outcome


# ---- reasons, and ids


def test_a_reason_in_the_record_itself_excuses_it_where_the_event_is_of_another_table() -> None:
    meetings = [
        {"conference_id": f"K{n}", "child_id": "C1", "held_at": "2015-01-05", "late_reason": why} for n, why in enumerate(("", "ill"))
    ]
    visited = {**VISITS, "match": "child_id"}
    needs = ["conferences.held_at", "conferences.late_reason", "visits.visited_at"]
    tables = {"children": CHILDREN, "conferences": meetings, "visits": [VISIT]}
    within = {"within": {"trigger": "held_at", "event": visited}}
    found = told("conferences", within, needs, tables, limit=FIVE_DAYS, justified_by=["late_reason"])
    assert outcomes(found) == {"K0": "not_met", "K1": "justified"}


def test_a_reason_in_a_table_that_the_export_lacks_excuses_nothing() -> None:
    plans = [{**PLAN, "referral_id": "R1"}]
    tables = {"children": CHILDREN, "plans": plans, "visits": [VISIT]}
    within = {"within": {"trigger": "started_on", "event": VISITS}}
    uses = ["plans.referral_id", "referrals.closure_reason", "visits.visited_at"]
    found = told("plans", within, ["plans.started_on"], tables, limit=FIVE_DAYS, justified_by=["referral_id.closure_reason"], uses=uses)
    assert outcomes(found) == {"P1": "not_met"}


@pytest.mark.parametrize(("worker", "outcome"), [("w1", "met"), ("W1", "not_met")])
def test_two_ids_are_the_same_in_the_same_capitals(worker: str, outcome: str) -> None:
    """Also a record's own beside one that it refers to."""
    states = {"states": {"all": [{"field": "lead_worker_id", "not_same_as": "plan_id"}]}}
    plans = [{**PLAN, "plan_id": "W1", "lead_worker_id": worker}]
    assert outcomes(told("plans", states, ["plans.lead_worker_id"], {"children": CHILDREN, "plans": plans})) == {"W1": outcome}
