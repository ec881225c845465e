"""`recurs`: something happens again and again; each interval between two of them is judged, the last open one included."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from auditcheck import contract
from auditcheck.checks import words
from auditcheck.checks.events import ANY_DAY, Events, events_of, pack
from auditcheck.checks.ground import Ground, settle_limit, settle_population
from auditcheck.checks.limits import choose, measure
from auditcheck.checks.scope import Answer, Scope
from auditcheck.checks.timing import Doubts, Words, settle_timing, settle_trigger
from auditcheck.checks.verdict import CANNOT_TELL, NOT_APPLICABLE, Observations, Verdict
from auditcheck.checks.within import Happening, excused, hidden_by_later
from auditcheck.duties import NO_END, End
from auditcheck.rulebook.model import Rule
from auditcheck.values import UNREADABLE, Mask, When, never


@dataclass(frozen=True)
class Anchors:
    """What starts an interval: ``subject`` row, the ``moment``, the event's ``row`` (-1: the subject's own start), its ``place`` in the
    series
    and the row of the ``next`` event (-1 none). All (m,)."""

    subject: npt.NDArray[np.int32]
    moment: When
    row: npt.NDArray[np.int32]
    place: npt.NDArray[np.int32]
    next: npt.NDArray[np.int32]


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """One observation an anchor: those that the subject's own date sets are records of the subject, the others of the event's table."""
    scope, inside = ground.population(rule)
    source = rule.body["of"]
    every = events_of(scope, source)
    events = _of_subjects(scope, every, "starts" in rule.body)
    anchors = _anchors(ground, scope, rule, events, inside)
    own = anchors.row < 0
    result = []
    for mask, table in ((own, rule.subject), (~own, source["table"])):
        at = np.flatnonzero(mask).astype(np.int32)
        some = Anchors(anchors.subject[at], anchors.moment.take(at), anchors.row[at], anchors.place[at], anchors.next[at])
        if len(some.subject):
            rows = some.subject if table == rule.subject and mask is own else some.row
            result.append(_judge(ground, rule, scope, inside, (events, every), some, table, rows))
    return result


def _of_subjects(scope: Scope, events: Events, from_start: bool) -> Events:
    """Events keyed by subject, one a day. Those before the start that anchors the series are left out; where every record of the child
    counts, those outside the subject's period are."""
    start_name, end_name = contract.PERIODS.get(scope.table, ("", ""))
    n = scope.cf.n(scope.table)
    start = scope.cf.when(scope.table, start_name) if start_name else never(n)
    first = np.where(start.known, start.day, -(2**18)).astype(np.int64)
    if events.by_child:
        end = scope.cf.when(scope.table, end_name) if end_name else never(n)
        last = np.where(end.known, end.day, 2**18).astype(np.int64)
        child = scope.cf.child(scope.table).astype(np.int64)
        low = np.searchsorted(events.packed, pack(child, first))
        count = np.maximum(np.searchsorted(events.packed, pack(child, last), "right") - low, 0)
        keys = np.repeat(np.arange(n), count)
        picked = np.repeat(low - (np.cumsum(count) - count), count) + np.arange(count.sum())
    else:
        keys, picked = events.keys, np.arange(len(events.keys))
    days = events.days[picked]
    keep = (days >= first[keys]) | (not from_start and not events.by_child) if len(keys) else np.zeros(0, bool)
    packed = pack(keys, days)
    keep[1:] &= packed[1:] != packed[:-1]
    keys, picked, days = keys[keep], picked[keep], days[keep]
    return replace(events, rows=events.rows[picked], keys=keys, days=days, packed=packed[keep])


def _anchors(ground: Ground, scope: Scope, rule: Rule, events: Events, inside: Answer) -> Anchors:
    body, n = rule.body, len(scope.rows)
    source, which = body["of"], body.get("anchors", "all")
    place = np.arange(len(events.keys)) - np.searchsorted(events.keys, events.keys)
    following = np.full(len(events.keys), -1, np.int32)
    same = events.keys[1:] == events.keys[:-1]
    following[:-1] = np.where(same, events.rows[1:], -1)
    chosen = {"all": place >= 0, "first": place == 0, "later": place > 0}[which]
    latest = ground.latest_only(source["table"])
    if latest:
        chosen = following < 0  # only the interval that is still open can be seen
    belongs = inside.yes | inside.unknown
    chosen &= belongs[events.keys] if len(events.keys) else chosen
    at = _once_each(scope, events, np.flatnonzero(chosen))
    moment = scope.cf.when(events.table, source["at"]).take(events.rows[at].astype(np.int32)) if len(at) else never(0)
    shift = 1 if "starts" in body else 0
    parts: list[tuple[Any, When, Any, Any, Any]] = [(events.keys[at], moment, events.rows[at], place[at] + shift, following[at])]
    if "starts" in body:
        own = scope.when(body["starts"])
        first = events.first_from(np.arange(n), np.full(n, -(2**18)))
        rows = np.flatnonzero(belongs & ~(own.known & (own.day > ground.as_of)) & (first < 0 if latest else True))
        nothing = np.full(len(rows), -1)
        parts.append((rows, own.take(rows.astype(np.int32)), nothing, np.zeros(len(rows), np.int64), events.row_of(first)[rows]))
    else:
        parts.append(_perhaps(scope, events, belongs, which))
    subject, row, order, following = (np.concatenate([part[i] for part in parts]).astype(np.int32) for i in (0, 2, 3, 4))
    return Anchors(subject, When.joined([part[1] for part in parts]), row, order, following)


def _perhaps(scope: Scope, events: Events, belongs: Mask, which: str) -> tuple[Any, When, Any, Any, Any]:
    """Subjects without any event that surely counts, but with some that may: an interval may begin, and nobody can tell when."""
    n = len(scope.rows)
    keys = scope.cf.child(scope.table).astype(np.int64) if events.by_child else np.arange(n)
    start_name, end_name = contract.PERIODS.get(scope.table, ("", ""))
    ever, never_ = np.full(n, ANY_DAY + 1), np.full(n, 2**18)
    start, end = (scope.when(name) if name and events.by_child else never(n) for name in (start_name, end_name))
    first, last = np.where(start.known, start.day, ever), np.where(end.known, end.day, never_)
    some = events.doubts(keys, first, last) >= (2 if which == "later" else 1)
    sure = np.isin(np.arange(n), events.keys)
    rows = np.flatnonzero(belongs & ~sure & some)
    nothing = np.full(len(rows), -1)
    unread = replace(never(len(rows)), state=np.full(len(rows), UNREADABLE, np.uint8))
    return rows, unread, nothing, np.zeros(len(rows), np.int64), nothing


def _once_each(scope: Scope, events: Events, at: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """An event that answers several of the child's subject records (plans that overlap) is an anchor of the one that started last."""
    if not events.by_child or not len(at):
        return at
    subject, row = events.keys[at], events.rows[at].astype(np.int64)
    begun = scope.when(contract.PERIODS[scope.table][0]) if scope.table in contract.PERIODS else never(len(scope.rows))
    day = np.where(begun.known, begun.day, -(2**18))[subject]
    name = np.argsort(np.asarray(pc.sort_indices(scope.cf.ids(scope.table))))[subject]  # so that the order of rows never matters
    order = np.lexsort((name, day, row))
    last = np.append(row[order][1:] != row[order][:-1], True)
    return np.sort(at[order[last]])


def _judge(
    ground: Ground,
    rule: Rule,
    scope: Scope,
    inside: Answer,
    series: tuple[Events, Events],
    anchors: Anchors,
    table: str,
    rows: npt.NDArray[np.int32],
) -> Observations:
    (events, every), m, source = series, len(anchors.subject), rule.body["of"]
    subject = scope.at(anchors.subject)
    chosen = choose(rule.limit, subject, anchors.moment.day)
    event = ground.cf.when(events.table, source["at"]).take(anchors.next)
    held = measure(anchors.moment, event, chosen, ground.as_of)
    verdict = Verdict.of(m)
    said = _words(rule)
    end = _ends(ground, rule, anchors)
    verdict.settle(anchors.moment.known & (anchors.moment.day > end.day), NOT_APPLICABLE, "The duty had ended by then")
    settle_population(verdict, Answer(inside.yes[anchors.subject], inside.unknown[anchors.subject]), rule)
    settle_trigger(verdict, anchors.moment, said)
    settle_limit(verdict, chosen, held.due.known)
    window = anchors.moment.known & (anchors.moment.day < ground.seen_from(source["table"]))
    keys = (ground.cf.child(rule.subject)[anchors.subject] if events.by_child else anchors.subject).astype(np.int64)
    if ground.latest_only(source["table"]):
        window = window | hidden_by_later(ground, scope, source, keys, anchors.moment.day)
    start = anchors.moment.day + (anchors.row >= 0)
    doubt = events.any_doubt(keys, start, np.where(held.due.known, held.due.day, start))
    if ground.latest_only(source["table"]) and rule.body.get("anchors") == "first":
        verdict.settle(held.passed & ~held.in_time, CANNOT_TELL, "Cannot tell: this export holds only the latest record, not the first")
    if rule.body.get("anchors", "all") != "all":
        verdict.settle(_place_in_doubt(ground, rule, scope, events, anchors, keys), CANNOT_TELL, "Cannot tell which record was the first")
    settle_timing(verdict, held, event.known, end, Doubts(doubt, window, np.zeros(m, bool)), said)
    return ground.counted(
        Observations(
            rule,
            table,
            rows,
            verdict,
            rule.subject,
            anchors.subject,
            anchors.moment,
            held.due,
            event,
            held.over,
            limit=chosen,
            exempt=ground.exemptions(rule, subject),
            excused=excused(rule, subject, Happening(event, events.table, anchors.next, every, keys)),
            event_table=events.table,
            event_rows=anchors.next,
            place=anchors.place,
        )
    )


def _place_in_doubt(
    ground: Ground, rule: Rule, scope: Scope, events: Events, anchors: Anchors, keys: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Where the anchor's place in the series can't be told: a doubtful record lies before it, or the window hides the beginning."""
    before = events.any_doubt(keys, np.full(len(keys), -(2**18)), anchors.moment.day - 1)
    start = scope.when(contract.PERIODS[rule.subject][0]).take(anchors.subject)
    seen = ground.seen_from(rule.body["of"]["table"])
    return before | ((seen > -NO_END) & (~start.known | (start.day < seen)))


def _ends(ground: Ground, rule: Rule, anchors: Anchors) -> End:
    end = ground.end(rule, rule.subject, np.full(ground.cf.n(rule.subject), -NO_END, np.int32)).take(anchors.subject)
    spell = ground.duties.case_end(rule.subject).take(anchors.subject).day
    if (anchors.moment.day > spell).any():  # an interval that began after the last spell is not ended by it
        own = ground.duties.child_end(rule.subject)
        own = own.sooner(ground.duties.own_end(rule.subject)) if rule.ends is None or "record" in rule.ends else own
        later = own.take(anchors.subject)
        return End(np.where(anchors.moment.day > spell, later.day, end.day), end.doubtful)
    return end


def _words(rule: Rule) -> Words:
    _, _, name = words.of(rule).event.partition(" ")
    return Words("the date that starts the interval", f"the next {name}")
