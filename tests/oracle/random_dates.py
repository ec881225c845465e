"""Nasty dates: weekends, bank holidays, month ends, clock changes, days beside a limit, and cells that nobody can read."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from . import clock
from .clock import LONDON

AS_OF = date(2015, 6, 30)
AWKWARD = [
    date(2013, 3, 31),
    date(2013, 4, 12),
    date(2013, 4, 15),
    date(2013, 8, 31),
    date(2014, 2, 28),
    date(2014, 3, 28),
    date(2014, 3, 30),
    date(2014, 4, 17),
    date(2014, 6, 30),
    date(2014, 8, 31),
    date(2014, 10, 25),
    date(2014, 10, 26),
    date(2014, 11, 30),
    date(2014, 12, 24),
    date(2014, 12, 31),
    date(2015, 3, 28),
    date(2015, 3, 29),
    date(2015, 4, 2),
    date(2015, 5, 22),
    date(2015, 5, 31),
    date(2015, 6, 29),
    date(2015, 6, 30),
    date(2015, 7, 1),
]
TIMES = ["00:00", "00:00:00", "00:01", "01:30", "09:00", "10:15", "12:00:30", "17:30", "18:00", "23:59", "23:59:59"]
UNREADABLE = ["2015-02-30", "31/05/2015", "2015-6-1", "spring 2015", "2015-06-01 10:00", "1899-12-31", "2100-01-01", "0"]
PLACEHOLDERS = ["TBC", "n/a", "?", "see above", "Unknown", "(to follow)", "-", "None"]
TEXTS = ["Recorded in full.", "Seen at home", "the family moved", "high", "Agreed by the manager", "SW?", "all professionals", "missing"]


class Dates:
    """A source of dates as text; `mess` is the share of cells that are blank, placeholders or unreadable."""

    def __init__(self, random: Random, mess: float) -> None:
        self.random = random
        self.mess = mess

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def one(self, *words: str) -> str:
        return self.random.choice(words)

    def some_day(self) -> date:
        """An awkward day, one a limit before the as-of day, one under the old edition, or any from 2012 to just past the as-of day."""
        if self.chance(0.3):
            return self.random.choice(AWKWARD)
        if self.chance(0.25):
            return self.ago(self.one("1 working day", "10 working days", "15 working days", "45 working days", "3 months", "6 months"))
        if self.chance(0.15):
            return date(2012, 11, 1) + timedelta(days=self.random.randrange(166))
        return date(2012, 6, 1) + timedelta(days=self.random.randrange(1140))

    def ago(self, figure: str) -> date:
        """A limit before the as-of day, or just beside it."""
        return clock.day_from(AS_OF, clock.read_limit(figure), -1) + timedelta(days=self.random.choice([-1, 0, 0, 1]))

    def near(self, day: date, figure: str) -> date:
        """A limit later, or just beside it; now and then nowhere near."""
        limit = clock.read_limit(figure)
        if self.chance(0.15):
            return day + timedelta(days=self.random.randrange(-20, 400))
        due = clock.day_from(day, limit, 1) if limit.unit != "hours" else day + timedelta(days=limit.count // 24)
        return due + timedelta(days=self.random.choice([-3, -1, -1, 0, 0, 1, 1, 2]))

    def spoilt(self, text: str) -> str:
        """The text, or (for a share of cells) nothing, a placeholder or what cannot be read."""
        if not self.chance(self.mess):
            return text
        return self.random.choice(["", "", *PLACEHOLDERS[:3], self.one(*UNREADABLE), self.one(*PLACEHOLDERS)])

    def day(self, day: date) -> str:
        return self.spoilt(day.isoformat())

    def moment(self, day: date) -> str:
        """A bare date or a time on it; at the clock change in March the hour may not exist."""
        if self.chance(0.35):
            return self.day(day)
        return self.spoilt(f"{day.isoformat()}T{self.one(*TIMES)}")

    def hours_after(self, text: str, hours: int) -> str:
        """About so many elapsed hours after (negative: before) a moment, often to the minute; else some nearby day."""
        try:
            start = clock.read_moment(text)
        except clock.UnreadableError:
            return self.moment(self.some_day())
        if not start.timed or self.chance(0.3):
            return self.moment(start.day + timedelta(days=hours // 24 + self.random.choice([-1, 0, 0, 1, 2])))
        beside = timedelta(minutes=self.random.choice([-61, -60, -1, 0, 0, 1, 59, 60, 61]))
        moved = (start.early + timedelta(hours=hours) + beside).astimezone(LONDON)
        return self.spoilt(moved.replace(tzinfo=None).isoformat(timespec="seconds" if moved.second else "minutes"))

    def text(self) -> str:
        """Filled in, blank, or a placeholder."""
        return self.random.choice([*TEXTS, "", "", self.one(*PLACEHOLDERS)])

    def yes_no(self) -> str:
        return self.one("yes", "yes", "Yes", "y", "1", "no", "no", "false", "", "maybe" if self.chance(self.mess) else "yes")

    def maybe(self, text: str, share: float) -> str:
        return text if self.chance(share) else ""
