"""What a condition on other records asks of the subject itself (``subject.``), and records of nobody at all."""

from __future__ import annotations

import pytest
from running import Rows
from telling import outcomes, told
from test_checks_windows import PLAN, plans

from auditcheck.rulebook import RulebookError

KINDS = {"child_in_need": "not_met", "child_protection": "met", "": "not_met"}


@pytest.mark.parametrize(("kind", "outcome"), KINDS.items())
def test_records_without_a_day_are_asked_about_their_own_subject(kind: str, outcome: str) -> None:
    actions = {"table": "plan_actions", "match": "plan_id", "where": {"subject.kind": "child_protection"}}
    rows = [{"action_id": f"A{n}", "child_id": "C1", "plan_id": plan} for n, plan in enumerate(["P1", "P2"])]
    some = [{**PLAN, "kind": kind}, {**PLAN, "plan_id": "P2", "kind": "child_protection", "started_on": "2015-03-02"}]
    found = plans({"exists": {"any": [actions]}}, *some, uses="plans.kind plan_actions.plan_id", plan_actions=rows)
    assert outcomes(found) == {"P1": outcome, "P2": "met"}


@pytest.mark.parametrize(("held", "outcome"), [("2015-03-01", "met"), ("2015-04-01", "not_met")])
def test_the_latest_record_is_asked_about_its_own_subject(held: str, outcome: str) -> None:
    asked = {
        "table": "core_groups",
        "at": "held_on",
        "match": "plan_id",
        "when": "ended_on",
        "pick": "last",
        "where": {"subject.ended_on": {"by": "held_on"}},
    }
    some = [{**PLAN, "ended_on": "2015-04-01"}, {**PLAN, "plan_id": "P2", "ended_on": "2015-02-01"}]
    held_on = {"P1": held, "P2": "2015-01-20"}
    groups = [{"core_group_id": f"G{plan}", "child_id": "C1", "plan_id": plan, "held_on": day} for plan, day in held_on.items()]
    found = plans({"absent": asked}, *some, uses="plans.ended_on core_groups.held_on core_groups.plan_id", core_groups=groups)
    assert outcomes(found) == {"P1": outcome, "P2": "met"}


@pytest.mark.parametrize(("plan", "outcome"), [("", "cannot_tell"), ("P1", "not_met")])
def test_of_a_record_that_names_no_subject_and_no_day_nobody_knows_what_its_subject_is(plan: str, outcome: str) -> None:
    groups = {"table": "core_groups", "at": "held_on", "match": "plan_id", "where": {"subject.kind": "child_in_need"}}
    rows = [{"core_group_id": "G1", "child_id": "C1", "plan_id": plan, "held_on": "in spring"}]
    some = [{**PLAN, "kind": "child_in_need" if not plan else "child_protection"}]
    found = plans({"exists": {"any": [groups]}}, *some, uses="plans.kind core_groups.held_on core_groups.plan_id", core_groups=rows)
    assert outcomes(found) == {"P1": outcome}


def test_what_stands_beside_a_record_is_not_asked_about_it() -> None:
    others = {"table": "care_episodes", "starts": "started_on", "ends": "ended_on", "where": {"subject.kind": "child_protection"}}
    with pytest.raises(RulebookError, match=r"'subject\.kind' can't be told here"):
        plans({"alone": {"starts": "started_on", "ends": "ended_on", "others": others}}, uses="plans.kind plans.ended_on", care_episodes=[])


def test_where_no_record_names_a_child_nothing_breaks_off() -> None:
    rows: Rows = [
        {
            "missing_id": f"M{n}",
            "child_id": "",
            "went_missing_at": f"2015-05-0{n}",
            "returned_at": f"2015-05-0{n + 2}",
            "interviewed_at": "",
        }
        for n in (1, 2)
    ]
    requires = {"within": {"trigger": "returned_at", "event": "interviewed_at", "passes_on": "went_missing_at"}}
    needs = [f"missing_episodes.{name}" for name in ("returned_at", "interviewed_at", "went_missing_at")]
    found = told("missing_episodes", requires, needs, {"missing_episodes": rows}, limit=[{"from": "2010-01-01", "is": "72 hours"}])
    assert outcomes(found) == {}
