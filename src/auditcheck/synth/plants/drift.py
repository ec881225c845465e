"""Plans that drift."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, day_of, days, months, working
from auditcheck.synth.authority import Row
from auditcheck.synth.front_door import visit
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    move,
    of_plan,
    plans,
)

PLANTS = Plants()


def _senior(about: str, life: Life, since: date) -> list[Row]:
    return [
        row for row in life.all("management_decisions", about=about) if row["decided_on"] >= since and row["manager_id"] == life.team.senior
    ]


@PLANTS.plant("DRF-15M-01", "past fifteen months, no senior manager's review in three months")
def drifting(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        since = months(AS_OF, -3)
        if months(plan["started_on"], 15) >= AS_OF or not _senior("legal", life, since):
            continue
        yield True
        life.drop("management_decisions", *_senior("review", life, since))
        life.expect("DRF-15M-01", "plans", plan, "not_met", "no senior manager's review in three months")
        life.expect("MGT-SEN-04", "plans", plan, "met", "a senior manager took legal advice in that time")
        life.expect("DRF-COMP-01", "plans", plan, "met", "reviews and actions are in time")
        life.lock(*life.rows["management_decisions"])
        return


@PLANTS.plant("DRF-15M-01", "past fifteen months, reviewed three months ago to the day", trap=True)
def reviewed_just_in_time(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        since = months(AS_OF, -3)
        if months(plan["started_on"], 15) >= AS_OF or not _senior("review", life, since):
            continue
        yield True
        life.drop("management_decisions", *_senior("review", life, since)[1:])
        _senior("review", life, since)[0]["decided_on"] = since
        life.expect("DRF-15M-01", "plans", plan, "met", "reviewed three months ago to the day")
        life.lock(*life.rows["management_decisions"])
        return


@PLANTS.plant("DRF-COMP-01", "drift and delay: no senior review, and a review conference was late")
def drift_and_delay(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        since = months(AS_OF, -3)
        held = of_plan(life, "conferences", plan, "held_at", kind="review")
        if months(plan["started_on"], 15) >= AS_OF or len(held) < 3:
            continue
        day = days(months(day_of(held[0]["held_at"]), 6), 3)
        if day >= day_of(held[2]["held_at"]):
            continue
        yield True

        move(life, "conferences", held[1], day)
        life.drop("management_decisions", *_senior("review", life, since), *_senior("legal", life, since))
        for rule in ("DRF-15M-01", "MGT-SEN-04", "DRF-COMP-01"):
            life.expect(rule, "plans", plan, "not_met", "past fifteen months, no senior manager's entry, a review late")
        life.expect("CPC-RCPC2-12", "conferences", held[0], "not_met", "the next review three days late")
        life.lock(held[1], *life.rows["management_decisions"])
        return


@PLANTS.plant("DRF-LEGAL-04", "past nine months without legal advice")
def no_advice(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        if months(plan["started_on"], 9) < AS_OF and not life.rows.get("pre_proceedings"):
            yield True
            life.drop("management_decisions", *life.all("management_decisions", about="legal"))
            life.expect("DRF-LEGAL-04", "plans", plan, "not_met", "past nine months without legal advice")
            life.lock(*life.rows["management_decisions"])
            return


def _two_years(early: int, outcome: str, words: str) -> None:
    """A plan that ended just before two years had passed, ended so many days before the anniversary instead."""

    @PLANTS.plant("DRF-24M-02", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection", still=False):
            end = days(months(plan["started_on"], 24), -early)
            held = of_plan(life, "conferences", plan, "held_at", kind="review")
            groups = of_plan(life, "core_groups", plan, "held_on")
            if not 0 <= (end - plan["ended_on"]).days <= 5 or end > AS_OF or len(held) < 2 or days(groups[-1]["held_on"], 42) <= end:
                continue
            after = [one["started_on"] for one in plans(life, "child_in_need")]
            if months(day_of(held[-2]["held_at"]), 6) < end or not after or min(after) < end:
                continue
            yield True
            move(life, "conferences", held[-1], end)
            plan["ended_on"] = end
            visit(life, end, "child_protection", plan)
            life.expect("DRF-24M-02", "plans", plan, outcome, words)
            life.lock(held[-1])
            return


_two_years(0, "not_met", "ended two years after it began to the day")
_two_years(1, "met", "ended on the day before two years had passed")


def _nothing_done(early: int, outcome: str, words: str) -> None:
    """A child in need plan past nine months, its last action done three months ago, or a day before that."""

    @PLANTS.plant("DRF-CIN-07", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_in_need", still=True):
            last = days(months(AS_OF, -3), -early)
            recent = [
                row for row in life.all("plan_actions", plan_id=plan["plan_id"]) if row["completed_on"] and row["completed_on"] >= last
            ]
            if months(plan["started_on"], 9) < AS_OF and recent:
                yield True
                for row in recent:
                    row.update(completed_on=last)
                    life.lock(row)
                life.expect("DRF-CIN-07", "plans", plan, outcome, words)
                return


_nothing_done(1, "not_met", "past nine months, nothing done for three months and a day")
_nothing_done(0, "met", "past nine months, an action done three months ago")


def _unanswered(back: int, by: str, outcome: str, words: str) -> None:
    """Past fifteen months without a senior manager's review; an alert raised so many working days ago has no response."""

    @PLANTS.plant("DRF-ANSWER-08", words, trap=outcome != "not_met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection", still=True):
            since = months(AS_OF, -3)
            if months(plan["started_on"], 15) >= AS_OF or not _senior("legal", life, since) or life.rows.get("practice_alerts"):
                continue
            yield True
            life.drop("management_decisions", *_senior("review", life, since))
            alert = _alert(life, back, by)
            life.expect("DRF-15M-01", "plans", plan, "not_met", "no senior manager's review in three months")
            life.expect("DRF-ANSWER-08", "plans", plan, outcome, words)
            life.expect("QA-ALERT-01", "practice_alerts", alert, "not_yet_due" if back <= 10 else "not_met", "no response")
            life.lock(*life.rows["management_decisions"])
            return


def _alert(life: Life, back: int, by: str) -> Row:
    """An alert raised so many working days ago, which nobody answered."""
    return life.add(
        "practice_alerts", raised_on=working(AS_OF, -back), raised_by=getattr(life.team, by), kind="concern", about="plan",
        responded_on=None, resolved_on=None, stage="1",
    )  # fmt: skip


_unanswered(11, "reviewing_officer", "not_met", "drift, and the reviewing officer's alert unanswered on the eleventh working day")
_unanswered(11, "chair", "not_met", "drift, and the chair's alert unanswered on the eleventh working day")
_unanswered(10, "chair", "met", "drift, and the chair's alert unanswered on the tenth working day")
_unanswered(11, "manager", "met", "drift, and a manager's alert unanswered")


@PLANTS.plant("DRF-ANSWER-08", "the chair's alert unanswered, and no drift", trap=True)
def no_drift(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        done = life.all("plan_actions", plan_id=plan["plan_id"], status="completed")
        if done and working(plan["started_on"], 20) < AS_OF and not life.rows.get("practice_alerts"):
            yield True
            life.expect("QA-ALERT-01", "practice_alerts", _alert(life, 11, "chair"), "not_met", "no response")
            life.expect("DRF-ANSWER-08", "plans", plan, "met", "the chair's alert unanswered, and no drift")
            life.lock(*life.all("plan_actions", plan_id=plan["plan_id"]))
            return
