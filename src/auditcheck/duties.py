"""How long a duty lasts: what is open at the as-of date, when a record's duties end, and the spells in which a child's case was open.

Open case (design): an unclosed referral that was not NFA, an open plan or an open care episode. A duty ends at the earliest of its record's
end, the child's death, 18th birthday, move out of the area, and the end of the child's last open spell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck import clock, contract
from auditcheck.casefile import CaseFile, Links
from auditcheck.raw import RawTable
from auditcheck.values import BLANK, OK, Mask, When

NO_END = 2**30
_INVOLVEMENTS = ("referrals", "plans", "care_episodes")
_OUTLAST = ("care_leavers", "private_fostering")
_WEIGHT = ("child_in_need", "child_protection", "?", "looked_after")
_UNCLEAR, _LOOKED_AFTER = 2, 3  # a plan whose kind can't be read may be a child protection plan; care outweighs both


@dataclass(frozen=True)
class End:
    """When the duties of each record end: ``day`` (n,) or `NO_END`; ``doubtful`` where a date that could end them can't be read."""

    day: npt.NDArray[np.int64]
    doubtful: Mask

    def take(self, rows: Links) -> End:
        """The ends at ``rows``; a negative row has no end."""
        if not len(self.day):
            return End(np.full(len(rows), NO_END, np.int64), np.zeros(len(rows), bool))
        at = np.maximum(rows, 0)
        return End(np.where(rows < 0, NO_END, self.day[at]), np.where(rows < 0, False, self.doubtful[at]))

    def sooner(self, other: End) -> End:
        """The earlier of two ends."""
        return End(np.minimum(self.day, other.day), self.doubtful | other.doubtful)


def _as_end(when: When, as_of: int) -> End:
    """A date as an end; one after the as-of date has not happened."""
    ended = when.known & (when.day <= as_of)
    return End(np.where(ended, when.day, NO_END).astype(np.int64), (when.state != OK) & (when.state != BLANK))


@dataclass
class Duties:
    """What was owed for how long, at one as-of day, for one `CaseFile`."""

    cf: CaseFile
    as_of: int
    _memory: dict[tuple[str, str], object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        add_cases(self.cf, self.as_of)

    def happened(self, table: str, name: str) -> When:
        """A date column as it stands at the as-of day: what is dated later has not happened, so it is blank; due dates may lie ahead."""
        when = self.cf.when(table, name)
        if name in contract.PLANNED:
            return when
        key = ("happened", f"{table}.{name}")
        if key not in self._memory:
            ahead = when.known & (when.day > self.as_of)
            day, second = np.where(ahead, clock.NAT, when.day), np.where(ahead, clock.DAY_ONLY, when.second)
            state = np.where(ahead, BLANK, when.state).astype(np.uint8)
            self._memory[key] = When(day.astype(np.int32), second.astype(np.int32), state) if ahead.any() else when
        return self._memory[key]  # type: ignore[return-value]

    def not_happened(self, table: str) -> Mask:
        """Records dated after the as-of date (n,)."""
        key = ("not happened", table)
        if key not in self._memory:
            self._memory[key] = self._not_happened(table)
        return self._memory[key]  # type: ignore[return-value]

    def _not_happened(self, table: str) -> Mask:
        name, cf = contract.HAPPENED.get(table), self.cf
        if not cf.has(table):
            return np.zeros(0, bool)
        if name is not None:
            when = cf.when(table, name)
            return when.known & (when.day > self.as_of)
        ahead = np.zeros(cf.n(table), bool)  # an undated record (a plan's action) has not happened before what it hangs on has
        for link in contract.PARENT_LINKS:
            about = contract.tables()[table].get(link)
            if about and about.refers_to in cf.tables and about.refers_to is not None:
                row = cf.link(table, link)
                there = row >= 0
                ahead[there] |= self.not_happened(about.refers_to)[row[there]]
        return ahead

    def own_end(self, table: str) -> End:
        """The end of the record itself, where its table has one, else of the record that it hangs on."""
        key = ("own", table)
        if key not in self._memory:
            self._memory[key] = self._own_end(table)
        return self._memory[key]  # type: ignore[return-value]

    def _own_end(self, table: str) -> End:
        n = self.cf.n(table)
        if table in contract.PERIODS:
            return _as_end(self.cf.when(table, contract.PERIODS[table][1]), self.as_of)
        end = End(np.full(n, NO_END, np.int64), np.zeros(n, bool))
        for name in contract.PARENT_LINKS:
            about = contract.tables()[table].get(name)
            if about and about.refers_to in self.cf.tables and about.refers_to is not None:
                end = end.sooner(self.own_end(about.refers_to).take(self.cf.link(table, name)))
        return end

    def child_end(self, table: str) -> End:
        """Death, 18th birthday (leaving care excepted) or leaving the area, whichever is first."""
        key = ("child", table)
        if key not in self._memory:
            n = self.cf.n("children")
            end = End(np.full(n, NO_END, np.int64), np.zeros(n, bool))
            for name in ("died_on", "left_area_on"):
                end = end.sooner(_as_end(self.cf.when("children", name), self.as_of))
            if table != "care_leavers":
                born = self.cf.when("children", "date_of_birth")
                adult = clock.add(born.day, clock.Length(18 * 12, "months"))
                end = end.sooner(End(np.where(adult != clock.NAT, adult, NO_END).astype(np.int64), born.state > BLANK))
            self._memory[key] = end.take(self.cf.child(table))
        return self._memory[key]  # type: ignore[return-value]

    def case_end(self, table: str) -> End:
        """The end of the child's last open involvement (n,): the day on which no referral, plan or care episode was open any more.

        What is owed outside those three (to a care leaver, to a privately fostered child) does not end with them.
        """
        if table in _OUTLAST:
            return End(np.full(self.cf.n(table), NO_END, np.int64), np.zeros(self.cf.n(table), bool))
        if ("case", "") not in self._memory:
            n = self.cf.n("children")
            last, unsure, still_open = np.full(n, -1, np.int64), np.zeros(n, bool), np.zeros(n, bool)
            for source in _INVOLVEMENTS:
                if self.cf.has(source):
                    child, counts, end = _involvements(self.cf, source, self.as_of)
                    known = counts & ~end.doubtful
                    np.maximum.at(last, child[known], end.day[known])
                    unsure[child[counts & end.doubtful]] = True
                    still_open[child[known & (end.day >= NO_END)]] = True
            none = still_open | unsure | (last < 0)
            self._memory["case", ""] = End(np.where(none, NO_END, last), unsure & ~still_open)
        return self._memory["case", ""].take(self.cf.child(table))  # type: ignore[attr-defined,no-any-return]

    def closing(self, table: str) -> npt.NDArray[np.int64]:
        """The day on which each record was over (its own end, its outcome, its authorisation), far in the past where none is recorded."""
        day = np.where(self.own_end(table).day < NO_END, self.own_end(table).day, -(2**30))
        for name in ("outcome_recorded_on", "authorised_on", "completed_on", contract.HAPPENED.get(table, "")):
            if name in contract.tables()[table]:
                when = self.happened(table, name)
                day = np.maximum(day, np.where(when.known, when.day, -(2**30)))
        return day

    def died(self, table: str) -> Mask:
        """Whether the record's child has died by the as-of date."""
        key = ("died", table)
        if key not in self._memory:
            when, child = self.cf.when("children", "died_on"), self.cf.child(table)
            dead = np.append(when.known & (when.day <= self.as_of), False)  # the last place is for records without a child
            self._memory[key] = dead[np.where(child >= 0, child, -1)]
        return self._memory[key]  # type: ignore[return-value]

    def is_open(self, table: str) -> Mask:
        """Standing: the record, what it hangs on and its child's case are open at the as-of date (n,)."""
        key = ("open", table)
        if key not in self._memory:
            still = (self.own_end(table).day > self.as_of) & (self.child_end(table).day > self.as_of)
            if table == "section_47_enquiries":
                recorded = self.cf.when(table, "outcome_recorded_on")
                still &= ~(recorded.known & (recorded.day <= self.as_of))
            if table == "referrals":
                refused = self.cf.codes(table, "no_further_action")
                still &= ~np.isin(refused.code, [i for i, word in enumerate(refused.words) if word == "yes"])
            self._memory[key] = still & (self.case_end(table).day > self.as_of)
        return self._memory[key]  # type: ignore[return-value]


def add_cases(cf: CaseFile, as_of: int) -> None:
    """Work out ``cases``: the unbroken spells in which a child was open, where any of the three tables says so."""
    sources = [name for name in _INVOLVEMENTS if cf.has(name)]
    if not sources:
        return
    child, start, end, weight, doubt = (np.concatenate(column) for column in zip(*(_spells(cf, n, as_of) for n in sources), strict=True))
    order = np.lexsort((end, start, child))
    child, start, end, weight, doubt = (column[order] for column in (child, start, end, weight, doubt))
    # One running maximum over all children: a later child's key is always larger, so it begins afresh with each child.
    key = (child.astype(np.int64) << 32) + end
    reached = np.maximum.accumulate(key) if len(key) else key
    begins = np.ones(len(child), bool)
    begins[1:] = (child[1:] != child[:-1]) | (start[1:] > (reached[:-1] - (child[:-1].astype(np.int64) << 32)))
    first = np.flatnonzero(begins)
    closed = np.maximum.reduceat(end, first) if len(first) else end
    sure = (end >= NO_END) & ~doubt  # one record that is surely open keeps the whole spell open
    unsure = np.logical_or.reduceat(doubt, first) & ~np.logical_or.reduceat(sure, first) if len(first) else doubt
    spell = np.cumsum(begins) - 1
    still = closed >= NO_END
    at_end = np.where(still[spell], end > as_of, end >= closed[spell]) if len(spell) else np.zeros(0, bool)
    heaviest = np.zeros(len(first), np.int64)
    np.maximum.at(heaviest, spell[at_end], weight[at_end])
    undated = _only_undated(cf, sources, as_of, child[first])
    more = np.zeros(len(undated), np.int64)
    cf.add(
        _cases_table(
            cf,
            np.concatenate([child[first], undated]),
            np.concatenate([start[first], more + clock.NAT]),
            np.concatenate([np.where(closed >= NO_END, clock.NAT, closed), more + clock.NAT]),
            np.concatenate([unsure, more == 0]),
            np.concatenate([heaviest, more + _UNCLEAR]),
        )
    )


def _only_undated(cf: CaseFile, sources: list[str], as_of: int, dated: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Children whose every involvement has a start that can't be read: they have a case, but nobody knows from when."""
    found = []
    for table in sources:
        child, counts, _ = _involvements(cf, table, as_of)
        found.append(child[counts & ~cf.when(table, contract.PERIODS[table][0]).known])
    every = np.unique(np.concatenate(found)).astype(np.int64)
    return every[~np.isin(every, dated)]


def _involvements(cf: CaseFile, table: str, as_of: int) -> tuple[Links, Mask, End]:
    """(child, which records make a case open, their ends) of one table; a referral that was NFA makes none, a future record not yet."""
    start, end = (cf.when(table, name) for name in contract.PERIODS[table])
    child = cf.child(table)
    counts = ~(start.known & (start.day > as_of)) & (child >= 0)  # an undated plan that has not ended keeps the case open too
    if table == "referrals":
        refused = cf.codes(table, "no_further_action")
        counts &= ~np.isin(refused.code, [i for i, word in enumerate(refused.words) if word == "yes"])
    return child, counts, _as_end(end, as_of)


def _spells(cf: CaseFile, table: str, as_of: int) -> tuple[npt.NDArray[Any], ...]:
    """(child, start, end, weight, end unreadable) of the records of one table that make a case open."""
    start = cf.when(table, contract.PERIODS[table][0])
    child, counts, closes = _involvements(cf, table, as_of)
    counts &= start.known
    weight = np.full(len(child), _LOOKED_AFTER if table == "care_episodes" else 0, np.int64)
    if table == "plans":
        kind = cf.codes(table, "kind")
        weight[np.isin(kind.code, [i for i, word in enumerate(kind.words) if word == "child_protection"])] = 1
        listed = contract.tables()[table]["kind"].codes
        weight[np.isin(kind.code, [i for i, word in enumerate(kind.words) if word and word not in listed])] = _UNCLEAR
    last = np.maximum(closes.day, start.day)
    return tuple(column[counts] for column in (child.astype(np.int64), start.day.astype(np.int64), last, weight, closes.doubtful))


def day_texts(days: npt.NDArray[np.int64]) -> pa.Array:
    """Day numbers as ``YYYY-MM-DD`` text, NAT as blank."""
    text = np.datetime_as_string(np.where(days == clock.NAT, 0, days).astype("datetime64[D]"))
    return pc.if_else(pa.array(days == clock.NAT), pa.scalar(""), pa.array(text, pa.string()))


def _cases_table(
    cf: CaseFile,
    child: npt.NDArray[np.int64],
    opened: npt.NDArray[np.int64],
    closed: npt.NDArray[np.int64],
    unsure: Mask,
    heaviest: npt.NDArray[np.int64],
) -> RawTable:
    ids = cf.ids("children").take(pa.array(child))
    opened_on, closed_on = day_texts(opened), day_texts(closed)
    opened_on = pc.if_else(pc.equal(opened_on, ""), pa.scalar("?"), opened_on)
    closed_on = pc.if_else(pa.array(unsure & (closed == clock.NAT)), pa.scalar("?"), closed_on)
    names = pc.binary_join_element_wise(pa.array(["cases"] * len(child), pa.string()), ids, opened_on, ":")
    kind = pa.array([_WEIGHT[w] for w in heaviest], pa.string())
    columns = {"case_id": names, "child_id": ids, "opened_on": opened_on, "closed_on": closed_on, "kind": kind}
    return RawTable("cases", columns, "cases (worked out)")
