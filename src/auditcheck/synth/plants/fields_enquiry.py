"""What can be wrong with one strategy discussion or section 47 enquiry."""

from __future__ import annotations

from typing import Any

from auditcheck.synth.almanac import AS_OF, at, days, working
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants

PLANTS = Plants()
_put = PLANTS.field


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
_put(
    "S47-ALONE-05",
    "not seen alone, for a reason",
    "section_47_enquiries",
    {"child_seen_alone": "no", "not_alone_reason": "clung to her aunt"},
    "justified",
    _seen,
)
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
_put(
    "S47-SIGN-07",
    "signed off by the group manager",
    "section_47_enquiries",
    lambda life, row: {"signed_off_by": life.team.senior},
    "met",
    _concluded,
)
_put(
    "S47-SIGN-07",
    "signed off before there was an outcome",
    "section_47_enquiries",
    lambda life, row: {"signed_off_on": days(row["outcome_recorded_on"], -1)},
    "cannot_tell",
    _concluded,
)
_put("S47-STRAT-01", "no strategy discussion", "section_47_enquiries", {"strategy_id": ""})


def _next_day(row: Any, time: str = "") -> dict[str, object]:
    """The child seen on the day after the strategy discussion, which was held at ten."""
    day = days(row["started_on"], 1)
    return {"child_seen_at": at(day, time) if time else str(day)}


def _can_wait(life: Life, row: Any) -> bool:
    return bool(row["child_seen_at"]) and bool(row["strategy_id"]) and days(row["started_on"], 2) < min(AS_OF, life.until(row))


_put(
    "S47-24H-04",
    "seen 24 hours and a minute after the discussion",
    "section_47_enquiries",
    lambda life, row: _next_day(row, "10:01"),
    where=_can_wait,
)
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
_put(
    "S47-24H-04",
    "seen on the next day at midnight, which is no hour",
    "section_47_enquiries",
    lambda life, row: _next_day(row, "00:00"),
    "cannot_tell",
    _can_wait,
)
_put(
    "S47-24H-04",
    "seen late, the child was missing",
    "section_47_enquiries",
    lambda life, row: _next_day(row, "18:00") | {"not_seen_reason": "child missing"},
    "not_applicable",
    _can_wait,
)
_put(
    "S47-OUT-06",
    "still called ongoing after fifteen working days",
    "section_47_enquiries",
    {"outcome": "ongoing"},
    where=lambda life, row: row["outcome"] and working(row["started_on"], 15) < min(AS_OF, life.until(row)),
)
_put(
    "S47-STRAT-01",
    "the enquiry began on the day before the discussion",
    "section_47_enquiries",
    lambda life, row: {"started_on": days(row["started_on"], -1)},
    where=lambda life, row: row["strategy_id"],
)
_put(
    "S47-CONF-09",
    "substantiated, no conference, and no manager's reason",
    "section_47_enquiries",
    {"outcome": "substantiated_no_conference"},
    where=lambda life, row: row["outcome"] == "not_substantiated" and working(row["started_on"], 15) < min(AS_OF, life.until(row)),
)
