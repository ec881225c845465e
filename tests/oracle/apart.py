"""The kind of check that asks whether enough time lies between a record and the last one before it (apart)."""

from __future__ import annotations

from datetime import date, timedelta

from . import clock, series
from .casefile import Record
from .clock import NO, UNKNOWN, YES, Answer, Limit, Moment, OutsideCalendarError, UnreadableError
from .conditions import any_of
from .duty import Duty, NoValueError, Observation, matching


def apart(duty: Duty, subject: Record) -> list[Observation]:
    """One observation a subject record; the last record before it is its trigger."""
    own = series.first_trigger(duty, subject, duty.check["at"])
    if own in (series.BLANK, series.FUTURE):
        return [Observation(subject, "not_applicable", subject)]
    if isinstance(own, str):
        return [Observation(subject, "cannot_tell", subject)]
    try:
        limit = duty.limit(subject, own.day)
        return [judged(duty, subject, own, limit)]
    except NoValueError:
        return [Observation(subject, "not_applicable", subject, happened=own)]
    except (UnreadableError, OutsideCalendarError):
        return [Observation(subject, "cannot_tell", subject, happened=own)]


def judged(duty: Duty, subject: Record, own: Moment, limit: Limit) -> Observation:
    spec = duty.check["after"]
    others = [one for one in matching(duty, subject, spec) if one.record != subject and (one.moment is None or one.moment.day <= own.day)]
    sure = [one.moment.day for one in others if one.moment and not one.doubtful]
    last = max(sure, default=None)
    due = clock.day_from(last, limit, 1) if last else None
    answers = [YES] if due and own.day < due else []
    answers += [soon(one.moment.day, limit, own.day) if one.moment else UNKNOWN for one in others if one.doubtful]
    if YES not in answers and unseen(duty, limit, own.day):
        answers.append(UNKNOWN)
    outcome = {YES: "not_met", UNKNOWN: "cannot_tell", NO: "met"}[any_of(answers)]
    moments = [clock.whole_day(day) if day else None for day in (last, due)]
    return Observation(subject, outcome, subject, "", *moments, happened=own)


def soon(day: date, limit: Limit, own: date) -> Answer:
    """A record of that day, which may not count, would have been too short a time ago."""
    try:
        return UNKNOWN if own < clock.day_from(day, limit, 1) else NO
    except OutsideCalendarError:
        return UNKNOWN


def unseen(duty: Duty, limit: Limit, own: date) -> bool:
    """Whether the export may hold back one that would have been too short a time ago."""
    coverage = duty.case_file.coverage.get(duty.check["after"]["table"], "complete")
    if not coverage.startswith("since "):
        return coverage == "latest_only"
    before = date.fromisoformat(coverage.removeprefix("since ").strip()) - timedelta(days=1)
    return soon(min(before, own), limit, own) is UNKNOWN
