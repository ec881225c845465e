"""How a date, a count or a code reads to a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from functools import lru_cache

SEVERITY = {"high": "▲ High", "medium": "◆ Medium", "low": "● Low"}
FORCE = {
    "REG": "Regulation",
    "SG": "Statutory guidance",
    "NOTICE": "Improvement notice",
    "OFSTED": "Inspection standard",
    "LOCAL": "Local standard",
    "DQ": "Data quality",
}
STATE = {"new": "New", "continuing": "Known", "changed": "Changed"}
TARGET = {
    "met": "Target met",
    "not_met": "Target not met",
    "not_yet_due": "Target not yet due",
    "cannot_tell": "Cannot tell",
    "no_target": "No target",
}
VERIFIED = {
    "primary": "The wording was checked against the source itself.",
    "secondary": "The wording was seen quoted in another document, not in the source itself.",
    "local": "The standard is the service's own.",
    "notice": "The wording is that of the improvement notice.",
    "inspection": "The wording is that of the inspection report.",
    "unverified": "The wording has not been checked against the source.",
}
NO_TEAM = "No team recorded"
NO_WORKER = "No worker recorded"
NO_CHILD = "No single child"

#: Characters that a reader can't see and that can turn a line around or cut it: controls but tab and line feed, and direction marks.
_UNSEEN = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
UNSEEN = re.compile(_UNSEEN)
_EXCEL_DAY_0 = datetime(1899, 12, 30)
_EXCEL_FIRST = datetime(1900, 3, 1)  # before this day Excel counts a 29 February that never was


def visible(text: str) -> str:
    """The text with every character that a reader could not see shown as a replacement mark."""
    return UNSEEN.sub("\ufffd", text)


def standard(force: str, law: str, edition: str, limit: str) -> str:
    """What a rule rests on, one sentence: its force, law, edition and limit."""
    law = law.removesuffix(".")
    source = ", ".join(part for part in (law, edition if edition not in law else "") if part)
    stands = ": ".join(part for part in (FORCE.get(force, force), source) if part)
    return " ".join(f"{part}." for part in (stands, f"Limit: {limit}" if limit else "") if part)


def hiding(ids: Collection[str]) -> Callable[[str], str]:
    """Takes the ids of restricted children out of a text."""
    if not ids:
        return str
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(ids))) + r")(?!\w)")
    return lambda text: pattern.sub("(a restricted child)", text)


def count(number: int, thing: str, things: str | None = None) -> str:
    """``1 rule``, ``1,200 rules``."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def _clock_time(moment: str) -> datetime | None:
    """The time on the clock in England that an ISO moment states, without its offset; None where it is none."""
    try:
        return datetime.fromisoformat(moment).replace(tzinfo=None)
    except ValueError:
        return None


@lru_cache(maxsize=65536)
def in_words(moment: str) -> str:
    """``2015-04-03`` as ``3 April 2015``, a moment as ``3 April 2015, 14:05``; any other text unchanged."""
    read = _clock_time(moment)
    if read is None:
        return moment
    day = f"{read.day} {read:%B} {read.year}"
    return f"{day}, {read:%H:%M}" if "T" in moment else day


@lru_cache(maxsize=65536)
def in_short(moment: str) -> str:
    """As `in_words` with the month cut to three letters, for the cells of tables: ``3 Apr 2015, 14:05``."""
    read = _clock_time(moment)
    return moment if read is None else in_words(moment).replace(f"{read:%B}", f"{read:%b}")


@lru_cache(maxsize=65536)
def with_weekday(moment: str) -> str:
    """As `in_short`, the day of the week before it: ``Fri 3 Apr 2015``."""
    read = _clock_time(moment)
    return moment if read is None else f"{read:%a} {in_short(moment)}"


@lru_cache(maxsize=65536)
def excel_date(moment: str) -> float | None:
    """An ISO day or moment as Excel counts it, in days; None where Excel can't hold it (no date, or before March 1900)."""
    read = _clock_time(moment)
    return None if read is None or read < _EXCEL_FIRST else (read - _EXCEL_DAY_0) / timedelta(days=1)


def as_date(text: str) -> date:
    """The day of an ISO date or moment."""
    return date.fromisoformat(text[:10])


def over_in_words(over: int | None, unit: str) -> str:
    """``3 working days``, ``1 hour 35 minutes``; '' for none."""
    if over is None:
        return ""
    if unit in ("minutes", "minute"):
        hours, minutes = divmod(over, 60)
        return " ".join(count(n, word) for n, word in ((hours, "hour"), (minutes, "minute")) if n) or "0 minutes"
    one = unit.removesuffix("s")
    return count(over, one, unit if unit.endswith("s") else None)


def listed_in_words(items: list[str], most: int = 8) -> str:
    """``A, B and C``; past ``most`` items the rest are counted."""
    shown = items if len(items) <= most else [*items[:most], f"{len(items) - most:,} more"]
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1] if shown else "") if part)
