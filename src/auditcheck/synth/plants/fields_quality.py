"""What can be wrong with one record as data: a blank that should be filled, a code that can't be, a date on the wrong side of another."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, day_of, days, later, working
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants

PLANTS = Plants()
_put = PLANTS.field


def _done(life: Life, row: Any) -> bool:
    """A single assessment that is finished."""
    return row["kind"] == "single" and bool(row["authorised_on"])


_put("DQ-ASM-29", "no factors", "assessments", {"factors": ""}, where=_done)
_put("DQ-ASM-29", "no factors: a placeholder", "assessments", {"factors": "TBC"}, where=_done)
_put(
    "DQ-ASM-29",
    "no factors, and not finished",
    "assessments",
    {"factors": ""},
    "not_yet_due",
    lambda life, row: row["kind"] == "single" and not row["authorised_on"],
)
_put(
    "DQ-ASM-29",
    "an initial assessment, of which none are asked",
    "assessments",
    {"factors": ""},
    "not_applicable",
    lambda life, row: row["kind"] == "initial" and row["authorised_on"],
)


def _open(life: Life, row: Any) -> bool:
    return not row["closed_on"] and row["no_further_action"] == "no"


_put("DQ-CLS-16", "a reason for closing, and no day", "referrals", {"closure_reason": "needs met"}, where=_open)
_put("DQ-CLS-16", "a placeholder for a reason, and no day", "referrals", {"closure_reason": "n/a"}, "not_applicable", _open)


def _saturday(day: date) -> date:
    """The first Saturday after a day."""
    return days(day, (5 - day.weekday()) % 7 or 7)


def _conference(*kinds: str) -> Any:
    return lambda life, row: row["kind"] in kinds


_put(
    "DQ-CONF-33",
    "set for a Saturday",
    "conferences",
    lambda life, row: {"due_on": _saturday(day_of(row["held_at"]))},
    where=_conference("initial", "pre_birth"),
)
_put(
    "DQ-CONF-33",
    "set for a Sunday",
    "conferences",
    lambda life, row: {"due_on": days(_saturday(day_of(row["held_at"])), 1)},
    where=_conference("initial", "pre_birth"),
)
_put("DQ-CONF-33", "set for a bank holiday", "conferences", {"due_on": date(2014, 4, 21)}, "met", _conference("initial", "pre_birth"))
_put(
    "DQ-CONF-33",
    "a review set for a Saturday",
    "conferences",
    lambda life, row: {"due_on": _saturday(day_of(row["held_at"]))},
    "not_applicable",
    _conference("review"),
)


def _aged(low: int, high: int, field: str, *kinds: str) -> Any:
    """A meeting of those kinds, at which the child is that old."""
    return lambda life, row: row["kind"] in kinds and bool(row[field]) and low <= life.age(day_of(row[field])) < high


_REVIEW = "held_on", "looked_after"
_put(
    {"DQ-REV-25": "not_met", "CPC-CHILD-08": "not_met"},
    "four or older, and said to be too young",
    "conferences",
    {"child_participation": "too_young"},
    where=_aged(4, 18, "held_at", "initial", "review", "transfer_in"),
)
_put("DQ-REV-25", "three, and too young", "conferences", {"child_participation": "too_young"}, "not_applicable",
     _aged(3, 4, "held_at", "initial", "review", "transfer_in"))  # fmt: skip
_put("DQ-REV-41", "four or older, and said to be too young", "reviews", {"child_participation": "too_young"}, where=_aged(4, 18, *_REVIEW))
_put("DQ-REV-41", "four or older, and the code for too young", "reviews", {"child_participation": "PN0"}, where=_aged(4, 18, *_REVIEW))
_put("DQ-REV-41", "four or older, and the code of another way", "reviews", {"child_participation": "PN5"}, "met", _aged(4, 18, *_REVIEW))
_put("DQ-REV-42", "under four, and said to have spoken", "reviews", {"child_participation": "PN1"}, where=_aged(0, 4, *_REVIEW))
_put("DQ-REV-42", "under four, and the code for that", "reviews", {"child_participation": "PN0"}, "met", _aged(0, 4, *_REVIEW))


_put(
    "MIS-DQ-08",
    "back an hour before the child went missing",
    "missing_episodes",
    lambda life, row: {"returned_at": later(row["went_missing_at"], -60)},
)
_put(
    "MIS-DQ-08",
    "back at the minute at which the child went missing",
    "missing_episodes",
    lambda life, row: {"returned_at": row["went_missing_at"]},
    "met",
)
_put(
    "DQ-MIS-51",
    "missing from care, of a child who was never in care",
    "missing_episodes",
    {"from_setting": "care"},
    where=lambda life, row: row["from_setting"] == "home" and not life.rows.get("care_episodes"),
)


def _fostered(life: Life, row: Any) -> bool:
    """A visit of private fostering that has to be written up by now."""
    return row["kind"] == "private_fostering" and working(day_of(row["visited_at"]), 6) < min(AS_OF, life.until(row))


_put({"PF-REP-05": "not_met", "REC-TIME-01": "cannot_tell"}, "never written up", "visits", {"recorded_on": None}, where=_fostered)
_put(
    {"PF-REP-05": "cannot_tell", "REC-TIME-01": "cannot_tell"},
    "written up before the visit",
    "visits",
    lambda life, row: {"recorded_on": days(day_of(row["visited_at"]), -1)},
    where=_fostered,
)
_put("PF-REP-05", "written up on the same day", "visits", lambda life, row: {"recorded_on": day_of(row["visited_at"])}, "met", _fostered)


def _extended(number: int) -> Any:
    """An extended approval in a placement that goes on for so many days at least."""
    return lambda life, row: (
        bool(row["approval_extended_on"])
        and days(row["temporarily_approved_on"], number) < min(AS_OF, row["ended_on"] or AS_OF, life.until(row))
        and not life.all("connected_person_assessments", placement_id=row["placement_id"], completed_on=None)
    )


def _approved(number: int) -> Any:
    return lambda life, row: {"fully_approved_on": days(row["temporarily_approved_on"], number)}


_put("CON-END-05", "approved 24 weeks and a day after the extended approval began", "placements", _approved(169), where=_extended(169))
_put("CON-END-05", "approved 24 weeks after the extended approval began", "placements", _approved(168), "met", _extended(168))
_put(
    "CON-END-05",
    "not extended: another rule's",
    "placements",
    _approved(100),
    "not_applicable",
    lambda life, row: row["fully_approved_on"] and not row["approval_extended_on"] and days(row["temporarily_approved_on"], 100) <= AS_OF,
)
