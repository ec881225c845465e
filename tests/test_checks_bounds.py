"""The checks at their bounds, by invented rules over a few rows: several sources, windows of exports, records without a day or an owner."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from running import Rows, export_of
from telling import Told, outcomes, told

from auditcheck import clock
from auditcheck.casefile import CaseFile
from auditcheck.checks.figure import exactly
from auditcheck.checks.scope import in_order

CHILD = [{"child_id": "C1"}]
PLAN = {"plan_id": "P1", "child_id": "C1", "kind": "child_in_need", "started_on": "2015-01-05"}
VISIT = {"visit_id": "V1", "child_id": "C1", "visited_at": "2015-06-20"}
ACTION = {"action_id": "A1", "child_id": "C1", "plan_id": "P1", "action": "Ring the school"}
#: Open; four days after the visit, five days after it, before it; unreadable.
DAYS = ("", "2015-06-24", "2015-06-25", "2015-06-19", "in June")
VISITS = {"table": "visits", "at": "visited_at", "match": "child_id"}
ACTIONS = {"table": "plan_actions", "match": "plan_id"}


def exists(*any_: Mapping[str, Any], plans: Rows = (PLAN,), recent: str = "", tables: Mapping[str, Rows], **more: Any) -> Told:
    requires = {"exists": {"any": list(any_)} | ({"recent": "recent"} if recent else {})}
    settings: dict[str, Any] = {"settings": {"recent": recent}} if recent else {}
    settings["uses"] = more.pop("uses", None) or [f"{source['table']}.{source['at']}" for source in any_ if "at" in source]
    return told("plans", requires, ["plans.started_on"], {"children": CHILD, "plans": plans} | tables, **settings, **more)


# ---- exists


def test_a_source_that_the_export_lacks_does_not_hide_the_next() -> None:
    voices = {"table": "voices", "at": "recorded_on", "match": "child_id"}
    assert outcomes(exists(voices, VISITS, tables={"visits": [VISIT]})) == {"P1": "met"}
    assert outcomes(exists(voices, VISITS, tables={"visits": [{**VISIT, "visited_at": "2015-07-20"}]})) == {"P1": "cannot_tell"}


def test_the_record_that_is_shown_is_one_of_the_first_source() -> None:
    other = {**PLAN, "plan_id": "P2", "child_id": "C2"}
    tables = {"visits": [VISIT], "plan_actions": [{**ACTION, "plan_id": "P2", "child_id": "C2"}], "children": [*CHILD, {"child_id": "C2"}]}
    found = exists(VISITS, ACTIONS, plans=[PLAN, other], tables=tables)
    assert {record: (row["outcome"], row["event"]) for record, row in found.items()} == {"P1": ("met", "V1"), "P2": ("met", "")}


def test_a_visit_on_the_very_day_that_is_recent_enough_needs_no_action_beside_it() -> None:
    tables = {"visits": [{**VISIT, "visited_at": "2015-06-20"}], "plan_actions": [ACTION]}
    assert exists(VISITS, ACTIONS, recent="10 days", tables=tables)["P1"]["happened_at"] == "2015-06-20"
    assert exists(VISITS, ACTIONS, recent="9 days", tables=tables)["P1"]["happened_at"] == "2015-06-30"


def test_what_happened_before_a_record_began_does_not_make_it_late() -> None:
    tables = {"visits": [{**VISIT, "visited_at": "2015-04-01"}]}
    young = {**PLAN, "started_on": "2015-06-15"}
    assert outcomes(exists(VISITS, plans=[young], recent="30 days", tables=tables)) == {"P1": "not_yet_due"}
    assert outcomes(exists(VISITS, plans=[PLAN], recent="30 days", tables=tables)) == {"P1": "not_met"}


@pytest.mark.parametrize(("reaches", "outcome"), [("since 2015-01-05", "not_met"), ("since 2015-01-06", "cannot_tell")])
def test_actions_before_an_export_reaches_back_may_be_there(reaches: str, outcome: str) -> None:
    other = {**ACTION, "plan_id": "P2", "child_id": "C2"}
    tables = {"children": [*CHILD, {"child_id": "C2"}], "plan_actions": [other]}
    assert outcomes(exists(ACTIONS, tables=tables, coverage={"plan_actions": reaches})) == {"P1": outcome}


def test_when_one_was_needed_follows_the_limit_of_its_time() -> None:
    plans = [{**PLAN, "started_on": "2012-01-02", "ended_on": "2012-06-01"}, {**PLAN, "plan_id": "P2", "started_on": "2015-01-05"}]
    limit = [{"from": "2010-01-01", "until": "2014-01-01", "is": "10 days"}, {"from": "2014-01-01", "is": "30 days"}]
    requires = {"exists": {"any": [VISITS], "recent": "limit"}}
    tables = {"children": CHILD, "plans": plans, "visits": [{**VISIT, "child_id": "C9"}]}
    found = told("plans", requires, ["plans.started_on", "visits.visited_at"], tables, limit=limit)
    assert {record: row["due_at"] for record, row in found.items()} == {"P1": "2012-01-12", "P2": "2015-02-04"}


def test_a_record_that_is_too_old_is_told_from_none() -> None:
    other = {**PLAN, "plan_id": "P2", "child_id": "C2"}
    old = {**VISIT, "visited_at": "2015-03-01"}
    found = exists(VISITS, plans=[PLAN, other], recent="9 days", tables={"children": [*CHILD, {"child_id": "C2"}], "visits": [old]})
    told_ = {record: (row["outcome"], row["reason"], row["happened_at"], row["over"]) for record, row in found.items()}
    assert told_ == {
        "P1": ("not_met", "The latest record is too long ago", "2015-03-01", 112),
        "P2": ("not_met", "No record of a visit is found", None, 167),
    }


# ---- records that stray


def test_a_report_that_names_no_meeting_of_the_export_may_have_been_shared_with_the_first_child_too() -> None:
    meeting = {"conference_id": "K1", "child_id": "C1", "kind": "initial", "held_at": "2015-06-10"}
    stray = {"report_id": "T1", "child_id": "C1", "conference_id": "K9", "recipient": "parent", "shared_at": "2015-06-01"}
    before = {
        "meeting": "held_at", "class": "recipient", "each": ["parent"],
        "reports": {"table": "conference_reports", "at": "shared_at", "match": "conference_id"},
    }  # fmt: skip
    needs = ["conferences.held_at", "conference_reports.shared_at", "conference_reports.recipient"]
    for reports, outcome in (([stray], "cannot_tell"), ([{**stray, "child_id": "C2"}], "not_met")):
        tables = {"children": [*CHILD, {"child_id": "C2"}], "conferences": [meeting], "conference_reports": reports}
        found = told("conferences", {"before": before}, needs, tables, limit=[{"from": "2010-01-01", "is": "3 days"}])
        assert outcomes(found) == {"K1": outcome}


@pytest.mark.parametrize(
    ("held", "reaches", "expected"),
    [
        ("2015-06-10", "since 2015-06-07", {"K1": "not_met"}),
        ("2015-06-10", "since 2015-06-08", {"K1": "cannot_tell"}),  # it was due on the 7th
        ("2015-07-01", "complete", {}),
        ("", "complete", {}),
    ],
)
def test_reports_are_asked_for_of_meetings_that_were_held_as_far_back_as_the_export_reaches(
    held: str, reaches: str, expected: dict[str, str]
) -> None:
    meetings = [{"conference_id": "K1", "child_id": "C1", "kind": "initial", "held_at": held}]
    reports = [{"report_id": "T1", "child_id": "C9", "conference_id": "K9", "recipient": "parent", "shared_at": "2015-06-20"}]
    shared = {"table": "conference_reports", "at": "shared_at", "match": "conference_id"}
    before = {"before": {"meeting": "held_at", "class": "recipient", "each": ["parent"], "reports": shared}}
    needs = ["conferences.held_at", "conference_reports.shared_at", "conference_reports.recipient"]
    tables = {"children": CHILD, "conferences": meetings, "conference_reports": reports}
    limit = [{"from": "2010-01-01", "is": "3 days"}]
    found = told("conferences", before, needs, tables, limit=limit, coverage={"conference_reports": reaches})
    assert outcomes(found) == expected


@pytest.mark.parametrize("place", ["first", "later"])
def test_an_action_without_a_plan_belongs_to_the_last_plan_that_had_begun_and_not_ended(place: str) -> None:
    before = [{**PLAN, "plan_id": "P0", "child_id": "C0"}] if place == "later" else []
    plans = [*before, {**PLAN, "ended_on": "2015-03-01"}, {**PLAN, "plan_id": "P2", "started_on": "2015-03-01"}]
    tables = {"children": [*CHILD, {"child_id": "C0"}]}
    group = {"table": "core_groups", "at": "held_on", "match": "plan_id"}
    for day, mine in (("2015-02-28", "P1"), ("2015-03-01", "P2"), ("2015-03-02", "P2")):
        held = [{"core_group_id": "G1", "child_id": "C1", "held_on": day}]
        found = outcomes(exists(group, plans=plans, tables=tables | {"core_groups": held}))
        assert found == {plan["plan_id"]: "met" if plan["plan_id"] == mine else "not_met" for plan in plans}, day


def test_a_group_of_a_plan_that_is_not_there_may_be_of_any_plan_of_its_child() -> None:
    plans = [PLAN, {**PLAN, "plan_id": "P2", "child_id": "C2"}]
    stray = {"core_group_id": "G1", "child_id": "C1", "plan_id": "P9", "held_on": "2015-03-01"}
    tables = {"children": [*CHILD, {"child_id": "C2"}], "core_groups": [stray]}
    group = {"table": "core_groups", "at": "held_on", "match": "plan_id"}
    assert outcomes(exists(group, plans=plans, tables=tables)) == {"P1": "cannot_tell", "P2": "not_met"}
    nobodys = {**stray, "child_id": "", "plan_id": ""}
    assert outcomes(exists(group, plans=plans, tables=tables | {"core_groups": [nobodys]})) == {"P1": "not_met", "P2": "not_met"}
    assert outcomes(exists(VISITS, plans=plans, tables=tables | {"visits": [{**VISIT, "child_id": ""}]})) == {
        "P1": "not_met",
        "P2": "not_met",
    }


def test_a_group_without_a_day_or_a_plan_is_in_doubt_only_if_it_may_count() -> None:
    group = {"table": "core_groups", "at": "held_on", "match": "plan_id", "where": {"parent_attended": "yes"}}
    for attended, outcome in (("yes", "cannot_tell"), ("no", "not_met")):
        held = [{"core_group_id": "G1", "child_id": "C1", "held_on": "in spring", "parent_attended": attended}]
        assert outcomes(exists(group, tables={"core_groups": held}, uses=["core_groups.held_on", "core_groups.parent_attended"])) == {
            "P1": outcome
        }


def test_the_last_record_by_a_link_may_be_one_that_names_a_plan_which_is_not_there() -> None:
    group = {"core_group_id": "G1", "child_id": "C1", "plan_id": "P1", "held_on": "2015-02-01", "parent_attended": "yes"}
    stray = {**group, "core_group_id": "G2", "plan_id": "P9"}
    absent = {
        "table": "core_groups",
        "at": "held_on",
        "match": "plan_id",
        "when": "ended_on",
        "pick": "last",
        "where": {"parent_attended": "no"},
    }
    for day, outcome in (("2015-01-31", "met"), ("2015-02-01", "cannot_tell"), ("2015-03-01", "cannot_tell"), ("2015-03-02", "met")):
        tables = {"children": CHILD, "plans": [{**PLAN, "ended_on": "2015-03-01"}], "core_groups": [group, {**stray, "held_on": day}]}
        assert outcomes(
            told("plans", {"absent": absent}, ["plans.ended_on", "core_groups.held_on", "core_groups.parent_attended"], tables)
        ) == {"P1": outcome}, day


# ---- within, recurs


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_where_the_record_shows_that_nothing_began_nothing_is_owed(several: bool) -> None:
    began = {"path": "outcome_recorded_on", "when": {"conference_required": "yes"}}
    trigger = [began, {"path": "started_on", "when": {"outcome": "substantiated_conference"}}] if several else began
    requires = {"within": {"trigger": trigger, "event": {"table": "conferences", "at": "held_at", "match": "enquiry_id"}}}
    enquiry = {"child_id": "C1", "started_on": "2015-01-05", "outcome_recorded_on": "", "outcome": "not_substantiated"}
    required = {"E1": "no", "E2": "yes", "E3": "perhaps"}
    tables = {
        "children": CHILD, "conferences": [{"conference_id": "K1", "child_id": "C9", "held_at": "2015-01-20"}],
        "section_47_enquiries": [{**enquiry, "enquiry_id": name, "conference_required": said} for name, said in required.items()],
    }  # fmt: skip
    fields = ["started_on", "outcome_recorded_on", "conference_required", "outcome"]
    needs = [*(f"section_47_enquiries.{name}" for name in fields), "conferences.held_at"]
    needs = [name for name in needs if several or not name.endswith((".outcome", ".started_on"))]
    found = told("section_47_enquiries", requires, needs, tables, limit=[{"from": "2010-01-01", "is": "15 days"}])
    assert outcomes(found) == {"E1": "not_applicable", "E2": "cannot_tell", "E3": "cannot_tell"}


def test_a_visit_within_two_plans_begins_one_interval_and_a_plan_of_unread_kind_none_that_is_sure() -> None:
    plans = [PLAN, {**PLAN, "plan_id": "P2", "started_on": "2015-02-02"}, {**PLAN, "plan_id": "P3", "child_id": "C2", "kind": "???"}]
    tables = {"children": [*CHILD, {"child_id": "C2"}], "plans": plans, "visits": [VISIT, {**VISIT, "visit_id": "V2", "child_id": "C2"}]}
    requires = {"recurs": {"of": VISITS, "starts": "started_on"}}
    needs = ["plans.started_on", "plans.kind", "visits.visited_at"]
    limit = [{"from": "2010-01-01", "is": "5 days"}]
    found = told("plans", requires, needs, tables, limit=limit, where={"kind": "child_in_need"})
    assert found["V1"]["outcome"] == "not_met" and found["V1"]["times"] == 1
    assert {record: found[record]["outcome"] for record in ("P1", "P2")} == {"P1": "not_met", "P2": "not_met"}
    assert {row["outcome"] for record, row in found.items() if record in ("P3", "V2")} == {"cannot_tell"}


@pytest.mark.parametrize(("visited", "outcome"), [("09:59", "cannot_tell"), ("10:00", "met"), ("10:01", "met")])
def test_a_visit_of_the_day_before_the_hour_that_starts_the_interval_contradicts_it(visited: str, outcome: str) -> None:
    meeting = {"conference_id": "K1", "child_id": "C1", "held_at": "2015-06-10T10:00"}
    tables = {"children": CHILD, "conferences": [meeting], "visits": [{**VISIT, "visited_at": f"2015-06-10T{visited}"}]}
    requires, limit = {"recurs": {"of": VISITS, "starts": "held_at"}}, [{"from": "2010-01-01", "is": "72 hours"}]
    found = told("conferences", requires, ["conferences.held_at", "visits.visited_at"], tables, limit=limit)
    assert found["K1"]["outcome"] == outcome


def test_of_an_export_that_holds_the_latest_visit_only_a_plan_begins_an_interval_where_there_is_none() -> None:
    plans = [PLAN, {**PLAN, "plan_id": "P2", "child_id": "C2"}]
    tables = {"children": [*CHILD, {"child_id": "C2"}], "plans": plans, "visits": [VISIT]}
    requires, limit = {"recurs": {"of": VISITS, "starts": "started_on"}}, [{"from": "2010-01-01", "is": "5 days"}]
    coverage = {"visits": "latest_only"}
    found = told("plans", requires, ["plans.started_on", "visits.visited_at"], tables, limit=limit, coverage=coverage)
    assert outcomes(found) == {"V1": "not_met", "P2": "not_met"}


@pytest.mark.parametrize("first", ["1965-03-02", "1969-12-31", "1970-01-01"])
def test_of_a_record_of_which_nobody_knows_when_it_began_the_first_visit_is_told_however_long_ago(first: str) -> None:
    tables = {
        "children": CHILD,
        "plans": [{**PLAN, "started_on": "in spring"}],
        "visits": [VISIT, {**VISIT, "visit_id": "V2", "visited_at": first}],
    }
    requires, limit = {"within": {"trigger": "started_on", "event": VISITS}}, [{"from": "2010-01-01", "is": "5 days"}]
    found = told("plans", requires, ["plans.started_on", "visits.visited_at"], tables, limit=limit)["P1"]
    assert (found["outcome"], found["happened_at"], found["event"]) == ("cannot_tell", first, "V2")


def test_a_record_of_nobody_follows_nobodys() -> None:
    requires = {"within": {"trigger": "ended_on", "event": "shared_with_family_on", "awaits_trigger": "true"}}
    later = {**PLAN, "plan_id": "P2", "started_on": "2015-03-01"}
    needs = ["plans.started_on", "plans.ended_on", "plans.shared_with_family_on"]
    for child, outcome in (("", "not_yet_due"), ("C1", "cannot_tell")):
        tables = {"children": CHILD, "plans": [{**PLAN, "ended_on": "", "shared_with_family_on": ""}, {**later, "child_id": child}]}
        found = told("plans", requires, needs, tables, limit=[{"from": "2010-01-01", "is": "5 days"}])
        assert found["P1"]["outcome"] == outcome


def test_an_episode_of_nobody_passes_nobodys_duty_on() -> None:
    requires = {"within": {"trigger": "returned_at", "event": "interviewed_at", "passes_on": "went_missing_at"}}
    episode = {"missing_id": "M1", "child_id": "C1", "went_missing_at": "in May", "returned_at": "2015-06-01", "interviewed_at": ""}
    needs = [f"missing_episodes.{name}" for name in ("went_missing_at", "returned_at", "interviewed_at")]
    for child, outcome in (("", "not_met"), ("C1", "cannot_tell")):
        other = {**episode, "missing_id": "M2", "child_id": child, "went_missing_at": "2015-05-01", "returned_at": "2015-05-02"}
        tables = {"children": CHILD, "missing_episodes": [episode, other]}
        found = told("missing_episodes", requires, needs, tables, limit=[{"from": "2010-01-01", "is": "72 hours"}])
        assert found["M1"]["outcome"] == outcome


@pytest.mark.parametrize(
    ("begun", "reason"),
    [("", "Cannot tell: the date of the document is not recorded"), ("in May", "Cannot tell: the date of the document can't be read")],
)
def test_a_duty_that_begins_some_time_after_a_date_says_what_is_wrong_with_the_date(begun: str, reason: str) -> None:
    requires = {"exists": {"any": [VISITS], "recent": "limit", "once_past": {"from": "document_on", "limit": "limit"}}}
    tables = {"children": CHILD, "plans": [{**PLAN, "document_on": begun}], "visits": [VISIT]}
    needs = ["plans.document_on", "plans.started_on", "visits.visited_at"]
    found = told("plans", requires, needs, tables, limit=[{"from": "2010-01-01", "is": "5 days"}])
    assert (found["P1"]["outcome"], found["P1"]["reason"]) == ("cannot_tell", reason)


def test_what_two_rows_of_one_record_say_differently_is_neither_blank_nor_filled_in() -> None:
    where = {"child_views": {"blank": "true"}}
    plans = [PLAN | {"child_views": text} for text in ("glad", "sad")] + [{**PLAN, "plan_id": "P2", "child_views": ""}]
    requires = {"exists": {"any": [VISITS]}}
    tables = {"children": CHILD, "plans": plans, "visits": [VISIT]}
    found = told("plans", requires, ["plans.child_views", "visits.visited_at"], tables, where=where)
    assert outcomes(found) == {"P1": "cannot_tell", "P2": "met"}


@pytest.mark.parametrize(("day", "outcome"), [("2015-06-01", "not_met"), ("2015-06-02", "cannot_tell")])
def test_a_visit_of_the_same_day_that_may_count_does_not_close_the_interval(day: str, outcome: str) -> None:
    requires, limit = {"recurs": {"of": VISITS | {"where": {"child_seen": "yes"}}}}, [{"from": "2010-01-01", "is": "5 days"}]
    seen = {**VISIT, "visited_at": "2015-06-01", "child_seen": "yes"}
    tables = {"children": CHILD, "plans": [PLAN], "visits": [seen, {**seen, "visit_id": "V2", "visited_at": day, "child_seen": ""}]}
    found = told("plans", requires, ["plans.started_on", "visits.visited_at", "visits.child_seen"], tables, limit=limit)
    assert outcomes(found) == {"V1": outcome}


@pytest.mark.parametrize(("day", "outcome"), [("2015-05-31", "cannot_tell"), ("2015-06-01", "not_met")])
def test_a_visit_of_an_earlier_day_that_may_count_leaves_in_doubt_which_was_the_first(day: str, outcome: str) -> None:
    requires = {"recurs": {"of": VISITS | {"where": {"child_seen": "yes"}}, "anchors": "first"}}
    seen = {**VISIT, "visited_at": "2015-06-01", "child_seen": "yes"}
    visits = [seen, {**seen, "visit_id": "V2", "visited_at": day, "child_seen": ""}]
    needs, limit = ["plans.started_on", "visits.visited_at", "visits.child_seen"], [{"from": "2010-01-01", "is": "5 days"}]
    found = told("plans", requires, needs, {"children": CHILD, "plans": [PLAN], "visits": visits}, limit=limit)
    assert outcomes(found) == {"V1": outcome}


def test_of_an_export_that_holds_the_latest_visit_only_the_latest_is_judged_whatever_its_row() -> None:
    visits = [VISIT, {**VISIT, "visit_id": "V2", "visited_at": "2015-03-01"}]
    requires, limit = {"recurs": {"of": VISITS}}, [{"from": "2010-01-01", "is": "5 days"}]
    tables = {"children": CHILD, "plans": [PLAN], "visits": visits}
    needs = ["plans.started_on", "visits.visited_at"]
    assert outcomes(told("plans", requires, needs, tables, limit=limit, coverage={"visits": "latest_only"})) == {"V1": "not_met"}
    assert outcomes(told("plans", requires, needs, tables, limit=limit)) == {"V1": "not_met", "V2": "not_met"}


@pytest.mark.parametrize(("referral", "place"), [("R1", 0), ("R2", 1)])
@pytest.mark.parametrize(("kind", "outcomes_"), [("???", ["cannot_tell", "cannot_tell"]), ("child_in_need", ["not_applicable", "not_met"])])
def test_a_plan_of_unread_kind_may_be_the_first_of_its_referral(referral: str, place: int, kind: str, outcomes_: list[str]) -> None:
    plans = [{**PLAN, "referral_id": referral, "kind": kind}]
    plans.append({**PLAN, "plan_id": "P2", "referral_id": referral, "kind": "child_protection", "started_on": "2015-02-01"})
    referrals = [{"referral_id": name, "child_id": "C1", "received_at": "2015-01-01"} for name in ("R1", "R2")]
    tables = {"children": CHILD, "referrals": referrals, "plans": plans, "visits": [{**VISIT, "child_id": "C9"}]}
    needs = ["plans.started_on", "plans.kind", "plans.referral_id", "visits.visited_at"]
    where = {"first_in": "referral_id", "kind": "child_protection"}
    found = told("plans", {"exists": {"any": [VISITS]}}, needs, tables, where=where)
    assert [found[name]["outcome"] for name in ("P1", "P2")] == outcomes_


@pytest.mark.parametrize("others", [("", "P2"), ("P9",)], ids=["blank", "not there"])
def test_a_reference_that_leads_nowhere_leads_nowhere_further_on(others: tuple[str, ...]) -> None:
    plans = [{**PLAN, "plan_id": "P2", "referral_id": ""}, {**PLAN, "referral_id": "R1"}]
    group = {"child_id": "C1", "held_on": "2015-02-01"}
    groups = [group | {"core_group_id": f"G{n}", "plan_id": plan} for n, plan in enumerate(("P1", *others))]
    referrals = [{"referral_id": "R1", "child_id": "C1", "closed_on": ""}]
    tables = {"children": CHILD, "referrals": referrals, "plans": plans, "core_groups": groups, "visits": [VISIT]}
    needs = ["core_groups.held_on", "core_groups.plan_id", "plans.referral_id", "referrals.closed_on", "visits.visited_at"]
    where = {"plan_id.referral_id.closed_on": {"blank": "true"}}
    found = told("core_groups", {"exists": {"any": [VISITS]}}, needs, tables, where=where)
    assert list(outcomes(found).values()) == ["met", *("cannot_tell" for _ in others)]


@pytest.mark.parametrize(("began", "outcome"), [("2015-06-30", "cannot_tell"), ("2015-07-01", "met")])
def test_a_plan_that_may_be_the_first_has_begun_by_the_day_of_the_audit(began: str, outcome: str) -> None:
    plans = [{**PLAN, "referral_id": "R1", "kind": "???", "started_on": began}]
    plans.append({**PLAN, "plan_id": "P2", "referral_id": "R1", "kind": "child_protection", "started_on": "2015-06-30"})
    plans[0]["plan_id"] = "P1"
    tables = {"children": CHILD, "referrals": [{"referral_id": "R1", "child_id": "C1"}], "plans": plans, "visits": [VISIT]}
    needs = ["plans.started_on", "plans.kind", "plans.referral_id", "visits.visited_at"]
    where = {"first_in": "referral_id", "kind": "child_protection"}
    found = told("plans", {"exists": {"any": [VISITS]}}, needs, tables, where=where)
    assert found["P2"]["outcome"] == outcome


@pytest.mark.parametrize(
    ("ended", "outcome"), [("2015-07-09", "not_applicable"), ("2015-07-10", "not_yet_due"), ("2015-07-11", "not_yet_due")]
)
def test_what_lies_ahead_is_not_due_yet_unless_its_duty_ends_before(ended: str, outcome: str) -> None:
    child = {"child_id": "C1", "date_of_birth": ended.replace("2015", "1997")}  # of age on that day
    review = {"review_id": "V1", "child_id": "C1", "due_on": "2015-07-05", "held_on": ""}
    requires = {"within": {"trigger": "due_on", "event": "held_on"}}
    tables = {"children": [child], "reviews": [review]}
    needs = ["reviews.due_on", "reviews.held_on", "children.date_of_birth"]
    found = told("reviews", requires, needs, tables, limit=[{"from": "2010-01-01", "is": "5 days"}])
    assert outcomes(found) == {"V1": outcome}


def test_a_child_of_whom_two_rows_name_two_families_is_in_neither() -> None:
    distinct = {"field": ["risk_analysis"], "siblings": "child_id.family_id", "at": "started_on", "near": "near", "alike": "alike"}
    children = [{"child_id": name, "family_id": family} for name, family in (("C1", "F1"), ("C2", "F1"), ("C3", "F1"), ("C3", "F2"))]
    assessments = [{"assessment_id": f"A{n}", "child_id": f"C{n}", "started_on": "2015-04-01", "risk_analysis": WORDS} for n in (1, 2, 3)]
    needs = ["assessments.risk_analysis", "assessments.started_on", "children.family_id"]
    found = told(
        "assessments",
        {"distinct": distinct},
        needs,
        {"children": children, "assessments": assessments},
        settings={"near": "6 months", "alike": "90%"},
    )
    assert outcomes(found) == {"A1": "not_met", "A2": "not_met", "A3": "cannot_tell"}


@pytest.mark.parametrize(("second", "first"), [((clock.DAY_ONLY, 0), "V1"), ((clock.DAY_ONLY, 1), "V2")])
def test_a_day_alone_begins_no_earlier_than_its_midnight(second: tuple[int, int], first: str) -> None:
    """Where midnight is a time like any other: then what they are called tells them apart."""
    cf = CaseFile.of(export_of({"children": CHILD, "visits": [{**VISIT, "visit_id": "V2"}, VISIT]}))
    order = in_order(cf, "visits", np.arange(2), np.zeros(2, np.int64), np.array(second, np.int32))
    assert cf.ids("visits")[int(order[0])].as_py() == first


# ---- apart, figures


def test_a_visit_in_doubt_is_no_doubt_about_itself_but_about_others_from_its_day_on() -> None:
    apart = {"apart": {"at": "visited_at", "after": VISITS | {"where": {"child_seen": "yes"}}}}
    days = {"V1": "2015-01-05", "V2": "2015-01-05", "V3": "2015-01-20", "V4": "2015-05-20"}
    visits = [{**VISIT, "visit_id": name, "visited_at": day, "child_seen": "" if name == "V1" else "no"} for name, day in days.items()]
    limit = {"limit": [{"from": "2010-01-01", "is": "30 days"}]}
    found = told("visits", apart, ["visits.visited_at", "visits.child_seen"], {"children": CHILD, "visits": visits}, **limit)
    assert outcomes(found) == {"V1": "met", "V2": "cannot_tell", "V3": "cannot_tell", "V4": "met"}


def test_a_referral_that_is_still_open_was_not_closed_too_soon() -> None:
    apart = {"apart": {"at": "closed_on", "after": VISITS}}
    referrals = [{"referral_id": f"R{n}", "child_id": "C1", "received_at": "2015-01-05", "closed_on": day} for n, day in enumerate(DAYS)]
    tables = {"children": CHILD, "referrals": referrals, "visits": [VISIT]}
    found = told("referrals", apart, ["referrals.closed_on", "visits.visited_at"], tables, limit=[{"from": "2010-01-01", "is": "5 days"}])
    assert outcomes(found) == {"R0": "not_applicable", "R1": "not_met", "R2": "met", "R3": "met", "R4": "cannot_tell"}


WORDS = "he was hungry and late for school on four days and his mother did not know where he slept"


@pytest.mark.parametrize(("reaches", "outcome"), [("since 2014-10-01", "met"), ("since 2014-10-02", "cannot_tell")])
def test_a_text_is_different_as_far_back_as_the_export_reaches(reaches: str, outcome: str) -> None:
    distinct = {"field": ["risk_analysis"], "siblings": "child_id.family_id", "at": "started_on", "near": "near", "alike": "alike"}
    needs = ["assessments.risk_analysis", "assessments.started_on", "children.family_id"]
    tables = {
        "children": [{"child_id": name, "family_id": "F1"} for name in ("C1", "C2")],
        "assessments": [
            {"assessment_id": "A1", "child_id": "C1", "started_on": "2015-04-01", "risk_analysis": WORDS},
            {"assessment_id": "A2", "child_id": "C2", "started_on": "2015-05-01", "risk_analysis": " ".join(WORDS.split()[::-1])},
        ],
    }
    settings = {"near": "6 months", "alike": "90%"}
    found = told("assessments", {"distinct": distinct}, needs, tables, settings=settings, coverage={"assessments": reaches})
    assert outcomes(found) == {"A1": outcome, "A2": "met"}


@pytest.mark.parametrize(("words", "outcome"), [(10, "not_met"), (9, "not_applicable")])
def test_ten_words_are_enough_to_be_compared(words: int, outcome: str) -> None:
    distinct = {"field": ["risk_analysis"], "siblings": "child_id.family_id", "at": "started_on", "near": "near", "alike": "alike"}
    needs = ["assessments.risk_analysis", "assessments.started_on", "children.family_id"]
    text = " ".join(WORDS.split()[:words])
    assessments = [{"assessment_id": f"A{n}", "child_id": f"C{n}", "started_on": "2015-04-01", "risk_analysis": text} for n in (1, 2)]
    tables = {"children": [{"child_id": name, "family_id": "F1"} for name in ("C1", "C2")], "assessments": assessments}
    found = told("assessments", {"distinct": distinct}, needs, tables, settings={"near": "6 months", "alike": "90%"})
    assert outcomes(found) == {"A1": outcome, "A2": outcome}


@pytest.mark.parametrize(("children", "outcome"), [(20, "not_met"), (21, "cannot_tell")])
def test_twenty_children_may_be_one_family(children: int, outcome: str) -> None:
    distinct = {"field": ["risk_analysis"], "siblings": "child_id.family_id", "at": "started_on", "near": "near", "alike": "alike"}
    needs = ["assessments.risk_analysis", "assessments.started_on", "children.family_id"]
    assessments = [{"assessment_id": f"A{n}", "child_id": f"C{n}", "started_on": "2015-04-01", "risk_analysis": WORDS} for n in (1, 2)]
    tables = {"children": [{"child_id": f"C{n}", "family_id": "F1"} for n in range(1, children + 1)], "assessments": assessments}
    found = told("assessments", {"distinct": distinct}, needs, tables, settings={"near": "6 months", "alike": "90%"})
    assert {record: (row["outcome"], row["over"]) for record, row in found.items()} == {"A1": (outcome, None), "A2": (outcome, None)}


@pytest.mark.parametrize(("near", "outcome"), [("1 day", "not_met"), ("9000 working days", "cannot_tell")])
def test_how_near_beyond_every_calendar_cannot_be_told(near: str, outcome: str) -> None:
    distinct = {"field": ["risk_analysis"], "siblings": "child_id.family_id", "at": "started_on", "near": "near", "alike": "alike"}
    needs = ["assessments.risk_analysis", "assessments.started_on", "children.family_id"]
    assessments = [{"assessment_id": f"A{n}", "child_id": f"C{n}", "started_on": f"2015-04-0{n}", "risk_analysis": WORDS} for n in (1, 2)]
    tables = {"children": [{"child_id": name, "family_id": "F1"} for name in ("C1", "C2")], "assessments": assessments}
    found = told("assessments", {"distinct": distinct}, needs, tables, settings={"near": near, "alike": "90%"})
    assert outcomes(found) == {"A1": outcome, "A2": outcome}


@pytest.mark.parametrize(("number", "said"), [(Fraction(1, 16), "0.0625"), (Fraction(1, 32), "0.0313"), (Fraction(3), "3")])
def test_a_sum_is_told_with_four_decimals_at_most(number: Fraction, said: str) -> None:
    assert exactly(number) == said
