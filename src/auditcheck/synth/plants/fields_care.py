"""What can be wrong with one record of care and what lies beside it: placement, leaver, missing, court, audit."""

from __future__ import annotations

from typing import Any

from auditcheck.synth.almanac import AS_OF, day_of, days, months, working
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants

PLANTS = Plants()
_put = PLANTS.field


def _regular(life: Life, row: Any) -> bool:
    """A placement that is no short break."""
    return not any(episode["legal_status"] in ("V3", "V4") for episode in life.all("care_episodes"))


def _away(life: Life, row: Any) -> bool:
    return row["in_area"] == "no" and _regular(life, row)


_put("LAC-OOA-27", "out of area, approved by nobody", "placements", {"approved_by": ""}, where=_away)
_put("LAC-OOA-27", "out of area, approved on the day after", "placements", lambda life, row: {"approved_on": days(row["started_on"], 1)},
     where=lambda life, row: _away(life, row) and row["started_on"] < AS_OF)  # fmt: skip
_put(
    "LAC-OOA-27", "out of area, approved on the very day", "placements", lambda life, row: {"approved_on": row["started_on"]}, "met", _away
)
_put({"LAC-OOA-27": "not_applicable", "LAC-INFO-05": "not_applicable"}, "an emergency", "placements",
     {"planned": "no", "approved_by": "", "approved_on": None, "information_given_on": None}, where=_away)  # fmt: skip
_put("LAC-INFO-05", "the carer was told on the day after", "placements", lambda life,
    row: {"information_given_on": days(row["started_on"], 1)},
     where=lambda life, row: row["kind"] in ("foster", "residential", "connected_person") and row["started_on"] < AS_OF)  # fmt: skip


def _planned(life: Life, row: Any) -> bool:
    return _regular(life, row) and bool(row["placement_plan_on"]) and working(row["started_on"], 6) <= AS_OF and (
        not row["ended_on"] or working(row["started_on"], 8) < row["ended_on"])  # fmt: skip


def _planned_of_old(life: Life, row: Any) -> bool:
    return _planned(life, row) and working(row["started_on"], 6) < AS_OF


_put("LAC-PPSIG-04", "nobody signed the placement plan", "placements", {"placement_plan_signed_on": None},
     where=lambda life, row: _planned_of_old(life, row) and str(row["started_on"]) >= "2013-07-01")  # fmt: skip
_put(
    "LAC-NOT-26",
    "told on the sixth working day",
    "placements",
    lambda life, row: {"notified_on": working(row["started_on"], 6)},
    where=_planned,
)
_put(
    "LAC-NOT-26",
    "told on the fifth working day",
    "placements",
    lambda life, row: {"notified_on": working(row["started_on"], 5)},
    "met",
    _planned,
)
_put("LAC-NOT-26", "nobody was told", "placements", {"notified_on": None}, where=_planned_of_old)
_put("LAC-PP-03", "planned on the sixth working day", "placements",
     lambda life, row: {"placement_plan_on": (day := working(row["started_on"], 6)), "placement_plan_signed_on": day,
     "delegated_authority_on": day},
     where=_planned)  # fmt: skip
_put("LAC-PP-03", "planned on the fifth working day", "placements",
     lambda life, row: {"placement_plan_on": (day := working(row["started_on"], 5)), "placement_plan_signed_on": day,
     "delegated_authority_on": day},
     "met", _planned)  # fmt: skip
_put("CON-ASS-03", "suitability assessed on the day after", "placements",
     lambda life, row: {"suitability_assessed_on": days(row["started_on"], 1)},
     where=lambda life, row: row["kind"] == "connected_person" and row["started_on"] < AS_OF)  # fmt: skip
_put("CON-EXT-02", "the extension was approved by nobody", "placements", {"extension_approved_by": ""},
     where=lambda life, row: row["approval_extended_on"])  # fmt: skip
_put("CON-16W-01", "approved on day 113 without an extension", "placements",
     lambda life, row: {"fully_approved_on": days(row["temporarily_approved_on"], 113)},
     where=lambda life, row: row["fully_approved_on"] and not row["approval_extended_on"] and days(row["temporarily_approved_on"],
     113) <= AS_OF
     and (not row["ended_on"] or days(row["temporarily_approved_on"], 113) < row["ended_on"]))  # fmt: skip
_put("CON-16W-01", "approved on day 112", "placements", lambda life, row: {"fully_approved_on": days(row["temporarily_approved_on"],
    112)}, "met",
     lambda life, row: row["fully_approved_on"] and not row["approval_extended_on"] and days(row["temporarily_approved_on"],
     112) <= AS_OF)  # fmt: skip
_put("CON-SIGN-04", "signed off by the practice manager", "connected_person_assessments",
     lambda life, row: {"signed_off_by": life.team.manager}, where=lambda life, row: row["completed_on"])  # fmt: skip
_put("LAC-PART-23", "the child's part in the review is not recorded", "reviews", {"child_participation": ""},
     where=lambda life, row: (row["kind"] == "looked_after" and life.age(row["held_on"]) < 4) or (row["kind"] == "looked_after"
     and row["child_participation"] == "attended"))  # fmt: skip
_put("ADV-IV-05", "an independent visitor after more than three months, no reason", "care_episodes",
     lambda life, row: {"independent_visitor_matched_on": days(months(row["independent_visitor_requested_on"], 3), 1)},
     where=lambda life, row: row["independent_visitor_requested_on"] and days(months(row["independent_visitor_requested_on"], 3), 2)
     < (row["ended_on"] or AS_OF))  # fmt: skip
_put("ADV-IV-05", "an independent visitor after more than three months, and why", "care_episodes",
     lambda life, row: {"independent_visitor_matched_on": days(months(row["independent_visitor_requested_on"], 3), 1),
                        "independent_visitor_wait_reason": "asked for a visitor who signs"}, "justified",
     lambda life, row: row["independent_visitor_requested_on"] and days(months(row["independent_visitor_requested_on"], 3), 2)
     < (row["ended_on"] or AS_OF))  # fmt: skip
_put("LAC-IROM-24", "the reviewing officer has not been in touch for more than three months", "care_episodes",
     lambda life, row: {"reviewing_officer_contact_on": days(months(AS_OF, -3), -1)},
     where=lambda life, row: _regular(life, row) and not row["ended_on"] and row["started_on"] < days(months(AS_OF, -3), -1))  # fmt: skip
_put("LAC-IROM-24", "the reviewing officer was in touch three months ago to the day", "care_episodes",
     lambda life, row: {"reviewing_officer_contact_on": months(AS_OF, -3)}, "met",
     lambda life, row: _regular(life, row) and not row["ended_on"] and row["started_on"] < months(AS_OF, -3))  # fmt: skip


_put("MIS-OFFER-01", "no interview offered, no reason", "missing_episodes", {"interview_offered": "no"})
_put("MIS-OFFER-01", "no interview offered, for a reason", "missing_episodes",
     {"interview_offered": "no", "interview_not_offered_reason": "in hospital"}, "justified")  # fmt: skip
_put("MIS-IND-03", "interviewed by the carer", "missing_episodes", {"interviewer_role": "carer"})
_put("MIS-IND-03", "interviewed by the carer, whom the child chose", "missing_episodes",
     {"interviewer_role": "carer", "child_chose_interviewer": "yes"}, "not_applicable")  # fmt: skip
_put("MIS-REC-04", "who was there is not recorded", "missing_episodes", {"interview_company": ""})
_put("MIS-USED-06", "not used in any plan", "missing_episodes", {"used_in_plan_on": None})
_put("MIS-72H-02", "interviewed 72 hours and a minute after the return", "missing_episodes",
     lambda life, row: {"interviewed_at": f"{days(day_of(row['returned_at']), 3)}T07:01"}, where=lambda life,
     row: _no_change_of_clocks(row))  # fmt: skip
_put("MIS-72H-02", "interviewed 72 hours after the return", "missing_episodes",
     lambda life, row: {"interviewed_at": f"{days(day_of(row['returned_at']), 3)}T07:00"}, "met", lambda life,
     row: _no_change_of_clocks(row))  # fmt: skip
_put("MIS-72H-02", "interviewed three days later, the hour not known", "missing_episodes",
     lambda life, row: {"interviewed_at": str(days(day_of(row["returned_at"]), 3))}, "cannot_tell", lambda life,
     row: _no_change_of_clocks(row))  # fmt: skip


def _no_change_of_clocks(row: Any) -> bool:
    """The days of the interview lie in months without a change of the clocks, and it was sent and used after that."""
    day = day_of(row["returned_at"])
    return (
        day.month not in (3, 10) and day.year >= 2014 and days(day, 4) <= row["sent_to_worker_on"] and day_of(row["interviewed_at"]) < AS_OF
    )


_put("CL-ACC-08", "not suitable, nothing done", "care_leavers", {"accommodation_suitable": "no"})
_put("CL-ACC-08", "not suitable, and what is being done", "care_leavers",
     {"accommodation_suitable": "no", "accommodation_plan": "a flat from August"}, "justified")  # fmt: skip
_put("CL-EET-14", "neither work nor college, nothing done", "care_leavers", {"in_education_employment_training": "no"})
_put("CL-EET-14", "neither work nor college, and what is being done", "care_leavers",
     {"in_education_employment_training": "no", "education_employment_action": "college in September"}, "justified")  # fmt: skip
_put("CL-DOC-12", "no documents given", "care_leavers", {"documents_given_on": None})
_put("CL-PA-13", "no personal adviser", "care_leavers", {"personal_adviser_id": ""})
_put("CL-ASS-01", "needs assessed three months and a day after the sixteenth birthday", "care_leavers",
     lambda life, row: {"needs_assessment_on": days(months(row["eligible_on"], 3), 1)}, where=lambda life,
     row: str(row["eligible_on"]) >= "2011-04-01")  # fmt: skip
_put("CL-ASS-01", "needs assessed three months after the sixteenth birthday", "care_leavers",
     lambda life, row: {"needs_assessment_on": months(row["eligible_on"], 3)}, "met",
     lambda life, row: str(row["eligible_on"]) >= "2011-04-01")  # fmt: skip
_put("CSE-TRAN-04", "at risk, not considered", "care_leavers", {"exploitation_risk": "yes"})
_put("CL-TOUCH-06", "last in touch eight weeks and a day ago", "care_leavers", {"last_in_touch_on": days(AS_OF, -57)})
_put("CL-TOUCH-06", "last in touch eight weeks ago", "care_leavers", {"last_in_touch_on": days(AS_OF, -56)}, "met")
_put("CL-TOUCH-06", "not in touch, and why", "care_leavers",
     {"last_in_touch_on": days(AS_OF, -90), "in_touch": "no", "not_in_touch_reason": "refused contact"}, "not_applicable")  # fmt: skip

_put("CL-TOUCH-06", "not in touch, and the reason excuses nobody", "care_leavers",
     {"last_in_touch_on": days(AS_OF, -90), "in_touch": "no", "not_in_touch_reason": "address not known"})  # fmt: skip

_put("PF-CLASS-09", "an aunt: a close relative", "private_fostering", {"carer_relationship": "close_relative"})
_put("PF-IRO-08", "no reviewing officer", "private_fostering", {"reviewing_officer_id": ""}, where=lambda life, row: not row["ended_on"])
_put("PF-DBS-06", "decided before the checks were back", "private_fostering",
     lambda life, row: {"checks_returned_on": days(row["decided_on"], 1)},
     where=lambda life, row: row["decided_on"] and row["decided_on"] < AS_OF)  # fmt: skip
_put("PF-DBS-06", "checks back on the day of the decision", "private_fostering",
     lambda life, row: {"checks_returned_on": row["decided_on"]}, "met", lambda life, row: row["decided_on"])  # fmt: skip
_put("PF-DEC-07", "decided by a social worker", "private_fostering", lambda life, row: {"decided_by": life.worker},
     where=lambda life, row: row["decided_on"] and days(row["notified_on"], 42) < (row["ended_on"] or AS_OF))  # fmt: skip
_put("PF-VISIT1-01", "first visit on the eighth working day", "private_fostering",
     lambda life, row: {"first_visit_on": working(row["notified_on"], 8)}, where=lambda life, row: working(row["notified_on"],
     8) <= AS_OF)  # fmt: skip
_put("PF-VISIT1-01", "first visit on the seventh working day", "private_fostering",
     lambda life, row: {"first_visit_on": working(row["notified_on"], 7)}, "met", lambda life, row: working(row["notified_on"],
     7) <= AS_OF)  # fmt: skip

_put(
    "PLO-CONTENT-02",
    "the letter gives no timescales",
    "pre_proceedings",
    {"timescales": "none"},
    where=lambda life, row: row["letter_sent_on"],
)
_put("PLO-DEC-05", "the meeting was chaired by a practice manager", "pre_proceedings",
     lambda life, row: {"legal_meeting_chair_id": life.team.manager})  # fmt: skip
_put("PLO-FGC-04", "no family group conference, no reason", "pre_proceedings", {"family_group_conference_offered_on": None})
_put("PLO-FGC-04", "no family group conference, and why", "pre_proceedings",
     {"family_group_conference_offered_on": None, "family_group_conference_not_offered_reason": "the family lives abroad"},
     "met")  # fmt: skip
_put("PLO-LETTER-01", "the letter came after the meeting", "pre_proceedings",
     lambda life, row: {"letter_sent_on": days(row["first_meeting_on"], 1)},
     where=lambda life, row: row["first_meeting_on"] and row["first_meeting_on"] < AS_OF)  # fmt: skip
_put("PLO-26W-06", "concluded in 26 weeks and a day, no extension", "pre_proceedings",
     lambda life, row: {"court_concluded_on": days(row["issued_in_court_on"], 183)},
     where=lambda life, row: row["issued_in_court_on"] and str(row["issued_in_court_on"]) >= "2014-04-22"
     and days(row["issued_in_court_on"], 183) <= AS_OF)  # fmt: skip
_put("PLO-26W-06", "concluded later, the court extended the time", "pre_proceedings",
     lambda life, row: {"court_concluded_on": days(row["issued_in_court_on"], 183), "court_extension_reason": "an expert was awaited"},
     "justified",
     lambda life, row: row["issued_in_court_on"] and str(row["issued_in_court_on"]) >= "2014-04-22" and days(row["issued_in_court_on"],
     183) <= AS_OF)  # fmt: skip

_put("QA-AUDACT-04", "nobody verified it", "audit_actions", {"verified_by": ""}, where=lambda life, row: row["completed_on"])
_put("QA-AUDIT-03", "nobody owns it", "audit_actions", {"owner": ""})
_put("QA-AUDIT-03", "completed on the day after", "audit_actions", lambda life, row: {"completed_on": days(row["due_on"], 1)},
     where=lambda life, row: row["completed_on"] and row["due_on"] < AS_OF)  # fmt: skip
_put("QA-AUDIT-03", "completed on the very day", "audit_actions", lambda life, row: {"completed_on": row["due_on"]}, "met",
     lambda life, row: row["completed_on"] and row["due_on"] <= AS_OF)  # fmt: skip
_put("QA-IND-06", "moderated by the auditor", "audits", lambda life, row: {"moderated_by": row["auditor_id"]},
     where=lambda life, row: row["moderated_on"])  # fmt: skip
_put("QA-ALERT-01", "answered on the eleventh working day", "practice_alerts", lambda life,
    row: {"responded_on": working(row["raised_on"], 11)},
     where=lambda life, row: row["kind"] == "concern" and working(row["raised_on"], 11) <= min(AS_OF, life.until(row)))  # fmt: skip
_put("QA-IRO-02", "resolved on the twenty-first working day", "practice_alerts",
     lambda life, row: {"resolved_on": working(row["raised_on"], 21)},
     where=lambda life, row: row["kind"] == "dispute" and working(row["raised_on"], 21) <= min(AS_OF, life.until(row)))  # fmt: skip
_put("QA-IRO-02", "resolved on the twentieth working day", "practice_alerts",
     lambda life, row: {"resolved_on": working(row["raised_on"], 20)}, "met",
     lambda life, row: row["kind"] == "dispute" and working(row["raised_on"], 20) <= AS_OF)  # fmt: skip
_put("CHR-SIG-03", "entered in the chronology on the eleventh day", "circumstance_changes",
     lambda life, row: {"in_chronology_on": days(row["occurred_on"], 11)}, where=lambda life, row: days(row["occurred_on"],
     11) <= min(AS_OF, life.until(row)))  # fmt: skip
_put("CHR-SIG-03", "entered in the chronology on the tenth day", "circumstance_changes",
     lambda life, row: {"in_chronology_on": days(row["occurred_on"], 10)}, "met", lambda life, row: days(row["occurred_on"],
     10) <= AS_OF)  # fmt: skip
_put("CSE-TRAIN-05", "led by a worker without the training", "involvements", lambda life, row: {"worker_id": life.team.unqualified},
     where=lambda life, row: row["role"] == "lead" and not row["ended_on"] and bool(life.all("referrals")))  # fmt: skip
