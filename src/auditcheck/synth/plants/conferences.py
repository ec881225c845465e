"""Review conferences: late, cancelled, never held, or on the last day."""

from __future__ import annotations

from auditcheck.synth.almanac import AS_OF, day_of, days, months, opened, working
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.protection import confer
from auditcheck.synth.tools import (
    Steps,
    cancel,
    move,
    of_plan,
    plans,
    reports,
)

PLANTS = Plants()


def _series(life: Life, plan: Row) -> list[Row]:
    return of_plan(life, "conferences", plan, "held_at", kind="review")


def _other_duties(life: Life, plan: Row) -> bool:
    """Whether moving this plan's meetings would move other duties as well: an event that calls for a review."""
    return bool(life.all("circumstance_changes", plan_id=plan["plan_id"], review_needed="yes"))


def _first_review(late: int, changes: dict[str, object], outcome: str, words: str) -> None:
    """The first review so many days past three months (then the next working day), or on the very day."""

    @PLANTS.plant("CPC-RCPC1-11", words, trap=outcome in ("met", "justified"))
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            held = _series(life, plan)
            limit = months(plan["started_on"], 3)
            day = limit if late == 0 else opened(days(limit, late))
            if not held or day > AS_OF or (plan["ended_on"] and len(held) < 2) or (len(held) > 1 and day >= day_of(held[1]["held_at"])):
                continue
            yield True
            move(life, "conferences", held[0], day)
            held[0].update(changes)
            life.expect("CPC-RCPC1-11", "plans", plan, outcome, words)
            life.lock(held[0])
            return


_first_review(1, {}, "not_met", "the first review after three months and a day or more")
_first_review(1, {"late_reason": "snow closed the offices"}, "justified", "the first review late, for a reason")
_first_review(0, {}, "met", "the first review on the last day of three months")


@PLANTS.plant("CPC-RCPC1-11", "no first review to this day")
def no_review(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        held = _series(life, plan)
        if len(held) == 1 and months(plan["started_on"], 3) < AS_OF:
            yield True
            cancel(life, "conferences", *held)
            life.expect("CPC-RCPC1-11", "plans", plan, "not_met", "no first review to this day")
            return


def _later_review(late: int, changes: dict[str, object], outcome: str, words: str) -> None:
    @PLANTS.plant("CPC-RCPC2-12", words, trap=outcome in ("met", "justified"))
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            held = _series(life, plan)
            for before, row, after in zip(held, held[1:], [*held[2:], None], strict=False):
                limit = months(day_of(before["held_at"]), 6)
                day = limit if late == 0 else opened(days(limit, late))
                if day > AS_OF or (after is None and plan["ended_on"]) or (after is not None and day >= day_of(after["held_at"])):
                    continue
                yield True
                move(life, "conferences", row, day)
                row.update(changes)
                life.expect("CPC-RCPC2-12", "conferences", before, outcome, words)
                life.lock(row)
                return


_later_review(1, {}, "not_met", "the next review after six months and a day or more")
_later_review(1, {"late_reason": "police report awaited"}, "justified", "the next review late, for a reason")
_later_review(1, {"late_reason": "TBC"}, "not_met", "the next review late, the reason is a placeholder")
_later_review(0, {}, "met", "the next review on the last day of six months")


@PLANTS.plant("CPC-RCPC2-12", "a review was cancelled and not held again")
def cancelled(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        held = _series(life, plan)
        for before, row, after in zip(held, held[1:], held[2:], strict=False):
            if day_of(after["held_at"]) > months(day_of(before["held_at"]), 6):
                yield True
                row["cancelled"] = "yes"
                life.expect("CPC-RCPC2-12", "conferences", before, "not_met", "the review that was due was cancelled")
                life.lock(after, row, *reports(life, "conferences", row))
                return


@PLANTS.plant("CPC-RCPC2-12", "a review more, which was cancelled, changes nothing", trap=True)
def cancelled_besides(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        held = _series(life, plan)
        if len(held) > 1 and not _other_duties(life, plan):
            yield True
            extra = confer(life, working(day_of(held[0]["held_at"]), 20), "review", "continue", plan, cancelled="yes", minutes_sent_on=None)
            cancel_reports = reports(life, "conferences", extra)
            life.drop("conference_reports", *cancel_reports)
            life.expect("CPC-RCPC2-12", "conferences", held[0], "met", "the cancelled review neither closes nor starts an interval")
            life.lock(extra)
            return


@PLANTS.plant("CPC-RCPC2-12", "no review for more than six months")
def overdue(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=True):
        held = _series(life, plan)
        if len(held) > 1 and months(day_of(held[-2]["held_at"]), 6) < AS_OF and not _other_duties(life, plan):
            yield True
            cancel(life, "conferences", held[-1])
            life.expect("CPC-RCPC2-12", "conferences", held[-2], "not_met", "no review for more than six months")
            return


@PLANTS.plant("CLS-CPEND-05", "the last review did not end the plan", alone=False)
def not_ended_there(life: Life) -> Steps:
    for plan in plans(life, "child_protection", still=False):
        held = _series(life, plan)
        if held and life.free(plan) and life.free(last := held[-1]):
            yield True
            last["outcome"] = "continue"
            life.expect("CLS-CPEND-05", "plans", plan, "not_met", "the last review continued the plan")
            life.lock(last, *life.all("plan_actions", plan_id=plan["plan_id"]))
            return


@PLANTS.plant("CPC-FWD-13", "an event called for a review that was not brought forward")
def not_brought_forward(life: Life) -> Steps:
    for row in life.rows.get("circumstance_changes", ()):
        plan = life.all("plans", plan_id=row["plan_id"])[0]
        limit = working(row["occurred_on"], 15)
        near = [day_of(one["held_at"]) for one in _series(life, plan)]
        weighed = [one["completed_on"] for one in life.rows["risk_assessments"]]
        if row["review_needed"] != "no" or limit >= min(AS_OF, life.until(row)) or any(row["occurred_on"] <= day <= limit for day in near):
            continue
        if any(row["occurred_on"] <= day <= working(row["occurred_on"], 5) for day in weighed):
            continue
        yield True
        row["review_needed"] = "yes"
        life.expect("CPC-FWD-13", "circumstance_changes", row, "not_met", "no review in fifteen working days")
        life.expect("RSK-UPD-03", "circumstance_changes", row, "not_met", "risk not weighed again in five working days")
        life.lock(*_series(life, plan))
        return


def _weighed(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("RSK-UPD-03", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for row in life.all("circumstance_changes", review_needed="yes"):
            limit = working(row["occurred_on"], number)
            again = life.all("risk_assessments", plan_id=row["plan_id"], kind="general", completed_on=working(row["occurred_on"], 3))
            others = [one for one in life.rows["risk_assessments"] if one not in again]
            if (
                limit > min(AS_OF, life.until(row))
                or len(again) != 1
                or any(row["occurred_on"] <= one["completed_on"] <= limit for one in others)
            ):
                continue
            yield True
            again[0]["completed_on"] = limit
            life.expect("RSK-UPD-03", "circumstance_changes", row, outcome, words)
            life.lock(again[0])
            return


_weighed(6, "not_met", "risk weighed again on the sixth working day")
_weighed(5, "met", "risk weighed again on the fifth working day")
