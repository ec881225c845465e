"""The dates of an adoption out of order, by a day; or on one day, which is no fault."""

from __future__ import annotations

from functools import partial
from typing import Any

from auditcheck.synth.almanac import AS_OF, days
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants

PLANTS = Plants()
_put = PLANTS.field


def _has(*fields: str) -> Any:
    return lambda life, row: all(row[field] for field in fields)


def _placed_again(day: Any) -> dict[str, object]:
    """Placed on a day, the life story book written before it."""
    return {"placed_on": day, "life_story_book_on": days(day, -5)}


def _matched(life: Life, row: Any, early: int) -> dict[str, object]:
    return {"matched_on": days(row["decided_on"], -early)}


def _moved_in(life: Life, row: Any, early: int) -> dict[str, object]:
    return _placed_again(days(row["matched_on"], -early))


def _adopted(life: Life, row: Any, early: int) -> dict[str, object]:
    return {"adopted_on": days(row["placed_on"], -early)}


def _decided(life: Life, row: Any, early: int) -> dict[str, object]:
    return {"decided_on": days(row["entered_care_on"], -early), "panel_on": None}


def _unmatched(life: Life, row: Any, early: int) -> dict[str, object]:
    return {"matched_on": None} | _placed_again(days(row["decided_on"], -early))


def _reversed(life: Life, row: Any, early: int) -> dict[str, object]:
    return {"reversed_on": days(row["decided_on"], -early)}


def _ordered(life: Life, row: Any, early: int) -> dict[str, object]:
    """The order that much before the decision, and a match soon after where there was one."""
    matched = days(row["decided_on"], 60) if row["matched_on"] else None
    return {"placement_order_on": days(row["decided_on"], -early), "matched_on": matched}


for _rule, _wrong, _same, _change, _needs in (
    ("DQ-ADO-22", "matched on the day before the decision", "matched on the day of the decision", _matched, ("decided_on", "matched_on")),
    ("DQ-ADO-23", "moved in on the day before the match", "moved in on the day of the match", _moved_in, ("matched_on", "placed_on")),
    ("DQ-ADO-24", "adopted on the day before the child moved in", "adopted on the day the child moved in", _adopted, ("placed_on",)),
    ("DQ-ADO-45", "decided on the day before care began", "decided on the day care began", _decided, ("decided_on",)),
    ("DQ-ADO-46", "no match, moved in on the day before the decision", "no match, moved in on the day of the decision", _unmatched,
     ("decided_on", "matched_on", "placed_on")),
    ("DQ-ADO-47", "reversed on the day before it was decided", "reversed on the day it was decided", _reversed, ("decided_on",)),
    ("DQ-ADO-49", "the placement order on the day before the decision", "the placement order on the day of the decision", _ordered,
     ("decided_on", "placement_order_on")),
):  # fmt: skip
    _put(_rule, _wrong, "adoptions", partial(_change, early=1), "not_met", _has(*_needs))
    _put(_rule, _same, "adoptions", partial(_change, early=0), "met", _has(*_needs))

_put(
    "DQ-ADO-48",
    "adopted under a decision that was reversed",
    "adoptions",
    lambda life, row: {"reversed_on": days(row["decided_on"], 10), "adopted_on": AS_OF},
    where=_has("decided_on", "placed_on"),
)
_put(
    "DQ-ADO-48",
    "reversed, and not adopted",
    "adoptions",
    lambda life, row: {"reversed_on": row["placement_order_on"]},
    "met",
    _has("decided_on", "placement_order_on"),
)
_put(
    "DQ-ADO-50",
    "a placement order without a decision",
    "adoptions",
    {"decided_on": None, "panel_on": None},
    where=_has("placement_order_on"),
)
_put(
    "DQ-ADO-50",
    "neither decided nor ordered",
    "adoptions",
    {"decided_on": None, "panel_on": None},
    "not_applicable",
    lambda life, row: row["decided_on"] and not row["placement_order_on"],
)
