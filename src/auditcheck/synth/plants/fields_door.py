"""What can be wrong with one record of the front door: contact, referral, assessment, decision, closing."""

from __future__ import annotations

from typing import Any

from auditcheck.synth.almanac import AS_OF, at, day_of, days, months, working
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants

PLANTS = Plants()
_put = PLANTS.field


def _done(life: Life, row: Any) -> bool:
    """An assessment by social care that is finished."""
    return row["kind"] != "early_help" and bool(row["authorised_on"])


def _done_by_four(life: Life, row: Any) -> bool:
    return _done(life, row) and life.age(row["authorised_on"]) >= 4


def _born(life: Life, row: Any) -> bool:
    return _done(life, row) and life.age(row["authorised_on"]) >= 0


def _decided(life: Life, row: Any) -> bool:
    return bool(row["decided_at"])


_put("REF-CONS-05", "consent refused, and no reason to go on", "contacts", {"consent": "refused"}, where=_decided)
_put("REF-CONS-05", "consent not recorded", "contacts", {"consent": ""}, where=_decided)


def _closed_before(life: Life, row: Any) -> bool:
    """Whether another referral of the child was closed in the year before this one came."""
    day = day_of(row["received_at"])
    return any(one["closed_on"] and months(day, -12) < one["closed_on"] <= day for one in life.rows["referrals"] if one is not row)


_put(
    "REF-CONS-05",
    "consent dispensed with, for a reason",
    "contacts",
    {"consent": "dispensed", "consent_rationale": "asking would put the child at risk"},
    "justified",
    _decided,
)
_put("REF-HIST-04", "history checked, nothing summarised", "contacts", {"history_summary": "n/a"}, where=_decided)
_put("REF-HIST-04", "history not checked", "contacts", {"history_checked": "no"}, where=_decided)
_put("REF-RAT-06", "no reason for the decision", "contacts", {"rationale": ""}, where=_decided)
_put(
    "REF-REREF-09",
    "the earlier closure was not looked at",
    "referrals",
    {"earlier_closure_review": ""},
    where=lambda life, row: row["re_referral"] == "yes" and _decided(life, row) and not _closed_before(life, row),
)
_put(
    {"REF-REREF-09": "not_met", "CLS-BACK-11": "not_met"},
    "closed within the year before, and nobody looked at that",
    "referrals",
    {"earlier_closure_review": ""},
    where=lambda life, row: row["re_referral"] == "yes" and _decided(life, row) and _closed_before(life, row),
)
_put(
    "REF-REREF-09",
    "no re-referral: nothing to look at",
    "referrals",
    {"earlier_closure_review": ""},
    "not_applicable",
    lambda life, row: row["re_referral"] == "no",
)
_put(
    "REF-FB-08",
    "a neighbour referred, who is owed no answer",
    "referrals",
    {"referrer_kind": "public", "feedback_on": None},
    "not_applicable",
    _decided,
)
_put(
    "REF-FB-08",
    "the school was never answered",
    "referrals",
    {"feedback_on": None},
    where=lambda life, row: _decided(life, row) and days(day_of(row["decided_at"]), 7) < AS_OF,
)

_put("ASM-DIV-10", "identity left out", "assessments", {"identity_needs": ""}, where=_done)
_put("ASM-EXPL-14", "the decision was not explained to the child", "assessments", {"decision_explained_on": None}, where=_done_by_four)
_put(
    "ASM-EXPL-14",
    "too young to have it explained",
    "assessments",
    {"decision_explained_on": None},
    "not_applicable",
    lambda life, row: _done(life, row) and life.age(row["authorised_on"]) < 4,
)
_put("ASM-FRAME-09", "one domain left out", "assessments", {"parenting_capacity": "tbc"}, where=_done)
_put("ASM-HISTAN-16", "history not analysed", "assessments", {"history_analysis": ""}, where=_done)
_put(
    "ASM-TRIO-08",
    "adult services left out where a parent's difficulties are a factor",
    "assessments",
    {"adult_services": ""},
    where=lambda life, row: _done(life, row) and row["adult_factors"] != "none",
)
_put(
    "ASM-TRIO-08",
    "nobody recorded whether a parent's difficulties are a factor",
    "assessments",
    {"adult_factors": ""},
    where=lambda life, row: _done(life, row) and row["adult_factors"] == "none",
)
_put(
    "ASM-TRIO-08",
    "no such factor: nothing to add",
    "assessments",
    {"adult_factors": "No factors identified"},
    "not_applicable",
    where=lambda life, row: _done(life, row) and row["adult_factors"] == "none",
)
_put(
    {"ASM-VOICE-06": "not_met", "VOI-PAR-04": "not_met"},
    "parents' views missing",
    "assessments",
    {"parent_views": "", "views_not_obtained_reason": ""},
    where=_done,
)
_put("ASM-VOICE-06", "the child's views missing", "assessments", {"child_views": "", "views_not_obtained_reason": ""}, where=_done)
_put(
    {"ASM-VOICE-06": "met", "VOI-PAR-04": "met"},
    "views could not be had, and why",
    "assessments",
    {"child_views": "", "parent_views": "", "views_not_obtained_reason": "abroad until August"},
    where=_done,
)
_put("ASM-AUTH-11", "authorised by its author", "assessments", lambda life, row: {"authorised_by": row["worker_id"]}, where=_done)
_put(
    "ASM-AUTH-11",
    "authorised by a conference chair, who is outside the line",
    "assessments",
    lambda life, row: {"authorised_by": life.team.chair},
    where=_done,
)
_put("ASM-AUTH-11", "authorised by the head of service", "assessments", lambda life, row: {"authorised_by": life.team.head}, "met", _done)
_put("ASM-AUTH-11", "authorised by somebody whom no record bears", "assessments", {"authorised_by": "W99999"}, "cannot_tell", _done)
_put("ASM-SEEN-05", "child not seen, no reason", "assessments", {"child_seen": "no"}, where=_born)
_put("ASM-SEEN-05", "child not seen, with a reason", "assessments", {"child_seen": "no", "not_seen_reason": "abroad"}, "justified", _born)
_put("ASM-SEEN-05", "nobody recorded whether the child was seen", "assessments", {"child_seen": ""}, "cannot_tell", _born)
_put(
    "EH-CAF-11",
    "early help without the child's views",
    "assessments",
    {"child_views": ""},
    where=lambda life, row: row["kind"] == "early_help" and row["authorised_on"],
)
_put(
    "EH-CAF-11",
    "early help closed, no reason",
    "assessments",
    {"closure_rationale": "none"},
    where=lambda life, row: row["kind"] == "early_help" and row["closed_on"],
)

_put(
    "MGT-RAT-02",
    "a decision without its reason",
    "management_decisions",
    {"rationale": "see above"},
    where=lambda life, row: row["about"] != "conference",
)


def _closed(life: Life, row: Any) -> bool:
    return bool(row["closed_on"]) and row["no_further_action"] != "yes"


_BOTH = {"CLS-RAT-01": "not_met", "CLS-PREM-03": "not_met"}
_put(_BOTH, "closed without a reason", "referrals", {"closure_rationale": ""}, where=_closed)
_put(_BOTH, "closing approved by a social worker", "referrals", lambda life, row: {"closure_approved_by": life.worker}, where=_closed)
_put(
    _BOTH,
    "closing approved on the day after",
    "referrals",
    lambda life, row: {"closure_approved_on": days(row["closed_on"], 1)},
    where=lambda life, row: _closed(life, row) and row["closed_on"] < AS_OF,
)
_put(
    {"CLS-RAT-01": "met", "CLS-PREM-03": "met"},
    "closing approved on the very day",
    "referrals",
    lambda life, row: {"closure_approved_on": row["closed_on"]},
    where=_closed,
)
_put(
    {"CLS-RAT-01": "cannot_tell", "CLS-PREM-03": "cannot_tell"},
    "closing approved by somebody whom no record bears",
    "referrals",
    {"closure_approved_by": "W99999"},
    where=_closed,
)
_put(
    {"CLS-RAT-01": "not_applicable", "CLS-PREM-03": "not_applicable", "CLS-SEEN-09": "not_applicable"},
    "transferred to another authority: no closing of one's own",
    "referrals",
    {"closure_reason": "RC5", "closure_rationale": "", "closure_approved_by": "", "closure_approved_on": None},
    where=lambda life, row: _closed(life, row) and len(life.rows["referrals"]) == 1,
)
_put("CLS-CEN-10", "closed for no reason that is recorded", "referrals", {"closure_reason": ""}, where=_closed)
_put(
    "CLS-EH-08",
    "stepped down to early help, nobody named",
    "referrals",
    {"receiving_lead": ""},
    where=lambda life, row: row["closed_on"] and row["stepped_down_to"] == "early_help",
)


def _police(life: Life, row: Any) -> bool:
    return bool(row["source_agency"] == "police")


_put(
    "REF-VPA-10",
    "the police told of it on the third working day",
    "contacts",
    lambda life, row: {"incident_at": at(working(day_of(row["received_at"]), -3), "21:00")},
    where=_police,
)
_put(
    "REF-VPA-10",
    "the police told of it on the second working day",
    "contacts",
    lambda life, row: {"incident_at": at(working(day_of(row["received_at"]), -2), "21:00")},
    "met",
    _police,
)
_put("REF-VPA-10", "when it happened is not recorded", "contacts", {"incident_at": ""}, "cannot_tell", _police)
