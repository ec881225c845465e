"""What can be wrong with one record of leaving care, private fostering, court, audit or complaint."""

from __future__ import annotations

from auditcheck.synth.almanac import AS_OF, days, months, working
from auditcheck.synth.planting import Plants

PLANTS = Plants()
_put = PLANTS.field


_put("CL-ACC-08", "not suitable, nothing done", "care_leavers", {"accommodation_suitable": "no"})
_put(
    "CL-ACC-08",
    "not suitable, and what is being done",
    "care_leavers",
    {"accommodation_suitable": "no", "accommodation_plan": "a flat from August"},
    "justified",
)
_put("CL-EET-14", "neither work nor college, nothing done", "care_leavers", {"in_education_employment_training": "no"})
_put(
    "CL-EET-14",
    "neither work nor college, and what is being done",
    "care_leavers",
    {"in_education_employment_training": "no", "education_employment_action": "college in September"},
    "justified",
)
_put("CL-DOC-12", "no documents given", "care_leavers", {"documents_given_on": None})
_put("CL-PA-13", "no personal adviser", "care_leavers", {"personal_adviser_id": ""})
_put(
    "CL-ASS-01",
    "needs assessed three months and a day after the sixteenth birthday",
    "care_leavers",
    lambda life, row: {"needs_assessment_on": days(months(row["eligible_on"], 3), 1)},
    where=lambda life, row: str(row["eligible_on"]) >= "2011-04-01",
)
_put(
    "CL-ASS-01",
    "needs assessed three months after the sixteenth birthday",
    "care_leavers",
    lambda life, row: {"needs_assessment_on": months(row["eligible_on"], 3)},
    "met",
    lambda life, row: str(row["eligible_on"]) >= "2011-04-01",
)
_put("CSE-TRAN-04", "at risk, not considered", "care_leavers", {"exploitation_risk": "yes"})
_put("CL-TOUCH-06", "last in touch eight weeks and a day ago", "care_leavers", {"last_in_touch_on": days(AS_OF, -57)})
_put("CL-TOUCH-06", "last in touch eight weeks ago", "care_leavers", {"last_in_touch_on": days(AS_OF, -56)}, "met")
_put(
    "CL-TOUCH-06",
    "not in touch, and why",
    "care_leavers",
    {"last_in_touch_on": days(AS_OF, -90), "in_touch": "no", "not_in_touch_reason": "refused contact"},
    "not_applicable",
)

_put(
    "CL-TOUCH-06",
    "not in touch, and the reason excuses nobody",
    "care_leavers",
    {"last_in_touch_on": days(AS_OF, -90), "in_touch": "no", "not_in_touch_reason": "address not known"},
)

_put("PF-CLASS-09", "an aunt: a close relative", "private_fostering", {"carer_relationship": "close_relative"})
_put("PF-IRO-08", "no reviewing officer", "private_fostering", {"reviewing_officer_id": ""}, where=lambda life, row: not row["ended_on"])
_put(
    "PF-DBS-06",
    "decided before the checks were back",
    "private_fostering",
    lambda life, row: {"checks_returned_on": days(row["decided_on"], 1)},
    where=lambda life, row: row["decided_on"] and row["decided_on"] < AS_OF,
)
_put(
    "PF-DBS-06",
    "checks back on the day of the decision",
    "private_fostering",
    lambda life, row: {"checks_returned_on": row["decided_on"]},
    "met",
    lambda life, row: row["decided_on"],
)
_put(
    "PF-DEC-07",
    "decided by a social worker",
    "private_fostering",
    lambda life, row: {"decided_by": life.worker},
    where=lambda life, row: row["decided_on"] and days(row["notified_on"], 42) < (row["ended_on"] or AS_OF),
)
_put(
    "PF-VISIT1-01",
    "first visit on the eighth working day",
    "private_fostering",
    lambda life, row: {"first_visit_on": working(row["notified_on"], 8)},
    where=lambda life, row: working(row["notified_on"], 8) <= AS_OF,
)
_put(
    "PF-VISIT1-01",
    "first visit on the seventh working day",
    "private_fostering",
    lambda life, row: {"first_visit_on": working(row["notified_on"], 7)},
    "met",
    lambda life, row: working(row["notified_on"], 7) <= AS_OF,
)

_put(
    "PLO-CONTENT-02",
    "the letter gives no timescales",
    "pre_proceedings",
    {"timescales": "none"},
    where=lambda life, row: row["letter_sent_on"],
)
_put(
    "PLO-DEC-05",
    "the meeting was chaired by a practice manager",
    "pre_proceedings",
    lambda life, row: {"legal_meeting_chair_id": life.team.manager},
)
_put("PLO-FGC-04", "no family group conference, no reason", "pre_proceedings", {"family_group_conference_offered_on": None})
_put(
    "PLO-FGC-04",
    "no family group conference, and why",
    "pre_proceedings",
    {"family_group_conference_offered_on": None, "family_group_conference_not_offered_reason": "the family lives abroad"},
    "met",
)
_put(
    "PLO-LETTER-01",
    "the letter came after the meeting",
    "pre_proceedings",
    lambda life, row: {"letter_sent_on": days(row["first_meeting_on"], 1)},
    where=lambda life, row: row["first_meeting_on"] and row["first_meeting_on"] < AS_OF,
)
_put(
    "PLO-26W-06",
    "concluded in 26 weeks and a day, no extension",
    "pre_proceedings",
    lambda life, row: {"court_concluded_on": days(row["issued_in_court_on"], 183)},
    where=lambda life, row: (
        row["issued_in_court_on"] and str(row["issued_in_court_on"]) >= "2014-04-22" and days(row["issued_in_court_on"], 183) <= AS_OF
    ),
)
_put(
    "PLO-26W-06",
    "concluded later, the court extended the time",
    "pre_proceedings",
    lambda life, row: {"court_concluded_on": days(row["issued_in_court_on"], 183), "court_extension_reason": "an expert was awaited"},
    "justified",
    lambda life, row: (
        row["issued_in_court_on"] and str(row["issued_in_court_on"]) >= "2014-04-22" and days(row["issued_in_court_on"], 183) <= AS_OF
    ),
)

_put("QA-AUDACT-04", "nobody verified it", "audit_actions", {"verified_by": ""}, where=lambda life, row: row["completed_on"])
_put("QA-AUDIT-03", "nobody owns it", "audit_actions", {"owner": ""})
_put(
    "QA-AUDIT-03",
    "completed on the day after",
    "audit_actions",
    lambda life, row: {"completed_on": days(row["due_on"], 1)},
    where=lambda life, row: row["completed_on"] and row["due_on"] < AS_OF,
)
_put(
    "QA-AUDIT-03",
    "completed on the very day",
    "audit_actions",
    lambda life, row: {"completed_on": row["due_on"]},
    "met",
    lambda life, row: row["completed_on"] and row["due_on"] <= AS_OF,
)
_put(
    "QA-IND-06",
    "moderated by the auditor",
    "audits",
    lambda life, row: {"moderated_by": row["auditor_id"]},
    where=lambda life, row: row["moderated_on"],
)
_put(
    "QA-ALERT-01",
    "answered on the eleventh working day",
    "practice_alerts",
    lambda life, row: {"responded_on": working(row["raised_on"], 11)},
    where=lambda life, row: row["kind"] == "concern" and working(row["raised_on"], 11) <= min(AS_OF, life.until(row)),
)
_put(
    "QA-IRO-02",
    "resolved on the twenty-first working day",
    "practice_alerts",
    lambda life, row: {"resolved_on": working(row["raised_on"], 21)},
    where=lambda life, row: row["kind"] == "dispute" and working(row["raised_on"], 21) <= min(AS_OF, life.until(row)),
)
_put(
    "QA-IRO-02",
    "resolved on the twentieth working day",
    "practice_alerts",
    lambda life, row: {"resolved_on": working(row["raised_on"], 20)},
    "met",
    lambda life, row: row["kind"] == "dispute" and working(row["raised_on"], 20) <= AS_OF,
)
_put(
    "CHR-SIG-03",
    "entered in the chronology on the eleventh day",
    "circumstance_changes",
    lambda life, row: {"in_chronology_on": days(row["occurred_on"], 11)},
    where=lambda life, row: days(row["occurred_on"], 11) <= min(AS_OF, life.until(row)),
)
_put(
    "CHR-SIG-03",
    "entered in the chronology on the tenth day",
    "circumstance_changes",
    lambda life, row: {"in_chronology_on": days(row["occurred_on"], 10)},
    "met",
    lambda life, row: days(row["occurred_on"], 10) <= AS_OF,
)
_put(
    "CSE-TRAIN-05",
    "led by a worker without the training",
    "involvements",
    lambda life, row: {"worker_id": life.team.unqualified},
    where=lambda life, row: row["role"] == "lead" and not row["ended_on"] and bool(life.all("referrals")),
)
