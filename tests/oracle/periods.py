"""The kind of check that looks at whether records of one child stand at the same time."""

from __future__ import annotations

from datetime import date, timedelta

from . import series
from .casefile import Record
from .clock import NO, UNKNOWN, YES, Answer
from .conditions import Scope, all_of, holds, look, truth
from .duty import Duty, Observation, Spec

#: The first and last day there is, for what may have begun or ended on any day.
ALWAYS, NEVER = date.min, date.max


def alone(duty: Duty, subject: Record) -> list[Observation]:
    """One observation a subject record."""
    check = duty.check
    own = stood(duty, subject, check)
    if duty.look(subject, check["starts"]).empty:
        return [Observation(subject, "cannot_tell", subject)]
    answers = [beside(duty, subject, own, other) for other in others(duty, subject)]
    seen = [other for other, answer in zip(others(duty, subject), answers, strict=True) if answer is YES]
    outcome = "not_met" if seen else "cannot_tell" if UNKNOWN in answers or hidden(duty, own) else "met"
    trigger = series.first_trigger(duty, subject, check["starts"])
    return [Observation(subject, outcome, subject, "", trigger if not isinstance(trigger, str) else None)]


def others(duty: Duty, subject: Record) -> list[Record]:
    """The other records of the child that have happened."""
    table = duty.check.get("others", {"table": subject.table})["table"]
    child = duty.case_file.child_of(subject)
    return [one for one in duty.case_file.of_child(table, child) if one != subject and duty.case_file.has_happened(one)]


def beside(duty: Duty, subject: Record, own: tuple[date, date, date, date], other: Record) -> Answer:
    """Whether the two stand at the same time, and the subject is the one to be judged for it."""
    spec = duty.check.get("others")
    if spec is None:
        counts, theirs = duty.belongs_to_population(other), stood(duty, other, duty.check)
        later = truth((own[0], subject.id) > (theirs[0], other.id)) if own[0] == own[1] and theirs[0] == theirs[1] else UNKNOWN
        if later is NO:
            return NO
    else:
        counts = holds(Scope(duty.case_file, other, subject, None, spec.get("where"), True), spec.get("where"))
        theirs = stood(duty, other, spec)
    return all_of([counts, same_time(own, theirs)])


def same_time(one: tuple[date, date, date, date], other: tuple[date, date, date, date]) -> Answer:
    """Periods as (earliest start, latest start, earliest end, latest end); the last day is not part of them."""
    if one[1] < other[2] and other[1] < one[2]:
        return YES
    return UNKNOWN if one[0] < other[3] and other[0] < one[3] else NO


def stood(duty: Duty, record: Record, spec: Spec) -> tuple[date, date, date, date]:
    """When a record stood: earliest and latest start, earliest and latest end."""
    scope = Scope(duty.case_file, record, record, None, None)
    start, end = look(scope, spec["starts"]), look(scope, spec["ends"])
    first, last = (start.moment.day, start.moment.day) if start.moment else (ALWAYS, NEVER)
    if end.moment:
        after = end.moment.day + timedelta(days=1 if "through" in spec else 0)
        return first, last, after, after
    return first, last, NEVER if end.empty else last, NEVER


def hidden(duty: Duty, own: tuple[date, date, date, date]) -> bool:
    """Whether the export may hold back a record that stood then."""
    table = duty.check.get("others", {"table": duty.rule["subject"]})["table"]
    coverage = duty.case_file.coverage.get(table, "complete")
    return coverage == "latest_only" or (
        coverage.startswith("since ") and own[0] < date.fromisoformat(coverage.removeprefix("since ").strip())
    )
