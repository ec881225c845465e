"""The kinds of check that measure time from one event to the next: within, recurs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from . import clock, contract
from .casefile import End, Record
from .clock import NO, UNKNOWN, YES, Answer, Limit, Moment, OutsideCalendarError, UnreadableError
from .conditions import any_of, holds
from .duty import Duty, Found, NoValueError, Observation, Spec, field_event, hidden, matching
from .values import State, Value

BLANK, BROKEN, FUTURE = "blank", "broken", "future"
#: The record, its moment, and whether it is the subject's own start.
Anchor = tuple[Record, Moment, bool]


@dataclass
class Window:
    """From `start` (None: any time) to `due`; `hours` says that seconds decide, else London days."""

    start: Moment | None
    due: Moment
    hours: bool

    def after_start(self, moment: Moment) -> bool:
        """Not surely before the start."""
        return self.start is None or clock.not_after(self.start, moment, self.hours) is not NO

    def in_time(self, moment: Moment) -> Answer:
        return clock.not_after(moment, self.due, self.hours)


@dataclass
class Verdict:
    outcome: str
    happened: Found | None = None


def first_trigger(duty: Duty, subject: Record, given: object) -> Moment | str:
    """The first trigger that is filled in: its moment, or why there is none (blank, broken, future)."""
    every: list[Any] = given if isinstance(given, list) else [given]
    for one in every:
        found = one_trigger(duty, subject, {"path": one} if isinstance(one, str) else one)
        if found != BLANK:
            return found
    return BLANK


def triggered(duty: Duty, subject: Record, given: Any) -> bool:
    """False where each alternative has a condition and none of these conditions may hold."""
    every: list[Any] = given if isinstance(given, list) else [given]
    return any(not isinstance(one, dict) or "when" not in one or holds(duty.scope(subject), one["when"]) is not NO for one in every)


def one_trigger(duty: Duty, subject: Record, spec: Spec) -> Moment | str:
    if "table" in spec:
        return picked(duty, subject, spec)
    value = duty.look(subject, spec["path"])
    if value.state is State.NOWHERE and value.text:
        return BROKEN  # the record that it names is not in the export
    if value.empty:
        return BLANK
    applies = holds(duty.scope(subject), spec.get("when"))
    if applies is not YES:
        return BLANK if applies is NO else BROKEN
    if not value.moment:
        return BROKEN
    return FUTURE if value.moment.day > duty.case_file.as_of else value.moment


def picked(duty: Duty, subject: Record, spec: Spec) -> Moment | str:
    """The first or last row's date; broken where a doubtful row might be the one."""
    found = matching(duty, subject, spec)
    sure = [one.moment for one in found if one.moment and not one.doubtful]
    if not found:
        return BLANK
    last = spec.get("pick", "first") == "last"
    best = (max if last else min)(sure, key=lambda moment: moment.early, default=None)
    for one in found:
        if one.doubtful and (best is None or one.moment is None or (one.moment.early > best.early) == last):
            return BROKEN
    return best or BLANK


def within(duty: Duty, subject: Record) -> list[Observation]:
    """One observation a subject record."""
    check = duty.check
    start: Moment | None = None
    if "due" in check:
        due = duty.look(subject, check["due"])
        trigger = due.moment or (BLANK if due.empty else BROKEN)
    else:
        trigger = first_trigger(duty, subject, check["trigger"])
        if not triggered(duty, subject, check["trigger"]):
            return [Observation(subject, "not_applicable", subject)]
    if trigger == FUTURE:
        return [Observation(subject, not_begun(duty, subject), subject)]
    if trigger == BLANK and "no_trigger" in check:
        return [Observation(subject, check["no_trigger"], subject)]
    if trigger == BLANK and check.get("awaits_trigger") == "true":
        return [Observation(subject, "cannot_tell" if followed(duty, subject) else "not_yet_due", subject)]
    if isinstance(trigger, str):
        happened = duty.look(subject, check["event"]).moment if isinstance(check["event"], str) else None
        return [Observation(subject, "cannot_tell", subject, happened=happened)]
    window = Window(None, trigger, False)
    if "due" not in check:
        start = trigger
        try:
            window = window_from(duty, subject, start)
        except NoValueError:
            return [Observation(subject, "not_applicable", subject, trigger=start)]
        except (UnreadableError, OutsideCalendarError):
            return [Observation(subject, "cannot_tell", subject, trigger=start)]
    spec = check["event"]
    events = field_event(duty, subject, spec) if isinstance(spec, str) else matching(duty, subject, spec)
    if isinstance(spec, dict) and "lasts_until" in spec and window.start:
        events = still_running(duty, spec["lasts_until"], events, window.start.day)
    elif isinstance(spec, dict) and spec["match"] == "child_id" and not may_be_early(check):
        events = [one for one in events if one.moment is None or window.after_start(one.moment)]  # another duty's, not a contradiction
    if "doubtful_if" in check and holds(duty.scope(subject), check["doubtful_if"]) is not NO:
        events.append(Found(subject, None, UNKNOWN))
    since = date.min if may_be_early(check) or not window.start else window.start.day
    missing = isinstance(spec, dict) and hidden(duty, subject, spec, since)
    verdict = judge(duty, subject, window, events, duty.end(subject, trigger.day), missing)
    if isinstance(spec, str) and not verdict.happened:  # it has happened, whatever can't be told of the duty
        verdict.happened = next((one for one in events if not one.doubtful), None)
    return [Observation(subject, verdict.outcome, subject, "", start, window.due, *what_happened(verdict, events))]


def may_be_early(check: Spec) -> bool:
    """Whether an event before the trigger can satisfy."""
    return check.get("early") == "true" or (isinstance(check.get("event"), dict) and "lasts_until" in check["event"])


def still_running(duty: Duty, ends: str, events: list[Found], day: date) -> list[Found]:
    """Of the sure events begun before the day only the last that had not ended by then; one whose end can't be read is a doubt."""
    kept, running = [], None
    for one in events:
        if one.doubtful or not one.moment or one.moment.day >= day:
            kept.append(one)
            continue
        ended = duty.case_file.value(one.record, ends)
        if ended.state is State.UNREADABLE:
            kept.append(Found(one.record, one.moment, UNKNOWN))
        elif ended.moment is None or ended.moment.day >= day:
            running = one
    return [running, *kept] if running else kept


def not_begun(duty: Duty, subject: Record) -> str:
    """The trigger lies ahead in a field that may (due_on): nothing is owed yet, or ever where the duty has ended."""
    given = duty.check["trigger"]
    values = [duty.look(subject, path) for path in (given if isinstance(given, list) else [given]) if isinstance(path, str)]
    trigger = next(value.moment for value in values if value.moment)
    try:
        due = window_from(duty, subject, trigger).due
    except NoValueError:
        return "not_applicable"
    except (UnreadableError, OutsideCalendarError):
        return "cannot_tell"
    return "not_applicable" if duty.end(subject, trigger.day).before(due) is YES else "not_yet_due"


def what_happened(verdict: Verdict, events: list[Found]) -> tuple[Moment | None, Record | None, tuple[Record, ...]]:
    """The date and the record of the event that decided it, and the other records of that day."""
    found = verdict.happened
    if not found or not found.moment:
        return None, None, ()
    day = found.moment.day
    same_day = [one.record for one in events if one.moment and one.moment.day == day and not one.doubtful and one is not found]
    return found.moment, found.record, tuple(same_day)


def window_from(duty: Duty, subject: Record, start: Moment) -> Window:
    """The window that a trigger opens. Raises NoValueError, UnreadableError or OutsideCalendarError."""
    limit = duty.limit(subject, start.day)
    due = clock.shifted(start, limit, 1)
    if duty.check.get("under") == "true":
        due = a_step_less(due, limit)
    return Window(start, due, limit.unit == "hours")


def a_step_less(due: Moment, limit: Limit) -> Moment:
    """The last day (or second) before the anniversary."""
    if limit.unit != "hours":
        return clock.whole_day(due.day - timedelta(days=1))
    second = timedelta(seconds=1)
    return Moment(due.early - second, due.late - second, due.day, due.timed)


def judge(duty: Duty, subject: Record, window: Window, events: list[Found], end: End, missing: bool) -> Verdict:
    """The order of judgement, from `event in time` on."""
    early = may_be_early(duty.check)
    dated = [(one, one.moment) for one in events if one.moment]
    sure = [(one, moment) for one, moment in dated if not one.doubtful]
    later = [(one, moment) for one, moment in sure if window.after_start(moment)]
    for one, moment in sure if early else later:
        if window.in_time(moment) is YES:
            return Verdict("met", one)
    if sure and not later and not early:
        return Verdict("cannot_tell", sure[-1][0])
    ended = end.before(window.due)
    if ended is not NO:
        return Verdict("not_applicable" if ended is YES else "cannot_tell")
    passed = NO if later or any(one.doubtful for one in events) else passed_on(duty, subject, window)
    if passed is not NO:
        return Verdict("not_applicable" if passed is YES else "cannot_tell")
    could = [moment for _, moment in dated if (early or window.after_start(moment)) and window.in_time(moment) is not NO]
    if could or any(one.moment is None for one in events):
        return Verdict("cannot_tell")
    overdue = YES if later else clock.day_before(window.due, duty.case_file.as_of)
    if overdue is NO:
        return Verdict("not_yet_due")
    return Verdict("cannot_tell" if missing or overdue is UNKNOWN else "not_met", later[0][0] if later else None)


def others_begun(duty: Duty, subject: Record) -> list[Value]:
    """When the child's other records of the table began."""
    name = duty.check.get("passes_on") or contract.came_about(subject.table) or ""
    others = duty.case_file.of_child(subject.table, duty.case_file.child_of(subject))
    return [duty.case_file.value(other, name) for other in others if other != subject]


def followed(duty: Duty, subject: Record) -> bool:
    """Whether the child has a record of the table that began on a later day: what this one awaits must have come about."""
    own = duty.case_file.began(subject)
    return own is not None and any(value.moment and value.moment.day > own.day for value in others_begun(duty, subject))


def passed_on(duty: Duty, subject: Record, window: Window) -> Answer:
    """Whether the child's next record began on or before the due moment; one whose beginning cannot be read may be the next."""
    name = duty.check.get("passes_on")
    if not name:
        return NO
    own, others = duty.look(subject, name), others_begun(duty, subject)
    moments = [value.moment for value in others if value.moment]
    following = min(
        (moment for moment in moments if own.moment and moment.early > own.moment.early), key=lambda moment: moment.early, default=None
    )
    answers = [window.in_time(following)] if following else []
    if any(value.state is State.UNREADABLE for value in others):
        answers.append(UNKNOWN)
    if own.state is State.UNREADABLE and any(window.in_time(moment) is not NO for moment in moments):
        answers.append(UNKNOWN)  # it may be the next, or an earlier one
    return any_of(answers)


def recurs(duty: Duty, subject: Record) -> list[Observation]:
    """One observation an anchor."""
    spec, check = duty.check["of"], duty.check
    found = matching(duty, subject, spec)
    if spec["match"] == "child_id":  # each of the child's records counts for the spell that it falls in
        found = [one for one in found if one.moment is None or in_spell(duty, subject, one.moment.day)]
    start = first_trigger(duty, subject, check["starts"]) if "starts" in check else None
    if start == FUTURE:
        return []
    begin = start if isinstance(start, Moment) else None
    counted = one_a_day([one for one in found if one.moment and not one.doubtful and (begin is None or one.moment.day >= begin.day)])
    anchors: list[Anchor] = [(subject, begin, True)] if begin else []
    anchors += [(one.record, one.moment, False) for one in counted if one.moment]
    latest_only = duty.case_file.coverage.get(spec["table"]) == "latest_only"
    startless = start in (BLANK, BROKEN) and not (latest_only and counted)
    observations = [Observation(subject, "cannot_tell", subject)] if startless else []
    if "starts" not in check and not counted and sum(one.doubtful for one in found) > (check.get("anchors") == "later"):
        observations.append(Observation(subject, "cannot_tell", subject))  # an interval may have begun, on a day that nobody can tell
    for anchor in chosen(anchors, check.get("anchors", "all"), latest_only):
        end = duty.end(subject, anchor[1].day)
        if end.day is None or anchor[1].day <= end.day:
            observations.append(interval(duty, subject, anchor, found, end))
    return observations


def in_spell(duty: Duty, subject: Record, day: date) -> bool:
    """Whether the day falls in the subject's period; one whose start cannot be read holds every day up to its end."""
    if subject.table not in contract.PERIODS:
        return True
    if duty.case_file.began(subject):
        return duty.case_file.period_holds(subject, day)
    if subject.table not in contract.PERIODS:
        return True  # care leavers have no period of their own
    ended = duty.case_file.value(subject, contract.PERIODS[subject.table][1]).moment
    return not (ended and ended.day < day)


def one_a_day(events: list[Found]) -> list[Found]:
    """The first event of each London day."""
    days: dict[date, Found] = {}
    for one in events:
        if one.moment:
            days.setdefault(one.moment.day, one)
    return list(days.values())


def chosen(anchors: list[Anchor], which: str, latest_only: bool) -> list[Anchor]:
    """The anchors to judge; of a table that holds only the latest event, that one, or the start where there is none."""
    if latest_only:
        events = [anchor for anchor in anchors if not anchor[2]]
        return events[-1:] or (anchors if which != "later" else [])
    return {"all": anchors, "first": anchors[:1], "later": anchors[1:]}[which]


def place_unknown(duty: Duty, subject: Record, anchor: Anchor, found: list[Found]) -> bool:
    """Whether it can't be told which in the series the anchor is: another may lie before it, doubtful or before the export begins."""
    if duty.check.get("anchors", "all") == "all":
        return False
    if any(one.doubtful and (one.moment is None or one.moment.day < anchor[1].day) for one in found):
        return True
    coverage = duty.case_file.coverage.get(duty.check["of"]["table"], "complete")
    began = duty.case_file.began(subject)
    if not coverage.startswith("since "):
        return False
    return began is None or began.day < date.fromisoformat(coverage.removeprefix("since ").strip())


def interval(duty: Duty, subject: Record, anchor: Anchor, found: list[Found], end: End) -> Observation:
    """From one anchor to the next event; an event on an earlier event's day is the same event."""
    record, start, from_start = anchor
    try:
        window = window_from(duty, subject, start)
    except NoValueError:
        return Observation(subject, "not_applicable", record, trigger=start)
    except (UnreadableError, OutsideCalendarError):
        return Observation(subject, "cannot_tell", record, trigger=start)
    events = [one for one in found if one.moment is None or one.moment.day > start.day or (from_start and one.moment.day == start.day)]
    if place_unknown(duty, subject, anchor, found) or first_unseen(duty, window):
        return Observation(subject, "cannot_tell", record, "", start, window.due)
    verdict = judge(duty, subject, window, events, end, hidden(duty, subject, duty.check["of"], start.day))
    return Observation(subject, verdict.outcome, record, "", start, window.due, *what_happened(verdict, events))


def first_unseen(duty: Duty, window: Window) -> bool:
    """Whether the first interval is asked for, is over, and the export holds only the latest event."""
    latest_only = duty.case_file.coverage.get(duty.check["of"]["table"]) == "latest_only"
    over = clock.day_before(window.due, duty.case_file.as_of) is not NO
    return latest_only and duty.check.get("anchors") == "first" and over
