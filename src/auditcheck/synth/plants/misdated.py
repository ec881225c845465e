"""Records dated on the wrong side of another: a start before the referral, a review before its plan, an end before the start."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from auditcheck.synth import protection
from auditcheck.synth.almanac import AS_OF, at, day_of, days, months
from auditcheck.synth.authority import Row
from auditcheck.synth.care import go_missing
from auditcheck.synth.life import Life
from auditcheck.synth.need import plan_for_need
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps, episodes, move, of_plan, plans, reports

PLANTS = Plants()


def _referral(life: Life, row: Row) -> Row:
    return life.all("referrals", referral_id=row["referral_id"])[0]


def _plan_begun(early: int, outcome: str, words: str) -> None:
    """A care plan or a plan for permanence, the start of which bears no other clock. A case begins with the first of its records."""

    @PLANTS.plant("DQ-PLAN-03", words, alone=False, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in life.all("plans", kind="care") + life.all("plans", kind="permanence"):
            referral = _referral(life, plan)
            if life.free(plan) and life.free(referral) and life.free(life.child):
                yield True
                plan["started_on"] = days(day_of(referral["received_at"]), -early)
                life.lock(referral, life.child)
                life.expect("DQ-PLAN-03", "plans", plan, outcome, words)
                return


_plan_begun(1, "not_met", "begun on the day before the referral")
_plan_begun(0, "met", "begun on the day of the referral")


@PLANTS.plant("DQ-ASM-01", "begun on the day before the referral")
def assessed_early(life: Life) -> Steps:
    for referral in life.rows.get("referrals", ()):
        mine = life.all("assessments", referral_id=referral["referral_id"])
        if mine and mine[0]["kind"] in ("single", "initial"):
            yield True
            mine[0]["started_on"] = days(day_of(referral["received_at"]), -1)
            life.expect("DQ-ASM-01", "assessments", mine[0], "not_met", "begun on the day before the referral")
            return


def _finished(early: int, outcome: str, words: str) -> None:
    """A single assessment authorised on the day it began, or on the day before: then nobody can tell whether in time."""

    @PLANTS.plant("DQ-ASM-15", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for row in life.all("assessments", kind="single"):
            if row["authorised_on"] and row["outcome"] == "continue the plan" and row["started_on"] >= date(2013, 4, 15):
                yield True
                row["authorised_on"] = days(row["started_on"], -early)
                timely = "cannot_tell" if early else "met"
                life.expect("DQ-ASM-15", "assessments", row, outcome, words)
                life.expect("ASM-45-03", "assessments", row, timely, words)
                life.expect("ASM-45R-04", "assessments", row, timely, words)
                return


_finished(1, "not_met", "authorised on the day before it began")
_finished(0, "met", "authorised on the day it began")


def _enquired(early: int, outcome: str, words: str) -> None:
    """Strategy discussion, enquiry and the child seen on the day of the referral, or on the day before. No conference followed."""

    @PLANTS.plant("DQ-S47-02", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for row in life.all("section_47_enquiries", outcome="not_substantiated"):
            strategy = life.all("strategy_discussions", strategy_id=row["strategy_id"])[0]
            day = days(day_of(_referral(life, row)["received_at"]), -early)
            yield True
            strategy["held_at"] = at(day, "11:00")
            row.update(started_on=day, child_seen_at=at(day, "15:00"))
            life.expect("DQ-S47-02", "section_47_enquiries", row, outcome, words)
            life.lock(strategy)
            return


_enquired(1, "not_met", "begun on the day before the referral")
_enquired(0, "met", "begun on the day of the referral")


def _conferred(late: int, outcome: str, words: str) -> None:
    """The enquiry that led to an initial conference is dated on the day of that, or on the day after."""

    @PLANTS.plant("DQ-CONF-04", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for meeting in life.all("conferences", kind="initial"):
            for row in life.all("section_47_enquiries", enquiry_id=meeting["enquiry_id"]):
                day = days(day_of(meeting["held_at"]), late)
                if day > AS_OF:
                    continue
                yield True
                row["started_on"] = day
                life.expect("DQ-CONF-04", "conferences", meeting, outcome, words)
                life.lock(row)
                return


_conferred(1, "not_met", "held on the day before the enquiry began")
_conferred(0, "met", "held on the day on which the enquiry began")


def _first(life: Life, plan: Row) -> Row | None:
    """The initial conference that made a plan."""
    return next(iter(life.all("conferences", plan_id=plan["plan_id"], kind="initial")), None)


def _over(plan: Row, begun: date) -> bool:
    """Whether a plan that began on a day would last two years."""
    return months(begun, 24) <= (plan["ended_on"] or AS_OF)


def _plan_made(late: int, rule: str, words: str) -> None:
    """The plan is dated a day before or after the conference that made it."""

    @PLANTS.plant(rule, words)
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            meeting, begun = _first(life, plan), days(plan["started_on"], late)
            if meeting and begun <= AS_OF and not _over(plan, begun):
                yield True
                plan["started_on"] = begun
                life.expect(rule, "conferences", meeting, "not_met", words)
                life.lock(plan)
                return


_plan_made(-1, "DQ-CPP-05", "the plan begins on the day before the conference")
_plan_made(1, "DQ-CPP-06", "the plan begins on the day after the conference")


def _weekend(back: int, words: str) -> None:
    """A conference of a Monday held on the Saturday or Sunday before, and the plan in force from then on."""

    @PLANTS.plant("DQ-CONF-32", words)
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_protection"):
            meeting, day = _first(life, plan), days(plan["started_on"], -back)
            reviews = of_plan(life, "conferences", plan, "held_at", kind="review")
            late = (day_of(reviews[0]["held_at"]) if reviews else AS_OF) > months(day, 3)
            if not meeting or plan["started_on"].weekday() or late or _over(plan, day):
                continue
            yield True
            due = meeting["due_on"]
            move(life, "conferences", meeting, day)
            meeting["due_on"] = due
            plan["started_on"] = day
            life.expect("DQ-CONF-32", "conferences", meeting, "not_met", words)
            life.lock(plan, *reports(life, "conferences", meeting))
            return


_weekend(2, "held on a Saturday")
_weekend(1, "held on a Sunday")


@PLANTS.plant("DQ-CONF-32", "a review held on a Saturday", trap=True)
def review_on_saturday(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        held = of_plan(life, "conferences", plan, "held_at", kind="review")
        for row, after in pairwise(held):
            day = days(day_of(row["held_at"]), -day_of(row["held_at"]).weekday() - 2)
            if months(day, 6) >= day_of(after["held_at"]) and months(plan["started_on"], 2) < day and _quiet(life, plan):
                yield True
                move(life, "conferences", row, day)
                life.expect("DQ-CONF-32", "conferences", row, "not_applicable", "a review held on a Saturday")
                return


def _quiet(life: Life, plan: Row) -> bool:
    """Whether no event called for one of the plan's reviews."""
    return not life.all("circumstance_changes", plan_id=plan["plan_id"], review_needed="yes")


def _reviewed(rule: str, after: int, outcome: str, words: str) -> None:
    """A review more, so many days after the plan began (``DQ-REV-18``) or ended (``DQ-REV-40``)."""

    @PLANTS.plant(rule, words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        begins = rule == "DQ-REV-18"
        for plan in plans(life, "child_protection", still=None if begins else False):
            day = days(plan["started_on" if begins else "ended_on"], after)
            if day > AS_OF:
                continue
            yield True
            row = protection.confer(life, day, "review", "continue" if begins else "end", plan)
            life.expect(rule, "conferences", row, outcome, words)
            return


_reviewed("DQ-REV-18", 0, "not_met", "a review on the day the plan began")
_reviewed("DQ-REV-18", 1, "met", "a review on the day after the plan began")
_reviewed("DQ-REV-40", 1, "not_met", "a review on the day after the plan ended")


def _brief(length: int, outcome: str, words: str) -> None:
    """A child in need plan just before a case is closed that was an assessment and nothing more."""

    @PLANTS.plant("DQ-PLAN-17", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        if life.rows.get("plans") or life.rows.get("care_episodes"):
            return
        for referral in life.rows.get("referrals", ())[-1:]:
            if (end := referral["closed_on"]) and referral["no_further_action"] == "no":
                yield True
                plan = plan_for_need(life, referral, days(end, -length), end)
                life.expect("DQ-PLAN-17", "plans", plan, outcome, words)


_brief(0, "not_met", "ended on the day it began")
_brief(1, "met", "ended on the day after it began")


def _gone(early: int, outcome: str, words: str) -> None:
    """A child goes missing from care on the first day of care, or on the day before."""

    @PLANTS.plant("DQ-MIS-51", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for episode in episodes(life):
            day = days(episode["started_on"], -early)
            if life.age(day) >= 10 and not life.rows.get("missing_episodes") and days(day, 10) < (episode["ended_on"] or AS_OF):
                yield True
                life.expect("DQ-MIS-51", "missing_episodes", go_missing(life, day, "care"), outcome, words)
                return


_gone(1, "not_met", "missing from care on the day before care began")
_gone(0, "met", "missing from care on the day on which care began")
