"""observations.parquet: what every rule said of every record, as one table of text.

Built a column at a time over all rules at once: hundreds of small pieces would cost more to join than to fill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.casefile import CaseFile
from auditcheck.checks.verdict import JUSTIFIED, NOT_MET, OUTCOMES, Observations
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

    def same(texts: Iterable[str | None]) -> pa.Array:
        found = pa.array(texts, pa.string()).dictionary_encode()  # a null has no code
        return pa.DictionaryArray.from_arrays(found.indices.take(of_part), found.dictionary)

    def each(read: Callable[[Observations], npt.NDArray[np.generic]]) -> npt.NDArray[np.generic]:
        return np.concatenate([read(o)[order] for o, order in parts])

    def moments(read: Callable[[Observations], When]) -> pa.Array:
        found = [(read(o), order) for o, order in parts]
        return coded_iso(
            When(*(np.concatenate([getattr(when, name)[order] for when, order in found]) for name in ("day", "second", "state")))
        )

    def ids(table: Callable[[Observations], str], rows: Callable[[Observations], npt.NDArray[np.generic]]) -> pa.Array:
        return pa.concat_arrays([cf.ids(table(o)).take(pa.array(rows(o)[order])) for o, order in parts])

    late = each(_is_late).astype(bool)
    columns = {
        "rule_id": same(o.rule.id for o, _ in parts),
        "outcome": _words(OUTCOMES, each(lambda o: o.verdict.outcome)),
        "child_id": _of_codes(each(lambda o: cf.child(o.table)[o.rows]), cf.ids("children")),
        "worker_id": pa.nulls(sum(lengths), pa.string()),
        "table": same(o.table for o, _ in parts),
        "record_id": ids(lambda o: o.table, lambda o: o.rows),
        "class": same(o.class_ or None for o, _ in parts),
        "trigger_at": moments(lambda o: o.trigger),
        "due_at": moments(lambda o: o.due),
        "happened_at": moments(lambda o: o.happened),
        "over": pa.array(each(lambda o: o.over).astype(np.int64), mask=~late),
        "unit": _many([units_of(o) for o, _ in parts], [np.where(_is_late(o), unit_codes(o), -1)[order] for o, order in parts]),
        "standing": _words(_STANDING, each(is_open).astype(np.int8)),
        "reason": _many([o.verdict.reasons for o, _ in parts], [o.verdict.reason[order] for o, order in parts]),
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


def _words(words: Sequence[str], codes: npt.NDArray[np.generic]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(words, pa.string()))


def _many(words: Sequence[Sequence[str]], codes: Sequence[npt.NDArray[np.signedinteger]]) -> pa.Array:
    """The words of codes (-1: none), where each part has words of its own.

    No word comes twice: for one that does, pyarrow (26) reserves room in the Parquet file twice and leaves there whatever the memory held.
    """
    place = {word: n for n, word in enumerate(dict.fromkeys(word for some in words for word in some))}
    every = [np.array([*(place[word] for word in some), -1], np.int32)[code] for some, code in zip(words, codes, strict=True)]
    coded = np.concatenate(every)
    return _of_codes(coded, pa.array(list(place), pa.string()))


def _of_codes(codes: npt.NDArray[Any], words: pa.Array) -> pa.Array:
    """The words of codes (negative: none)."""
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), words)


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
