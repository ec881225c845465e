"""`before`: shared in good time before a meeting, for each class of people who should have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from auditcheck import clock
from auditcheck.casefile import LOST
from auditcheck.checks.events import linked, record_scope
from auditcheck.checks.ground import Ground, settle_limit, settle_population
from auditcheck.checks.limits import Chosen, choose
from auditcheck.checks.scope import Scope
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_APPLICABLE, NOT_MET, Observations, Verdict
from auditcheck.clock import DAY_ONLY, NAT, Length
from auditcheck.rulebook.model import Rule
from auditcheck.values import BLANK, OK, Mask, When

_NEVER, _FOREVER = -(2**60), 2**60


@dataclass(frozen=True)
class Shared:
    """How the reports of one class were shared with n meetings: the latest report, and what is wrong with the others."""

    any: Mask
    missing: Mask  # a report without a date and without a reason
    excused: Mask  # every report of the class has a reason for not being shared
    unreadable: Mask
    stray: Mask  # a report that does not say for whom, unreadable or excused
    stray_first: npt.NDArray[np.int64]  # the earliest moment at which a report that does not say for whom was shared
    first: npt.NDArray[np.int64]  # the latest report's earliest and latest UTC second
    last: npt.NDArray[np.int64]
    row: npt.NDArray[np.int32]


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """One observation a meeting held and class of recipient."""
    body = rule.body
    scope, inside = ground.population(rule)
    meeting = scope.when(body["meeting"])
    chosen = choose(rule.limit, scope, meeting.day)
    due = _due(meeting, chosen)
    found = []
    for class_ in body["each"]:
        shared = _shared(ground, scope, rule, class_)
        verdict = Verdict.of(len(scope.rows))
        settle_population(verdict, inside, rule)
        verdict.settle(meeting.state > BLANK, CANNOT_TELL, "Cannot tell: the date of the meeting can't be read")
        settle_limit(verdict, chosen, due.known)
        in_time, late, over = _hold(meeting, chosen, shared)
        _settle(verdict, shared, in_time, late, _doubts(ground, rule, meeting, due, chosen, shared), class_)
        happened = ground.cf.when(body["reports"]["table"], body["reports"]["at"]).take(np.where(shared.missing, -1, shared.row))
        observations = Observations(
            rule,
            rule.subject,
            scope.rows,
            verdict,
            rule.subject,
            scope.rows,
            meeting,
            due,
            happened,
            np.where(late & ~shared.missing, over, -1).astype(np.int32),
            class_=class_,
            limit=chosen,
            exempt=ground.exemptions(rule, scope, class_),
            event_table=body["reports"]["table"],
            event_rows=shared.row,
        )
        held = (meeting.state != BLANK) & ~(meeting.known & (meeting.day > ground.as_of))
        found.append(ground.counted(observations.keep(held)))
    return found


def _settle(verdict: Verdict, shared: Shared, in_time: Mask, late: Mask, doubts: Doubts, class_: str) -> None:
    good = in_time & ~shared.missing & ~shared.unreadable
    verdict.settle(good, MET, f"Shared with the {class_} in good time")
    verdict.settle(shared.excused, NOT_APPLICABLE, f"Not shared with the {class_}, for a recorded reason")
    verdict.settle(doubts.ended, NOT_APPLICABLE, "The duty ended before the limit was reached")
    verdict.settle(doubts.may_have_ended, CANNOT_TELL, "Cannot tell: a date that may have ended the duty can't be read")
    verdict.settle(~shared.any & doubts.stray, CANNOT_TELL, f"Cannot tell: a report does not say whether the {class_} had it")
    verdict.settle(~shared.any & doubts.window, CANNOT_TELL, "Cannot tell: this export does not show the earlier records")
    verdict.settle(~shared.any, NOT_MET, f"No report is recorded as shared with the {class_}")
    verdict.settle(late & ~shared.missing, NOT_MET, f"Shared with the {class_} too late")
    verdict.settle(shared.missing, NOT_MET, f"A report for the {class_} has no date on which it was shared")
    verdict.settle(shared.unreadable, CANNOT_TELL, f"Cannot tell: the date on which a report was shared with the {class_} can't be read")
    verdict.settle(np.ones(len(late), bool), CANNOT_TELL, "Cannot tell: only the day is known, and the hours decide")


@dataclass(frozen=True)
class Doubts:
    """What keeps a breach from being certain: a stray report that may have been in time, the export's window, the end of the duty."""

    stray: Mask
    window: Mask
    ended: Mask
    may_have_ended: Mask


def _doubts(ground: Ground, rule: Rule, meeting: When, due: When, chosen: Chosen, shared: Shared) -> Doubts:
    never_stray = shared.stray_first == _FOREVER
    alone = replace(shared, first=shared.stray_first, last=np.where(never_stray, _NEVER, shared.stray_first))
    _, late, _ = _hold(meeting, chosen, alone)
    end = ground.end(rule, rule.subject, meeting.day)
    return Doubts(
        shared.stray | (~never_stray & ~late),
        (due.known & (due.day < ground.seen_from(rule.body["reports"]["table"]))) | ground.latest_only(rule.body["reports"]["table"]),
        due.known & (due.day > end.day),
        end.doubtful,
    )


def _shared(ground: Ground, scope: Scope, rule: Rule, class_: str) -> Shared:
    body = rule.body
    table = body["reports"]["table"]
    n = len(scope.rows)
    at = ground.duties.happened(table, body["reports"]["at"])
    every = Scope.of(ground.duties, table)
    meeting = linked(scope, table, body["reports"]["match"], at)
    back = Scope(ground.duties, scope.table, meeting.astype(np.int32), {})
    counts = record_scope(ground.duties, table, back).holds(body["reports"].get("where") or {})
    codes, words = every.words(body["class"])
    mine = np.isin(codes, [i for i, word in enumerate(words) if word == class_])
    stranger = ~np.isin(codes, [i for i, word in enumerate(words) if word in body["each"]])
    there = (meeting >= 0) & counts.yes & ~ground.duties.not_happened(table)

    def at_meeting(rows: Mask) -> Mask:
        return np.bincount(meeting[there & rows], minlength=n).astype(bool)

    excuse, unclear = _excuse(every, body)
    blank = at.state == BLANK
    first, last, row = np.full(n, _NEVER), np.full(n, _NEVER), np.full(n, -1, np.int32)
    dated = np.flatnonzero(there & mine & (at.state == OK))
    low, high = clock.bounds(at.day[dated], at.second[dated])
    np.maximum.at(first, meeting[dated], low)
    np.maximum.at(last, meeting[dated], high)
    strays = np.flatnonzero(there & stranger & (at.state == OK))
    stray_first = np.full(n, _FOREVER)
    np.minimum.at(stray_first, meeting[strays], clock.bounds(at.day[strays], at.second[strays])[0])
    order = np.lexsort((high, low))
    row[meeting[dated][order]] = dated[order]
    return Shared(
        at_meeting(mine),
        at_meeting(mine & blank & ~excuse & ~unclear),
        at_meeting(mine & blank & excuse) & ~at_meeting(mine & ~(blank & excuse)),
        at_meeting(mine & ((at.state > BLANK) | (blank & unclear))),
        at_meeting(stranger & ((at.state > BLANK) | (blank & (excuse | unclear))))
        | _astray(scope, table, body["reports"]["match"], (mine | stranger) & ~ground.duties.not_happened(table)),
        stray_first,
        first,
        last,
        row,
    )


def _due(meeting: When, chosen: Chosen) -> When:
    """The last moment at which sharing is in time."""
    day, second = np.full(len(meeting.day), NAT, np.int32), np.full(len(meeting.day), DAY_ONLY, np.int32)
    for place, length in enumerate(chosen.lengths):
        rows = np.flatnonzero((chosen.which == place) & meeting.known)
        day[rows] = clock.add(meeting.day[rows], length, -1)
        if length.unit == "hours":
            exact = rows[meeting.second[rows] != DAY_ONLY]
            begins, _ = clock.bounds(meeting.day[exact], meeting.second[exact])
            day[exact], second[exact] = clock.london(begins - length.number * 3600)
    return When(day, second, np.where(day == NAT, 1, 0).astype(np.uint8))


def _hold(meeting: When, chosen: Chosen, shared: Shared) -> tuple[Mask, Mask, npt.NDArray[np.int64]]:
    """(in time, late, how late in the limit's unit). Neither: it can't be told."""
    m = len(meeting.day)
    in_time, late, over = np.zeros(m, bool), np.zeros(m, bool), np.full(m, -1, np.int64)
    first, last = clock.bounds(meeting.day, meeting.second)
    for place, length in enumerate(chosen.lengths):
        mine = (chosen.which == place) & meeting.known & (shared.last > _NEVER)
        if length.unit == "hours":
            lead = length.number * 3600
            in_time |= mine & (first - shared.last >= lead)
            late |= mine & (last - shared.first < lead)
            over = np.where(mine & late, (lead - (last - shared.first) + 59) // 60, over)
        else:
            in_days, late_days, over_days = _by_days(meeting, length, shared, mine)
            in_time, late, over = in_time | in_days, late | late_days, np.where(late_days, over_days, over)
    return in_time, late, np.where(over > 0, over, -1)


def _by_days(meeting: When, length: Length, shared: Shared, mine: Mask) -> tuple[Mask, Mask, npt.NDArray[np.int32]]:
    due = clock.add(meeting.day, length, -1)
    latest, _ = clock.london(np.where(mine, shared.last, 0))
    over = clock.working_days_between(due, latest) if length.unit == "working days" else (latest - due).astype(np.int32)
    return mine & (due != NAT) & (latest <= due), mine & (due != NAT) & (latest > due), over


def _excuse(every: Scope, body: Mapping[str, Any]) -> tuple[Mask, Mask]:
    """Which reports give a reason for not being shared, and of which that can't be told."""
    if "excused" not in body:
        none = np.zeros(len(every.rows), bool)
        return none, none
    blank = every.blank(body["excused"])
    return ~blank.yes & ~blank.unknown, blank.unknown


def _astray(scope: Scope, table: str, link: str, there: Mask) -> Mask:
    """Meetings (n,) whose child has a report that names a meeting which is not in the export."""
    child = scope.cf.child(table)
    lost = (scope.cf.link(table, link) == LOST) & (child >= 0) & there
    return np.isin(scope.cf.child(scope.table), child[lost])
