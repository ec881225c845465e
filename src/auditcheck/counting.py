"""How a limit was counted, in sentences: from which day to which, what was not counted, what came of it. For `why` and case sheets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from auditcheck import clock
from auditcheck.clock import Length
from auditcheck.texts import count


def counted(limit: str | None, start: str | None, due: str | None, happened: str | None, over: int | None, unit: str | None) -> list[str]:
    """The sentences for one observation, as its run wrote it: moments in ISO, ``over`` in ``unit``. None or blank: unknown, not late."""
    return list(_sentences(limit, start, due or None, happened, over, unit))


def _sentences(
    limit: str | None, start: str | None, due: str | None, happened: str | None, over: int | None, unit: str | None
) -> Iterator[str]:
    latest = bool(limit and start and due and happened) and _from_the_latest(Length.parse(str(limit)), str(start), str(due), str(happened))
    if start and limit:
        yield from _from_to(Length.parse(limit), str(happened) if latest else start, due)
    elif due:
        yield f"Due on {in_words(due)}."
    elif start:
        yield f"Begins on {in_words(start)}."
    late = f": {count(int(over), unit or '')} past the limit" if over is not None else ""
    if happened and not latest:
        yield f"Recorded on {in_words(happened)}{late}."
    elif due:
        yield f"Nothing {'later ' if latest else ''}is recorded by the audit's date{late}."


def _from_the_latest(limit: Length, start: str, due: str, happened: str) -> bool:
    """Whether the limit was counted from the latest record, one more being due so long after it, and not from the start."""
    return _end(limit, start, _day(due) < _day(start)) != _day(due) == _end(limit, happened, False)


def _from_to(limit: Length, start: str, due: str | None) -> Iterator[str]:
    """The limit from where it was counted to its end."""
    back = due is not None and _day(due) < _day(start)
    end = None if limit.unit == "hours" or back else _end(limit, start, False)
    if end is None and due is None:
        return
    yield f"{'Back from' if back else 'From'} {in_words(start)}, {limit}, to {in_words(end.isoformat() if end else str(due))}."
    if end and due and _day(due) != end:
        yield f"The last good day is {in_words(due)}." if _day(due) < end else f"One was due by {in_words(due)}."
    yield from _skipped(limit, _day(start), end or _day(str(due)))


def _end(limit: Length, start: str, back: bool) -> date | None:
    """The day on which a limit ends; None where the calendar of bank holidays does not reach."""
    day = int(clock.add(np.array([clock.day_number(_day(start))], np.int32), limit, -1 if back else 1)[0])
    return None if day == clock.NAT else clock.as_date(day)


def _skipped(limit: Length, start: date, due: date) -> Iterator[str]:
    if limit.unit == "working days":
        first, last = sorted((clock.day_number(start), clock.day_number(due)))
        days = clock.holidays_between(first, last)
        holidays = ", ".join(f"{d:%a} {d.day} {d:%B %Y}" for d in days) or "none in that time"
        yield f"Saturdays and Sundays are not counted, nor are bank holidays in England: {holidays}. The first day is not counted."
    elif limit.unit == "months":
        yield "Months end on the corresponding day, or on the last of a shorter month; a weekend does not move it."
    elif limit.unit == "hours":
        yield "Elapsed hours in London, through any change of the clocks."
    else:
        yield "Every day counts, weekends and holidays too; the first is not counted."


def in_words(moment: str) -> str:
    """``Thu 18 December 2025``, with its time where one is known: ``Thu 18 December 2025 at 14:30``."""
    day = _day(moment)
    at = f" at {moment[11:16]}" if len(moment) > 10 else ""
    return f"{day:%a} {day.day} {day:%B %Y}{at}"


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])
