"""Counts of observations by rule, outcome and group of children: the raw figures that everything else in the book is added up from.

Column-wise, a batch at a time, so that a file of many millions of rows is counted in the memory of one batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.board.groups import NO_CHILD, Groups
from auditcheck.board.periods import Period
from auditcheck.checks.verdict import CANNOT_TELL, JUSTIFIED, MET, NOT_APPLICABLE, NOT_MET, NOT_YET_DUE, OUTCOMES

Counts = npt.NDArray[np.int64]
Days = npt.NDArray[np.int64]

#: The columns that are read.
READ = ("rule_id", "outcome", "child_id", "trigger_at", "due_at", "happened_at", "standing")
#: Which day puts an observation in a period or a month; measures have the same words.
DUE, HAPPENED, STARTED = "due", "happened", "started"
_DAY = {DUE: "due_at", HAPPENED: "happened_at", STARTED: "trigger_at"}


@dataclass(frozen=True)
class Number:
    """What was counted of some observations. ``children``: how many different children are behind the met and the others."""

    met: int = 0
    justified: int = 0
    not_met: int = 0
    not_yet_due: int = 0
    unknown: int = 0
    children_met: int = 0
    children_not: int = 0

    @property
    def known(self) -> int:
        return self.met + self.justified + self.not_met


@dataclass
class Tally:
    """Counts of one period. ``by[key]``: (rules, groups, outcomes); ``behind``: (rules, children) who has one that is met, or is not.

    ``undated``: observations that no period holds, as neither they nor the as-of day says when they were.
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

    def of(self, rules: Iterable[str], key: str = "", group: int | None = None) -> Number:
        """What was counted of some rules, of all children or of one group of a breakdown."""
        rows = [self._place[rule] for rule in rules if rule in self._place]
        counts = self.by[key or next(iter(self.by))][rows]
        total = counts.sum(axis=(0, 1)) if group is None else counts[:, group].sum(axis=0)
        one = np.ones(self.behind[True].shape[1], bool) if group is None else self.breakdowns[key].code == group
        met, others = (int((self.behind[which][rows].any(axis=0) & one).sum()) for which in (True, False))
        return Number(*(int(total[o]) for o in (MET, JUSTIFIED, NOT_MET, NOT_YET_DUE, CANNOT_TELL)), met, others)

    def names(self, key: str) -> list[str]:
        """The groups of a breakdown, and last what is not about one child."""
        return [*self.breakdowns[key].names, NO_CHILD]


def tally(
    batches: Iterable[pa.Table], children: pa.Array, breakdowns: Sequence[Groups], rules: Sequence[str], period: Period, as_of_inside: bool
) -> Tally:
    """Count the observations of a period.

    An observation's day is the day on which it was due, else the one from which its time runs, else the one on which it happened. One that
    has no day speaks of the as-of day where its record is open (``as_of_inside``: whether that day lies in the period), else of no period.
    """
    found = Tally.empty(rules, breakdowns, len(children))
    for batch in batches:
        _count(found, batch, children, period, as_of_inside)
    return found


def _count(found: Tally, batch: pa.Table, children: pa.Array, period: Period, as_of_inside: bool) -> None:
    outcome = _places(batch["outcome"], pa.array(OUTCOMES))
    day = pc.coalesce(batch["due_at"], batch["trigger_at"], batch["happened_at"])
    dated = _true(pc.is_valid(day))
    inside = dated & _true(within(day, period))
    still = ~dated & _true(pc.equal(batch["standing"], "open"))
    counts = outcome != NOT_APPLICABLE
    found.undated += int((counts & ~dated & ~still).sum())
    chosen = np.flatnonzero(counts & ((inside | still) if as_of_inside else inside))
    taken = batch.select(["rule_id", "child_id"]).take(pa.array(chosen))
    rule, child = _places(taken["rule_id"], pa.array(found.rules)), _places(taken["child_id"], children)
    kept = rule >= 0
    rule, child, outcome = rule[kept], child[kept], outcome[chosen][kept]
    for key, held in found.by.items():
        group = np.append(found.breakdowns[key].code, held.shape[1] - 1)[child]
        flat = (rule.astype(np.int64) * held.shape[1] + group) * held.shape[2] + outcome
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
    known: int
    unknown: int
    children_met: int
    children_not: int


def monthly(
    batches: Iterable[pa.Table], children: pa.Array, wanted: Mapping[str, tuple[Sequence[str], str]], months: Sequence[Period]
) -> dict[str, list[Month]]:
    """For each measure (id: its rules and which day counts) what fell in each month, oldest first."""
    shape = len(months), len(children)
    known = {name: np.zeros((len(months), len(OUTCOMES)), np.int64) for name in wanted}
    behind = {(name, met): np.zeros(shape, bool) for name in wanted for met in (True, False)}
    names = pa.array([month.first.isoformat()[:7] for month in months], pa.string())
    for batch in batches:
        rules = {rule for some, _ in wanted.values() for rule in some}
        some = batch.filter(pc.is_in(batch["rule_id"], value_set=pa.array(sorted(rules), pa.string())))
        outcome, child = _places(some["outcome"], pa.array(OUTCOMES)), _places(some["child_id"], children)
        month = {
            by: _places(pc.utf8_slice_codeunits(some[column], 0, 7), names) for by, column in _DAY.items() if by in {b for _, b in wanted.values()}
        }
        for name, (own, by) in wanted.items():
            here = _true(pc.is_in(some["rule_id"], value_set=pa.array(list(own), pa.string()))) & (month[by] >= 0)
            at, what, who = month[by][here], outcome[here], child[here]
            known[name] += np.bincount(at * len(OUTCOMES) + what, minlength=known[name].size).reshape(known[name].shape)
            for met, told in ((True, what == MET), (False, (what == NOT_MET) | (what == JUSTIFIED))):
                told &= who >= 0
                behind[name, met][at[told], who[told]] = True
    return {
        name: [
            Month(
                month,
                int(known[name][i, MET]),
                int(known[name][i, [MET, JUSTIFIED, NOT_MET]].sum()),
                int(known[name][i, CANNOT_TELL]),
                int(behind[name, True][i].sum()),
                int(behind[name, False][i].sum()),
            )
            for i, month in enumerate(months)
        ]
        for name in wanted
    }


def _places(column: pa.ChunkedArray, of: pa.Array) -> npt.NDArray[np.int64]:
    """The place of each value, -1 where it is none of them."""
    found = pc.fill_null(pc.index_in(column, value_set=of), -1)
    return found.to_numpy().astype(np.int64)


def _true(where: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.fill_null(where, False).to_numpy(zero_copy_only=False), bool) if isinstance(where, pa.Array) else _true(where.combine_chunks())
