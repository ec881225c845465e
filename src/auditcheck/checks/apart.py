"""`apart`: it comes long enough after the last such record of the child (a referral after a closure, a plan after a plan)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from auditcheck import clock
from auditcheck.checks import words
from auditcheck.checks.events import ANY_DAY, Events, events_of, pack, record_scope, subject_keys
from auditcheck.checks.ground import Ground, settle_limit, settle_population
from auditcheck.checks.limits import Chosen, choose
from auditcheck.checks.scope import Scope
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_APPLICABLE, NOT_MET, Observations, Verdict
from auditcheck.clock import NAT
from auditcheck.duties import NO_END
from auditcheck.rulebook.model import Rule
from auditcheck.values import BLANK, OK, Mask, When, never

Days = npt.NDArray[np.int32]


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """One observation a subject record; its trigger is the day of the last record before it, its due day the first that is not too soon."""
    body = rule.body
    scope, inside = ground.population(rule)
    m = len(scope.rows)
    at = scope.when(body["at"])
    chosen = choose(rule.limit, scope, at.day)
    events = events_of(scope, body["after"])
    last = _last_before(ground, scope, body["after"], events, at)
    earlier = events.when(ground.duties, body["after"], last)
    due = _shifted(np.where(last >= 0, earlier.day, NAT), chosen)
    soon = (due != NAT) & at.known & (at.day < due)
    what, name = words.plain(body["at"]), words.thing(body["after"]["table"])
    verdict = Verdict.of(m)
    settle_population(verdict, inside, rule)
    verdict.settle(at.state == BLANK, NOT_APPLICABLE, f"{what[:1].upper()}{what[1:]} is not recorded")
    verdict.settle(~at.known, CANNOT_TELL, f"Cannot tell: {what} can't be read")
    settle_limit(verdict, chosen, (due != NAT) | (last < 0))
    verdict.settle(soon, NOT_MET, f"It comes too soon after {name}")
    doubt = _in_doubt(ground, scope, body["after"], events, at)
    verdict.settle(_too_soon(doubt, chosen, at), CANNOT_TELL, f"Cannot tell: {name} that may lie before it can't be read or may not count")
    seen = ground.seen_from(body["after"]["table"])
    before = np.full(m, seen - 1 if seen > -NO_END else NAT, np.int32)  # the last day that the export may hold back
    hidden = _too_soon(np.where(before <= at.day, before, at.day), chosen, at) if seen > -NO_END else np.zeros(m, bool)
    verdict.settle(
        hidden | ground.latest_only(body["after"]["table"]), CANNOT_TELL, "Cannot tell: this export does not show the earlier records"
    )
    verdict.settle(last >= 0, MET, f"It comes long enough after {name}")
    verdict.settle(np.ones(m, bool), MET, f"There is no {name.split(' ', 1)[1]} before it")
    none = never(m)
    return [
        ground.counted(
            Observations(
                rule,
                rule.subject,
                scope.rows,
                verdict,
                rule.subject,
                scope.rows,
                earlier,
                When(due, none.second, (due == NAT).astype(np.uint8)),
                at,
                np.full(m, -1, np.int32),
                limit=chosen,
                exempt=ground.exemptions(rule, scope),
                event_table=body["after"]["table"],
                event_rows=events.row_of(last),
            )
        )
    ]


def _shifted(days: npt.NDArray[np.integer[Any]], chosen: Chosen) -> Days:
    """``days`` moved on by the length that applies at each place; NAT where none does."""
    moved = np.full(len(days), NAT, np.int32)
    for place, length in enumerate(chosen.lengths):
        rows = chosen.which == place
        moved[rows] = clock.add(days[rows].astype(np.int32), length)
    return moved


def _too_soon(days: npt.NDArray[np.integer[Any]], chosen: Chosen, at: When) -> Mask:
    """Where the limit from ``days`` reaches past the record's day; ANY_DAY is any day, NAT none."""
    due = _shifted(np.where(days == ANY_DAY, NAT, days), chosen)
    soon: Mask = (days == ANY_DAY) | ((days != NAT) & ((due == NAT) | (at.day < due)))
    return soon


def _last_before(ground: Ground, scope: Scope, source: Mapping[str, Any], events: Events, at: When) -> npt.NDArray[np.intp]:
    """The place of the child's last event on or before each record's day, that record itself left out; -1 where there is none."""
    keys = subject_keys(ground.duties, scope.table, by_child=True)
    place = np.where(at.known & (keys >= 0), events.last_by(keys, np.where(at.known, at.day, ANY_DAY)), -1)
    if source["table"] == scope.table and len(events.rows):
        own = (place >= 0) & (events.row_of(place) == scope.rows)
        back = place - 1
        same = own & (back >= 0) & (events.keys[np.maximum(back, 0)] == keys)
        place = np.where(own, np.where(same, back, -1), place)
    return place


def _in_doubt(ground: Ground, scope: Scope, source: Mapping[str, Any], events: Events, at: When) -> Days:
    """The last day on or before each record's at which another record of the child may count: ANY_DAY where it may be any, NAT none."""
    keys, found = subject_keys(ground.duties, scope.table, by_child=True), events.doubtful
    m = len(keys)
    if not len(found):
        return np.full(m, NAT, np.int32)
    anywhen = pack(keys, np.full(m, ANY_DAY))
    undated = np.searchsorted(found, anywhen, "right") - np.searchsorted(found, anywhen)
    place = np.searchsorted(found, pack(keys, at.day), "right") - 1
    if source["table"] == scope.table:  # the record is no doubt about itself
        own = ground.cf.when(scope.table, source["at"])
        counts = record_scope(ground.duties, scope.table, scope).holds(source.get("where") or {})
        undated = undated - ((own.state != OK) & (own.state != BLANK) & (counts.yes | counts.unknown))
        itself = own.known & counts.unknown & (found[np.maximum(place, 0)] == pack(keys, own.day))
        place = place - itself
    at_place = found[np.maximum(place, 0)]
    day = np.where((place >= 0) & (at_place > anywhen) & (at_place <= pack(keys, at.day)), at_place - anywhen + ANY_DAY, NAT)
    return np.where(keys < 0, NAT, np.where(undated > 0, ANY_DAY, day)).astype(np.int32)
