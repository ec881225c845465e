"""What can be wrong with one record of care or of a missing episode."""

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
_put(
    "LAC-OOA-27",
    "out of area, approved on the day after",
    "placements",
    lambda life, row: {"approved_on": days(row["started_on"], 1)},
    where=lambda life, row: _away(life, row) and row["started_on"] < AS_OF,
)
_put(
    "LAC-OOA-27", "out of area, approved on the very day", "placements", lambda life, row: {"approved_on": row["started_on"]}, "met", _away
)
_put(
    {"LAC-OOA-27": "not_applicable", "LAC-INFO-05": "not_applicable"},
    "an emergency",
    "placements",
    {"planned": "no", "approved_by": "", "approved_on": None, "information_given_on": None},
    where=_away,
)
_put(
    "LAC-INFO-05",
    "the carer was told on the day after",
    "placements",
    lambda life, row: {"information_given_on": days(row["started_on"], 1)},
    where=lambda life, row: row["kind"] in ("foster", "residential", "connected_person") and row["started_on"] < AS_OF,
)


def _planned(life: Life, row: Any) -> bool:
    return (
        _regular(life, row)
        and bool(row["placement_plan_on"])
        and working(row["started_on"], 6) <= AS_OF
        and (not row["ended_on"] or working(row["started_on"], 8) < row["ended_on"])
    )


def _planned_of_old(life: Life, row: Any) -> bool:
    return _planned(life, row) and working(row["started_on"], 6) < AS_OF


_put(
    "LAC-PPSIG-04",
    "nobody signed the placement plan",
    "placements",
    {"placement_plan_signed_on": None},
    where=lambda life, row: _planned_of_old(life, row) and str(row["started_on"]) >= "2013-07-01",
)
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
_put(
    "LAC-PP-03",
    "planned on the sixth working day",
    "placements",
    lambda life, row: {
        "placement_plan_on": (day := working(row["started_on"], 6)),
        "placement_plan_signed_on": day,
        "delegated_authority_on": day,
    },
    where=_planned,
)
_put(
    "LAC-PP-03",
    "planned on the fifth working day",
    "placements",
    lambda life, row: {
        "placement_plan_on": (day := working(row["started_on"], 5)),
        "placement_plan_signed_on": day,
        "delegated_authority_on": day,
    },
    "met",
    _planned,
)
_put(
    "CON-ASS-03",
    "suitability assessed on the day after",
    "placements",
    lambda life, row: {"suitability_assessed_on": days(row["started_on"], 1)},
    where=lambda life, row: row["kind"] == "connected_person" and row["started_on"] < AS_OF,
)
_put(
    "CON-EXT-02",
    "the extension was approved by nobody",
    "placements",
    {"extension_approved_by": ""},
    where=lambda life, row: row["approval_extended_on"],
)
_put(
    "CON-16W-01",
    "approved on day 113 without an extension",
    "placements",
    lambda life, row: {"fully_approved_on": days(row["temporarily_approved_on"], 113)},
    where=lambda life, row: (
        row["fully_approved_on"]
        and not row["approval_extended_on"]
        and days(row["temporarily_approved_on"], 113) <= AS_OF
        and (not row["ended_on"] or days(row["temporarily_approved_on"], 113) < row["ended_on"])
    ),
)
_put(
    "CON-16W-01",
    "approved on day 112",
    "placements",
    lambda life, row: {"fully_approved_on": days(row["temporarily_approved_on"], 112)},
    "met",
    lambda life, row: row["fully_approved_on"] and not row["approval_extended_on"] and days(row["temporarily_approved_on"], 112) <= AS_OF,
)
_put(
    "CON-SIGN-04",
    "signed off by the practice manager",
    "connected_person_assessments",
    lambda life, row: {"signed_off_by": life.team.manager},
    where=lambda life, row: row["completed_on"],
)
_put(
    "LAC-PART-23",
    "the child's part in the review is not recorded",
    "reviews",
    {"child_participation": ""},
    where=lambda life, row: (
        (row["kind"] == "looked_after" and life.age(row["held_on"]) < 4)
        or (row["kind"] == "looked_after" and row["child_participation"] == "attended")
    ),
)
_put(
    "ADV-IV-05",
    "an independent visitor after more than three months, no reason",
    "care_episodes",
    lambda life, row: {"independent_visitor_matched_on": days(months(row["independent_visitor_requested_on"], 3), 1)},
    where=lambda life, row: (
        row["independent_visitor_requested_on"] and days(months(row["independent_visitor_requested_on"], 3), 2) < (row["ended_on"] or AS_OF)
    ),
)
_put(
    "ADV-IV-05",
    "an independent visitor after more than three months, and why",
    "care_episodes",
    lambda life, row: {
        "independent_visitor_matched_on": days(months(row["independent_visitor_requested_on"], 3), 1),
        "independent_visitor_wait_reason": "asked for a visitor who signs",
    },
    "justified",
    lambda life, row: (
        row["independent_visitor_requested_on"] and days(months(row["independent_visitor_requested_on"], 3), 2) < (row["ended_on"] or AS_OF)
    ),
)
_put(
    "LAC-IROM-24",
    "the reviewing officer has not been in touch for more than three months",
    "care_episodes",
    lambda life, row: {"reviewing_officer_contact_on": days(months(AS_OF, -3), -1)},
    where=lambda life, row: _regular(life, row) and not row["ended_on"] and row["started_on"] < days(months(AS_OF, -3), -1),
)
_put(
    "LAC-IROM-24",
    "the reviewing officer was in touch three months ago to the day",
    "care_episodes",
    lambda life, row: {"reviewing_officer_contact_on": months(AS_OF, -3)},
    "met",
    lambda life, row: _regular(life, row) and not row["ended_on"] and row["started_on"] < months(AS_OF, -3),
)


_put("MIS-OFFER-01", "no interview offered, no reason", "missing_episodes", {"interview_offered": "no"})
_put(
    "MIS-OFFER-01",
    "no interview offered, for a reason",
    "missing_episodes",
    {"interview_offered": "no", "interview_not_offered_reason": "in hospital"},
    "justified",
)
_put("MIS-IND-03", "interviewed by the carer", "missing_episodes", {"interviewer_role": "carer"})
_put(
    "MIS-IND-03",
    "interviewed by the carer, whom the child chose",
    "missing_episodes",
    {"interviewer_role": "carer", "child_chose_interviewer": "yes"},
    "not_applicable",
)
_put("MIS-REC-04", "who was there is not recorded", "missing_episodes", {"interview_company": ""})
_put("MIS-USED-06", "not used in any plan", "missing_episodes", {"used_in_plan_on": None})
_put(
    "MIS-72H-02",
    "interviewed 72 hours and a minute after the return",
    "missing_episodes",
    lambda life, row: {"interviewed_at": f"{days(day_of(row['returned_at']), 3)}T07:01"},
    where=lambda life, row: _no_change_of_clocks(row),
)
_put(
    "MIS-72H-02",
    "interviewed 72 hours after the return",
    "missing_episodes",
    lambda life, row: {"interviewed_at": f"{days(day_of(row['returned_at']), 3)}T07:00"},
    "met",
    lambda life, row: _no_change_of_clocks(row),
)
_put(
    "MIS-72H-02",
    "interviewed three days later, the hour not known",
    "missing_episodes",
    lambda life, row: {"interviewed_at": str(days(day_of(row["returned_at"]), 3))},
    "cannot_tell",
    lambda life, row: _no_change_of_clocks(row),
)


def _no_change_of_clocks(row: Any) -> bool:
    """The days of the interview lie in months without a change of the clocks, and it was sent and used after that."""
    day = day_of(row["returned_at"])
    return (
        day.month not in (3, 10) and day.year >= 2014 and days(day, 4) <= row["sent_to_worker_on"] and day_of(row["interviewed_at"]) < AS_OF
    )
