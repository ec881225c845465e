"""The invented authority's own calendar, worked out by its own arithmetic so that a slip in the audit's clock shows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from datetime import date, datetime, timedelta

#: The day that every invented export speaks of: that of the figures it is calibrated to, and a day on which a census year ends.
AS_OF = date(2015, 3, 31)
_YEARS = range(1995, 2018)


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian reckoning of Butcher (1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def _monday(year: int, month: int, last: bool) -> date:
    """The first or the last Monday of a month."""
    day = date(year, month, monthrange(year, month)[1] if last else 7)
    return day - timedelta(day.weekday())


def _holidays(year: int) -> set[date]:
    """England's bank holidays of a year: the rules of the 1971 Act, and the years in which they were moved."""
    sunday = easter(year)
    found = {sunday - timedelta(2), sunday + timedelta(1), _monday(year, 5, False), _monday(year, 8, True)}
    found |= {date(2012, 6, 4), date(2012, 6, 5)} if year == 2012 else {_monday(year, 5, True)}
    found |= {date(2011, 4, 29)} if year == 2011 else set()
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while fixed.weekday() > 4 or fixed in found:  # a substitute day, the next that is not one already
            fixed += timedelta(1)
        found.add(fixed)
    return found


HOLIDAYS = frozenset().union(*map(_holidays, _YEARS))
_ALL = (date.fromordinal(n) for n in range(date(_YEARS[0], 1, 1).toordinal(), date(_YEARS[-1], 12, 31).toordinal()))
_WORKING = [day for day in _ALL if day.weekday() < 5 and day not in HOLIDAYS]


def days(start: date, number: int) -> date:
    """``number`` calendar days after ``start``; before it where negative."""
    return start + timedelta(number)


def working(start: date, number: int) -> date:
    """The ``number``-th working day strictly after ``start``; strictly before it where ``number`` is negative."""
    at = bisect_right(_WORKING, start) - 1 if number > 0 else bisect_left(_WORKING, start)
    return _WORKING[at + number]


def held(day: date) -> date:
    """``day``, or the last working day before it: when the office would have met."""
    return _WORKING[bisect_right(_WORKING, day) - 1]


def opened(day: date) -> date:
    """``day``, or the first working day after it."""
    return _WORKING[bisect_left(_WORKING, day)]


def months(start: date, number: int) -> date:
    """The corresponding date ``number`` months on, clipped to the month's end."""
    year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def at(day: date, time: str = "10:00") -> str:
    """A moment as an export writes it."""
    return f"{day.isoformat()}T{time}"


def day_of(text: object) -> date:
    """The day of a date or of a moment written by `at`."""
    if isinstance(text, date):
        return text
    return date.fromisoformat(str(text)[:10])


def later(moment: str, minutes: int) -> str:
    """The moment so many minutes of the clock on the wall after another (no lives cross a change of the clocks in one interval)."""
    return (datetime.fromisoformat(moment) + timedelta(minutes=minutes)).isoformat(timespec="minutes")


def past(day: date | None) -> date | None:
    """``day``, where it has come by the day the export speaks of; else nothing, as nothing would be recorded."""
    return day if day is not None and day <= AS_OF else None
