"""`within`: something happens in time after a trigger, or by a date that the record itself gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from auditcheck import clock, contract
from auditcheck.checks import words
from auditcheck.checks.events import ANY_DAY, Events, events_of, pack, subject_keys
from auditcheck.checks.ground import Ground, settle_limit, settle_population
from auditcheck.checks.limits import Chosen, choose, measure, measure_due, same_for_all
from auditcheck.checks.scope import Scope
from auditcheck.checks.timing import Doubts, settle_timing, settle_trigger
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_APPLICABLE, NOT_YET_DUE, Observations, Verdict
from auditcheck.duties import NO_END
from auditcheck.rulebook.model import Rule
from auditcheck.values import BLANK, UNREADABLE, Mask, When, never

Seconds = npt.NDArray[np.int64]


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """One observation a subject record."""
    body = rule.body
    scope, inside = ground.population(rule)
    m = len(scope.rows)
    by_date = "due" in body
    trigger = scope.when(body["due"]) if by_date else find_trigger(scope, body["trigger"])
    chosen = same_for_all(clock.Length(0, "days"), m) if by_date else choose(rule.limit, scope, trigger.day)
    due_guess = trigger.day if by_date else measure(trigger, never(m), chosen, ground.as_of).due.day
    found_event, doubt, window = _event(ground, scope, body, trigger, due_guess)
    event = found_event.when
    held = (
        measure_due(trigger, event, ground.as_of)
        if by_date
        else measure(trigger, event, chosen, ground.as_of, under=bool(body.get("under")), early=_may_be_early(body))
    )
    due_between = _due_between(trigger, held.due, chosen)
    passed_on, may_have_passed = (mask & (event.state == BLANK) for mask in _passed_on(ground, scope, body, held.due, due_between))
    doubt = doubt | may_have_passed
    if "doubtful_if" in body:
        answer = scope.holds(body["doubtful_if"])
        doubt = doubt | answer.yes | answer.unknown
    verdict = Verdict.of(m)
    settle_population(verdict, inside, rule)
    if not by_date:
        verdict.settle(_not_triggered(scope, body["trigger"]), NOT_APPLICABLE, "Nothing on the record begins this duty")
    if body.get("awaits_trigger"):
        verdict.settle(
            (trigger.state == BLANK) & _followed(ground, scope), CANNOT_TELL, "Cannot tell: a later record shows that this one ended"
        )
    if body.get("no_trigger"):
        nothing = MET if body["no_trigger"] == "met" else NOT_APPLICABLE
        verdict.settle(trigger.state == BLANK, nothing, f"There is no {words.of(rule).trigger.split(' ', 1)[1]} that starts the duty")
    settle_trigger(verdict, trigger, words.of(rule), awaited=bool(body.get("awaits_trigger")))
    settle_limit(verdict, chosen, held.due.known)
    end = ground.end(rule, rule.subject, trigger.day)
    ahead = trigger.known & (trigger.day > ground.as_of) & (not by_date)  # a date that may lie ahead (due_on): nothing can have followed it
    verdict.settle(ahead & (held.due.day <= end.day), NOT_YET_DUE, f"Not yet due: {words.of(rule).trigger} lies ahead")
    verdict.settle(ahead, NOT_APPLICABLE, "The duty ended before the limit was reached")
    settle_timing(verdict, held, event.known, end, Doubts(doubt, window, passed_on), words.of(rule))
    shown = never(m) if by_date else trigger
    unit = "days" if by_date else ""
    found = Observations(
        rule,
        rule.subject,
        scope.rows,
        verdict,
        rule.subject,
        scope.rows,
        shown,
        held.due,
        event,
        held.over,
        unit,
        limit=None if by_date else chosen,
        exempt=ground.exemptions(rule, scope),
        event_table=found_event.table,
        event_rows=found_event.rows,
    )
    if by_date:
        return [ground.counted(found)]
    found.excused = excused(rule, scope, found_event)
    return [ground.counted(found)]


def find_trigger(scope: Scope, said: Any) -> When:
    """The first of the trigger's alternatives that is filled in."""
    found = never(len(scope.rows))
    for option in said if isinstance(said, list | tuple) else [said]:
        allowed: Mask = found.state == BLANK
        if isinstance(option, Mapping) and "table" in option:
            when = _looked_up(scope, option)
        elif isinstance(option, Mapping):
            when = scope.when(option["path"])
            if "when" in option:
                answer = scope.holds(option["when"])
                allowed &= answer.yes | answer.unknown
                state = np.where(answer.unknown & (when.state != BLANK), UNREADABLE, when.state)
                when = When(when.day, when.second, state.astype(np.uint8))
        else:
            when = scope.when(option)
        found = When(
            np.where(allowed, when.day, found.day),
            np.where(allowed, when.second, found.second),
            np.where(allowed, when.state, found.state),
        )
    return found


def _not_triggered(scope: Scope, said: Any) -> Mask:
    """Where the conditions of every alternative say that it is none: the record shows that nothing is owed, not that a date is missing."""
    options = said if isinstance(said, list | tuple) else [said]
    if not all(isinstance(option, Mapping) and "when" in option for option in options):
        return np.zeros(len(scope.rows), bool)
    none = np.ones(len(scope.rows), bool)
    for option in options:
        answer = scope.holds(option["when"])
        none &= ~answer.yes & ~answer.unknown
    return none


def _looked_up(scope: Scope, source: Mapping[str, Any]) -> When:
    """The first or last matching record of another table."""
    events = events_of(scope, source)
    keys = subject_keys(scope.duties, scope.table, events.by_child)
    far = np.full(len(keys), 2**18, np.int32)
    place = events.last_by(keys, far) if source.get("pick") == "last" else events.first_from(keys, -far)
    when = events.when(scope.duties, source, place)
    chosen = np.where(
        place >= 0, events.days[np.maximum(place, 0)] if len(events.days) else 0, far if source.get("pick") != "last" else -far
    )
    last = source.get("pick") == "last"  # a doubtful record may come after the last one found, or before the first
    doubtful = events.any_doubt(keys, chosen if last else -far, far if last else chosen)
    return When(when.day, when.second, np.where(doubtful, 2, when.state).astype(np.uint8))


def _event(
    ground: Ground, scope: Scope, body: Mapping[str, Any], trigger: When, due: npt.NDArray[np.int32]
) -> tuple[Happening, Mask, Mask]:
    """The event that decides, where a doubtful one may have been in time, and where the window hides one."""
    said = body["event"]
    m = len(scope.rows)
    if not isinstance(said, Mapping):
        event = scope.when(said)
        unreadable = (event.state != BLANK) & ~event.known
        return Happening(event, scope.table, scope.rows, None, np.zeros(0, np.int64)), unreadable, np.zeros(m, bool)
    events = events_of(scope, said)
    keys = subject_keys(ground.duties, scope.table, events.by_child)
    # By a date that is in the record: it may have been done at any time before.
    start = np.where(trigger.known & ("due" not in body), trigger.day, ANY_DAY + 1)
    since = np.full(m, ANY_DAY + 1) if _may_be_early(body) else start
    place = events.first_from(keys, since if body.get("early") else start)
    doubt = events.any_doubt(keys, since, np.where(due == clock.NAT, start, due))
    if "lasts_until" in said and len(events.rows):
        running, unclear = still_running(events, ground.cf.when(said["table"], said["lasts_until"]), keys, start)
        place = np.where(running >= 0, running, place)
        doubt |= unclear
    elif not events.by_child:
        before = (place < 0) & trigger.known
        place = np.where(before, events.last_by(keys, start - 1), place)  # only an event before the trigger: told, not ignored
    seen = ground.seen_from(said["table"], said["match"])
    window = trigger.known & (trigger.day < seen)
    if _may_be_early(body) or "due" in body:  # one of any time before counts
        window = window | (seen > -NO_END)
    if ground.latest_only(said["table"], said["match"]):
        window = window | (place >= 0) | hidden_by_later(ground, scope, said, keys, since)  # an earlier one may have been in time
    return Happening(events.when(ground.duties, said, place), said["table"], events.row_of(place), events, keys), doubt, window


def _may_be_early(body: Mapping[str, Any]) -> bool:
    """Whether an event before the trigger can satisfy: any at all, or one that still lasted then."""
    return bool(body.get("early")) or (isinstance(body["event"], Mapping) and "lasts_until" in body["event"])


def still_running(events: Events, end: When, keys: npt.NDArray[np.int64], day: npt.NDArray[Any]) -> tuple[npt.NDArray[np.intp], Mask]:
    """Place of the event begun last before each day that had not ended before it (-1: none); and where an end can't be read."""
    running, unclear = np.full(len(keys), -1), np.zeros(len(keys), bool)
    place = events.last_by(keys, day - 1)
    while (place >= 0).any():  # step back over those that had ended; a child has few
        at = np.maximum(place, 0)
        mine = (place >= 0) & (events.keys[at] == keys)
        row = events.rows[at]
        unread = mine & (end.state[row] > BLANK)
        fits = mine & ~unread & ((end.state[row] == BLANK) | (end.day[row] >= day))
        running = np.where(fits, place, running)
        unclear |= unread
        place = np.where(mine & ~fits, place - 1, -1)
    return running, unclear


def _followed(ground: Ground, scope: Scope) -> Mask:
    """Where the child has a later record of the same table: the end that is awaited must have come."""
    begins = scope.when(contract.HAPPENED[scope.table])
    child = ground.cf.child(scope.table).astype(np.int64)
    rows = np.flatnonzero(begins.known & (child >= 0))
    last = np.full(ground.cf.n("children"), -(2**30), np.int64)
    np.maximum.at(last, child[rows], begins.day[rows])
    return begins.known & (child >= 0) & (last[np.maximum(child, 0)] > begins.day) if len(last) else np.zeros(len(child), bool)


def hidden_by_later(ground: Ground, scope: Scope, source: Mapping[str, Any], keys: npt.NDArray[np.int64], since: npt.NDArray[Any]) -> Mask:
    """Where a table that holds only the latest record shows one after ``since``: whether or not it counts, it may hide one that does."""
    every = events_of(scope, {name: source[name] for name in ("table", "at", "match", "blank_at") if name in source})
    last = every.last_by(keys, np.full(len(keys), ground.as_of))
    doubt = every.any_doubt(keys, np.maximum(np.asarray(since), ANY_DAY) + 1, np.full(len(keys), ground.as_of))
    return doubt | ((last >= 0) & (every.days[np.maximum(last, 0)] > since) if len(every.days) else np.zeros(len(keys), bool))


def _due_between(trigger: When, due: When, chosen: Chosen) -> tuple[Seconds, Seconds]:
    """The first and the last second at which each duty may have fallen due: of a limit in days the end of that day, of one in hours so
    many hours after the first and the last second of a trigger of which only the day is known."""
    _, end_of_day = clock.bounds(due.day, due.second)
    earliest, latest = end_of_day.copy(), end_of_day.copy()
    first, last = clock.bounds(trigger.day, trigger.second)
    for place, length in enumerate(chosen.lengths):
        if length.unit == "hours":
            rows = chosen.which == place
            earliest[rows], latest[rows] = first[rows] + length.number * 3600, last[rows] + length.number * 3600
    return earliest, latest


def _passed_on(ground: Ground, scope: Scope, body: Mapping[str, Any], due: When, due_between: tuple[Seconds, Seconds]) -> tuple[Mask, Mask]:
    """Where the child's next record of the same table begins on or before the due moment, and where it may."""
    m = len(scope.rows)
    if "passes_on" not in body:
        return np.zeros(m, bool), np.zeros(m, bool)
    begins = scope.when(body["passes_on"])
    first, last = clock.bounds(begins.day, begins.second)
    due_first, due_last = due_between
    child = ground.cf.child(scope.table)
    rows = np.flatnonzero(begins.known & (begins.day <= ground.as_of))
    moment = (child[rows].astype(np.int64) << 36) + first[rows] + 2**35
    rows, moment = rows[np.argsort(moment, kind="stable")], np.sort(moment)
    passed, maybe = np.zeros(m, bool), np.zeros(m, bool)
    later = np.searchsorted(moment, moment, "right")  # of two that begin at one instant neither is the next
    one, following = rows[later < len(rows)], rows[later[later < len(rows)]]
    same = (child[following] == child[one]) & due.known[one]
    passed[one] = same & (last[following] <= due_first[one])
    maybe[one] = same & ~passed[one] & (first[following] <= due_last[one])
    unread = (begins.state > BLANK) & (child >= 0)  # an episode that can't be placed may be the next one
    n = max(ground.cf.n("children"), 1)  # of records that name no child there may be some, and no child
    undated = np.bincount(child[unread], minlength=n)
    earliest = np.full(n, 2**60)
    np.minimum.at(earliest, child[rows[child[rows] >= 0]], first[rows[child[rows] >= 0]])
    safe = np.maximum(child, 0)
    maybe |= undated[safe] > unread
    maybe |= unread & due.known & (earliest[safe] <= due_last)
    return passed, maybe & ~passed


def excused(rule: Rule, subject: Scope, found: Happening) -> Mask:
    """Where a reason that the rule allows is recorded, on the record or on an event of the day that came late."""
    result = np.zeros(len(subject.rows), bool)
    for path in rule.justified_by:
        name = path.removeprefix("event.")
        scope = Scope(subject.duties, found.table, found.rows, {}) if path.startswith("event.") else subject
        answer = scope.blank(name)
        result |= ~answer.yes & ~answer.unknown
        if path.startswith("event.") and found.events is not None:
            every = Scope(subject.duties, found.table, found.events.rows.astype(np.int32), {}).blank(name)
            explained = found.events.packed[~every.yes & ~every.unknown]
            result |= found.when.known & np.isin(pack(found.keys, found.when.day), explained)
    return result


@dataclass(frozen=True)
class Happening:
    """The event that decides at each place: its moment, table and row; where it comes from another table, all events and the keys."""

    when: When
    table: str
    rows: npt.NDArray[np.int32]
    events: Events | None
    keys: npt.NDArray[np.int64]
