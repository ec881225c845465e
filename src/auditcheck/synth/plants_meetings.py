"""Breaches and near misses around meetings: reports, conferences, reviews, core groups."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, at, day_of, days, months, opened, working
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.protection import confer
from auditcheck.synth.tools import Steps, cancel, episodes, move, of_plan, plans, reports

PLANTS = Plants()


# Reports


def _report(table: str, rule: str, recipient: str, outcome: str, words: str, change: Any) -> None:
    """One report of one meeting; ``change`` gives its new fields from the meeting's day, or None where it is taken out."""

    @PLANTS.plant(rule, words, alone=False, trap=outcome in ("met", "not_applicable"))
    def steps(life: Life) -> Steps:
        field = "held_at" if table == "conferences" else "held_on"
        for row in life.rows.get(table, ()):
            day = day_of(row[field])
            if not life.free(row) or row["cancelled"] == "yes" or day > life.until(row) or (table == "conferences" and day.month in (3, 10)):
                continue
            if recipient == "child" and (life.age(day) < 4) != (words.startswith("too young")):
                continue
            if recipient == "child" and life.age(day) >= 4 and row["child_participation"] == "too_young":
                continue
            found = reports(life, table, row, recipient)
            if len(found) != 1 or not life.free(found[0]) or not found[0]["shared_at"]:
                continue
            yield True
            new = change(day)
            if new is None:
                life.drop("conference_reports", found[0])
            else:
                found[0].update(new)
            life.expect(rule, table, row, outcome, words, recipient)
            return


def _shared(lead: int, time: str = "") -> Any:
    return lambda day: {"shared_at": at(days(day, -lead), time) if time else str(days(day, -lead))}


_CP, _CASE = ("conferences", "CPC-REP24-04"), ("reviews", "CPC-REP5-05")
_report(*_CP, "parent", "not_met", "shared 23 hours and 59 minutes before", _shared(1, "14:01"))
_report(*_CP, "parent", "met", "shared 24 hours before", _shared(1, "14:00"))
_report(*_CP, "professional", "cannot_tell", "shared on the day before, the hour not known", _shared(1))
_report(*_CP, "professional", "met", "shared two days before, the hour not known", _shared(2))
_report(*_CP, "parent", "not_met", "shared on the day itself, the hour not known", _shared(0))
_report(*_CP, "parent", "not_met", "no report for the parents", lambda day: None)
_report(*_CP, "child", "not_met", "never shared with the child, no reason", lambda day: {"shared_at": ""})
_report(*_CP, "child", "not_applicable", "too young for a report", lambda day: None)
_report(*_CP, "parent", "not_applicable", "kept back, for a reason",
        lambda day: {"shared_at": "", "not_shared_reason": "would put a witness at risk"})  # fmt: skip
_report(*_CASE, "parent", "not_met", "shared four days before", _shared(4))
_report(*_CASE, "parent", "met", "shared five days before", _shared(5))
_report(*_CASE, "professional", "not_met", "no report for the professionals", lambda day: None)


# Review conferences


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
        last = _series(life, plan)[-1]
        if life.free(plan) and life.free(last):
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
        if any(row["occurred_on"] <= day <= working(row["occurred_on"], 5) for day in weighed):  # type: ignore[operator]
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
            if limit > min(AS_OF, life.until(row)) or len(again) != 1 or any(row["occurred_on"] <= one["completed_on"] <= limit for one in others):
                continue
            yield True
            again[0]["completed_on"] = limit
            life.expect("RSK-UPD-03", "circumstance_changes", row, outcome, words)
            life.lock(again[0])
            return


_weighed(6, "not_met", "risk weighed again on the sixth working day")
_weighed(5, "met", "risk weighed again on the fifth working day")


# Core groups


def _first_group(number: int, outcome: str, words: str) -> None:
    @PLANTS.plant("CG-FIRST-01", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            groups = of_plan(life, "core_groups", plan, "held_on")
            day = working(plan["started_on"], number)
            if groups and day <= min(AS_OF, life.until(groups[0])):
                yield True
                move(life, "core_groups", groups[0], day)
                life.expect("CG-FIRST-01", "plans", plan, outcome, words)
                life.lock(groups[0])
                return


_first_group(11, "not_met", "the first core group on the eleventh working day")
_first_group(10, "met", "the first core group on the tenth working day")


@PLANTS.plant("CG-NEXT-02", "a core group was left out")
def group_left_out(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        groups = of_plan(life, "core_groups", plan, "held_on")
        for before, gone, after in zip(groups, groups[1:], groups[2:], strict=False):
            if after["held_on"] > days(before["held_on"], 42):
                yield True
                life.drop("core_groups", gone)
                life.expect("CG-NEXT-02", "core_groups", before, "not_met", "more than six weeks to the next")
                return


@PLANTS.plant("CG-NEXT-02", "the next core group six weeks later to the day", trap=True)
def six_weeks(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        groups = of_plan(life, "core_groups", plan, "held_on")
        for before, row, after in zip(groups, groups[1:], groups[2:], strict=False):
            day: date = days(before["held_on"], 42)
            if day < after["held_on"]:
                yield True
                move(life, "core_groups", row, day)
                life.expect("CG-NEXT-02", "core_groups", before, "met", "six weeks to the day")
                life.lock(row)
                return


# Reviews of children in need, of children in care, of pathway plans


@PLANTS.plant("CIN-REV-04", "a review was left out")
def need_review_left_out(life: Life) -> Steps:
    for plan in plans(life, "child_in_need"):
        held = of_plan(life, "reviews", plan, "held_on")
        for before, gone, after in zip(held, held[1:], held[2:], strict=False):
            yield True
            cancel(life, "reviews", gone)
            late = after["held_on"] > days(before["held_on"], 182 if life.disabled else 84)
            life.expect("CIN-REV-04", "reviews", before, "not_met" if late else "met", "a review was left out")
            return


def _care_review(rule: str, number: int, late: int, outcome: str, words: str) -> None:
    """The ``number``-th review of a period of care moved to so many days past its limit."""

    @PLANTS.plant(rule, words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for episode in episodes(life):
            held = sorted(life.all("reviews", care_episode_id=episode["care_episode_id"]), key=lambda row: str(row["held_on"]))
            if len(held) < number:
                continue
            row = held[number - 1]
            before = held[number - 2] if number > 1 else None
            if before is None:
                day = working(episode["started_on"], 20 + late)
            else:
                day = days(months(before["held_on"], 3 if number == 2 else 6), late)
            after = held[number] if len(held) > number else None
            if day > min(AS_OF, life.until(row)) or (after and day >= after["held_on"]):
                continue
            if number == 2 and after is None and rule == "LAC-REV1-06":
                continue
            yield True
            move(life, "reviews", row, day)
            life.expect(rule, "care_episodes" if before is None else "reviews", before or episode, outcome, words)
            life.lock(row)
            return


_care_review("LAC-REV1-06", 1, 1, "not_met", "the first review on the twenty-first working day")
_care_review("LAC-REV1-06", 1, 0, "met", "the first review on the twentieth working day")
_care_review("LAC-REV2-07", 2, 1, "not_met", "the second review three months and a day after the first")
_care_review("LAC-REV2-07", 2, 0, "met", "the second review three months after the first to the day")
_care_review("LAC-REV3-08", 3, 1, "not_met", "the third review six months and a day after the second")
_care_review("LAC-REV3-08", 3, 0, "met", "the third review six months after the second to the day")


@PLANTS.plant("LAC-REV3-08", "a review was cancelled and not held again")
def care_review_cancelled(life: Life) -> Steps:
    for episode in episodes(life):
        held = sorted(life.all("reviews", care_episode_id=episode["care_episode_id"]), key=lambda row: str(row["held_on"]))
        for before, row, after in zip(held[1:], held[2:], held[3:], strict=False):
            if after["held_on"] > months(before["held_on"], 6):
                yield True
                row["cancelled"] = "yes"
                life.expect("LAC-REV3-08", "reviews", before, "not_met", "the review that was due was cancelled")
                life.lock(row, *reports(life, "reviews", row))
                return


@PLANTS.plant("CL-REV-03", "a review of the pathway plan was left out")
def pathway_review_left_out(life: Life) -> Steps:
    held = life.all("reviews", kind="pathway")
    for before, gone, after in zip(held, held[1:], held[2:], strict=False):
        if after["held_on"] > months(before["held_on"], 6) and months(life.born, 21 * 12) > AS_OF:  # type: ignore[arg-type]
            yield True
            cancel(life, "reviews", gone)
            life.expect("CL-REV-03", "reviews", before, "not_met", "more than six months to the next")
            return
