"""What an export does not hold: records from before it reaches back, all but the latest, whole tables; and records that are nobody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from running import Rows, export_of
from telling import Told, figure, outcomes, told

from auditcheck.casefile import CaseFile
from auditcheck.checks.carried import not_carried
from auditcheck.checks.figure import Figure
from auditcheck.rulebook import RulebookError

CHILDREN = [{"child_id": "C1"}, {"child_id": "C2"}]
PLAN = {"plan_id": "P1", "child_id": "C1", "kind": "child_in_need", "started_on": "2015-01-05"}
VISIT = {"visit_id": "V1", "child_id": "C1", "visited_at": "2015-06-20"}
GROUP = {"core_group_id": "G1", "child_id": "C1", "plan_id": "P1", "held_on": "2015-02-01", "parent_attended": "yes"}
CONFERENCE = {"conference_id": "K1", "child_id": "C1", "held_at": "2015-06-10", "plan_id": ""}
ACTION = {"action_id": "A1", "child_id": "C1", "plan_id": "P1", "status": "open"}
VISITS = {"table": "visits", "at": "visited_at", "match": "child_id"}
GROUPS = {"table": "core_groups", "at": "held_on", "match": "plan_id"}
ACTIONS = {"table": "plan_actions", "match": "plan_id", "where": {"status": "open"}}
FIVE_DAYS = [{"from": "2010-01-01", "is": "5 days"}]


def plans(requires: Mapping[str, Any], *some: Mapping[str, str], uses: str = "", **tables: Any) -> Told:
    """What is said of plans: all else that is given are tables, but ``coverage``, ``limit``, ``where`` and ``ends``."""
    more = {name: tables.pop(name) for name in ("coverage", "limit", "where", "ends", "unless") if name in tables}
    if uses:
        more["uses"] = uses.split()
    rows: dict[str, Rows] = {"children": CHILDREN, "plans": some or [PLAN], **tables}
    return told("plans", requires, ["plans.started_on"], rows, **more)


# ---- absent


@pytest.mark.parametrize(
    ("source", "began", "since", "outcome"),
    [
        (ACTIONS, "2015-01-05", "2015-01-05", "met"),  # what hangs on a plan is no older than the plan
        (ACTIONS, "2015-01-05", "2015-01-06", "cannot_tell"),
        (ACTIONS, "in spring", "2015-01-05", "cannot_tell"),
        ({**GROUPS, "pick": "last", "where": {"parent_attended": "no"}}, "2015-01-05", "2015-01-05", "cannot_tell"),
        (ACTIONS, "2015-01-05", "2015-03-01", "cannot_tell"),
        (ACTIONS, "2015-03-02", "2015-03-02", "cannot_tell"),  # the day that is asked about lies before it
    ],
)
def test_that_none_stands_is_known_as_far_back_as_the_export_reaches(source: dict[str, Any], began: str, since: str, outcome: str) -> None:
    plan = {**PLAN, "started_on": began, "ended_on": "2015-03-01"}
    others = {"child_id": "C2", "plan_id": "P2"}
    found = plans(
        {"absent": {**source, "when": "ended_on"}},
        plan,
        uses="plans.ended_on plan_actions.status core_groups.held_on core_groups.parent_attended",
        plan_actions=[{**ACTION, **others}],
        core_groups=[{**GROUP, **others}],
        coverage={source["table"]: f"since {since}"},
    )
    assert outcomes(found) == {"P1": outcome}


@pytest.mark.parametrize(
    ("held", "coverage", "outcome"),
    [
        ("2015-02-01", "latest_only", "met"),
        ("2015-03-02", "latest_only", "cannot_tell"),
        ("2015-03-01", "since 2015-03-01", "met"),
        ("2015-03-01", "since 2015-03-02", "cannot_tell"),
    ],
)
def test_the_latest_record_is_seen_where_only_the_latest_are_held(held: str, coverage: str, outcome: str) -> None:
    absent = {**GROUPS, "when": "ended_on", "pick": "last", "where": {"parent_attended": "no"}}
    found = plans(
        {"absent": absent},
        {**PLAN, "ended_on": "2015-03-01"},
        uses="plans.ended_on core_groups.held_on core_groups.parent_attended",
        core_groups=[{**GROUP, "held_on": held}],
        coverage={"core_groups": coverage},
    )
    assert outcomes(found) == {"P1": outcome}


def test_which_of_two_records_of_the_last_day_is_the_last_cannot_be_told_where_they_differ() -> None:
    """P2 has no group at all, P3 one; P1 and P4 have two of one day, who differ."""
    groups = [
        GROUP,
        {**GROUP, "core_group_id": "G2", "parent_attended": "no"},
        {**GROUP, "core_group_id": "G3", "plan_id": "P3"},
        {**GROUP, "core_group_id": "G4", "plan_id": "P4"},
        {**GROUP, "core_group_id": "G5", "plan_id": "P4", "parent_attended": "no"},
    ]
    some = [{**PLAN, "plan_id": name, "ended_on": "2015-03-01"} for name in ("P1", "P2", "P3", "P4")]
    absent = {"absent": {**GROUPS, "when": "ended_on", "pick": "last", "where": {"parent_attended": "no"}}}
    uses = "plans.ended_on core_groups.held_on core_groups.parent_attended"
    for rows in (some, some[::-1], some[1:] + some[:1]):
        found = plans(absent, *rows, uses=uses, core_groups=groups)
        assert outcomes(found) == {"P1": "cannot_tell", "P2": "met", "P3": "met", "P4": "cannot_tell"}


def test_of_two_that_stand_the_first_is_shown() -> None:
    actions = [ACTION, {**ACTION, "action_id": "A2"}]
    absent = {"absent": {**ACTIONS, "when": "ended_on"}}
    found = plans(absent, {**PLAN, "ended_on": "2015-03-01"}, uses="plans.ended_on plan_actions.status", plan_actions=actions)
    assert (found["P1"]["outcome"], found["P1"]["event"]) == ("not_met", "A1")


@pytest.mark.parametrize(("since", "outcome"), [("2015-06-20", "not_met"), ("2015-06-21", "cannot_tell")])
def test_that_nothing_recent_is_there_is_known_as_far_back_as_the_export_reaches(since: str, outcome: str) -> None:
    exists = {"exists": {"any": [VISITS], "recent": "limit"}}
    ten = [{"from": "2010-01-01", "is": "10 days"}]
    others = [{**VISIT, "child_id": "C2"}]
    found = plans(exists, uses="visits.visited_at", visits=others, limit=ten, coverage={"visits": f"since {since}"})
    assert outcomes(found) == {"P1": outcome}


@pytest.mark.parametrize(
    ("match", "began", "coverage", "outcome"),
    [
        ("plan_id", "2015-01-05", "complete", "not_met"),
        ("plan_id", "2015-01-05", "since 2015-01-05", "not_met"),
        ("plan_id", "2015-01-05", "since 2015-01-06", "cannot_tell"),
        ("plan_id", "in spring", "since 2015-01-05", "cannot_tell"),
        ("plan_id", "in spring", "complete", "not_met"),
        ("child_id", "2015-01-05", "since 2015-01-05", "cannot_tell"),
        ("child_id", "2015-01-05", "complete", "not_met"),
        ("plan_id", "2015-01-05", "latest_only", "cannot_tell"),
    ],
)
def test_that_no_action_is_there_is_known_as_far_back_as_the_export_reaches(match: str, began: str, coverage: str, outcome: str) -> None:
    exists = {"exists": {"any": [{**ACTIONS, "match": match}]}}
    others = [{**ACTION, "child_id": "C2", "plan_id": "P2"}]
    plan, uses = {**PLAN, "started_on": began}, "plan_actions.status"
    assert outcomes(plans(exists, plan, uses=uses, plan_actions=others, coverage={"plan_actions": coverage})) == {"P1": outcome}


@pytest.mark.parametrize(
    ("visited", "seen", "coverage", "outcome"),
    [
        ("2015-06-25", "no", "complete", "not_met"),
        ("2015-06-25", "no", "latest_only", "cannot_tell"),  # the one before it may have been within the ten days
        ("2015-06-20", "no", "latest_only", "not_met"),
        ("2015-06-20", "yes", "latest_only", "met"),
        ("2015-06-19", "yes", "latest_only", "not_met"),
        ("in spring", "no", "latest_only", "cannot_tell"),
    ],
)
def test_the_latest_visit_may_hide_another_that_counts(visited: str, seen: str, coverage: str, outcome: str) -> None:
    exists = {"exists": {"any": [{**VISITS, "where": {"child_seen": "yes"}}], "recent": "limit"}}
    ten, uses = [{"from": "2010-01-01", "is": "10 days"}], "visits.visited_at visits.child_seen"
    visits = [{**VISIT, "visited_at": visited, "child_seen": seen}]
    found = plans(exists, uses=uses, visits=visits, limit=ten, coverage={"visits": coverage})
    assert outcomes(found) == {"P1": outcome}


# ---- alone, apart, recurs


@pytest.mark.parametrize(
    ("coverage", "outcome"),
    [("complete", "met"), ("since 2015-01-05", "met"), ("since 2015-01-06", "cannot_tell"), ("latest_only", "cannot_tell")],
)
def test_that_a_plan_stands_alone_is_known_as_far_back_as_the_export_reaches(coverage: str, outcome: str) -> None:
    found = plans({"alone": {"starts": "started_on", "ends": "ended_on"}}, uses="plans.ended_on", coverage={"plans": coverage})
    assert outcomes(found) == {"P1": outcome}


def test_a_plan_of_nobody_stands_beside_no_other() -> None:
    alone = {"alone": {"starts": "started_on", "ends": "ended_on"}}
    nobodys = {**PLAN, "plan_id": "P2", "child_id": ""}
    assert outcomes(plans(alone, nobodys, uses="plans.ended_on")) == {}
    assert outcomes(plans(alone, PLAN, nobodys, uses="plans.ended_on")) == {"P1": "met"}
    both = plans(alone, nobodys, PLAN, {**PLAN, "plan_id": "P3", "started_on": "2015-02-05"}, uses="plans.ended_on")
    assert {name: (row["outcome"], row["event"], row["over"]) for name, row in both.items()} == {
        "P1": ("met", "", None),
        "P3": ("not_met", "P1", None),
    }


def test_a_duty_that_goes_on_after_the_last_involvement_was_closed_begins_anew() -> None:
    days = {"G1": "2015-02-01", "G2": "2015-02-26", "G3": "2015-03-01", "G4": "2015-03-10"}
    expected = {"G1": "not_met", "G2": "met", "G3": "not_applicable", "G4": "not_met"}
    for some in (["G1", "G2", "G3", "G4"], ["G4"]):
        groups = [{**GROUP, "core_group_id": name, "held_on": days[name]} for name in some]
        plan, uses = {**PLAN, "ended_on": "2015-03-01"}, "plans.ended_on core_groups.held_on"
        found = plans({"recurs": {"of": GROUPS}}, plan, uses=uses, core_groups=groups, limit=FIVE_DAYS, ends=["child"])
        assert outcomes(found) == {name: expected[name] for name in some}
    without = [{**GROUP, "core_group_id": name, "held_on": days[name]} for name in ("G1", "G2", "G4")]
    found = plans({"recurs": {"of": GROUPS}}, plan, uses=uses, core_groups=without, limit=FIVE_DAYS, ends=["child"])
    assert outcomes(found) == {"G1": "not_met", "G2": "not_applicable", "G4": "not_met"}


@pytest.mark.parametrize(("day", "outcome"), [("2015-05-01", "not_met"), ("2015-06-01", "not_met"), ("2015-06-02", "cannot_tell")])
def test_of_the_latest_groups_one_of_a_plan_that_is_not_there_hides_what_came_before_it(day: str, outcome: str) -> None:
    groups = [{**GROUP, "held_on": "2015-06-01"}, {**GROUP, "core_group_id": "G2", "plan_id": "P9", "held_on": day}]
    coverage = {"core_groups": "latest_only"}
    found = plans({"recurs": {"of": GROUPS}}, uses="core_groups.held_on", core_groups=groups, limit=FIVE_DAYS, coverage=coverage)
    assert outcomes(found) == {"G1": outcome}


@pytest.mark.parametrize(("kind", "expected"), [("child_in_need", {"P1": "cannot_tell"}), ("???", {}), ("care", {})])
def test_a_group_of_a_plan_that_is_not_there_may_be_of_a_plan_that_is_surely_asked(kind: str, expected: dict[str, str]) -> None:
    groups, uses = [{**GROUP, "plan_id": "P9"}], "core_groups.held_on plans.kind"
    where = {"kind": "child_in_need"}
    found = plans({"recurs": {"of": GROUPS}}, {**PLAN, "kind": kind}, uses=uses, core_groups=groups, limit=FIVE_DAYS, where=where)
    assert outcomes(found) == expected


@pytest.mark.parametrize(("coverage", "outcome"), [("complete", "not_met"), ("latest_only", "cannot_tell")])
@pytest.mark.parametrize("day", ["2015-06-01T12:00", "2015-06-02T12:00"])
def test_the_latest_visit_may_hide_one_that_was_in_time_on_its_day(coverage: str, outcome: str, day: str) -> None:
    tables: dict[str, Rows] = {
        "children": CHILDREN,
        "referrals": [{"referral_id": "R1", "child_id": "C1", "received_at": "2015-06-01T10:00"}],
        "visits": [{**VISIT, "visited_at": day}],
    }
    within = {"within": {"trigger": "received_at", "event": VISITS}}
    limit = [{"from": "2010-01-01", "is": "1 hours"}]
    found = told("referrals", within, ["referrals.received_at", "visits.visited_at"], tables, limit=limit, coverage={"visits": coverage})
    assert outcomes(found) == {"R1": outcome}


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ({}, ""),
        ({"where": {"kind": "review"}}, ""),
        ({"where": {"kind": ["initial", "review"]}}, ""),
        ({"where": {"kind": ["transfer_in", "initial"]}}, "kind missing: conferences (initial or transfer_in)"),
        ({"where": {"kind": "initial"}}, "kind missing: conferences (initial)"),
        ({"where": {"kind": {"not": ["initial"]}}}, ""),
        ({"where": {"kind": {"not": ["review", "initial"]}}}, "kind missing: conferences"),
        ({"where": {"kind": {"blank": "true"}}}, ""),
        ({"where": {"kind": "initial"}, "table": "visits"}, "table missing: visits"),
        ({"where": {"kind": "initial"}, "table": "plans"}, "field missing: plans.kind"),
        ({"where": {"kind": {"not": ["initial"]}}, "table": "plans"}, ""),
        ({"at": "minutes_sent_on"}, "field missing: conferences.minutes_sent_on"),
    ],
)
def test_what_an_export_that_holds_only_some_kinds_can_show(source: dict[str, Any], why: str) -> None:
    """It holds conferences, and says that they are reviews."""
    rows: dict[str, Rows] = {"conferences": [{**CONFERENCE, "kind": "review"}], "plans": [{"plan_id": "P1"}]}
    held = CaseFile.of(replace(export_of(rows), kinds={"conferences": frozenset({"review"})}))
    assert not_carried(held, {"table": "conferences", **source}) == why


@pytest.mark.parametrize(("day", "outcome"), [("2015-06-04", "cannot_tell"), ("2015-06-05", "met"), ("2015-06-06", "met")])
def test_that_it_does_not_come_too_soon_is_known_as_far_back_as_the_export_reaches(day: str, outcome: str) -> None:
    apart = {"apart": {"at": "document_on", "after": VISITS}}
    uses, coverage = "plans.document_on visits.visited_at", {"visits": "since 2015-06-01"}
    found = plans(apart, {**PLAN, "document_on": day}, uses=uses, visits=[VISIT], limit=FIVE_DAYS, coverage=coverage)
    assert outcomes(found) == {"P1": outcome}


def test_how_far_apart_beyond_every_calendar_cannot_be_told() -> None:
    apart = {"apart": {"at": "document_on", "after": VISITS}}
    beyond = [{"from": "2010-01-01", "is": "9000 working days"}]
    some = [{**PLAN, "document_on": day, "plan_id": name} for name, day in (("P1", "2015-06-19"), ("P2", "2015-06-25"))]
    found = plans(apart, *some, uses="plans.document_on visits.visited_at", visits=[VISIT], limit=beyond)
    assert outcomes(found) == {"P1": "met", "P2": "cannot_tell"}


# ---- of nobody, and of nothing


@pytest.mark.parametrize(("status", "outcome"), [("open", "met"), ("completed", "not_met")])
def test_an_action_without_a_child_belongs_to_the_child_of_its_plan(status: str, outcome: str) -> None:
    exists = {"exists": {"any": [{**ACTIONS, "match": "child_id"}]}}
    found = plans(exists, uses="plan_actions.status", plan_actions=[{**ACTION, "child_id": "", "status": status}])
    assert outcomes(found) == {"P1": outcome}


@pytest.mark.parametrize(("child", "outcome"), [("C1", "cannot_tell"), ("C2", "not_met"), ("", "not_met")])
def test_an_action_of_a_plan_that_is_not_there_may_be_of_any_plan_of_its_child(child: str, outcome: str) -> None:
    actions = [{**ACTION, "child_id": child, "plan_id": "P9"}]
    assert outcomes(plans({"exists": {"any": [ACTIONS]}}, uses="plan_actions.status", plan_actions=actions)) == {"P1": outcome}


@pytest.mark.parametrize(
    ("day", "outcome"), [("2015-01-04", "not_met"), ("2015-01-05", "met"), ("2015-03-01", "met"), ("2015-03-02", "not_met")]
)
def test_a_group_that_names_no_plan_is_of_the_plan_up_to_the_day_that_it_ended(day: str, outcome: str) -> None:
    group = {"exists": {"any": [{**GROUPS, "where": {"parent_attended": "yes"}}]}}
    held = [{**GROUP, "plan_id": "", "held_on": day}]
    uses = "core_groups.held_on core_groups.parent_attended plans.ended_on"
    assert outcomes(plans(group, {**PLAN, "ended_on": "2015-03-01"}, uses=uses, core_groups=held)) == {"P1": outcome}


def test_where_no_plan_can_have_begun_a_group_that_names_none_is_of_none() -> None:
    group = {**GROUP, "plan_id": ""}
    found = plans({"exists": {"any": [GROUPS]}}, {**PLAN, "started_on": "in spring"}, uses="core_groups.held_on", core_groups=[group])
    assert outcomes(found) == {"P1": "not_met"}


@pytest.mark.parametrize("lost", [None, [], [{**PLAN, "plan_id": "P8"}]], ids=["no table", "no plans", "another plan"])
@pytest.mark.parametrize("referrals", [None, [], [{"referral_id": "R1", "child_id": "C1", "received_at": "2015-01-05"}]])
def test_a_reference_that_is_blank_is_told_from_one_that_leads_nowhere(lost: Rows | None, referrals: Rows | None) -> None:
    compares = {"compares": {"earlier": "plan_id.referral_id.received_at", "later": "held_at", "no_earlier": "not_met"}}
    tables: dict[str, Rows] = {
        "children": CHILDREN,
        "conferences": [CONFERENCE, {**CONFERENCE, "conference_id": "K2", "plan_id": "P9"}],
    }
    tables |= {name: rows for name, rows in (("plans", lost), ("referrals", referrals)) if rows is not None}
    uses = ["plans.referral_id", "conferences.plan_id", "referrals.received_at"]
    found = told("conferences", compares, ["conferences.held_at"], tables, uses=uses)
    assert outcomes(found) == {"K1": "not_met", "K2": "cannot_tell"}


@pytest.mark.parametrize("plans_", [None, [], [PLAN]], ids=["no table", "no plans", "a plan"])
def test_what_a_record_says_by_a_reference_that_is_blank_is_not_recorded(plans_: Rows | None) -> None:
    states = {"states": {"all": [{"field": "plan_id.end_reason"}]}}
    tables: dict[str, Rows] = {"children": CHILDREN, "conferences": [CONFERENCE, {**CONFERENCE, "conference_id": "K2", "plan_id": "P9"}]}
    if plans_ is not None:
        tables["plans"] = plans_
    found = told("conferences", states, ["conferences.held_at"], tables, uses=["plans.end_reason", "conferences.plan_id"])
    assert outcomes(found) == {"K1": "not_met", "K2": "cannot_tell"}


@pytest.mark.parametrize("plans_", [None, [], [PLAN]], ids=["no table", "no plans", "a plan"])
def test_the_interval_of_a_plan_that_is_not_there_cannot_be_read(plans_: Rows | None) -> None:
    within = {"within": {"trigger": "held_at", "event": "minutes_sent_on"}}
    tables: dict[str, Rows] = {"children": CHILDREN, "conferences": [CONFERENCE, {**CONFERENCE, "conference_id": "K2", "plan_id": "P9"}]}
    if plans_ is not None:
        tables["plans"] = plans_
    uses = ["conferences.minutes_sent_on", "plans.visit_every", "conferences.plan_id"]
    found = told("conferences", within, ["conferences.held_at"], tables, uses=uses, limit={"field": "plan_id.visit_every"})
    assert {name: row["reason"] for name, row in found.items()} == {
        "K1": "Cannot tell: no interval on the record and no local standard for it",
        "K2": "Cannot tell: the interval on the record can't be read",
    }


@pytest.mark.parametrize("referrals", [None, [], [{"referral_id": "R1", "child_id": "C1"}]], ids=["no table", "no referrals", "a referral"])
def test_that_two_are_not_the_same_cannot_be_told_of_a_referral_that_is_not_there(referrals: Rows | None) -> None:
    states = {"states": {"all": [{"field": "lead_worker_id", "not_same_as": "referral_id.worker_id"}]}}
    some = [{**PLAN, "plan_id": f"P{n}", "lead_worker_id": "W1", "referral_id": name} for n, name in enumerate(["", "R9"])]
    tables = {} if referrals is None else {"referrals": referrals}
    found = plans(states, *some, uses="plans.lead_worker_id plans.referral_id referrals.worker_id", **tables)
    assert outcomes(found) == {"P0": "cannot_tell", "P1": "cannot_tell"}


@pytest.mark.parametrize(("other", "outcome"), [("W1", "not_met"), ("w1", "met"), ("W2", "met")])
def test_two_ids_that_differ_in_capitals_are_two(other: str, outcome: str) -> None:
    states = {"states": {"all": [{"field": "lead_worker_id", "not_same_as": "referral_id.worker_id"}]}}
    referrals = [{"referral_id": "R1", "child_id": "C1", "worker_id": other}]
    plan = {**PLAN, "lead_worker_id": "W1", "referral_id": "R1"}
    found = plans(states, plan, uses="plans.lead_worker_id plans.referral_id referrals.worker_id", referrals=referrals)
    assert outcomes(found) == {plan["plan_id"]: outcome}


@pytest.mark.parametrize("referral", ["R1", "R2"])
def test_beside_a_plan_whose_day_cannot_be_read_none_is_surely_the_first(referral: str) -> None:
    some = [{**PLAN, "referral_id": referral}, {**PLAN, "plan_id": "P2", "referral_id": referral, "started_on": "in spring"}]
    other = {**PLAN, "plan_id": "P3", "referral_id": "R1" if referral == "R2" else "R2"}
    tables = {
        "referrals": [{"referral_id": name, "child_id": "C1"} for name in ("R1", "R2")],
        "visits": [{**VISIT, "child_id": "C9"}],
    }
    uses = "plans.referral_id visits.visited_at"
    found = plans({"exists": {"any": [VISITS]}}, *some, other, uses=uses, where={"first_in": "referral_id"}, **tables)
    assert outcomes(found) == {"P1": "cannot_tell", "P2": "cannot_tell", "P3": "not_met"}


@pytest.mark.parametrize("child", ["", "C1"])
def test_what_a_worker_who_is_not_there_did_is_no_other_workers(child: str) -> None:
    said = {"share": {"counts": {"had": {"table": "supervisions", "at": "held_on", "match": "worker_id"}}}}
    tables: dict[str, Rows] = {
        "children": CHILDREN,
        "workers": [{"worker_id": "W1"}],
        "supervisions": [{"supervision_id": "S1", "child_id": child, "worker_id": "W9", "held_on": "2015-06-01"}],
    }
    found = figure("workers", said, ["supervisions.held_on", "supervisions.worker_id"], tables)
    assert isinstance(found, Figure) and (found.numerator, found.denominator, found.unknown) == (0, 1, 0)


@pytest.mark.parametrize("kind", ["???", "child_protection", ""])
def test_a_plan_that_began_after_the_first_of_its_referral_is_not_the_first_whatever_its_kind(kind: str) -> None:
    first = {**PLAN, "referral_id": "R1", "kind": "child_protection"}
    tables = {"referrals": [{"referral_id": "R1", "child_id": "C1"}], "visits": [{**VISIT, "child_id": "C9"}]}
    where = {"first_in": "referral_id", "kind": "child_protection"}
    uses = "plans.kind plans.referral_id visits.visited_at"
    later = {**first, "plan_id": "P2", "started_on": "2015-02-05", "kind": kind}
    found = plans({"exists": {"any": [VISITS]}}, first, later, uses=uses, where=where, **tables)
    assert outcomes(found) == {"P1": "not_met", "P2": "not_applicable"}


@pytest.mark.parametrize("table", ["workers", "posts", "establishment"])
def test_a_rule_that_finds_something_of_nobodys_records_is_refused(table: str) -> None:
    with pytest.raises(RulebookError, match=f"'{table}' are no child's records, of which nothing can be found"):
        told(table, {"states": {"all": [{"field": "role"}]}}, [f"{table}.role"], {"children": CHILDREN, table: []})
