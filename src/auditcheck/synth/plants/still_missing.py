"""Missing from care and never back, although the care or the placement ended meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from auditcheck.synth.almanac import AS_OF, days
from auditcheck.synth.authority import Row
from auditcheck.synth.care import go_missing
from auditcheck.synth.life import Life
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


def _gone(rule: str, ending: Callable[[Life], Sequence[Row]], early: int, outcome: str, words: str) -> None:
    """Gone on the day on which the last of those records ended, or so many days before."""

    @PLANTS.plant(rule, words, trap=outcome == "met")
    def steps(life: Life) -> Steps:
        for row in ending(life)[-1:]:
            day = days(row["ended_on"], -early)
            if life.age(day) >= 10 and not life.rows.get("missing_episodes") and row["started_on"] < day < days(AS_OF, -10):
                yield True
                life.expect(rule, "missing_episodes", _never_back(life, day), outcome, words)
                life.lock(row)


def _over(life: Life) -> Sequence[Row]:
    """Periods of care, where the last has ended."""
    every = list(episodes(life))
    return every if every and every[-1]["ended_on"] else ()


def _left(life: Life) -> Sequence[Row]:
    """Placements that were left for another while care went on."""
    over = any(episode["ended_on"] for episode in life.rows.get("care_episodes", ()))
    return () if over else [placement for placement in life.rows.get("placements", ()) if placement["ended_on"]]


_gone("DQ-MIS-52", _over, 1, "not_met", "never back, gone on the day before care ended")
_gone("DQ-MIS-52", _over, 0, "met", "never back, gone on the day care ended")
_gone("DQ-MIS-53", _left, 1, "not_met", "never back, gone on the day before a move")
_gone("DQ-MIS-53", _left, 0, "met", "never back, gone on the day of a move")
