"""Child protection: strategy discussion, enquiry, conference, plan, core groups, visits, reviews."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, at, days, held, months, past, working
from auditcheck.synth.authority import Row
from auditcheck.synth.front_door import decide, visit
from auditcheck.synth.life import Life, every
from auditcheck.synth.need import act, share

_AGENCIES = "social_care;police;health;education"


def enquire(life: Life, referral: Row, on: date, outcome: str) -> Row:
    """A strategy discussion at ten, the enquiry the same day, the child seen at three, an outcome within ten working days."""
    unborn = life.age(on) < 0
    strategy = life.add(
        "strategy_discussions", referral_id=referral["referral_id"], held_at=at(on, "10:00"), agencies=_AGENCIES, decision="section_47",
        actions="see the child today", rationale="injury seen at school", chaired_by=life.team.manager, other_children="considered",
    )  # fmt: skip
    life.add("strategy_actions", strategy_id=strategy["strategy_id"], action="see the child", owner=life.worker, due_on=on, completed_on=on)
    done = working(on, life.between(4, 9))
    told = past(done)
    signed = past(working(done, 1)) or told
    return life.add(
        "section_47_enquiries", referral_id=referral["referral_id"], strategy_id=strategy["strategy_id"], started_on=on,
        child_seen_at="" if unborn else at(on, "15:00"), not_seen_reason="", child_seen_alone="" if unborn else "yes", not_alone_reason="",
        child_views="feels safe at school", worker_id=life.worker, outcome=outcome if told else "", outcome_recorded_on=told,
        signed_off_by=life.team.manager if told else "", signed_off_on=signed,
        conference_required=("yes" if outcome == "substantiated_conference" else "no") if told else "",
    )  # fmt: skip


def confer(life: Life, day: date, kind: str, outcome: str, plan: Row | None, enquiry: Row | None = None, **more: object) -> Row:
    """A conference held at two in the afternoon of ``day``, reports shared two days before."""
    small = life.age(day) < 4
    fields: dict[str, object] = {
        "kind": kind, "notified_on": None, "held_at": at(day, "14:00"), "due_on": day, "agencies": _AGENCIES,
        "enquiry_id": enquiry["enquiry_id"] if enquiry else "", "plan_id": plan["plan_id"] if plan else "", "outcome": outcome,
        "chair_id": life.team.chair, "quorate": "yes", "inquorate_reason": "", "cancelled": "no",
        "child_participation": "too_young" if small else life.rng.choice(["attended", "attended_with_advocate", "views_presented"]),
        "child_views": "wants home to be calmer", "parent_attended": "yes", "parent_absence_reason": "", "late_reason": "",
        "late_agreed_by": "",
        "late_agreed_by_chair": "", "brought_forward_because": "", "chair_saw_child": "" if life.age(day) < 0 else "yes",
        "chair_not_seen_reason": "", "minutes_sent_on": past(working(day, life.between(4, 10))), "move_permanent": "",
    }  # fmt: skip
    row = life.add("conferences", **(fields | more))
    share(life, "conference_id", row, day, 2)
    return row


def begin_plan(life: Life, referral: Row, start: date) -> Row:
    """A child protection plan, in force from the day of the initial conference."""
    written = past(working(start, life.between(3, 8)))
    category = life.rng.choices(["neglect", "emotional", "physical", "sexual", "multiple"], [49, 30, 11, 5, 5])[0]
    before = 1 if life.chance(0.15) else 0
    return life.add(
        "plans", referral_id=referral["referral_id"], kind="child_protection", started_on=start, document_on=written, ended_on=None,
        end_reason="", category=category, latest_category=category, format="outcomes", needs="routines", risks="harm through neglect",
        contingency="what happens if it does not work", child_views="wants home to be calmer", parent_views="want help",
        lead_worker_id=life.worker, team=life.team.name, previous_plans=str(before),
        previous_plans_analysis="what the plan before changed, and what it did not" if before else "", transferred_in="no",
        shared_with_family_on=past(days(written, 2)) or written if written else None, updated_on=written, agreed_by="conference",
        visit_every="10 working days", core_group="parents;school;health visitor", child_views_used="bedtime was moved",
    )  # fmt: skip


def protect(life: Life, plan: Row, reviews: int, lasting: bool = False) -> date | None:
    """Live through a plan that ends at its ``reviews``-th review (``lasting``: just before two years have passed).

    The day of its end, or None where it is still in force.
    """
    start = plan["started_on"]
    assert isinstance(start, date)
    meetings = [held(days(months(start, 3), -life.between(0, 9)))]
    final = held(days(months(start, 24), -1)) if lasting else date.max
    while len(meetings) < reviews or (lasting and months(meetings[-1], 6) < final):
        meetings.append(held(days(months(meetings[-1], 6), -life.between(2, 40))))
    meetings += [final] if lasting else []
    end = past(meetings[-1])
    for day in meetings:
        if day <= AS_OF:
            confer(life, day, "review", "end" if day == end else "continue", plan)
    last = end or AS_OF
    _meet(life, plan, start, last)
    for number in range(life.between(2, 4)):
        act(life, plan, days(start, 40 + 60 * number), end, ("social_care", "health", "education", "police")[number])
    day = start
    while (day := working(day, life.between(8, 9))) <= last:
        visit(life, day, "child_protection", plan)
    life.add("advocacy_offers", offered_on=past(days(start, 5)) or AS_OF, accepted="no", occasion="conference")
    if plan["category"] == "neglect" and (profiled := past(days(start, 25))):
        life.add(
            "risk_assessments", plan_id=plan["plan_id"], kind="graded_care_profile", completed_on=min(profiled, last),
            tool="graded care profile", level="medium", analysis="care graded area by area", panel_considered_on=None,
        )  # fmt: skip
    for about, after in (("legal", 8), ("review", 14)):
        for day in (months(start, after), *every(months(start, after), 80, last)):
            if day <= last:
                decide(life, held(day), about, life.team.senior)
    if end:
        plan.update(ended_on=end, end_reason="no longer at risk of significant harm")
    return end


def _meet(life: Life, plan: Row, start: date, last: date) -> None:
    """The first core group within ten working days, the others within six weeks of each other."""
    first = working(start, life.between(4, 9))
    for day in (first, *every(first, life.between(34, 41), last)):
        if day > last:
            return
        written = past(days(day, 4))
        life.add(
            "core_groups", plan_id=plan["plan_id"], held_on=day, agencies=_AGENCIES, parent_attended="yes",
            minutes_recorded_on=written, parent_absence_reason="", family_views="the plan helps",
            plan_updated_on=written, impact_of_change="fewer missed meals" if written else "",
        )  # fmt: skip
