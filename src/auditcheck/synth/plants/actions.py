"""Actions of plans: late, left open, watched by nobody, or rightly let go."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, days, months
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    any_between,
    in_order,
    plans,
)

PLANTS = Plants()


def _watched(life: Life, due: date) -> bool:
    """Whether a manager wrote, or supervision directed, in the fortnight from the day on which an action fell due."""
    last = days(due, 14)
    return any_between(life.rows["management_decisions"], "decided_on", due, last) or any_between(
        life.rows["supervisions"], "held_on", due, last
    )


def _done(late: int, words: str) -> None:
    @PLANTS.plant("CPP-DONE-20", words, trap=late == 0)
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            for row in life.all("plan_actions", plan_id=plan["plan_id"], status="completed"):
                day = days(row["due_on"], late)
                if day > min(AS_OF, life.until(row)) or not _watched(life, row["due_on"]):
                    continue
                yield True
                row["completed_on"] = day
                life.expect("CPP-DONE-20", "plan_actions", row, "not_met" if late else "met", words)
                life.expect("MGT-DIR-03", "plan_actions", row, "met" if late else "not_applicable", words)
                return


_done(1, "done on the day after it was due")
_done(0, "done on the day it was due")


def _let_go(words: str, changes: dict[str, object]) -> None:
    """An action that will not be done, and says why or where it went."""

    @PLANTS.plant("CPP-DONE-20", words, trap=True)
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            for row in life.all("plan_actions", plan_id=plan["plan_id"], status="completed"):
                yield True
                row.update(completed_on=None, **changes)
                life.expect("CPP-DONE-20", "plan_actions", row, "not_applicable", words)
                life.expect("MGT-DIR-03", "plan_actions", row, "not_applicable", words)
                life.lock(plan)
                return


_let_go("abandoned, and why", {"status": "abandoned", "abandoned_reason": "the family moved in with grandparents"})
_let_go("carried over to another plan", {"status": "open", "carried_over_to": "the child in need plan"})
_let_go("superseded, and why", {"status": "superseded", "abandoned_reason": "replaced by another action"})


def _overdue(alerted: bool) -> None:
    """An action of a plan in force that was never done; the chair challenged it, or did not."""
    words = "never done; the chair raised it" if alerted else "never done; nobody challenged it"

    @PLANTS.plant("CPP-DONE-20", words)
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection", still=True):
            if months(plan["started_on"], 2) >= AS_OF or life.rows.get("practice_alerts"):
                continue
            for row in life.all("plan_actions", plan_id=plan["plan_id"], status="completed"):
                if not (days(row["due_on"], 14) < AS_OF and _watched(life, row["due_on"])):
                    continue
                yield True
                row.update(status="open", completed_on=None)
                life.expect("CPP-DONE-20", "plan_actions", row, "not_met", words)
                life.expect("MGT-DIR-03", "plan_actions", row, "met", "a manager wrote in the fortnight after")
                if alerted:
                    life.add(
                        "practice_alerts", raised_on=days(AS_OF, -40), raised_by=life.team.chair, kind="concern", about="plan",
                        responded_on=days(AS_OF, -36), resolved_on=days(AS_OF, -30), stage="1",
                    )  # fmt: skip
                life.expect("DRF-CHAIR-05", "plans", plan, "met" if alerted else "not_met", words)
                return


_overdue(True)
_overdue(False)


@PLANTS.plant("CPP-DRIVE-01", "nobody drives the plan: an action overdue, no direction, no decision")
def nobody_drives(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        since = months(AS_OF, -2)
        if not (months(plan["started_on"], 4) < AS_OF < months(plan["started_on"], 8)) or life.rows.get("practice_alerts"):
            continue
        before = [row for row in in_order(life.rows["management_decisions"], "decided_on") if row["decided_on"] < since]
        if not before or life.rows.get("pre_proceedings"):
            continue
        yield True
        row = life.all("plan_actions", plan_id=plan["plan_id"])[0]
        due = days(since, 10)
        row.update(due_on=due, status="open", completed_on=None)
        life.drop("management_decisions", *[one for one in life.rows["management_decisions"] if one["decided_on"] >= since])
        for one in life.rows["supervisions"]:
            if one["held_on"] >= since:
                one.update(direction="", challenge="")
        life.expect("CPP-DRIVE-01", "plans", plan, "not_met", "an action overdue, no direction, no decision in two months")
        life.expect("DRF-CHAIR-05", "plans", plan, "not_met", "an action overdue, nobody challenged it")
        life.expect("CPP-DONE-20", "plan_actions", row, "not_met", "overdue")
        life.expect("MGT-DIR-03", "plan_actions", row, "not_met", "no direction in the fortnight after it fell due")
        life.expect("MGT-OVS-01", "management_decisions", before[-1], "not_met", "no decision for two months")
        life.lock(*life.rows["supervisions"], *life.rows["management_decisions"])
        return


@PLANTS.plant("MGT-DIR-03", "an action fell overdue and no manager wrote for a fortnight")
def unwatched(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        for row in life.all("plan_actions", plan_id=plan["plan_id"], status="completed"):
            for back in range(40):  # a day of which the fortnight after is empty
                due = days(row["due_on"], -back)
                done = days(due, 15)
                if due <= plan["started_on"] or done >= min(AS_OF, life.until(row)) or _watched(life, due):
                    continue
                yield True
                row.update(due_on=due, completed_on=done)
                life.expect("CPP-DONE-20", "plan_actions", row, "not_met", "done fifteen days late")
                life.expect("MGT-DIR-03", "plan_actions", row, "not_met", "not done, and no manager wrote for a fortnight")
                return


def _left_open(words: str, outcome: str, changes: dict[str, object]) -> None:
    @PLANTS.plant("CLS-ACT-02", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in (*plans(life, "child_protection", still=False), *plans(life, "child_in_need", still=False)):
            actions = life.all("plan_actions", plan_id=plan["plan_id"])
            if not actions:
                continue
            yield True
            row = actions[0]
            row.update(due_on=days(plan["ended_on"], 30), status="open", completed_on=None)
            row.update(changes)
            if changes.get("completed_on") == "end":
                row["completed_on"] = plan["ended_on"]
            life.expect("CLS-ACT-02", "plans", plan, outcome, words)
            first = not life.all("conferences", plan_id=plan["plan_id"], outcome="continue")
            if plan["kind"] == "child_protection":
                life.expect("CLS-FIRST-06", "plans", plan, outcome if first else "met", words)
            referral = life.all("referrals", referral_id=plan["referral_id"])[0]
            if referral["closed_on"]:
                life.expect("CLS-PREM-03", "referrals", referral, outcome, words)
            life.lock(*actions, *life.all("conferences", plan_id=plan["plan_id"]))
            return


_left_open("an action was left open", "not_met", {})
_left_open("an action was done on the day the plan ended", "met", {"status": "completed", "completed_on": "end"})
_left_open("an action was carried over", "met", {"carried_over_to": "early help"})
_left_open("an action was given up, and why", "met", {"status": "abandoned", "abandoned_reason": "no longer needed"})
_left_open("an action was given up without a reason", "not_met", {"status": "abandoned", "abandoned_reason": "n/a"})
