"""`exists`: there is at least one record, and a recent enough one where the rule says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from auditcheck import clock, contract
from auditcheck.checks import words
from auditcheck.checks.carried import not_carried
from auditcheck.checks.events import ANY_DAY, Events, events_of, may_belong, record_scope, subject_keys
from auditcheck.checks.ground import Ground, settle_limit, settle_population
from auditcheck.checks.limits import Chosen, choose, same_for_all
from auditcheck.checks.scope import Scope
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_APPLICABLE, NOT_MET, NOT_YET_DUE, Observations, Verdict
from auditcheck.checks.within import hidden_by_later
from auditcheck.clock import NAT
from auditcheck.duties import NO_END
from auditcheck.rulebook.model import Rule
from auditcheck.values import BLANK, Mask, When, never

_LONG_AGO = -(2**18)
_ELSEWHERE = 2**30  # a row of another table than the first source's: found, but no row to show
Days = npt.NDArray[np.int64]


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """One observation a subject record, at the earlier of the as-of date and the end of the duty."""
    body = rule.body
    scope, inside = ground.population(rule)
    m = len(scope.rows)
    start = _start(scope)
    end = ground.end(rule, rule.subject, np.where(start.known, start.day, _LONG_AGO))
    reference = np.minimum(end.day, ground.as_of)
    no_start = ~start.known if _start_name(rule.subject) else np.zeros(m, bool)
    begun = words.plain(_start_name(rule.subject))
    verdict = Verdict.of(m)
    settle_population(verdict, inside, rule)
    chosen = _recency(rule, scope, reference)
    told = chosen if chosen is not None else _main(rule, scope, reference)  # the figure that the finding names
    if "once_past" in body:
        told = _settle_once(ground, rule, scope, verdict, reference)
    since = _since(chosen, reference, m)
    if chosen is not None:
        readable = When(chosen.which.astype(np.int32), np.zeros(m, np.int32), np.zeros(m, np.uint8))
        settle_limit(verdict, chosen, (since != NAT) | (readable.day < 0))
    last, row, table, doubt, window, missing = _latest(ground, scope, body["any"], since, reference)
    due = _due(chosen, last, start, "once_past" in body)
    found = (row >= 0) & (last >= since)
    name = words.thing(body["any"][0]["table"])
    verdict.settle(found, MET, f"{name[:1].upper()}{name[1:]} is recorded")
    verdict.settle(doubt, CANNOT_TELL, f"Cannot tell: {name} that may count can't be read")
    verdict.settle(window, CANNOT_TELL, "Cannot tell: this export does not show the earlier records")
    if chosen is not None and "once_past" not in body:
        young = due.known & ((row < 0) | (last < start.day)) & start.known
        verdict.settle(young & (due.day > end.day), NOT_APPLICABLE, "The duty ended before the limit was reached")
        verdict.settle(end.doubtful, CANNOT_TELL, "Cannot tell: a date that may have ended the duty can't be read")
        verdict.settle(young & (due.day >= ground.as_of), NOT_YET_DUE, f"Not yet due: {name} is not recorded, and the limit has not passed")
        verdict.settle(no_start, CANNOT_TELL, f"Cannot tell whether the limit has passed: {begun} is not recorded or can't be read")
    verdict.settle(end.doubtful, CANNOT_TELL, "Cannot tell: the date on which the duty ended can't be read")
    if missing:
        elsewhere = f"Cannot tell: what would do as well is not in this export ({'; '.join(missing)})"
        verdict.settle(np.ones(m, bool), CANNOT_TELL, elsewhere)
    verdict.settle((row >= 0), NOT_MET, "The latest record is too long ago")
    verdict.settle(np.ones(m, bool), NOT_MET, f"No record of {name} is found")
    over = np.where((verdict.outcome == NOT_MET) & due.known, reference - due.day, -1)
    happened = When(np.where(row >= 0, last, NAT).astype(np.int32), np.full(m, -1, np.int32), np.where(row >= 0, 0, 1).astype(np.uint8))
    result = Observations(
        rule,
        rule.subject,
        scope.rows,
        verdict,
        rule.subject,
        scope.rows,
        start,
        due,
        happened,
        np.where(over > 0, over, -1).astype(np.int32),
        unit="days",
        limit=told,
        exempt=ground.exemptions(rule, scope),
        event_table=table,
        event_rows=np.where(row == _ELSEWHERE, -1, row).astype(np.int32),
    )
    return [ground.counted(result)]


def _start_name(table: str) -> str:
    """The field that says when records of the table began; '' where they never do (children, workers)."""
    return contract.PERIODS.get(table, (contract.HAPPENED.get(table, ""),))[0]


def _start(scope: Scope) -> When:
    name = _start_name(scope.table)
    return scope.when(name) if name else never(len(scope.rows))


def _main(rule: Rule, scope: Scope, reference: Days) -> Chosen | None:
    return choose(rule.limit, scope, reference.astype(np.int32)) if rule.limit.values else None


def _recency(rule: Rule, scope: Scope, reference: Days) -> Chosen | None:
    """How recent it must be: the rule's limit as it stands on the reference day, one of its settings, or (None) at any time."""
    recent = rule.body.get("recent")
    if recent is None:
        return None
    if recent == "limit":
        return choose(rule.limit, scope, reference.astype(np.int32), int(rule.body.get("times", 1)))
    return same_for_all(rule.length(recent), len(scope.rows))


def _since(chosen: Chosen | None, reference: Days, m: int) -> Days:
    """The first day that is recent enough."""
    since = np.full(m, _LONG_AGO, np.int64)
    if chosen is not None:
        since[:] = NAT
        for place, length in enumerate(chosen.lengths):
            rows = chosen.which == place
            since[rows] = clock.add(reference[rows].astype(np.int32), length, -1)
    return since


def _settle_once(ground: Ground, rule: Rule, scope: Scope, verdict: Verdict, reference: Days) -> Chosen:
    """The duty begins only when so much time has passed, by the limit as it stands on the reference day: what is asked of an old record
    today is today's duty. How much, at each place."""
    said = rule.body["once_past"]
    begun = scope.when(said["from"])
    name = words.plain(said["from"])
    times = int(rule.body.get("times", 1))
    limit = said["limit"]
    in_force = choose(rule.limit, scope, reference.astype(np.int32), times) if limit == "limit" else None
    chosen = in_force or same_for_all(rule.length(limit), len(begun.day))
    threshold = np.full(len(begun.day), NAT, np.int64)
    for place, length in enumerate(chosen.lengths):
        rows = (chosen.which == place) & begun.known
        threshold[rows] = clock.add(begun.day[rows], length)
    verdict.settle(begun.state == BLANK, CANNOT_TELL, f"Cannot tell: {name} is not recorded")
    verdict.settle(~begun.known, CANNOT_TELL, f"Cannot tell: {name} can't be read")
    settle_limit(verdict, chosen, threshold != NAT)
    verdict.settle(
        reference <= threshold, NOT_APPLICABLE, f"The record has not lasted longer than {chosen.lengths[0] if chosen.lengths else ''}"
    )
    return chosen


def _latest(
    ground: Ground, scope: Scope, sources: list[Mapping[str, Any]], since: Days, reference: Days
) -> tuple[Days, npt.NDArray[np.int32], str, Mask, Mask, list[str]]:
    """Over all sources: the latest day, its row, its table (the first source's unless another decided), doubts, windows, what is
    missing."""
    m = len(scope.rows)
    last, row = np.full(m, _LONG_AGO - 1, np.int64), np.full(m, -1, np.int32)
    doubt, window, missing = np.zeros(m, bool), np.zeros(m, bool), []
    first_table = sources[0]["table"]
    for source in sources:
        if why := not_carried(scope.cf, source):
            missing.append(why)
            continue
        if "at" not in source:
            before = row
            row, last, unsure = _undated(scope, source, row, last, since, reference)
            if source["table"] != first_table:
                row = np.where(row != before, _ELSEWHERE, row).astype(np.int32)
            doubt |= unsure
            begun = _start(scope)
            seen = ground.seen_from(source["table"], source["match"])
            window |= ground.latest_only(source["table"], source["match"]) | (
                (seen > -NO_END) & ((source["match"] == "child_id") | ~begun.known | (begun.day < seen))
            )
            continue
        events = events_of(scope, source)
        keys = subject_keys(ground.duties, scope.table, events.by_child)
        place = events.last_by(keys, reference)
        day = np.where(place >= 0, events.days[np.maximum(place, 0)] if len(events.days) else 0, _LONG_AGO - 1)
        later = day > last
        last = np.where(later, day, last)
        row = np.where(later, events.row_of(place) if source["table"] == first_table else _ELSEWHERE, row).astype(np.int32)
        doubt |= _doubt(events, keys, since, reference)
        window |= since < ground.seen_from(source["table"], source["match"])
        if ground.latest_only(source["table"], source["match"]):
            window |= hidden_by_later(ground, scope, source, keys, since)
    return last, row, first_table, doubt, window, missing


def _doubt(events: Events, keys: Days, since: Days, reference: Days) -> Mask:
    return events.any_doubt(keys, np.where(since == NAT, reference, np.maximum(since, ANY_DAY + 1)), reference)


def _undated(
    scope: Scope, source: Mapping[str, Any], row: npt.NDArray[np.int32], last: Days, since: Days, reference: Days
) -> tuple[npt.NDArray[np.int32], Days, Mask]:
    """Records that carry no date of their own (a plan's actions): one is enough. Also where one may count, or may belong here."""
    cf, table = scope.cf, source["table"]
    key = cf.child(table) if source["match"] == "child_id" else cf.link(table, source["match"])
    back = np.full(cf.n(table), -1, np.int32) if source["match"] == "child_id" else key.astype(np.int32)
    answer = record_scope(scope.duties, table, scope.at(back)).holds(source.get("where") or {})
    there = (key >= 0) & ~scope.duties.not_happened(table)
    counts = answer.yes & there
    keys = subject_keys(scope.duties, scope.table, source["match"] == "child_id")
    held = np.full(int(max(key.max(initial=-1), keys.max(initial=-1))) + 1, -1, np.int32)
    rows = np.flatnonzero(counts)[::-1]
    held[key[rows]] = rows
    mine = np.where(keys >= 0, held[np.maximum(keys, 0)], -1) if len(held) else np.full(len(keys), -1)
    found = (mine >= 0) & ((row < 0) | (last < since))
    unsure = np.isin(keys, key[answer.unknown & there]) | may_belong(scope, table, source["match"])
    return np.where(found, mine, row).astype(np.int32), np.where(found, reference, last), unsure


def _due(chosen: Chosen | None, last: Days, start: When, no_grace: bool) -> When:
    """The last day on which one was needed: so long after the latest, or after the start where there is none."""
    m = len(last)
    day = np.full(m, NAT, np.int32)
    if chosen is not None:
        begun = np.where(last > _LONG_AGO, last, NAT)
        begun = np.where(start.known & (not no_grace), np.maximum(begun, start.day), begun).astype(np.int32)
        for place, length in enumerate(chosen.lengths):
            rows = (chosen.which == place) & (begun != NAT)
            day[rows] = clock.add(begun[rows], length)
    return When(day, np.full(m, -1, np.int32), np.where(day == NAT, 1, 0).astype(np.uint8))
