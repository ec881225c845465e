"""The stretch of time that a book speaks of, as people name it, and the months in it."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from auditcheck.board import BoardRefused
from auditcheck.checks.measure import first_day
from auditcheck.clock import Length, as_date, day_number
from auditcheck.texts import in_words

_SHAPES = (
    (re.compile(r"(?P<year>\d{4})"), 12),
    (re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4])"), 3),
    (re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])"), 1),
    (re.compile(r"(?P<financial>\d{4})/(?P<end>\d{2})"), 12),
    (re.compile(r"(?P<financial>\d{4})/(?P<end>\d{2})-Q(?P<quarter>[1-4])"), 3),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")
EXPECTED = (
    "2015-Q3 (July to September 2015), 2015-07 (a month), 2015 (a year), 2014/15 (April 2014 to March 2015), 2014/15-Q3 (October to "
    "December 2014) or 2014-07-01..2015-06-30"
)


class BadPeriod(BoardRefused):
    """Not a period. The message is a sentence for the person who asked; exit 2."""


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{in_words(day_number(self.first))} to {in_words(day_number(self.last))}"

    @property
    def slug(self) -> str:
        """For a file: ``2014-07-01..2015-06-30``."""
        return f"{self.first}..{self.last}"

    def before(self) -> Period:
        """The stretch of the same length that ends the day before: so many whole months where it is some, else so many days."""
        last = self.first - timedelta(days=1)
        months = months_between(self.first, self.last + timedelta(days=1))
        return Period(_back(self.first, months) if months else last - (self.last - self.first), last)


def months_between(first: date, end: date) -> int:
    """How many whole months make up the days from ``first`` up to ``end``; 0 where they are no whole months."""
    return (end.year - first.year) * 12 + end.month - first.month if first.day == end.day else 0


def _back(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, min(day.day, monthrange(month // 12, month % 12 + 1)[1]))


def parse(text: str) -> Period:
    """Read a period as it is named on the command line. Quarters are of the calendar year unless a financial year is named.

    Raises:
        BadPeriod: it is none.
    """
    if found := _DAYS.fullmatch(text):
        try:
            period = Period(date.fromisoformat(found[1]), date.fromisoformat(found[2]))
        except ValueError as problem:
            raise BadPeriod(f"The period {text} names a day that does not exist: expected {EXPECTED}.") from problem
        if period.last < period.first:
            raise BadPeriod(f"The period {text} ends before it begins: expected {EXPECTED}.")
        return period
    for shape, months in _SHAPES:
        if (found := shape.fullmatch(text)) and (part := found.groupdict()):
            if "end" in part and int(part["end"]) != (int(part["financial"]) + 1) % 100:
                break
            start = 12 * int(part["financial"]) + 3 if "financial" in part else 12 * int(part["year"])
            start += 3 * (int(part.get("quarter", 1)) - 1) + int(part.get("month", 1)) - 1
            return _of_months(start, months, text)
    raise BadPeriod(f"'{text}' is no period: expected {EXPECTED}.")


def _of_months(start: int, months: int, text: str) -> Period:
    """``start``: a month counted from the year nought."""
    end = start + months
    try:
        return Period(date(start // 12, start % 12 + 1, 1), date(end // 12, end % 12 + 1, 1) - timedelta(days=1))
    except ValueError as problem:
        raise BadPeriod(f"'{text}' is no period: expected {EXPECTED}.") from problem


def up_to(as_of: date, length: Length) -> Period:
    """So long a time up to a day, that day included, as measures count it: the 12 months to 30 June 2015 begin on 1 July 2014."""
    return Period(as_date(first_day(day_number(as_of), length)), as_of)


def months(until: date, count: int) -> list[Period]:
    """The last so many whole months that had ended by a day, oldest first."""
    end = until + timedelta(days=1)
    last = end.year * 12 + end.month - 1
    return [_of_months(month, 1, "") for month in range(last - count, last)]


def quarters(until: date, count: int) -> list[Period]:
    """The latest quarters of the calendar that had ended by a day, oldest first."""
    end = until + timedelta(days=1)
    last = (end.year * 12 + end.month - 1) // 3 * 3
    return [_of_months(month, 3, "") for month in range(last - 3 * count, last, 3)]


def whole_months(after: date, until: date) -> list[Period]:
    """The whole months that began after a day and had ended by another, oldest first."""
    start, end = after.year * 12 + after.month, (until + timedelta(days=1)).year * 12 + (until + timedelta(days=1)).month - 1
    return [_of_months(month, 1, "") for month in range(start, end)]


def months_before(day: date, count: int) -> Period:
    """So many whole months up to the one in which a day lies."""
    end = day.year * 12 + day.month - 1
    return _of_months(end - count, count, "")


def short(month: Period) -> str:
    """``Jan 2015``; a quarter ``Jan to Mar 2015``."""
    names = _MONTHS
    first, last = month.first, month.last
    if (first.year, first.month) == (last.year, last.month):
        return f"{names[first.month - 1]} {first.year}"
    return f"{names[first.month - 1]}{'' if first.year == last.year else f' {first.year}'} to {names[last.month - 1]} {last.year}"
