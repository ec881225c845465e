"""Child in need: the plan, its actions, visits and reviews."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, at, days, past
from auditcheck.synth.authority import Row
from auditcheck.synth.front_door import visit
from auditcheck.synth.life import Life, every

_PARTNERS = ("health", "education", "early_years", "housing", "voluntary")


def plan_for_need(life: Life, referral: Row, start: date, end: date | None) -> Row:
    """A child in need plan from ``start``, ended on ``end`` where it has ended, lawful in everything."""
    plan = life.add(
        "plans", referral_id=referral["referral_id"], kind="child_in_need", started_on=start, document_on=past(days(start, 3)),
        ended_on=end, end_reason="needs met" if end else "", contingency="what happens if it does not work", needs="routines",
        risks="neglect", child_views="wants home to be calmer", parent_views="want help", lead_worker_id=life.worker,
        team=life.team.name, visit_every="20 working days", child_views_used="bedtime was moved", agreed_by="parents", format="",
    )  # fmt: skip
    last = end or AS_OF
    life.add("advocacy_offers", offered_on=start, accepted="no", occasion="plan")
    for number in range(life.between(2, 3)):
        act(life, plan, days(start, 60 + 45 * number), end, _PARTNERS[number])
    if (last - start).days > 200:  # a plan that goes on keeps getting things done
        act(life, plan, days(last, -life.between(5, 40)), end, "education")
    visited = [visit(life, day, "child_in_need", plan) for day in every(start, life.between(20, 25), last)]
    if end and (not visited or days(end, -15) > date.fromisoformat(str(visited[-1]["visited_at"])[:10])):
        visit(life, max(days(end, -4), start), "child_in_need", plan)
    for day in every(start, life.between(70, 83), last):
        review(life, day, "child_in_need", plan_id=plan["plan_id"])
    return plan


def review(life: Life, day: date, kind: str, **links: object) -> Row:
    """A review held on ``day``, its reports shared a week before."""
    small = life.age(day) < 4
    row = life.add(
        "reviews", kind=kind, **({"plan_id": "", "care_episode_id": ""} | links), held_on=day, due_on=day,
        chair_id=life.team.reviewing_officer, child_participation="too_young" if small else "attended", cancelled="no", late_reason="",
        brought_forward_because="",
    )  # fmt: skip
    share(life, "review_id", row, day, 7)
    return row


def share(life: Life, link: str, meeting: Row, day: date, lead: int) -> None:
    """Reports for parent, child and professionals, shared at nine in the morning ``lead`` days before the meeting."""
    for recipient in ("parent", "child", "professional"):
        life.add(
            "conference_reports", **({"conference_id": "", "review_id": ""} | {link: meeting[link]}), agency="social_care",
            author_id=life.worker, recipient=recipient, shared_at=at(days(day, -lead), "09:00"), not_shared_reason="",
        )  # fmt: skip


def act(life: Life, plan: Row, due: date, end: date | None, agency: str) -> Row:
    """An action of a plan: done some days before it is due, and by the plan's end; still open where that lies ahead."""
    done = past(min(days(due, -life.between(2, 12)), end or date.max))
    return life.add(
        "plan_actions", plan_id=plan["plan_id"], need="safety at home", action="parenting course", owner=life.worker,
        outcome="routines kept for six weeks", due_on=due, timescale="", status="completed" if done else "open", completed_on=done,
        abandoned_reason="", carried_over_to="", owner_agency=agency,
    )  # fmt: skip
