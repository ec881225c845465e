"""What a check says besides its outcome: how late it is, by which limit, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from running import Rows
from telling import Told, outcomes, told

CHILDREN = [{"child_id": "C1"}, {"child_id": "C2"}]
PLAN = {"plan_id": "P1", "child_id": "C1", "kind": "child_in_need", "started_on": "2015-01-05"}
REFERRAL = {"referral_id": "R1", "child_id": "C1", "received_at": "2015-06-01"}
VISITS = {"table": "visits", "at": "visited_at", "match": "child_id"}


def limit(length: str) -> list[dict[str, str]]:
    return [{"from": "2010-01-01", "is": length}]


def plans(requires: Mapping[str, Any], *some: Mapping[str, str], uses: str = "", **more: Any) -> Told:
    tables: dict[str, Rows] = {"children": CHILDREN, "plans": some or [PLAN]} | more.pop("tables", {})
    return told("plans", requires, ["plans.started_on"], tables, **({"uses": uses.split()} if uses else {}), **more)


def referrals(requires: Mapping[str, Any], *some: Mapping[str, str], **more: Any) -> Told:
    needs = ["referrals.received_at", "referrals.decided_at"]
    tables: dict[str, Rows] = {"children": CHILDREN, "referrals": [{"decided_at": "", **REFERRAL, **one} for one in some]}
    return told("referrals", requires, needs, tables, **more)


# ---- how late


@pytest.mark.parametrize(
    ("received", "minutes"),
    [
        ("2015-06-25T10:15:58", 4 * 1440 + 13 * 60 + 45),  # due on the 26th at a quarter past ten, and not done when the 30th ends
        ("2015-06-25T10:15:59", 4 * 1440 + 13 * 60 + 44),  # a second less: so many minutes exactly
    ],
)
def test_what_has_not_been_done_is_late_up_to_the_end_of_the_day(received: str, minutes: int) -> None:
    found = referrals({"within": {"trigger": "received_at", "event": "decided_at"}}, {"received_at": received}, limit=limit("24 hours"))
    assert (found["R1"]["outcome"], found["R1"]["over"], found["R1"]["unit"]) == ("not_met", minutes, "minutes")


@pytest.mark.parametrize(("decided", "over"), [("2015-05-31", 1), ("2015-06-01", None), ("2015-06-02", None)])
def test_two_dates_of_one_day_are_not_so_many_days_apart(decided: str, over: int | None) -> None:
    strict = {"compares": {"earlier": "received_at", "later": "decided_at", "strict": "true"}}
    found = referrals(strict, {"decided_at": decided})["R1"]
    assert (found["outcome"], found["over"]) == ("met" if decided > "2015-06-01" else "not_met", over)


@pytest.mark.parametrize(("visited", "outcome", "over"), [("2015-06-20", "not_met", 1), ("2015-06-21", "met", None)])
def test_what_was_last_done_too_long_ago_is_late_by_days(visited: str, outcome: str, over: int | None) -> None:
    visits = {"visits": [{"visit_id": "V1", "child_id": "C1", "visited_at": visited}]}
    exists = {"exists": {"any": [VISITS], "recent": "recent"}}
    found = plans(exists, uses="visits.visited_at", tables=visits, settings={"recent": "9 days"})["P1"]
    assert (found["outcome"], found["over"]) == (outcome, over)


@pytest.mark.parametrize(("received", "outcome"), [("2015-06-27", "not_met"), ("2015-06-28", "cannot_tell"), ("2015-06-29", "not_yet_due")])
def test_hours_after_a_day_of_which_no_time_is_known_have_passed_at_some_time_of_a_day(received: str, outcome: str) -> None:
    """36 hours after the 28th end between noon of the 29th and noon of the 30th, the day of the audit."""
    found = referrals({"within": {"trigger": "received_at", "event": "decided_at"}}, {"received_at": received}, limit=limit("36 hours"))
    assert outcomes(found) == {"R1": outcome}


# ---- by which limit


@pytest.mark.parametrize(("recent", "shown"), [("recent", "9 days"), ("limit", "3 weeks"), (None, "3 weeks")])
def test_a_finding_names_the_figure_that_it_stands_on(recent: str | None, shown: str) -> None:
    exists = {"exists": {"any": [VISITS]} | ({"recent": recent} if recent else {})}
    visits = {"visits": [{"visit_id": "V1", "child_id": "C9", "visited_at": "2015-06-20"}]}
    settings = {"settings": {"recent": "9 days"}} if recent == "recent" else {}
    found = plans(exists, uses="visits.visited_at", tables=visits, limit=limit("3 weeks"), **settings)["P1"]
    assert (found["outcome"], found["limit"]) == ("not_met", shown)


def test_a_finding_names_the_interval_of_the_record() -> None:
    plan = {**PLAN, "visit_every": "10 days", "document_on": "2015-01-25"}
    within = {"within": {"trigger": "started_on", "event": "document_on"}}
    found = plans(within, plan, uses="plans.visit_every plans.document_on", limit={"field": "visit_every"})["P1"]
    assert (found["outcome"], found["limit"], found["over"]) == ("not_met", "10 days", 10)


# ---- states


FIRST_OF_JUNE = [{"from": "2015-01-01", "until": "2015-06-01", "is": "5 days"}]


@pytest.mark.parametrize(
    ("started", "views", "outcome"),
    [
        ("2014-12-31", "glad", "not_applicable"),
        ("2015-01-01", "glad", "met"),
        ("2014-12-31", "", "not_applicable"),
        ("2015-01-01", "", "not_met"),
        ("", "glad", "met"),
        ("in spring", "glad", "met"),
        ("in spring", "", "cannot_tell"),
    ],
)
def test_where_no_limit_was_in_force_nothing_was_to_be_recorded(started: str, views: str, outcome: str) -> None:
    plan = {**PLAN, "started_on": started, "child_views": views}
    states = {"states": {"all": [{"field": "child_views"}], "by": "started_on"}}
    found = plans(states, plan, uses="plans.child_views", limit=FIRST_OF_JUNE)
    assert outcomes(found) == {"P1": outcome}


@pytest.mark.parametrize(
    ("document", "shared", "outcome"),
    [
        ("2015-01-04", "2015-01-05", "met"),  # the second is as it should be
        ("2015-01-04", "", "cannot_tell"),
        ("2015-01-04", "2015-01-04", "cannot_tell"),
        ("", "", "not_met"),
        ("2015-01-04", "in spring", "cannot_tell"),
    ],
)
def test_of_several_fields_one_without_contradiction_is_enough(document: str, shared: str, outcome: str) -> None:
    plan = {**PLAN, "document_on": document, "shared_with_family_on": shared}
    states = {"states": {"all": [{"field": ["document_on", "shared_with_family_on"], "not_before": "started_on"}]}}
    assert outcomes(plans(states, plan, uses="plans.document_on plans.shared_with_family_on")) == {"P1": outcome}


@pytest.mark.parametrize(
    ("started", "document", "reason"),
    [
        ("2015-01-05", "in spring", "Cannot tell: the date of the document can't be read"),
        ("2015-01-05", "2015-01-04", "The dates contradict each other: the date of the document lies before the date started"),
        ("in spring", "2015-01-04", "Cannot tell: the date of the document can't be read"),
    ],
)
def test_a_date_that_cannot_be_read_contradicts_none(started: str, document: str, reason: str) -> None:
    states = {"states": {"all": [{"field": "document_on", "not_before": "started_on"}]}}
    found = plans(states, {**PLAN, "started_on": started, "document_on": document}, uses="plans.document_on")["P1"]
    assert (found["outcome"], found["reason"]) == ("cannot_tell", reason)
