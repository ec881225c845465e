"""Which length of time applies to each record, and what follows from it: when it falls due, and whether an event came in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from auditcheck import clock
from auditcheck.checks.scope import Scope
from auditcheck.clock import NAT, Length
from auditcheck.rulebook.model import Limit
from auditcheck.values import Mask, When

NOT_IN_FORCE, UNREADABLE, NOT_SET = -1, -2, -3


@dataclass(frozen=True)
class Chosen:
    """For each of m places the length that applies: ``which`` indexes ``lengths``, or says why there is none. ``value`` indexes
    ``Limit.values``."""

    which: npt.NDArray[np.int16]
    lengths: tuple[Length, ...]
    value: npt.NDArray[np.int16]
    fell_back: Mask


def same_for_all(length: Length, m: int) -> Chosen:
    """One length at every place."""
    return Chosen(np.zeros(m, np.int16), (length,), np.full(m, -1, np.int16), np.zeros(m, bool))


def choose(limit: Limit, scope: Scope, trigger: npt.NDArray[np.int32], times: int = 1) -> Chosen:
    """The limit at each place: the dated value in force on the trigger's day, or what the record's own field says."""
    m = len(trigger)
    if limit.field is None:
        return _dated(limit, trigger, times)
    which, fell_back = np.full(m, NOT_SET, np.int16), np.zeros(m, bool)
    codes, words = scope.words(limit.field)
    lengths: list[Length] = []
    for code, word in enumerate(words):
        if limit.by_category is not None:
            length = limit.by_category.get(word)
        else:
            length = _read(word)
            which[codes == code] = UNREADABLE
        if length is not None:
            which[codes == code] = len(lengths)
            lengths.append(length * times)
    if limit.by_category is None and limit.fallback is not None:
        fell_back = codes == -1
        which[fell_back] = len(lengths)
        lengths.append(limit.fallback * times)
    elif limit.by_category is None:
        which[codes == -1] = NOT_SET
    which[codes == -2] = UNREADABLE
    return Chosen(which, tuple(lengths), np.full(m, -1, np.int16), fell_back)


def _read(word: str) -> Length | None:
    try:
        return Length.parse(word)
    except ValueError:
        return None


def _dated(limit: Limit, trigger: npt.NDArray[np.int32], times: int) -> Chosen:
    which = np.full(len(trigger), NOT_IN_FORCE, np.int16)
    value = np.full(len(trigger), -1, np.int16)
    lengths: list[Length] = []
    for place, dated in enumerate(limit.values):
        until = clock.day_number(dated.until) if dated.until else 2**30
        inside = (trigger >= clock.day_number(dated.from_)) & (trigger < until)
        value[inside] = place
        if dated.is_ is not None:
            length = dated.is_ * times
            if length not in lengths:
                lengths.append(length)
            which[inside] = lengths.index(length)
    return Chosen(which, tuple(lengths), value, np.zeros(len(trigger), bool))


@dataclass(frozen=True)
class Measured:
    """What a limit says of each place: when it falls ``due``, and how the event stands to it. Masks (m,)."""

    due: When
    in_time: Mask
    too_early: Mask
    late: Mask
    between: Mask  # the answer differs between the ends of a day-only moment
    passed: Mask  # the as-of date lies after the limit
    passed_between: Mask
    over: npt.NDArray[np.int32]


def measure(trigger: When, event: When, chosen: Chosen, as_of: int, under: bool = False, early: bool = False) -> Measured:
    """Hold events against limits.

    ``under``: the event must come before the anniversary; ``early``: an event before the trigger is in time.
    """
    m = len(trigger.day)
    due_day, due_second = np.full(m, NAT, np.int32), np.full(m, -1, np.int32)
    masks = {name: np.zeros(m, bool) for name in ("in_time", "too_early", "late", "between", "passed", "passed_between")}
    over = np.full(m, -1, np.int32)
    for place, length in enumerate(chosen.lengths):
        rows = np.flatnonzero((chosen.which == place) & trigger.known)
        some_trigger, some_event = trigger.take(rows.astype(np.int32)), event.take(rows.astype(np.int32))
        if length.unit == "hours":
            found = _by_hours(some_trigger, some_event, length, as_of)
        else:
            due = clock.add(some_trigger.day, length)
            found = _by_days(some_trigger, some_event, np.where(due != NAT, due - int(under), NAT).astype(np.int32), length, as_of)
        due_day[rows], due_second[rows], over[rows] = found.due.day, found.due.second, found.over
        for name, mask in masks.items():
            mask[rows] = getattr(found, name)
    if early:
        masks["in_time"] |= masks["too_early"]
        masks["too_early"] = np.zeros(m, bool)
    due_state = np.where(due_day == NAT, 1, 0).astype(np.uint8)
    return Measured(When(due_day, due_second, due_state), over=over, **masks)


def measure_due(due: When, event: When, as_of: int) -> Measured:
    """The same where the record itself gives the due date (days)."""
    none = np.zeros(len(due.day), bool)
    found = _by_days(
        When(due.day, due.second, np.ones(len(due.day), np.uint8)), event, np.where(due.known, due.day, NAT), Length(0, "days"), as_of
    )
    return Measured(due, found.in_time, none, found.late, none, found.passed, none, found.over)


def _by_days(trigger: When, event: When, due: npt.NDArray[np.int32], length: Length, as_of: int) -> Measured:
    m, known = len(due), due != NAT
    happened = event.known & known
    too_early = happened & trigger.known & (event.day < trigger.day)
    in_time = happened & ~too_early & (event.day <= due)
    late = happened & (event.day > due)
    passed = known & (as_of > due)
    end = np.where(late, event.day, as_of).astype(np.int32)
    if length.counted_in == "working days":
        over = clock.working_days_between(np.where(known, due, NAT).astype(np.int32), end)
    else:
        over = np.where(known, end - np.where(known, due, 0), -1)
    over = np.where((late | (passed & ~event.known)) & (over > 0), over, -1).astype(np.int32)
    none = np.zeros(m, bool)
    return Measured(When(due, np.full(m, -1, np.int32), (~known).astype(np.uint8)), in_time, too_early, late, none, passed, none, over)


def _by_hours(trigger: When, event: When, length: Length, as_of: int) -> Measured:
    hours = length.number * 3600
    first, last = clock.bounds(trigger.day, trigger.second)
    early, latest = clock.bounds(event.day, event.second)
    happened = event.known
    too_early = happened & (latest < first)
    in_time = happened & ~too_early & (latest - first <= hours)
    late = happened & (early - last > hours)
    day_of_due, second_of_due = clock.london(last + hours)
    earliest_due, _ = clock.london(first + hours)
    exact = trigger.second != clock.DAY_ONLY
    due = When(
        np.where(exact, day_of_due, clock.add(trigger.day, length)).astype(np.int32),
        np.where(exact, second_of_due, clock.DAY_ONLY).astype(np.int32),
        np.zeros(len(first), np.uint8),
    )
    passed = as_of > day_of_due
    end_of_day, _ = clock.bounds(np.full(len(first), as_of + 1, np.int32), np.zeros(len(first), np.int32))
    beyond = np.where(late, early - last - hours, np.where(passed & ~happened, end_of_day - 1 - last - hours, -60))
    over = np.where(beyond > 0, np.maximum((beyond + 59) // 60, 1), -1)
    between = happened & ~in_time & ~late & ~too_early
    return Measured(due, in_time, too_early, late, between, passed, ~passed & (as_of > earliest_due), over.astype(np.int32))
