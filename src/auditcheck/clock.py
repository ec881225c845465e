"""When is it late? Lengths of time, England's working days, months and elapsed hours in London. It never reads the wall clock.

Days are ``int32`` counts since 1970-01-01, with `NAT` for "no day". The tables cover `FIRST` to `LAST` (working days: the years whose bank
holidays are known); a sum that leaves them is `NAT`, which the checks report as *cannot tell*, never as a guess.

Sources: requirements catalogue section 2 (working days: day 0 is the trigger's day, the limit is met on the Nth working day strictly
after it;
months: the corresponding date, clipped to the month's end; hours: elapsed, Europe/London). Bank holidays: the data that
``govuk-bank-holidays`` ships, and ``data/bank-holidays-before-2012.txt`` for the years before it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int32]
Seconds = npt.NDArray[np.int64]

NAT = -(2**31)
FIRST, LAST = date(1900, 1, 1), date(2099, 12, 31)
EPOCH = date(1970, 1, 1)
BASE = (FIRST - EPOCH).days
SPAN = (LAST - FIRST).days + 1
DAY_ONLY = -1
UNITS = ("hours", "days", "working days", "weeks", "months")


@dataclass(frozen=True)
class Length:
    """A length of time as a rule writes it: ``Length(10, "working days")``."""

    number: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Length:
        """Read ``15 working days``, ``6 months``, ``24 hours``, ``1 week``. Raises ValueError naming what was expected."""
        found = re.fullmatch(r"\s*(\d{1,4})\s+(working\s+day|hour|day|week|month)s?\s*", text, re.IGNORECASE | re.ASCII)
        if not found:
            raise ValueError(f"{text!r} is not a length of time: expected a whole number and one of {', '.join(UNITS)}")
        return cls(int(found[1]), re.sub(r"\s+", " ", found[2].lower()) + "s")

    def __str__(self) -> str:
        return f"{self.number} {self.unit if self.number != 1 else self.unit[:-1]}"

    def __mul__(self, times: int) -> Length:
        return Length(self.number * times, self.unit)

    @property
    def counted_in(self) -> str:
        """The unit in which lateness is told: working days, calendar days or minutes."""
        return {"working days": "working days", "hours": "minutes"}.get(self.unit, "days")


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def as_date(day: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(day))


@cache
def bank_holidays() -> tuple[date, ...]:
    """England's bank holidays, in order; the first and last year are those in which every one is known."""
    shipped = json.loads((files("govuk_bank_holidays") / "bank-holidays.json").read_text("utf-8"))
    days = {date.fromisoformat(event["date"]) for event in shipped["england-and-wales"]["events"]}
    earlier = (files("auditcheck") / "data" / "bank-holidays-before-2012.txt").read_text("utf-8").splitlines()
    known_from = min(days).year
    days |= {d for line in earlier if line and not line.startswith("#") if (d := date.fromisoformat(line)).year < known_from}
    return tuple(sorted(days))


def weekend(days: Days) -> npt.NDArray[np.bool_]:
    """Whether each day is a Saturday or a Sunday; bank holidays are not. Places without a day give no answer worth having."""
    return (days.astype(np.int64) + 3) % 7 >= 5  # 1970-01-01 was a Thursday: 3 days after a Monday


@cache
def _working() -> tuple[Days, Days, int, int]:
    """(``count`` of working days up to and including each day of the range, the ``days`` themselves, first day, last day)."""
    first = day_number(date(bank_holidays()[0].year, 1, 1))
    last = day_number(date(bank_holidays()[-1].year, 12, 31))
    days = np.arange(first, last + 1, dtype=np.int32)
    closed = np.isin(days, [day_number(d) for d in bank_holidays()])
    open_ = ~weekend(days) & ~closed
    return np.cumsum(open_).astype(np.int32), days[open_], first, last


@cache
def _calendar() -> tuple[Days, Days, Days]:
    """Of every day from `FIRST` to `LAST` the month (counted from the first) and the day of the month (from 0); each month's first day."""
    days = np.arange(BASE, BASE + SPAN).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    begins = np.arange(months[0], months[-1] + 2).astype("datetime64[D]").astype(np.int32)  # one more: where the last month ends
    month = (months - months[0]).astype(np.int32)
    return month, np.arange(BASE, BASE + SPAN, dtype=np.int32) - begins[month], begins


@cache
def _months(number: int) -> Days:
    """For every day from `FIRST` to `LAST` the corresponding day ``number`` months on, clipped to the month's end; NAT outside."""
    month, day_of_month, begins = _calendar()
    target = month + number
    covered = (target >= 0) & (target < len(begins) - 1)
    first = np.where(covered, target, 0)
    clipped = np.minimum(day_of_month, (begins[1:] - begins[:-1])[first] - 1)
    return np.where(covered, begins[first] + clipped, NAT).astype(np.int32)


def _in_range(days: npt.NDArray[np.int64]) -> Days:
    return np.where((days >= BASE) & (days < BASE + SPAN), days, NAT).astype(np.int32)


def add(days: Days, length: Length, sign: int = 1) -> Days:
    """The day on which ``length`` ends that began on each of ``days`` (n,) -> (n,); ``sign=-1`` counts back. NAT where it can't be known.

    Hours count as days here (24 hours: one day): what only days are known for; `bounds` is for elapsed hours.
    """
    known = days != NAT
    inside = np.where(known, days, BASE)
    if length.unit == "working days":
        moved = _add_working(inside, length.number * sign)
    elif length.unit == "months":
        moved = _months(length.number * sign)[inside - BASE]
    else:
        step = {"days": 1, "weeks": 7, "hours": 1 / 24}[length.unit]
        moved = _in_range(inside.astype(np.int64) + sign * int(np.ceil(length.number * step)))
    return np.where(known, moved, NAT).astype(np.int32)


def _add_working(days: Days, number: int) -> Days:
    count, open_days, first, last = _working()
    covered = (days >= first) & (days <= last)
    so_far = count[np.where(covered, days, first) - first]
    if number >= 0:
        place = so_far + number - 1  # strictly after: day 0 is the trigger's own day, whether or not it is a working day
        place = np.where(number == 0, np.maximum(place, 0), place)
    else:
        at_work = np.isin(days, open_days)
        place = so_far - at_work.astype(np.int32) + number
    covered &= (place >= 0) & (place < len(open_days))
    found = open_days[np.where(covered, place, 0)]
    return np.where(covered, found if number else days, NAT).astype(np.int32)


def working_days_between(start: Days, end: Days) -> Days:
    """How many working days lie after ``start`` up to and including ``end``; NAT where either is outside the calendar."""
    count, _, first, last = _working()
    covered = (start >= first) & (end >= first) & (start <= last) & (end <= last)
    a, b = (count[np.where(covered, d, first) - first] for d in (start, end))
    return np.where(covered, b - a, NAT).astype(np.int32)


def holidays_between(start: int, end: int) -> list[date]:
    """The bank holidays after ``start`` up to and including ``end`` (day numbers), for explaining a count."""
    return [d for d in bank_holidays() if start < day_number(d) <= end]


@cache
def _clock_changes() -> tuple[tuple[int, int, int], ...]:
    """(UTC second, offset before, offset after) of each change of London's clocks from 1970 to the end of the range."""
    zone = ZoneInfo("Europe/London")

    def offset(utc: int) -> int:
        return int((datetime.fromtimestamp(utc, zone).utcoffset() or timedelta()).total_seconds())

    months = [int(datetime(y, m, 1, tzinfo=ZoneInfo("UTC")).timestamp()) for y in range(1970, LAST.year + 1) for m in range(1, 13)]
    found = []
    for low, high in pairwise(months):
        before, after = offset(low), offset(high)
        if before == after:
            continue
        while high - low > 1:  # the clocks change at most once a month
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == before else (low, middle)
        found.append((high, before, after))
    return tuple(found)


@cache
def _london() -> tuple[Seconds, Seconds, Seconds]:
    """Local time as a step function: from each local second ``since`` the first and the second offset from UTC that may hold.

    In October's repeated hour first > second: both hold. In March's skipped hour first < second: none does.
    """
    changes = _clock_changes()
    steps = [(-(2**62), changes[0][1], changes[0][1])]
    for utc, before, after in changes:
        steps += [(utc + min(before, after), before, after), (utc + max(before, after), after, after)]
    since, first, second = (np.array(column, dtype=np.int64) for column in zip(*steps, strict=True))
    return since, first, second


def bounds(days: Days, seconds: Days) -> tuple[Seconds, Seconds]:
    """The earliest and latest UTC second (since 1970) that each London moment may be: the whole day where ``seconds`` is `DAY_ONLY`.

    Rows whose day is NAT, and times that London's clocks skipped, give ``earliest > latest``.
    """
    whole = seconds == DAY_ONLY
    local = days.astype(np.int64) * 86400
    early = local + np.where(whole, 0, seconds)
    late = local + np.where(whole, 86399, seconds)
    since, first, second = _london()
    lo = early - first[np.searchsorted(since, early, side="right") - 1]
    hi = late - second[np.searchsorted(since, late, side="right") - 1]
    unknown = days == NAT
    return np.where(unknown, 1, lo), np.where(unknown, 0, hi)


def skipped(days: Days, seconds: Days) -> npt.NDArray[np.bool_]:
    """Whether London's clocks never showed that time (the hour that is lost in March)."""
    since, first, second = _london()
    local = days.astype(np.int64) * 86400 + seconds
    step = np.searchsorted(since, local, side="right") - 1
    lost: npt.NDArray[np.bool_] = (seconds != DAY_ONLY) & (days != NAT) & (first[step] < second[step])
    return lost


def london(utc: Seconds) -> tuple[Days, Days]:
    """UTC seconds since 1970 -> London (day, second of the day)."""
    changes = np.array(_clock_changes(), dtype=np.int64)
    place = np.searchsorted(changes[:, 0], utc, side="right")
    local = utc + np.where(place == 0, changes[0, 1], changes[np.maximum(place, 1) - 1, 2])
    return (local // 86400).astype(np.int32), (local % 86400).astype(np.int32)


def offset_of(days: Days, seconds: Days) -> Days:
    """London's offset from UTC in seconds at local moments; in the repeated hour the first reading (summer time)."""
    since, first, _ = _london()
    local = days.astype(np.int64) * 86400 + np.maximum(seconds, 0)
    return first[np.searchsorted(since, local, side="right") - 1].astype(np.int32)
