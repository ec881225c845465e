"""Contact, referral, assessment, closing: how a child comes to the service and leaves it."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, at, days, held, past, working
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life

#: Who tells the service of a child (the shares are the inventor's own).
SOURCES = ("school", "school", "police", "health", "individual", "housing", "local authority services")


def contact(life: Life, on: date, decision: str) -> Row:
    """A contact received in the morning of ``on`` and decided in the afternoon of that day or of the next working day."""
    decided = on if life.chance(0.6) else working(on, 1)
    source = life.rng.choice(SOURCES)
    told = past(decided)
    return life.add(
        "contacts", received_at=at(on, "09:30"), source_agency=source, decision=decision if told else "",
        decided_at=at(decided, "16:00") if told else "", decided_by=life.team.manager if told else "",
        rationale="weighed against the threshold" if told else "", consent="given", consent_rationale="", on_open_case="no",
        history_checked="yes", history_summary="earlier contacts read", early_help_declined_reason="",
        incident_at=at(held(days(on, -1)), "21:00") if source == "police" else "",
    )  # fmt: skip


def refer(life: Life, on: date, *, nfa: bool = False, again: bool = False) -> Row:
    """A contact on ``on`` and the referral that it became, decided by the end of the next working day."""
    came = contact(life, on, "referral")
    decided = on if life.chance(0.3) else working(on, 1)
    told = past(decided)
    feedback = past(working(decided, life.between(0, 1)) if life.chance(0.5) else decided)
    return life.add(
        "referrals", contact_id=came["contact_id"], received_at=at(on, "10:00"), source_agency=came["source_agency"],
        decided_at=at(decided, "15:00") if told else "", decided_by=life.team.manager if told else "",
        decision=("no further action" if nfa else "assessment") if told else "", no_further_action="yes" if nfa else "no",
        team=life.team.name, worker_id=life.worker, closed_on=None, closure_reason="", closure_rationale="", closure_approved_by="",
        closure_approved_on=None, stepped_down_to="", referrer_kind="professional", feedback_on=feedback if told else None,
        re_referral="yes" if again else "no", earlier_closure_review="read: what was agreed then no longer held" if again else "",
        receiving_lead="", receiving_plan="",
    )  # fmt: skip


#: The census' codes of the factors that are invented (its guide, as its readers reproduce it); 21 is none.
_CENSUS_FACTORS = {"domestic_abuse": "3B", "mental_health": "4B", "substance_misuse": "1B"}


def assess(life: Life, referral: Row, start: date, done: date, outcome: str, kind: str = "single") -> Row:
    """An assessment begun on ``start``, authorised on ``done`` where that day has come."""
    end = past(done)
    factors = [
        name for name, share in (("domestic_abuse", 0.22), ("mental_health", 0.09), ("substance_misuse", 0.07)) if life.chance(share)
    ]
    small = life.age(done) < 4
    return life.add(
        "assessments", referral_id=referral["referral_id"], kind=kind, started_on=start, authorised_on=end,
        authorised_by=life.team.manager if end else "", child_seen="yes" if life.age(done) >= 0 else "", not_seen_reason="",
        child_seen_alone="yes" if life.age(done) >= 4 else "", not_alone_reason="",
        child_views="" if small else "wants home to be calmer", parent_views="want help",
        views_not_obtained_reason="too young to say" if small else "", risk_analysis="harm weighed against strengths" if end else "",
        history_considered="yes", outcome=outcome if end else "", late_reason="", late_agreed_by="", worker_id=life.worker,
        team=life.team.name, adult_factors=";".join(factors) if factors else "none" if end else "",
            adult_services="adult services took part" if factors else "",
            factors=";".join(_CENSUS_FACTORS[name] for name in factors) or "21",
        child_needs="described" if end else "", parenting_capacity="described" if end else "",
        family_environment="described" if end else "", risk_level="medium" if end else "", identity_needs="described" if end else "",
        history_analysis="what happened before, and what it means now" if end else "",
        decision_explained_on=past(days(done, 2)) or end if end else None,
    )  # fmt: skip


def assess_again(life: Life, referral: Row, first: date, until: date) -> None:
    """A new assessment well within the year, as long as the case is open."""
    last = first
    while (start := working(days(last, life.between(255, 280)), 1)) < min(until, AS_OF):
        last = working(start, life.between(20, 35))
        if last > until:
            return
        assess(life, referral, start, last, "continue the plan")


def help_early(life: Life, on: date) -> None:
    """A contact that became early help: no referral to social care."""
    came = contact(life, on, "early_help")
    if not came["decided_at"]:
        return
    start = working(date.fromisoformat(str(came["decided_at"])[:10]), life.between(1, 5))
    if start > AS_OF:
        return
    end = past(days(start, life.between(90, 250)))
    done = past(days(start, 35))
    life.add(
        "assessments", kind="early_help", started_on=start, authorised_on=done,
        child_views="wants more time together" if done else "", closed_on=end,
        closure_rationale="goals met; the school goes on" if end else "", worker_id="", team="Early help",
    )  # fmt: skip


def close(life: Life, referral: Row, on: date, reason: str = "needs met") -> None:
    """Close a referral with a manager's reasons, the child seen in the days before, every involvement ended."""
    down = life.rng.choice(["universal", "universal", "early_help"])
    referral.update(
        closed_on=on, closure_reason=reason, closure_rationale="what the plan was for has been reached",
        closure_approved_by=life.team.manager, closure_approved_on=held(on), stepped_down_to=down,
        receiving_lead="school nurse" if down == "early_help" else "", receiving_plan="early help plan" if down == "early_help" else "",
    )  # fmt: skip
    for row in life.all("involvements", ended_on=None):
        row["ended_on"] = on


def involve(life: Life, start: date, end: date | None = None) -> None:
    """The lead worker of the case."""
    life.add("involvements", worker_id=life.worker, team=life.team.name, role="lead", started_on=start, ended_on=end)


def visit(life: Life, day: date, kind: str, plan: Row | None = None, **more: object) -> Row:
    """A visit in the afternoon at which the child was seen, alone, and their bedroom too; recorded the day after."""
    unborn = life.age(day) < 0
    fields: dict[str, object] = {
        "plan_id": plan["plan_id"] if plan else "", "kind": kind, "visited_at": at(day, "15:30"),
        "child_seen": "" if unborn else "yes", "child_seen_alone": "" if unborn else "yes",
        "bedroom_seen": "" if unborn else "yes", "not_seen_reason": "",
        "not_alone_reason": "", "worker_id": life.worker,
        "recorded_on": past(days(day, 1)) or day, "analysis": "settled", "purpose": "to see how the plan goes",
        "bedroom_not_seen_reason": "",
    }  # fmt: skip
    return life.add("visits", **(fields | more))


def look_after_the_file(life: Life, start: date, end: date | None) -> None:
    """What every open case needs: decisions, supervision, chronology, the child's voice, the assessment of risk."""
    from auditcheck.synth.life import every

    last = end or AS_OF
    small = life.age(start) < 5
    life.add(
        "voices", recorded_on=min(days(start, 3), last, AS_OF), method="observation" if small else "in person", occasion="visit", used_in=""
    )
    for day in every(start, 82, last):
        life.add("voices", recorded_on=day, method="observation" if life.age(day) < 5 else "in person", occasion="visit", used_in="")
    life.add(
        "risk_assessments", plan_id="", kind="general", completed_on=min(days(start, life.between(4, 6)), last, AS_OF),
        tool="danger and safety", level="medium", analysis="harm weighed against strengths", panel_considered_on=None,
    )  # fmt: skip
    for day in every(start, life.between(26, 30), last):
        decide(life, day, "oversight", life.team.manager)
    weekly = life.worker == life.team.newly_qualified
    for day in every(start, 13 if weekly else life.between(24, 27), last):
        life.add(
            "supervisions", worker_id=life.worker, manager_id=life.team.manager, held_on=day, discussion="progress of the plan",
            direction="next steps agreed", challenge="what would make it worse?",
        )  # fmt: skip
    for day in (start, *every(start, life.between(70, 86), last)):
        life.add("chronologies", updated_on=day, last_event_on=day, entries="12")


def decide(life: Life, on: date, about: str, by: str, rationale: str = "risk is falling but not gone") -> Row:
    return life.add(
        "management_decisions", decided_on=on, manager_id=by, about=about, subject_id="", decision="continue", rationale=rationale
    )
