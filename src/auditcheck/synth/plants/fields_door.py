"""What can be wrong with one record of the front door: contact, referral, assessment, enquiry, closing."""

from __future__ import annotations

from typing import Any

from auditcheck.synth.almanac import AS_OF, at, day_of, days, working
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
_put("REF-CONS-05", "consent dispensed with, for a reason", "contacts",
     {"consent": "dispensed", "consent_rationale": "asking would put the child at risk"}, "justified", _decided)  # fmt: skip
_put("REF-HIST-04", "history checked, nothing summarised", "contacts", {"history_summary": "n/a"}, where=_decided)
_put("REF-HIST-04", "history not checked", "contacts", {"history_checked": "no"}, where=_decided)
_put("REF-RAT-06", "no reason for the decision", "contacts", {"rationale": ""}, where=_decided)
_put("REF-REREF-09", "the earlier closure was not looked at", "referrals", {"earlier_closure_review": ""},
     where=lambda life, row: row["re_referral"] == "yes" and _decided(life, row))  # fmt: skip
_put("REF-REREF-09", "no re-referral: nothing to look at", "referrals", {"earlier_closure_review": ""}, "not_applicable",
     lambda life, row: row["re_referral"] == "no")  # fmt: skip
_put("REF-FB-08", "a neighbour referred, who is owed no answer", "referrals", {"referrer_kind": "public", "feedback_on": None},
     "not_applicable", _decided)  # fmt: skip
_put("REF-FB-08", "the school was never answered", "referrals", {"feedback_on": None},
     where=lambda life, row: _decided(life, row) and days(day_of(row["decided_at"]), 7) < AS_OF)  # fmt: skip

_put("ASM-DIV-10", "identity left out", "assessments", {"identity_needs": ""}, where=_done)
_put("ASM-EXPL-14", "the decision was not explained to the child", "assessments", {"decision_explained_on": None}, where=_done_by_four)
_put("ASM-EXPL-14", "too young to have it explained", "assessments", {"decision_explained_on": None}, "not_applicable",
     lambda life, row: _done(life, row) and life.age(row["authorised_on"]) < 4)  # fmt: skip
_put("ASM-FRAME-09", "one domain left out", "assessments", {"parenting_capacity": "tbc"}, where=_done)
_put("ASM-HISTAN-16", "history not analysed", "assessments", {"history_analysis": ""}, where=_done)
_put("ASM-TRIO-08", "adult services left out where a parent's difficulties are a factor", "assessments", {"adult_services": ""},
     where=lambda life, row: _done(life, row) and row["adult_factors"] != "none")  # fmt: skip
_put("ASM-TRIO-08", "nobody recorded whether a parent's difficulties are a factor", "assessments", {"adult_factors": ""},
     where=lambda life, row: _done(life, row) and row["adult_factors"] == "none")  # fmt: skip
_put("ASM-TRIO-08", "no such factor: nothing to add", "assessments", {"adult_factors": "No factors identified"}, "not_applicable",
     where=lambda life, row: _done(life, row) and row["adult_factors"] == "none")  # fmt: skip
_put({"ASM-VOICE-06": "not_met", "VOI-PAR-04": "not_met"}, "parents' views missing", "assessments",
     {"parent_views": "", "views_not_obtained_reason": ""}, where=_done)  # fmt: skip
_put("ASM-VOICE-06", "the child's views missing", "assessments", {"child_views": "", "views_not_obtained_reason": ""}, where=_done)
_put({"ASM-VOICE-06": "met", "VOI-PAR-04": "met"}, "views could not be had, and why", "assessments",
     {"child_views": "", "parent_views": "", "views_not_obtained_reason": "abroad until August"}, where=_done)  # fmt: skip
_put("ASM-AUTH-11", "authorised by its author", "assessments", lambda life, row: {"authorised_by": row["worker_id"]}, where=_done)
_put("ASM-AUTH-11", "authorised by a conference chair, who is outside the line", "assessments",
     lambda life, row: {"authorised_by": life.team.chair}, where=_done)  # fmt: skip
_put("ASM-AUTH-11", "authorised by the head of service", "assessments", lambda life, row: {"authorised_by": life.team.head}, "met", _done)
_put("ASM-AUTH-11", "authorised by somebody whom no record bears", "assessments", {"authorised_by": "W99999"}, "cannot_tell", _done)
_put("ASM-SEEN-05", "child not seen, no reason", "assessments", {"child_seen": "no"}, where=_born)
_put("ASM-SEEN-05", "child not seen, with a reason", "assessments", {"child_seen": "no", "not_seen_reason": "abroad"}, "justified", _born)
_put("ASM-SEEN-05", "nobody recorded whether the child was seen", "assessments", {"child_seen": ""}, "cannot_tell", _born)
_put("EH-CAF-11", "early help without the child's views", "assessments", {"child_views": ""},
     where=lambda life, row: row["kind"] == "early_help" and row["authorised_on"])  # fmt: skip
_put("EH-CAF-11", "early help closed, no reason", "assessments", {"closure_rationale": "none"},
     where=lambda life, row: row["kind"] == "early_help" and row["closed_on"])  # fmt: skip

_put("S47-ATT-02", "the police were not there", "strategy_discussions", {"agencies": "social_care;health;education"})
_put("S47-ATT-02", "one agency is nobody's word", "strategy_discussions", {"agencies": "social_care;health;constable"}, "cannot_tell")
_put("S47-ATT-02", "only the three that must be there", "strategy_discussions", {"agencies": "health;police;social_care"}, "met")
_put("S47-SIB-10", "other children were not considered", "strategy_discussions", {"other_children": "not_considered"})
_put("S47-SIB-10", "there are no other children", "strategy_discussions", {"other_children": "no_other_children"}, "met")
_put("S47-SIB-10", "nobody recorded whether there are others", "strategy_discussions", {"other_children": ""}, "cannot_tell")


def _concluded(life: Life, row: Any) -> bool:
    return bool(row["outcome"])


def _seen(life: Life, row: Any) -> bool:
    return bool(row["child_seen_at"])


_put("S47-ALONE-05", "not seen alone, no reason", "section_47_enquiries", {"child_seen_alone": "no"}, where=_seen)
_put("S47-ALONE-05", "not seen alone, for a reason", "section_47_enquiries",
     {"child_seen_alone": "no", "not_alone_reason": "clung to her aunt"}, "justified", _seen)  # fmt: skip
_put("S47-ALONE-05", "nobody recorded whether alone", "section_47_enquiries", {"child_seen_alone": ""}, "cannot_tell", _seen)
_put("S47-LEAD-08", "led by a worker who is not qualified", "section_47_enquiries", lambda life, row: {"worker_id": life.team.unqualified})
_put(
    "S47-SIGN-07",
    "signed off by the enquirer",
    "section_47_enquiries",
    lambda life, row: {"signed_off_by": row["worker_id"]},
    where=_concluded,
)
_put("S47-SIGN-07", "not signed off", "section_47_enquiries", {"signed_off_by": "", "signed_off_on": None}, where=_concluded)
_put("S47-SIGN-07", "signed off by the group manager", "section_47_enquiries",
     lambda life, row: {"signed_off_by": life.team.senior}, "met", _concluded)  # fmt: skip
_put("S47-SIGN-07", "signed off before there was an outcome", "section_47_enquiries",
     lambda life, row: {"signed_off_on": days(row["outcome_recorded_on"], -1)}, "cannot_tell", _concluded)  # fmt: skip
_put("S47-STRAT-01", "no strategy discussion", "section_47_enquiries", {"strategy_id": ""})
_put("MGT-RAT-02", "a decision without its reason", "management_decisions", {"rationale": "see above"},
     where=lambda life, row: row["about"] != "conference")  # fmt: skip


def _closed(life: Life, row: Any) -> bool:
    return bool(row["closed_on"]) and row["no_further_action"] != "yes"


_BOTH = {"CLS-RAT-01": "not_met", "CLS-PREM-03": "not_met"}
_put(_BOTH, "closed without a reason", "referrals", {"closure_rationale": ""}, where=_closed)
_put(_BOTH, "closing approved by a social worker", "referrals", lambda life, row: {"closure_approved_by": life.worker}, where=_closed)
_put(_BOTH, "closing approved on the day after", "referrals",
     lambda life, row: {"closure_approved_on": days(row["closed_on"], 1)},
     where=lambda life, row: _closed(life, row) and row["closed_on"] < AS_OF)  # fmt: skip
_put({"CLS-RAT-01": "met", "CLS-PREM-03": "met"}, "closing approved on the very day", "referrals",
     lambda life, row: {"closure_approved_on": row["closed_on"]}, where=_closed)  # fmt: skip
_put({"CLS-RAT-01": "cannot_tell", "CLS-PREM-03": "cannot_tell"}, "closing approved by somebody whom no record bears", "referrals",
     {"closure_approved_by": "W99999"}, where=_closed)  # fmt: skip
_put({"CLS-RAT-01": "not_applicable", "CLS-PREM-03": "not_applicable", "CLS-SEEN-09": "not_applicable"},
     "transferred to another authority: no closing of one's own", "referrals",
     {"closure_reason": "RC5", "closure_rationale": "", "closure_approved_by": "", "closure_approved_on": None}, where=_closed)  # fmt: skip
_put("CLS-CEN-10", "closed for no reason that is recorded", "referrals", {"closure_reason": ""}, where=_closed)
_put("CLS-EH-08", "stepped down to early help, nobody named", "referrals", {"receiving_lead": ""},
     where=lambda life, row: row["closed_on"] and row["stepped_down_to"] == "early_help")  # fmt: skip


def _police(life: Life, row: Any) -> bool:
    return bool(row["source_agency"] == "police")


_put("REF-VPA-10", "the police told of it on the third working day", "contacts",
     lambda life, row: {"incident_at": at(working(day_of(row["received_at"]), -3), "21:00")}, where=_police)  # fmt: skip
_put("REF-VPA-10", "the police told of it on the second working day", "contacts",
     lambda life, row: {"incident_at": at(working(day_of(row["received_at"]), -2), "21:00")}, "met", _police)  # fmt: skip
_put("REF-VPA-10", "when it happened is not recorded", "contacts", {"incident_at": ""}, "cannot_tell", _police)


def _next_day(row: Any, time: str = "") -> dict[str, object]:
    """The child seen on the day after the strategy discussion, which was held at ten."""
    day = days(row["started_on"], 1)
    return {"child_seen_at": at(day, time) if time else str(day)}


def _can_wait(life: Life, row: Any) -> bool:
    return bool(row["child_seen_at"]) and bool(row["strategy_id"]) and days(row["started_on"], 2) < min(AS_OF, life.until(row))


_put("S47-24H-04", "seen 24 hours and a minute after the discussion", "section_47_enquiries", lambda life, row: _next_day(row, "10:01"),
     where=_can_wait)  # fmt: skip
_put(
    "S47-24H-04", "seen 24 hours after the discussion", "section_47_enquiries", lambda life, row: _next_day(row, "10:00"), "met", _can_wait
)
_put(
    "S47-24H-04",
    "seen on the next day, the hour not known",
    "section_47_enquiries",
    lambda life, row: _next_day(row),
    "cannot_tell",
    _can_wait,
)
_put("S47-24H-04", "seen on the next day at midnight, which is no hour", "section_47_enquiries", lambda life, row: _next_day(row, "00:00"),
     "cannot_tell", _can_wait)  # fmt: skip
_put("S47-24H-04", "seen late, the child was missing", "section_47_enquiries",
     lambda life, row: _next_day(row, "18:00") | {"not_seen_reason": "child missing"}, "not_applicable", _can_wait)  # fmt: skip
_put("S47-OUT-06", "still called ongoing after fifteen working days", "section_47_enquiries", {"outcome": "ongoing"},
     where=lambda life, row: row["outcome"] and working(row["started_on"], 15) < min(AS_OF, life.until(row)))  # fmt: skip
_put("S47-STRAT-01", "the enquiry began on the day before the discussion", "section_47_enquiries",
     lambda life, row: {"started_on": days(row["started_on"], -1)}, where=lambda life, row: row["strategy_id"])  # fmt: skip
_put("S47-CONF-09", "substantiated, no conference, and no manager's reason", "section_47_enquiries",
     {"outcome": "substantiated_no_conference"}, where=lambda life, row: row["outcome"] == "not_substantiated"
     and working(row["started_on"], 15) < min(AS_OF, life.until(row)))  # fmt: skip
