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

from auditcheck.board.coded import DUE, Batch, first_of
from auditcheck.board.groups import NO_CHILD, Groups
from auditcheck.board.periods import Period
from auditcheck.checks.verdict import CANNOT_TELL, JUSTIFIED, MET, NOT_MET, OUTCOMES

Counts = npt.NDArray[np.int64]

#: Kinds of check that judge something that falls on a day. All others judge what is on record.
EVENT_KINDS = ("within", "recurs", "before", "includes", "compares")


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


def total(numbers: Iterable[Number]) -> Number:
    """What several hold together; no child may be behind two of them."""
    some = list(numbers)
    return Number(*(sum(getattr(one, name) for one in some) for name in Number.__dataclass_fields__))


@dataclass
class Tally:
    """Counts of one period. ``by[key]``: (rules, groups, outcomes); ``behind``: (rules, children) who has one that is met, or is not.

    ``events``: the rules that judge what happens (`EVENT_KINDS`). Theirs are counted by the day on which something was due, else the one
    from which its time runs; without either they count where the record is open. All others say what is on record: of theirs, those of
    records open on the day of the run are counted, whatever the period. ``by_day``: another day that puts an event in the period; what does
    not bear it then is in no figure.
    ``undated``: events that no period holds: they bear no day, and their record is closed.
    """

    rules: tuple[str, ...]
    events: frozenset[str]
    period: Period
    breakdowns: Mapping[str, Groups]
    by: dict[str, Counts]
    behind: dict[bool, npt.NDArray[np.bool_]]
    by_day: str = DUE
    undated: int = 0
    _counted: dict[tuple[tuple[str, ...], str], tuple[Counts, Counts, Counts]] = field(default_factory=dict)

    @classmethod
    def empty(
        cls, rules: Sequence[str], events: Collection[str], period: Period, breakdowns: Sequence[Groups], children: int, by_day: str = DUE
    ) -> Tally:
        by = {one.key: np.zeros((len(rules), len(one.names) + 1, len(OUTCOMES)), np.int64) for one in breakdowns}
        behind = {met: np.zeros((len(rules), children), bool) for met in (True, False)}
        return cls(tuple(rules), frozenset(events), period, {one.key: one for one in breakdowns}, by, behind, by_day)

    def add(self, batch: Batch) -> None:
        """Count what the rules say of the period."""
        rule = batch.rule.among(pa.array(self.rules, pa.string()))
        event = np.array([*(name in self.events for name in self.rules), False])[rule]
        days = batch.days(self.by_day)
        dated = np.logical_or.reduce([day.code >= 0 for day in days])
        inside = first_of(days, lambda moments: within(moments, self.period))
        self.undated += int((event & ~dated & ~batch.is_open).sum())
        chosen = np.flatnonzero((rule >= 0) & np.where(event & dated, inside, batch.is_open & (~event | (self.by_day == DUE))))
        rule, outcome, child = rule[chosen].astype(np.int64), batch.outcome[chosen], batch.child[chosen]
        for key, held in self.by.items():
            group = np.append(self.breakdowns[key].code, held.shape[1] - 1)[child]
            flat = (rule * held.shape[1] + group) * held.shape[2] + outcome
            held += np.bincount(flat, minlength=held.size).reshape(held.shape)
        for met, told in ((True, outcome == MET), (False, (outcome == NOT_MET) | (outcome == JUSTIFIED))):
            who = told & (child >= 0)
            self.behind[met][rule[who], child[who]] = True

    def of(self, rules: Iterable[str], key: str = "", groups: Iterable[int] | None = None) -> Number:
        """What was counted of some rules, of all children or of some groups of a breakdown."""
        key = key or next(iter(self.by))
        counts, met, others = self._by_group(tuple(sorted(rules)), key)
        some = list(range(len(counts)) if groups is None else groups)
        total = counts[some].sum(axis=0)
        told = {outcome: int(total[outcome]) for outcome in (MET, JUSTIFIED, NOT_MET, CANNOT_TELL)}
        behind = int(met[some].sum()), int(others[some].sum())
        return Number(told[MET], told[JUSTIFIED], told[NOT_MET], told[CANNOT_TELL], *behind)

    def _by_group(self, rules: tuple[str, ...], key: str) -> tuple[Counts, Counts, Counts]:
        """Of some rules, for each group what was counted, and how many different children are behind the met and the others."""
        if (rules, key) not in self._counted:
            rows = [place for place, rule in enumerate(self.rules) if rule in rules]
            counts: Counts = self.by[key][rows].sum(axis=0)
            code, n = self.breakdowns[key].code, len(counts)
            met, others = (np.bincount(code[self.behind[which][rows].any(axis=0)], minlength=n) for which in (True, False))
            self._counted[rules, key] = counts, met, others
        return self._counted[rules, key]

    def names(self, key: str) -> list[str]:
        """The groups of a breakdown, and last what is not about one child."""
        return [*self.breakdowns[key].names, NO_CHILD]


def within(days: pa.Array | pa.ChunkedArray, period: Period) -> npt.NDArray[np.bool_]:
    """Whether each moment, as text, lies in the period; False where there is none."""
    # Text sorts as its days do; 'T' and what follows come after the bare day.
    after = period.last.isoformat() + "U"
    inside = pc.and_(pc.greater_equal(days, period.first.isoformat()), pc.less(days, after))
    found: npt.NDArray[np.bool_] = pc.fill_null(inside, False).to_numpy(zero_copy_only=False)
    return found


def by_agency(taking_part: pa.Table, period: Period) -> dict[str, dict[str, Number]]:
    """Of each thing in taking_part.parquet, what was counted in a period for each agency."""
    inside = taking_part.filter(within(taking_part["day"], period))
    grouped = inside.group_by(["what", "who", "outcome"]).aggregate([("child_id", "count_distinct"), ("outcome", "count")])
    found: dict[str, dict[str, dict[str, tuple[int, int]]]] = {}
    for row in grouped.to_pylist():  # a row an agency and outcome: some dozens
        found.setdefault(row["what"], {}).setdefault(row["who"], {})[row["outcome"]] = row["outcome_count"], row["child_id_count_distinct"]
    return {what: {who: _of_outcomes(counts) for who, counts in several.items()} for what, several in found.items()}


def _of_outcomes(counts: Mapping[str, tuple[int, int]]) -> Number:
    met, not_met, unknown = (counts.get(OUTCOMES[outcome], (0, 0)) for outcome in (MET, NOT_MET, CANNOT_TELL))
    return Number(met[0], 0, not_met[0], unknown[0], met[1], not_met[1])
