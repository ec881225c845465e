"""Two records of a kind that stand at the same time, where there should be one at a time."""

from __future__ import annotations

from datetime import date

from auditcheck.synth import care, front_door, protection
from auditcheck.synth.almanac import AS_OF, day_of, days, working
from auditcheck.synth.authority import Row
from auditcheck.synth.front_door import visit
from auditcheck.synth.life import KEYS, Life
from auditcheck.synth.need import plan_for_need, review
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps, episodes, in_order, plans

PLANTS = Plants()


def _again(life: Life, table: str, row: Row, **changes: object) -> Row:
    """A copy of a record under an id of its own."""
    return life.add(table, **({name: value for name, value in row.items() if name not in (KEYS[table][0], "child_id")} | changes))


def _assessed_twice(early: int, outcome: str, words: str) -> None:
    """A single assessment begun on the day on which another ended, or on the day before."""

    @PLANTS.plant("DQ-ASM-11", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for row in life.all("assessments", kind="single"):
            if not row["authorised_on"]:
                continue
            start = days(row["authorised_on"], -early)
            done = working(start, 20)
            others = [one for one in life.rows["assessments"] if one is not row and one["started_on"] <= done]
            if done >= min(AS_OF, life.until(row)) or any(not one["authorised_on"] or one["authorised_on"] > start for one in others):
                continue
            yield True
            referral = life.all("referrals", referral_id=row["referral_id"])[0]
            second = front_door.assess(life, referral, start, done, "continue the plan")
            life.expect("DQ-ASM-11", "assessments", second, outcome, words)
            life.lock(row)
            return


_assessed_twice(1, "not_met", "begun on the day before another was authorised")
_assessed_twice(0, "met", "begun on the day another was authorised")


def _handed_over(over: int, outcome: str, words: str) -> None:
    """A child in need plan goes on as another that begins on day 80; the first is ended then, or so many days later."""

    @PLANTS.plant("DQ-CIN-08", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for plan in plans(life, "child_in_need"):
            day = days(plan["started_on"], 80)
            if days(day, 30) > min(plan["ended_on"] or AS_OF, life.until(plan), AS_OF) or life.disabled:
                continue
            yield True
            second = _again(life, "plans", plan, started_on=day, document_on=day)
            plan.update(ended_on=days(day, over), end_reason="needs met")
            _carry_on(life, plan, second, day)
            life.expect("DQ-CIN-08", "plans", second, outcome, words)
            life.lock(plan)
            return


def _carry_on(life: Life, plan: Row, second: Row, day: date) -> None:
    """Visits and reviews from ``day`` on belong to the second plan; both plans have every action, each done while its plan ran."""
    for table, field in (("visits", "visited_at"), ("reviews", "held_on")):
        for row in life.all(table, plan_id=plan["plan_id"]):
            if str(row[field]) >= str(day):
                row["plan_id"] = second["plan_id"]
    for row in life.all("plan_actions", plan_id=plan["plan_id"]):
        if row["completed_on"] and row["completed_on"] <= day:
            _again(life, "plan_actions", row, plan_id=second["plan_id"], due_on=days(day, 20), completed_on=days(day, 10))
        else:
            _again(life, "plan_actions", row, completed_on=day, status="completed")
            row["plan_id"] = second["plan_id"]


_handed_over(1, "not_met", "begun on the day before another ended")
_handed_over(0, "met", "begun on the day another ended")


@PLANTS.plant("DQ-CIN-09", "in the middle of a child protection plan")
def plans_of_two_kinds(life: Life) -> Steps:
    for plan in plans(life, "child_protection"):
        start = days(plan["started_on"], 40)
        if days(start, 20) < (plan["ended_on"] or AS_OF):
            yield True
            referral = life.all("referrals", referral_id=plan["referral_id"])[0]
            second = plan_for_need(life, referral, start, days(start, 15))
            life.expect("DQ-CIN-09", "plans", second, "not_met", "in the middle of a child protection plan")
            life.lock(plan)
            return


@PLANTS.plant("DQ-CIN-09", "begun on the day the child protection plan ended", trap=True)
def one_after_the_other(life: Life) -> Steps:
    """With a visit and a review on the day on which it would have begun: the intervals run from its start."""
    for before in plans(life, "child_protection", still=False):
        for plan in plans(life, "child_in_need"):
            if before["ended_on"] < plan["started_on"] < days(before["ended_on"], 10):
                yield True
                visit(life, plan["started_on"], "child_in_need", plan)
                review(life, plan["started_on"], "child_in_need", plan_id=plan["plan_id"])
                plan["started_on"] = before["ended_on"]
                life.expect("DQ-CIN-09", "plans", plan, "met", "begun on the day the child protection plan ended")
                return


@PLANTS.plant("DQ-CPP-07", "opened a second time, and ended after three days")
def opened_twice(life: Life) -> Steps:
    """The second plan ends with no review and nothing after it, as every plan that was a mistake."""
    for plan in plans(life, "child_protection"):
        start = working(plan["started_on"], 3)
        if working(start, 8) < (plan["ended_on"] or AS_OF):
            yield True
            second = _again(
                life, "plans", plan, started_on=start, ended_on=working(start, 3), document_on=None, updated_on=None,
                shared_with_family_on=None, end_reason="opened in error",
            )  # fmt: skip
            life.expect("DQ-CPP-07", "plans", second, "not_met", "begun while another stood")
            life.expect("CLS-CPEND-05", "plans", second, "not_met", "no review ended it")
            life.expect("CLS-STEP-07", "plans", second, "not_met", "no child in need plan after it")
            life.lock(plan)
            return


def _in_care_twice(over: int, outcome: str, words: str) -> None:
    """A short break before a period of care, which ended on the day on which that began, or on the day after."""

    @PLANTS.plant("DQ-LAC-26", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for episode in episodes(life):
            start, end = days(episode["started_on"], -12), days(episode["started_on"], over)
            referral = life.rows["referrals"][-1]
            if str(start) <= str(referral["received_at"])[:10] or days(end, 10) > AS_OF:
                continue
            yield True
            first = care.look_after(life, referral, start, end, short=True)
            first["end_reason"] = "E8"
            life.expect("DQ-LAC-26", "care_episodes", episode, outcome, words)
            life.lock(first)
            return


_in_care_twice(1, "not_met", "begun on the day before a short break ended")
_in_care_twice(0, "met", "begun on the day a short break ended")


def _missing_twice(again: str, outcome: str, words: str) -> None:
    """Gone again on the day of the return, which is the morning after; or on the evening on which the child had gone already."""

    @PLANTS.plant("DQ-MIS-21", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for row in life.rows.get("missing_episodes", ()):
            yield True
            day = day_of(row["returned_at" if outcome == "met" else "went_missing_at"])
            second = care.go_missing(life, day, row["from_setting"])
            second["went_missing_at"] = f"{day}T{again}"
            life.expect("DQ-MIS-21", "missing_episodes", second, outcome, words)
            life.lock(row)
            return


_missing_twice("22:00", "not_met", "gone again on an evening on which the child was missing")
_missing_twice("07:00", "met", "gone again at the minute of the return")


@PLANTS.plant("DQ-REF-10", "referred again while the case was open")
def referred_twice(life: Life) -> Steps:
    """The second referral stays open as long as the first and is closed with it."""
    if found := _mid_case(life):
        first, day = found
        yield True
        second = front_door.refer(life, day)
        closing = [name for name in first if name.startswith(("clos", "stepped", "receiving"))]
        second.update({name: first[name] for name in closing})
        life.expect("DQ-REF-10", "referrals", second, "not_met", "referred again while the case was open")
        life.lock(first)


@PLANTS.plant("DQ-REF-10", "referred again while the case was open, and no further action", trap=True)
def turned_away_meanwhile(life: Life) -> Steps:
    if found := _mid_case(life):
        yield True
        second = front_door.refer(life, found[1], nfa=True)
        life.expect("DQ-REF-10", "referrals", second, "not_applicable", "referred again while the case was open, and no further action")
        life.lock(found[0])


def _mid_case(life: Life) -> tuple[Row, date] | None:
    """The one referral of a case with a child in need plan, and a day while that plan ran."""
    for plan in plans(life, "child_in_need"):
        day = working(plan["started_on"], 20)
        if len(life.rows["referrals"]) == 1 and working(day, 5) < (plan["ended_on"] or AS_OF):
            return life.rows["referrals"][0], day
    return None


def _enquired_twice(early: int, outcome: str, words: str) -> None:
    """A second enquiry begun on the day of the first one's outcome, or on the day before."""

    @PLANTS.plant("DQ-S47-12", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        rows = in_order(life.rows.get("section_47_enquiries", []), "started_on")
        for row in rows:
            if row["outcome_recorded_on"] and working(row["outcome_recorded_on"], 15) < min(AS_OF, life.until(row)):
                yield True
                referral = life.all("referrals", referral_id=row["referral_id"])[0]
                second = protection.enquire(life, referral, days(row["outcome_recorded_on"], -early), "not_substantiated")
                life.expect("DQ-S47-12", "section_47_enquiries", second, outcome, words)
                life.lock(row)
                return


_enquired_twice(1, "not_met", "begun on the day before the first one's outcome")
_enquired_twice(0, "met", "begun on the day of the first one's outcome")


def _decided_twice(over: int, outcome: str, words: str) -> None:
    """An earlier decision that the child should be placed, reversed on the day of the next one, or on the day after."""

    @PLANTS.plant("DQ-ADO-54", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for row in life.rows.get("adoptions", ()):
            first = days(row["decided_on"], -20) if row["decided_on"] else None
            if first is None or row["matched_on"] or row["adopted_on"] or row["reversed_on"] or first < row["entered_care_on"]:
                continue
            yield True
            earlier = _again(life, "adoptions", row, decided_on=first, panel_on=None, reversed_on=days(row["decided_on"], over))
            life.expect("DQ-ADO-54", "adoptions", row, outcome, words)
            life.lock(earlier)
            return


_decided_twice(1, "not_met", "decided on the day before an earlier decision was reversed")
_decided_twice(0, "met", "decided on the day an earlier decision was reversed")
