"""The kinds of check that look at what stands on file (states, exists, absent, compares, includes), and the list of all ten."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from . import apart, clock, contract, meetings, periods, series, siblings, values
from .casefile import Record
from .clock import NO, UNKNOWN, YES, Answer, Limit, Moment, OutsideCalendarError, UnreadableError
from .conditions import Scope, all_of, any_of, holds
from .duty import Duty, NoValueError, Observation, Spec, belonging, doubts_all, hidden, matching
from .values import State, Value

WORST = ("not_met", "cannot_tell", "not_yet_due", "justified", "met")


def states(duty: Duty, subject: Record) -> list[Observation]:
    """One observation a subject record."""
    check = duty.check
    if "once" in check:
        once = duty.look(subject, check["once"])
        if once.state is State.UNREADABLE:
            return [Observation(subject, "cannot_tell", subject)]
        if not duty.case_file.past(once):
            return [Observation(subject, "not_yet_due", subject)]
    trigger = due = None
    waits = False
    if "by" in check:
        found = series.first_trigger(duty, subject, check["by"])
        if found == series.FUTURE:
            return []
        if isinstance(found, str):
            outcome = worst_test(duty, subject, False)
            return [Observation(subject, outcome if outcome == "met" else "cannot_tell", subject)]
        trigger = found
        try:
            due = clock.shifted(trigger, duty.limit(subject, trigger.day), 1)
        except NoValueError:
            return [Observation(subject, "not_applicable", subject, trigger=trigger)]
        except (UnreadableError, OutsideCalendarError):
            return [Observation(subject, "cannot_tell", subject, trigger=trigger)]
        waits = clock.day_before(due, duty.case_file.as_of) is NO
    outcome = worst_test(duty, subject, waits)
    if due and outcome != "met":
        ended = duty.end(subject, trigger.day if trigger else None).before(due)
        outcome = {YES: "not_applicable", UNKNOWN: "cannot_tell", NO: outcome}[ended]
    return [Observation(subject, outcome, subject, "", trigger, due)]


def worst_test(duty: Duty, subject: Record, waits: bool) -> str:
    outcomes = [one_test(duty, subject, test, waits) for test in duty.check["all"]]
    return min(outcomes, key=WORST.index)


def one_test(duty: Duty, subject: Record, test: Spec, waits: bool) -> str:
    """One line of `all`; of several fields any one does."""
    fields = test["field"] if isinstance(test["field"], list) else [test["field"]]
    outcomes = [one_field(duty, subject, test, name, waits) for name in fields]
    return max(outcomes, key=WORST.index)


def one_field(duty: Duty, subject: Record, test: Spec, name: str, waits: bool) -> str:
    value = duty.look(subject, name)
    more = tuple(values.plain(word, "text") for word in duty.check.get("also_blank", []))
    if value.state is State.NOWHERE and value.text:
        return "cannot_tell"
    if values.counts_as_blank(value, more):
        if "blank" in test:
            return "met"
        outcome = str(test.get("if_blank", "not_met"))
        return "not_yet_due" if waits and outcome != "met" else outcome
    if value.state is State.UNREADABLE or (value.kind == "number" and not re.fullmatch(r"-?\d+(\.\d+)?", value.text)):
        return "cannot_tell"
    if "blank" in test:
        return wrong(duty, subject, test)
    if "is" in test and value.word not in [values.plain(word, value.kind) for word in test["is"]]:
        return wrong(duty, subject, test)
    if "not_same_as" in test:
        other = duty.look(subject, test["not_same_as"])
        if values.counts_as_blank(other) or other.state is State.UNREADABLE:
            return "cannot_tell"
        if other.word == value.word:
            return wrong(duty, subject, test)
    if "not_before" in test and contradicts(value, duty.look(subject, test["not_before"])):
        return "cannot_tell"
    if "not_after" in test:
        other = duty.look(subject, test["not_after"])
        if not other.empty and not (value.moment and other.moment):
            return "cannot_tell"
        if value.moment and other.moment and value.moment.day > other.moment.day:
            return wrong(duty, subject, test)
    if "not_on" in test and value.moment and value.moment.day.weekday() >= 5:
        return wrong(duty, subject, test)
    if test.get("as") == "limit" and not value.moment and not reads_as_limit(value.text):
        return "cannot_tell"
    return "met"


def wrong(duty: Duty, subject: Record, test: Spec) -> str:
    """What stands there is not what was asked for: a recorded reason excuses it."""
    excused = "or_reason" in test and not values.counts_as_blank(duty.look(subject, test["or_reason"]))
    return "justified" if excused else "not_met"


def contradicts(value: Value, other: Value) -> bool:
    """Earlier than the other, or the two cannot be compared."""
    if other.empty:
        return False
    return not value.moment or not other.moment or value.moment.day < other.moment.day


def reads_as_limit(text: str) -> bool:
    try:
        clock.read_limit(text)
    except UnreadableError:
        return False
    return True


def exists(duty: Duty, subject: Record) -> list[Observation]:
    """One observation a subject record, on the earlier of the as-of day and the end of the duty."""
    began = duty.case_file.began(subject)
    check, end = duty.check, duty.end(subject, began.day if began else None)
    day = min(duty.case_file.as_of, end.day or duty.case_file.as_of)
    trigger: Moment | str | None = None
    try:
        if "once_past" in check:
            trigger = series.first_trigger(duty, subject, check["once_past"]["from"])
            if trigger == series.FUTURE:
                return []
            if isinstance(trigger, str):
                return [Observation(subject, "cannot_tell", subject)]
            limit = duty.named_limit(subject, check["once_past"]["limit"], day)
            if clock.day_before(clock.shifted(trigger, limit, 1), day) is not YES:
                return [Observation(subject, "not_applicable", subject, trigger=trigger)]
        earliest = limit = None
        if "recent" in check:
            limit = duty.named_limit(subject, check["recent"], day)
            earliest = clock.shifted(clock.whole_day(day), limit, -1).day
    except NoValueError:
        return [Observation(subject, "not_applicable", subject)]
    except (UnreadableError, OutsideCalendarError):
        return [Observation(subject, "cannot_tell", subject)]
    answer, latest = found_between(duty, subject, earliest, day)
    outcome = {YES: "met", NO: "cannot_tell" if end.unsure else "not_met", UNKNOWN: "cannot_tell"}[answer]
    if answer is NO and limit and "once_past" not in check:
        outcome = until_the_first(duty, subject, limit)
    if outcome == "not_met" and len(sources(duty)) < len(check.get("any", [check])):
        outcome = "cannot_tell"  # a source that the export does not carry may hold what would do as well
    started = trigger if isinstance(trigger, Moment) else None
    return [Observation(subject, outcome, subject, "", started, clock.whole_day(day), latest)]


def startless(subject: Record) -> bool:
    """Whether records of the table have no start: none of the dates of an adoption or of leaving care is when the record came about."""
    return not contract.came_about(subject.table) or subject.table in ("adoptions", "care_leavers")


def until_the_first(duty: Duty, subject: Record, limit: Limit) -> str:
    """Without `once_past`, the first one is due a limit after the record's own start."""
    start = duty.case_file.began(subject)
    if start is None:
        return "not_met" if startless(subject) and not duty.end(subject, None).unsure else "cannot_tell"
    due = clock.shifted(start, limit, 1)
    ended = duty.end(subject, start.day).before(due)
    if ended is not NO:
        return "not_applicable" if ended is YES else "cannot_tell"
    return "not_yet_due" if due.day >= duty.case_file.as_of else "not_met"


def sources(duty: Duty) -> list[Spec]:
    """The sources that the export carries."""
    check = duty.check
    every: list[Spec] = check.get("any", [check])
    carried = duty.case_file
    return [spec for spec in every if spec["table"] in carried.records and all(carried.has(spec["table"], name) for name in asked_of(spec))]


def asked_of(spec: Spec) -> list[str]:
    """The columns without which a source could show nothing: its date, and the kind that is looked for."""
    kind = spec.get("where", {}).get("kind")
    return [*([spec["at"]] if "at" in spec else []), *(["kind"] if kind is not None and not isinstance(kind, dict) else [])]


def found_between(duty: Duty, subject: Record, earliest: date | None, day: date) -> tuple[Answer, Moment | None]:
    """Whether one of the sources has a row in those days, and the date of the latest."""
    doubt, sure, latest = False, False, None
    for spec in sources(duty):
        for one in matching(duty, subject, spec):
            moment = one.moment
            if moment and (moment.day > day or (earliest and moment.day < earliest)):
                continue
            if one.counts is UNKNOWN or (moment is None and "at" in spec):
                doubt = True
                continue
            sure = True
            latest = moment if moment and (latest is None or moment.early > latest.early) else latest
        doubt |= hidden_in(duty, subject, spec, earliest)
    return (YES if sure else UNKNOWN if doubt else NO), latest


def hidden_in(duty: Duty, subject: Record, spec: Spec, earliest: date | None) -> bool:
    return hidden(duty, subject, spec, earliest or date.min)


def absent(duty: Duty, subject: Record) -> list[Observation]:
    """One observation a subject record."""
    check = duty.check
    when = duty.look(subject, check["when"])
    if when.empty:
        return [Observation(subject, "not_yet_due", subject)]
    if not when.moment:
        return [Observation(subject, "cannot_tell", subject)]
    moment = when.moment
    rows = [(record, at, sure) for record, at, sure in belonging(duty, subject, check) if at is None or at.day <= moment.day]
    judged = []
    for record, at, sure in rows:
        answer = holds(Scope(duty.case_file, record, subject, strict=True), check.get("where"))
        undated = "at" in check and at is None
        answer = UNKNOWN if doubts_all(check, sure) else all_of([answer, sure, UNKNOWN if undated else YES])
        judged.append((at.day if at else None, answer))
    answer = last_of(judged) if check.get("pick") == "last" else any_of([answer for _, answer in judged])
    if answer is NO and not seen_until(duty, subject, moment.day, bool(rows)):
        answer = UNKNOWN
    outcome = {YES: "not_met", UNKNOWN: "cannot_tell", NO: "met"}[answer]
    return [Observation(subject, outcome, subject, "", moment, moment)]


def seen_until(duty: Duty, subject: Record, day: date, any_row: bool) -> bool:
    """Whether the export would show whatever stood on that day: all of it, or (`pick: last`) the latest."""
    coverage = duty.case_file.coverage.get(duty.check["table"], "complete")
    if coverage == "complete":
        return True
    last = duty.check.get("pick") == "last"
    if coverage == "latest_only":
        return last and any_row
    since = date.fromisoformat(coverage.removeprefix("since ").strip())
    if day < since:
        return False
    if last:
        return any_row
    began = duty.case_file.began(subject)
    return duty.check["match"] != "child_id" and began is not None and began.day >= since  # what hangs on a record is no older than it


def last_of(judged: list[tuple[date | None, Answer]]) -> Answer:
    """What the rows of the last day say, where they agree; a row whose day cannot be read may be the last."""
    last = max((day for day, _ in judged if day), default=None)
    answers = {answer for day, answer in judged if day == last}
    if any(day is None for day, _ in judged) or len(answers) > 1:
        return UNKNOWN
    return answers.pop() if answers else NO


def compares(duty: Duty, subject: Record) -> list[Observation]:
    """One observation a subject record, the later of the two."""
    check = duty.check
    later = series.first_trigger(duty, subject, check["later"])
    if later == series.FUTURE:
        return []
    earlier = series.first_trigger(duty, subject, check["earlier"])
    if earlier in (series.BLANK, series.FUTURE):
        return [Observation(subject, check.get("no_earlier", "cannot_tell"), subject)]
    if isinstance(earlier, str) or isinstance(later, str):
        return [Observation(subject, "cannot_tell", subject)]
    timed = earlier.timed and later.timed
    in_order = earlier.early <= later.late if timed else earlier.day <= later.day
    if "strict" in check:
        in_order = earlier.day < later.day
    return [Observation(subject, "met" if in_order else "not_met", subject, "", None, later, earlier)]


def includes(duty: Duty, subject: Record) -> list[Observation]:
    """One observation a meeting."""
    check = duty.check
    meeting = series.first_trigger(duty, subject, check["at"])
    if meeting in (series.BLANK, series.FUTURE):
        return []
    there = values.list_of(duty.look(subject, check["field"]))
    missing = [word for word in check["all"] if values.plain(word, "text") not in there]
    strange = [word for word in there if word not in check["all"] and word not in check.get("known", [])]
    outcome = "met" if not missing else "cannot_tell" if strange and there else "not_met"
    if isinstance(meeting, str):
        return [Observation(subject, "cannot_tell", subject)]
    return [Observation(subject, outcome, subject, "", meeting)]


KINDS: dict[str, Callable[[Duty, Record], list[Observation]]] = {
    "within": series.within,
    "recurs": series.recurs,
    "before": meetings.before,
    "states": states,
    "exists": exists,
    "absent": absent,
    "compares": compares,
    "includes": includes,
    "alone": periods.alone,
    "distinct": siblings.distinct,
    "apart": apart.apart,
}
