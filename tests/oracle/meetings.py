"""The kind of check that counts back from a meeting: before."""

from __future__ import annotations

from datetime import date

from . import clock, values
from .casefile import Record
from .clock import NO, UNKNOWN, YES, Answer, Moment, OutsideCalendarError, UnreadableError
from .conditions import Scope, all_of, equals, holds
from .duty import Duty, NoValueError, Observation
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
    outcome, decided = of_class(duty, subject, meeting, window, kind)
    happened = duty.case_file.value(decided, duty.check["reports"]["at"]).moment if decided else None
    return Observation(subject, outcome, subject, kind, meeting, window.due, happened, decided)


def of_class(duty: Duty, subject: Record, meeting: Moment, window: Window, kind: str) -> tuple[str, Record | None]:
    """The outcome of one class, and the report that decided it: the latest shared."""
    reports = [(record, was_for(duty, subject, record, kind)) for record in shared_or_not(duty, subject)]
    sure = [record for record, answer in reports if answer is YES]
    possible = [record for record, answer in reports if answer is UNKNOWN and may_help(duty, subject, window, record, bool(sure))]
    owed = [record for record in sure if not excused(duty, record)]
    if sure and not owed:
        return "not_applicable", None
    shared = [(record, duty.case_file.value(record, duty.check["reports"]["at"])) for record in owed]
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
    if unread or in_time is UNKNOWN or possible or unseen(duty, window, bool(sure)):
        return "cannot_tell", None
    overdue = clock.day_before(window.due, duty.case_file.as_of)
    return {YES: "not_met", NO: "not_yet_due", UNKNOWN: "cannot_tell"}[overdue], None


def shared_or_not(duty: Duty, subject: Record) -> list[Record]:
    """The reports that are, or may be, of this meeting: those that name it, and the child's that name one which is not in the export."""
    case_file, table, link = duty.case_file, duty.check["reports"]["table"], duty.check["reports"]["match"]
    astray = [
        record
        for record in case_file.of_child(table, case_file.child_of(subject))
        if case_file.value(record, link).text and not case_file.follow(record, link)
    ]
    return [record for record in [*case_file.linked(table, link, subject.id), *astray] if case_file.has_happened(record)]


def was_for(duty: Duty, subject: Record, record: Record, kind: str) -> Answer:
    """Whether the report was of this meeting, for this class, and counts."""
    recipient = duty.case_file.value(record, duty.check["class"])
    for_class = UNKNOWN if recipient.empty else equals(recipient, [kind], True)
    named = UNKNOWN if astray(duty, record) else YES
    where = duty.check["reports"].get("where")
    return all_of([for_class, named, holds(Scope(duty.case_file, record, subject, strict=True), where)])


def astray(duty: Duty, record: Record) -> bool:
    return duty.case_file.follow(record, duty.check["reports"]["match"]) is None


def may_help(duty: Duty, subject: Record, window: Window, record: Record, others: bool) -> bool:
    """A report that does not say whom it was for helps only a class that has none, and only if in time, unreadable or excused."""
    if astray(duty, record) or duty.case_file.value(record, duty.check["class"]).state is State.FILLED:
        return True
    at = duty.case_file.value(record, duty.check["reports"]["at"])
    in_time = at.state is State.UNREADABLE or bool(at.moment and window.in_time(at.moment) is not NO)
    return not others and (in_time or excused(duty, record))


def unseen(duty: Duty, window: Window, any_report: bool) -> bool:
    """Whether the export may leave out a report of the class."""
    coverage = duty.case_file.coverage.get(duty.check["reports"]["table"], "complete")
    if coverage.startswith("since "):
        return window.due.day < date.fromisoformat(coverage.removeprefix("since ").strip())
    return coverage == "latest_only" and not any_report


def latest_in_time(window: Window, moments: list[Moment]) -> Answer:
    """Whether the latest was in time: all of them surely, or one of them surely not."""
    answers = [window.in_time(moment) for moment in moments]
    return NO if NO in answers else UNKNOWN if UNKNOWN in answers else YES


def excused(duty: Duty, record: Record) -> bool:
    """Never shared, and why is recorded."""
    reason = duty.check.get("excused")
    never = duty.case_file.value(record, duty.check["reports"]["at"]).empty
    return never and reason is not None and not values.counts_as_blank(duty.case_file.value(record, reason))
