"""What a finding stands on: the record that decided it, the breaches in a row that it ends, the same breach of brothers and sisters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from auditcheck.audit import Observed
from auditcheck.casefile import sealed
from auditcheck.checks.verdict import NOT_MET, OUTCOMES, Observations
from auditcheck.judgement.asked import Place
from auditcheck.judgement.bridge import Judged

#: More children than these under one family id are no family (checks/distinct.py has the same).
MOST = 20
#: So many brothers' and sisters' records are named; the rest are counted.
NAMED = 5

_Breach = tuple[str, str, int]  # rule, class, and the family and the due day as one number


@dataclass
class Evidence:
    """Answers for one audit; what it works out is remembered."""

    seen: Observed
    judged: Judged
    _series: dict[str, dict[tuple[int, int], tuple[Observations, int]]] = field(default_factory=dict)

    def record(self, o: Observations, i: int) -> tuple[str, str]:
        """The table and id of the record that decided an observation; blank where it is none but its own."""
        return self.records(o, np.array([i]))[0]

    def records(self, o: Observations, some: npt.NDArray[np.intp]) -> list[tuple[str, str]]:
        """The same of several observations."""
        rows = o.event_rows[some]
        own = (rows < 0) | ((rows == o.rows[some]) if o.event_table == o.table else False)
        if own.all():
            return [("", "")] * len(some)
        names = self.seen.cf.ids(o.event_table).take(pa.array(rows, mask=own)).to_pylist()
        return [("", "") if name is None else (o.event_table, name) for name in names]

    def composed_of(self, o: Observations, i: int) -> str:
        """The observations that a composed finding stands on."""
        places = self.judged.because.get((o.rule.id, int(o.rows[i])), [])
        return "; ".join(sorted({self._name(place) for place in places}))

    def siblings(self, o: Observations, some: npt.NDArray[np.intp]) -> Iterator[tuple[int, str]]:
        """Sentences that name the records of brothers and sisters of whom the same duty was missed on the same day: to which of ``some``
        each belongs, and the sentence."""
        for k, child, key in self._breaches(o, some):
            shown = [(table, row) for other, table, row in self._missed[key] if other != child and self._may_name(child, other)]
            if shown:
                yield k, self._of_siblings(shown)

    def _may_name(self, child: int, other: int) -> bool:
        return bool(self._sealed[child] or not self._sealed[other])

    def _of_siblings(self, records: Sequence[tuple[str, int]]) -> str:
        others = sorted({_called(table, self._id(table, row)) for table, row in records})
        more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
        of = "a brother or sister" if len(others) == 1 else "brothers and sisters"
        return f" The same is found of {of}: {', '.join(others[:NAMED])}{more}."

    def in_a_row(self, o: Observations, i: int) -> Iterable[str]:
        """The records of the breaches before this one in its series."""
        series, place = self._series_of(o.rule.id), int(o.place[i]) - 1
        while (int(o.subject_rows[i]), place) in series:
            other, at = series[int(o.subject_rows[i]), place]
            if OUTCOMES[other.verdict.outcome[at]] not in ("not_met", "justified"):
                return
            yield f"{o.rule.id} {other.table} {self._id(other.table, int(other.rows[at]))} {OUTCOMES[other.verdict.outcome[at]]}"
            place -= 1

    def _series_of(self, rule: str) -> dict[tuple[int, int], tuple[Observations, int]]:
        """By subject and place in its series, the observations of a rule, of those subjects of which one was escalated."""
        if rule not in self._series:
            own = [(n, o) for n, o in enumerate(self.seen.observations) if o.rule.id == rule]
            raised = np.concatenate([o.subject_rows[sorted(self.judged.escalated.get(n, ()))] for n, o in own])
            self._series[rule] = {
                (int(o.subject_rows[i]), int(o.place[i])): (o, i)
                for _, o in own
                for i in np.flatnonzero(np.isin(o.subject_rows, raised)).tolist()
            }
        return self._series[rule]

    def _name(self, place: Place) -> str:
        n, i = place
        o = [*self.seen.observations, *self.seen.premises][n]
        name = self._id(o.table, int(o.rows[i]))
        if "." in o.rule.id:
            return f"{o.rule.id} {o.table} {name}: {o.rule.says}"
        return f"{o.rule.id} {o.table} {name} {OUTCOMES[o.verdict.outcome[i]]}"

    def _id(self, table: str, row: int) -> str:
        return str(self.seen.cf.ids(table)[row])

    def _breaches(self, o: Observations, some: npt.NDArray[np.intp]) -> Iterator[tuple[int, int, _Breach]]:
        """Those of some observations that brothers and sisters may share: which of them, its child (row), and what must be the same for it
        to be one missed duty (the rule, the class, the family and the day it was due). None whose duty nobody else missed."""
        at, child, duty = self._duties_missed(o, some)
        shared = np.flatnonzero(np.isin(duty, self._shared.get((o.rule.id, o.class_), ())))
        for k, of, one in zip(at[shared].tolist(), child[shared].tolist(), duty[shared].tolist(), strict=True):
            yield k, of, (o.rule.id, o.class_, one)

    def _duties_missed(self, o: Observations, some: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.int64], ...]:
        """Those of some observations that are breaches of a child who has a family: which of them, the child (row), and the family and the
        day it was due as one number."""
        child = self.seen.cf.child(o.table)[o.rows[some]].astype(np.int64)
        if o.rule.check == "together" or not len(self._family):
            return child[:0], child[:0], child[:0]
        family = np.where(child >= 0, self._family[np.maximum(child, 0)], -1)
        at = np.flatnonzero((family >= 0) & (o.verdict.outcome[some] == NOT_MET) & o.due.known[some])
        return at, child[at], (family[at] << 32) + o.due.day[some[at]]

    @cached_property
    def _shared(self) -> dict[tuple[str, str], npt.NDArray[np.int64]]:
        """By rule and class what more than one record missed, as `_duties_missed` numbers it: next to nothing, so little is looked at."""
        found = defaultdict(list)
        for o in self.seen.observations:
            found[o.rule.id, o.class_].append(self._duties_missed(o, np.flatnonzero(o.verdict.outcome == NOT_MET))[2])
        counted = {which: np.unique(np.concatenate(several), return_counts=True) for which, several in found.items()}
        return {which: duty[times > 1] for which, (duty, times) in counted.items()}

    @cached_property
    def _missed(self) -> dict[_Breach, list[tuple[int, str, int]]]:
        """Every such breach: the children (rows) of whom it is found, and their records (table and row)."""
        found: dict[_Breach, list[tuple[int, str, int]]] = defaultdict(list)
        for o in self.seen.observations:
            some = np.flatnonzero(o.verdict.outcome == NOT_MET)
            rows = o.rows[some].tolist()
            for k, child, key in self._breaches(o, some):
                found[key].append((child, o.table, rows[k]))
        return found

    @cached_property
    def _family(self) -> npt.NDArray[np.int64]:
        """The family of each child, -1 where there is none to speak of."""
        cf = self.seen.cf
        code = cf.codes("children", "family_id").code.astype(np.int64)
        if not len(code):
            return code
        size = np.bincount(code)[code]
        return np.where(cf.blank("children", "family_id") | (size < 2) | (size > MOST), -1, code)

    @cached_property
    def _sealed(self) -> npt.NDArray[np.bool_]:
        """The children of whom no other child's finding names the records."""
        return sealed(self.seen.cf)


def _called(table: str, name: str) -> str:
    """A record as a sentence names it: ``core groups G7``; one that has no id of its own is named by its table already."""
    return name if name.startswith(f"{table}:") else f"{table.replace('_', ' ')} {name}"
