"""What fell in each month, for the trends of measures: of what rules observed, and of the records that a measure counts by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from auditcheck.board.coded import DUE, HAPPENED, STARTED, Batch, Codes, first_of, places
from auditcheck.board.periods import Period, parse
from auditcheck.checks.verdict import CANNOT_TELL, JUSTIFIED, MET, NOT_MET, OUTCOMES


@dataclass(frozen=True)
class Month:
    """What fell in one month, or quarter."""

    period: Period
    met: int
    justified: int
    known: int
    unknown: int


class Monthly:
    """Counts for measures (id: its rules and which day counts) what fell in each of some months."""

    def __init__(self, wanted: Mapping[str, tuple[Sequence[str], str]], months: Sequence[Period]) -> None:
        self._wanted, self._months = wanted, months
        self._names = pa.array([month.first.isoformat()[:7] for month in months], pa.string())
        self._counts = {name: np.zeros((len(months), len(OUTCOMES)), np.int64) for name in wanted}

    def add(self, batch: Batch) -> None:
        month = {by: first_of(batch.days(by), self._month, -1) for by in (DUE, HAPPENED, STARTED)}
        for name, (rules, by) in self._wanted.items():
            own = batch.rule.among(pa.array(rules, pa.string())) >= 0
            here = np.flatnonzero(own & (month[by] >= 0))
            flat = month[by][here] * len(OUTCOMES) + batch.outcome[here]
            self._counts[name] += np.bincount(flat, minlength=self._counts[name].size).reshape(self._counts[name].shape)

    def _month(self, moments: pa.Array) -> Codes:
        return places(pc.utf8_slice_codeunits(moments, 0, 7), self._names)

    def found(self) -> dict[str, list[Month]]:
        """For each measure what fell in each month, oldest first."""
        return {name: [self._of(month, counts[place]) for place, month in enumerate(self._months)] for name, counts in self._counts.items()}

    @staticmethod
    def _of(month: Period, told: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Month:
        known = told[[MET, JUSTIFIED, NOT_MET]].sum()
        return Month(month, int(told[MET]), int(told[JUSTIFIED]), int(known), int(told[CANNOT_TELL]))


def of_records(table: pa.Table | None) -> dict[str, list[Month]]:
    """Of each measure in measured_months.parquet what was counted in each month, oldest first; nothing of a run without that file."""
    found = defaultdict[str, list[Month]](list)
    for row in table.to_pylist() if table is not None else ():
        met = row["met"]
        found[row["measure_id"]].append(Month(parse(row["month"]), met, 0, met + row["not_met"], row["cannot_tell"]))
    return dict(found)
