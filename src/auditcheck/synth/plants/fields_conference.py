"""What can be wrong with one conference."""

from __future__ import annotations

from typing import Any

from auditcheck.synth.almanac import AS_OF, day_of, days, working
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants

PLANTS = Plants()
_put = PLANTS.field


def _of(*kinds: str) -> Any:
    return lambda life, row: row["kind"] in kinds


def _born(life: Life, row: Any) -> bool:
    return life.age(day_of(row["held_at"])) >= 0


def _four(life: Life, row: Any) -> bool:
    return life.age(day_of(row["held_at"])) >= 4


_put("CPC-IND-15", "chaired by the line manager", "conferences", lambda life, row: {"chair_id": life.team.manager})
_put("CPC-IND-15", "chaired by a reviewing officer", "conferences", lambda life, row: {"chair_id": life.team.reviewing_officer}, "met")
_put("CPC-IND-15", "no chair recorded", "conferences", {"chair_id": ""})
_put("CPC-CHILD-08", "the child took no part", "conferences", {"child_participation": "not_involved"}, where=_four)
_put(
    {"CPC-CHILD-08": "not_met", "DQ-REV-25": "not_met"},
    "called too young at four or older",
    "conferences",
    {"child_participation": "too_young"},
    where=_four,
)
_put("CPC-PAR-07", "no parent came, no reason", "conferences", {"parent_attended": "no"})
_put(
    "CPC-PAR-07",
    "no parent came, for a reason",
    "conferences",
    {"parent_attended": "no", "parent_absence_reason": "at work; views given in writing"},
    "justified",
)
_put("CPC-PAR-07", "nobody recorded whether a parent came", "conferences", {"parent_attended": ""}, "cannot_tell")
_put("CPC-QUOR-06", "not quorate, no reason", "conferences", {"quorate": "no"})
_put(
    "CPC-QUOR-06",
    "not quorate, with a reason",
    "conferences",
    {"quorate": "no", "inquorate_reason": "snow; all reports were there"},
    "justified",
)
_put("CPC-QUOR-06", "who took part is not recorded", "conferences", {"agencies": ""}, "cannot_tell")
_put("CPC-SEEN-09", "the chair did not see the child", "conferences", {"chair_saw_child": "no"}, where=_born)
_put(
    "CPC-SEEN-09",
    "the chair did not see the child, for a reason",
    "conferences",
    {"chair_saw_child": "no", "chair_not_seen_reason": "in hospital"},
    "justified",
    _born,
)
_put("CPC-OUT-10", "no decision recorded", "conferences", {"outcome": ""}, where=lambda life, row: row["outcome"] == "plan")
_put(
    "CPC-LATER-14",
    "held after the day it was due, for no reason",
    "conferences",
    lambda life, row: {"due_on": days(day_of(row["held_at"]), -3)},
    where=_of("review"),
)
_put(
    "CPC-LATER-14",
    "held after the day it was due, with a reason, a practice manager's agreement",
    "conferences",
    lambda life, row: {
        "due_on": days(day_of(row["held_at"]), -3),
        "late_reason": "police report awaited",
        "late_agreed_by": life.team.manager,
    },
    where=_of("review"),
)
_put(
    "CPC-LATER-14",
    "held after the day it was due, reason and agreement given",
    "conferences",
    lambda life, row: {
        "due_on": days(day_of(row["held_at"]), -1),
        "late_reason": "police report awaited",
        "late_agreed_by": life.team.senior,
    },
    "met",
    _of("review"),
)
_put(
    "CPC-DIST-16",
    "minutes sent on the sixteenth working day",
    "conferences",
    lambda life, row: {"minutes_sent_on": working(day_of(row["held_at"]), 16)},
    where=lambda life, row: working(day_of(row["held_at"]), 16) <= min(AS_OF, life.until(row)),
)
_put(
    "CPC-DIST-16",
    "minutes sent on the fifteenth working day",
    "conferences",
    lambda life, row: {"minutes_sent_on": working(day_of(row["held_at"]), 15)},
    "met",
    lambda life, row: working(day_of(row["held_at"]), 15) <= AS_OF,
)
_put(
    "CPC-DIST-16",
    "minutes never sent",
    "conferences",
    {"minutes_sent_on": None},
    where=lambda life, row: working(day_of(row["held_at"]), 15) < min(AS_OF, life.until(row)),
)


def _moved_in(life: Life, row: Any) -> bool:
    return bool(row["kind"] == "transfer_in")


def _told(number: int) -> Any:
    return lambda life, row: {"notified_on": working(day_of(row["held_at"]), -number)}


_put("CPC-TRIN-03", "held on the sixteenth working day after the notice", "conferences", _told(16), where=_moved_in)
_put("CPC-TRIN-03", "held on the fifteenth working day after the notice", "conferences", _told(15), "met", _moved_in)
_put(
    "CPC-TRIN-03",
    "held late, for a reason",
    "conferences",
    lambda life, row: _told(20)(life, row) | {"late_reason": "records came late"},
    "justified",
    _moved_in,
)
_put(
    "CPC-TRIN-03",
    "held late, for a stay of some weeks",
    "conferences",
    lambda life, row: _told(20)(life, row) | {"move_permanent": "no"},
    "not_applicable",
    _moved_in,
)
