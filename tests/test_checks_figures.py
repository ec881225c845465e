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
    assert (found["outcome"], found["limit"], found["message"]) == ("not_met", shown, "So.")


def test_a_finding_names_the_interval_of_the_record() -> None:
    plan = {**PLAN, "visit_every": "10 days", "document_on": "2015-01-25"}
    within = {"within": {"trigger": "started_on", "event": "document_on"}}
    found = plans(within, plan, uses="plans.visit_every plans.document_on", limit={"field": "visit_every"})["P1"]
    assert (found["outcome"], found["limit"], found["over"], found["message"]) == (
        "not_met",
        "10 days",
        10,
        "So. It is recorded on 25 January 2015, 10 days after the limit.",
    )


def test_a_report_that_came_late_by_a_weekend_is_late_by_no_working_day() -> None:
    reports = {"table": "conference_reports", "at": "shared_at", "match": "conference_id"}
    before = {"before": {"meeting": "held_at", "class": "recipient", "each": ["parent"], "reports": reports}}
    tables: dict[str, Rows] = {
        "children": CHILDREN,
        "conferences": [{"conference_id": f"K{n}", "child_id": "C1", "held_at": "2015-06-09"} for n in (1, 2, 3)],  # a Tuesday
        "conference_reports": [
            {"report_id": f"T{n}", "child_id": "C1", "conference_id": f"K{n}", "recipient": "parent", "shared_at": f"2015-06-0{4 + n}"}
            for n in (1, 2, 3)  # on Friday, Saturday and Sunday
        ],
    }
    needs = ["conferences.held_at", "conference_reports.shared_at", "conference_reports.recipient"]
    found = told("conferences", before, needs, tables, limit=limit("2 working days"))
    said = {name: (row["outcome"], row["over"]) for name, row in found.items()}
    assert said == {"K1": ("met", None), "K2": ("not_met", None), "K3": ("not_met", None)}


# ---- which record


@pytest.mark.parametrize("second", ["T00:00:01", "T00:01"])
def test_of_one_day_a_visit_with_a_time_comes_after_one_without(second: str) -> None:
    visits = [
        {"visit_id": "V1", "child_id": "C1", "visited_at": f"2015-06-20{second}"},
        {"visit_id": "V2", "child_id": "C1", "visited_at": "2015-06-20"},
    ]
    for rows in (visits, visits[::-1]):
        found = plans({"exists": {"any": [VISITS]}}, uses="visits.visited_at", tables={"visits": rows})["P1"]
        assert (found["event"], found["happened_at"]) == ("V1", "2015-06-20")


def test_the_plan_that_went_on_is_shown_rather_than_one_that_began_on_the_day() -> None:
    lasted = {"table": "plans", "at": "started_on", "match": "child_id", "lasts_until": "ended_on"}
    tables: dict[str, Rows] = {
        "children": CHILDREN,
        "referrals": [REFERRAL],
        "plans": [{**PLAN, "ended_on": ""}, {**PLAN, "plan_id": "P2", "started_on": "2015-06-01"}],
    }
    needs = ["referrals.received_at", "plans.started_on", "plans.ended_on"]
    within = {"within": {"trigger": "received_at", "event": lasted}}
    for plan, event in (({}, "P1"), ({"ended_on": "2015-06-01"}, "P1"), ({"ended_on": "2015-05-31"}, "P2")):
        rows = [tables["plans"][0] | plan, tables["plans"][1]]
        found = told("referrals", within, needs, tables | {"plans": rows}, limit=limit("5 days"))["R1"]
        assert (found["outcome"], found["event"]) == ("met", event)


def test_an_interval_that_begins_with_another_plan_is_that_plans() -> None:
    documents = {"recurs": {"of": {"table": "plans", "at": "document_on", "match": "child_id"}}}
    other = {**PLAN, "plan_id": "P2", "started_on": "2015-02-05", "document_on": "2015-01-20"}
    found = plans(documents, PLAN, other, uses="plans.document_on", limit=limit("5 days"))
    assert outcomes(found) == {"P2": "not_met"}


def test_the_interval_from_the_start_and_the_next_are_two_in_a_row() -> None:
    groups = {"recurs": {"of": {"table": "core_groups", "at": "held_on", "match": "plan_id"}, "starts": "started_on"}}
    held = [
        {"core_group_id": f"G{n}", "child_id": "C1", "plan_id": "P1", "held_on": day} for n, day in ((1, "2015-02-01"), (2, "2015-06-29"))
    ]
    escalates = {"after": 2, "to": "high"}
    found = plans(groups, uses="core_groups.held_on", tables={"core_groups": held}, limit=limit("5 days"), escalates=escalates)
    assert outcomes(found) == {"P1": "not_met", "G1": "not_met", "G2": "not_yet_due"}
    assert ["in a row" in found[name]["message"] for name in ("P1", "G1")] == [False, True]


def test_the_next_of_a_series_is_called_by_its_name() -> None:
    actions = {"recurs": {"of": {"table": "plan_actions", "at": "completed_on", "match": "plan_id"}}}
    done = {"plan_actions": [{"action_id": "A1", "child_id": "C1", "plan_id": "P1", "completed_on": "2015-06-01"}]}
    found = plans(actions, uses="plan_actions.completed_on", tables=done, limit=limit("5 days"))
    assert found["A1"]["reason"] == "The next plan action is not recorded, and the limit has passed"


@pytest.mark.parametrize(("child", "outcome"), [("C2", "not_met"), ("C1", "cannot_tell")])
def test_within_the_hour_of_a_visit_one_of_an_unknown_day_may_lie_and_no_other(child: str, outcome: str) -> None:
    visits = [
        {"visit_id": "V1", "child_id": "C1", "visited_at": "2015-06-20T10:00"},
        {"visit_id": "V2", "child_id": child, "visited_at": "in spring"},
    ]
    found = plans({"recurs": {"of": VISITS}}, uses="visits.visited_at", tables={"visits": visits}, limit=limit("1 hours"))
    assert found["V1"]["outcome"] == outcome


@pytest.mark.parametrize(
    ("ended", "outcome"), [("2015-01-14", "not_applicable"), ("2015-01-15", "not_met"), ("2015-01-16", "not_met"), ("", "not_met")]
)
def test_what_was_due_on_the_day_that_the_duty_ended_is_not_late(ended: str, outcome: str) -> None:
    exists = {"exists": {"any": [VISITS], "recent": "recent"}}
    tables: dict[str, Rows] = {"visits": [{"visit_id": "V1", "child_id": "C2", "visited_at": "2015-06-20"}]}
    plan = {**PLAN, "ended_on": ended}
    found = plans(exists, plan, uses="visits.visited_at plans.ended_on", tables=tables, settings={"recent": "10 days"})["P1"]
    late = {"2015-01-16": 1, "": 166}
    assert (found["outcome"], found["over"]) == (outcome, late.get(ended))


def test_of_plans_that_overlap_the_one_that_began_last_answers_for_a_visit() -> None:
    """Its duty ends before the next visit is due; that of the other goes on."""
    some = [{**PLAN, "ended_on": "2015-06-25"}, {**PLAN, "plan_id": "P2", "started_on": "2015-02-02", "ended_on": "2015-03-20"}]
    visits: dict[str, Rows] = {"visits": [{"visit_id": "V1", "child_id": "C1", "visited_at": "2015-03-18"}]}
    for rows in (some, some[::-1]):
        uses = "visits.visited_at plans.ended_on"
        found = plans({"recurs": {"of": VISITS}}, *rows, uses=uses, tables=visits, limit=limit("5 days"))
        assert outcomes(found) == {"V1": "not_applicable"}


@pytest.mark.parametrize(("seen", "outcome"), [("", "cannot_tell"), ("no", "met"), ("maybe", "cannot_tell")])
def test_whether_a_child_was_seen_is_not_known_where_it_is_not_recorded(seen: str, outcome: str) -> None:
    visits = [{"visit_id": "V1", "child_id": "C1", "visited_at": "2015-06-20", "child_seen": seen}]
    source = {**VISITS, "where": {"child_seen": ["yes", "no"]}}
    found = plans({"exists": {"any": [source]}}, uses="visits.visited_at visits.child_seen", tables={"visits": visits})
    assert outcomes(found) == {"P1": outcome}


@pytest.mark.parametrize(
    ("began", "outcome"), [("2015-06-04T09:59", "cannot_tell"), ("2015-06-04T10:00", "cannot_tell"), ("2015-06-04T10:00:01", "not_met")]
)
def test_an_episode_whose_day_cannot_be_read_may_begin_with_the_last_second_of_the_limit(began: str, outcome: str) -> None:
    """M1 may lie before or after M2: if after, its duty may have passed on to M2. M3 and M4 are another child's, and nobody's."""
    begins = {"M1": ("C1", "in May"), "M2": ("C1", began), "M3": ("C2", "2015-06-02T10:00"), "M4": ("", "2015-06-02T10:00")}
    episodes = [
        {"missing_id": name, "child_id": child, "went_missing_at": day, "returned_at": "2015-06-01T10:00", "interviewed_at": ""}
        for name, (child, day) in begins.items()
    ]
    within = {"within": {"trigger": "returned_at", "event": "interviewed_at", "passes_on": "went_missing_at"}}
    needs = [f"missing_episodes.{name}" for name in ("went_missing_at", "returned_at", "interviewed_at")]
    found = told("missing_episodes", within, needs, {"children": CHILDREN, "missing_episodes": episodes}, limit=limit("72 hours"))
    assert found["M1"]["outcome"] == outcome


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
    ("ended", "kind", "outcome"),
    [
        ("2015-01-09", "child_in_need", "not_applicable"),  # it fell due on the 10th
        ("2015-01-10", "child_in_need", "not_met"),
        ("2015-01-09", "child_protection", "met"),
        ("", "child_in_need", "not_met"),
    ],
)
def test_what_is_wrong_is_no_breach_where_the_duty_ended_before_it_fell_due(ended: str, kind: str, outcome: str) -> None:
    states = {"states": {"all": [{"field": "kind", "is": ["child_protection"]}], "by": "started_on"}}
    found = plans(states, {**PLAN, "ended_on": ended, "kind": kind}, uses="plans.kind plans.ended_on", limit=limit("5 days"))
    assert outcomes(found) == {"P1": outcome}


@pytest.mark.parametrize(("started", "law"), [("2015-01-05", "The law of 2010."), ("in spring", "None.")])
def test_a_breach_names_the_law_of_its_time_only_where_its_time_is_known(started: str, law: str) -> None:
    states = {"states": {"all": [{"field": "kind", "is": ["child_protection"]}], "by": "started_on"}}
    some = [limit("5 days")[0] | {"law": "The law of 2010."}]
    found = plans(states, {**PLAN, "started_on": started}, uses="plans.kind", limit=some)["P1"]
    assert (found["outcome"], found["law"]) == ("not_met", law)


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
        ("2015-01-05", "in spring", "Cannot tell: the date of the document or the date started is not recorded or can't be read"),
        ("2015-01-05", "2015-01-04", "The dates contradict each other: the date of the document lies before the date started"),
        ("in spring", "2015-01-04", "Cannot tell: the date of the document or the date started is not recorded or can't be read"),
    ],
)
def test_a_date_that_cannot_be_read_contradicts_none(started: str, document: str, reason: str) -> None:
    states = {"states": {"all": [{"field": "document_on", "not_before": "started_on"}]}}
    found = plans(states, {**PLAN, "started_on": started, "document_on": document}, uses="plans.document_on")["P1"]
    assert (found["outcome"], found["reason"]) == ("cannot_tell", reason)


# ---- why

DOCUMENT = {"within": {"trigger": "document_on", "event": "shared_with_family_on"}}
ORDER = {"compares": {"earlier": "document_on", "later": "updated_on"}}
VIEWS_BY = {"states": {"all": [{"field": "child_views"}], "by": "document_on"}}
VIEWS_ONCE = {"states": {"all": [{"field": "child_views"}], "once": "document_on"}}
APART = {"apart": {"at": "document_on", "after": VISITS}}
SEEN = {"exists": {"any": [VISITS], "recent": "limit"}}
SERIES = {"recurs": {"of": VISITS, "starts": "started_on"}}
GONE = {"absent": {**VISITS, "pick": "last", "where": {"child_seen": "no"}, "when": "ended_on"}}
GROUPS = {"table": "core_groups", "at": "held_on", "match": "plan_id"}
FIELDS = (
    "kind",
    "lead_worker_id",
    "agreed_by",
    "document_on",
    "shared_with_family_on",
    "updated_on",
    "child_views",
    "ended_on",
    "end_reason",
    "visit_every",
)
Case = tuple[Mapping[str, Any], dict[str, str], str]


def field(name: str, **more: Any) -> dict[str, Any]:
    return {"states": {"all": [{"field": name, **more}]}}


SAID_BLANK = {"states": {"all": [{"field": "child_views"}], "also_blank": ["all", "see plan!"]}}
CASES: list[Case] = [
    (DOCUMENT, {"document_on": ""}, "Cannot tell: the date of the document is not recorded"),
    (DOCUMENT, {"document_on": "in spring"}, "Cannot tell: the date of the document can't be read"),
    (DOCUMENT, {"document_on": "2009-12-31"}, "No limit was in force on that day"),
    (
        DOCUMENT,
        {"document_on": "2015-01-05", "shared_with_family_on": "2015-01-04"},
        "The dates contradict each other: the date shared with family is recorded before the date of the document",
    ),
    (
        DOCUMENT,
        {"document_on": "2015-01-05", "shared_with_family_on": "in spring"},
        "Cannot tell: a record that may be the date shared with family can't be read or may not count",
    ),
    (
        DOCUMENT,
        {"document_on": "2015-01-05", "shared_with_family_on": "2015-01-11"},
        "The date shared with family is recorded after the limit",
    ),
    (DOCUMENT, {"document_on": "2015-01-05"}, "The date shared with family is not recorded, and the limit has passed"),
    (DOCUMENT, {"document_on": "2015-06-25"}, "Not yet due: the date shared with family is not recorded, and the limit has not passed"),
    (DOCUMENT, {"document_on": "2015-01-05", "ended_on": "2015-01-09"}, "The duty ended before the limit was reached"),
    (
        DOCUMENT,
        {"document_on": "2015-01-05", "ended_on": "in spring"},
        "Cannot tell: a date that may have ended the duty can't be read",
    ),
    (ORDER, {"document_on": "2015-01-05", "updated_on": ""}, "Cannot tell: the date updated is not recorded"),
    (ORDER, {"document_on": "2015-01-05", "updated_on": "in spring"}, "Cannot tell: the date updated can't be read"),
    (
        ORDER,
        {"document_on": "in spring", "updated_on": "2015-01-05"},
        "Cannot tell: the date of the document can't be read, or the record it names is not in the export",
    ),
    (ORDER, {"document_on": "", "updated_on": "2015-01-05"}, "No date of the document is recorded"),
    (ORDER, {"document_on": "2015-01-06", "updated_on": "2015-01-05"}, "The date of the document does not come before the date updated"),
    (ORDER, {"document_on": "2015-01-05", "updated_on": "2015-01-05"}, "The date of the document comes before the date updated"),
    (VIEWS_BY, {"document_on": ""}, "Cannot tell: the date of the document is not recorded"),
    (VIEWS_BY, {"document_on": "in spring"}, "Cannot tell: the date of the document can't be read"),
    (VIEWS_BY, {"document_on": "2015-01-05", "ended_on": "in spring"}, "Cannot tell: a date that may have ended the duty can't be read"),
    (VIEWS_BY, {"document_on": "2015-06-29"}, "Not yet due: not recorded, and the limit has not passed"),
    (VIEWS_ONCE, {"document_on": ""}, "Not yet due: the date of the document is not recorded yet"),
    (VIEWS_ONCE, {"document_on": "in spring"}, "Cannot tell: the date of the document can't be read"),
    (VIEWS_ONCE, {"document_on": "2015-01-05"}, "What the child thinks is not recorded"),
    (field("child_views"), {"child_views": "glad"}, "Recorded"),
    (field("child_views", if_blank="cannot_tell"), {}, "Cannot tell: what the child thinks is not recorded"),
    (field("document_on"), {"document_on": "in spring"}, "Cannot tell: the date of the document can't be read"),
    (
        field("document_on", not_after="started_on"),
        {"document_on": "2015-01-06"},
        "The date of the document is later than the date started",
    ),
    (
        field("document_on", not_after="updated_on"),
        {"document_on": "2015-01-06", "updated_on": "in spring"},
        "Cannot tell: the date of the document or the date updated is not recorded or can't be read",
    ),
    (field("document_on", not_on="weekend"), {"document_on": "2015-01-10"}, "The date of the document is a Saturday or a Sunday"),
    (field("end_reason", blank="true"), {"end_reason": "moved"}, "The end reason is recorded, and should not be"),
    (field("end_reason", not_same_as="kind"), {"end_reason": "child_in_need"}, "The end reason is the same as the kind"),
    (field("end_reason", not_same_as="kind"), {"end_reason": "care"}, "Recorded"),
    (
        field("lead_worker_id", not_same_as="agreed_by"),
        {"lead_worker_id": "W1", "agreed_by": "W1"},
        "The lead worker id is the same as the agreed by",
    ),
    (field("lead_worker_id", not_same_as="agreed_by"), {"lead_worker_id": "W1", "agreed_by": "W2"}, "Recorded"),
    (
        field("lead_worker_id", not_same_as="agreed_by"),
        {"lead_worker_id": "W1"},
        "Cannot tell: the lead worker id or the agreed by is not recorded or can't be read",
    ),
    (
        field("kind", **{"is": ["care"], "or_reason": "end_reason"}),
        {"end_reason": "moved"},
        "The kind is recorded, but not as the rule asks; the reason is there",
    ),
    (field("kind", **{"is": ["care"]}), {}, "The kind is recorded, but not as the rule asks"),
    (field("visit_every", **{"as": "limit"}), {"visit_every": "often"}, "Cannot tell: how often to visit can't be read"),
    ({"alone": {"starts": "started_on", "ends": "ended_on"}}, {"started_on": ""}, "Cannot tell: the date started is not recorded"),
    (GONE, {}, "Not yet due: the date ended is not recorded yet"),
    (GONE, {"ended_on": "in spring"}, "Cannot tell: the date ended can't be read"),
    (GONE, {"ended_on": "2015-06-21"}, "Cannot tell: a visit may still stand at that date"),
    (GONE, {"ended_on": "2015-06-19"}, "None stands at that date"),
    (APART, {"document_on": ""}, "The date of the document is not recorded"),
    (APART, {"document_on": "in spring"}, "Cannot tell: the date of the document can't be read"),
    (APART, {"document_on": "2015-06-21"}, "It comes too soon after a visit"),
    (APART, {"document_on": "2015-06-28"}, "It comes long enough after a visit"),
    (APART, {"document_on": "2015-05-28"}, "There is no visit before it"),
    (SEEN, {"ended_on": "in spring"}, "Cannot tell: a date that may have ended the duty can't be read"),
    ({"exists": {"any": [GROUPS]}}, {"ended_on": "in spring"}, "Cannot tell: the date on which the duty ended can't be read"),
    (SEEN, {"started_on": ""}, "Cannot tell whether the limit has passed: the date started is not recorded or can't be read"),
    (SEEN, {"started_on": "2015-06-28"}, "Not yet due: a visit is not recorded, and the limit has not passed"),
    (SEEN, {"started_on": "2015-06-25", "ended_on": "2015-06-27"}, "The duty ended before the limit was reached"),
    (field("document_on", not_before="updated_on"), {"document_on": "2015-01-05"}, "Recorded"),
    (field("document_on", not_after="updated_on"), {"document_on": "2015-01-05"}, "Recorded"),
    (field("document_on", not_before="updated_on"), {"document_on": "2015-01-05", "updated_on": "2015-01-05"}, "Recorded"),
    (field("document_on", not_after="updated_on"), {"document_on": "2015-01-05", "updated_on": "2015-01-05"}, "Recorded"),
    (SAID_BLANK, {"child_views": "All."}, "What the child thinks is not recorded"),
    (SAID_BLANK, {"child_views": "see plan!"}, "What the child thinks is not recorded"),
    (SAID_BLANK, {"child_views": "see plan"}, "Recorded"),
    (SERIES, {"started_on": ""}, "Cannot tell: the date that starts the interval is not recorded"),
    (SERIES, {"started_on": "in spring"}, "Cannot tell: the date that starts the interval can't be read"),
]


@pytest.mark.parametrize(("requires", "row", "reason"), CASES)
def test_why_it_is_so(requires: Mapping[str, Any], row: dict[str, str], reason: str) -> None:
    tables: dict[str, Rows] = {
        "visits": [{"visit_id": "V1", "child_id": "C1", "visited_at": "2015-06-20", "child_seen": ""}],
        "core_groups": [{"core_group_id": "G1", "child_id": "C2", "plan_id": "P2", "held_on": "2015-06-20"}],
    }
    uses = " ".join([f"plans.{name}" for name in FIELDS] + ["visits.visited_at visits.child_seen core_groups.held_on"])
    plan = dict.fromkeys(FIELDS, "") | PLAN | row
    timed = {"limit": limit("5 days")} if requires in (DOCUMENT, VIEWS_BY, APART, SEEN, SERIES) else {}
    found = plans(requires, plan, uses=uses, tables=tables, **timed)["P1"]
    assert found["reason"] == reason


@pytest.mark.parametrize("first", [0, 1, 2, 3])
def test_who_agreed_a_plan_is_not_who_leads_it(first: int) -> None:
    """Whichever of them is written down first; a worker's id keeps its capitals, and who agreed is a text."""
    pairs = [("W1", "W1", "not_met"), ("W1", "", "cannot_tell"), ("", "W1", "not_met"), ("w2", "W1", "met")]
    some = [{**PLAN, "plan_id": f"P{n}", "lead_worker_id": one, "agreed_by": other} for n, (one, other, _) in enumerate(pairs)]
    rows = some[first:] + some[:first]
    found = plans(field("lead_worker_id", not_same_as="agreed_by"), *rows, uses="plans.lead_worker_id plans.agreed_by")
    assert outcomes(found) == {f"P{n}": outcome for n, (_, _, outcome) in enumerate(pairs)}


MEETING = {"conference_id": "K1", "child_id": "C1", "held_at": "2015-06-09", "agencies": "social_care"}


def test_what_two_rows_say_differently_of_who_took_part_cannot_be_read() -> None:
    includes = {"includes": {"at": "held_at", "field": "agencies", "all": ["police"]}}
    rows = [MEETING, MEETING | {"agencies": "police"}]
    found = told("conferences", includes, ["conferences.held_at", "conferences.agencies"], {"children": CHILDREN, "conferences": rows})
    assert (found["K1"]["outcome"], found["K1"]["reason"]) == ("cannot_tell", "Cannot tell: who took part can't be read")


REPORT = {
    "report_id": "T1",
    "child_id": "C1",
    "conference_id": "K1",
    "recipient": "parent",
    "shared_at": "2015-06-01",
    "not_shared_reason": "",
}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"held_at": "in spring"}, "Cannot tell: the date held can't be read"),
        ({"agencies": ""}, "Who took part is not recorded"),
        ({"agencies": "police"}, "Everyone who should take part is recorded"),
        ({"agencies": "social_care"}, "Not recorded as taking part: police"),
        ({"agencies": "yoga"}, "Cannot tell: the record names an agency that is not in the list"),
    ],
)
def test_why_not_everyone_took_part(row: dict[str, str], reason: str) -> None:
    includes = {"includes": {"at": "held_at", "field": "agencies", "all": ["police"], "known": ["social_care"]}}
    needs = ["conferences.held_at", "conferences.agencies"]
    found = told("conferences", includes, needs, {"children": CHILDREN, "conferences": [MEETING | row]})
    assert found["K1"]["reason"] == reason


@pytest.mark.parametrize(
    ("row", "report", "hours", "reason"),
    [
        ({"held_at": "in spring"}, {}, "3 days", "Cannot tell: the date of the meeting can't be read"),
        ({}, {}, "3 days", "Shared with the parent in good time"),
        ({}, {"shared_at": "2015-06-08"}, "3 days", "Shared with the parent too late"),
        ({}, {"shared_at": ""}, "3 days", "A report for the parent has no date on which it was shared"),
        ({}, {"shared_at": "", "not_shared_reason": "harm"}, "3 days", "Not shared with the parent, for a recorded reason"),
        ({}, {"shared_at": "in spring"}, "3 days", "Cannot tell: the date on which a report was shared with the parent can't be read"),
        ({}, {"recipient": "child", "shared_at": ""}, "3 days", "No report is recorded as shared with the parent"),
        ({}, {"recipient": "child"}, "3 days", "Cannot tell: a report does not say whether the parent had it"),
        ({}, {"conference_id": "K2"}, "3 days", "No report is recorded as shared with the parent"),
        (
            {"held_at": "2015-06-09T10:00"},
            {"shared_at": "2015-06-08"},
            "24 hours",
            "Cannot tell: only the day is known, and the hours decide",
        ),
    ],
)
def test_why_a_report_was_not_shared_in_time(row: dict[str, str], report: dict[str, str], hours: str, reason: str) -> None:
    reports = {"table": "conference_reports", "at": "shared_at", "match": "conference_id"}
    before = {
        "before": {"meeting": "held_at", "class": "recipient", "each": ["parent"], "excused": "not_shared_reason", "reports": reports}
    }
    tables: dict[str, Rows] = {
        "children": CHILDREN,
        "conferences": [MEETING | row, {**MEETING, "conference_id": "K2"}],
        "conference_reports": [REPORT | report],
    }
    needs = ["conferences.held_at", *(f"conference_reports.{name}" for name in ("shared_at", "recipient", "not_shared_reason"))]
    assert told("conferences", before, needs, tables, limit=limit(hours))["K1"]["reason"] == reason


@pytest.mark.parametrize(("born", "outcome"), [("1997-06-05", "not_applicable"), ("1997-06-06", "not_met")])
def test_a_report_was_due_where_the_duty_had_not_ended_by_that_day(born: str, outcome: str) -> None:
    """It was due on 6 June, of age or not."""
    reports = {"table": "conference_reports", "at": "shared_at", "match": "conference_id"}
    before = {"before": {"meeting": "held_at", "class": "recipient", "each": ["parent"], "reports": reports}}
    tables: dict[str, Rows] = {
        "children": [{"child_id": "C1", "date_of_birth": born}],
        "conferences": [MEETING],
        "conference_reports": [{**REPORT, "shared_at": "2015-06-08"}],
    }
    needs = ["conferences.held_at", "conference_reports.shared_at", "conference_reports.recipient", "children.date_of_birth"]
    assert outcomes(told("conferences", before, needs, tables, limit=limit("3 days"))) == {"K1": outcome}


# ---- to the day, to the second


@pytest.mark.parametrize(("decided", "outcome"), [("T10:00", "met"), ("T10:00:01", "met"), ("T09:59", "not_met"), ("", "met")])
def test_what_happens_at_one_moment_is_in_order(decided: str, outcome: str) -> None:
    compares = {"compares": {"earlier": "received_at", "later": "decided_at"}}
    found = referrals(compares, {"received_at": "2015-06-01T10:00", "decided_at": f"2015-06-01{decided}"})
    assert outcomes(found) == {"R1": outcome}


@pytest.mark.parametrize(("day", "outcome"), [("2015-06-01", "cannot_tell"), ("2015-06-02", "not_met")])
def test_a_visit_that_may_count_is_a_doubt_on_the_one_day_that_is_left(day: str, outcome: str) -> None:
    tables: dict[str, Rows] = {
        "children": CHILDREN,
        "referrals": [REFERRAL | {"received_at": "2015-06-01T10:00"}],
        "visits": [{"visit_id": "V1", "child_id": "C1", "visited_at": day, "child_seen": ""}],
    }
    within = {"within": {"trigger": "received_at", "event": VISITS | {"where": {"child_seen": "yes"}}}}
    needs = ["referrals.received_at", "visits.visited_at", "visits.child_seen"]
    assert outcomes(told("referrals", within, needs, tables, limit=limit("1 hours"))) == {"R1": outcome}


def test_what_is_due_today_and_done_today_lies_not_ahead() -> None:
    tables: dict[str, Rows] = {
        "children": CHILDREN,
        "reviews": [{"review_id": "V1", "child_id": "C1", "due_on": "2015-06-30", "held_on": "2015-06-30"}],
    }
    within = {"within": {"trigger": "due_on", "event": "held_on"}}
    assert outcomes(told("reviews", within, ["reviews.due_on", "reviews.held_on"], tables, limit=limit("5 days"))) == {"V1": "met"}


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("2015-05-30", "2015-06-04T10:00", "not_applicable"),  # on or before the due moment
        ("2015-05-30", "2015-06-04T10:00:01", "not_met"),
        ("2015-05-30", "2015-06-04", "cannot_tell"),
        ("", "2015-06-02", "not_met"),
    ],
)
def test_a_duty_passes_on_to_an_episode_that_begins_by_its_last_moment(first: str, second: str, outcome: str) -> None:
    begins = {"M1": first, "M2": second}
    episodes = [
        {"missing_id": name, "child_id": "C1", "went_missing_at": day, "returned_at": "2015-06-01T10:00", "interviewed_at": ""}
        for name, day in begins.items()
    ]
    within = {"within": {"trigger": "returned_at", "event": "interviewed_at", "passes_on": "went_missing_at"}}
    needs = [f"missing_episodes.{name}" for name in ("went_missing_at", "returned_at", "interviewed_at")]
    found = told("missing_episodes", within, needs, {"children": CHILDREN, "missing_episodes": episodes}, limit=limit("72 hours"))
    assert found["M1"]["outcome"] == outcome


@pytest.mark.parametrize(("document", "over"), [("2015-01-10", None), ("2015-01-11", None), ("2015-01-14", 3)])
def test_what_comes_late_by_a_weekend_is_late_by_no_working_day(document: str, over: int | None) -> None:
    """It was due on Friday, 9 January."""
    within = {"within": {"trigger": "started_on", "event": "document_on"}}
    plan = {**PLAN, "document_on": document}
    found = plans(within, plan, uses="plans.document_on", limit=limit("4 working days"))["P1"]
    assert (found["outcome"], found["over"]) == ("not_met", over)


# ---- series


@pytest.mark.parametrize(
    ("plan", "visited", "said"),
    [
        ({}, "2015-01-05", {"V1": "The next visit is not recorded, and the limit has passed"}),  # on the day that the plan began
        ({}, "2015-01-04", {}),
        ({"ended_on": "2015-06-20"}, "2015-06-20", {"V1": "The duty ended before the limit was reached"}),
        ({"ended_on": "2015-06-19"}, "2015-06-20", {}),
    ],
)
def test_which_visits_are_of_a_plan(plan: dict[str, str], visited: str, said: dict[str, str]) -> None:
    visits: dict[str, Rows] = {"visits": [{"visit_id": "V1", "child_id": "C1", "visited_at": visited}]}
    uses = "visits.visited_at plans.ended_on"
    found = plans({"recurs": {"of": VISITS}}, {**PLAN, "ended_on": "", **plan}, uses=uses, tables=visits, limit=limit("5 days"))
    assert {name: row["reason"] for name, row in found.items()} == said


def test_a_plan_that_began_today_begins_an_interval() -> None:
    visits: dict[str, Rows] = {"visits": [{"visit_id": "V1", "child_id": "C2", "visited_at": "2015-06-20"}]}
    series = {"recurs": {"of": VISITS, "starts": "started_on"}}
    for day, said in (("2015-06-30", {"P1": "not_yet_due"}), ("2015-07-01", {})):
        found = plans(series, {**PLAN, "started_on": day}, uses="visits.visited_at", tables=visits, limit=limit("5 days"))
        assert outcomes(found) == said


@pytest.mark.parametrize(("anchors", "enough"), [("all", 1), ("first", 1), ("later", 2)])
@pytest.mark.parametrize("doubtful", [1, 2, 3])
def test_with_visits_that_may_count_alone_an_interval_may_have_begun(anchors: str, enough: int, doubtful: int) -> None:
    seen = VISITS | {"where": {"child_seen": "yes"}}
    visits: dict[str, Rows] = {
        "visits": [{"visit_id": f"V{n}", "child_id": "C1", "visited_at": f"2015-06-{10 + n}", "child_seen": ""} for n in range(doubtful)]
    }
    uses = "visits.visited_at visits.child_seen"
    found = plans({"recurs": {"of": seen, "anchors": anchors}}, uses=uses, tables=visits, limit=limit("5 days"))
    assert outcomes(found) == ({"P1": "cannot_tell"} if doubtful >= enough else {})


def test_a_group_before_its_plan_that_may_count_may_begin_an_interval() -> None:
    attended = {"table": "core_groups", "at": "held_on", "match": "plan_id", "where": {"parent_attended": "yes"}}
    held = {"core_group_id": "G1", "child_id": "C1", "plan_id": "P1", "held_on": "2015-01-04", "parent_attended": ""}
    uses = "core_groups.held_on core_groups.parent_attended"
    found = plans({"recurs": {"of": attended}}, uses=uses, tables={"core_groups": [held]}, limit=limit("5 days"))
    assert outcomes(found) == {"P1": "cannot_tell"}


@pytest.mark.parametrize(
    ("started", "coverage", "outcome"),
    [
        ("2015-01-05", "complete", "not_met"),
        ("", "complete", "not_met"),
        ("2015-01-05", "since 2015-01-05", "not_met"),
        ("2015-01-05", "since 2015-01-06", "cannot_tell"),
        ("", "since 2015-01-06", "cannot_tell"),
    ],
)
def test_which_visit_was_the_first_is_known_as_far_back_as_the_export_reaches(started: str, coverage: str, outcome: str) -> None:
    visits: dict[str, Rows] = {"visits": [{"visit_id": "V1", "child_id": "C1", "visited_at": "2015-06-20"}]}
    first = {"recurs": {"of": VISITS, "anchors": "first"}}
    plan = {**PLAN, "started_on": started}
    found = plans(first, plan, uses="visits.visited_at", tables=visits, limit=limit("5 days"), coverage={"visits": coverage})
    assert outcomes(found) == {"V1": outcome}


# ---- who is asked

REFERRALS: Rows = [{"referral_id": name, "child_id": "C1"} for name in ("R1", "R2")]


@pytest.mark.parametrize(
    ("where", "plan", "child", "reason"),
    [
        ({"kind": "care"}, {}, {}, "Outside this check, by kind"),
        ({"kind": "care"}, {"kind": "???"}, {}, "Cannot tell whether this check applies: kind can't be read"),
        ({"any": [{"kind": "care"}, {"end_reason": "moved"}]}, {}, {}, "Outside this check, by its population"),
        ({"none": [{"kind": "child_in_need"}]}, {}, {}, "Outside this check, by its population"),
        ({"document_on": {"after": "started_on"}}, {"document_on": "2015-01-05"}, {}, "Outside this check, by document on"),
        ({"document_on": {"after": "started_on"}}, {"document_on": "2015-01-06"}, {}, ""),
        ({"document_on": {"by": "started_on"}}, {"document_on": "2015-01-05"}, {}, ""),
        ({"document_on": {"by": "started_on"}}, {"document_on": "2015-01-06"}, {}, "Outside this check, by document on"),
        ({"unborn": "started_on"}, {}, {"date_of_birth": "2015-01-05"}, "Outside this check, by unborn"),
        ({"unborn": "started_on"}, {}, {"date_of_birth": "2015-01-06"}, ""),
        ({"unborn": "started_on"}, {}, {"date_of_birth": "", "expected_birth_date": ""}, "Outside this check, by unborn"),
        ({"unborn": "started_on"}, {}, {"date_of_birth": "", "expected_birth_date": "2015-01-06"}, ""),
        ({"unborn": "started_on"}, {}, {"expected_birth_date": "soon"}, "Cannot tell whether this check applies: unborn can't be read"),
        ({"unborn": "started_on"}, {}, {"date_of_birth": "in May"}, "Cannot tell whether this check applies: unborn can't be read"),
        ({"unborn": "document_on"}, {}, {"date_of_birth": "2015-01-06"}, "Cannot tell whether this check applies: unborn can't be read"),
        ({"under_age": {"years": 6, "on": "started_on"}}, {}, {"date_of_birth": "2009-01-05"}, "Outside this check, by under age"),
        ({"under_age": {"years": 6, "on": "started_on"}}, {}, {"date_of_birth": "2009-01-06"}, ""),
        ({"under_age": {"years": 6, "on": "started_on"}}, {}, {"date_of_birth": "2015-01-05"}, ""),
        ({"under_age": {"years": 6, "on": "started_on"}}, {}, {"date_of_birth": "2015-01-06"}, "Outside this check, by under age"),
        ({"first_in": "referral_id"}, {"referral_id": "R1", "started_on": "2015-06-30"}, {}, ""),
        ({"first_in": "referral_id"}, {"referral_id": "R1", "started_on": "2015-07-01"}, {}, None),
        ({"first_in": "referral_id"}, {"referral_id": "R1", "started_on": ""}, {}, "Outside this check, by first in"),
        ({"first_in": "referral_id"}, {"referral_id": ""}, {}, "Outside this check, by first in"),
        ({"first_in": "referral_id"}, {"referral_id": "R9"}, {}, "Cannot tell whether this check applies: first in can't be read"),
        ({"first_in": "referral_id"}, {"referral_id": "R9", "started_on": ""}, {}, "Outside this check, by first in"),
    ],
)
def test_who_is_asked(where: dict[str, Any], plan: dict[str, str], child: dict[str, str], reason: str | None) -> None:
    """What is said of a plan in the population: that its views are recorded. A plan that lies ahead is none yet."""
    states = {"states": {"all": [{"field": "child_views"}]}}
    rows = {**PLAN, "child_views": "glad", "document_on": "", "end_reason": "", "referral_id": "", **plan}
    tables: dict[str, Rows] = {
        "children": [{"child_id": "C1", "date_of_birth": "", "expected_birth_date": "", **child}],
        "referrals": REFERRALS,
    }
    uses = "plans.child_views plans.document_on plans.end_reason plans.referral_id plans.kind"
    found = plans(states, rows, uses=f"{uses} children.date_of_birth children.expected_birth_date", tables=tables, where=where)
    assert {name: row["reason"] for name, row in found.items()} == ({} if reason is None else {"P1": reason or "Recorded"})


def test_of_two_exemptions_the_first_is_told() -> None:
    states = {"states": {"all": [{"field": "child_views"}]}}
    unless = [{"when": {"kind": kind}, "because": because} for kind, because in (("care", "of care"), ("child_in_need", "of need"))]
    unless.append({"when": {"started_on": {"blank": "false"}}, "because": "of a start"})
    found = plans(states, {**PLAN, "child_views": ""}, uses="plans.child_views plans.kind", unless=unless)["P1"]
    assert found["outcome"] == "not_applicable" and "of need" in found["reason"]
