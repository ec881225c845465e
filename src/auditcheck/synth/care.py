"""Looked-after children: the care episode, placements, plans, reviews, visits, health, schooling."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, at, days, held, months, past, working
from auditcheck.synth.authority import Row
from auditcheck.synth.front_door import visit
from auditcheck.synth.life import Life, every
from auditcheck.synth.need import review

_SECTIONS = "permanence;health;education;contact;placement;identity"
_KINDS = ("foster", "foster", "foster", "foster", "foster", "foster", "residential", "connected_person", "with_parents", "other")


def look_after(life: Life, referral: Row, start: date, end: date | None, short: bool = False) -> Row:
    """A period of care from ``start``. ``short``: a series of short breaks, most duties of which lie elsewhere."""
    kind = "foster" if short else life.rng.choice(_KINDS)
    status = life.rng.choice(["V3", "V4"]) if short else "C1" if kind == "with_parents" else life.rng.choice(["V2", "V2", "C1", "C2", "E1"])
    last = end or AS_OF
    episode = life.add(
        "care_episodes", started_on=start, ended_on=end, end_reason=life.rng.choice(["E4A", "E3", "E8"]) if end else "",
        legal_status=status, reviewing_officer_id=life.team.reviewing_officer, independent_visitor_requested_on=None,
        independent_visitor_matched_on=None, independent_visitor_wait_reason="", reviewing_officer_contact_on=held(days(last,
            -life.between(5, 60))),
    )  # fmt: skip
    if episode["reviewing_officer_contact_on"] < start:
        episode["reviewing_officer_contact_on"] = start
    life.add("advocacy_offers", offered_on=start, accepted="no", occasion="care")
    if life.chance(0.15) and days(start, 100) < last:
        episode["independent_visitor_requested_on"] = days(start, 30)
        episode["independent_visitor_matched_on"] = days(start, life.between(50, 95))
    _place(life, episode, start, end, kind, short)
    if not short:
        _plan(life, referral, episode, start, end)
        _review(life, episode, start, last)
        _health(life, episode, start, last)
        _school(life, start, last)
    if end:
        return_home(life, days(end, -life.between(8, 20)))
    return episode


def return_home(life: Life, day: date) -> Row:
    """What was thought of the risk before a child left care."""
    return life.add(
        "risk_assessments", plan_id="", kind="return_home", completed_on=day, tool="return home", level="low",
        analysis="what has changed at home", panel_considered_on=None,
    )  # fmt: skip


def _place(life: Life, episode: Row, start: date, end: date | None, kind: str, short: bool) -> None:
    """One placement after another: most children stay, eight in a hundred have three or more."""
    moves = 0 if short or kind == "with_parents" else life.rng.choices([0, 1, 2], [72, 20, 8])[0]
    last = end or AS_OF
    length = (last - start).days
    days_of_moves = sorted({days(start, life.between(40, max(41, length - 20))) for _ in range(moves)} if length > 120 else set())
    begins = [start, *days_of_moves]
    for begin, finish in zip(begins, [*days_of_moves, end], strict=True):
        if short:
            finish = min(days(begin, life.between(1, 16)), last)
        placement(life, episode, begin, finish, kind, short)
        kind = "foster" if kind == "connected_person" else kind


def placement(life: Life, episode: Row, start: date, end: date | None, kind: str, short: bool = False) -> Row:
    """A placement prepared, told of, approved and visited in time."""
    away = life.chance(0.38) and kind in ("foster", "residential")
    planned = past(working(start, life.between(1, 4)))
    lasting = kind == "foster" and life.chance(0.3)
    row = life.add(
        "placements", care_episode_id=episode["care_episode_id"], started_on=start, ended_on=end, kind=kind, planned="yes",
        distance_miles=str(life.between(1, 60)), in_area="no" if away else "yes", information_given_on=start,
        delegated_authority_on=planned, approved_by=life.team.head if away else "", approved_on=days(start, -2) if away else None,
        placement_plan_on=planned, placement_plan_signed_on=planned, notified_on=past(working(start, life.between(1, 4))),
        intended_to_18="yes" if lasting else "no", fewer_visits_agreed_on=None, suitability_assessed_on=None, temporarily_approved_on=None,
        approval_extended_on=None, extension_panel_on=None, extension_reviewing_officer_informed_on=None, extension_approved_by="",
        fully_approved_on=None,
    )  # fmt: skip
    if kind == "connected_person":
        _approve(life, row, start, end)
    if short:
        return row
    first = days(start, life.between(1, 6))
    last = end or AS_OF
    step = 26 if kind in ("with_parents", "connected_person") else life.between(33, 40)
    for day in (first, *every(first, step, last)):
        if day <= last:
            visit(life, day, "looked_after")
    return row


def _approve(life: Life, row: Row, start: date, end: date | None) -> None:
    """A friend or relative approved for a time, then fully; one in five after an extension that followed the rules."""
    row.update(suitability_assessed_on=days(start, -3), temporarily_approved_on=start)
    extended = past(days(start, 100)) if life.chance(0.2) else None
    whole = past(days(start, life.between(120, 160) if extended else life.between(60, 110)))
    row["fully_approved_on"] = whole if whole and (not end or whole <= end) else None
    if extended and (not end or extended <= end):
        row.update(
            approval_extended_on=extended, extension_panel_on=days(extended, -6), extension_approved_by=life.team.head,
            extension_reviewing_officer_informed_on=days(extended, -5),
        )  # fmt: skip
    done = row["fully_approved_on"]
    life.add(
        "connected_person_assessments", placement_id=row["placement_id"], started_on=start,
        completed_on=days(done, -10) if isinstance(done, date) else None, signed_off_by=life.team.senior if done else "",
        signed_off_on=days(done, -5) if isinstance(done, date) else None,
    )  # fmt: skip


def _plan(life: Life, referral: Row, episode: Row, start: date, end: date | None) -> None:
    """The care plan, and a plan for permanence well before the second review."""
    common = {
        "referral_id": referral["referral_id"],
        "care_episode_id": episode["care_episode_id"],
        "team": life.team.name,
        "ended_on": end,
    }
    written = past(working(start, life.between(2, 8)))
    life.add(
        "plans", **common, kind="care", started_on=start, document_on=written, sections=_SECTIONS if written else "",
        child_views_used="school was kept", lead_worker_id=life.worker,
    )  # fmt: skip
    if (day := days(start, 45)) <= (end or AS_OF):
        life.add(
            "plans", **common, kind="permanence", started_on=day, document_on=day, contingency="what happens if it does not work",
            lead_worker_id=life.worker,
        )  # fmt: skip


def _review(life: Life, episode: Row, start: date, last: date) -> None:
    """Within twenty working days, then three months, then every six."""
    day = working(start, life.between(12, 19))
    step = 3
    while day <= last:
        review(life, day, "looked_after", care_episode_id=episode["care_episode_id"])
        day = held(days(months(day, step), -life.between(1, 12)))
        step = 6


def _health(life: Life, episode: Row, start: date, last: date) -> None:
    def check(kind: str, day: date, score: str = "") -> None:
        if day <= last:
            life.add(
                "health_assessments", kind=kind, due_on=day, completed_on=day, score=score, care_episode_id=episode["care_episode_id"],
                not_done_reason="",
            )  # fmt: skip

    first = working(start, life.between(5, 18))
    check("initial", first)
    for day in every(first, 165 if life.age(AS_OF) < 6 else 340, last):
        check("review", day)
    for kind, score in (("dental", ""), ("sdq", "14")):
        begun = days(start, life.between(60, 200))
        if kind == "sdq" and life.born:  # from the fourth birthday to the seventeenth
            begun = max(begun, months(life.born, 48))
        for day in (begun, *every(begun, 340, last)):
            if kind != "sdq" or life.age(day) < 17:
                check(kind, day, score)


def _school(life: Life, start: date, last: date) -> None:
    if life.age(last) < 3:
        return
    first = working(start, life.between(5, 18))
    for day in (first, *every(first, life.between(90, 110), last)):
        if day <= last:
            life.add("education_plans", started_on=day, reviewed_on=None, targets="reading age", quality_assured_by=life.team.manager)


def go_missing(life: Life, day: date, setting: str) -> Row:
    """Away for a night; offered, held, sent and used as it should be, and the risk of exploitation screened."""
    back = days(day, 1)
    life.add(
        "risk_assessments", plan_id="", kind="exploitation", completed_on=working(back, 2), tool="exploitation screening", level="low",
        analysis="no signs found", panel_considered_on=None,
    )  # fmt: skip
    return life.add(
        "missing_episodes", from_setting=setting, went_missing_at=at(day, "20:00"), returned_at=at(back, "07:00"), interview_offered="yes",
        interview_accepted="yes", interviewed_at=at(days(back, 2), "11:00"), interview_analysis="was with friends",
        sent_to_worker_on=working(days(back, 2), 1), used_in_plan_on=working(days(back, 2), 3), interview_not_offered_reason="",
        interviewer_role="independent", child_chose_interviewer="no", interview_reasons="an argument", interview_whereabouts="a park",
        interview_company="friends", interview_harm="none told", interview_prevention="a lift home",
    )  # fmt: skip
