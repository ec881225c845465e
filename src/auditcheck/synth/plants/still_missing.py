"""Missing from care and never back, although the care or the placement ended meanwhile; two decisions for adoption at a time."""

from __future__ import annotations

from datetime import date

from auditcheck.synth.almanac import AS_OF, days
from auditcheck.synth.authority import Row
from auditcheck.synth.care import go_missing
from auditcheck.synth.life import KEYS, Life
from auditcheck.synth.planting import Plants
from auditcheck.synth.tools import Steps, episodes

PLANTS = Plants()
_INTERVIEW = ("interviewed_at", "sent_to_worker_on", "used_in_plan_on")


def _never_back(life: Life, day: date) -> Row:
    """Gone on a day, screened on that day, and nobody says since when the child is back."""
    row = go_missing(life, day, "care")
    life.rows["risk_assessments"][-1]["completed_on"] = day
    words = {name: "" for name in row if name.startswith("interview") and name not in _INTERVIEW}
    row.update(words | dict.fromkeys(_INTERVIEW), returned_at=None, child_chose_interviewer="")
    return row


def _can_go(life: Life, day: date) -> bool:
    return life.age(day) >= 10 and not life.rows.get("missing_episodes") and days(day, 10) < AS_OF


def _care_over(early: int, outcome: str, words: str) -> None:
    """Gone on the day on which care ended, or on the day before."""

    @PLANTS.plant("DQ-MIS-52", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for episode in list(episodes(life))[-1:]:
            day = days(episode["ended_on"], -early) if episode["ended_on"] else AS_OF
            if _can_go(life, day) and day > episode["started_on"]:
                yield True
                life.expect("DQ-MIS-52", "missing_episodes", _never_back(life, day), outcome, words)
                life.lock(episode)
                return


_care_over(1, "not_met", "never back, gone on the day before care ended")
_care_over(0, "met", "never back, gone on the day care ended")


def _moved(early: int, outcome: str, words: str) -> None:
    """Gone on the day of the last move, or on the day before, from care that goes on."""

    @PLANTS.plant("DQ-MIS-53", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        if any(episode["ended_on"] for episode in life.rows.get("care_episodes", ())):
            return
        for placement in [one for one in life.rows.get("placements", ()) if one["ended_on"]][-1:]:
            day = days(placement["ended_on"], -early)
            if _can_go(life, day):
                yield True
                life.expect("DQ-MIS-53", "missing_episodes", _never_back(life, day), outcome, words)
                life.lock(placement)
                return


_moved(1, "not_met", "never back, gone on the day before a move")
_moved(0, "met", "never back, gone on the day of a move")


def _decided_twice(over: int, outcome: str, words: str) -> None:
    """An earlier decision, reversed on the day of the next one, or on the day after."""

    @PLANTS.plant("DQ-ADO-54", words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for row in life.rows.get("adoptions", ()):
            first = days(row["decided_on"], -20) if row["decided_on"] else None
            if first is None or row["matched_on"] or row["adopted_on"] or row["reversed_on"] or first < row["entered_care_on"]:
                continue
            yield True
            own = {name: value for name, value in row.items() if name not in (KEYS["adoptions"][0], "child_id")}
            life.add("adoptions", **own | {"decided_on": first, "panel_on": None, "reversed_on": days(row["decided_on"], over)})
            life.expect("DQ-ADO-54", "adoptions", row, outcome, words)
            life.lock(row)
            return


_decided_twice(1, "not_met", "decided on the day before an earlier decision was reversed")
_decided_twice(0, "met", "decided on the day an earlier decision was reversed")
