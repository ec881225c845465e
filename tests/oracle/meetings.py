"""The kind of check that counts back from a meeting: before."""

from __future__ import annotations

from . import clock, values
from .casefile import Record
from .clock import NO, UNKNOWN, YES, Answer, Moment, OutsideCalendarError, UnreadableError
from .duty import Duty, Found, NoValueError, Observation, Spec, belonging, hidden, matching
from .series import BLANK, FUTURE, Window, first_trigger
from .values import State


def before(duty: Duty, subject: Record) -> list[Observation]:
    """One observation a meeting and class of recipient."""
    check = duty.check
    meeting = first_trigger(duty, subject, check["meeting"])
    if meeting in (BLANK, FUTURE):
        return []
    return [one_class(duty, subject, meeting, kind) for kind in check["each"]]


def one_class(duty: Duty, subject: Record, meeting: Moment | str, kind: str) -> Observation:
    if isinstance(meeting, str):
        return Observation(subject, "cannot_tell", subject, kind)
    try:
        limit = duty.limit(subject, meeting.day)
        window = Window(None, clock.shifted(meeting, limit, -1), limit.unit == "hours")
    except NoValueError:
        return Observation(subject, "not_applicable", subject, kind, meeting)
    except (UnreadableError, OutsideCalendarError):
        return Observation(subject, "cannot_tell", subject, kind, meeting)
    spec = dict(duty.check["reports"])
    at = spec.pop("at")
    spec["where"] = {duty.check["class"]: kind} | spec.get("where", {})
    rows = matching(duty, subject, spec)
    outcome, decided = of_reports(duty, subject, meeting, window, rows, at)
    if not rows and outcome == "not_met" and unaddressed(duty, subject, window, spec, at):
        outcome = "cannot_tell"
    happened = duty.case_file.value(decided, at).moment if decided else None
    return Observation(subject, outcome, subject, kind, meeting, window.due, happened, decided)


def of_reports(duty: Duty, subject: Record, meeting: Moment, window: Window, rows: list[Found], at: str) -> tuple[str, Record | None]:
    """The outcome of one class, and the report that decided it: the latest shared."""
    reason = duty.check.get("excused")
    owed = [one for one in rows if not (reason and excused(duty, one.record, at, reason))]
    if rows and not owed:
        return "not_applicable", None
    certain = [one.record for one in owed if one.counts is YES]
    shared = [(record, duty.case_file.value(record, at)) for record in certain]
    blank = any(value.empty for _, value in shared)
    unread = any(value.state is State.UNREADABLE for _, value in shared)
    dated = [(record, value.moment) for record, value in shared if value.moment]
    latest = max(dated, key=lambda one: (one[1].late, one[0].id), default=None)
    in_time = latest_in_time(window, [moment for _, moment in dated]) if latest else None
    if in_time is YES and not blank and not unread:
        return "met", latest[0] if latest else None
    ended = duty.end(subject, meeting.day).before(window.due)
    if ended is not NO:
        return ("not_applicable" if ended is YES else "cannot_tell"), None
    if in_time is NO:
        return "not_met", latest[0] if latest else None
    if blank:
        return "not_met", None
    doubtful = len(certain) < len(owed) or hidden(duty, subject, duty.check["reports"], window.due.day)
    if unread or in_time is UNKNOWN or doubtful:
        return "cannot_tell", None
    overdue = clock.day_before(window.due, duty.case_file.as_of)
    return {YES: "not_met", NO: "not_yet_due", UNKNOWN: "cannot_tell"}[overdue], None


def latest_in_time(window: Window, moments: list[Moment]) -> Answer:
    """Whether the latest was in time: all of them surely, or one of them surely not."""
    answers = [window.in_time(moment) for moment in moments]
    return NO if NO in answers else UNKNOWN if UNKNOWN in answers else YES


def unaddressed(duty: Duty, subject: Record, window: Window, spec: Spec, at: str) -> bool:
    """Whether a report in time (or excused) does not say whom it was for."""
    for record, _ in belonging(duty, subject, spec):
        if duty.case_file.value(record, duty.check["class"]).empty:
            value = duty.case_file.value(record, at)
            reason = duty.check.get("excused")
            if value.state is State.UNREADABLE or (value.moment and window.in_time(value.moment) is not NO):
                return True
            if reason and excused(duty, record, at, reason):
                return True
    return False


def excused(duty: Duty, record: Record, at: str, reason: str) -> bool:
    """Never shared, and why is recorded."""
    return duty.case_file.value(record, at).empty and not values.counts_as_blank(duty.case_file.value(record, reason))
