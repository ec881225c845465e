"""Reports shared before conferences and reviews."""

from __future__ import annotations

from typing import Any

from auditcheck.synth.almanac import at, day_of, days
from auditcheck.synth.life import Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import (
    Steps,
    reports,
)

PLANTS = Plants()


def _report(table: str, rule: str, recipient: str, outcome: str, words: str, change: Any) -> None:
    """One report of one meeting; ``change`` gives its new fields from the meeting's day, or None where it is taken out."""

    @PLANTS.plant(rule, words, alone=False, trap=outcome in ("met", "not_applicable"))
    def steps(life: Life) -> Steps:
        field = "held_at" if table == "conferences" else "held_on"
        for row in life.rows.get(table, ()):
            day = day_of(row[field])
            if (
                not life.free(row)
                or row["cancelled"] == "yes"
                or day > life.until(row)
                or (table == "conferences" and day.month in (3, 10))
            ):
                continue
            if recipient == "child" and (life.age(day) < 4) != (words.startswith("too young")):
                continue
            if recipient == "child" and life.age(day) >= 4 and row["child_participation"] == "too_young":
                continue
            found = reports(life, table, row, recipient)
            if len(found) != 1 or not life.free(found[0]) or not found[0]["shared_at"]:
                continue
            yield True
            new = change(day)
            if new is None:
                life.drop("conference_reports", found[0])
            else:
                found[0].update(new)
            life.expect(rule, table, row, outcome, words, recipient)
            return


def _shared(lead: int, time: str = "") -> Any:
    return lambda day: {"shared_at": at(days(day, -lead), time) if time else str(days(day, -lead))}


_CP, _CASE = ("conferences", "CPC-REP24-04"), ("reviews", "CPC-REP5-05")
_report(*_CP, "parent", "not_met", "shared 23 hours and 59 minutes before", _shared(1, "14:01"))
_report(*_CP, "parent", "met", "shared 24 hours before", _shared(1, "14:00"))
_report(*_CP, "professional", "cannot_tell", "shared on the day before, the hour not known", _shared(1))
_report(*_CP, "professional", "met", "shared two days before, the hour not known", _shared(2))
_report(*_CP, "parent", "not_met", "shared on the day itself, the hour not known", _shared(0))
_report(*_CP, "parent", "not_met", "no report for the parents", lambda day: None)
_report(*_CP, "child", "not_met", "never shared with the child, no reason", lambda day: {"shared_at": ""})
_report(*_CP, "child", "not_applicable", "too young for a report", lambda day: None)
_report(*_CP, "parent", "not_applicable", "kept back, for a reason",
        lambda day: {"shared_at": "", "not_shared_reason": "would put a witness at risk"})  # fmt: skip
_report(*_CASE, "parent", "not_met", "shared four days before", _shared(4))
_report(*_CASE, "parent", "met", "shared five days before", _shared(5))
_report(*_CASE, "professional", "not_met", "no report for the professionals", lambda day: None)
