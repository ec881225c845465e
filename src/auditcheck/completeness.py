"""How full the records are: each field of each table, days on which far too many records stand, and how late records are entered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from auditcheck import clock, contract, values
from auditcheck.casefile import CaseFile
from auditcheck.contract import Field

#: A day stands out where it has at least so many records, such a share of the table's, and so many times as many as its usual day.
_MANY, _SHARE, _TIMES = 20, 0.05, 10
#: Fewer records than this say nothing about how late records are entered.
_FEWEST = 10


@dataclass(frozen=True)
class Fill:
    """One field of one table: of its records how many say something, hold only a placeholder, or can't be read; the rest are blank."""

    table: str
    field: str
    records: int
    filled: int
    placeholder: int
    unreadable: int


@dataclass(frozen=True)
class Spike:
    """One day (``YYYY-MM-DD``) that bears far more records of a table than its other days: often the day of a move from another system."""

    table: str
    field: str
    day: str
    records: int
    share: float


@dataclass(frozen=True)
class Lateness:
    """How many days after it happened a record was entered (`recorded_at`): of so many records the middle and the ninth of ten."""

    table: str
    records: int
    middle: int
    most: int


def completeness(cf: CaseFile) -> list[Fill]:
    """Every field that the export carries, in the contract's order."""
    return [
        _fill(cf, table, field)
        for table in contract.supplied()
        if cf.has(table) and cf.n(table)
        for field in contract.tables()[table].values()
        if cf.has(table, field.name)
    ]


def _fill(cf: CaseFile, table: str, field: Field) -> Fill:
    n = cf.n(table)
    if field.type in ("date", "moment"):
        state = np.bincount(cf.when(table, field.name).state, minlength=4).tolist()
        return Fill(table, field.name, n, state[values.OK], state[values.PLACEHOLDER], state[values.UNREADABLE])
    empty = int(pc.sum(pc.equal(cf.text(table, field.name), "")).as_py() or 0)
    if field.key or field.refers_to:  # an id is what it is: TBC may be one
        return Fill(table, field.name, n, n - empty, 0, 0)
    blank = int(cf.blank(table, field.name).sum())
    return Fill(table, field.name, n, n - blank, blank - empty, 0)


def spikes(cf: CaseFile) -> list[Spike]:
    """Days that stand out, by table and field."""
    found = []
    for table in contract.supplied():
        for name in sorted({contract.HAPPENED.get(table, ""), *contract.PERIODS.get(table, ())} - {""}):
            if cf.has(table, name):
                found += _spikes(cf, table, name)
    return found


def _spikes(cf: CaseFile, table: str, name: str) -> list[Spike]:
    when = cf.when(table, name)
    days, counts = np.unique(when.day[when.known], return_counts=True)
    if not len(days):
        return []
    total = int(counts.sum())
    out = (counts >= _MANY) & (counts >= _SHARE * total) & (counts >= _TIMES * np.median(counts))
    dated = zip(days[out].tolist(), counts[out].tolist(), strict=True)
    return [Spike(table, name, clock.as_date(day).isoformat(), count, count / total) for day, count in dated]


def lateness(cf: CaseFile) -> list[Lateness]:
    """How late each table's records are entered, where the export says when they were."""
    found = []
    for table, name in contract.HAPPENED.items():
        if cf.has(table, name) and cf.has(table, "recorded_at"):
            happened, entered = cf.when(table, name), cf.when(table, "recorded_at")
            both = happened.known & entered.known
            if both.sum() >= _FEWEST:
                days = np.sort(entered.day[both] - happened.day[both])
                middle, most = (int(days[int(part * (len(days) - 1))]) for part in (0.5, 0.9))
                found.append(Lateness(table, len(days), middle, most))
    return found
