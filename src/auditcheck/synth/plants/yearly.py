"""What the yearly return of children looked after says of a child, and what it can't say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from auditcheck.synth.almanac import AS_OF, days, months
from auditcheck.synth.authority import Row
from auditcheck.synth.life import Life
from auditcheck.synth.need import review
from auditcheck.synth.planting import Plant, Plants
from auditcheck.synth.tools import episodes

PLANTS = Plants()

#: The year that ends on the export's day.
_YEAR = date(AS_OF.year - 1, 4, 1)
_HEALTH = ("immunisations_up_to_date", "dental_check", "health_assessment", "substance_misuse")


def _return(life: Life, year: date, **changes: object) -> Row:
    """The child's line of the return for the year from ``year``: looked after all of it, every question answered."""
    end = days(months(year, 12), -1)
    scored = life.age(year) >= 4 and life.age(end) < 17
    fields: dict[str, object] = {
        "year_started_on": year, "year_ended_on": end, "looked_after_twelve_months": "yes", "short_breaks_only": "no",
        "sdq_score": "14" if scored else "", "sdq_not_done_reason": "", **dict.fromkeys(_HEALTH, "yes"),
    }  # fmt: skip
    return life.add("yearly_returns", **(fields | changes))


def _put(rule: str, words: str, outcome: str, host: Callable[[Life], date | None], **changes: object) -> None:
    """A return for the year that ``host`` names, as ``changes`` make it."""

    def find(life: Life) -> date | None:
        return None if life.rows.get("yearly_returns") else host(life)

    def do(life: Life, year: date) -> None:
        life.expect(rule, "yearly_returns", _return(life, year, **changes), outcome, words)

    PLANTS.all.append(Plant(rule, words, find, do, False, outcome != "not_met"))


def _cared_for(low: int, high: int) -> Callable[[Life], date | None]:
    """Looked after all the year, ``low`` years or older when it began and under ``high`` when it ended."""

    def host(life: Life) -> date | None:
        whole = any(row["started_on"] <= _YEAR for row in episodes(life, still=True))
        return _YEAR if whole and low <= life.age(_YEAR) and life.age(AS_OF) < high else None

    return host


_ANY, _SCORED, _SMALL = _cared_for(0, 18), _cared_for(4, 17), _cared_for(0, 4)

for _field in _HEALTH:
    _put("DQ-HLT-34", f"{_field.replace('_', ' ')} left blank", "not_met", _ANY, **{_field: ""})
_put("DQ-HLT-34", "every question answered, with no", "met", _ANY, **dict.fromkeys(_HEALTH, "no"))
_put(
    "DQ-HLT-34",
    "not all the year in care, nothing asked",
    "not_applicable",
    _ANY,
    looked_after_twelve_months="no",
    **dict.fromkeys(_HEALTH, ""),
)

_put("DQ-SDQ-35", "neither a score nor why", "not_met", _SCORED, sdq_score="")
_put("DQ-SDQ-35", "no score, and why", "met", _SCORED, sdq_score="", sdq_not_done_reason="SDQ2")
_put("DQ-SDQ-36", "a score of a child of three", "not_met", _SMALL, sdq_score="9")
_put("DQ-SDQ-36", "why there is no score, of a child of three", "not_met", _SMALL, sdq_not_done_reason="SDQ1")
_put("DQ-SDQ-36", "no score of a child of three", "met", _SMALL)
_put("DQ-SDQ-38", "a score, and why there is none", "not_met", _SCORED, sdq_not_done_reason="SDQ2")
_put("DQ-SDQ-38", "a score alone", "met", _SCORED)


def _four_that_year(life: Life) -> date | None:
    """Four in the course of the year: no score is asked for yet, none is wrong."""
    return _YEAR if _ANY(life) and life.age(_YEAR) == 3 and life.age(AS_OF) == 4 else None


_put("DQ-SDQ-35", "four in the course of the year, no score", "not_applicable", _four_that_year)
_put("DQ-SDQ-36", "four in the course of the year, and a score", "not_applicable", _four_that_year, sdq_score="9")


def _year_of_seventeen(after: int) -> Callable[[Life], date | None]:
    """Of a care leaver: the year in which they turned seventeen, or one ``after`` it."""

    def host(life: Life) -> date | None:
        if not life.rows.get("care_leavers") or life.born is None:
            return None
        birthday = months(life.born, 17 * 12)
        began = date(birthday.year - ((birthday.month, birthday.day) < (4, 1)), 4, 1)
        return months(began, 12 * after) if (birthday.month, birthday.day) != (4, 1) else None

    return host


_OLD = {"looked_after_twelve_months": "no", "sdq_score": "11"}
_put("DQ-SDQ-37", "a score of the year that began at seventeen", "not_met", _year_of_seventeen(1), **_OLD)
_put("DQ-SDQ-37", "a score of the year in which they turned seventeen", "met", _year_of_seventeen(0), **_OLD)


def _breaks(words: str, outcome: str, day: date | None, cancelled: str = "no") -> None:
    """A child of whom short breaks alone are reported; a review of looked-after children besides, on ``day``."""

    def host(life: Life) -> Any:
        short = [row for row in life.rows.get("care_episodes", ()) if row["legal_status"] in ("V3", "V4")]
        fits = short and not list(episodes(life)) and not life.rows.get("yearly_returns") and not life.all("reviews", kind="looked_after")
        return short[0] if fits else None

    def do(life: Life, episode: Row) -> None:
        row = _return(life, _YEAR, looked_after_twelve_months="no", short_breaks_only="yes", sdq_score="")
        life.expect("DQ-REV-39", "yearly_returns", row, outcome, words)
        if day:
            life.lock(review(life, day, "looked_after", care_episode_id=episode["care_episode_id"]))
            life.rows["reviews"][-1]["cancelled"] = cancelled

    PLANTS.all.append(Plant("DQ-REV-39", words, host, do, False, outcome == "met"))


_breaks("short breaks alone, and a review on the first day of the year", "not_met", _YEAR)
_breaks("short breaks alone, and a review on the last day of the year", "not_met", AS_OF)
_breaks("short breaks alone, and a review on the day before the year", "met", days(_YEAR, -1))
_breaks("short breaks alone, and a review that was cancelled", "met", days(_YEAR, 100), "yes")
_breaks("short breaks alone, no review", "met", None)
