"""observations.parquet: what every rule said of every record, as one table of text, built a column at a time over all rules at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.casefile import CaseFile
from auditcheck.checks.verdict import JUSTIFIED, NOT_MET, OUTCOMES, Observations
from auditcheck.coded_columns import known_words_of, one_word_each, words_of, words_of_each
from auditcheck.findings import OBSERVED
from auditcheck.texts import coded_iso
from auditcheck.values import Mask, When

_STANDING = ("past", "open")


def observation_table(cf: CaseFile, every: Sequence[Observations], is_open: Callable[[Observations], Mask]) -> pa.Table:
    """One row an observation in `OBSERVED`'s columns, in the order of ``every`` and within each by record id; repeated text is coded.

    ``is_open``: whether the subject of each place of some observations is open.
    """
    by_name = _Ranks(cf)
    parts = [(o, by_name.order(o)) for o in every if len(o)]
    if not parts:
        return pa.schema([(name, pa.int64() if name == "over" else pa.string()) for name in OBSERVED]).empty_table()
    lengths = [len(order) for _, order in parts]
    of_part = pa.array(np.repeat(np.arange(len(parts), dtype=np.int32), lengths))

    def each(read: Callable[[Observations], npt.NDArray[np.generic]]) -> npt.NDArray[np.generic]:
        return np.concatenate([read(o)[order] for o, order in parts])

    def moments(read: Callable[[Observations], When]) -> pa.Array:
        return coded_iso(When.joined([read(o).take(order) for o, order in parts]))

    def ids(table: Callable[[Observations], str], rows: Callable[[Observations], npt.NDArray[np.generic]]) -> pa.Array:
        return pa.concat_arrays([cf.ids(table(o)).take(pa.array(rows(o)[order])) for o, order in parts])

    late = each(_is_late).astype(bool)
    columns = {
        "rule_id": one_word_each((o.rule.id for o, _ in parts), of_part),
        "outcome": words_of(OUTCOMES, each(lambda o: o.verdict.outcome)),
        "child_id": known_words_of(cf.ids("children"), each(lambda o: cf.child(o.table)[o.rows])),
        "worker_id": pa.nulls(sum(lengths), pa.string()),
        "table": one_word_each((o.table for o, _ in parts), of_part),
        "record_id": ids(lambda o: o.table, lambda o: o.rows),
        "class": one_word_each((o.class_ or None for o, _ in parts), of_part),
        "trigger_at": moments(lambda o: o.trigger),
        "due_at": moments(lambda o: o.due),
        "happened_at": moments(lambda o: o.happened),
        "over": pa.array(each(lambda o: o.over).astype(np.int64), mask=~late),
        "unit": words_of_each([units_of(o) for o, _ in parts], [np.where(_is_late(o), unit_codes(o), -1)[order] for o, order in parts]),
        "standing": words_of(_STANDING, each(is_open).astype(np.int8)),
        "reason": words_of_each([o.verdict.reasons for o, _ in parts], [o.verdict.reason[order] for o, order in parts]),
    }
    return pa.table({name: columns[name] for name in OBSERVED})


def units_of(o: Observations) -> list[str]:
    """The units that ``over`` may be counted in."""
    if o.unit:
        return [o.unit]
    return [length.counted_in for length in o.limit.lengths] if o.limit else []


def unit_codes(o: Observations) -> npt.NDArray[np.int64]:
    """Which of `units_of` each place is counted in; -1 is none."""
    if o.unit or o.limit is None:
        return np.full(len(o), 0 if o.unit else -1, np.int64)
    return o.limit.which.astype(np.int64)


def _is_late(o: Observations) -> Mask:
    late: Mask = (o.over >= 0) & ((o.verdict.outcome == NOT_MET) | (o.verdict.outcome == JUSTIFIED))
    return late


class _Ranks:
    """The place of each record among its table's by id, worked out once a table."""

    def __init__(self, cf: CaseFile) -> None:
        self.cf = cf
        self._of: dict[str, npt.NDArray[np.int64]] = {}

    def order(self, o: Observations) -> npt.NDArray[np.intp]:
        """The places of some observations by record id."""
        if o.table not in self._of:
            ranks = np.empty(self.cf.n(o.table), np.int64)
            ranks[np.asarray(pc.sort_indices(self.cf.ids(o.table)))] = np.arange(len(ranks))
            self._of[o.table] = ranks
        return np.argsort(self._of[o.table][o.rows], kind="stable")
