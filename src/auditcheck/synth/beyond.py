"""What some lives hold besides: leaving care, private fostering, court, adoption, alerts, audits, complaints, events."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, days, held, months, past, working
from auditcheck.synth.authority import Row
from auditcheck.synth.front_door import contact, decide, visit
from auditcheck.synth.life import Life, every
from auditcheck.synth.need import act, review


def leave_care(life: Life) -> Row:
    """A young person past eighteen, in touch, housed, with a pathway plan that is reviewed."""
    assert life.born is not None
    adult = months(life.born, 18 * 12)
    young = months(life.born, 16 * 12)
    provided = life.chance(0.4)
    home = life.rng.choice(["independent", "supported_lodgings", "with_parents", "foyer", "foster", "other"])
    moved = days(adult, life.between(5, 20))
    row = life.add(
        "care_leavers", became_on=adult, last_in_touch_on=days(AS_OF, -life.between(1, 50)), in_touch="yes", accommodation=home,
        accommodation_suitable="yes", homeless_oversight_on=None, health_summary_on=days(adult, -10),
        in_education_employment_training="yes", personal_adviser_id=life.team.adviser,
        exploitation_risk="no", transitions_considered_on=None, eligible_on=young, needs_assessment_on=days(young, life.between(20, 80)),
        not_in_touch_reason="", accommodation_provided="yes" if provided else "no", accommodation_started_on=moved,
        accommodation_plan="", documents_given_on=days(adult, -10), education_employment_action="",
    )  # fmt: skip
    life.add(
        "risk_assessments", plan_id="", kind="general", completed_on=days(adult, -30), tool="danger and safety", level="low",
        analysis="harm weighed against strengths", panel_considered_on=None,
    )  # fmt: skip
    life.add(
        "risk_assessments", plan_id="", kind="placement_setting", completed_on=days(adult, -5), tool="setting", level="low",
        analysis="who else lives there", panel_considered_on=None,
    )  # fmt: skip
    life.add("chronologies", updated_on=days(adult, -1), last_event_on=days(adult, -1), entries="40")
    plan = life.add(
        "plans", referral_id="", kind="pathway", started_on=days(adult, 1), document_on=days(adult, 1), ended_on=None, needs="housing",
        child_views="wants a flat", education_employment_target="an apprenticeship", lead_worker_id=life.worker, team=life.team.name,
    )  # fmt: skip
    act(life, plan, days(adult, 60), None, "housing")
    for day in every(adult, life.between(150, 175), AS_OF):
        review(life, day, "pathway", plan_id=plan["plan_id"])
    for day in every(adult, 150, AS_OF):
        decide(life, day, "plan", life.team.manager)
    if provided:
        first = days(moved, life.between(1, 6))
        for day in (first, *every(first, life.between(45, 55), AS_OF)):
            visit(life, day, "care_leaver")
    life.add("involvements", worker_id=life.team.adviser, team=life.team.name, role="personal_adviser", started_on=adult, ended_on=None)
    return row


def foster_privately(life: Life, on: date) -> Row:
    """An arrangement that the service was told of, visited, decided."""
    contact(life, on, "private fostering")
    ended = past(days(on, life.between(120, 500)))
    first = working(on, life.between(1, 6))
    decided = days(on, life.between(30, 40))
    row = life.add(
        "private_fostering", notified_on=on, started_on=on, first_visit_on=past(first), decided_on=past(decided),
        decided_by=life.team.manager if past(decided) else "", checks_returned_on=past(days(decided, -3)), ended_on=ended,
        reviewing_officer_id=life.team.reviewing_officer, carer_relationship="other", expected_28_days="yes",
    )  # fmt: skip
    for day in (first, *every(first, life.between(34, 41), ended or AS_OF)):
        if day <= (ended or AS_OF):
            visit(life, day, "private_fostering", arrangement_id=row["arrangement_id"], child_seen_alone="yes", not_alone_reason="")
    return row


def go_to_court(life: Life, on: date, last: date) -> Row:
    """Pre-proceedings, ended by stepping down or by care proceedings that were concluded in 26 weeks."""
    issued = days(on, 80) if life.chance(0.5) else None
    over = past(days(on, 70)) if issued is None else None
    for day in every(on, 38, over or past(issued) or last):
        decide(life, day, "legal", life.team.senior)
    return life.add(
        "pre_proceedings", decided_on=on, letter_sent_on=past(days(on, 5)), concerns="named", impact_on_child="named", expectations="named",
        timescales="named", family_group_conference_offered_on=past(days(on, 7)), first_meeting_on=past(days(on, 14)),
        outcome="stepped down" if over else "", outcome_on=over, issued_in_court_on=past(issued), letter_not_sent_reason="",
        family_group_conference_not_offered_reason="", legal_meeting_on=days(on, -3), legal_meeting_chair_id=life.team.senior,
        court_concluded_on=past(days(issued, 170)) if issued else None, court_extension_reason="",
    )  # fmt: skip


def adopt(life: Life, cared_for_since: date) -> Row:
    """The way to adoption of a young child in care, each step in time."""
    start = cared_for_since
    return life.add(
        "adoptions", entered_care_on=start, panel_on=past(days(start, 150)), decided_on=past(working(days(start, 150), 4)),
        placement_order_on=past(days(start, 200)), matched_on=past(days(start, 290)), placed_on=past(days(start, 340)), adopted_on=None,
        reversed_on=None, life_story_book_on=past(days(start, 330)), later_life_letter_on=None,
        permanence_report_updated_on=held(days(AS_OF, -life.between(10, 120))),
    )  # fmt: skip


def something_happens(life: Life, day: date, plan: Row) -> Row:
    """An event on a plan, entered in the chronology; half of them called for the risk to be weighed again."""
    again = life.chance(0.5)
    if again:
        life.add(
            "risk_assessments", plan_id=plan["plan_id"], kind="general", completed_on=past(working(day, 3)) or AS_OF,
            tool="danger and safety",
            level="medium", analysis="weighed again", panel_considered_on=None,
        )  # fmt: skip
    return life.add(
        "circumstance_changes", occurred_on=day, kind="other" if again else life.rng.choice(["new_incident", "household_change",
        "moved_home"]),
        description="told by the school", review_needed="yes" if again else "no", plan_id=plan["plan_id"],
        in_chronology_on=past(days(day, life.between(1, 6))) or AS_OF,
    )  # fmt: skip


def quality(life: Life, start: date, last: date) -> None:
    """An alert, an audit or a complaint about one case in ten."""
    day = held(days(start, max(1, (last - start).days // 2)))
    if life.chance(0.04):
        dispute = life.chance(0.5)
        life.add(
            "practice_alerts", raised_on=day, raised_by=life.team.reviewing_officer, kind="dispute" if dispute else "concern",
            about="plan", responded_on=past(working(day, 6)), resolved_on=past(working(day, 15)), stage="1",
        )  # fmt: skip
    if life.chance(0.04):
        audit = life.add(
            "audits", audited_on=day, auditor_id=life.team.manager, kind="single_agency", grade="good", moderated_by=life.team.senior,
            moderated_on=past(days(day, 20)), moderated_grade="good", family_feedback="yes",
        )  # fmt: skip
        done = past(days(day, 30))
        life.add(
            "audit_actions", audit_id=audit["audit_id"], action="update the chronology", owner=life.worker, due_on=days(day, 40),
            completed_on=done, verified_by=life.team.manager if done else "",
        )  # fmt: skip
    if life.chance(0.03):
        complaint = life.add(
            "complaints", received_on=day, stage="1", answered_on=past(working(day, 8)), upheld="yes", learning="ring back"
        )
        life.add(
            "complaint_actions", complaint_id=complaint["complaint_id"], action="write to the family", owner=life.team.manager,
            due_on=days(day, 30), completed_on=past(days(day, 20)),
        )  # fmt: skip
