"""When is it late? Plain datetimes, one value at a time."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

import holidays

LONDON = ZoneInfo("Europe/London")
FIRST_YEAR, LAST_YEAR = 2010, 2028
HOLIDAYS = frozenset(holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1)))

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")
LIMIT = re.compile(r"(\d+)\s+(hours?|days?|working\s+days?|weeks?|months?)", re.IGNORECASE)


class Answer(Enum):
    """Yes, no or unknown."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


class UnreadableError(Exception):
    """The text is not a date, moment or limit that the contract allows."""


class OutsideCalendarError(Exception):
    """The answer would lie where no bank holidays are known, or past the last year that a date can have."""


@dataclass(frozen=True)
class Moment:
    """From `early` to `late` (both UTC): equal where the second is known; `timed` is false where only the London `day` is."""

    early: datetime
    late: datetime
    day: date
    timed: bool

    def text(self) -> str:
        """`YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM:SS+hh:mm` where the time is known."""
        return self.early.astimezone(LONDON).isoformat() if self.timed else self.day.isoformat()


@dataclass(frozen=True)
class Limit:
    """`count` of `unit`: hours, days, working days, weeks or months."""

    count: int
    unit: str


def read_limit(text: str) -> Limit:
    """Read `15 working days`. Raises UnreadableError."""
    match = LIMIT.fullmatch(text.strip())
    if not match:
        raise UnreadableError(text)
    unit = " ".join(match[2].lower().split())
    return Limit(int(match[1]), unit if unit.endswith("s") else unit + "s")


def read_date(text: str) -> Moment:
    """Read `YYYY-MM-DD`, 1900 to 2099. Raises UnreadableError."""
    if not DATE.fullmatch(text):
        raise UnreadableError(text)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnreadableError(text) from None
    if not 1900 <= day.year <= 2099:
        raise UnreadableError(text)
    return whole_day(day)


def read_moment(text: str) -> Moment:
    """Read `YYYY-MM-DDTHH:MM[:SS]` or a bare date; exactly midnight is the bare date. Raises UnreadableError."""
    if not MOMENT.fullmatch(text):
        return read_date(text)
    day = read_date(text[:10]).day
    try:
        clock = time.fromisoformat(text[11:])
    except ValueError:
        raise UnreadableError(text) from None
    if clock == time(0):
        return whole_day(day)
    wall = datetime.combine(day, clock)
    if not any(exists(wall, fold) for fold in (0, 1)):
        raise UnreadableError(text)
    return Moment(to_utc(wall, 0), to_utc(wall, 1), day, True)


def to_utc(wall: datetime, fold: int) -> datetime:
    """The UTC moment of a London wall-clock time; `fold` picks the reading of the hour that repeats."""
    return wall.replace(tzinfo=LONDON, fold=fold).astimezone(UTC)


def exists(wall: datetime, fold: int) -> bool:
    """Whether London clocks ever show this time."""
    return to_utc(wall, fold).astimezone(LONDON).replace(tzinfo=None) == wall


def whole_day(day: date) -> Moment:
    """Some time on that London day, 00:00:00 to 23:59:59."""
    return Moment(to_utc(datetime.combine(day, time(0)), 0), to_utc(datetime.combine(day, time(23, 59, 59)), 0), day, False)


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a bank holiday in England. Raises OutsideCalendarError."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise OutsideCalendarError(day.isoformat())
    return day.weekday() < 5 and day not in HOLIDAYS


def working_days_from(day: date, count: int, step: int) -> date:
    """The count-th working day strictly after (`step` 1) or before (`step` -1) a day that is itself in the calendar."""
    is_working_day(day)
    while count > 0:
        day += timedelta(days=step)
        if is_working_day(day):
            count -= 1
    return day


def months_from(day: date, count: int) -> date:
    """The corresponding date that many months on (negative: back), clipped to the month's end."""
    month = day.year * 12 + day.month - 1 + count
    year, month = month // 12, month % 12 + 1
    if not 1900 <= year <= 2099:
        raise OutsideCalendarError(f"{year}-{month}")
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def day_from(day: date, limit: Limit, step: int) -> date:
    """The day that lies a limit (not one in hours) after (`step` 1) or before (`step` -1) a day."""
    if limit.unit == "months":
        return months_from(day, step * limit.count)
    if limit.unit == "working days":
        return working_days_from(day, limit.count, step)
    moved = day + timedelta(days=step * limit.count * (7 if limit.unit == "weeks" else 1))
    if not 1900 <= moved.year <= 2099:
        raise OutsideCalendarError(moved.isoformat())
    return moved


def shifted(moment: Moment, limit: Limit, step: int) -> Moment:
    """The moment a limit after or before another: for hours as exact as that one, else a whole day."""
    if limit.unit != "hours":
        return whole_day(day_from(moment.day, limit, step))
    gap = step * timedelta(hours=limit.count)
    early, late = moment.early + gap, moment.late + gap
    return Moment(early, late, early.astimezone(LONDON).date(), moment.timed)


def not_after(first: Moment, second: Moment, hours: bool) -> Answer:
    """Is `first` at or before `second`? By London days, or by the second where `hours` decide."""
    if not hours:
        return YES if first.day <= second.day else NO
    if first.late <= second.early:
        return YES
    return NO if first.early > second.late else UNKNOWN


def days_of(moment: Moment) -> tuple[date, date]:
    """The first and the last London day that the moment can fall on."""
    return moment.early.astimezone(LONDON).date(), moment.late.astimezone(LONDON).date()


def day_before(moment: Moment, day: date) -> Answer:
    """Does the moment fall on an earlier London day than this one, or (swap by `day_after`) not?"""
    first, last = days_of(moment)
    if last < day:
        return YES
    return NO if first >= day else UNKNOWN


def day_after(moment: Moment, day: date) -> Answer:
    """Does the moment fall on a later London day than this one?"""
    first, last = days_of(moment)
    if first > day:
        return YES
    return NO if last <= day else UNKNOWN
