"""Counts of observations by rule, outcome and group of children: the raw figures that everything else in the book is added up from.

Column-wise, a batch at a time, so that a file of many millions of rows is counted in the memory of one batch.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.board.groups import NO_CHILD, Groups
from auditcheck.board.periods import Period
from auditcheck.checks.verdict import CANNOT_TELL, JUSTIFIED, MET, NOT_APPLICABLE, NOT_MET, OUTCOMES

Counts = npt.NDArray[np.int64]
T = TypeVar("T", bound=np.generic)

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
    _counted: dict[tuple[tuple[str, ...], str], tuple[Counts, Counts, Counts]] = field(default_factory=dict)

    @classmethod
    def empty(cls, rules: Sequence[str], breakdowns: Sequence[Groups], children: int) -> Tally:
        by = {one.key: np.zeros((len(rules), len(one.names) + 1, len(OUTCOMES)), np.int64) for one in breakdowns}
        behind = {met: np.zeros((len(rules), children), bool) for met in (True, False)}
        return cls(tuple(rules), {one.key: one for one in breakdowns}, by, behind, 0, {rule: i for i, rule in enumerate(rules)})

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
            rows = [self._place[rule] for rule in rules if rule in self._place]
            counts: Counts = self.by[key][rows].sum(axis=0)
            code, n = self.breakdowns[key].code, len(counts)
            met, others = (np.bincount(code[self.behind[which][rows].any(axis=0)], minlength=n) for which in (True, False))
            self._counted[rules, key] = counts, met, others
        return self._counted[rules, key]

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
    by: str = DUE,
) -> Tally:
    """Count what the rules say of a period.

    ``events``: the rules that judge what happens (`EVENT_KINDS`). Theirs are counted by the day on which something was due, else the one
    from which its time runs; without either they count where the record is open. All others say what is on record: of theirs, those of
    records open on the day of the run are counted, whatever the period. ``by``: another day that puts an event in the period; what does
    not bear it then is in no figure.
    """
    found = Tally.empty(rules, breakdowns, len(children))
    happens = np.array([rule in set(events) for rule in rules], bool)
    for batch in batches:
        _count(found, batch, children, happens, period, by)
    return found


def _count(found: Tally, batch: pa.Table, children: pa.Array, happens: npt.NDArray[np.bool_], period: Period, by: str) -> None:
    outcome, rule = _places(batch["outcome"], pa.array(OUTCOMES)), _places(batch["rule_id"], pa.array(found.rules, pa.string()))
    day = [_Coded.of(batch[column]) for column in _DAYS[by]]
    dated = np.logical_or.reduce([column.code >= 0 for column in day])
    inside = _first_of(day, lambda moments: within(moments, period))
    still = _places(batch["standing"], pa.array(["open"])) == 0
    counts = (rule >= 0) & (outcome != NOT_APPLICABLE)
    event = happens[rule]
    found.undated += int((counts & event & ~dated & ~still).sum())
    chosen = np.flatnonzero(counts & np.where(event & dated, inside, still & (~event | (by == DUE))))
    rule, outcome = rule[chosen], outcome[chosen]
    child = _among(batch["child_id"].take(pa.array(chosen)), children)
    for key, held in found.by.items():
        group = np.append(found.breakdowns[key].code, held.shape[1] - 1)[child]
        flat = (rule * held.shape[1] + group) * held.shape[2] + outcome
        held += np.bincount(flat, minlength=held.size).reshape(held.shape)
    for met, told in ((True, outcome == MET), (False, (outcome == NOT_MET) | (outcome == JUSTIFIED))):
        who = told & (child >= 0)
        found.behind[met][rule[who], child[who]] = True


def within(days: pa.Array | pa.ChunkedArray, period: Period) -> npt.NDArray[np.bool_]:
    """Whether each moment, as text, lies in the period; False where there is none."""
    # Text sorts as its days do; 'T' and what follows come after the bare day.
    after = period.last.isoformat() + "U"
    inside = pc.and_(pc.greater_equal(days, period.first.isoformat()), pc.less(days, after))
    found: npt.NDArray[np.bool_] = pc.fill_null(inside, False).to_numpy(zero_copy_only=False)
    return found


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
        some = batch.take(np.flatnonzero(_places(batch["rule_id"], every) >= 0))
        rule, outcome = _places(some["rule_id"], every), _places(some["outcome"], pa.array(OUTCOMES))
        days = {by: [_Coded.of(some[column]) for column in columns] for by, columns in _DAYS.items()}
        month = {by: _first_of(day, lambda moments: _among(pc.utf8_slice_codeunits(moments, 0, 7), names), -1) for by, day in days.items()}
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


@dataclass(frozen=True)
class _Coded:
    """A column of text as codes: ``code`` (n,) is the place of each among the ``words``, -1 where there is none.

    The same few days and words come again and again, so what is asked of them is asked once each.
    """

    code: npt.NDArray[np.int64]
    words: pa.Array

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> _Coded:
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        whole = coded.unify_dictionaries().combine_chunks()
        if isinstance(whole, pa.ChunkedArray):  # of no chunk at all
            return cls(np.zeros(0, np.int64), pa.array([], pa.string()))
        return cls(pc.fill_null(whole.indices, -1).to_numpy().astype(np.int64), whole.dictionary)


def _first_of(columns: Sequence[_Coded], ask: Callable[[pa.Array], npt.NDArray[T]], none: int | bool = False) -> npt.NDArray[T]:
    """What is told of the first column that has a word at each place; ``none`` where none of them has."""
    answer: npt.NDArray[T] | None = None
    for column in reversed(columns):
        told = np.append(ask(column.words), none)[column.code]
        answer = told if answer is None else np.where(column.code >= 0, told, answer)
    assert answer is not None
    return answer


def _places(column: pa.ChunkedArray, of: pa.Array) -> npt.NDArray[np.int64]:
    """The place of each word of a few, -1 where it is none of them."""
    coded = _Coded.of(column)
    return np.append(_among(coded.words, of), -1)[coded.code]


def _among(words: pa.Array | pa.ChunkedArray, of: pa.Array) -> npt.NDArray[np.int64]:
    """The same of words that hardly come twice."""
    found: npt.NDArray[np.int64] = pc.fill_null(pc.index_in(words, value_set=of), -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return found
