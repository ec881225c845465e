"""Observations as columns, and the order in which outcomes are settled: the first that applies stands."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from auditcheck.checks.limits import Chosen
from auditcheck.rulebook.model import Rule
from auditcheck.values import Mask, When

OUTCOMES = ("met", "justified", "not_met", "not_yet_due", "not_applicable", "cannot_tell")
MET, JUSTIFIED, NOT_MET, NOT_YET_DUE, NOT_APPLICABLE, CANNOT_TELL = range(6)
UNSETTLED = -1


@dataclass
class Verdict:
    """Outcome and reason of m observations, settled one condition after another."""

    outcome: npt.NDArray[np.int8]
    reason: npt.NDArray[np.int16]
    reasons: list[str]

    @classmethod
    def of(cls, m: int) -> Verdict:
        """Nothing settled yet."""
        return cls(np.full(m, UNSETTLED, np.int8), np.zeros(m, np.int16), [""])

    def settle(self, where: Mask, outcome: int, reason: str) -> None:
        """Give ``outcome`` and its reason to the places in ``where`` that have none yet."""
        open_ = where & (self.outcome == UNSETTLED)
        if open_.any():
            if reason not in self.reasons:
                self.reasons.append(reason)
            self.outcome[open_] = outcome
            self.reason[open_] = self.reasons.index(reason)


@dataclass
class Observations:
    """What one rule observed on m records of ``table``. Rows index the tables of the case file; -1 is none."""

    rule: Rule
    table: str
    rows: npt.NDArray[np.int32]
    verdict: Verdict
    subject_table: str
    subject_rows: npt.NDArray[np.int32]
    trigger: When
    due: When
    happened: When
    over: npt.NDArray[np.int32]
    unit: str = ""
    class_: str = ""
    limit: Chosen | None = None
    exempt: npt.NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))  # -1 no, -2 unknown, else which `unless`
    excused: Mask = field(default_factory=lambda: np.zeros(0, bool))  # an allowed reason is recorded
    event_table: str = ""
    event_rows: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    place: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))  # in the series of the subject

    def __post_init__(self) -> None:
        m = len(self.rows)
        for name, empty in (
            ("exempt", np.full(m, -1, np.int16)),
            ("excused", np.zeros(m, bool)),
            ("event_rows", np.full(m, -1, np.int32)),
            ("place", np.full(m, -1, np.int32)),
        ):
            if not len(getattr(self, name)):
                setattr(self, name, empty)

    def __len__(self) -> int:
        return len(self.rows)

    def keep(self, where: Mask) -> Observations:
        """Only the places in ``where``."""
        rows = np.flatnonzero(where).astype(np.int32)
        verdict = Verdict(self.verdict.outcome[rows], self.verdict.reason[rows], self.verdict.reasons)
        limit = self.limit and Chosen(self.limit.which[rows], self.limit.lengths, self.limit.value[rows], self.limit.fell_back[rows])
        return Observations(
            self.rule,
            self.table,
            self.rows[rows],
            verdict,
            self.subject_table,
            self.subject_rows[rows],
            self.trigger.take(rows),
            self.due.take(rows),
            self.happened.take(rows),
            self.over[rows],
            self.unit,
            self.class_,
            limit,
            self.exempt[rows],
            self.excused[rows],
            self.event_table,
            self.event_rows[rows],
            self.place[rows],
        )
