"""Records of another table, matched to the subjects of a rule and put in order of time.

A record belongs to the subject that its link names, or, where the link is blank, to the child's subject in whose period it falls.
Records that may or may not count (unreadable date, unknown condition, a link that leads nowhere) are *doubtful*: they satisfy nothing,
but what they could have satisfied is not a breach.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from auditcheck import contract
from auditcheck.casefile import LOST, NONE
from auditcheck.checks.scope import Answer, Scope, in_order
from auditcheck.duties import NO_END, Duties
from auditcheck.values import BLANK, OK, Mask, When, never

Keys = npt.NDArray[np.int64]
_DAYS, _SHIFT = 2**19, 20
ANY_DAY = -_DAYS


@dataclass(frozen=True)
class Events:
    """Events in order of (key, day): ``rows`` in their table.

    A key is the subject's row, or its child where all of the child's records count.
    """

    table: str
    rows: npt.NDArray[np.intp]
    keys: Keys
    days: npt.NDArray[np.int32]
    packed: Keys
    doubtful: Keys  # packed (key, day), sorted; ANY_DAY where the day itself can't be read
    by_child: bool

    def first_from(self, keys: Keys, days: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.intp]:
        """Place of the first event of each key on or after each day; -1 where there is none."""
        place = np.searchsorted(self.packed, pack(keys, days))
        found = place < len(self.packed)
        found[found] = self.keys[place[found]] == keys[found]
        return np.where(found, place, -1)

    def last_by(self, keys: Keys, days: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.intp]:
        """Place of the last event of each key on or before each day; -1 where there is none."""
        place = np.searchsorted(self.packed, pack(keys, days), side="right") - 1
        found = place >= 0
        found[found] = self.keys[place[found]] == keys[found]
        return np.where(found, place, -1)

    def any_doubt(self, keys: Keys, start: npt.NDArray[np.integer[Any]], end: npt.NDArray[np.integer[Any]]) -> Mask:
        """Whether a doubtful record of the key may lie from ``start`` to ``end``, both included."""
        return self.doubts(keys, start, end) > 0

    def doubts(self, keys: Keys, start: npt.NDArray[np.integer[Any]], end: npt.NDArray[np.integer[Any]]) -> npt.NDArray[np.int64]:
        """How many doubtful records of the key may lie from ``start`` to ``end``, both included."""
        if not len(self.doubtful):
            return np.zeros(len(keys), np.int64)
        between = np.searchsorted(self.doubtful, pack(keys, end), "right") - np.searchsorted(self.doubtful, pack(keys, start))
        anywhen = pack(keys, np.full(len(keys), ANY_DAY))
        undated = np.searchsorted(self.doubtful, anywhen, "right") - np.searchsorted(self.doubtful, anywhen)
        found: npt.NDArray[np.int64] = np.where(end >= start, between, 0) + undated
        return found

    def when(self, duties: Duties, source: Mapping[str, Any], places: npt.NDArray[np.intp]) -> When:
        """The moments of the events at ``places`` (-1: none)."""
        if not duties.cf.has(self.table):
            return never(len(places))
        return duties.cf.when(self.table, source["at"]).take(self.row_of(places))

    def row_of(self, places: npt.NDArray[np.intp]) -> npt.NDArray[np.int32]:
        """The rows of the events at ``places`` (-1: none)."""
        if not len(self.rows):
            return np.full(len(places), -1, np.int32)
        return np.where(places < 0, -1, self.rows[np.maximum(places, 0)]).astype(np.int32)


def record_scope(duties: Duties, table: str, subject: Scope) -> Scope:
    """The records of another table as a rule's `where` looks at them: a yes/no that is not recorded may be either."""
    rows = np.arange(duties.cf.n(table), dtype=np.int32)
    return Scope(duties, table, rows, {"subject": subject}, blank_may_be_yes=True)


def pack(keys: npt.NDArray[np.integer[Any]], days: npt.NDArray[np.integer[Any]]) -> Keys:
    """(key, day) as one number that sorts as the pair does; days are clamped far outside the calendar."""
    clamped = np.clip(days.astype(np.int64), ANY_DAY, _DAYS - 1)
    return (keys.astype(np.int64) << _SHIFT) + clamped + _DAYS


def subject_keys(duties: Duties, table: str, by_child: bool) -> Keys:
    """The key of every record of the subject's table."""
    return (duties.cf.child(table) if by_child else np.arange(duties.cf.n(table))).astype(np.int64)


def events_of(subject: Scope, source: Mapping[str, Any]) -> Events:
    """The events that ``{table:, at:, match:, where:}`` means for the subjects of a rule."""
    duties, cf, table = subject.duties, subject.cf, source["table"]
    by_child = source["match"] == "child_id"
    if not cf.has(table):
        none = np.zeros(0, np.int64)
        return Events(table, none, none, none.astype(np.int32), none, none, by_child)
    at = cf.when(table, source["at"])
    key = cf.child(table).astype(np.int64) if by_child else linked(subject, table, source["match"], at)
    # What names no subject may be of any of the child's: nothing is known of its subject.
    whose = np.full(len(key), -1) if by_child else np.where(key < 0, LOST, key)
    back = Scope(duties, subject.table, whose.astype(np.int32), {})
    counts = record_scope(duties, table, back).holds(source.get("where") or {})
    undated = (at.state == BLANK) & (source.get("blank_at") == "doubtful")
    there = (key >= 0) & ~duties.not_happened(table) & ((at.state != BLANK) | undated) & ~(at.known & (at.day > duties.as_of))
    rows = np.flatnonzero(there & counts.yes & (at.state == OK))
    order = in_order(cf, table, rows, pack(key[rows], at.day[rows]), at.second[rows])
    rows = rows[order]
    unsure = np.flatnonzero(there & (counts.yes | counts.unknown) & (counts.unknown | (at.state != OK)))
    doubtful = pack(key[unsure], np.where(at.state[unsure] == OK, at.day[unsure], ANY_DAY))
    if not by_child:
        doubtful = np.concatenate([doubtful, _anywhere(subject, table, source["match"], at, counts, (at.state != BLANK) | undated)])
    packed = pack(key[rows], at.day[rows])
    return Events(table, rows, key[rows], at.day[rows], packed, np.sort(doubtful), by_child)


def _anywhere(subject: Scope, table: str, link: str, at: When, counts: Answer, happened: Mask) -> Keys:
    """Records that may belong to any subject record of their child: they name one that is not in the export (on their own day), or name
    none and no day either (on any day)."""
    cf, child = subject.cf, subject.cf.child(table)
    there = (child >= 0) & ~subject.duties.not_happened(table) & (counts.yes | counts.unknown) & happened
    lost = there & (cf.link(table, link) == LOST)
    placeless = there & (cf.link(table, link) == NONE) & ~at.known & _has_periods(subject.table)
    rows = np.flatnonzero(lost | placeless)
    if not len(rows):
        return np.zeros(0, np.int64)
    owner = cf.child(subject.table)
    mine = np.flatnonzero(subject.population if subject.population is not None else owner >= 0)
    mine = mine[np.argsort(owner[mine], kind="stable")]
    low, high = (np.searchsorted(owner[mine], child[rows], side) for side in ("left", "right"))
    count = high - low
    picked = mine[np.repeat(low - (np.cumsum(count) - count), count) + np.arange(count.sum())]
    return pack(picked, np.repeat(np.where(at.known[rows], at.day[rows], ANY_DAY), count))


def may_belong(subject: Scope, table: str, link: str) -> Mask:
    """Subject records (n,) whose child has a record of ``table`` that names no subject, or one that is not in the export."""
    cf = subject.cf
    result = np.zeros(cf.n(subject.table), bool)
    if link == "child_id" or not cf.has(table):
        return result
    child = cf.child(table)
    astray = (cf.link(table, link) < 0) & (child >= 0) & ~subject.duties.not_happened(table)
    if astray.any():
        result = np.isin(cf.child(subject.table), child[astray])
    return result


def _has_periods(table: str) -> bool:
    return table in contract.PERIODS or table in contract.STARTS


def linked(subject: Scope, table: str, link: str, at: When) -> Keys:
    """The subject of every record: by its link, else by child and period."""
    cf = subject.cf
    found = cf.link(table, link).astype(np.int64)
    lost = (found == NONE) & (cf.child(table) >= 0)
    if lost.any() and "child_id" in contract.tables()[table]:
        rows = np.flatnonzero(lost)
        found[rows] = in_period(subject, cf.child(table)[rows], at.day[rows], at.known[rows])
    return found


def in_period(subject: Scope, child: npt.NDArray[np.int32], day: npt.NDArray[np.int32], known: Mask) -> Keys:
    """The child's subject record that started last on or before the day and had not ended before it; -1 where there is none."""
    cf, table = subject.cf, subject.table
    start_name, end_name = contract.PERIODS.get(table) or (contract.STARTS.get(table, ""), "")
    if not start_name:
        return np.full(len(child), -1, np.int64)
    start, owner = cf.when(table, start_name), cf.child(table)
    rows = np.flatnonzero(start.known & (owner >= 0) & (subject.population if subject.population is not None else True))
    rows = rows[in_order(cf, table, rows, pack(owner[rows], start.day[rows]))]
    if not len(rows):
        return np.full(len(child), -1, np.int64)
    ended = _ends(subject, end_name)
    place = np.searchsorted(pack(owner[rows], start.day[rows]), pack(child, day), side="right") - 1
    result = np.full(len(child), -1, np.int64)
    while (place >= 0).any():  # step back over records that had already ended; a child has few
        at = np.maximum(place, 0)
        same = known & (place >= 0) & (owner[rows[at]] == child)
        fits = same & (ended[rows[at]] >= day) & (result < 0)
        result[fits] = rows[at[fits]]
        place = np.where(same & (result < 0), place - 1, -1)
    return result


def _ends(subject: Scope, end_name: str) -> Keys:
    if not end_name:
        return np.full(subject.cf.n(subject.table), NO_END, np.int64)
    end = subject.cf.when(subject.table, end_name)
    return np.where(end.known, end.day, NO_END).astype(np.int64)
