"""`alone`: records of one child that can't stand at the same time don't (two plans of a kind, two open enquiries)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from auditcheck.checks import words
from auditcheck.checks.events import record_scope
from auditcheck.checks.ground import Ground, settle_population
from auditcheck.checks.scope import Scope
from auditcheck.checks.verdict import CANNOT_TELL, MET, NOT_MET, Observations, Verdict
from auditcheck.duties import NO_END
from auditcheck.rulebook.model import Rule
from auditcheck.values import BLANK, Mask, When, never

Rows = npt.NDArray[np.intp]
Days = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Periods:
    """When the records of a table stood: from ``start`` up to and without ``end``, days (n,).

    Where a date can't be read, ``start`` to ``end`` is the longest time that the record may have stood, ``late`` to ``soon`` the shortest.
    """

    start: Days
    late: Days
    soon: Days
    end: Days

    @classmethod
    def of(cls, starts: When, ends: When, through: bool) -> Periods:
        """Periods of dates as recorded; without an end they still stand. ``through``: the day of the end is counted too."""
        start = np.where(starts.known, starts.day, -NO_END).astype(np.int64)
        late = np.where(starts.known, starts.day, NO_END).astype(np.int64)
        end = np.where(ends.known, ends.day.astype(np.int64) + through, NO_END)
        soon = np.where(ends.known | (ends.state == BLANK), end, late)
        return cls(start, late, soon, end)

    def surely(self, rows: Rows, other: Periods, others: Rows) -> Mask:
        """Whether each pair stood on the same day, whatever the dates that can't be read are."""
        overlap: Mask = (self.late[rows] < other.soon[others]) & (other.late[others] < self.soon[rows])
        return overlap

    def maybe(self, rows: Rows, other: Periods, others: Rows) -> Mask:
        """Whether each pair may have."""
        overlap: Mask = (self.start[rows] < other.end[others]) & (other.start[others] < self.end[rows])
        return overlap


def observe(ground: Ground, rule: Rule) -> list[Observations]:
    """One observation a subject record; of two of the same population the later one is judged, ties by id."""
    body, cf = rule.body, ground.cf
    scope, inside = ground.population(rule)
    m = len(scope.rows)
    starts = scope.when(body["starts"])
    own = Periods.of(starts, scope.when(body["ends"]), "through" in body)
    others: Mapping[str, Any] | None = body.get("others")
    table = str(others["table"]) if others else rule.subject
    if others:
        there = record_scope(ground.duties, table, Scope(ground.duties, rule.subject, np.full(cf.n(table), -1, np.int32), {}))
        counts = there.holds(others.get("where") or {})
        their = Periods.of(there.when(others["starts"]), there.when(others["ends"]), "through" in others)
    else:
        counts, their = inside, own
    one, other = _pairs(cf.child(rule.subject), cf.child(table), (counts.yes | counts.unknown) & ~ground.duties.not_happened(table))
    if table == rule.subject:
        one, other = _later_of_each(ground, rule, one, other, own, bool(others))
    sure = own.surely(one, their, other) & counts.yes[other]
    maybe = own.maybe(one, their, other)
    verdict = Verdict.of(m)
    settle_population(verdict, inside, rule)
    name = words.thing(table)
    verdict.settle(starts.state == BLANK, CANNOT_TELL, f"Cannot tell: {words.plain(body['starts'])} is not recorded")
    verdict.settle(_at(m, one[sure]), NOT_MET, f"{name.capitalize()} of the same child stands at the same time")
    verdict.settle(_at(m, one[maybe]), CANNOT_TELL, f"Cannot tell: {name} of the same child may stand at the same time")
    hidden = ground.latest_only(table) | (own.start < ground.seen_from(table))
    verdict.settle(hidden, CANNOT_TELL, "Cannot tell: this export does not show the earlier records")
    verdict.settle(np.ones(m, bool), MET, "Nothing of the same child stands at the same time")
    event = _first(ground, table, one[sure], other[sure], their, m)
    return [
        ground.counted(
            Observations(
                rule,
                rule.subject,
                scope.rows,
                verdict,
                rule.subject,
                scope.rows,
                starts,
                never(m),
                never(m),
                np.full(m, -1, np.int32),
                exempt=ground.exemptions(rule, scope),
                event_table=table,
                event_rows=event,
            )
        )
    ]


def _pairs(child: npt.NDArray[np.int32], theirs: npt.NDArray[np.int32], counts: Mask) -> tuple[Rows, Rows]:
    """Every record beside every record of the same child that counts."""
    there = np.flatnonzero(counts & (theirs >= 0))
    there = there[np.argsort(theirs[there], kind="stable")]
    low, high = np.searchsorted(theirs[there], child), np.searchsorted(theirs[there], child, "right")
    count = np.where(child >= 0, high - low, 0)
    one = np.repeat(np.arange(len(child)), count)
    place = np.repeat(low - (np.cumsum(count) - count), count) + np.arange(count.sum())
    return one, there[place]


def _later_of_each(ground: Ground, rule: Rule, one: Rows, other: Rows, own: Periods, everyone: bool) -> tuple[Rows, Rows]:
    """Without a record beside itself; of one population only the pairs in which ``one`` began later, or may have, ties by record id."""
    keep = one != other
    if not everyone:
        name = np.argsort(np.asarray(pc.sort_indices(ground.cf.ids(rule.subject))))
        keep &= (own.late[one] > own.start[other]) | ((own.late[one] == own.start[other]) & (name[one] > name[other]))
    return one[keep], other[keep]


def _first(ground: Ground, table: str, one: Rows, other: Rows, their: Periods, m: int) -> npt.NDArray[np.int32]:
    """The record that began first among those that stand beside each (m,); -1 where none does."""
    event = np.full(m, -1, np.int32)
    name = np.argsort(np.asarray(pc.sort_indices(ground.cf.ids(table))))
    order = np.lexsort((name[other], their.start[other], one))[::-1]
    event[one[order]] = other[order]
    return event


def _at(m: int, rows: Rows) -> Mask:
    mask = np.zeros(m, bool)
    mask[rows] = True
    return mask
