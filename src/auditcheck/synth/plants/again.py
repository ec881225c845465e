"""A second child protection plan: what the child lived through before is invented here, as lawful as any life."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from auditcheck.synth import courses, protection
from auditcheck.synth.almanac import day_of, days, months, working
from auditcheck.synth.authority import Row
from auditcheck.synth.courses import Lot
from auditcheck.synth.life import Life
from auditcheck.synth.need import plan_for_need
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps, move, of_plan, plans

PLANTS = Plants()

#: Managers' training began in the spring before: nobody could supervise lawfully earlier.
_EARLIEST = date(2010, 4, 1)


def _live_before(life: Life, end: date) -> Row:
    """An earlier case, put before the child's other records: a plan that ended on ``end`` at its first review, help, closing."""
    since, life.rows = life.rows, defaultdict(list, children=life.rows["children"])
    start = working(days(months(end, -3), 12), -14)
    lot = Lot(start, 0.0, False)
    referral = courses.open_case(life, lot)
    plan, _ = courses.to_plan(life, referral, lot)
    assert plan is not None
    protection.protect(life, plan, 1)
    _end(life, plan, end)
    closed = days(months(end, 3), 10)
    plan_for_need(life, referral, working(end, 3), closed)
    courses.keep_file(life, referral, start, closed)
    before, life.rows = life.rows, since
    for table, rows in before.items():
        if table != "children":
            life.rows[table] = rows + since[table]
    return plan


def _end(life: Life, plan: Row, day: date) -> None:
    """End a plan that went on for some days more: its last review is moved, what came after it never was."""
    move(life, "conferences", of_plan(life, "conferences", plan, "held_at", kind="review")[-1], day)
    for table, field in (("visits", "visited_at"), ("core_groups", "held_on")):
        life.drop(table, *[row for row in of_plan(life, table, plan, field) if day_of(row[field]) > day])
    for row in life.all("plan_actions", plan_id=plan["plan_id"]):
        row["completed_on"] = min(row["completed_on"], day)
    plan["ended_on"] = day


def _second_plan(late: int, outcome: str, words: str) -> None:
    """The plan began two years after the end of an earlier one, or so many days earlier."""

    @PLANTS.plant("DRF-AGAIN-06", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            end = days(months(plan["started_on"], -24), late)
            first = days(months(end, -3), -30)
            exact = months(end, 24) == days(plan["started_on"], late)
            if not exact or first < _EARLIEST or life.age(first) < 0 or len(life.rows["referrals"]) > 1:
                continue
            yield True
            before = _live_before(life, end)
            plan.update(previous_plans="1", previous_plans_analysis="what the plan before changed, and what it did not")
            life.rows["referrals"][1].update(re_referral="yes", earlier_closure_review="read: what was agreed then no longer held")
            life.expect("DRF-AGAIN-06", "plans", plan, outcome, words)
            life.expect("DRF-AGAIN-06", "plans", before, "met", "the first plan")
            return


_second_plan(1, "not_met", "two years less a day after the end of an earlier plan")
_second_plan(500, "not_met", "some months after the end of an earlier plan")
_second_plan(0, "met", "two years to the day after the end of an earlier plan")
