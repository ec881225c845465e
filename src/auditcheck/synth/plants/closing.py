"""How cases are closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, day_of, days, months
from auditcheck.synth.authority import Row
from auditcheck.synth.front_door import close, visit
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.protection import confer
from auditcheck.synth.tools import (
    Steps,
    any_between,
    cancel,
    of_plan,
    plans,
)

PLANTS = Plants()


def _plain_case(life: Life) -> Any:
    """A closed case that was an assessment and nothing more, with the one visit before its closing."""
    if life.rows.get("plans") or life.rows.get("care_episodes"):
        return None
    for referral in life.rows.get("referrals", ())[-1:]:
        if (
            referral["closed_on"]
            and referral["no_further_action"] == "no"
            and day_of(referral["received_at"]) < days(referral["closed_on"], -21)
        ):
            seen = life.all("visits", child_seen="yes")
            if len(seen) == 1:
                return referral, seen[0]
    return None


def _seen_before(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("CLS-SEEN-09", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        if found := _plain_case(life):
            yield True
            referral, seen = found
            day = days(referral["closed_on"], -number)
            life.drop("visits", seen)
            visit(life, day, "child_in_need")
            life.expect("CLS-SEEN-09", "referrals", referral, outcome, words)


_seen_before(21, "not_met", "last seen twenty-one days before the closing")
_seen_before(20, "met", "last seen twenty days before the closing")


def _risk(words: str, high_first: bool) -> None:
    """The latest level before the closing decides: a high one earlier does not."""

    @PLANTS.plant("CLS-PREM-03", words, trap=high_first)
    def steps(life: Life) -> Steps:
        referral = life.rows["referrals"][-1] if life.rows.get("referrals") else None
        if not referral or not referral["closed_on"] or referral["no_further_action"] != "no":
            return
        weighed = [row for row in life.rows.get("risk_assessments", ()) if row["completed_on"]]
        if not weighed or any_between(weighed, "completed_on", days(referral["closed_on"], -9), referral["closed_on"]):
            return
        yield True
        for place, level in enumerate(("high", "medium") if high_first else ("medium", "high")):
            life.add(
                "risk_assessments", plan_id="", kind="general", completed_on=days(referral["closed_on"], place * 4 - 8),
                tool="danger and safety", level=level, analysis="weighed again", panel_considered_on=None,
            )  # fmt: skip
        life.expect("CLS-PREM-03", "referrals", referral, "met" if high_first else "not_met", words)


_risk("the latest risk level before the closing is high", False)
_risk("the risk was high, and lower by the closing", True)


@PLANTS.plant("CLS-CEN-10", "closed with an enquiry that has no outcome day")
def enquiry_left_open(life: Life) -> Steps:
    for row in life.rows.get("section_47_enquiries", ()):
        referral = life.all("referrals", referral_id=row["referral_id"])[0]
        if referral["closed_on"] and row["outcome_recorded_on"]:
            yield True
            row["outcome_recorded_on"] = None
            life.expect("CLS-CEN-10", "referrals", referral, "not_met", "closed with an enquiry that has no outcome day")
            life.lock(row)
            return


def _ended_at_first(life: Life) -> tuple[Row, Row] | None:
    """A plan that ended at its first review, the one review that it had, and one of its actions."""
    for plan in plans(life, "child_protection", still=False):
        actions = life.all("plan_actions", plan_id=plan["plan_id"])
        if actions and len(of_plan(life, "conferences", plan, "held_at", kind="review")) == 1:
            return plan, actions[0]
    return None


def _at_first_review(words: str, outcome: str, cancelled: bool = False, **changes: object) -> None:
    """An action of such a plan left open; ``cancelled``: a review that would have continued the plan was cancelled."""

    @PLANTS.plant("CLS-FIRST-06", words, trap=outcome != "not_met")
    def steps(life: Life) -> Steps:
        if found := _ended_at_first(life):
            plan, action = found
            yield True
            plan.update(changes)
            action.update(due_on=days(plan["ended_on"], 30), status="open", completed_on=None)
            if cancelled:
                extra = confer(life, days(plan["ended_on"], -14), "review", "continue", plan, cancelled="yes", minutes_sent_on=None)
                life.drop("conference_reports", *life.all("conference_reports", conference_id=extra["conference_id"]))
                life.lock(extra)
            life.expect("CLS-FIRST-06", "plans", plan, outcome, words)
            life.expect("CLS-ACT-02", "plans", plan, "not_met", "an action was left open")
            for referral in life.all("referrals", referral_id=plan["referral_id"]):
                if referral["closed_on"]:
                    life.expect("CLS-PREM-03", "referrals", referral, "not_met", "an action was left open")
            life.lock(action, *life.all("conferences", plan_id=plan["plan_id"]))


_at_first_review("ended at its first review with an action open", "not_met")
_at_first_review("ended at its first review, one that was cancelled before would have continued it", "not_met", True)
_at_first_review(
    "ended at its first review, for the child moved away", "not_applicable", end_reason="transferred to another local authority"
)

#: What is recorded of an open case day by day.
_DAILY = {
    "visits": "visited_at", "reviews": "held_on", "voices": "recorded_on", "management_decisions": "decided_on", "supervisions": "held_on",
    "chronologies": "updated_on", "risk_assessments": "completed_on", "assessments": "started_on",
}  # fmt: skip


def _close_on(life: Life, referral: Row, plan: Row, day: date) -> None:
    """Close a case, and the child in need plan that it had last, on a day: what came after that never was."""
    for table, field in _DAILY.items():
        cancel(life, table, *[row for row in life.rows.get(table, ()) if row[field] and str(row[field])[:10] > str(day)])
    for row in life.all("plan_actions", plan_id=plan["plan_id"]):
        row.update(status="completed", completed_on=min(row["completed_on"] or day, day))
    for row in life.rows["involvements"]:
        row["ended_on"] = None
    visit(life, days(day, -2), "child_in_need", plan)
    plan.update(ended_on=day, end_reason="needs met")
    close(life, referral, day)


def _after_protection(early: int, reason: str, outcome: str, words: str) -> None:
    """A case closed three months after its child protection plan ended, or so many days earlier."""

    @PLANTS.plant("CLS-SOON-12", words, trap=outcome != "not_met")
    def steps(life: Life) -> Steps:
        for before in plans(life, "child_protection", still=False):
            referral = life.all("referrals", referral_id=before["referral_id"])[0]
            day = days(months(before["ended_on"], 3), -early)
            after = life.all("plans", kind="child_in_need", referral_id=referral["referral_id"])
            if not after or day > (referral["closed_on"] or AS_OF) or life.rows.get("pre_proceedings") or life.rows.get("care_episodes"):
                continue
            if any(row["started_on"] <= day < (row["authorised_on"] or AS_OF) for row in life.rows["assessments"]):
                continue
            yield True
            _close_on(life, referral, after[0], day)
            referral["closure_reason"] = reason
            life.expect("CLS-SOON-12", "referrals", referral, outcome, words)
            return


_after_protection(1, "needs met", "not_met", "closed three months less a day after protection ended")
_after_protection(0, "needs met", "met", "closed three months after protection ended")
_after_protection(30, "transferred to another local authority", "not_applicable", "the family moved two months after protection ended")
