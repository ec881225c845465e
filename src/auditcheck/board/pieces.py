"""What was counted in each of the pieces into which the periods of this book and of earlier ones cut each other.

Nobody prints them, but whoever has two books over years that overlap can subtract; the door of `disclosure` asks which of them are small.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.board.coded import DUE, Batch, Codes, first_of
from auditcheck.board.tally import Counts, Tally
from auditcheck.checks.verdict import OUTCOMES

Days = frozenset[str | int]


class Pieces:
    """Counts of events by the day on which they fell due, which is in one piece each: what bears no day is in none."""

    def __init__(self, tally: Tally, spans: Iterable[Days]) -> None:
        """``tally``: whose rules that judge events, and whose groups of children; ``spans``: the days of each period."""
        ends = {end for span in spans for days in (sorted(map(int, span)),) for end in (days[0], days[-1] + 1)}
        self._starts = np.array(sorted(ends), np.int64)
        self._rules = [rule for rule in tally.rules if rule in tally.events]
        self._breakdowns = tally.breakdowns
        shape = (len(ends), len(self._rules))
        self._by = {key: np.zeros((*shape, len(one.names) + 1, len(OUTCOMES)), np.int64) for key, one in tally.breakdowns.items()}

    def add(self, batch: Batch) -> None:
        """Count what fell due in each piece."""
        rule = batch.rule.among(pa.array(self._rules, pa.string()))
        piece = first_of(batch.days(DUE), self._piece, -1)
        here = np.flatnonzero((rule >= 0) & (piece >= 0))
        both = piece[here].astype(np.int64) * len(self._rules) + rule[here]
        for key, held in self._by.items():
            group = np.append(self._breakdowns[key].code, held.shape[2] - 1)[batch.child[here]]
            flat = (both * held.shape[2] + group) * held.shape[3] + batch.outcome[here]
            held += np.bincount(flat, minlength=held.size).reshape(held.shape)

    def _piece(self, moments: pa.Array) -> Codes:
        bare = pc.utf8_slice_codeunits(moments, 0, 10).to_pylist()
        days = np.array([date.fromisoformat(day).toordinal() for day in bare], np.int64)
        found = np.searchsorted(self._starts, days, side="right") - 1
        return np.where(days < self._starts[-1], found, -1).astype(np.int32)

    def of(self, days: Days, rules: Collection[str], key: str, groups: Collection[int]) -> Counts | None:
        """How many of each outcome some rules and groups of children had in some days; None where these are no whole pieces."""
        spans = [range(*ends) for ends in zip(self._starts[:-1].tolist(), self._starts[1:].tolist(), strict=True)]
        some = [place for place, span in enumerate(spans) if days.issuperset(span)]
        if sum(len(spans[place]) for place in some) != len(days):
            return None
        rows = [place for place, rule in enumerate(self._rules) if rule in rules]
        found: Counts = self._by[key][np.ix_(some, rows, sorted(groups))].sum(axis=(0, 1, 2))
        return found
