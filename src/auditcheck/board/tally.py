"""Counts of observations by rule, outcome and group of children: the raw figures that everything else in the book is added up from.

Column-wise, a batch at a time, so that a file of many millions of rows is counted in the memory of one batch.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.board.groups import NO_CHILD, Groups
from auditcheck.board.periods import Period
from auditcheck.checks.verdict import CANNOT_TELL, JUSTIFIED, MET, NOT_APPLICABLE, NOT_MET, OUTCOMES

Counts = npt.NDArray[np.int64]
Days = npt.NDArray[np.int64]

#: The columns that are read.
READ = ("rule_id", "outcome", "child_id", "trigger_at", "due_at", "happened_at", "standing")
#: Kinds of check that judge something that falls on a day. All others judge what is on record.
EVENT_KINDS = ("within", "recurs", "before", "includes", "compares")
#: Which day puts an observation in a month, in the words that measures have for it.
DUE, HAPPENED, STARTED = "due", "happened", "started"
_DAYS = {DUE: ("due_at", "trigger_at"), HAPPENED: ("happened_at",), STARTED: ("trigger_at",)}


@dataclass(frozen=True)
class Number:
    """What was counted of some observations. ``children``: how many different children are behind the met and the others."""

    met: int = 0
    justified: int = 0
    not_met: int = 0
    unknown: int = 0
    children_met: int = 0
    children_not: int = 0

    @property
    def known(self) -> int:
        return self.met + self.justified + self.not_met


@dataclass
class Tally:
    """Counts of one period. ``by[key]``: (rules, groups, outcomes); ``behind``: (rules, children) who has one that is met, or is not.

    ``undated``: events that no period holds: they bear no day, and their record is closed.
    """

    rules: tuple[str, ...]
    breakdowns: Mapping[str, Groups]
    by: dict[str, Counts]
    behind: dict[bool, npt.NDArray[np.bool_]]
    undated: int = 0
    _place: dict[str, int] = field(default_factory=dict)

    @classmethod
    def empty(cls, rules: Sequence[str], breakdowns: Sequence[Groups], children: int) -> Tally:
        by = {one.key: np.zeros((len(rules), len(one.names) + 1, len(OUTCOMES)), np.int64) for one in breakdowns}
        behind = {met: np.zeros((len(rules), children), bool) for met in (True, False)}
        return cls(tuple(rules), {one.key: one for one in breakdowns}, by, behind, 0, {rule: i for i, rule in enumerate(rules)})

    def of(self, rules: Iterable[str], key: str = "", groups: Sequence[int] | None = None) -> Number:
        """What was counted of some rules, of all children or of some groups of a breakdown."""
        rows = [self._place[rule] for rule in rules if rule in self._place]
        counts = self.by[key or next(iter(self.by))][rows].sum(axis=0)
        total = (counts if groups is None else counts[list(groups)]).sum(axis=0)
        behind = {which: np.asarray(some[rows].any(axis=0)) for which, some in self.behind.items()}
        if groups is not None:
            here = np.isin(self.breakdowns[key].code, list(groups))
            behind = {which: some & here for which, some in behind.items()}
        told = {o: int(total[o]) for o in (MET, JUSTIFIED, NOT_MET, CANNOT_TELL)}
        return Number(told[MET], told[JUSTIFIED], told[NOT_MET], told[CANNOT_TELL], int(behind[True].sum()), int(behind[False].sum()))

    def names(self, key: str) -> list[str]:
        """The groups of a breakdown, and last what is not about one child."""
        return [*self.breakdowns[key].names, NO_CHILD]


def tally(
    batches: Iterable[pa.Table],
    children: pa.Array,
    breakdowns: Sequence[Groups],
    rules: Sequence[str],
    events: Collection[str],
    period: Period,
) -> Tally:
    """Count what the rules say of a period.

    ``events``: the rules that judge what happens (`EVENT_KINDS`). Theirs are counted by the day on which something was due, else the one
    from which its time runs; without either they count where the record is open. All others say what is on record: of theirs, those of
    records open on the day of the run are counted, whatever the period.
    """
    found = Tally.empty(rules, breakdowns, len(children))
    happens = np.array([rule in set(events) for rule in rules], bool)
    for batch in batches:
        _count(found, batch, children, happens, period)
    return found


def _count(found: Tally, batch: pa.Table, children: pa.Array, happens: npt.NDArray[np.bool_], period: Period) -> None:
    outcome, rule = _places(batch["outcome"], pa.array(OUTCOMES)), _places(batch["rule_id"], pa.array(found.rules, pa.string()))
    day = pc.coalesce(batch["due_at"], batch["trigger_at"])
    dated, inside, still = (_true(where) for where in (pc.is_valid(day), within(day, period), pc.equal(batch["standing"], "open")))
    counts = (rule >= 0) & (outcome != NOT_APPLICABLE)
    event = happens[rule]
    found.undated += int((counts & event & ~dated & ~still).sum())
    chosen = np.flatnonzero(counts & np.where(event & dated, inside, still))
    rule, outcome = rule[chosen], outcome[chosen]
    child = _places(batch["child_id"].take(pa.array(chosen)), children)
    for key, held in found.by.items():
        group = np.append(found.breakdowns[key].code, held.shape[1] - 1)[child]
        flat = (rule * held.shape[1] + group) * held.shape[2] + outcome
        held += np.bincount(flat, minlength=held.size).reshape(held.shape)
    for met, told in ((True, outcome == MET), (False, (outcome == NOT_MET) | (outcome == JUSTIFIED))):
        who = told & (child >= 0)
        found.behind[met][rule[who], child[who]] = True


def within(days: pa.ChunkedArray, period: Period) -> pa.ChunkedArray:
    """Whether each moment, as text, lies in the period; null where there is none."""
    # Text sorts as its days do; 'T' and what follows come after the bare day.
    after = period.last.isoformat() + "U"
    return pc.and_(pc.greater_equal(days, period.first.isoformat()), pc.less(days, after))


@dataclass(frozen=True)
class Month:
    """What fell in one month, or quarter."""

    period: Period
    met: int
    justified: int
    known: int
    unknown: int


def monthly(
    batches: Iterable[pa.Table], wanted: Mapping[str, tuple[Sequence[str], str]], months: Sequence[Period]
) -> dict[str, list[Month]]:
    """For each measure (id: its rules and which day counts) what fell in each month, oldest first."""
    counts = {name: np.zeros((len(months), len(OUTCOMES)), np.int64) for name in wanted}
    names = pa.array([month.first.isoformat()[:7] for month in months], pa.string())
    every = pa.array(sorted({rule for rules, _ in wanted.values() for rule in rules}), pa.string())
    for batch in batches:
        some = batch.filter(pc.is_in(batch["rule_id"], value_set=every))
        rule, outcome = _places(some["rule_id"], every), _places(some["outcome"], pa.array(OUTCOMES))
        days = {by: pc.coalesce(*(some[column] for column in columns)) for by, columns in _DAYS.items()}
        month = {by: _places(pc.utf8_slice_codeunits(day, 0, 7), names) for by, day in days.items()}
        for name, (rules, by) in wanted.items():
            own = np.isin(rule, np.asarray(pc.index_in(pa.array(rules, pa.string()), value_set=every)))
            here = own & (month[by] >= 0)
            flat = month[by][here] * len(OUTCOMES) + outcome[here]
            counts[name] += np.bincount(flat, minlength=counts[name].size).reshape(counts[name].shape)
    told = [MET, JUSTIFIED, NOT_MET]
    return {
        name: [
            Month(month, int(row[MET]), int(row[JUSTIFIED]), int(row[told].sum()), int(row[CANNOT_TELL]))
            for month, row in zip(months, counts[name], strict=True)
        ]
        for name in wanted
    }


def _places(column: pa.ChunkedArray, of: pa.Array) -> npt.NDArray[np.int64]:
    """The place of each value, -1 where it is none of them."""
    found: npt.NDArray[np.int64] = pc.fill_null(pc.index_in(column, value_set=of), -1).to_numpy().astype(np.int64)
    return found


def _true(where: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.fill_null(where, False).to_numpy()
    return found
