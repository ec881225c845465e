"""How each obligation of the calendar stands: what people say of it beside its day and the day of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from auditcheck.notice import days
from auditcheck.notice.progress import CALENDAR, Key, Written
from auditcheck.reports.words import count
from auditcheck.rulebook.notices import Occasion

#: What falls due within so many days of the run is named with its day: until the next meeting of a board that meets every four weeks.
SOON = 28

DONE, LATE, PASSED, SOON_DUE, TO_COME, NO_DAY = "done", "done_late", "passed", "due_soon", "to_come", "no_day"


@dataclass(frozen=True)
class Due:
    """One obligation on the day of the run. ``state``: done | done_late | passed | due_soon | to_come | no_day; ``stands``: in words."""

    occasion: Occasion
    state: str
    stands: str
    written: Written

    @property
    def day(self) -> str:
        return days.with_weekday(self.occasion.day) if self.occasion.day else "No day"


def dues(calendar: Iterable[Occasion], written: Mapping[Key, Written], as_of: date) -> list[Due]:
    """The calendar as it stands on the day of the run."""
    found = []
    for one in calendar:
        said = written.get((CALENDAR, one.what, one.day), Written())
        found.append(Due(one, *_stands(one.day, said.done, as_of), said))
    return found


def summary(found: Sequence[Due]) -> str:
    """How many are done, passed and to come, in one sentence; '' where the calendar is empty."""
    if not found:
        return ""
    number = Counter(one.state for one in found)
    told = [f"{number[state]} {said}" for state, said in _COUNTED.items() if number[state]]
    return f"Of {count(len(found), 'obligation')}: {', '.join(told)}."


_COUNTED = {
    DONE: "done in time",
    LATE: "done late",
    PASSED: "passed with nothing that says it was done",
    SOON_DUE: "due within four weeks",
    TO_COME: "to come",
    NO_DAY: "without a day",
}


def _stands(day: str, done: str, as_of: date) -> tuple[str, str]:
    """(state, in words). ``day`` may be a month: it is past when the month is."""
    if not day:
        return NO_DAY, "Can't be told without a day"
    if done:
        after = ", after the day of this run" if done > as_of.isoformat() else ""
        if done[: len(day)] > day:
            return LATE, f"Done late, on {days.in_words(done)} (due {days.in_words(day)}){after}"
        return DONE, f"Done on {days.in_words(done)}{after}"
    today = as_of.isoformat()[: len(day)]
    if day < today:
        return PASSED, "Passed, and nothing says that it was done"
    if day <= (as_of + timedelta(SOON)).isoformat()[: len(day)]:
        return SOON_DUE, f"Due {'on' if len(day) == len(as_of.isoformat()) else 'in'} {days.in_words(day)}"
    return TO_COME, "To come"
